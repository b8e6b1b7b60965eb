import type { AccountId } from '../ids.ts'
import type { Database } from '../store/store.ts'

/** People that are remembered; who was seen longest ago is forgotten first. */
const REMEMBERED = 10_000

/** When people were last seen by this device, ms since 1970; kept over restarts. */
export interface LastSeen {
  get(account: AccountId): number | undefined
  set(account: AccountId, at: number): void
}

export function lastSeen({ prepare, transaction }: Database): LastSeen {
  const select = prepare('SELECT at FROM person_seen WHERE account = ?')
  const upsert = prepare('INSERT OR REPLACE INTO person_seen VALUES (?, ?)')
  const trim = prepare(
    'DELETE FROM person_seen WHERE account IN (SELECT account FROM person_seen ORDER BY at DESC LIMIT -1 OFFSET ?)'
  )
  return {
    get(account) {
      const at = select.get(account)?.at
      return at === undefined ? undefined : Number(at)
    },
    set(account, at) {
      transaction(() => {
        upsert.run(account, at)
        trim.run(REMEMBERED)
      })
    }
  }
}
