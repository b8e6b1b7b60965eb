import { delay } from '@borgo/core'
import type { Clock, Database, Entry, Groups, Logger, RecordKind } from '@borgo/core'

/** Entries that are taken in with one commit. */
const BATCH = 500
/** After a failure, e.g. a full disk, the next try, ms. */
const RETRY_MS = 5_000

export interface FollowOptions {
  groups: Groups
  kinds: readonly RecordKind<unknown>[]
  database: Database
  clock: Clock
  log: Logger
  signal: AbortSignal
  /** Runs in the transaction that also moves the cursor: each entry is taken in exactly once. */
  store(entry: Entry): void
  /** Runs after the commit. */
  taken(entries: readonly Entry[]): void
}

export interface Follower {
  /** Resolves when the record at `position` was taken in, or the plugin stopped. */
  until(position: number): Promise<void>
  /** Settles when the signal aborted and nothing is under way. */
  readonly ended: Promise<void>
}

/** Takes the log in, in batches, from where it stopped the last time. */
export function follow(options: FollowOptions): Follower {
  const { clock, database, groups, kinds, log, signal, store, taken } = options
  const waiting = new Set<{ position: number; resolve: () => void }>()
  const cursor = (): number => Number(database.prepare('SELECT position FROM cursor').get()?.position)
  let reached = cursor()

  const wake = (): void => {
    for (const waiter of [...waiting]) {
      if (waiter.position > reached && !signal.aborted) continue
      waiting.delete(waiter)
      waiter.resolve()
    }
  }
  const run = async (): Promise<void> => {
    const over = new AbortController()
    const source = groups.follow(kinds, { after: reached, signal: AbortSignal.any([signal, over.signal]) })
    try {
      for await (const entries of batches(source)) {
        const last = entries.at(-1)?.position ?? reached
        database.transaction(() => {
          for (const entry of entries) store(entry)
          database.prepare('UPDATE cursor SET position = ?').run(last)
        })
        reached = last
        taken(entries)
        wake()
      }
    } finally {
      over.abort()
    }
  }
  const keepOn = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await run()
      } catch (error) {
        if (signal.aborted) break
        log.error('records are not taken in for the moment', { error: String(error), retryMs: RETRY_MS })
        await delay(clock, RETRY_MS, signal).catch(() => undefined)
      }
    }
    wake()
  }

  return {
    ended: keepOn(),
    until: position =>
      position <= reached || signal.aborted
        ? Promise.resolve()
        : new Promise(resolve => waiting.add({ position, resolve }))
  }
}

/** Whatever is there at once, in lists; nothing is waited for when one entry is there. Reads one entry ahead. */
async function* batches<T>(source: AsyncIterable<T>): AsyncGenerator<T[]> {
  const iterator = source[Symbol.asyncIterator]()
  let next = iterator.next()
  for (let first = await next; !first.done; first = await next) {
    const batch = [first.value]
    next = iterator.next()
    // Nobody may be waiting for it when it fails.
    next.catch(() => undefined)
    while (batch.length < BATCH) {
      const ready = await Promise.race([next, turn()])
      if (ready === undefined || ready.done) break
      batch.push(ready.value)
      next = iterator.next()
      next.catch(() => undefined)
    }
    yield batch
  }
}

/** Lets everything that is ready run. */
function turn(): Promise<undefined> {
  return new Promise(resolve => setImmediate(() => resolve(undefined)))
}
