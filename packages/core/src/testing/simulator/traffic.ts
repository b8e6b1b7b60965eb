import { createHash } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { PeerId } from '../../ids.ts'

/** Events between two updates of the hash. */
const BATCH = 4_096
const NUMBERS = 5

/** Who sent what when: added up, and as a hash that two equal runs share. */
export interface Traffic {
  count(from: PeerId, to: PeerId, of: string, bytes: number): void
  /** Anything else that happens, as numbers below 2³². */
  note(...numbers: number[]): void
  /** Bytes that each node sent and got. */
  perNode(): ReadonlyMap<PeerId, number>
  /** Bytes by protocol. */
  perProtocol(): ReadonlyMap<string, number>
  trace(): string
}

export function createTraffic(clock: Clock): Traffic {
  const start = clock.now()
  const hash = createHash('sha256')
  const numbers = new Uint32Array(BATCH * NUMBERS)
  const places = new Map<string, number>()
  const perNode = new Map<PeerId, number>()
  const perProtocol = new Map<string, number>()
  let filled = 0

  const add = <K>(to: Map<K, number>, key: K, amount: number): void => void to.set(key, (to.get(key) ?? 0) + amount)
  const numberOf = (name: string): number => {
    const number = places.get(name) ?? places.size
    places.set(name, number)
    return number
  }
  const flush = (): void => {
    hash.update(numbers.subarray(0, filled))
    filled = 0
  }
  const put = (...all: number[]): void => {
    if (filled + all.length > numbers.length) flush()
    for (const number of all) numbers[filled++] = number
  }

  return {
    count(from, to, of, bytes) {
      put(clock.now() - start, numberOf(from), numberOf(to), numberOf(of), bytes)
      add(perNode, from, bytes)
      add(perNode, to, bytes)
      add(perProtocol, of, bytes)
    },
    note: (...all) => put(clock.now() - start, ...all),
    perNode: () => perNode,
    perProtocol: () => perProtocol,
    trace() {
      flush()
      return hash.copy().digest('hex').slice(0, 16)
    }
  }
}
