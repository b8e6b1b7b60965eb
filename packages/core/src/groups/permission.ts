import type { Certificate } from '../identity/certificate.ts'
import type { AccountId } from '../ids.ts'
import { MAX_DEVICES } from './action.ts'
import type { Action, ActionOf } from './action.ts'
import { generationOf } from './epoch-key.ts'
import type { Role } from './role.ts'
import { isRecovery } from './join-request.ts'
import type { JoinRequest } from './join-request.ts'
import type { Operation } from './operation.ts'
import { isAtLeast, isBelow } from './role.ts'
import { nonceOf } from './state.ts'
import type { GroupState, InvitationState, MemberState } from './state.ts'

/** Requests of one invitation that may wait at a time. */
export const MAX_WAITING = 100
/** Operations that one device may write, one after the other: a member's share of everybody's disk. */
export const QUOTA = { admin: 20_000, member: 2_000 }

/** Why the state does not permit the operation; undefined when it does. */
export function refusal(state: GroupState, operation: Operation): string | undefined {
  const { action, device, time } = operation
  // Keys of who is gone meanwhile are kept, since records may be written under them; they never become the present one.
  if (action.type === 'rotateKey') return rotationRefusal(state, operation, action)
  if (action.type === 'shareKey') return shareRefusal(state, operation, action)
  const account = state.accounts.get(device)
  const actor = account && state.members.get(account)
  if (!actor) return 'its author is no member'
  switch (action.type) {
    case 'create':
      return 'the group is founded already'
    case 'invite':
      return inviteRefusal(state, actor, action)
    case 'revokeInvitation':
      return revokeRefusal(state.invitations.get(action.key), actor)
    case 'join':
    case 'request':
      return admissionRefusal(state, actor, action, time)
    case 'recover':
      return recoverRefusal(state, actor, action.request)
    case 'accept':
    case 'decline':
      return answerRefusal(state, actor, action)
    case 'setRole':
      return roleRefusal(state, actor, action.account, action.role)
    case 'transferOwnership':
      return transferRefusal(state, actor, action.account)
    case 'remove':
      return removeRefusal(state, actor, action.account)
    case 'leave':
      return isLastOwner(state, actor.account) ? 'the last owner stays: hand the group over first' : undefined
    case 'addDevice':
      return addDeviceRefusal(state, actor, action.certificate)
    case 'revokeDevice':
      if (state.accounts.get(action.device) !== actor.account) return 'it is no device of its author'
      return actor.devices.size === 1 ? 'the last device stays: leave instead' : undefined
    case 'guard':
      return state.guarded.has(actor.account) ? 'it is so already' : undefined
    case 'rename':
      return actor.name === action.name ? 'it is the name already' : undefined
    case 'setPolicy':
      return isAtLeast(actor.role, 'owner') ? undefined : 'only an owner sets the policy'
  }
}

/**
 * What only an operation's own past can say, the same on every peer: who may change the key, and how much one device
 * may write.
 */
export function pastRefusal(past: GroupState, { action, device }: Operation): string | undefined {
  const account = past.accounts.get(device)
  const actor = account && past.members.get(account)
  if (!actor) return 'its author is no member'
  const quota = isAtLeast(actor.role, 'admin') ? QUOTA.admin : QUOTA.member
  if ((past.written.get(device) ?? 0) >= quota) return `its device has written ${quota} operations`
  if (action.type === 'rotateKey') {
    const mayRotate = isAtLeast(actor.role, past.isStale ? 'reader' : 'admin')
    if (!mayRotate) return 'only an admin changes a key that serves'
    if (generationOf(action.epoch) !== past.generation + 1) return 'its epoch does not follow'
  }
  return undefined
}

/** Whether who has `role` may give `given` to others. */
function mayGive(role: Role, given: Role): boolean {
  return role === 'owner' || (isBelow(given, 'admin') && !isBelow(role, given))
}

/** Whether removing or demoting this account would leave the group without an owner. */
export function isLastOwner({ owners }: GroupState, account: AccountId): boolean {
  return owners.size === 1 && owners.has(account)
}

