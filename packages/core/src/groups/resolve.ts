import type { Certificate } from '../identity/certificate.ts'
import type { AccountId, PeerId } from '../ids.ts'
import type { GroupKind, Role } from './group.ts'
import type { Operation, OperationId } from './operation.ts'

export interface MemberState {
  account: AccountId
  name: string
  role: Role
  devices: Map<PeerId, Certificate>
  /** ms since 1970, by the clock of who admitted it. */
  joinedAt: number
}

export interface InvitationState {
  /** Hex of its public key. */
  key: string
  role: Role
  uses: number
  used: number
  expiresAt: number
}

/** What a group's operations amount to: the same on every peer that has the same ones. */
export interface GroupState {
  name: string
  kind: GroupKind
  members: Map<AccountId, MemberState>
  /** Whose each device is. A device belongs to the account that it joined with first. */
  accounts: Map<PeerId, AccountId>
  /** Owners by seniority: the lower, the longer. Never empty. */
  owners: Map<AccountId, number>
  invitations: Map<string, InvitationState>
  /** The epoch of the group's key. */
  epoch: number
  /** What tells a true key from a false one, by epoch. */
  keyChecks: Map<number, Uint8Array>
}

/**
 * The state that these operations give, whatever order they come in; undefined without the founding one. Operations
 * whose parents are missing count for nothing.
 *
 * Applied parents first, then by hash; what the state at its place does not permit has no effect. Demotion of an owner
 * is strong: it voids the owner's acts (invitations, roles) that the demoted did concurrently, and all that hangs on
 * them. Only a senior owner can demote another, so that two never void each other: the most senior's word goes first.
 */
export function resolve(operations: Iterable<Operation>): GroupState | undefined {
  const ordered = inOrder(operations)
  const voided = new Set<OperationId>()
  const settled = new Set<OperationId>()
  for (;;) {
    const { state, demotions } = fold(ordered, voided)
    const next = demotions.filter(({ id }) => !settled.has(id)).sort((a, b) => a.seniority - b.seniority)[0]
    if (!next) return state
    settled.add(next.id)
    for (const id of concurrentActs(ordered, next)) voided.add(id)
  }
}

/** All operations that lead back to the founding one, by depth and then by id: parents always come first. */
export function inOrder(operations: Iterable<Operation>): Operation[] {
  const children = new Map<OperationId, Operation[]>()
  const missing = new Map<OperationId, number>()
  const depths = new Map<OperationId, number>()
  const ready: Operation[] = []
  for (const operation of new Map([...operations].map(operation => [operation.id, operation])).values()) {
    if (operation.parents.length === 0) ready.push(operation)
    missing.set(operation.id, operation.parents.length)
    for (const parent of operation.parents) {
      const siblings = children.get(parent)
      if (siblings) siblings.push(operation)
      else children.set(parent, [operation])
    }
  }
  for (const operation of ready) {
    depths.set(operation.id, 1 + Math.max(0, ...operation.parents.map(parent => depths.get(parent) ?? 0)))
    for (const child of children.get(operation.id) ?? []) {
      const left = (missing.get(child.id) ?? 0) - 1
      missing.set(child.id, left)
      if (left === 0) ready.push(child)
    }
  }
  const depth = ({ id }: Operation): number => depths.get(id) ?? 0
  return ready.sort((a, b) => depth(a) - depth(b) || (a.id < b.id ? -1 : 1))
}

interface Demotion {
  id: OperationId
  target: AccountId
  /** Of the owner who demoted. */
  seniority: number
}

function fold(
  ordered: readonly Operation[],
  voided: ReadonlySet<OperationId>
): { state: GroupState | undefined; demotions: Demotion[] } {
  const [first, ...rest] = ordered
  const state = first && founded(first)
  const demotions: Demotion[] = []
  if (!state) return { state, demotions }
  for (const operation of rest) {
    if (voided.has(operation.id) || refusal(state, operation) !== undefined) continue
    const { id, action, device } = operation
    const actor = state.accounts.get(device)
    const seniority = actor && state.owners.get(actor)
    if (
      action.type === 'setRole' &&
      seniority !== undefined &&
      actor !== action.account &&
      state.owners.has(action.account)
    )
      demotions.push({ id, target: action.account, seniority })
    apply(state, operation)
  }
  return { state, demotions }
}

/** Owner's acts of the demoted that neither led to the demotion nor knew of it. */
function concurrentActs(ordered: readonly Operation[], { id, target }: Demotion): OperationId[] {
  const before = ancestors([id], new Map(ordered.map(operation => [operation.id, operation])))
  const after = new Set([id])
  const devices = new Set<PeerId>()
  const acts: OperationId[] = []
  for (const { id, action, device, parents } of ordered) {
    if (parents.some(parent => after.has(parent))) after.add(id)
    const certificate = certificateOf(action)
    if (certificate?.account === target) devices.add(certificate.device)
    const isOwnersAct = action.type === 'invite' || action.type === 'setRole'
    if (isOwnersAct && devices.has(device) && !before.has(id) && !after.has(id)) acts.push(id)
  }
  return acts
}

