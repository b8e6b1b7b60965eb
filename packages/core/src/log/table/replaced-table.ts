import type { GroupId, PeerId } from '../../ids.ts'
import type { Database } from '../../store/store.ts'
import { READ, optional, stored } from './row.ts'
import type { StoredRecord } from './row.ts'
import { DAMAGED, REPLACED } from './state.ts'
import type { State } from './state.ts'

/** A body that another record took the place of. */
export interface Outdated {
  arrival: number
  group: GroupId
  device: PeerId
  /** Since when, ms by our clock. */
  at: number
  isNeeded: boolean
  position: number | undefined
  bytes: number
}

/** What takes the place of what; see `replacing.ts`. */
export function replacedTable(database: Database) {
  const sql = (text: string) => database.prepare(text)
  return {
    /** `counts`: else it is only noted, for when it does. */
    replace(chain: number, seq: number, { by, counts, now }: { by: number; counts: boolean; now: number }): void {
      const note = 'UPDATE log_record SET replaced_by = ? WHERE chain = ? AND seq = ? AND replaced_by = 0'
      const noted = sql(note).run(by, chain, seq)
      if (!counts || Number(noted.changes) === 0) return
      sql(
        `UPDATE log_record SET state = ${REPLACED}, replaced_at = iif(body IS NULL, NULL, ?)
          WHERE chain = ? AND seq = ? AND state <> ${DAMAGED}`
      ).run(now, chain, seq)
    },
    /** Of a chain, what others of it took the place of, by these and then by seq: after one place. */
    replacedAfter(
      group: number,
      chain: number,
      after: { by: number; seq: number },
      limit: number
    ): (StoredRecord & { replacedBy: number })[] {
      const select = sql(
        `SELECT ${READ} WHERE grp = ? AND state = ${REPLACED} AND chain = ? AND replaced_by > 0
          AND (replaced_by, seq) > (?, ?) ORDER BY replaced_by, seq LIMIT ?`
      )
      return select
        .all(group, chain, after.by, after.seq, limit)
        .map(row => ({ ...stored(row), replacedBy: Number(row.replaced_by) }))
    },
    /** As `replacedAfter`, what is in another state although a record up to `last` took its place. */
    revived(
      { chain, group, state }: { group: number; chain: number; state: State },
      after: { by: number; seq: number },
      last: number,
      limit: number
    ): { arrival: number; seq: number; replacedBy: number }[] {
      const select = sql(
        `SELECT arrival, seq, replaced_by FROM log_record WHERE grp = ? AND state = ? AND chain = ? AND replaced_by > 0
          AND replaced_by <= ? AND (replaced_by, seq) > (?, ?) ORDER BY replaced_by, seq LIMIT ?`
      )
      const most = Math.min(last, Number.MAX_SAFE_INTEGER)
      return select.all(group, state, chain, most, after.by, after.seq, limit).map(row => ({
        arrival: Number(row.arrival),
        seq: Number(row.seq),
        replacedBy: Number(row.replaced_by)
      }))
    },
    revive(arrival: number, at: { kind: string | undefined; state: State; position: number | undefined }): void {
      sql('UPDATE log_record SET kind = ?, state = ?, position = ?, replaced_at = NULL WHERE arrival = ?').run(
        at.kind ?? null,
        at.state,
        at.position ?? null,
        arrival
      )
    },
    replaceAgain(arrival: number, now: number): void {
      sql(`UPDATE log_record SET state = ${REPLACED}, replaced_at = iif(body IS NULL, NULL, ?) WHERE arrival = ?`).run(
        now,
        arrival
      )
    },
    /** Bodies that were replaced at `before` or earlier; needed still while what takes their place is not here whole. */
    outdated(before: number, after: { at: number; arrival: number }, limit: number): Outdated[] {
      const select = sql(
        `SELECT arrival, replaced_at, (SELECT id FROM log_group WHERE no = grp) AS grp_id, device, position,
            length(body) AS bytes, EXISTS (SELECT 1 FROM log_record n
              WHERE n.chain = r.chain AND n.seq = r.replaced_by AND n.state IN (3, 4, 5)) AS is_needed
          FROM log_record r WHERE replaced_at IS NOT NULL AND replaced_at <= ? AND (replaced_at, arrival) > (?, ?)
          ORDER BY replaced_at, arrival LIMIT ?`
      )
      return select.all(before, after.at, after.arrival, limit).map(row => ({
        arrival: Number(row.arrival),
        at: Number(row.replaced_at),
        isNeeded: Number(row.is_needed) === 1,
        group: row.grp_id as GroupId,
        device: row.device as PeerId,
        position: optional(row.position),
        bytes: Number(row.bytes)
      }))
    },
    empty(arrival: number): void {
      sql('UPDATE log_record SET body = NULL, replaced_at = NULL WHERE arrival = ?').run(arrival)
    },
    /** Records whose body is not kept since another one took their place, and how long these bodies were. */
    replacedCount(group: number): { records: number; bytes: number } {
      const row = sql(
        `SELECT count(*) AS n, coalesce(sum(body_bytes), 0) AS bytes FROM log_record
          WHERE grp = ? AND state = ${REPLACED} AND replaced_by > 0 AND replaced_at IS NULL`
      ).get(group)
      return { records: Number(row?.n), bytes: Number(row?.bytes) }
    },
    /** Seqs of a chain's records of a kind and key that nothing took the place of, the earliest first. */
    live(chain: number, kind: string, key: string, limit: number): number[] {
      const select = sql('SELECT seq FROM log_live WHERE chain = ? AND kind = ? AND key = ? ORDER BY seq LIMIT ?')
      return select.all(chain, kind, key, limit).map(row => Number(row.seq))
    },
    addLive(chain: number, kind: string, key: string, seq: number): void {
      sql('INSERT INTO log_live VALUES (?, ?, ?, ?)').run(chain, kind, key, seq)
    },
    removeLive(chain: number, kind: string, key: string, seq: number): void {
      sql('DELETE FROM log_live WHERE chain = ? AND kind = ? AND key = ? AND seq = ?').run(chain, kind, key, seq)
    }
  }
}
