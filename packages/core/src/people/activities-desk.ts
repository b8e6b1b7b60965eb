import { coreError } from '../errors.ts'
import type { Entry } from '../log/entry.ts'
import type { Group } from '../groups/group.ts'
import type { RecordKind } from '../log/kind.ts'
import { takeIn } from '../log/taking.ts'
import type { NodeGroups } from '../groups/groups.ts'
import type { AccountId, GroupId, RecordId } from '../ids.ts'
import type { Activities, Activity, AnswerOptions } from './activities.ts'
import { LIFE_MS, activityAnswer, activityInvitation, activityOf } from './activities-records.ts'
import type { Answered, Invited } from './activities-records.ts'
import type { DirectIndex } from './contacts/direct-index.ts'
import type { OwnRecordsDeps } from './own-records.ts'
import { ringingSetting } from './ringing-setting.ts'

/** Activities with one person that are held: each may have 16 KiB, and so may its answers. */
export const KEPT = 64
/** Invitations of one person that ring at once; further ones are not heard. */
export const RINGING = 16
/** Answers to one activity that are held: whoever writes more is no honest device. */
const ANSWERS = 8
/** Records that are read of each group on start. */
const PAGE = 500
const HOUR_MS = 3_600_000
/** Longest wait of a timer, ms. */
const LONGEST_WAIT_MS = 24 * HOUR_MS

const KINDS = [activityInvitation, activityAnswer] as RecordKind<unknown>[]

interface Held {
  invitation: Entry<Invited>
  /** This device declines it, since invitations of its maker do not ring. */
  isDeclining: boolean
  answers: Entry<Answered>[]
  told: Activity['state']
  stopWaiting(): void
}

export interface ActivityDeps extends OwnRecordsDeps {
  index: Pick<DirectIndex, 'partner'>
  groups: Pick<NodeGroups, 'define' | 'follow' | 'get' | 'list'>
  open(account: AccountId): Promise<Group>
  isBlocked(account: AccountId): boolean
  isContact(account: AccountId): boolean
  /** An activity began or is in another state than before. */
  changed(activity: Activity): void
  ringersChanged(): void
}