/** Of the device that the action makes a member. */
export function certificateOf(action: Operation['action']): Certificate | undefined {
  if (action.type === 'create') return action.certificate
  return action.type === 'join' ? action.request.certificate : undefined
}

/** These operations and all that they follow, as far as they are in `known`. */
export function ancestors(ids: Iterable<OperationId>, known: ReadonlyMap<OperationId, Operation>): Set<OperationId> {
  const found = new Set<OperationId>()
  const open = [...ids]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const operation = known.get(id)
    if (!operation || found.has(id)) continue
    found.add(id)
    open.push(...operation.parents)
  }
  return found
}

/** The state of a group that was just founded; undefined when the operation founds none. */
export function founded({ action, device, time }: Operation): GroupState | undefined {
  if (action.type !== 'create') return undefined
  const { account } = action.certificate
  const devices = new Map([[device, action.certificate]])
  return {
    name: action.name,
    kind: action.kind,
    members: new Map([[account, { account, name: action.owner, role: 'owner', devices, joinedAt: time }]]),
    accounts: new Map([[device, account]]),
    owners: new Map([[account, 0]]),
    invitations: new Map(),
    epoch: 0,
    keyChecks: new Map([[0, action.keyCheck]])
  }
}

/** Why the state does not permit the operation; undefined when it does. */
export function refusal(state: GroupState, { action, device, time }: Operation): string | undefined {
  const actor = state.accounts.get(device)
  if (actor === undefined) return 'its author is no member'
  const isOwner = state.owners.has(actor)
  switch (action.type) {
    case 'create':
      return 'the group is founded already'
    case 'invite':
      if (!isOwner) return 'only an owner invites'
      if (state.invitations.has(action.key)) return 'the invitation exists already'
      if (state.kind === 'direct' && action.uses !== 1) return 'a group of two is joined once'
      return undefined
    case 'setRole':
      if (!isOwner) return 'only an owner changes roles'
      return roleRefusal(state, actor, action.account, action.role)
    case 'join':
      return joinRefusal(state, action.request, time)
  }
}

function roleRefusal(state: GroupState, actor: AccountId, target: AccountId, role: Role): string | undefined {
  const member = state.members.get(target)
  if (!member) return 'who is no member has no role'
  if (member.role === role) return 'it is the role already'
  const rank = state.owners.get(target)
  if (rank === undefined) return undefined
  if (state.owners.size === 1) return 'the last owner stays'
  if (actor !== target && rank < (state.owners.get(actor) ?? Infinity)) return 'only a senior owner demotes an owner'
  return undefined
}

function joinRefusal(
  state: GroupState,
  request: { invitation: string; certificate: Certificate },
  time: number
): string | undefined {
  const invitation = state.invitations.get(request.invitation)
  if (!invitation) return 'there is no such invitation'
  if (time > invitation.expiresAt) return 'the invitation has expired'
  if (invitation.used >= invitation.uses) return 'the invitation is used up'
  if (state.accounts.has(request.certificate.device)) return 'the device is a member already'
  const isNew = !state.members.has(request.certificate.account)
  if (isNew && state.kind === 'direct' && state.members.size >= 2) return 'a group of two is full'
  return undefined
}

/** Carries out an operation that `refusal` has nothing against. */
export function apply(state: GroupState, { action, time }: Operation): void {
  switch (action.type) {
    case 'create':
      return
    case 'invite': {
      const { key, role, uses, expiresAt } = action
      state.invitations.set(key, { key, role, uses, used: 0, expiresAt })
      return
    }
    case 'setRole': {
      const member = state.members.get(action.account)
      if (member) setRole(state, member, action.role)
      return
    }
    case 'join': {
      const { certificate, name, invitation: key } = action.request
      const { account, device } = certificate
      const invitation = state.invitations.get(key)
      if (!invitation) return
      invitation.used++
      state.accounts.set(device, account)
      const known = state.members.get(account)
      if (known) {
        known.devices.set(device, certificate)
        return
      }
      const member: MemberState = {
        account,
        name,
        role: 'reader',
        devices: new Map([[device, certificate]]),
        joinedAt: time
      }
      state.members.set(account, member)
      setRole(state, member, invitation.role)
    }
  }
}

function setRole(state: GroupState, member: MemberState, role: Role): void {
  member.role = role
  if (role === 'owner') state.owners.set(member.account, 1 + Math.max(...state.owners.values()))
  else state.owners.delete(member.account)
}