function inviteRefusal(state: GroupState, actor: MemberState, action: ActionOf<'invite'>): string | undefined {
  const { inviters } = state.policy
  if (!isAtLeast(actor.role, inviters)) return `inviting here takes the role ${inviters}`
  if (!mayGive(actor.role, action.role)) return 'nobody gives a role that is not below their own, but owners'
  if (state.invitations.has(action.key)) return 'the invitation exists already'
  if (state.kind === 'home') return 'only devices of its person are at home'
  if (state.kind === 'direct' && action.uses !== 1) return 'a group of two is joined once'
  return undefined
}

function revokeRefusal(invitation: InvitationState | undefined, actor: MemberState): string | undefined {
  if (!invitation) return 'there is no such invitation'
  if (invitation.by === actor.account || isAtLeast(actor.role, 'admin')) return undefined
  return 'only an admin or its maker revokes an invitation'
}

function admissionRefusal(
  state: GroupState,
  actor: MemberState,
  { type, request }: ActionOf<'join' | 'request'>,
  time: number
): string | undefined {
  if (actor.role === 'relay') return 'a relay lets nobody in'
  const invitation = state.invitations.get(request.invitation)
  if (!invitation) return 'there is no such invitation'
  const { account, device } = request.certificate
  if (time > invitation.expiresAt) return 'the invitation has expired'
  if (invitation.used >= invitation.uses) return 'the invitation is used up'
  if (invitation.account !== undefined && invitation.account !== account) return 'the invitation is for somebody else'
  if (invitation.approval !== (type === 'request')) return 'the invitation is used in another way'
  if (type === 'join' && state.removed.has(account) && invitation.account === undefined) return 'it was removed'
  if (state.spent.has(nonceOf(request))) return 'the request was used before'
  if (isIntruding(state, invitation, account)) return 'its person locked a device out: another device lets it in'
  if (type === 'request') {
    const waiting = [...state.requests.values()]
    if (waiting.some(one => one.request.certificate.device === device)) return 'it waits already'
    if (waiting.filter(one => one.request.invitation === invitation.key).length >= MAX_WAITING) return 'too many wait'
  }
  return placeRefusal(state, request)
}

/**
 * Whether a device by a link that anybody may use comes in as a person who locked one out: whoever took the account's
 * key from that one could.
 */
export function isIntruding(state: GroupState, invitation: InvitationState, account: AccountId): boolean {
  const isForAnybody = invitation.account === undefined && !invitation.approval
  return isForAnybody && state.guarded.has(account) && state.members.has(account)
}

function recoverRefusal(state: GroupState, actor: MemberState, request: JoinRequest): string | undefined {
  if (actor.role === 'relay') return 'a relay lets nobody in'
  const { account } = request.certificate
  if (!state.members.has(account)) return 'its person is no member'
  if (!isRecovery(request)) return 'its account did not sign it'
  // Whoever took the account's key out of that device would come back with it.
  if (state.guarded.has(account)) return 'its person locked a device out: another device lets it in'
  if (state.spent.has(nonceOf(request))) return 'the request was used before'
  return placeRefusal(state, request)
}

/** Why there is no room for whoever asks. */
function placeRefusal(state: GroupState, { certificate }: JoinRequest): string | undefined {
  const taken = deviceRefusal(state, certificate)
  if (taken !== undefined) return taken
  const known = state.members.get(certificate.account)
  if (known && known.devices.size >= MAX_DEVICES) return `a member has at most ${MAX_DEVICES} devices`
  if (!known && state.kind === 'direct' && state.members.size >= 2) return 'a group of two is full'
  return undefined
}

/** A device belongs to the account that it joined with first, also after it left. */
function deviceRefusal({ accounts, departed }: GroupState, { account, device }: Certificate): string | undefined {
  if (accounts.has(device)) return 'the device is a member already'
  const former = departed.get(device)
  return former !== undefined && former !== account ? 'the device was another account’s' : undefined
}