export function startActivities(deps: ActivityDeps): Activities & { stop(): void } {
  const { self, index, groups, changed, clock, logger, signal } = deps
  const held = new Map<RecordId, Held>()
  const inGroup = new Map<GroupId, Set<Held>>()
  const declinedAt = new Map<GroupId, number[]>()
  const ringing = ringingSetting(deps, () => {
    for (const one of held.values()) look(one)
    deps.ringersChanged()
  })

  const other = ({ account, group }: Entry<Invited>): AccountId | undefined =>
    account === self ? index.partner(group) : account
  const describe = ({ invitation, answers }: Held): Activity | undefined => {
    const person = other(invitation)
    if (person === undefined || deps.isBlocked(person)) return undefined
    return activityOf(invitation, answers, { self, other: person, now: clock.now() })
  }
  /** Of what is declined for the person, they hear when it is. */
  const heardOf = (one: Held): Activity | undefined => {
    const activity = describe(one)
    return activity?.state === 'ringing' && !mayRing(one.invitation.account) ? undefined : activity
  }
  const all = (): Activity[] => [...held.values()].flatMap(one => heardOf(one) ?? []).sort((a, b) => b.at - a.at)
  const mayRing = (account: AccountId): boolean => {
    const from = ringing.get()
    return account === self || from === 'groups' || (from === 'contacts' && deps.isContact(account))
  }

  const forgetOldest = (ofGroup: Set<Held>): void => {
    const oldest = [...ofGroup].sort((a, b) => a.invitation.position - b.invitation.position).slice(0, -KEPT)
    for (const one of oldest) {
      one.stopWaiting()
      held.delete(one.invitation.id)
      ofGroup.delete(one)
    }
  }

  /** Tells when it is in another state than was told, and waits for its end. */
  const look = (one: Held): void => {
    one.stopWaiting()
    const activity = describe(one)
    if (!activity) return
    if (activity.state === 'ringing') {
      const waitMs = Math.min(LONGEST_WAIT_MS, activity.expiresAt - clock.now())
      one.stopWaiting = clock.after(waitMs, () => look(one))
    }
    if (activity.state === 'ringing' && !mayRing(one.invitation.account)) return declineUnheard(one)
    if (activity.state === one.told) return
    one.told = activity.state
    changed(activity)
  }

  /** So many of one person within an hour: who is not heard has nothing written here as often as they like. */
  const declineUnheard = (one: Held): void => {
    const { group: id, id: activity } = one.invitation
    const group = groups.get(id)
    const lately = (declinedAt.get(id) ?? []).filter(at => at > clock.now() - HOUR_MS)
    if (one.isDeclining || !group || lately.length >= RINGING) return
    one.isDeclining = true
    declinedAt.set(id, [...lately, clock.now()])
    write(group, activityAnswer, { activity, answer: 'declined', message: '', data: new Uint8Array() }).catch(
      // It ends in time, unheard.
      (error: unknown) => logger.warn('an invitation was not declined', { error: String(error) })
    )
  }

  const takeInvitation = (invitation: Entry<Invited>): Held | undefined => {
    const { account, group, id } = invitation
    if (held.has(id) || (account !== self && index.partner(group) !== account)) return undefined
    const others = inGroup.get(group) ?? new Set()
    const rings = [...others].flatMap(other => describe(other) ?? []).filter(({ state }) => state === 'ringing')
    if (account !== self && rings.filter(({ mine }) => !mine).length >= RINGING) return undefined
    const one: Held = { invitation, isDeclining: false, answers: [], told: 'expired', stopWaiting: () => undefined }
    held.set(id, one)
    inGroup.set(group, others.add(one))
    forgetOldest(others)
    return one
  }
  const takeAnswer = (answer: Entry<Answered>): Held | undefined => {
    const one = held.get(answer.data.activity)
    const isKnown = one?.answers.some(({ id }) => id === answer.id)
    if (!one || isKnown || one.invitation.group !== answer.group || one.answers.length >= ANSWERS) return undefined
    one.answers.push(answer)
    return one
  }
  const take = (entry: Entry<unknown>): Held | undefined =>
    entry.kind === activityInvitation.name
      ? takeInvitation(entry as Entry<Invited>)
      : takeAnswer(entry as Entry<Answered>)

  const write = async <T>(group: Group, kind: RecordKind<T>, data: T): Promise<Entry<T>> => {
    const entry = await group.append(kind, data)
    const one = take(entry)
    if (one) look(one)
    return entry
  }

  /** What stands in the groups already; nothing of it is news. The last position. */
  const load = (): number => {
    const entries = groups
      .list()
      .filter(({ kind }) => kind === 'direct')
      .flatMap(group => group.page(KINDS, { limit: PAGE }).entries)
    for (const entry of entries) take(entry)
    for (const one of held.values()) {
      one.told = describe(one)?.state ?? one.told
      look(one)
    }
    return Math.max(0, ...entries.map(({ position }) => position))
  }
  const undefine = KINDS.map(kind => groups.define(kind))
  takeIn(
    { groups, clock, log: logger, signal },
    {
      kinds: KINDS,
      place: load(),
      take(entry) {
        const one = take(entry)
        if (one) look(one)
      }
    }
  )

  const get = (id: RecordId): Activity | undefined => {
    const one = held.get(id)
    return one && heardOf(one)
  }
  const known = (id: RecordId): Activity => {
    const activity = get(id)
    if (!activity) throw coreError('ACTIVITY_UNKNOWN', 'there is no such invitation here')
    return activity
  }
  const answer = async (
    id: RecordId,
    how: Answered['answer'],
    { message = '', data = new Uint8Array() }: AnswerOptions = {}
  ): Promise<Activity> => {
    const { group: place, mine, state } = known(id)
    if (mine !== (how === 'cancelled'))
      throw coreError('FORBIDDEN', mine ? 'this is your own invitation: cancel it' : 'only who invited can cancel')
    if (state !== 'ringing') throw coreError('ACTIVITY_OVER', `the invitation is ${state} already`)
    const group = groups.get(place)
    if (!group) throw coreError('ACTIVITY_UNKNOWN', 'the group of the two is gone')
    await write(group, activityAnswer, { activity: id, answer: how, message, data })
    return known(id)
  }

  return {
    list: all,
    get,
    get ringers() {
      return ringing.get()
    },
    setRingers: from => ringing.set(from),
    async invite(account, { app, message = '', data = new Uint8Array(), expiresInMs = LIFE_MS.default }) {
      if (deps.isBlocked(account)) throw coreError('PERSON_UNKNOWN', 'you have blocked this person')
      const group = await deps.open(account)
      const { id } = await write(group, activityInvitation, { app, message, data, expiresInMs })
      return known(id)
    },
    accept: (id, options) => answer(id, 'accepted', options),
    decline: (id, options) => answer(id, 'declined', options),
    cancel: (id, options) => answer(id, 'cancelled', options),
    stop() {
      for (const { stopWaiting } of held.values()) stopWaiting()
      for (const undo of undefine) undo()
    }
  }
}
