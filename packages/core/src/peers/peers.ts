import type { AccountId, PeerId } from '../ids.ts'
import type { Connection } from '../transport/network.ts'

/** A connected device and, once it introduced itself, the person behind it. */
export interface Peer {
  device: PeerId
  account: AccountId | undefined
  /** The person's own display name: a claim, not checked by anyone. */
  name: string | undefined
  connections: Connection[]
  /** The best of its connections' round-trip times, ms. */
  rttMs: number | undefined
}

export interface Peers {
  list(): Peer[]
  get(device: PeerId): Peer | undefined
  /** Connected, disconnected, or introduced itself; returns its undo, which the core also runs when the plugin stops. */
  onChange(listener: (event: 'connect' | 'disconnect' | 'introduce', device: PeerId) => void): () => void
  /**
   * The candidates that a stream can be opened to: those that are connected, nearest first by measured round-trip time,
   * then those that may be there. A device keeps connections to a few members of a large group only.
   */
  reachable(candidates: readonly PeerId[]): PeerId[]
}
