import type { PeerId } from '../ids.ts'

/** One connection to a peer, as the transport knows it. */
export interface Connection {
  peer: PeerId
  /** The multiaddr that was dialled or accepted. */
  address: string
  transport: 'tcp' | 'websocket' | 'memory'
  encryption: 'tls' | 'noise' | 'none'
  direction: 'inbound' | 'outbound'
  /** When it was made, ms since 1970. */
  since: number
  /** Smoothed round-trip time, ms; undefined before the first ping. */
  rttMs: number | undefined
  /** Bytes moved over it so far. */
  bytesIn: number
  bytesOut: number
}

/** A two-way byte stream with true back-pressure both ways: the port under `Stream`. */
export interface Duplex {
  /** Chunks as they come; ends on the other side's half-close, throws when the stream was reset. Single use. */
  readonly source: AsyncIterable<Uint8Array>
  /** Resolves when the transport may be given more. */
  write(bytes: Uint8Array): Promise<void>
  /** Half-close: no more bytes from this side. */
  closeWrite(): Promise<void>
  /** Reset, at once. */
  abort(reason: Error): void
  /** Aborts when the stream is over in both directions or reset. */
  readonly closed: AbortSignal
}

/** What a topic's subscriber says of a message; `reject` counts against its sender and stops it here. */
export type Verdict = 'accept' | 'ignore' | 'reject'

/**
 * The port to the outside. Two implementations pass the same contract suite: libp2p (`transport/libp2p.ts`) and the
 * seeded in-memory network of `core/testing`.
 */
export interface Network {
  readonly peer: PeerId
  /** Throws PORT_IN_USE, BAD_ADDRESS. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Multiaddrs on which others reach this node, each ending in `/p2p/<peer>`. */
  addresses(): string[]
  connections(): Connection[]
  /** Runs for every first connection to a peer and last disconnection from it; returns its undo. */
  onPeer(listener: (event: 'connect' | 'disconnect', peer: PeerId) => void): () => void
  /** Peers that discovery on the link (mDNS) sees; returns its undo. */
  onDiscovered(listener: (peer: PeerId, addresses: string[]) => void): () => void
  /** Connects to one of `addresses` (all of one peer). Throws BAD_ADDRESS, UNREACHABLE, `signal.reason`. */
  dial(addresses: string[], options?: { signal?: AbortSignal }): Promise<PeerId>
  hangUp(peer: PeerId): Promise<void>
  /** Hangs up and refuses the peer for `ms`. */
  deny(peer: PeerId, ms: number): Promise<void>
  /** Serves a protocol; throws PROTOCOL_TAKEN. Returns its undo. */
  handle(protocol: string, handler: (duplex: Duplex, from: PeerId) => void): () => void
  /** Opens a stream on an existing connection. Throws UNREACHABLE, PROTOCOL_UNSUPPORTED, `signal.reason`. */
  open(peer: PeerId, protocol: string, options?: { signal?: AbortSignal }): Promise<Duplex>
  /** Joins a gossip topic. `receive` judges each message once; only accepted ones are passed on. Returns its undo. */
  subscribe(topic: string, receive: (message: Uint8Array, from: PeerId) => Verdict): () => void
  /** Best effort; resolves when handed to the peers at hand, also when there are none. At most 64 KiB. */
  publish(topic: string, message: Uint8Array): Promise<void>
}
