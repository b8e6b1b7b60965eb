import { setImmediate } from 'node:timers/promises'
import { coreError } from '../errors.ts'
import type { GroupId } from '../ids.ts'
import { history } from './history.ts'
import type { History } from './history.ts'
import type { Operation } from './operation.ts'

/** What is done before everything else has its turn, in operations gone through. */
const EFFORT = 10_000
/** Operations checked before that in any case. */
const PORTION = 64
/** Beyond this, some minutes, nobody has a group like that: it was made to keep us busy. */
const MOST_EFFORT = 20_000_000

/**
 * A group's history as somebody else gave it to us, parents first, each operation checked against its own past. Throws
 * BAD_OPERATION.
 */
export function historyOf(group: GroupId, operations: readonly Operation[]): History {
  const found = founded(group, operations)
  for (const operation of operations) take(found, operation)
  return found
}

/** The same in portions, between which everything else has its turn. Throws BAD_OPERATION, `signal.reason`. */
export async function historyInTime(
  group: GroupId,
  operations: readonly Operation[],
  { signal, mostEffort = MOST_EFFORT }: { signal?: AbortSignal | undefined; mostEffort?: number } = {}
): Promise<History> {
  const found = founded(group, operations)
  let rested = found.effort
  for (const [at, operation] of operations.entries()) {
    take(found, operation)
    if (found.effort > mostEffort) throw coreError('BAD_OPERATION', 'a history that takes too long to check')
    if (at % PORTION !== 0 && found.effort - rested < EFFORT) continue
    rested = found.effort
    await setImmediate()
    signal?.throwIfAborted()
  }
  return found
}

function founded(group: GroupId, operations: readonly Operation[]): History {
  const found = history(operations.filter(({ parents }) => parents.length === 0).slice(0, 1))
  if (found.group !== group) throw coreError('BAD_OPERATION', 'operations of another group')
  return found
}

function take(found: History, operation: Operation): void {
  if (found.has(operation.id)) return
  found.check(operation)
  found.add(operation)
}
