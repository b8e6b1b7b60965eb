import type { AccountId, GroupId, PeerId, RecordId } from '../ids.ts'

/** Whose invitations ring; each includes those before it. `groups`: whoever shares a group with the person, too. */
export const RINGERS = ['nobody', 'contacts', 'groups'] as const
export type Ringers = (typeof RINGERS)[number]

/** `ringing`: waits for an answer. The others are for good, but that an answer given in time may come after the end. */
export type ActivityState = 'ringing' | 'accepted' | 'declined' | 'cancelled' | 'expired'

/** An invitation to do something together: a call, a game, a look at a document. */
export interface Activity {
  id: RecordId
  /** The group of the two, in which the invitation stands. */
  group: GroupId
  /** The other person. */
  account: AccountId
  /** Whether this person invited. */
  mine: boolean
  /** Which program it is for; see `App.id`. */
  app: string
  message: string
  /** What the program needs to begin. */
  data: Uint8Array
  /** When it was made and when it ends, ms since 1970, by the clock of who made it. */
  at: number
  expiresAt: number
  state: ActivityState
  answer: ActivityAnswer | undefined
}

/** How an activity was answered, or why it was taken back. */
export interface ActivityAnswer {
  /** The device that answered: the others of the person stop ringing. */
  device: PeerId
  /** ms since 1970 */
  at: number
  message: string
  data: Uint8Array
}

export interface AnswerOptions {
  /** At most 1,000 characters. @default '' */
  message?: string
  /** At most 16,384 bytes. @default none */
  data?: Uint8Array
}

export interface InviteOptions extends AnswerOptions {
  /** 1 to 64 characters of visible ASCII. */
  app: string
  /** How long it rings and waits for who is away, 1 second to 30 days in ms. @default 1 day */
  expiresInMs?: number
}

/**
 * Invitations between two people. They ring on all devices of the person, wait for who is away, and end with the first
 * answer of any device.
 */
export interface Activities {
  /** The newest first, of the last 30 days; at most 64 with each person. */
  list(): Activity[]
  get(id: RecordId): Activity | undefined
  /**
   * Whose invitations ring on this person's devices. Others' are declined where they arrive, without a word, and are heard of
   * as declined alone. @default groups
   */
  readonly ringers: Ringers
  /** For all devices of this person, and for what rings already, too. Throws TypeError, DISK_FULL, STOPPED. */
  setRingers(from: Ringers): Promise<void>
  /** Throws PERSON_UNKNOWN, TypeError, TOO_LARGE, DISK_FULL, STOPPED. */
  invite(account: AccountId, options: InviteOptions): Promise<Activity>
  /** Throws ACTIVITY_UNKNOWN, ACTIVITY_OVER, FORBIDDEN (one's own), TypeError, TOO_LARGE, DISK_FULL, STOPPED. */
  accept(id: RecordId, options?: AnswerOptions): Promise<Activity>
  /** As `accept`. */
  decline(id: RecordId, options?: AnswerOptions): Promise<Activity>
  /** Takes one's own invitation back. As `accept`, FORBIDDEN for others'. */
  cancel(id: RecordId, options?: AnswerOptions): Promise<Activity>
}
