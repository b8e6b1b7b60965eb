import type { Clock } from '../clock.ts'
import type { GroupId, RecordId } from '../ids.ts'
import type { Journal } from './journal.ts'

/** How long members may take to send the next of what is fetched. */
const SILENCE_MS = 10_000
/** Records that are fetched at once. */
const MOST_FETCHED = 1_000

/** What became of a request for contents that were left with other members. */
export interface Fetched {
  /** How many came. */
  came: number
  /** How many of the group are still elsewhere. */
  leftOut: number
}

interface Deps {
  clock: Clock
  journal: Journal
}

/**
 * Asks the connected members for contents that were left out, the latest first; resolves when they are here or nothing
 * came for ten seconds. What did not come goes on being asked for whenever a member connects. Throws TypeError for a
 * limit out of range, `signal.reason`.
 */
export async function fetchLeftOut(
  group: GroupId,
  options: { kinds?: readonly string[] | undefined; limit: number; signal?: AbortSignal | undefined },
  deps: Deps
): Promise<Fetched> {
  const { kinds, limit, signal } = options
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST_FETCHED)
    throw new TypeError(`1 to ${MOST_FETCHED} records are fetched at once`)
  signal?.throwIfAborted()
  const ids = deps.journal.request(group, { kinds, limit })
  const lacking = await untilHere(group, ids, deps, signal)
  signal?.throwIfAborted()
  const { leftOut, wanted } = deps.journal.bodiesElsewhere(group)
  return { came: ids.length - lacking, leftOut: leftOut + wanted }
}

/** Resolves with how many of these are not here when no more come. */
function untilHere(
  group: GroupId,
  ids: readonly RecordId[],
  { clock, journal }: Deps,
  signal: AbortSignal | undefined
): Promise<number> {
  return new Promise(resolve => {
    let left = ids
    let cancel = clock.after(SILENCE_MS, () => done())
    const done = (): void => {
      cancel()
      stop()
      signal?.removeEventListener('abort', done)
      resolve(left.length)
    }
    const look = (): void => {
      const before = left.length
      left = journal.stillLacking(group, left)
      if (left.length === 0) return done()
      if (left.length === before) return
      cancel()
      cancel = clock.after(SILENCE_MS, done)
    }
    const stop = journal.onCommit(look)
    signal?.addEventListener('abort', done, { once: true })
    look()
  })
}
