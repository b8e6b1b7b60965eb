import type { AccountId, GroupId, PeerId, RecordId } from '../ids.ts'
import type { Entry, Order, Page } from '../log/entry.ts'
import type { Fetched } from '../log/fetch.ts'
import type { AppendOptions, Channel, RecordKind } from '../log/kind.ts'
import type { SyncScope } from '../log/scope.ts'
import type { SearchOptions, SearchPage } from '../log/search.ts'
import type { GroupStorage } from '../log/storage.ts'
import type { Role } from './role.ts'

/** What an owner decides about a group. */
export interface GroupPolicy {
  /** Whether newcomers can read what was written before they came. @default true */
  history: boolean
  /** The least role that may invite, always to roles up to its own; only owners invite admins and owners. @default 'admin' */
  inviters: 'reader' | 'writer' | 'admin' | 'owner'
  /** A key as old as this is changed, 1 hour to 365 days in ms. @default 30 days */
  keyAgeMs: number
  /** A key that encrypted so many records is changed, 100 to 2³². @default 2²⁰ */
  keyRecords: number
}

/** `direct` holds exactly two people and can be joined once. */
export type GroupKind = 'shared' | 'direct'

/** `home` holds one person's devices. It belongs to the core: plugins see no such group. */
export type FoundedKind = GroupKind | 'home'

export interface Member {
  account: AccountId
  /** As the member introduced itself on joining, 1 to 64 characters. */
  name: string
  role: Role
  devices: PeerId[]
  /** Those of them that wrote two histories in this group, as a device whose data was copied does: what they write counts no more. */
  stoppedDevices: PeerId[]
  /** At least one of its devices is connected to this node, or it is this node's own account. */
  online: boolean
  /**
   * It is not connected, which says nothing: in a large group this node is connected to a few, and through them to the
   * others.
   */
  mayBeOnline: boolean
  /** ms since 1970, by the clock of who admitted it. */
  joinedAt: number
  /** How far its clock was ahead of this node's when they last connected, negative when behind, ms; of the device that is off most. */
  clockSkewMs: number | undefined
}

export interface InvitationOptions {
  /** @default 'writer' */
  role?: Role
  /** How many people may join with it, 1 to 10,000. @default 1 */
  uses?: number
  /** @default 7 days; at most 365 days */
  expiresInMs?: number
  /** Whether an admin must accept who asks by it. @default false */
  approval?: boolean
  /** Only this person may use it. @default anybody who has the link */
  account?: AccountId
}

export interface Invitation {
  id: string
  /**
   * `borgo:join/…`: carries the group, addresses of its members and the secret. Whoever has it can join: treat it as a
   * key. Undefined when the invitation was made on another device.
   */
  link: string | undefined
  role: Role
  uses: number
  used: number
  /** ms since 1970 */
  expiresAt: number
  /** Whether an admin must accept who asks by it. */
  approval: boolean
  /** Who alone may use it. */
  account: AccountId | undefined
  /** Who made it. */
  by: AccountId
}

/** Somebody who asks to be let in and waits for an admin. Every member keeps it. */
export interface JoinPetition {
  id: string
  account: AccountId
  name: string
  /** The role that the invitation gives. */
  role: Role
  /** ms since 1970, by the clock of the member who was asked. */
  askedAt: number
}

/** A group that this device asked to join and that has not let it in. */
export interface WaitingJoin {
  group: GroupId
  /** The group's name, as the link says it. */
  name: string
  /** ms since 1970 */
  askedAt: number
  /** Why it will not be let in; undefined while it is asking. */
  refused: 'APPROVAL_DECLINED' | 'BAD_INVITATION' | 'INVITATION_EXPIRED' | 'INVITATION_USED_UP' | 'REMOVED' | undefined
}

/** A group that this device was in and is not any more. Its records are still here. */
export interface LostGroup {
  id: GroupId
  name: string
  /** `undone`: who let this person in had lost the right at the same time, or another one was sooner. */
  reason: 'removed' | 'left' | 'revoked' | 'undone'
  /** Who did it, for `removed` and `revoked`. */
  by: { account: AccountId; name: string } | undefined
  /** ms since 1970, by the clock of who did it; undefined for `undone`. */
  at: number | undefined
}

/** Somebody whom a change of a group is about. */
export interface Concerned {
  account: AccountId
  name: string
}

/** Which changes of a group are asked for. */
export interface AuditQuery {
  /** @default 100 */
  limit?: number | undefined
  /** The id of an entry: those before it in the one order that all members have. */
  before?: string | undefined
  /** @default everything */
  what?: readonly AuditEntry['what'][] | undefined
  /** Who made them. */
  by?: AccountId | undefined
}

