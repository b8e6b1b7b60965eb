import { readList, readName } from '../canonical.ts'
import type { AccountId, PeerId } from '../ids.ts'
import type { Database } from '../store/store.ts'

/** Interests of one person; each is like a name, 1 to 64 characters. */
const MAX_INTERESTS = 16

/** Whether, and how, this device shows itself to people on the same link. */
export interface NearSetting {
  /** @default false */
  on: boolean
  /** At most 16 of 1 to 64 characters. */
  interests: string[]
}

/** Somebody on the same link who shows themselves, too. */
export interface NearPerson {
  account: AccountId
  /** By their own claim. */
  name: string
  interests: string[]
  devices: PeerId[]
}

/** People on the same link. Both must have switched it on to see each other; it is found by multicast discovery (mDNS). */
export interface NearMe {
  readonly setting: NearSetting
  /** Kept over restarts, for this device alone. Throws TypeError. */
  set(changes: Partial<NearSetting>): void
  /** Nobody while this device does not show itself. */
  list(): NearPerson[]
}

/** Throws BAD_MESSAGE. */
export function readInterests(value: unknown): string[] {
  return readList(value, MAX_INTERESTS, readName)
}

/** The setting, on disk. */
export function nearSetting({ prepare, transaction }: Database): {
  get(): NearSetting
  set(changes: Partial<NearSetting>): void
} {
  const row = prepare('SELECT * FROM near_me').get()
  let setting: NearSetting = row
    ? { on: row.is_on === 1, interests: JSON.parse(String(row.interests)) as string[] }
    : { on: false, interests: [] }
  return {
    get: () => setting,
    set(changes) {
      const next = { ...setting, ...changes }
      try {
        readInterests(next.interests)
      } catch (cause) {
        throw new TypeError(`interests: at most ${MAX_INTERESTS} of 1 to 64 visible characters`, { cause })
      }
      transaction(() => {
        prepare('DELETE FROM near_me').run()
        prepare('INSERT INTO near_me VALUES (?, ?)').run(next.on ? 1 : 0, JSON.stringify(next.interests))
      })
      setting = next
    }
  }
}
