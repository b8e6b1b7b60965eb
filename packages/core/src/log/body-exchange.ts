import { coreError } from '../errors.ts'
import type { GroupId, RecordId } from '../ids.ts'
import type { Stream } from '../stream.ts'
import type { Journal } from './journal.ts'
import * as wire from './protocol.ts'
import type { SignedRecord } from './record.ts'
import type { OutgoingRow } from './table/sending-table.ts'

/** Bodies that one peer was asked for in vain: beyond these, it is asked for no more. */
const MOST_REFUSED = 256
/** After so many of the latest it is asked for the earliest: who writes records without bodies keeps no others away. */
const LATEST_REFUSED = MOST_REFUSED / 2

/** Asking one peer for bodies that are damaged or not here, and answering it. Each side has one question open at a time. */
export interface BodyExchange {
  /** The peer asks for these. Throws BAD_MESSAGE. */
  onAsked(ids: readonly RecordId[]): void
  /** The peer answers; after the last portion, what it did not send it has not got. Throws BAD_MESSAGE, BAD_RECORD. */
  onFound(records: readonly SignedRecord[], last: boolean): void
  ask(): Promise<void>
  answer(): Promise<void>
  /** Others may ask for what is open. */
  end(): void
}

export function createBodyExchange(options: {
  group: GroupId
  stream: Pick<Stream, 'send'>
  journal: Pick<Journal, 'lacking' | 'byIds' | 'complete'>
  /** What the group's sessions ask for at the moment, so that nothing comes twice. */
  underWay: Set<RecordId>
  /** Whether the peer may be sent so many bytes more. */
  mayServe(bytes: number): boolean
}): BodyExchange {
  const { group, journal, mayServe, stream, underWay } = options
  const asked = new Set<RecordId>()
  const refused = new Set<RecordId>()
  let theirs: readonly RecordId[] = []

  const close = (): void => {
    for (const id of asked) underWay.delete(id)
    asked.clear()
  }

  return {
    onAsked(ids) {
      if (theirs.length > 0) throw coreError('BAD_MESSAGE', 'asked again before the answer was sent')
      theirs = ids
    },
    onFound(records, last) {
      if (asked.size === 0 || !records.every(({ id }) => asked.has(id)))
        throw coreError('BAD_MESSAGE', 'an answer to nothing')
      journal.complete(group, records)
      for (const { body, id } of records) {
        asked.delete(id)
        underWay.delete(id)
        if (!body) refused.add(id)
      }
      if (!last) return
      for (const id of asked) refused.add(id)
      close()
    },
    async ask() {
      if (asked.size > 0 || refused.size >= MOST_REFUSED) return
      const ids = journal
        .lacking(group, MOST_REFUSED + underWay.size + wire.MAX_LOST, {
          earliestFirst: refused.size >= LATEST_REFUSED
        })
        .filter(id => !refused.has(id) && !underWay.has(id))
        .slice(0, wire.MAX_LOST)
      if (ids.length === 0) return
      for (const id of ids) {
        asked.add(id)
        underWay.add(id)
      }
      await stream.send(wire.encodeLost(ids))
    },
    async answer() {
      if (theirs.length === 0) return
      const rows = journal.byIds(group, theirs)
      theirs = []
      let portion: OutgoingRow[] = []
      let bytes = 0
      for (const row of rows) {
        const size = row.headerBytes.length + (row.body?.length ?? 0)
        if (!mayServe(size)) break
        if (portion.length > 0 && bytes + size > wire.BATCH_BYTES) {
          await stream.send(wire.encodeFound(portion, false))
          ;[portion, bytes] = [[], 0]
        }
        portion.push(row)
        bytes += size
      }
      await stream.send(wire.encodeFound(portion, true))
    },
    end: close
  }
}
