import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { AccountId, GroupId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../store/store.ts'
import type { Entry } from './entry.ts'
import type { Journal } from './journal.ts'
import type { RecordKind } from './kind.ts'
import type { Registry } from './registry.ts'
import type { AnyKind, Examiner } from './reader.ts'
import { MAX_FIELDS } from './search-table.ts'
import type { SearchTable } from './search-table.ts'

export interface SearchOptions<T> {
  kinds: readonly RecordKind<T>[]
  group?: GroupId
  /** Only what this person wrote. */
  by?: AccountId
  /** Only words of this field; see `RecordKind.text`. */
  field?: string
  /** Only what was written then or later, and before: ms since 1970, by the authors' clocks. */
  since?: number
  until?: number
  /** The `before` of the page before. */
  before?: number
  /** 1 to 200. @default 50 */
  limit?: number
}

export interface SearchPage<T> {
  /** What came to this device last comes first. */
  entries: Entry<T>[]
  /** Pass as `before` for more; undefined when there is no more. */
  before: number | undefined
}

const DEFAULT_FOUND = 50
const MOST_FOUND = 200
/** Records that enter the index in one transaction, 8 MiB of longest bodies. */
const INDEXED_ROWS = 128
/** How long after a record it enters the index unasked: one more commit for many records. */
const INDEX_AFTER_MS = 2_000
const MAX_TERMS = 32

/** Finds records by their words. Nothing of it leaves this device. */
export interface Search {
  /** See `Groups.search`. */
  search<T>(query: string, options: SearchOptions<T>): Promise<SearchPage<T>>
  /** Resolves when nothing is written any more. */
  stop(): Promise<void>
}

/**
 * An index over the text that kinds declare. It follows the log, kind by kind, from where it stopped: so that it needs no
 * place in the transaction that stores a record, and takes up kinds that are defined long after their records came.
 */
export function createSearch(options: {
  journal: Journal
  table: SearchTable
  database: Database
  examiner: Examiner
  kinds: Registry<AnyKind>
  clock: Clock
  logger: Logger
}): Search {
  const { journal, table, database, examiner, kinds, clock, logger } = options
  let running: Promise<void> | undefined
  let cancelRun: (() => void) | undefined
  let isStopped = false

  const add = (kind: AnyKind, from: number): number => {
    const end = journal.table.lastPosition()
    const rows = journal.table.after(from, [kind.name], INDEXED_ROWS)
    const done = rows.length < INDEXED_ROWS ? end : (rows.at(-1)?.position ?? end)
    database.transaction(() => {
      for (const row of rows) {
        const entry = examiner.read(row, kind)
        if (!entry || !kind.text) continue
        const fields = Object.entries(kind.text(entry.data)).slice(0, MAX_FIELDS)
        for (const [index, [field, text]] of fields.entries())
          table.add({ ...entry, ms: entry.order.ms, field, index, text })
      }
      table.setIndexed(kind.name, done)
    })
    return done
  }

  const index = async (): Promise<void> => {
    for (const kind of kinds.all()) {
      if (!kind.text) continue
      let done = table.indexed(kind.name)
      while (!isStopped && done < journal.table.lastPosition()) {
        done = add(kind, done)
        await setImmediate()
      }
    }
  }
  const run = (): Promise<void> =>
    (running ??= index().finally(() => {
      running = undefined
    }))

  const stopWatching = journal.onCommit(() => {
    if (isStopped) return
    cancelRun ??= clock.after(INDEX_AFTER_MS, () => {
      cancelRun = undefined
      run().catch((error: unknown) => logger.error('the search index is behind', { error: String(error) }))
    })
  })

  return {
    async search<T>(query: string, { kinds: wanted, limit = DEFAULT_FOUND, ...at }: SearchOptions<T>) {
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST_FOUND)
        throw new TypeError(`a search finds 1 to ${MOST_FOUND} records`)
      const terms = termsOf(query)
      if (terms.length === 0) return { entries: [], before: undefined }
      // One that runs already may have passed what was written since it began.
      await running
      await run()
      const byName = new Map(wanted.map(kind => [kind.name, kind]))
      const entries: SearchPage<T>['entries'] = []
      let last: number | undefined
      for (const row of table.find(terms, { ...at, kinds: [...byName.keys()] })) {
        if (row.position === last) continue
        if (entries.length === limit) return { entries, before: last }
        last = row.position
        const kind = byName.get(row.kind)
        const entry = kind && examiner.read(row, kind)
        if (entry) entries.push(entry)
      }
      return { entries, before: undefined }
    },
    async stop() {
      isStopped = true
      stopWatching()
      cancelRun?.()
      await running?.catch(() => undefined)
    }
  }
}

/** Words and "quoted phrases"; the last word may be the beginning of one. */
export function termsOf(query: string): string[] {
  const found = [...query.replace(/\p{Cc}/gu, ' ').matchAll(/"([^"]*)"?|[^\s"]+/g)]
  return found
    .map(([text, phrase], index) => {
      const isOpen = index === found.length - 1 && phrase === undefined
      return `"${phrase ?? text}"${isOpen ? ' *' : ''}`
    })
    .filter(term => /[\p{L}\p{N}]/u.test(term))
    .slice(0, MAX_TERMS)
}
