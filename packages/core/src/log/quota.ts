import type { AccountId, PeerId } from '../ids.ts'

/** What records may take on this device's disk, bytes. */
export interface Quota {
  /** One person's in one group, from all devices together. @default 1 GiB */
  memberBytes: number
  /** All in one group. @default 8 GiB */
  groupBytes: number
}

export const DEFAULT_QUOTA: Quota = { memberBytes: 2 ** 30, groupBytes: 2 ** 33 }

/** What a record takes beside its header and body: its row and its places in the indexes. Measured: 480 to 530. */
const ROW_BYTES = 512

/** What a record takes on disk. */
export function diskBytes({ headerBytes, body }: { headerBytes: Uint8Array; body: Uint8Array | undefined }): number {
  return ROW_BYTES + headerBytes.length + (body?.length ?? 0)
}

/** How much of a record there is room for. */
export type Room = 'whole' | 'header' | 'nothing'

/** What the records of one group take here, by person. */
export class Usage {
  readonly #byOwner = new Map<AccountId | PeerId, number>()
  readonly #quota: Quota
  readonly #ownerOf: (device: PeerId) => AccountId | undefined
  #total = 0

  constructor(quota: Quota, ownerOf: (device: PeerId) => AccountId | undefined) {
    this.#quota = quota
    this.#ownerOf = ownerOf
  }

  get total(): number {
    return this.#total
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
    const { groupBytes, memberBytes } = this.#quota
    return this.of(device) + bytes <= times * memberBytes && this.#total + bytes <= times * groupBytes
  }

  #owner(device: PeerId): AccountId | PeerId {
    return this.#ownerOf(device) ?? device
  }
}
