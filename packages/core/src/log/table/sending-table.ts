import type { PeerId, RecordId } from '../../ids.ts'
import type { Database, Row } from '../../store/store.ts'
import { blob, optional } from './row.ts'
import { REPLACED } from './state.ts'

/** A record as it is sent on. */
export interface OutgoingRow {
  headerBytes: Uint8Array
  signature: Uint8Array
  body: Uint8Array | undefined
  /** The receiver does not want the body, or nobody needs it. */
  isLeftOut?: boolean
}

/** Records as they are sent on. */
export function sendingTable(database: Database) {
  const sql = (text: string) => database.prepare(text)
  return {
    /** From the index alone: what arrived in a group from `from` on. */
    arrivals(group: number, from: number, limit: number): { arrival: number; device: PeerId; seq: number }[] {
      const select = sql(
        'SELECT arrival, device, seq FROM log_record WHERE grp = ? AND arrival >= ? ORDER BY arrival LIMIT ?'
      )
      return select.all(group, from, limit).map(row => ({
        arrival: Number(row.arrival),
        device: row.device as PeerId,
        seq: Number(row.seq)
      }))
    },
    outgoing(arrival: number): (OutgoingRow & { ms: number; kind: number | undefined }) | undefined {
      const select = sql(
        'SELECT header, signature, body, state, ms, kind_number FROM log_record WHERE arrival = ? AND state <> 3'
      )
      const row = select.get(arrival)
      return (
        row && {
          headerBytes: row.header as Uint8Array,
          signature: row.signature as Uint8Array,
          ...sentBody(row),
          ms: Number(row.ms),
          kind: optional(row.kind_number)
        }
      )
    },
    byIds(group: number, ids: readonly RecordId[]): OutgoingRow[] {
      const select = sql(
        `SELECT header, signature, body, state FROM log_record WHERE grp = ? AND state IN (0, 1, 2, ${REPLACED})
          AND id IN (SELECT value FROM json_each(?))`
      )
      return select.all(group, JSON.stringify(ids)).map(row => ({
        headerBytes: row.header as Uint8Array,
        signature: row.signature as Uint8Array,
        ...sentBody(row)
      }))
    }
  }
}

/** Nobody needs the body of what another record took the place of. */
function sentBody({ body, state }: Row): Pick<OutgoingRow, 'body' | 'isLeftOut'> {
  return Number(state) === REPLACED ? { body: undefined, isLeftOut: true } : { body: blob(body) }
}
