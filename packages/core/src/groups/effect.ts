import type { Certificate } from '../identity/certificate.ts'
import type { AccountId, OperationId, PeerId } from '../ids.ts'
import type { Seen } from './action.ts'
import { generationOf } from './epoch-key.ts'
import type { Role } from './role.ts'
import type { JoinRequest } from './join-request.ts'
import type { Operation } from './operation.ts'
import { isAtLeast } from './role.ts'
import { declinedName, nonceOf } from './state.ts'
import type { GroupState, MemberState } from './state.ts'

/** Notes that a device wrote an operation, whatever becomes of it. */
export function count(state: GroupState, { device }: Operation): void {
  state.written.set(device, (state.written.get(device) ?? 0) + 1)
}

/**
 * Carries out an operation that `refusal` has nothing against. `depth`: its place in the DAG, by which owners are
 * senior to each other.
 */
export function apply(state: GroupState, operation: Operation, depth: number): void {
  const { id, action, device, time } = operation
  const actor = state.accounts.get(device)
  switch (action.type) {
    case 'create':
      return
    case 'invite': {
      const { type: _, ...invitation } = action
      if (actor !== undefined) state.invitations.set(action.key, { ...invitation, by: actor, used: 0 })
      return
    }
    case 'revokeInvitation':
      endInvitation(state, action.key)
      return
    case 'join': {
      const invitation = state.invitations.get(action.request.invitation)
      if (invitation) admit(state, operation, action.request, invitation.role, depth)
      return
    }
    case 'request': {
      const { request } = action
      const invitation = state.invitations.get(request.invitation)
      state.spent.add(nonceOf(request))
      if (invitation) state.requests.set(id, { id, request, role: invitation.role, askedAt: time })
      return
    }
    case 'accept': {
      const waiting = state.requests.get(action.request)
      if (waiting) admit(state, operation, waiting.request, waiting.role, depth)
      state.requests.delete(action.request)
      return
    }
    case 'decline': {
      const waiting = state.requests.get(action.request)
      if (waiting) state.declined.add(declinedName(waiting.request))
      state.requests.delete(action.request)
      return
    }
    case 'setRole': {
      const member = state.members.get(action.account)
      if (!member) return
      const lostKey = action.role === 'relay'
      const lostPen = isAtLeast(member.role, 'writer') && !isAtLeast(action.role, 'writer')
      if (lostKey || lostPen) limit(state, member.devices.keys(), action.seen, action.role)
      if (isAtLeast(action.role, 'writer')) for (const one of member.devices.keys()) state.limits.delete(one)
      if (lostKey) turn(state, id)
      setRole(state, member, action.role, depth)
      return
    }
    case 'transferOwnership': {
      const [from, to] = [actor === undefined ? undefined : state.members.get(actor), state.members.get(action.account)]
      if (to) setRole(state, to, 'owner', depth)
      if (from) setRole(state, from, 'admin', depth)
      return
    }
    case 'remove':
      remove(state, id, action.account, action.seen)
      state.removed.add(action.account)
      // Who is removed may know them, and could come back under another name.
      for (const { key, account, approval } of [...state.invitations.values()])
        if (!approval && (account === undefined || account === action.account)) endInvitation(state, key)
      return
    case 'leave':
      if (actor !== undefined) remove(state, id, actor, action.seen)
      return
    case 'recover':
      state.spent.add(nonceOf(action.request))
      addDevice(state, action.request.certificate)
      return
    case 'addDevice':
      addDevice(state, action.certificate)
      return
    case 'revokeDevice': {
      const account = state.accounts.get(action.device)
      const member = account === undefined ? undefined : state.members.get(account)
      if (!member) return
      state.guarded.add(member.account)
      const seen = new Map([[action.device, action.seen]])
      if (member.devices.size === 1) remove(state, id, member.account, seen)
      else {
        limit(state, [action.device], seen, undefined)
        depart(state, member, action.device)
        turn(state, id)
      }
      return
    }
    case 'guard':
      if (actor !== undefined) state.guarded.add(actor)
      return
    case 'rename': {
      const member = actor === undefined ? undefined : state.members.get(actor)
      if (member) member.name = action.name
      return
    }
    case 'setPolicy':
      state.policy = action.policy
      return
    case 'rotateKey': {
      const { epoch, keyCheck } = action
      const wraps = action.wrapped.map(one => one.epoch)
      state.epochs.set(epoch, { epoch, keyCheck, operation: id, device, startedAt: time, wraps })
      state.generation = Math.max(state.generation, generationOf(epoch))
      // Right for an operation that follows all others; `settleEpoch` decides between those that do not.
      state.epoch = epoch
      state.isStale = false
      return
    }
    case 'shareKey':
      return
  }
}

function admit(state: GroupState, { id, time }: Operation, request: JoinRequest, role: Role, depth: number): void {
  const { certificate, name, invitation: key } = request
  const { account } = certificate
  const invitation = state.invitations.get(key)
  if (invitation) invitation.used++
  state.spent.add(nonceOf(request))
  state.declined.delete(declinedName(request))
  state.removed.delete(account)
  if (!state.members.has(account)) {
    const member: MemberState = { account, name, role: 'relay', devices: new Map(), joinedAt: time }
    state.members.set(account, member)
    setRole(state, member, role, depth)
    if (!state.policy.history && role !== 'relay') turn(state, id)
  }
  addDevice(state, certificate)
}

function addDevice(state: GroupState, certificate: Certificate): void {
  const { account, device } = certificate
  state.members.get(account)?.devices.set(device, certificate)
  state.accounts.set(device, account)
  state.departed.delete(device)
  state.limits.delete(device)
}

function setRole(state: GroupState, member: MemberState, role: Role, depth: number): void {
  member.role = role
  if (role === 'owner') state.owners.set(member.account, depth)
  else state.owners.delete(member.account)
}

function remove(state: GroupState, id: OperationId, account: AccountId, seen: Seen): void {
  const member = state.members.get(account)
  if (!member) return limitDeparted(state, account, seen)
  limit(state, member.devices.keys(), seen, undefined)
  for (const device of [...member.devices.keys()]) depart(state, member, device)
  state.members.delete(account)
  state.owners.delete(account)
  state.formerNames.set(account, member.name)
  if (member.role !== 'relay') turn(state, id)
}

/** Who has left already is shut out: what nobody had seen of it does not count. */
function limitDeparted(state: GroupState, account: AccountId, seen: Seen): void {
  for (const [device, owner] of state.departed) {
    const lastSeq = Math.min(seen.get(device) ?? 0, state.limits.get(device)?.lastSeq ?? Infinity)
    if (owner === account) state.limits.set(device, { lastSeq, role: undefined })
  }
}

function depart(state: GroupState, member: MemberState, device: PeerId): void {
  member.devices.delete(device)
  state.accounts.delete(device)
  state.departed.set(device, member.account)
}

function limit(state: GroupState, devices: Iterable<PeerId>, seen: Seen, role: Role | undefined): void {
  for (const device of devices) state.limits.set(device, { lastSeq: seen.get(device) ?? 0, role })
}

/** From here on the present key is not good enough. */
function turn(state: GroupState, id: OperationId): void {
  state.turns.push(id)
  state.isStale = true
}

function endInvitation(state: GroupState, key: string): void {
  state.invitations.delete(key)
  for (const { id, request } of [...state.requests.values()]) if (request.invitation === key) state.requests.delete(id)
}
