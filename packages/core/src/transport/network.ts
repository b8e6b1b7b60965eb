import type { PeerId } from '../ids.ts'
import type { Cause, Denials } from './denials.ts'
import type { Dht } from './dht.ts'
import type { Plane } from '../stream.ts'
import type { Reach } from './reach.ts'

/**
 * Why a relayed connection is not a direct one (yet): `under-way` while that is tried; `no-direct-address` when neither
 * end named an address that the other could dial; `policy` when somebody decided against it. `code` is what the system
 * said of the last attempt (`ECONNREFUSED`, `TIMEOUT`), where it said something.
 */
export interface NotBetter {
  reason: 'under-way' | 'no-direct-address' | 'dial-failed' | 'hole-punch-failed' | 'policy'
  code: string | undefined
}

/** One connection to a peer, as the transport knows it. */
export interface Connection {
  peer: PeerId
  /** `hole-punched`: direct, but only because both ends dialled at the same moment. */
  path: 'direct' | 'hole-punched' | 'relayed'
  /** The peer that relays it. */
  relay: PeerId | undefined
  /** Set as long as it is relayed. */
  notBetter: NotBetter | undefined
  /** The multiaddr that was dialled or accepted. */
  address: string
  /** Of a relayed connection: between this node and the relay. */
  transport: 'tcp' | 'websocket' | 'memory'
  encryption: 'tls' | 'noise' | 'none'
  /** What carries bulk to this peer: sockets of its own, or streams like these; undefined before there was any. */
  bulk: 'socket' | 'stream' | undefined
  direction: 'inbound' | 'outbound'
  /** When it was made, ms since 1970. */
  since: number
  /** Smoothed round-trip time, ms; undefined before the first ping. */
  rttMs: number | undefined
  /** Its other end, or the way there, may be gone: a ping was left unanswered until the next was due. */
  isSilent: boolean
  /** Bytes moved over it so far, and over sockets beside it. */
  bytesIn: number
  bytesOut: number
}

/** A two-way byte stream with true back-pressure both ways: the port under `Stream`. */
export interface Duplex {
  /**
   * Chunks as they come, some of them empty; ends on the other side's half-close, throws STREAM_RESET when the stream was reset (what was
   * not read yet is dropped). A lost connection may look like a half-close: whoever needs the difference marks the end
   * in the bytes. Single use.
   */
  readonly source: AsyncIterable<Uint8Array>
  /**
   * Takes the pieces at once and in call order, without copying long ones; resolves when the transport may be given more.
   * Throws STREAM_RESET, also after `closeWrite`.
   */
  write(...pieces: Uint8Array[]): Promise<void>
  /** Half-close: no more bytes from this side. Resolves when all of them left this node. Throws STREAM_RESET. */
  closeWrite(): Promise<void>
  /** Reset, at once; both sides' `source` and `write` throw STREAM_RESET. */
  abort(reason: Error): void
  /** Aborts when the stream is over in both directions or reset; in the latter case `reason` carries STREAM_RESET. */
  readonly closed: AbortSignal
  /** Bytes that this end holds now: not yet read, and not yet sent. */
  readonly buffered: { read: number; write: number }
}

/** What a topic's subscriber says of a message; `reject` counts against its sender and stops it here. */
export type Verdict = 'accept' | 'ignore' | 'reject'

/**
 * The port to the outside. Two implementations pass the same contract suite: libp2p (`transport/libp2p.ts`) and the
 * seeded in-memory network of `core/testing`.
 */
export interface Network {
  readonly peer: PeerId
  /** Starts once. Throws PORT_IN_USE, BAD_ADDRESS, ALREADY_STARTED. Everything but `handle`, `subscribe` and listeners needs it. */
  start(): Promise<void>
  /** Closes listeners and connections; final. */
  stop(): Promise<void>
  /** Multiaddrs on which others reach this node, each ending in `/p2p/<peer>`. */
  addresses(): string[]
  /** Runs when `addresses` changed (an interface, a relay), and when the machine slept. Returns its undo. */
  onAddresses(listener: () => void): () => void
  /** Whether others can dial this node, as far as that is known. */
  reach(): Reach
  connections(): Connection[]
  /** Runs for every first connection to a peer and last disconnection from it; returns its undo. */
  onPeer(listener: (event: 'connect' | 'disconnect', peer: PeerId) => void): () => void
  /**
   * Peers that discovery on the link (mDNS) sees, each time, connected or not, with addresses that may be on the link,
   * perhaps none; returns its undo.
   */
  onDiscovered(listener: (peer: PeerId, addresses: string[]) => void): () => void
  /** Runs when somebody else answered at an address of `peer` that was dialled; returns its undo. */
  onSomebodyElse(listener: (peer: PeerId, address: string) => void): () => void
  /**
   * Connects to one of `addresses` (all of one peer), directly where that is possible; relayed ones come last. Throws
   * BAD_ADDRESS, UNREACHABLE, `signal.reason`.
   */
  dial(addresses: string[], options?: { signal?: AbortSignal }): Promise<PeerId>
  hangUp(peer: PeerId): Promise<void>
  /** Whether the transport itself hangs on a peer: it keeps a place at a relay, or keeps one for it. */
  isRelaying(peer: PeerId): boolean
  /** Hangs up and refuses the peer for `ms`, from now on or since `cause.since`. */
  deny(peer: PeerId, ms: number, cause: Cause): Promise<void>
  /** Who is refused now. */
  readonly denials: Pick<Denials, 'get' | 'lift' | 'list' | 'onChange'>
  /** Counts an offence against the hosts that the peer is connected from; after many of them they are refused. */
  blame(peer: PeerId, reason: string): void
  /** Serves a protocol; throws PROTOCOL_TAKEN. Returns its undo. */
  handle(protocol: string, handler: (duplex: Duplex, from: PeerId) => void): () => void
  /**
   * Opens a stream on the best existing connection; for bulk on a socket beside it, where one can be made. Throws
   * UNREACHABLE, PROTOCOL_UNSUPPORTED, `signal.reason`.
   */
  open(peer: PeerId, protocol: string, options?: { plane?: Plane; signal?: AbortSignal }): Promise<Duplex>
  /**
   * Joins a gossip topic, once; returns its undo. `receive` judges each message once; only accepted ones are passed on.
   * Equal bytes on one topic within two minutes are one message. `from` is the neighbour that brought it.
   */
  subscribe(topic: string, receive: (message: Uint8Array, from: PeerId) => Verdict): () => void
  /** Best effort; resolves when handed to the peers at hand, also when there are none. Throws TOO_LARGE over 64 KiB. */
  publish(topic: string, message: Uint8Array): Promise<void>
  /** Where strangers find each other; `put` and `get` need a started network. */
  readonly dht: Dht
}
