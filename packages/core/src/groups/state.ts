import type { Certificate } from '../identity/certificate.ts'
import type { AccountId, OperationId, PeerId } from '../ids.ts'
import type { FoundedKind, GroupPolicy } from './group.ts'
import type { Role } from './role.ts'
import type { JoinRequest } from './join-request.ts'
import type { Operation } from './operation.ts'
import { FIRST_POLICY } from './policy.ts'

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
  /** Who made it. */
  by: AccountId
  role: Role
  uses: number
  used: number
  expiresAt: number
  approval: boolean
  account: AccountId | undefined
}

/** A request that waits for an admin. */
export interface RequestState {
  id: OperationId
  request: JoinRequest
  /** The role that the invitation gives. */
  role: Role
  /** ms since 1970, by the clock of who keeps it. */
  askedAt: number
}

/** What a device's records count that were not known to who removed or demoted its person. */
export interface Limit {
  /** Records up to this one count in full. */
  lastSeq: number
  /** Later ones count as written in this role at most; undefined: not at all. */
  role: Role | undefined
}

export interface EpochState {
  epoch: number
  keyCheck: Uint8Array
  /** What began it, and which device. */
  operation: OperationId
  device: PeerId
  startedAt: number
  /** Earlier epochs whose keys were encrypted under this one's. */
  wraps: number[]
}

/** What a group's operations amount to: the same on every peer that has the same ones. */
export interface GroupState {
  name: string
  kind: FoundedKind
  policy: GroupPolicy
  members: Map<AccountId, MemberState>
  /** Whose each device is. A device belongs to the account that it joined with first. */
  accounts: Map<PeerId, AccountId>
  /** Owners by seniority: the lower, the longer; equal when neither knew of the other. Never empty. */
  owners: Map<AccountId, number>
  /** Devices that are gone and whose they were, and the names of people who are gone. */
  departed: Map<PeerId, AccountId>
  formerNames: Map<AccountId, string>
  /** Who was removed: comes back by approval or an invitation in their name only. */
  removed: Set<AccountId>
  /** Who locked a device out: further ones are let in by their own devices only. */
  guarded: Set<AccountId>
  limits: Map<PeerId, Limit>
  invitations: Map<string, InvitationState>
  requests: Map<OperationId, RequestState>
  /** Requests that were declined, as `declinedName` writes them. */
  declined: Set<string>
  /** Requests that were used, by hex of the nonce: each makes one membership. */
  spent: Set<string>
  /** Operations that each device wrote, with or without effect. */
  written: Map<PeerId, number>
  /** The epoch of the group's key. */
  epoch: number
  /** Whether somebody may have the present key who must not read what is written from now on. */
  isStale: boolean
  epochs: Map<number, EpochState>
  /** How many rotations lead to the newest epoch. */
  generation: number
  /** What calls for a new key: departures, and arrivals when these may not read the past. */
  turns: OperationId[]
}

/** The state of a group that was just founded; undefined when the operation founds none. */
export function founded({ id, action, device, time }: Operation): GroupState | undefined {
  if (action.type !== 'create') return undefined
  const { keyCheck, certificate } = action
  const { account } = certificate
  const devices = new Map([[device, certificate]])
  return {
    name: action.name,
    kind: action.kind,
    policy: FIRST_POLICY,
    members: new Map([[account, { account, name: action.owner, role: 'owner', devices, joinedAt: time }]]),
    accounts: new Map([[device, account]]),
    owners: new Map([[account, 0]]),
    departed: new Map(),
    formerNames: new Map(),
    limits: new Map(),
    removed: new Set(),
    guarded: new Set(),
    invitations: new Map(),
    requests: new Map(),
    declined: new Set(),
    spent: new Set(),
    written: new Map([[device, 1]]),
    epoch: 0,
    isStale: false,
    epochs: new Map([[0, { epoch: 0, keyCheck, operation: id, device, startedAt: time, wraps: [] }]]),
    generation: 0,
    turns: []
  }
}

/** The role of a device's account. */
export function roleIn({ accounts, members }: GroupState, device: PeerId): Role | undefined {
  const account = accounts.get(device)
  return account === undefined ? undefined : members.get(account)?.role
}

/** Who was declined for which invitation. */
export function declinedName({ invitation, certificate }: JoinRequest): string {
  return `${invitation} ${certificate.account}`
}

/** Hex of what makes a request one of a kind. */
export function nonceOf({ nonce }: JoinRequest): string {
  return Buffer.from(nonce).toString('hex')
}
