import type { AccountId, GroupId, PeerId } from '../ids.ts'
import type { Role } from '../groups/role.ts'

/** What the log needs to know of groups: the port between `log/` and `groups/`, implemented by `groups/`. */
export interface Members {
  /** Groups that this device belongs to. */
  groups(): GroupId[]
  /** The role of a device's account in a group now; undefined when it is no member. */
  roleOf(group: GroupId, device: PeerId): Role | undefined
  /**
   * Its role as of these operations (ids as in `heads`) and all that they follow: the same on every device, at any time.
   * Undefined when it was no member then, or when an operation is not here.
   */
  roleAt(group: GroupId, device: PeerId, operations: readonly Uint8Array[]): Role | undefined
  /**
   * As what a record counts that its author wrote in `role`: less, or undefined for not at all, when who removed or
   * demoted the author had not seen it. Changes as operations come in.
   */
  countsAs(group: GroupId, device: PeerId, seq: number, role: Role): Role | undefined
  /**
   * The last seq of a device that who removed or demoted its person had seen; Infinity for who never was. Changes as
   * operations come in.
   */
  lastSeen(group: GroupId, device: PeerId): number
  /**
   * Whether an operation let the device in, effective or not: one whose membership was undone may be told so, which
   * takes the operations that undid it.
   */
  wasAdmitted(group: GroupId, device: PeerId): boolean
  /** Also of a device that is gone. */
  accountOf(group: GroupId, device: PeerId): AccountId | undefined
  devices(group: GroupId): PeerId[]
  /** The epoch that new records are encrypted under, 0 until the key is rotated. */
  epoch(group: GroupId): number
  /** Epochs whose key was given to this device. */
  epochs(group: GroupId): Iterable<number>
  /** 32 bytes; undefined when this device was never given that epoch's key. */
  key(group: GroupId, epoch: number): Uint8Array | undefined
  /** Ids (32-byte SHA-256) of the membership operations that no known operation follows. */
  heads(group: GroupId): Uint8Array[]
  /** Encoded operations that are not among `heads` and their ancestors, parents first. Unknown heads are ignored. */
  since(group: GroupId, heads: readonly Uint8Array[]): Uint8Array[]
  /** Whether all of these operations are here. */
  holds(group: GroupId, ids: readonly Uint8Array[]): boolean
  /**
   * Checks and commits operations, parents first; known ones are skipped. Returns how many of them were looked at: at
   * least one, and not all when that cost `mostEffort`, in operations gone through. Throws BAD_OPERATION; PAST_MISSING
   * when one follows others that are not here, which only this device may have left out.
   */
  receive(group: GroupId, operations: readonly Uint8Array[], options?: { mostEffort?: number }): number
  /** Runs when a group was added or its membership changed; returns its undo. */
  onChange(listener: (group: GroupId) => void): () => void
}
