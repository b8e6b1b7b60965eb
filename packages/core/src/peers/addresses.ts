import type { PeerId } from '../ids.ts'

/** Where members can be reached, as far as this device knows; kept by the address book. */
export interface Addresses {
  addressesOf(device: PeerId): readonly string[]
  /** What the member `by` says of another, or a card when it is undefined: hearsay. */
  onAddresses(device: PeerId, addresses: readonly string[], by?: PeerId): void
  /** Runs when a device's addresses changed, this one's among them; returns its undo. */
  onChange(listener: (device: PeerId) => void): () => void
}
