import type { Role } from '../../groups/role.ts'
import type { GroupId, PeerId, RecordId } from '../../ids.ts'
import type { Database } from '../../store/store.ts'
import type { HybridTime } from '../hybrid-time.ts'
import type { SignedRecord } from '../record.ts'
import { READ, optional, stored, timeOf } from './row.ts'
import type { StoredRecord } from './row.ts'
import { DAMAGED, HIDDEN } from './state.ts'
import type { State } from './state.ts'

/** What a sweep empties: also what is not here any more can be given up. */
const EXPIRED = `expires_at IS NOT NULL AND (body IS NOT NULL OR state IN (4, 5)) AND expires_at <= ? AND state <> ${DAMAGED}`

/** Records as they arrive, and what becomes of them. */
export function recordTable(database: Database) {
  const sql = (text: string) => database.prepare(text)
  return {
    add(
      at: {
        group: number
        chain: number
        role: Role
        kind: string | undefined
        kindNumber: number | undefined
        state: State
        position: number | undefined
      },
      { id, header, headerBytes, signature, body }: SignedRecord
    ): void {
      sql(
        `INSERT INTO log_record (grp, chain, device, seq, id, era, ms, count, epoch, role, expires_at, header, signature,
          body, body_bytes, kind, kind_number, state, position, replaced_by)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
      ).run(
        at.group,
        at.chain,
        header.device,
        header.seq,
        id,
        header.era,
        header.ms,
        header.count,
        header.epoch,
        at.role,
        header.expiresAt ?? null,
        headerBytes,
        signature,
        body ?? null,
        header.bodyBytes,
        at.kind ?? null,
        at.kindNumber ?? null,
        at.state,
        at.position ?? null,
        header.replaces ? 0 : null
      )
    },
    lastPosition(): number {
      const row = sql('SELECT max(position) AS last FROM log_record WHERE position IS NOT NULL').get()
      return optional(row?.last) ?? 0
    },
    setState(arrival: number, state: State): void {
      sql('UPDATE log_record SET state = ? WHERE arrival = ?').run(state, arrival)
    },
    /** Of which chain a record is, and its place there. */
    ownerOf(arrival: number): { group: GroupId; device: PeerId; seq: number } | undefined {
      const select = sql(
        `SELECT (SELECT id FROM log_group WHERE no = grp) AS grp_id, device, seq FROM log_record WHERE arrival = ?`
      )
      const row = select.get(arrival)
      return row && { group: row.grp_id as GroupId, device: row.device as PeerId, seq: Number(row.seq) }
    },
    /** Of one epoch, in order of arrival. */
    locked(group: number, epoch: number, after: number, limit: number): (StoredRecord & { headerBytes: Uint8Array })[] {
      const select = sql(
        `SELECT header, ${READ} WHERE grp = ? AND state = 2 AND epoch = ? AND arrival > ? ORDER BY arrival LIMIT ?`
      )
      return select
        .all(group, epoch, after, limit)
        .map(row => ({ ...stored(row), headerBytes: row.header as Uint8Array }))
    },
    unlock(
      arrival: number,
      at: { kind: string | undefined; kindNumber: number | undefined; state: State; position: number | undefined }
    ): void {
      const update = sql('UPDATE log_record SET kind = ?, kind_number = ?, state = ?, position = ? WHERE arrival = ?')
      update.run(at.kind ?? null, at.kindNumber ?? null, at.state, at.position ?? null, arrival)
    },
    /** Records that are encrypted under one epoch's key. */
    count(group: number, epoch: number): number {
      const row = sql('SELECT count(*) AS n FROM log_record WHERE grp = ? AND epoch = ?').get(group, epoch)
      return Number(row?.n)
    },
    /** When a group's record, proof of a fork or not, was written; undefined when it is not here. */
    timeOf(group: number, id: RecordId): HybridTime | undefined {
      const fork =
        'SELECT f.era, f.ms, f.count FROM log_fork f JOIN log_chain c ON c.no = f.chain WHERE f.id = ? AND c.grp = ?'
      const row =
        sql('SELECT era, ms, count FROM log_record WHERE id = ? AND grp = ?').get(id, group) ?? sql(fork).get(id, group)
      return row && timeOf(row)
    },
    idAt(chain: number, seq: number): RecordId | undefined {
      return sql('SELECT id FROM log_record WHERE chain = ? AND seq = ?').get(chain, seq)?.id as RecordId | undefined
    },
    /** Where a chain's record number `seq` stands in the order of arrival. */
    arrivalOf(chain: number, seq: number): number | undefined {
      return optional(sql('SELECT arrival FROM log_record WHERE chain = ? AND seq = ?').get(chain, seq)?.arrival)
    },
    /** Of a chain, by seq. */
    rowsFrom(
      chain: number,
      seq: number,
      limit: number
    ): { arrival: number; seq: number; state: State; position: number | undefined }[] {
      const select = sql(
        'SELECT arrival, seq, state, position FROM log_record WHERE chain = ? AND seq >= ? ORDER BY seq LIMIT ?'
      )
      return select.all(chain, seq, limit).map(row => ({
        arrival: Number(row.arrival),
        seq: Number(row.seq),
        state: Number(row.state) as State,
        position: optional(row.position)
      }))
    },
    hide(arrival: number): void {
      sql(`UPDATE log_record SET state = ${HIDDEN}, replaced_at = NULL WHERE arrival = ?`).run(arrival)
    },
    /** Hides a record and deletes its body. */
    expire(arrival: number): void {
      sql(`UPDATE log_record SET body = NULL, state = ${HIDDEN}, replaced_at = NULL WHERE arrival = ?`).run(arrival)
    },
    /** What expired at `before` or earlier and was not emptied yet, and what its body takes here. */
    expired(
      before: number,
      limit: number
    ): { arrival: number; group: GroupId; device: PeerId; bytes: number; position: number | undefined }[] {
      const select = sql(
        `SELECT arrival, (SELECT id FROM log_group WHERE no = grp) AS grp_id, device, position,
          coalesce(length(body), 0) AS bytes FROM log_record WHERE ${EXPIRED} LIMIT ?`
      )
      return select.all(before, limit).map(row => ({
        arrival: Number(row.arrival),
        group: row.grp_id as GroupId,
        device: row.device as PeerId,
        bytes: Number(row.bytes),
        position: optional(row.position)
      }))
    }
  }
}
