import { readChoice, readText } from '../canonical.ts'
import { coreError } from '../errors.ts'
import type { AccountId } from '../ids.ts'

/** From the least to the most reachable. */
export const PRESENCE_STATES = [
  'offline',
  'out-to-lunch',
  'away',
  'be-right-back',
  'idle',
  'busy',
  'on-the-phone',
  'online'
] as const
export type PresenceState = (typeof PRESENCE_STATES)[number]

/** Who is shown a person's presence; each includes those before it. `groups`: who shares a group with the person. */
export const AUDIENCES = ['nobody', 'verified', 'contacts', 'groups', 'everyone'] as const
export type Audience = (typeof AUDIENCES)[number]

/** Longest presence text, in UTF-16 units. */
export const PRESENCE_TEXT = 255

/** How a person says they are. */
export interface PresenceClaim {
  state: PresenceState
  text: string
}

/** How somebody is, as far as they let this person know. */
export interface Presence extends PresenceClaim {
  /** When they were last seen otherwise than offline, ms since 1970; undefined when never, and while they are here. */
  lastSeen: number | undefined
}

/** What a person decides about their presence, for all of their devices. */
export interface PresenceSetting extends PresenceClaim {
  audience: Audience
}

/** How people are. */
export interface Presences {
  /** What this person decided, the same on all of their devices. */
  readonly setting: PresenceSetting
  /** @default { state: 'online', text: '', audience: 'contacts' }. Throws TypeError, DISK_FULL, STOPPED. */
  set(changes: Partial<PresenceSetting>): Promise<void>
  /**
   * Says whether nobody is at this device. That somebody is holds for ten minutes. Of a device of which it was never said,
   * nothing is known: where it has been said of another of the person's, that one's word counts. Throws DISK_FULL.
   */
  setIdle(isIdle: boolean): void
  /** How somebody is, as far as they let this person know; of this person, how their contacts may see them. */
  of(account: AccountId): Presence
}

export const FIRST_PRESENCE: PresenceSetting = { state: 'online', text: '', audience: 'contacts' }

/** What a device says: who is there at no device is idle, unless they said how they are. */
export function claimOf({ state, text }: PresenceClaim, isIdle: boolean): PresenceClaim {
  return { state: state === 'online' && isIdle ? 'idle' : state, text: state === 'offline' ? '' : text }
}

/** A person is as reachable as at the best of their devices. */
export function bestOf(claims: Iterable<PresenceClaim>): PresenceClaim {
  let best: PresenceClaim = { state: 'offline', text: '' }
  for (const claim of claims)
    if (PRESENCE_STATES.indexOf(claim.state) > PRESENCE_STATES.indexOf(best.state)) best = claim
  return best
}

/** Throws BAD_MESSAGE. */
export function readClaim(state: unknown, text: unknown): PresenceClaim {
  const shown = readText(text, PRESENCE_TEXT)
  if (!shown.isWellFormed()) throw coreError('BAD_MESSAGE', 'expected well-formed text')
  return { state: readChoice(state, ...PRESENCE_STATES), text: shown }
}
