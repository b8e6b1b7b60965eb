import { noise } from '@chainsafe/libp2p-noise'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { GossipSub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { Connection as Libp2pConnection, Libp2p } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import { signingKey } from '../identity/ed25519.ts'
import { parsePeerId, peerIdOf } from '../ids.ts'
import type { PeerId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import { discovery } from './libp2p/discovery.ts'
import { duplexOf } from './libp2p/duplex.ts'
import { gater } from './libp2p/gater.ts'
import { checkGossipLength, gossipService, joinTopic } from './libp2p/gossip.ts'
import type { Receive } from './libp2p/gossip.ts'
import {
  connectionLimits,
  identifyLimits,
  MAX_STREAMS_PER_CONNECTION,
  muxerLimits,
  pingLimits,
  socketLimits,
  webSocketLimits
} from './libp2p/limits.ts'
import { links } from './libp2p/links.ts'
import type { Duplex, Network } from './network.ts'
import { offences } from './offences.ts'

export interface Libp2pNetworkOptions {
  /** Raw 32-byte Ed25519 seed; the peer id follows from it. */
  deviceKey: Uint8Array
  /** Multiaddrs of TCP (`/ip4/0.0.0.0/tcp/4001`) and WebSocket (`…/tcp/4002/ws`) listeners; port 0 takes a free one. */
  listen: string[]
  /** Multiaddrs that others are told instead of those listened on. */
  announce?: string[]
  /** Finds peers on the link by multicast. `serviceTag` separates villages; `intervalMs` 10,000 by default. */
  mdns: boolean | { serviceTag: string; intervalMs: number }
  clock: Clock
  logger: Logger
}

type Handle = (duplex: Duplex, from: PeerId) => void
type Node = Libp2p<{ gossip: GossipSub }>

/** The network on libp2p: TCP and WebSocket, TLS 1.3 preferred and Noise offered, Yamux. */
export function libp2pNetwork(options: Libp2pNetworkOptions): Network {
  const { deviceKey, clock, logger } = options
  const publicKey = signingKey(deviceKey).publicKey
  const connections = links(clock)
  const gate = gater(clock, raw => connections.meter(raw))
  const handlers = new Map<string, Handle>()
  const topics = new Map<string, { receive: Receive; leave: (() => void) | undefined }>()
  const discoverers = new Set<(peer: PeerId, addresses: string[]) => void>()
  let state: 'new' | 'started' | 'stopped' = 'new'
  let node: Node | undefined

  const running = (): Node => {
    if (node && state === 'started') return node
    throw coreError(state === 'stopped' ? 'STOPPED' : 'NOT_STARTED', `the network is ${state}`)
  }

  const serve = async (target: Node, protocol: string, handler: Handle): Promise<void> => {
    await target.handle(
      protocol,
      (stream, connection) => handler(duplexOf(stream), parsePeerId(connection.remotePeer.toString())),
      { maxInboundStreams: MAX_STREAMS_PER_CONNECTION, maxOutboundStreams: MAX_STREAMS_PER_CONNECTION }
    )
  }
  const seen = (peer: PeerId, addresses: string[]): void => {
    if (connections.to(peer).length > 0) return
    for (const listener of [...discoverers]) listener(peer, addresses)
  }
  const report = (action: string) => (error: unknown) => logger.error(action, { error: String(error) })

  const network: Network = {
    peer: peerIdOf(publicKey),

    async start() {
      if (state !== 'new') throw coreError('ALREADY_STARTED', 'a network starts once')
      state = 'started'
      const listen = options.listen.map(text => parseAddress(text).toString())
      const announce = (options.announce ?? []).map(text => parseAddress(text).toString())
      const created: Node = await createLibp2p({
        start: false,
        privateKey: privateKeyFromRaw(Buffer.concat([deviceKey, publicKey])),
        nodeInfo: { name: 'borgo', version: '0', userAgent: 'borgo' },
        addresses: { listen, announce },
        transports: [tcp(socketLimits), webSockets(webSocketLimits)],
        connectionEncrypters: [tls(), noise()],
        streamMuxers: [yamux(muxerLimits)],
        peerDiscovery: discovery(options.mdns, seen),
        connectionManager: connectionLimits,
        // heartbeat.ts pings instead: libp2p's monitor ends connections when an event loop stalls.
        connectionMonitor: { enabled: false },
        connectionGater: gate,
        services: { identify: identify(identifyLimits), ping: ping(pingLimits), gossip: gossipService() }
      })
      created.addEventListener('connection:open', event => connections.add(event.detail))
      try {
        await created.start()
      } catch (error) {
        throw listenError(error, listen)
      }
      node = created
      for (const [protocol, handler] of handlers) await serve(created, protocol, handler)
      for (const [topic, entry] of topics) entry.leave = join(created, topic, entry.receive)
    },

    async stop() {
      const started = state === 'started' ? node : undefined
      state = 'stopped'
      for (const entry of topics.values()) entry.leave?.()
      topics.clear()
      await started?.stop()
    },

    addresses: () => (state === 'started' && node ? node.getMultiaddrs().map(String) : []),
    connections: () => connections.list(),
    onPeer: listener => connections.onPeer(listener),
    onDiscovered(listener) {
      discoverers.add(listener)
      return () => {
        discoverers.delete(listener)
      }
    },

    async dial(addresses, { signal } = {}) {
      const target = running()
      signal?.throwIfAborted()
      const parsed = addresses.map(parseAddress)
      if (parsed.length === 0) throw coreError('BAD_ADDRESS', 'no address to dial')
      const peers = new Set(parsed.map(peerIn))
      if (peers.size > 1) throw coreError('BAD_ADDRESS', 'the addresses belong to several peers')
      try {
        const connection = await target.dial(parsed, signal ? { signal } : {})
        return parsePeerId(connection.remotePeer.toString())
      } catch (cause) {
        signal?.throwIfAborted()
        throw coreError('UNREACHABLE', `nobody could be reached at ${addresses.join(', ')}`, cause)
      }
    },

    async hangUp(peer) {
      await Promise.all(connections.to(peer).map(closeConnection))
    },

    async deny(peer, ms) {
      gate.deny(peer, ms)
      for (const connection of connections.to(peer)) connection.abort(new Error('denied'))
    },

    handle(protocol, handler) {
      if (handlers.has(protocol)) throw coreError('PROTOCOL_TAKEN', `${protocol} is served already`)
      handlers.set(protocol, handler)
      if (node && state === 'started') serve(node, protocol, handler).catch(report('handle failed'))
      return () => {
        if (handlers.get(protocol) !== handler) return
        handlers.delete(protocol)
        if (node && state === 'started') node.unhandle(protocol).catch(report('unhandle failed'))
      }
    },

    async open(peer, protocol, { signal } = {}) {
      running()
      signal?.throwIfAborted()
      let failure: unknown
      for (const connection of connections.to(peer)) {
        try {
          const stream = await connection.newStream(protocol, {
            maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
            ...(signal && { signal })
          })
          return duplexOf(stream)
        } catch (cause) {
          signal?.throwIfAborted()
          if (cause instanceof Error && cause.name === 'UnsupportedProtocolError')
            throw coreError('PROTOCOL_UNSUPPORTED', `${peer} does not serve ${protocol}`, cause)
          failure = cause
        }
      }
      throw coreError('UNREACHABLE', `no connection to ${peer} carries ${protocol}`, failure)
    },

    subscribe(topic, receive) {
      if (topics.has(topic)) throw new TypeError(`${topic} is subscribed to already`)
      const entry = {
        receive,
        leave: node && state === 'started' ? join(node, topic, receive) : undefined
      }
      topics.set(topic, entry)
      return () => {
        if (topics.get(topic) !== entry) return
        topics.delete(topic)
        entry.leave?.()
      }
    },

    async publish(topic, message) {
      checkGossipLength(message)
      await running().services.gossip.publish(topic, message)
    }
  }

  const offend = offences(network, clock, logger)
  const join = (target: Node, topic: string, receive: Receive): (() => void) =>
    joinTopic(target.services.gossip, topic, receive, from => offend(from, 'gossip'))
  return network
}

function parseAddress(text: string): Multiaddr {
  try {
    return multiaddr(text)
  } catch (cause) {
    throw coreError('BAD_ADDRESS', `not a multiaddr: ${JSON.stringify(text.slice(0, 200))}`, cause)
  }
}

const peerIn = (address: Multiaddr): string | undefined =>
  address.getComponents().findLast(part => part.name === 'p2p')?.value

async function closeConnection(connection: Libp2pConnection): Promise<void> {
  try {
    await connection.close()
  } catch (error) {
    connection.abort(error instanceof Error ? error : new Error('hung up'))
  }
}

/** libp2p puts the failures of all listeners into one text, in which Node's error codes remain. */
function listenError(cause: unknown, listen: string[]): Error {
  const text = cause instanceof Error ? cause.message : String(cause)
  const where = listen.join(', ')
  if (text.includes('EADDRINUSE'))
    return coreError(
      'PORT_IN_USE',
      `another program uses a port of ${where}; choose another or stop that program`,
      cause
    )
  return coreError('BAD_ADDRESS', `cannot listen on ${where}`, cause)
}
