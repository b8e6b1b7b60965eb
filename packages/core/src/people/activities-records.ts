import { readBytes, readChoice, readInteger, readMap, readText } from '../canonical.ts'
import { coreError } from '../errors.ts'
import type { Entry } from '../log/entry.ts'
import type { RecordKind } from '../log/kind.ts'
import { compareOrder } from '../log/entry.ts'
import { parseRecordId } from '../ids.ts'
import type { AccountId, PeerId, RecordId } from '../ids.ts'
import type { Activity, ActivityState } from './activities.ts'
import { readLabel } from './objects.ts'

export const MESSAGE_LENGTH = 1_000
export const DATA_BYTES = 16_384
const DAY_MS = 86_400_000
/** How long an invitation may ring, and how long it is remembered, ms. */
export const LIFE_MS = { min: 1_000, default: DAY_MS, max: 30 * DAY_MS }
/** An answer may be later than the end by this much: clocks of one group's devices differ (SPEC L-9). */
const CLOCKS_MS = 5 * 60_000

export interface Invited {
  app: string
  message: string
  data: Uint8Array
  expiresInMs: number
}

export interface Answered {
  activity: RecordId
  answer: 'accepted' | 'declined' | 'cancelled'
  message: string
  data: Uint8Array
}

/** Written into the group of two by who invites. */
export const activityInvitation: RecordKind<Invited> = {
  name: 'core/activity',
  role: 'writer',
  maxBytes: DATA_BYTES + 4 * MESSAGE_LENGTH,
  lifetimeMs: LIFE_MS.max,
  parse(value) {
    const { app, data, expiresInMs, message } = readMap(value, 'app', 'message', 'data', 'expiresInMs')
    return {
      app: readLabel(app),
      message: readMessage(message),
      data: readBytes(data, 0, DATA_BYTES),
      expiresInMs: readInteger(expiresInMs, LIFE_MS.min, LIFE_MS.max)
    }
  }
}

/** Written by who was invited, or by who takes the invitation back. */
export const activityAnswer: RecordKind<Answered> = {
  name: 'core/activity-answer',
  role: 'writer',
  maxBytes: DATA_BYTES + 4 * MESSAGE_LENGTH,
  lifetimeMs: LIFE_MS.max,
  parse(value) {
    const { activity, answer, data, message } = readMap(value, 'activity', 'answer', 'message', 'data')
    return {
      activity: parseRecordId(readText(activity, 64)),
      answer: readChoice(answer, 'accepted', 'declined', 'cancelled'),
      message: readMessage(message),
      data: readBytes(data, 0, DATA_BYTES)
    }
  }
}

/**
 * What an invitation and the answers to it amount to, the same on every device: the first answer in the order of the log
 * that its author may give, and gives in time, decides. `now` says only whether one without an answer still rings.
 */
export function activityOf(
  invitation: Entry<Invited>,
  answers: readonly Entry<Answered>[],
  { self, other, now }: { self: AccountId; other: AccountId; now: number }
): Activity {
  const { account, data: invited, group, id, order } = invitation
  const expiresAt = order.ms + invited.expiresInMs
  const [first] = answers
    .filter(({ account: by, data }) => (data.answer === 'cancelled') === (by === account))
    .filter(answer => answer.order.ms <= expiresAt + CLOCKS_MS)
    .sort((a, b) => compareOrder(a.order, b.order))
  const state: ActivityState = first?.data.answer ?? (now < expiresAt ? 'ringing' : 'expired')
  return {
    id,
    group,
    account: other,
    mine: account === self,
    app: invited.app,
    message: invited.message,
    data: invited.data,
    at: order.ms,
    expiresAt,
    state,
    answer: first && answerOf(first)
  }
}

function answerOf({ data, device, order }: Entry<Answered>): {
  device: PeerId
  at: number
  message: string
  data: Uint8Array
} {
  return { device, at: order.ms, message: data.message, data: data.data }
}

function readMessage(value: unknown): string {
  const text = readText(value, MESSAGE_LENGTH)
  if (!text.isWellFormed()) throw coreError('BAD_MESSAGE', 'expected well-formed text')
  return text
}
