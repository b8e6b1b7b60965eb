import type { GroupId, PeerId, RecordId } from '../../ids.ts'
import type { Database } from '../../store/store.ts'
import type { HybridTime } from '../hybrid-time.ts'
import { WHOLE } from '../scope.ts'
import type { SyncScope } from '../scope.ts'
import { optional, timeOf } from './row.ts'

export interface ChainRow extends HybridTime {
  no: number
  device: PeerId
  /** 0: nothing of it is here but the proof that it was stopped for. */
  seq: number
  tip: RecordId | undefined
  /** What its records take here. */
  bytes: number
  forkedAt: number | undefined
  /** Up to which seq its records counted when their state was last brought in line with that; undefined: under way. */
  settledTo: number | undefined
}

/** On disk, where no number is all of a chain. */
const UNSETTLED = -1

export interface HeadRow extends HybridTime {
  id: RecordId
  device: PeerId
}

/** Groups, their devices' chains, the heads of these, and which contents are fetched. */
export function chainTable(database: Database) {
  const sql = (text: string) => database.prepare(text)
  return {
    groups(): { no: number; id: GroupId }[] {
      const rows = sql('SELECT no, id FROM log_group').all()
      return rows.map(row => ({ no: Number(row.no), id: row.id as GroupId }))
    },
    group(id: GroupId): number {
      const find = sql('SELECT no FROM log_group WHERE id = ?')
      const known = find.get(id)
      return Number(known ? known.no : sql('INSERT INTO log_group (id) VALUES (?)').run(id).lastInsertRowid)
    },
    scope(group: number): SyncScope {
      const row = sql('SELECT max_age_ms, kinds FROM log_scope WHERE grp = ?').get(group)
      if (!row) return WHOLE
      const kinds = row.kinds === null ? undefined : (JSON.parse(String(row.kinds)) as string[])
      return { maxAgeMs: optional(row.max_age_ms), kinds }
    },
    setScope(group: number, { kinds, maxAgeMs }: SyncScope): void {
      const upsert = sql('INSERT OR REPLACE INTO log_scope VALUES (?, ?, ?)')
      upsert.run(group, maxAgeMs ?? null, kinds ? JSON.stringify(kinds) : null)
    },
    chains(group: number): ChainRow[] {
      const rows = sql('SELECT * FROM log_chain WHERE grp = ?').all(group)
      return rows.map(row => ({
        no: Number(row.no),
        device: row.device as PeerId,
        seq: Number(row.seq),
        tip: typeof row.tip === 'string' ? (row.tip as RecordId) : undefined,
        ...timeOf(row),
        bytes: Number(row.bytes),
        forkedAt: optional(row.forked_at),
        settledTo: settledTo(optional(row.settled_to))
      }))
    },
    addChain(
      group: number,
      { device, seq, tip, era, ms, count, bytes }: Omit<ChainRow, 'no' | 'forkedAt' | 'settledTo'>
    ): number {
      const insert = sql(
        `INSERT INTO log_chain (grp, device, seq, tip, era, ms, count, bytes, settled_to)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ${UNSETTLED})`
      )
      return Number(insert.run(group, device, seq, tip ?? null, era, ms, count, bytes).lastInsertRowid)
    },
    updateChain({ no, seq, tip, era, ms, count, bytes, forkedAt, settledTo }: ChainRow): void {
      const update = sql(
        'UPDATE log_chain SET seq = ?, tip = ?, era = ?, ms = ?, count = ?, bytes = ?, forked_at = ?, settled_to = ? WHERE no = ?'
      )
      update.run(
        seq,
        tip ?? null,
        era,
        ms,
        count,
        bytes,
        forkedAt ?? null,
        settledTo === Infinity ? null : (settledTo ?? UNSETTLED),
        no
      )
    },
    /** Of all groups' records. */
    bytes(): number {
      return Number(sql('SELECT coalesce(sum(bytes), 0) AS bytes FROM log_chain').get()?.bytes)
    },
    heads(group: number): HeadRow[] {
      const rows = sql('SELECT * FROM log_head WHERE grp = ?').all(group)
      return rows.map(row => ({ id: row.id as RecordId, device: row.device as PeerId, ...timeOf(row) }))
    },
    addHead(group: number, { id, device, era, ms, count }: HeadRow): void {
      const insert = sql('INSERT INTO log_head (grp, id, device, era, ms, count) VALUES (?, ?, ?, ?, ?, ?)')
      insert.run(group, id, device, era, ms, count)
    },
    removeHead(group: number, id: RecordId): void {
      sql('DELETE FROM log_head WHERE grp = ? AND id = ?').run(group, id)
    }
  }
}

function settledTo(stored: number | undefined): number | undefined {
  if (stored === undefined) return Infinity
  return stored === UNSETTLED ? undefined : stored
}
