/*
 * Every limit of the libp2p stack, set here and nowhere else. "js-libp2p" names a default of libp2p 3.3.11 that is kept.
 */

const KIB = 1024
const MIB = 1024 * KIB

/** js-libp2p; the ones of least use are pruned beyond it. What all their streams hold is bounded in `streams.ts`. */
const MAX_CONNECTIONS = 300
/** The rest of the connections is kept for members. */
export const strangerLimits = { inAll: 200, perHost: 64 }
/** Half-open inbound connections in all; js-libp2p's 10 let one host block everybody for 10 s. Here it takes 16. */
const MAX_PENDING = 512
/** Half-open inbound connections of one host: several nodes behind one NAT, or on one machine, come at once. */
export const MAX_PENDING_PER_HOST = 32

export const connectionLimits = {
  maxConnections: MAX_CONNECTIONS,
  maxIncomingPendingConnections: MAX_PENDING,
  /** Inbound connections per second and host; js-libp2p's 5 refuses a village behind one NAT. */
  inboundConnectionThreshold: 64,
  /** js-libp2p */
  maxParallelDials: 100,
  /** js-libp2p */
  maxDialQueueLength: 500,
  /** js-libp2p */
  maxPeerAddrsToDial: 25,
  /** js-libp2p */
  dialTimeout: 10_000,
  /** js-libp2p */
  addressDialTimeout: 6_000,
  /** js-libp2p */
  inboundUpgradeTimeout: 10_000,
  /** js-libp2p */
  inboundStreamProtocolNegotiationTimeout: 10_000,
  /** js-libp2p */
  outboundStreamProtocolNegotiationTimeout: 10_000,
  /** js-libp2p */
  connectionCloseTimeout: 1_000,
  /** Reconnecting is the node's policy, not the transport's. */
  reconnectRetries: 0,
  maxParallelReconnects: 1,
  /** No DNS lookups of multiaddrs. */
  resolvers: {}
}

/** Streams in each direction of one connection; what a protocol allows is counted in `streams.ts`, which can say why. */
export const MAX_STREAMS_PER_CONNECTION = 1_024

/** Bytes queued for a reader before the stream is paused. */
export const READ_AHEAD_BYTES = 256 * KIB

export const muxerLimits = {
  maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
  maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
  /** js-libp2p's 10 closes the whole connection when more streams than that race the upgrade. */
  maxEarlyStreams: MAX_STREAMS_PER_CONNECTION,
  /** Idle connections are kept by `heartbeat.ts`; this one measures the time that window tuning needs. js-libp2p */
  enableKeepAlive: true,
  keepAliveInterval: 30_000,
  streamOptions: {
    /** The Yamux specification's; each side applies its own value without telling the other, so never change it. */
    initialStreamWindowSize: 256 * KIB,
    /**
     * 20 MB/s over 100 ms. A reader that stops holds at most two windows and the read-ahead: resuming hands over one
     * and grants the next.
     */
    maxStreamWindowSize: 2 * MIB,
    /** Must exceed the window, or pausing a fast stream resets it. */
    maxReadBufferLength: 4 * MIB
  }
}

export const socketLimits = {
  inboundSocketInactivityTimeout: 120_000,
  outboundSocketInactivityTimeout: 120_000,
  backlog: 511,
  maxConnections: MAX_CONNECTIONS + MAX_PENDING
}

export const webSocketLimits = {
  /** Bytes given to the WebSocket before writers wait, and how often that is looked at, ms; it has no event for it. */
  maxBufferedAmount: MIB,
  bufferedAmountPollInterval: 5
}

/** go-libp2p's message size; streams are one at a time and short. */
export const identifyLimits = {
  timeout: 5_000,
  maxMessageSize: 8 * KIB,
  maxInboundStreams: 1,
  maxOutboundStreams: 1,
  maxObservedAddresses: 10,
  runOnConnectionOpen: true
}

export const pingLimits = { timeout: 10_000, maxInboundStreams: 2, maxOutboundStreams: 1 }

/** See `dialer.ts`. */
export const dialLimits = {
  /** One address, and all of them; js-libp2p. */
  addressMs: 6_000,
  allMs: 10_000,
  /** Between the beginnings of two dials; RFC 8305, section 5. */
  staggerMs: 250,
  /** How much earlier direct dials begin: a round trip around the world and a handshake. */
  relayHeadStartMs: 1_000,
  /** One attempt to punch a hole, how many there are, and how long a relayed connection outlives a better one. */
  punchMs: 5_000,
  punches: 3,
  relayGraceMs: 30_000
}

/** How long the two ends of a connection in a private network have for the exchange that begins it, ms. */
export const swarmKeyMs = 10_000

