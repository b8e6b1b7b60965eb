/*
 * Every limit of the libp2p stack, set here and nowhere else. "js-libp2p" names a default of libp2p 3.3.11 that is kept.
 */

const KIB = 1024
const MIB = 1024 * KIB

/** js-libp2p; the ones of least use are pruned beyond it. What all their streams hold is bounded in `streams.ts`. */
const MAX_CONNECTIONS = 300
/** Half-open inbound connections in all; js-libp2p's 10 let one host block everybody for 10 s. */
const MAX_PENDING = 128
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
