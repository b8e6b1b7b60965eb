import type { RecordId } from '../../ids.ts'
import type { Database } from '../../store/store.ts'
import type { SignedRecord } from '../record.ts'
import { signedHeader } from './row.ts'
import type { SignedHeader } from './row.ts'

/** What a stopped device signed, beside its chain and in it. */
export function forkTable(database: Database) {
  const sql = (text: string) => database.prepare(text)
  return {
    addFork(chain: number, { id, header, headerBytes, signature }: SignedRecord): void {
      const insert = sql('INSERT INTO log_fork VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      insert.run(id, chain, header.seq, header.era, header.ms, header.count, headerBytes, signature)
    },
    forkCount(chain: number): number {
      return Number(sql('SELECT count(*) AS n FROM log_fork WHERE chain = ?').get(chain)?.n)
    },
    /** As they came, from after one row on. */
    forks(chain: number, after = 0, limit = -1): (SignedHeader & { row: number })[] {
      const select = sql(
        'SELECT rowid, id, header, signature FROM log_fork WHERE chain = ? AND rowid > ? ORDER BY rowid LIMIT ?'
      )
      return select.all(chain, after, limit).map(row => ({ ...signedHeader(row), row: Number(row.rowid) }))
    },
    forksAt(chain: number, seq: number, limit: number): SignedHeader[] {
      const select = sql('SELECT id, header, signature FROM log_fork WHERE chain = ? AND seq = ? LIMIT ?')
      return select.all(chain, seq, limit).map(signedHeader)
    },
    /** Of a chain's own records, by seq. */
    headersBetween(chain: number, from: number, to: number, limit: number): (SignedHeader & { seq: number })[] {
      const select = sql(
        'SELECT id, seq, header, signature FROM log_record WHERE chain = ? AND seq BETWEEN ? AND ? AND state <> 3 ORDER BY seq LIMIT ?'
      )
      return select.all(chain, from, to, limit).map(row => ({ ...signedHeader(row), seq: Number(row.seq) }))
    },
    /** Ids of all that is here of a chain between two seqs: its own records and those beside them. */
    *idsBetween(chain: number, from: number, to: number): Generator<RecordId> {
      const select = sql(
        `SELECT id FROM log_record WHERE chain = ?1 AND seq BETWEEN ?2 AND ?3
          UNION ALL SELECT id FROM log_fork WHERE chain = ?1 AND seq BETWEEN ?2 AND ?3`
      )
      for (const row of select.iterate(chain, from, to)) yield row.id as RecordId
    }
  }
}
