import type { AccountId, PeerId } from '../ids.ts'

/** This device and the person it belongs to, as plugins see them. */
export interface Self {
  readonly account: AccountId
  readonly device: PeerId
  /** The person's display name, 1 to 64 characters; what others see until they choose a nickname. */
  readonly name: string
  /** Ed25519 signature (64 bytes) by the device key. Sign only bytes that begin with a domain tag of your own. */
  sign(bytes: Uint8Array): Uint8Array
}