function answerRefusal(
  state: GroupState,
  actor: MemberState,
  { type, request: id }: ActionOf<'accept' | 'decline'>
): string | undefined {
  const waiting = state.requests.get(id)
  if (!waiting) return 'there is no such request'
  if (!isAtLeast(actor.role, 'admin')) return 'only an admin answers requests'
  if (type === 'decline') return undefined
  if (!mayGive(actor.role, waiting.role)) return 'nobody gives a role that is not below their own, but owners'
  return placeRefusal(state, waiting.request)
}

function roleRefusal(state: GroupState, actor: MemberState, account: AccountId, role: Role): string | undefined {
  const target = state.members.get(account)
  if (!target) return 'who is no member has no role'
  if (target.role === role) return 'it is the role already'
  const isOwn = actor.account === account
  if (isOwn && !isBelow(role, target.role)) return 'nobody raises themselves'
  if (isLastOwner(state, account)) return 'the last owner stays'
  if (isOwn) return undefined
  if (!mayGive(actor.role, role) || !isAtLeast(actor.role, 'admin')) return 'only an admin sets roles, below admin'
  return outrankRefusal(state, actor, target)
}

function transferRefusal(state: GroupState, actor: MemberState, to: AccountId): string | undefined {
  if (!isAtLeast(actor.role, 'owner')) return 'only an owner hands the group over'
  const target = state.members.get(to)
  if (!target) return 'who is no member cannot own the group'
  return target.role === 'owner' ? 'it is an owner already' : undefined
}

function removeRefusal(state: GroupState, actor: MemberState, account: AccountId): string | undefined {
  const target = state.members.get(account)
  // Who has left still holds keys that sign, and may date back what they sign.
  if (!target && state.formerNames.has(account) && !state.removed.has(account))
    return isAtLeast(actor.role, 'owner') ? undefined : 'only an owner shuts out who has left'
  if (!target) return 'who is no member cannot be removed'
  if (account === actor.account) return 'nobody removes themselves: leave instead'
  if (!isAtLeast(actor.role, 'admin')) return 'only an admin removes members'
  return outrankRefusal(state, actor, target)
}

/** Owners stand above everybody but owners of longer standing; admins above those below admin. */
function outrankRefusal(state: GroupState, actor: MemberState, target: MemberState): string | undefined {
  const [own, theirs] = [state.owners.get(actor.account), state.owners.get(target.account)]
  if (own === undefined) return isBelow(target.role, 'admin') ? undefined : 'an admin acts on those below admin'
  if (theirs !== undefined && theirs < own) return 'the other is an owner for longer'
  return undefined
}

function addDeviceRefusal(state: GroupState, actor: MemberState, certificate: Certificate): string | undefined {
  if (certificate.account !== actor.account) return 'the device is of another account'
  const taken = deviceRefusal(state, certificate)
  if (taken !== undefined) return taken
  return actor.devices.size >= MAX_DEVICES ? `a member has at most ${MAX_DEVICES} devices` : undefined
}

function rotationRefusal(
  state: GroupState,
  { device }: Operation,
  { epoch }: ActionOf<'rotateKey'>
): string | undefined {
  if (!state.accounts.has(device) && !state.departed.has(device)) return 'its author was never a member'
  if (state.epochs.has(epoch)) return 'the epoch began already'
  const generation = generationOf(epoch)
  return generation < 1 || generation > state.generation + 1 ? 'its epoch does not follow' : undefined
}

function shareRefusal(state: GroupState, { device }: Operation, { epoch }: ActionOf<'shareKey'>): string | undefined {
  return state.epochs.get(epoch)?.device === device ? undefined : 'only who began an epoch passes its key on'
}

/** Whether the action takes something from somebody: whom, and whether that one is gone then. */
export function takesFrom(
  action: Action,
  state: GroupState,
  actor: AccountId
): { account: AccountId; isRemoval: boolean } | undefined {
  switch (action.type) {
    case 'remove':
      return { account: action.account, isRemoval: true }
    case 'leave':
      return { account: actor, isRemoval: true }
    case 'transferOwnership':
      return { account: actor, isRemoval: false }
    case 'setRole': {
      const target = state.members.get(action.account)
      const manages = target && isAtLeast(target.role, 'admin') && isBelow(action.role, target.role)
      return manages ? { account: action.account, isRemoval: false } : undefined
    }
    default:
      return undefined
  }
}
