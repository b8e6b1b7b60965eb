import type { Clock } from '../clock.ts'
import type { GroupId } from '../ids.ts'
import { EARLIEST_MS, isOff } from '../log/hybrid-time.ts'
import type { Database } from '../store/store.ts'
import type { EpochState } from './state.ts'

/** One migration: since when this device knows the present key of each group, by its own clock. */
export const KEY_AGE_SCHEMA = `
  CREATE TABLE membership_key_seen (
    group_id TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`

/**
 * How old a group's present key is, ms: since its author made it, or, where the author's clock tells nothing, since this
 * device has known it. A clock that ran ahead, here or there, does not stop keys from getting old.
 */
export function keyAges(
  database: Database,
  clock: Pick<Clock, 'now'>
): (group: GroupId, key: Pick<EpochState, 'epoch' | 'startedAt'>) => number {
  const stored = database.prepare('SELECT epoch, seen_at FROM membership_key_seen WHERE group_id = ?')
  const store = database.prepare('INSERT OR REPLACE INTO membership_key_seen VALUES (?, ?, ?)')

  const knownSince = (group: GroupId, epoch: number): number => {
    const now = clock.now()
    const row = stored.get(group)
    const since = Number(row?.seen_at)
    // This device's clock may have been set since then.
    const wasOff = since > now || (since < EARLIEST_MS && now >= EARLIEST_MS)
    if (row?.epoch === epoch && !wasOff) return since
    store.run(group, epoch, now)
    return now
  }

  return (group, { epoch, startedAt }) => {
    const now = clock.now()
    const since = knownSince(group, epoch)
    return now - (isOff({ ms: startedAt }, now) ? since : Math.min(since, startedAt))
  }
}
