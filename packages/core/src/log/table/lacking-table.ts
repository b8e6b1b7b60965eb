import type { Role } from '../../groups/role.ts'
import type { PeerId, RecordId } from '../../ids.ts'
import type { Database } from '../../store/store.ts'
import { diskBytes } from '../quota.ts'
import type { SignedRecord } from '../record.ts'
import { blob, optional } from './row.ts'
import type { State } from './state.ts'

/** Bodies that are not here: damaged, wanted or left out. */
export function lackingTable(database: Database) {
  const sql = (text: string) => database.prepare(text)
  return {
    /** Chains of which bodies are damaged or wanted, after one. */
    chainsLacking(group: number, after: number, limit: number): number[] {
      // From one chain to the next, so that one that lacks many costs no more than others.
      const select = sql(
        `WITH RECURSIVE next(chain) AS (
          SELECT min(chain) FROM log_record WHERE grp = ?1 AND state IN (3, 4) AND chain > ?2
          UNION ALL
          SELECT (SELECT min(chain) FROM log_record WHERE grp = ?1 AND state IN (3, 4) AND chain > next.chain)
            FROM next WHERE next.chain IS NOT NULL
        ) SELECT chain FROM next WHERE chain IS NOT NULL LIMIT ?3`
      )
      return select.all(group, after, limit).map(row => Number(row.chain))
    },
    /** Damaged records of a chain, and those whose body is wanted: what came last first, unless told otherwise. */
    lacking(group: number, chain: number, limit: number, { earliestFirst = false } = {}): RecordId[] {
      const order = earliestFirst ? 'ASC' : 'DESC'
      const select = sql(
        `SELECT id FROM log_record WHERE grp = ? AND state IN (3, 4) AND chain = ? ORDER BY arrival ${order} LIMIT ?`
      )
      return select.all(group, chain, limit).map(row => row.id as RecordId)
    },
    bodiesElsewhere(group: number): { wanted: number; leftOut: number } {
      const wanted = sql('SELECT count(*) AS n FROM log_record WHERE grp = ? AND state IN (3, 4) AND state = 4').get(
        group
      )
      const leftOut = sql('SELECT count(*) AS n FROM log_record WHERE grp = ? AND state = 5').get(group)
      return { wanted: Number(wanted?.n), leftOut: Number(leftOut?.n) }
    },
    stillLacking(group: number, ids: readonly RecordId[]): RecordId[] {
      const select = sql(
        'SELECT id FROM log_record WHERE grp = ? AND state IN (3, 4, 5) AND id IN (SELECT value FROM json_each(?))'
      )
      return select.all(group, JSON.stringify(ids)).map(row => row.id as RecordId)
    },
    /** Bodies that were left out, of kinds with these numbers or of unknown kind: what came last first. */
    left(
      group: number,
      options: {
        kinds?: readonly number[] | undefined
        since?: number
        before?: number | undefined
      },
      limit: number
    ): { arrival: number; id: RecordId; device: PeerId; seq: number; bodyBytes: number; kind: string | undefined }[] {
      const { before = Number.MAX_SAFE_INTEGER, kinds, since = 0 } = options
      const select = sql(
        `SELECT arrival, id, device, seq, body_bytes, kind FROM log_record
          WHERE grp = ?1 AND state = 5 AND arrival < ?2 AND ms >= ?3
            AND (?4 IS NULL OR kind_number IN (SELECT value FROM json_each(?4)) OR kind_number IS NULL)
          ORDER BY arrival DESC LIMIT ?5`
      )
      const rows = select.all(group, before, since, kinds ? JSON.stringify(kinds) : null, limit)
      return rows.map(row => ({
        arrival: Number(row.arrival),
        id: row.id as RecordId,
        device: row.device as PeerId,
        seq: Number(row.seq),
        bodyBytes: Number(row.body_bytes),
        kind: row.kind === null ? undefined : String(row.kind)
      }))
    },
    /** Where a record is that is damaged or without its body, which position it had, and what it takes. */
    placeOfLacking(
      group: number,
      id: RecordId
    ): { arrival: number; position: number | undefined; bytes: number; replacedBy: number } | undefined {
      const row = sql(
        `SELECT arrival, position, replaced_by, header, body FROM log_record WHERE id = ? AND grp = ? AND state IN (3, 4, 5)`
      ).get(id, group)
      if (!row) return undefined
      const bytes = diskBytes({ headerBytes: row.header as Uint8Array, body: blob(row.body) })
      const replacedBy = optional(row.replaced_by) ?? 0
      return { arrival: Number(row.arrival), position: optional(row.position), bytes, replacedBy }
    },
    complete(
      arrival: number,
      at: {
        role: Role
        kind: string | undefined
        kindNumber: number | undefined
        state: State
        position: number | undefined
      },
      { header, headerBytes, signature, body }: SignedRecord
    ): void {
      sql(
        `UPDATE log_record SET device = ?, seq = ?, era = ?, ms = ?, count = ?, epoch = ?, role = ?, expires_at = ?, header = ?,
          signature = ?, body = ?, kind = ?, kind_number = ?, state = ?, position = ? WHERE arrival = ?`
      ).run(
        header.device,
        header.seq,
        header.era,
        header.ms,
        header.count,
        header.epoch,
        at.role,
        header.expiresAt ?? null,
        headerBytes,
        signature,
        body ?? null,
        at.kind ?? null,
        at.kindNumber ?? null,
        at.state,
        at.position ?? null,
        arrival
      )
    }
  }
}
