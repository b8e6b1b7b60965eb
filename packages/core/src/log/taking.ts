import type { Groups } from '../groups/group.ts'
import { keepTrying } from '../keep-trying.ts'
import type { PluginContext } from '../plugin.ts'
import type { Database } from '../store/store.ts'
import type { Entry } from './entry.ts'
import type { RecordKind } from './kind.ts'

/**
 * Entries that are taken in with one commit at most: 8 MiB of the longest.
 * More make it hardly faster, and nothing else runs meanwhile.
 */
export const MOST_AT_ONCE = 128

/** The table that `takeIn` needs in the plugin's database: up to where the log was taken in. For its first migration. */
export const CURSOR_TABLE = `
  CREATE TABLE cursor (position INTEGER NOT NULL) STRICT;
  INSERT INTO cursor VALUES (0);
`

export interface TakingOptions<Data, Result> {
  kinds: readonly RecordKind<Data>[]
  /** The plugin's own, with `CURSOR_TABLE` in it. */
  database: Database
  /**
   * Notes in the database what follows from an entry, and nowhere else: it runs in the transaction that also moves the
   * cursor. When it throws, nothing of it happened, and it gets the entry again 5 s later.
   */
  take(entry: Entry<Data>): Result
  /** Runs after the commit, with what `take` returned for each entry; never twice for one, even when it throws. */
  taken(results: readonly Result[]): void
}

export interface Taking {
  /** Resolves when the entry at `position` was taken in, or the plugin stopped. */
  until(position: number): Promise<void>
  /** Resolves when the signal aborted and nothing is under way. */
  readonly ended: Promise<void>
}

/**
 * Takes the log in, from where it stopped the last time until the signal aborts: each entry exactly once, in order, over
 * failures, restarts and kill -9. What waits is taken in together; what comes alone is not kept waiting for more.
 */
export function takeIn<Data, Result>(
  context: Pick<PluginContext, 'clock' | 'log' | 'signal'> & { groups: Pick<Groups, 'follow'> },
  { kinds, database, take, taken }: TakingOptions<Data, Result>
): Taking {
  const { clock, groups, log, signal } = context
  const waiting = new Set<{ position: number; resolve: () => void }>()
  const moveCursor = database.prepare('UPDATE cursor SET position = ?')
  let reached = Number(database.prepare('SELECT position FROM cursor').get()?.position)

  const wake = (): void => {
    for (const waiter of [...waiting]) {
      if (waiter.position > reached && !signal.aborted) continue
      waiting.delete(waiter)
      waiter.resolve()
    }
  }
  const run = async (): Promise<void> => {
    const over = new AbortController()
    const entries = groups.follow(kinds, { after: reached, signal: AbortSignal.any([signal, over.signal]) })
    try {
      for await (const batch of batches(entries)) {
        if (signal.aborted) return
        const last = batch.at(-1)?.position ?? reached
        const results = database.transaction(() => {
          const noted = batch.map(take)
          moveCursor.run(last)
          return noted
        })
        reached = last
        try {
          taken(results)
        } finally {
          wake()
        }
      }
    } finally {
      over.abort()
    }
  }
  const ended = keepTrying(run, {
    clock,
    signal,
    failed: error => log.error('records are not taken in for the moment', { error: String(error) })
  }).then(wake)

  return {
    ended,
    until: position =>
      position <= reached || signal.aborted
        ? Promise.resolve()
        : new Promise(resolve => waiting.add({ position, resolve }))
  }
}

/** What is there within a turn, in lists; between them everything else has its turn. Reads one entry ahead. */
async function* batches<T>(source: AsyncIterable<T>): AsyncGenerator<T[]> {
  const iterator = source[Symbol.asyncIterator]()
  const read = (): Promise<IteratorResult<T>> => {
    const next = iterator.next()
    // Nobody may be waiting for it when it fails.
    next.catch(() => undefined)
    return next
  }
  let next = read()
  for (let first = await next; !first.done; first = await next) {
    const batch = [first.value]
    const turn = nextTurn()
    next = read()
    while (batch.length < MOST_AT_ONCE) {
      const ready = await Promise.race([next, turn])
      if (ready === undefined || ready.done) break
      batch.push(ready.value)
      next = read()
    }
    await turn
    yield batch
  }
}

/** Lets everything that is ready run. */
function nextTurn(): Promise<undefined> {
  return new Promise(resolve => setImmediate(() => resolve(undefined)))
}
