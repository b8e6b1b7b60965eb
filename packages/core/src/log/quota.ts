import type { AccountId, GroupId, PeerId } from '../ids.ts'

/** What records may take on this device's disk, bytes. */
export interface Quota {
  /** One person's in one group, from all devices together. @default 1 GiB */
  memberBytes: number
  /** All in one group. @default 8 GiB */
  groupBytes: number
  /** All in all groups together. @default any amount */
  nodeBytes: number
}

export const DEFAULT_QUOTA: Quota = { memberBytes: 2 ** 30, groupBytes: 2 ** 33, nodeBytes: Infinity }

/** What there is for a person (or a device that is nobody's) in a group, at this moment. */
export type QuotaOf = (group: GroupId, owner: AccountId | PeerId) => Quota

/** Whether bodies of records of a kind may take so much more, bytes. */
export type HasRoomOf = (kind: string, bytes: number) => boolean

/** What a record takes beside its header and body: its row and its places in the indexes. Measured: 480 to 530. */
export const ROW_BYTES = 512

/** What a record takes on disk. */
export function diskBytes({ headerBytes, body }: { headerBytes: Uint8Array; body: Uint8Array | undefined }): number {
  return ROW_BYTES + headerBytes.length + (body?.length ?? 0)
}

/** How much of a record there is room for. */
export type Room = 'whole' | 'header' | 'nothing'

/** What the records of one group take here, by person. */
export class Usage {
  readonly #byOwner = new Map<AccountId | PeerId, number>()
  readonly #quotaOf: (owner: AccountId | PeerId) => Quota
  readonly #ownerOf: (device: PeerId) => AccountId | undefined
  readonly #everywhere: () => number
  #total = 0

  /** `everywhere`: what the records of all groups take, this one among them. */
  constructor(
    quotaOf: (owner: AccountId | PeerId) => Quota,
    ownerOf: (device: PeerId) => AccountId | undefined,
    everywhere: () => number = () => 0
  ) {
    this.#quotaOf = quotaOf
    this.#ownerOf = ownerOf
    this.#everywhere = everywhere
  }

  get total(): number {
    return this.#total
  }

  /** By person. */
  get owners(): ReadonlyMap<AccountId | PeerId, number> {
    return this.#byOwner
  }

  /** Of the person whose device this is. */
  of(device: PeerId): number {
    return this.#byOwner.get(this.#owner(device)) ?? 0
  }

  /** `bytes` is negative for what was deleted. */
  add(device: PeerId, bytes: number): void {
    this.#byOwner.set(this.#owner(device), this.of(device) + bytes)
    this.#total += bytes
  }

  /**
   * Bodies have room up to the quota. Headers may take as much again, since others' records follow them and could not be
   * stored without.
   */
  roomFor(device: PeerId, record: { headerBytes: Uint8Array; body: Uint8Array | undefined }): Room {
    if (this.hasRoom(device, diskBytes(record))) return 'whole'
    return this.#fits(device, diskBytes({ ...record, body: undefined }), 2) ? 'header' : 'nothing'
  }

  /** Whether a device may take so much more. */
  hasRoom(device: PeerId, bytes: number): boolean {
    return this.#fits(device, bytes, 1)
  }

  #fits(device: PeerId, bytes: number, times: number): boolean {
    const { groupBytes, memberBytes, nodeBytes } = this.#quotaOf(this.#owner(device))
    return (
      this.of(device) + bytes <= times * memberBytes &&
      this.#total + bytes <= times * groupBytes &&
      this.#everywhere() + bytes <= times * nodeBytes
    )
  }

  #owner(device: PeerId): AccountId | PeerId {
    return this.#ownerOf(device) ?? device
  }
}
