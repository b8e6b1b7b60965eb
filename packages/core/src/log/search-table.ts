import { createHash } from 'node:crypto'
import type { AccountId, GroupId } from '../ids.ts'
import type { Database } from '../store/store.ts'
import { READ, stored } from './table/row.ts'
import type { StoredRecord } from './table/row.ts'

/** Fields of one record that are indexed. */
export const MAX_FIELDS = 16

/**
 * The index holds no text, only where words occur: row = position × 16 + the field's index. `place` has a word each for
 * group, kind, field, author and time, so that a search within one group reads nothing of the others.
 */
export const SEARCH_SCHEMA = `
  CREATE VIRTUAL TABLE log_text USING fts5(
    text, place, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
  );
  CREATE TABLE log_indexed (
    kind TEXT PRIMARY KEY,
    position INTEGER NOT NULL -- up to which its records are in the index
  ) STRICT, WITHOUT ROWID;
`

export interface Place {
  group: GroupId
  kind: string
  field: string
  account: AccountId
  /** When it was written, ms since 1970. */
  ms: number
}

/** Spans of time that have a word of their own. */
const SPAN_MS = 30 * 86_400_000
/** A search through more of them reads what it finds instead. */
const MOST_SPANS = 120

export type SearchTable = ReturnType<typeof searchTable>

export function searchTable(database: Database) {
  const sql = (text: string) => database.prepare(text)
  return {
    indexed: (kind: string): number =>
      Number(sql('SELECT position FROM log_indexed WHERE kind = ?').get(kind)?.position ?? 0),
    setIndexed(kind: string, position: number): void {
      sql('INSERT INTO log_indexed VALUES (?, ?) ON CONFLICT DO UPDATE SET position = excluded.position').run(
        kind,
        position
      )
    },
    add({ position, index, text, ...place }: Place & { position: number; index: number; text: string }): void {
      sql('INSERT INTO log_text (rowid, text, place) VALUES (?, ?, ?)').run(
        position * MAX_FIELDS + index,
        text,
        [
          word('group', place.group),
          word('kind', place.kind),
          word('field', place.field),
          word('author', place.account),
          spanWord(place.ms)
        ].join(' ')
      )
    },
    /** Shown records in whose text all terms occur, the newest position first; once for each field that has them. */
    *find(
      terms: readonly string[],
      at: {
        kinds: readonly string[]
        group?: GroupId | undefined
        by?: AccountId | undefined
        field?: string | undefined
        since?: number | undefined
        until?: number | undefined
        before?: number | undefined
      }
    ): Generator<StoredRecord & { kind: string }> {
      const { since = 0, until = Infinity } = at
      const places = [
        at.kinds.map(kind => word('kind', kind)).join(' OR '),
        ...(at.group === undefined ? [] : [word('group', at.group)]),
        ...(at.by === undefined ? [] : [word('author', at.by)]),
        ...(at.field === undefined ? [] : [word('field', at.field)]),
        ...spans(since, until)
      ]
      const match = `text : (${terms.join(' AND ')}) AND place : (${places.map(one => `(${one})`).join(' AND ')})`
      const end = (at.before ?? Number.MAX_SAFE_INTEGER / MAX_FIELDS) * MAX_FIELDS
      const rows = sql('SELECT rowid FROM log_text WHERE log_text MATCH ? AND rowid < ? ORDER BY rowid DESC')
      const record = sql(`SELECT kind, ${READ} WHERE position = ? AND state = 0`)
      for (const { rowid } of rows.iterate(match, Math.floor(end))) {
        const row = record.get(Math.floor(Number(rowid) / MAX_FIELDS))
        if (row && Number(row.ms) >= since && Number(row.ms) < until) yield { ...stored(row), kind: String(row.kind) }
      }
    },
    /** Forgets the words of records at these positions. */
    forget(positions: readonly number[]): void {
      const remove = sql('DELETE FROM log_text WHERE rowid >= ? AND rowid < ?')
      for (const position of positions) remove.run(position * MAX_FIELDS, (position + 1) * MAX_FIELDS)
    }
  }
}

function spanWord(ms: number): string {
  return word('time', String(Math.floor(ms / SPAN_MS)))
}

/** One of the words for all times in a range; nothing where these are too many. */
function spans(since: number, until: number): string[] {
  const first = Math.floor(since / SPAN_MS)
  const count = Math.ceil(until / SPAN_MS) - first
  if (count < 1 || count > MOST_SPANS) return []
  return [Array.from({ length: count }, (_, index) => spanWord((first + index) * SPAN_MS)).join(' OR ')]
}

/** One word of the index that stands for a name of any form: 96 bits of its hash. */
function word(what: string, name: string): string {
  return `x${createHash('sha256').update(`${what} ${name}`).digest('hex').slice(0, 24)}`
}