/** Being reached through relays. */
export const circuitLimits = {
  reservationCompletionTimeout: 5_000,
  /** libp2p's own search, which knows no policy, has seen every peer already; `reservations.ts` chooses. */
  discoveryFilter: { has: () => true, add: () => undefined, remove: () => undefined },
  /** js-libp2p */
  maxInboundStopStreams: 300,
  maxOutboundStopStreams: 300
}

/** A relay for members; what it does not lift are the libp2p specification's and js-libp2p's defaults. */
export const relayLimits = {
  /** Peers that are reached through this relay at once; js-libp2p has 15. */
  maxReservations: 128,
  reservationMs: 7_200_000,
  /** Relayed connections at once, in all and of one peer. */
  maxCircuits: 256,
  maxCircuitsPerPeer: 16,
  /** Addresses of the relay that whoever reserves is told, and tells others. */
  maxAddresses: 3,
  requestMs: 10_000,
  /**
   * One relayed connection, unless both ends share a group with the relay; and what all of these may take of the places, each
   * for `placeMs` at least: at its target they count as of one host, which may come no more than 64 times a second.
   */
  strangers: { seconds: 120, bytes: 128 * KIB, reservations: 64, circuits: 32, placeMs: 10_000 },
  /** Of each member within an hour, both ways: about 1.2 MB/s without a pause. */
  bytesPerPeerHour: 4 * 1024 * MIB
}

/** Each of the two tables of the DHT, where kad-dht has a setting. */
export const kadLimits = {
  /** Nodes that keep an item, and in one bucket. js-libp2p */
  kBucketSize: 20,
  /** Nodes asked at once along a path, and paths; js-libp2p's 10 and 10 ask all of a village at once. */
  alpha: 3,
  disjointPaths: 3,
  /** Buckets by so many leading bits: at most 1,280 nodes. js-libp2p */
  prefixLength: 6,
  /** Of one connection. js-libp2p has 32 and 64. */
  maxInboundStreams: 8,
  maxOutboundStreams: 16,
  incomingMessageTimeout: 10_000,
  onPeerConnectTimeout: 10_000,
  networkDialTimeout: { minTimeout: 5_000, maxTimeout: 10_000 },
  /** js-libp2p */
  querySelfInterval: 300_000,
  /** Every question waits for the first look around, and that for the first node: js-libp2p's 1,000 only adds to it. */
  initialQuerySelfInterval: 10,
  pingOldContactConcurrency: 4,
  pingOldContactMaxQueueSize: 100,
  pingOldContactTimeout: { minTimeout: 2_000, maxTimeout: 5_000 },
  pingNewContactConcurrency: 4,
  pingNewContactMaxQueueSize: 100,
  pingNewContactTimeout: { minTimeout: 2_000, maxTimeout: 5_000 },
  routingTableUpdateQueueConcurrency: 4,
  routingTableUpdateMaxQueueSize: 1_024
}

/** Of the DHT, where kad-dht has no setting. */
export const dhtLimits = {
  /** One request or answer: a full key and 20 nodes with their addresses. */
  messageBytes: 256 * KIB,
  /** Requests being answered at once, of all peers. */
  requestsAtOnce: 64,
  /** Nodes that others told of whose addresses are remembered, and addresses of one. */
  told: 4_096,
  addresses: 8,
  /** Connections to strangers that are kept for the next question. */
  borrowedConnections: 64
}

/** Longest gossip message, bytes; larger things are content links. */
export const MAX_GOSSIP_BYTES = 64 * KIB

export const gossipLimits = {
  /** js-libp2p: gossipsub 1.1's mesh degree and its bounds. */
  D: 6,
  Dlo: 4,
  Dhi: 12,
  heartbeatInterval: 1_000,
  /** How long equal bytes count as the same message. js-libp2p */
  seenTTL: 120_000,
  /** One RPC; an answer to IWANT may carry 60 of the longest messages. */
  maxInboundDataLength: 4 * MIB,
  /** Bytes queued for one slow neighbour before its gossip stream is reset: gossipsub knows no back-pressure. */
  maxOutboundBufferSize: 8 * MIB,
  maxInboundStreams: 2,
  maxOutboundStreams: 2,
  runOnLimitedConnection: true,
  /** About 1,000 topics of one neighbour. js-libp2p */
  maxTopicBytesPerPeer: MIB,
  /** js-libp2p's 5,000 for each is far beyond what a heartbeat of a small mesh carries. */
  decodeRpcLimits: {
    maxSubscriptions: 1_000,
    maxMessages: 1_000,
    maxIhaveMessageIDs: 5_000,
    maxIwantMessageIDs: 5_000,
    maxIdontwantMessageIDs: 512,
    maxControlMessages: 1_000,
    maxPeerInfos: 16
  },
  scoreParams: {
    /** A household and a test have many nodes behind one address; js-libp2p would mute them beyond ten. */
    IPColocationFactorWeight: 0
  }
}
