import type { AccountId, GroupId, PeerId, RecordId } from '../ids.ts'

/**
 * Least to most: a relay stores and passes on what it cannot read; a reader reads; a writer also writes records; an
 * admin also invites, approves, removes and sets roles, all below admin; an owner does everything.
 */
export const ROLES = ['relay', 'reader', 'writer', 'admin', 'owner'] as const
export type Role = (typeof ROLES)[number]

/** `direct` holds exactly two people and can be joined once. */
export type GroupKind = 'shared' | 'direct'

export interface Member {
  account: AccountId
  /** As the member introduced itself on joining, 1 to 64 characters. */
  name: string
  role: Role
  devices: PeerId[]
  /** At least one of its devices is connected to this node, or it is this node's own account. */
  online: boolean
  /** ms since 1970, by the clock of who admitted it. */
  joinedAt: number
}

export interface InvitationOptions {
  /** @default 'writer' */
  role?: Role
  /** How many people may join with it, 1 to 10,000. @default 1 */
  uses?: number
  /** @default 7 days; at most 365 days */
  expiresInMs?: number
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
}

/**
 * A kind of record that a plugin defines. A record whose body fails `parse`, whose author lacks `role`, or which is
 * longer than `maxBytes` is never shown to anyone (SPEC L-7).
 */
export interface RecordKind<T> {
  /** `<plugin>/<noun>`; never reused for another shape. */
  name: string
  /** The least role that may write it. */
  role: Role
  /** Longest encoded body in bytes, at most 65,536; larger things are content links. */
  maxBytes: number
  /** How long after it was written a record is shown; its body is deleted later. @default for ever */
  lifetimeMs?: number
  /** The one place where bytes of a peer become a value: returns it or throws. The input is decoded DAG-CBOR. */
  parse(value: unknown): T
  /** What `Groups.search` finds it by: at most 16 fields by name, such as `title`. @default it is not found */
  text?(data: T): Readonly<Record<string, string>>
}

/** A kind of message that is passed on and never stored. Same rules as `RecordKind`; `maxBytes` at most 16,384. */
export interface Channel<T> {
  name: string
  role: Role
  maxBytes: number
  parse(value: unknown): T
}

/**
 * Place in a group's shown order: hybrid time, then the device as tie-break. An effect never sorts before its cause
 * (SPEC L-9). Compare with `compareOrder`.
 */
export interface Order {
  /** ms since 1970, at least the author's clock and later than everything the author had seen. */
  ms: number
  count: number
  device: PeerId
}

/** One record of a group's log, checked and decrypted. */
export interface Entry<T = unknown> {
  /** Local order of arrival: grows by one or more, never reused. Store the last one seen to resume `follow`. */
  position: number
  group: GroupId
  id: RecordId
  kind: string
  account: AccountId
  device: PeerId
  /** 1, 2, 3 … per device and group. */
  seq: number
  order: Order
  data: T
}

export interface Page<T> {
  /** Oldest first, in shown order. */
  entries: Entry<T>[]
  /** Pass as `before` for the page before this one; undefined at the beginning of the history. */
  before: Order | undefined
}

export interface SearchOptions<T> {
  kinds: readonly RecordKind<T>[]
  group?: GroupId
  /** Only what this person wrote. */
  by?: AccountId
  /** Only words of this field; see `RecordKind.text`. */
  field?: string
  /** The `before` of the page before. */
  before?: number
  /** 1 to 200. @default 50 */
  limit?: number
}

export interface SearchPage<T> {
  /** What came to this device last comes first. */
  entries: Entry<T>[]
  /** Pass as `before` for more; undefined when there is no more. */
  before: number | undefined
}

/** A group that this device belongs to. Live: its fields show the present state. */
export interface Group {
  readonly id: GroupId
  readonly kind: GroupKind
  /** 1 to 64 characters */
  readonly name: string
  /** This person's role. */
  readonly role: Role
  /** When this device created or joined it, ms since 1970. */
  readonly joinedAt: number
  members(): Member[]
  /** The member that a device or account belongs to. */
  member(id: AccountId | PeerId): Member | undefined
  /** Throws FORBIDDEN unless owner; TypeError for options out of range, and for several uses in a direct group. */
  invite(options?: InvitationOptions): Promise<Invitation & { link: string }>
  /** Throws FORBIDDEN unless owner, and for the last owner or one who is owner for longer; MEMBER_UNKNOWN. */
  setRole(account: AccountId, role: Role): Promise<void>
  /** The invitations that can still be used, as far as this node knows. */
  invitations(): Invitation[]
  /** Writes a record. Resolves when it is committed to disk here (SPEC L-3). Throws FORBIDDEN, TOO_LARGE, DISK_FULL, STOPPED. */
  append<T>(kind: RecordKind<T>, data: T): Promise<Entry<T>>
  /** The newest `limit` records (1 to 1,000, default 50) of these kinds, or those before a place. */
  page<T>(kinds: readonly RecordKind<T>[], options?: { before?: Order; limit?: number }): Page<T>
  entry(id: RecordId): Entry | undefined
  /** How far each device's records are held here: device → seq. */
  vector(): Map<PeerId, number>
  /** Sends to the members that are connected now, directly or through each other; best effort, unordered, not stored. */
  broadcast<T>(channel: Channel<T>, data: T): Promise<void>
  /** Encrypts for one member's devices (HPKE). Throws MEMBER_UNKNOWN. */
  seal(to: AccountId, bytes: Uint8Array): Promise<Uint8Array>
  /** Opens what a member sealed for this person; undefined when it was not for us. */
  unseal(bytes: Uint8Array): Promise<Uint8Array | undefined>
}

export interface Groups {
  create(options: { name: string; kind?: GroupKind }): Promise<Group>
  /**
   * Joins by an invitation link, through any member that can be reached. Resolves when the membership is committed.
   * Throws BAD_INVITATION, INVITATION_EXPIRED, INVITATION_USED_UP, UNREACHABLE, `signal.reason`.
   * Joining a group that one is in already returns it.
   */
  join(link: string, options?: { signal?: AbortSignal }): Promise<Group>
  list(): Group[]
  get(id: GroupId): Group | undefined
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
  /** A group was added, or its members, their roles, names or presence changed. Ends with the plugin; returns its undo. */
  onChange(listener: (group: Group) => void): () => void
}

export interface Broadcast<T> {
  group: Group
  account: AccountId
  device: PeerId
  data: T
}

/** Negative when `a` is shown before `b`. */
export function compareOrder(a: Order, b: Order): number {
  return a.ms - b.ms || a.count - b.count || (a.device < b.device ? -1 : a.device > b.device ? 1 : 0)
}
