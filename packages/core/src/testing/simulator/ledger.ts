import type { Clock } from '../../clock.ts'
import type { RecordId } from '../../ids.ts'
import type { House } from './house.ts'

interface Written {
  author: House
  at: number
  /** The part of the network that it was written in; undefined for the whole one. */
  part: number | undefined
  /** Whom its author knew to be out of the group. */
  out: ReadonlySet<House>
}

interface Seen {
  at: number
  /** Since when the reader is up, and the network whole. */
  since: number
  wholeSince: number
  part: number | undefined
}

/** What was written in the simulated group, and who has seen it since when. */
export interface Ledger {
  readonly written: ReadonlyMap<RecordId, Written>
  wrote(id: RecordId, record: Written): void
  saw(id: RecordId, reader: House): void
  hasSeen(id: RecordId, reader: House): boolean
  /** The times until others saw a record, from when they could have had it first, ms; sorted. */
  delays(): number[]
  /** How often somebody saw a record whose author knew them to be out. */
  leaks(): number
}

export function createLedger(clock: Clock): Ledger {
  const written = new Map<RecordId, Written>()
  const seen = new Map<RecordId, Map<House, Seen>>()
  const readersOf = (id: RecordId): Map<House, Seen> => {
    const known = seen.get(id) ?? new Map<House, Seen>()
    seen.set(id, known)
    return known
  }
  return {
    written,
    wrote: (id, record) => void written.set(id, record),
    saw(id, reader) {
      const readers = readersOf(id)
      const { part, since, wholeSince } = reader
      if (!readers.has(reader)) readers.set(reader, { at: clock.now(), since, wholeSince, part })
    },
    hasSeen: (id, reader) => readersOf(id).has(reader),
    delays() {
      const delays: number[] = []
      for (const [id, record] of written)
        for (const [reader, { at, since, wholeSince, part }] of readersOf(id)) {
          if (reader === record.author) continue
          const isApart = record.part !== undefined && record.part !== part
          delays.push(Math.max(0, at - Math.max(record.at, since, isApart ? wholeSince : 0)))
        }
      return delays.sort((a, b) => a - b)
    },
    leaks: () =>
      [...written].reduce((sum, [id, { out }]) => sum + [...out].filter(house => readersOf(id).has(house)).length, 0)
  }
}
