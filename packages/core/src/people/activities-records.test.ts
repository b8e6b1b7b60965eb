import { decode, encode } from '@ipld/dag-cbor'
import { expect, it } from 'vitest'
import type { Entry } from '../log/entry.ts'
import { hashId } from '../ids.ts'
import type { AccountId, GroupId, RecordId } from '../ids.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { FRAMES } from '../testing/frames.ts'
import { seededRandom } from '../testing/random.ts'
import { activityAnswer, activityInvitation, activityOf } from './activities-records.ts'
import type { Answered } from './activities-records.ts'

const [ada, ben] = [memoryIdentity('ada'), memoryIdentity('ben')]
const group = hashId<GroupId>(new Uint8Array(32))
const invited = { app: 'chess', message: '', data: new Uint8Array(), expiresInMs: 60_000 }
const at = 1_800_000_000_000

function entry<T>(who: typeof ada, ms: number, data: T): Entry<T> {
  const { account, device } = who
  const id = hashId<RecordId>(new Uint8Array(32).fill(ms % 251))
  return {
    position: ms,
    group,
    id,
    kind: 'x',
    account,
    device,
    seq: 1,
    order: { era: 0, ms, count: 0, device },
    isTimeOff: false,
    data
  }
}
const invitation = entry(ada, at, invited)
const answer = (who: typeof ada, ms: number, how: Answered['answer']): Entry<Answered> =>
  entry(who, ms, { activity: invitation.id, answer: how, message: '', data: new Uint8Array() })
const state = (answers: Entry<Answered>[], now = at, self: AccountId = ben.account): string =>
  activityOf(invitation, answers, { self, other: ada.account, now }).state

it('[K-20] the first answer that its author may give decides, in whatever order they came', () => {
  const [yes, no, off] = [
    answer(ben, at + 2, 'accepted'),
    answer(ben, at + 3, 'declined'),
    answer(ada, at + 1, 'cancelled')
  ]
  expect(state([])).toBe('ringing')
  expect(state([no, yes])).toBe('accepted')
  expect(state([yes, off])).toBe('cancelled')
  expect(state([answer(ada, at + 1, 'accepted')])).toBe('ringing')
  expect(state([answer(ben, at + 1, 'cancelled'), no])).toBe('declined')
})

it('[K-20] it is over in time; an answer from a clock that is a little ahead counts, a late one does not', () => {
  expect(state([], at + 59_999)).toBe('ringing')
  expect(state([], at + 60_000)).toBe('expired')
  expect(state([answer(ben, at + 61_000, 'accepted')], at + 70_000)).toBe('accepted')
  expect(state([answer(ben, at + 3_600_000, 'accepted')], at + 70_000)).toBe('expired')
})

it(`[K-20] of ${FRAMES} mutated bodies, each is refused or means what it says`, () => {
  const random = seededRandom(34)
  const below = (limit: number): number => Math.floor(random() * limit)
  const samples = [
    { kind: activityInvitation, value: { ...invited, data: new Uint8Array(9) } },
    {
      kind: activityAnswer,
      value: { activity: invitation.id, answer: 'declined', message: 'no', data: new Uint8Array(9) }
    }
  ]
  for (let round = 0; round < FRAMES; round++) {
    const { kind, value } = samples[round % 2]!
    const bytes = encode(value)
    for (let flip = 0; flip <= below(3); flip++) bytes[below(bytes.length)] = below(256)
    let parsed: unknown
    try {
      parsed = kind.parse(decode(bytes))
    } catch (error) {
      expect(error).toBeInstanceOf(Error)
      continue
    }
    expect(kind.parse(decode(encode(parsed)))).toEqual(parsed)
  }
})