/** One change of a group, from the signed operations. */
export interface AuditEntry {
  id: string
  /** ms since 1970, by the clock of who made it: a claim. */
  at: number
  /** Who made it; undefined when that one's membership was undone. */
  by: Concerned | undefined
  device: PeerId
  what:
    | 'create'
    | 'invite'
    | 'revokeInvitation'
    | 'join'
    | 'request'
    | 'accept'
    | 'decline'
    | 'setRole'
    | 'transferOwnership'
    | 'remove'
    | 'leave'
    | 'recover'
    | 'addDevice'
    | 'revokeDevice'
    | 'guard'
    | 'rename'
    | 'setPolicy'
    | 'rotateKey'
  /** Whom it is about, when that is somebody else. */
  whom: Concerned | undefined
  /** The role that it gives, or that an invitation gave. */
  role: Role | undefined
  /** The name that it gives, or that of the device. */
  name: string | undefined
  policy: GroupPolicy | undefined
  /** What held before `policy`. */
  formerPolicy: GroupPolicy | undefined
  /** That is made or ended; `whom`: who alone may use it. */
  invitation: Pick<Invitation, 'id' | 'uses' | 'expiresAt' | 'approval'> | undefined
  /** Which device is added, let in or locked out. */
  concernedDevice: PeerId | undefined
  /** Why it has no effect, when it lost against something else; for people to read. */
  void: string | undefined
}

/** A group that this device belongs to. Live: its fields show the present state. */
export interface Group {
  readonly id: GroupId
  readonly kind: GroupKind
  /** 1 to 64 characters */
  readonly name: string
  /** This person's role; the last one after the group was lost. */
  readonly role: Role
  readonly policy: GroupPolicy
  /** When the present key began, ms since 1970, and how many were before it. */
  readonly key: { startedAt: number; generation: number }
  /** When this device created or joined it, ms since 1970. */
  readonly joinedAt: number
  members(): Member[]
  /** The member that a device or account belongs to. */
  member(id: AccountId | PeerId): Member | undefined
  /** What a member is called, or was while it was one. */
  nameOf(account: AccountId): string | undefined
  /**
   * Throws FORBIDDEN unless the policy lets this person invite to that role; TypeError for options out of range, and for
   * several uses in a direct group.
   */
  invite(options?: InvitationOptions): Promise<Invitation & { link: string }>
  /** The invitations that can still be used, as far as this node knows. */
  invitations(): Invitation[]
  /** Ends an invitation and the petitions that came by it. Throws FORBIDDEN unless admin or its maker. */
  revokeInvitation(id: string): Promise<void>
  /** Who waits to be let in, the longest first. */
  petitions(): JoinPetition[]
  /** Throws FORBIDDEN unless admin, or owner for roles from admin on; PETITION_UNKNOWN. */
  accept(petition: string): Promise<void>
  /** Throws FORBIDDEN unless admin; PETITION_UNKNOWN. */
  decline(petition: string): Promise<void>
  /**
   * Admins set roles below admin of those below admin, owners all but those of owners of longer standing; anybody may
   * lower their own. Throws FORBIDDEN, also for the last owner; MEMBER_UNKNOWN.
   */
  setRole(account: AccountId, role: Role): Promise<void>
  /** Makes a member an owner in this person's place, who becomes an admin. Throws FORBIDDEN unless owner; MEMBER_UNKNOWN. */
  transferOwnership(account: AccountId): Promise<void>
  /**
   * Locks somebody out: what they do at the same time does not count, the key changes, and links that anybody may use
   * end. They come back by approval or an invitation in their name. Throws FORBIDDEN as `setRole` does; MEMBER_UNKNOWN.
   */
  remove(account: AccountId): Promise<void>
  /** Leaves for good. Throws FORBIDDEN for the last owner. */
  leave(): Promise<void>
  /** Throws FORBIDDEN unless owner; TypeError for values out of range. */
  setPolicy(changes: Partial<GroupPolicy>): Promise<void>
  /** Changes the group's key. Throws FORBIDDEN unless admin. */
  rotateKey(): Promise<void>
  /**
   * Lets a further device of this person in, by the certificate that the account signed for it. Returns the link with
   * which that device joins, and which is of no use to any other. Throws FORBIDDEN, BAD_CERTIFICATE.
   */
  addDevice(certificate: Uint8Array): Promise<string>
  /** Locks a lost device of this person out; as `remove` does. Throws FORBIDDEN for the only one, and for others' devices. */
  revokeDevice(device: PeerId): Promise<void>
  /** Who changed what, the newest first. Throws BAD_ID for an unknown `before`. */
  audit(query?: AuditQuery): AuditEntry[]
  /** Writes a record. Resolves when it is committed to disk here (SPEC L-3). Throws FORBIDDEN, TOO_LARGE, DEVICE_STOPPED, DISK_FULL, STOPPED. */
  append<T>(kind: RecordKind<T>, data: T, options?: AppendOptions): Promise<Entry<T>>
  /** The newest `limit` records (1 to 1,000, default 50) of these kinds, or those before a place. */
  page<T>(kinds: readonly RecordKind<T>[], options?: { before?: Order; limit?: number }): Page<T>
  entry(id: RecordId): Entry | undefined
  /** Which contents this device fetches by itself: for one with little room. Headers come in any case. */
  readonly scope: SyncScope
  /** From now on; what is here stays. Throws TypeError for values out of range. */
  setScope(scope: Partial<SyncScope>): Promise<void>
  /**
   * Fetches contents that were left with other members, the latest first: at most `limit` (1 to 1,000, default 50), of
   * these kinds or of all. Resolves when they are here, or nothing came for 10 s. Throws TypeError, `signal.reason`.
   */
  fetchLeftOut(options?: {
    kinds?: readonly RecordKind<unknown>[]
    limit?: number
    signal?: AbortSignal
  }): Promise<Fetched>
  /** What the group's records take on this device, and what they may. */
  storage(): GroupStorage
  /**
   * The whole group as lines of JSON for other programs: membership operations and records, verified, bodies decrypted.
   * See `ExportedRecord`. Throws `signal.reason`.
   */
  export(options?: { signal?: AbortSignal }): AsyncIterable<string>
  /** How far each device's records are held here: device → seq. */
  vector(): Map<PeerId, number>
  /** Sends to the members that are connected now, directly or through each other; best effort, unordered, not stored. */
  broadcast<T>(channel: Channel<T>, data: T): Promise<void>
  /** Encrypts for one member's devices (HPKE). Throws MEMBER_UNKNOWN. */
  seal(to: AccountId, bytes: Uint8Array): Promise<Uint8Array>
  /** Opens what a member sealed for this person; undefined when it was not for us. */
  unseal(bytes: Uint8Array): Uint8Array | undefined
}

