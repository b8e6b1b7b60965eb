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
  /** A database with `CURSOR_TABLE` in it; or, for what is kept in memory alone, the position after which it begins. */
  place: Database | number
  /**
   * Notes in the database what follows from an entry, and nowhere else: it runs in the transaction that also moves the
   * cursor. When it throws, nothing of it happened, and it gets the entry again 5 s later. In memory nothing is undone.
   */
  take(entry: Entry<Data>): Result
  /**
   * Runs after the commit, with what `take` returned for each entry; never twice for one, even when it throws.
   * @default nothing
   */
  taken?(results: readonly Result[]): void
}

export interface Taking {
  /** Resolves when the entry at `position` was taken in, or the plugin stopped. */
  until(position: number): Promise<void>
  /** Resolves when the signal aborted and nothing is under way. */
  readonly ended: Promise<void>
}

/**
 * Takes the log in, in order, from where it stopped the last time until the signal aborts: with a database each entry
 * exactly once, over failures, restarts and kill -9, what waits with one commit. What comes alone does not wait for more.
 */
export function takeIn<Data, Result>(
  context: Pick<PluginContext, 'clock' | 'log' | 'signal'> & { groups: Pick<Groups, 'follow'> },
  { kinds, place, take, taken = () => undefined }: TakingOptions<Data, Result>
): Taking {
  const { clock, groups, log, signal } = context
  const waiting = new Set<{ position: number; resolve: () => void }>()
  const { start, note, portions } = typeof place === 'number' ? inMemory(place) : onDisk(place)
  let reached = start

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
      for await (const portion of portions(entries)) {
        if (signal.aborted) return
        const last = portion.at(-1)?.position ?? reached
        const results = note(last, () => portion.map(entry => take(entry)))
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
  const names = kinds.map(({ name }) => name).join(' ')
  const ended = keepTrying(run, {
    clock,
    signal,
    failed: error => log.error('records are not taken in for the moment', { kinds: names, error: String(error) })
  }).then(wake)

  return {
    ended,
    until: position =>
      position <= reached || signal.aborted
        ? Promise.resolve()
        : new Promise(resolve => waiting.add({ position, resolve }))
  }
}

interface Place {
  start: number
  /** Runs `work` and moves the place, both or neither. */
  note<T>(position: number, work: () => T): T
  /** What is taken in together. */
  portions<T>(entries: AsyncIterable<T>): AsyncIterable<T[]>
}

function onDisk(database: Database): Place {
  const moveCursor = database.prepare('UPDATE cursor SET position = ?')
  return {
    start: Number(database.prepare('SELECT position FROM cursor').get()?.position),
    note: (position, work) =>
      database.transaction(() => {
        const result = work()
        moveCursor.run(position)
        return result
      }),
    portions: allThatWaits
  }
}

/** Nothing is committed: there is nothing to gain from taking in several together. */
function inMemory(start: number): Place {
  return { start, note: (_, work) => work(), portions: oneByOne }
}

async function* oneByOne<T>(source: AsyncIterable<T>): AsyncGenerator<T[]> {
  for await (const one of source) yield [one]
}

/** What is there already, in lists; after a full one everything else has its turn. Reads one entry ahead. */
async function* allThatWaits<T>(source: AsyncIterable<T>): AsyncGenerator<T[]> {
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
    next = read()
    while (batch.length < MOST_AT_ONCE) {
      const ready = await Promise.race([next, allThatIsReady()])
      if (ready === undefined || ready.done) break
      batch.push(ready.value)
      next = read()
    }
    if (batch.length === MOST_AT_ONCE) await nextTurn()
    yield batch
  }
}

/** Resolves when no promise can be settled without waiting for something outside; before anything else has its turn. */
function allThatIsReady(): Promise<undefined> {
  return new Promise(resolve => process.nextTick(() => resolve(undefined)))
}

function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
