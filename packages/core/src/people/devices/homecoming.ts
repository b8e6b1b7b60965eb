import { decodeCanonical, encodeCanonical, readingAs } from '../../canonical.ts'
import type { Clock } from '../../clock.ts'
import { join } from '../../groups/join.ts'
import type { JoinDeps } from '../../groups/join.ts'
import type { AccountId, GroupId } from '../../ids.ts'
import { listeners } from '../../listeners.ts'
import type { Logger } from '../../logger.ts'
import type { Database } from '../../store/store.ts'
import { encodePlace, readPlace } from './place.ts'
import type { Place } from './place.ts'

/** Part of the core's database. Rows of another account are of an adoption that a crash prevented. */
export const HOMECOMING_SCHEMA = `
  CREATE TABLE homecoming ( -- groups of this person that this device is to get into
    account TEXT NOT NULL,
    group_id TEXT NOT NULL,
    place BLOB NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (account, group_id)
  ) STRICT, WITHOUT ROWID;
`

/** First wait after nobody let us in, doubled up to the longest, ms. */
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 60_000
/** Nobody lets us in any more, ms. */
const GIVE_UP_MS = 30 * 86_400_000
/** Groups that are asked at once. */
const AT_ONCE = 8

/** A group of this person that this device is not in yet. */
export interface Awaited {
  group: GroupId
  name: string
  /** The code of why the last try failed, e.g. UNREACHABLE; undefined before the first one ended. */
  problem: string | undefined
}

/** Gets this device into groups of its person, through any member, by the account's own word. Over restarts. */
export interface Homecoming {
  /** Asks until this device is in, for 30 days. */
  add(place: Place): void
  /** Stops asking. */
  remove(group: GroupId): void
  list(): Awaited[]
  /** The list changed. Returns its undo. */
  onChange(listener: () => void): () => void
  stop(): void
}

/** Notes where a device of this account is to get in once it is one. */
export function noteHomecoming(database: Database, account: AccountId, places: readonly Place[], now: number): void {
  const insert = database.prepare(
    'INSERT INTO homecoming VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET place = excluded.place, since = excluded.since'
  )
  database.transaction(() => {
    for (const place of places) insert.run(account, place.group, encodeCanonical(encodePlace(place)), now)
  })
}

export function startHomecoming(deps: JoinDeps & { database: Database; clock: Clock; logger: Logger }): Homecoming {
  const { clock, database, identity, logger, membership } = deps
  const { account } = identity
  const { on: onChange, tell: changed } = listeners()
  const stopping = new AbortController()
  const problems = new Map<GroupId, string>()
  /** What ends the wait or the try of each group that is asked for. */
  const pending = new Map<GroupId, AbortController>()
  let running = 0
  const queue: (() => Promise<void>)[] = []

  const places = (): { place: Place; since: number }[] =>
    database
      .prepare('SELECT place, since FROM homecoming WHERE account = ? ORDER BY since, group_id')
      .all(account)
      .map(row => ({ place: stored(row.place), since: Number(row.since) }))
  const forget = (group: GroupId): void => {
    pending.get(group)?.abort()
    pending.delete(group)
    problems.delete(group)
    database.prepare('DELETE FROM homecoming WHERE account = ? AND group_id = ?').run(account, group)
    changed()
  }

  const next = (): void => {
    const work = running < AT_ONCE ? queue.shift() : undefined
    if (!work) return
    running++
    void work().finally(() => {
      running--
      next()
    })
  }
  const attempt = async (place: Place, signal: AbortSignal): Promise<void> => {
    // The account's own key stands for an invitation's.
    await join({ ...place, secret: identity.accountSeed }, deps, signal)
    logger.info('came into a group of this person', { group: place.group })
  }
  const ask = ({ place, since }: { place: Place; since: number }, waitMs: number): void => {
    const { group } = place
    pending.get(group)?.abort()
    const controller = new AbortController()
    pending.set(group, controller)
    const signal = AbortSignal.any([controller.signal, stopping.signal])
    const tryOnce = async (): Promise<void> => {
      if (signal.aborted) return
      try {
        if (!membership.state(group)) await attempt(place, signal)
        if (!signal.aborted) forget(group)
      } catch (error) {
        if (signal.aborted) return
        if (clock.now() - since > GIVE_UP_MS) return forget(group)
        problems.set(group, codeOf(error))
        changed()
        logger.debug('not in a group of this person yet', { group, error: String(error) })
        ask({ place, since }, Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, 2 * waitMs)))
      }
    }
    const cancel = clock.after(waitMs, () => {
      queue.push(tryOnce)
      next()
    })
    signal.addEventListener('abort', cancel)
  }

  database.prepare('DELETE FROM homecoming WHERE account <> ?').run(account)
  for (const one of places()) ask(one, 0)

  return {
    add(place) {
      if (membership.state(place.group)) return
      const now = clock.now()
      noteHomecoming(database, account, [place], now)
      ask({ place, since: now }, 0)
      changed()
    },
    remove(group) {
      if (pending.has(group)) forget(group)
    },
    list: () => places().map(({ place: { group, name } }) => ({ group, name, problem: problems.get(group) })),
    onChange,
    stop() {
      stopping.abort(new Error('the node stops'))
    }
  }
}

function stored(bytes: unknown): Place {
  return readingAs('STORE_CORRUPT', 'an undamaged list of groups: restore the folder from a backup', () => {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('a column that holds bytes holds something else')
    return readPlace(decodeCanonical(bytes))
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL'
}
