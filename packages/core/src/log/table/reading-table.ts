import type { Order } from '../entry.ts'
import type { GroupId, PeerId, RecordId } from '../../ids.ts'
import type { Database } from '../../store/store.ts'
import type { HybridTime } from '../hybrid-time.ts'
import { READ, blob, optional, signedHeader, stored, timeOf } from './row.ts'
import type { SignedHeader, StoredRecord } from './row.ts'
import { WANTED } from './state.ts'
import type { State } from './state.ts'

/** A record as it is on disk, for comparing it with itself. */
export interface CheckedRow extends SignedHeader, HybridTime {
  arrival: number
  group: GroupId
  device: PeerId
  seq: number
  epoch: number
  expiresAt: number | undefined
  body: Uint8Array | undefined
  /** False where it was left out. */
  isBodyHere: boolean
}

/** A record with all that is here of it. */
export interface ExportedRow extends StoredRecord, SignedHeader {
  state: State
}

/** Records as they are read: shown ones, and all for an export or a check. */
export function readingTable(database: Database) {
  const sql = (text: string) => database.prepare(text)
  return {
    byId(id: RecordId): (StoredRecord & { kind: string | undefined }) | undefined {
      const row = sql(`SELECT kind, ${READ} WHERE id = ? AND state = 0`).get(id)
      return row && { ...stored(row), kind: typeof row.kind === 'string' ? row.kind : undefined }
    },
    /** Shown records of these kinds in all groups, by position. */
    after(position: number, kinds: readonly string[], limit: number): (StoredRecord & { kind: string })[] {
      const select = sql(
        `SELECT kind, ${READ} WHERE position > ? AND state = 0 AND kind IN (SELECT value FROM json_each(?))
          ORDER BY position LIMIT ?`
      )
      return select.all(position, JSON.stringify(kinds), limit).map(row => ({ ...stored(row), kind: String(row.kind) }))
    },
    /** Shown records of one kind before a place (undefined: the newest), newest first. */
    before(group: GroupId, kind: string, place: Order | undefined, limit: number): StoredRecord[] {
      const found = `SELECT ${READ} WHERE grp = (SELECT no FROM log_group WHERE id = ?) AND kind = ? AND state = 0`
      const newest = 'ORDER BY era DESC, ms DESC, count DESC, device DESC LIMIT ?'
      if (!place) return sql(`${found} ${newest}`).all(group, kind, limit).map(stored)
      const { era, ms, count, device } = place
      const select = sql(`${found} AND (era, ms, count, device) < (?, ?, ?, ?) ${newest}`)
      return select.all(group, kind, era, ms, count, device, limit).map(stored)
    },
    /** All that is here of a group's records, in order of arrival. */
    exported(group: GroupId, after: number, limit: number): ExportedRow[] {
      const select = sql(
        `SELECT header, signature, state, ${READ} WHERE grp = (SELECT no FROM log_group WHERE id = ?) AND arrival > ?
          ORDER BY arrival LIMIT ?`
      )
      return select
        .all(group, after, limit)
        .map(row => ({ ...signedHeader(row), ...stored(row), state: Number(row.state) as State }))
    },
    recordCount: (): number => Number(sql('SELECT count(*) AS n FROM log_record').get()?.n),
    damagedCount: (): number => Number(sql('SELECT count(*) AS n FROM log_record WHERE state = 3').get()?.n),
    toCheck(after: number, limit: number): CheckedRow[] {
      const select = sql(
        `SELECT arrival, (SELECT id FROM log_group WHERE no = grp) AS grp_id, device, seq, id, era, ms, count, epoch,
          expires_at, header, signature, body, state FROM log_record WHERE arrival > ? ORDER BY arrival LIMIT ?`
      )
      return select.all(after, limit).map(row => ({
        ...signedHeader(row),
        arrival: Number(row.arrival),
        group: row.grp_id as GroupId,
        device: row.device as PeerId,
        seq: Number(row.seq),
        ...timeOf(row),
        epoch: Number(row.epoch),
        expiresAt: optional(row.expires_at),
        body: blob(row.body),
        isBodyHere: Number(row.state) < WANTED
      }))
    }
  }
}
