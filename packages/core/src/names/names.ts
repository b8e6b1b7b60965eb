import type { AccountId, GroupId, PeerId } from '../ids.ts'
import type { DhtStatus } from '../transport/dht.ts'

/**
 * Where a name is known. `link`: to nodes that are connected on a private network, as long as this one is. `group`: to the
 * members of one group, also while the device is away. `global`: to everybody who takes part in the DHT.
 */
export type NameScope = 'link' | 'group' | 'global'

/** What one device says of a name: signed by it, and the device certified by the account. */
export interface NameRecord {
  /** `<account>/<label>` */
  name: string
  account: AccountId
  /** 1 to 64 visible characters, no slash */
  label: string
  device: PeerId
  scope: NameScope
  /** Set when the scope is `group`. */
  group: GroupId | undefined
  /** Grows with every announcement. */
  sequence: number
  /** Multiaddrs, at most 16: a claim. */
  addresses: string[]
  /** At most 256 characters. */
  comment: string
  /** At most 16 KiB. */
  data: Uint8Array
  /** ms since 1970, by the device's clock */
  issuedAt: number
  expiresAt: number
  /** How far the device is, where that was asked for and it could be reached. */
  rttMs?: number
}

/** Why a search ended: everybody was asked, so many were wanted, or its time was over. */
export type SearchEnd = 'all' | 'limit' | 'time'

/** Which of this device's names is meant. */
export interface NamePlace {
  scope: NameScope
  /** Required when the scope is `group`. */
  group?: GroupId
}

export interface NameDetails {
  /** At most 256 characters. @default '' */
  comment?: string
  /** At most 16 KiB. @default none */
  data?: Uint8Array
  /** Multiaddrs that others are told, at most 16. @default those of this node, as they change */
  addresses?: readonly string[]
  /**
   * How long others keep an announcement when no further one comes, 1 minute to 7 days (2 days when global), ms; the node
   * announces again in time. @default 1 hour on the link, 1 day global, 7 days in a group
   */
  lifetimeMs?: number
}

/** A name that this device has. Kept over restarts until it is withdrawn. */
export interface Registration extends NamePlace, Required<Omit<NameDetails, 'addresses'>> {
  name: string
  label: string
  /** Set when they are fixed. */
  addresses: readonly string[] | undefined
  /** Of the last announcement, ms since 1970. */
  announcedAt: number | undefined
  expiresAt: number | undefined
  /** How many other nodes took the last one; for the global scope. */
  holders: number
}

export interface ResolveOptions {
  /** Where to look. @default everywhere */
  scope?: NameScope
  /** In this group only. @default all groups */
  group?: GroupId
  /** Ends after so many records. @default no limit */
  limit?: number
  /** Ends after so long, 1 to 600,000 ms. @default 30,000 */
  timeoutMs?: number
  /**
   * The nearest first, by round-trip time, and who cannot be reached last: nothing comes before all have answered or the
   * time is over. @default false
   */
  nearest?: boolean
  /** Whether devices that are not connected are dialled for that; else they count as those that cannot be reached. @default true */
  mayDial?: boolean
  /** Leaves out what this device registered. @default false */
  excludeSelf?: boolean
  signal?: AbortSignal
}

/** Names under which devices can be found, with some data of their own. */
export interface Names {
  /**
   * Registers a name of this person for this device, or replaces what it says there; resolves when it is stored, and is
   * announced from then on. Other devices of the person may register the same name. Throws BAD_PEER_NAME, GROUP_UNKNOWN,
   * FORBIDDEN (in a group it takes a writer), DEVICE_STOPPED, BAD_ADDRESS, TOO_LARGE, TOO_MANY_NAMES (256), DISK_FULL, TypeError.
   */
  register(label: string, place: NamePlace & NameDetails): Promise<Registration>
  /** Changes what a registered name says. Throws NAME_UNKNOWN, and what `register` throws. */
  update(label: string, place: NamePlace & NameDetails): Promise<Registration>
  /** Gives a name up and says so. Throws NAME_UNKNOWN. */
  withdraw(label: string, place: NamePlace): Promise<void>
  registered(): Registration[]
  /**
   * What devices say of a name, each record as soon as it is found; from one device a newer one may follow. Ends when
   * everybody was asked, at the limit and when the time is over, and returns which it was. Throws BAD_PEER_NAME, TypeError,
   * `signal.reason`.
   */
  resolve(name: string, options?: ResolveOptions): AsyncGenerator<NameRecord, SearchEnd, undefined>
  /** How this node takes part in the directory of global names. */
  directory(): DhtStatus
  /** A name was registered, changed, announced or withdrawn; returns its undo. */
  onChange(listener: (label: string) => void): () => void
}