export interface Groups {
  create(options: { name: string; kind?: GroupKind }): Promise<Group>
  /**
   * Joins by an invitation link, through any member that can be reached. Resolves when the membership is committed.
   * Throws BAD_INVITATION, INVITATION_EXPIRED, INVITATION_USED_UP, REMOVED, APPROVAL_DECLINED, UNREACHABLE,
   * `signal.reason`; APPROVAL_PENDING when an admin has to accept: then the node goes on asking (see `waiting`).
   * Joining a group that one is in already returns it.
   */
  join(link: string, options?: { signal?: AbortSignal }): Promise<Group>
  list(): Group[]
  get(id: GroupId): Group | undefined
  /** Groups that this device asked to join and is not in yet, also over restarts. */
  waiting(): WaitingJoin[]
  /** Stops asking, or forgets the refusal. */
  withdraw(group: GroupId): void
  /** Groups that this person was removed from or left. */
  lost(): LostGroup[]
  /** Registers a kind for as long as the plugin runs. Throws KIND_TAKEN. */
  define<T>(kind: RecordKind<T>): void
  /**
   * Every record of these kinds in every group, in order of arrival: first those after `after` (default 0: all),
   * then live ones. Ends when `signal` aborts. Back-pressure: the next is read when the last was consumed.
   */
  follow<T>(kinds: readonly RecordKind<T>[], options: { after?: number; signal: AbortSignal }): AsyncIterable<Entry<T>>
  /**
   * Finds records in which all words of `query` occur in one field, in any case and with or without accents; the last
   * word may be the beginning of one, and "several in quotes" stand together. Searches what is on this device, tells
   * nobody. Throws DISK_FULL, TypeError for a limit out of range.
   */
  search<T>(query: string, options: SearchOptions<T>): Promise<SearchPage<T>>
  /** Registers a channel for as long as the plugin runs; `receive` gets what passed `parse`. Throws KIND_TAKEN. */
  listen<T>(channel: Channel<T>, receive: (message: Broadcast<T>) => void): void
  /**
   * A group was added or lost, or its members, their roles, names or presence, its invitations, petitions or policy
   * changed, or a device was stopped. Ends with the plugin; returns its undo.
   */
  onChange(listener: (group: Group) => void): () => void
  /** `waiting` changed: a join was asked for, let in or refused. Ends with the plugin; returns its undo. */
  onWaiting(listener: (group: GroupId) => void): () => void
}

/** `Groups` before it is bound to one plugin: registrations return their undo. */
export interface SharedGroups extends Omit<Groups, 'define' | 'listen'> {
  define<T>(kind: RecordKind<T>): () => void
  listen<T>(channel: Channel<T>, receive: (message: Broadcast<T>) => void): () => void
}

export interface Broadcast<T> {
  group: Group
  account: AccountId
  device: PeerId
  data: T
}
