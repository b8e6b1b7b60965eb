import type { Connection as Libp2pConnection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import { signingKey } from '../identity/ed25519.ts'
import { parsePeerId, peerIdOf } from '../ids.ts'
import type { PeerId } from '../ids.ts'
import { listeners } from '../listeners.ts'
import type { Logger } from '../logger.ts'
import { abortable } from './abortable.ts'
import { parseAddress } from './address.ts'
import { bulkPlane } from './bulk/plane.ts'
import { AGREEMENT } from './bulk/protocol.ts'
import { hostIn, isRelayed, peerIn } from './libp2p/address.ts'
import { createDht } from './libp2p/dht.ts'
import type { DhtMode } from './libp2p/dht.ts'
import { duplexOf } from './libp2p/duplex.ts'
import { gater } from './libp2p/gater.ts'
import { checkGossipLength, joinTopic, speakOn } from './libp2p/gossip.ts'
import type { Receive } from './libp2p/gossip.ts'
import { hostOf, watchHosts } from './libp2p/host-watch.ts'
import { MAX_STREAMS_PER_CONNECTION, strangerLimits } from './libp2p/limits.ts'
import { links } from './libp2p/links.ts'
import { startMdns } from './libp2p/mdns.ts'
import type { MdnsSetting } from './libp2p/mdns.ts'
import { buildNode, listenError } from './libp2p/node.ts'
import type { Node } from './libp2p/node.ts'
import { paths } from './libp2p/paths.ts'
import type { PathPolicy } from './libp2p/path-policy.ts'
import type { Paths } from './libp2p/paths.ts'
import { Denials } from './denials.ts'
import { seats } from './libp2p/seats.ts'
import type { StrangerLimits } from './libp2p/seats.ts'
import type { Duplex, Network } from './network.ts'
import { offences } from './offences.ts'
import type { Reach } from './reach.ts'
import { NO_MAPPING, keepPortMapping } from './upnp/port-mapping.ts'
import type { PortMapping } from './upnp/port-mapping.ts'

export type { StrangerLimits }

export interface Libp2pNetworkOptions {
  /** Raw 32-byte Ed25519 seed; the peer id follows from it. */
  deviceKey: Uint8Array
  /** Multiaddrs of TCP (`/ip4/0.0.0.0/tcp/4001`) and WebSocket (`…/tcp/4002/ws`) listeners; port 0 takes a free one. */
  listen: string[]
  /** Multiaddrs that others are told instead of those listened on. */
  announce?: string[]
  /** Finds peers on the link by multicast. `serviceTag` separates villages; `intervalMs` 10,000 by default. */
  mdns: MdnsSetting
  /** Whether this node takes part in the DHT: not, asking only, or as far as it can. @default 'off' */
  dht?: DhtMode
  /** Relaying, being relayed, and becoming direct. @default only the last */
  paths?: PathPolicy
  /** The text of a swarm key file: a private network, which only nodes with the same key can take part in. */
  swarmKey?: string
  /** Asks the router (UPnP) for a way in. @default false */
  upnp?: boolean
  /** How many may be connected that share no group with this node. @default 200, and 64 of one host */
  strangers?: Partial<StrangerLimits>
  /** Where sockets for bulk come in, beside the listeners' addresses. @default 0, a free one */
  bulkPort?: number
  clock: Clock
  logger: Logger
}

/** How often the interfaces are looked at, ms. */
export const LOOK_AT_ADDRESSES_MS = 2_000
/** Longer between two looks than any stall of the event loop, ms. */
const SLEPT_MS = 30_000

type Handle = (duplex: Duplex, from: PeerId) => void

/** The network on libp2p: TCP and WebSocket, TLS 1.3 preferred and Noise offered, Yamux. */
export function libp2pNetwork(options: Libp2pNetworkOptions): Network {
  const { deviceKey: seed, clock, logger, listen, announce = [], mdns, swarmKey, upnp = false, dht = 'off' } = options
  const publicKey = signingKey(seed).publicKey
  const connections = links(clock)
  const denials = new Denials(clock)
  const hosts = watchHosts(denials, clock, logger)
  /** Ends all connections to a peer at once, without its answer. */
  const cut = (peer: PeerId, why: string): void => {
    for (const connection of connections.to(peer)) connection.abort(new Error(why))
  }
  const mayStay = seats({
    connections: () => connections.list(),
    isMember: peer => options.paths?.isMember?.(peer) ?? false,
    isNeeded: peer => ways?.isRelaying(peer) ?? false,
    end: peer => cut(peer, 'somebody else has its place'),
    strangers: { ...strangerLimits, ...options.strangers },
    clock
  })
  const gate = gater(denials, hosts, mayStay, raw => connections.meter(raw))
  const handlers = new Map<string, Handle>()
  const topics = new Map<string, { receive: Receive; leave?: () => void }>()
  const table = createDht({ mode: dht, self: publicKey, clock, logger })
  const { on: onDiscovered, tell: onSeen } = listeners<[peer: PeerId, addresses: string[]]>()
  let phase: 'new' | 'starting' | 'running' | 'stopped' = 'new'
  const { on: onAddresses, tell: tellOfAddresses } = listeners()
  const somebodyElse = listeners<[peer: PeerId, address: string]>()
  const cleanups: (() => void)[] = []
  let mapping = NO_MAPPING
  let node: Node | undefined
  let ways: Paths | undefined
  let starting: Promise<void> | undefined

  const running = (): { node: Node; ways: Paths } => {
    if (node && ways && phase === 'running') return { node, ways }
    throw phase === 'stopped' ? stopped() : coreError('NOT_STARTED', 'the network is not started')
  }
  const report = (action: string) => (error: unknown) => logger.error(action, { error: String(error) })

  const serve = async (target: Node, protocol: string, handler: Handle): Promise<void> => {
    await target.handle(
      protocol,
      (stream, connection) => handler(duplexOf(stream), parsePeerId(connection.remotePeer.toString())),
      {
        maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
        maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
        runOnLimitedConnection: true
      }
    )
  }
  const join = (target: Node, topic: string, receive: Receive): (() => void) =>
    joinTopic(target.services.gossip, topic, receive, from => offend(from, 'gossip'))

  const onSomebodyElse = (address: Multiaddr): void => {
    const name = peerIn(address)
    if (name !== undefined) somebodyElse.tell(parsePeerId(name), address.toString())
  }

  const ownAddresses = (): string[] => (phase === 'running' && ways ? ways.addresses().map(String) : [])
  let toldAddresses = ''
  let lookedAt = 0
  const tellAddresses = (): void => {
    toldAddresses = ownAddresses().toSorted().join()
    bulk.retry()
    mapping.look()
    tellOfAddresses()
  }
  const lookAtAddresses = (): void => {
    if (ownAddresses().toSorted().join() !== toldAddresses) tellAddresses()
  }
  /** Notices what no system tells Node: an interface that changed, and that the machine slept. */
  const look = (): void => {
    const now = clock.now()
    const hasSlept = now - lookedAt > SLEPT_MS
    lookedAt = now
    const before = toldAddresses
    if (hasSlept) tellAddresses()
    else lookAtAddresses()
    if (hasSlept || before !== toldAddresses) connections.check()
  }

  const launch = async (): Promise<void> => {
    const keyPair = { seed, publicKey }
    const onOffence = (peer: PeerId, reason: string): void => offend(peer, reason)
    const built = await buildNode({ keyPair, listen, announce, gater: gate, swarmKey, onOffence })
    built.addEventListener('connection:open', event => connections.add(event.detail))
    node = built
    const policy = options.paths ?? {}
    const outside: PortMapping['outside'] = inside => mapping.outside(inside)
    const common = { node: built, links: connections, clock, logger }
    ways = await paths({ ...common, policy, listen, outside, onSomebodyElse, onOffence })
    const { insides } = ways
    await ways.serve()
    await serve(built, AGREEMENT, (duplex, from) => void bulk.answer(duplex, from))
    await Promise.all([...handlers].map(([protocol, handler]) => serve(built, protocol, handler)))
    try {
      await built.start()
    } catch (error) {
      throw listenError(error, listen)
    }
    if (phase !== 'starting') throw stopped()
    const { isMember = () => false } = options.paths ?? {}
    await table.start({ node: built, links: connections, dial: ways.dial, isMember, onOffence })
    phase = 'running'
    toldAddresses = ownAddresses().toSorted().join()
    lookedAt = clock.now()
    cleanups.push(clock.every(LOOK_AT_ADDRESSES_MS, look))
    if (upnp) mapping = keepPortMapping({ insides, onChange: lookAtAddresses, clock, logger })
    const onLink = (): string[] => (ways?.beyond() ?? []).map(String)
    cleanups.push(startMdns({ setting: mdns, peer: network.peer, addresses: onLink, onSeen, clock, logger }))
    // A relay was found or lost, a listener opened.
    for (const event of ['transport:listening', 'transport:close'] as const)
      built.addEventListener(event, lookAtAddresses)
    for (const [topic, entry] of topics) entry.leave = join(built, topic, entry.receive)
  }

  const openStream = async (peer: PeerId, protocol: string, signal: AbortSignal | undefined): Promise<Duplex> => {
    let failure: unknown
    for (const connection of connections.to(peer)) {
      try {
        const stream = await connection.newStream(protocol, {
          maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
          runOnLimitedConnection: true,
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
  }

  const bulk = bulkPlane({
    hosts: () => [...new Set(listen.flatMap(address => hostIn(parseAddress(address)) ?? []))],
    port: options.bulkPort ?? 0,
    hostsOf: peer => connections.hostsOf(peer),
    admit(ip) {
      const host = hostOf(ip)
      const done = host === undefined ? undefined : hosts.admit(host)
      return done && (isWell => done(isWell ? 'finished' : 'broken'))
    },
    openStream,
    handlerOf: protocol => handlers.get(protocol),
    onMoved: (peer, bytesIn, bytesOut) => connections.moved(peer, bytesIn, bytesOut),
    onCarrier: (peer, carrier) => connections.carries(peer, carrier),
    onOffence: (peer, reason) => offend(peer, reason),
    clock,
    logger
  })
  connections.onEnd(peer => {
    bulk.drop(peer)
    // The streams of a connection end after it.
    setImmediate(() => {
      const [left] = connections.to(peer)
      if (left && node && phase === 'running') speakOn(node.services.gossip, left)
    })
  })

  const network: Network = {
    dht: table,
    peer: peerIdOf(publicKey),

    async start() {
      if (phase !== 'new') throw coreError('ALREADY_STARTED', 'a network starts once')
      phase = 'starting'
      starting = launch()
      await starting
    },

    async stop() {
      phase = 'stopped'
      // Whoever called start hears of its failure.
      await starting?.catch(() => undefined)
      for (const entry of topics.values()) entry.leave?.()
      topics.clear()
      for (const cleanup of cleanups.splice(0)) cleanup()
      ways?.stop()
      await mapping.stop()
      await table.stop()
      bulk.stop()
      await node?.stop()
    },

    addresses: ownAddresses,
    onAddresses,
    reach: () => ({ ...(ways?.reach() ?? NO_REACH), upnp: mapping.state() }),
    connections: () => connections.list(),
    onPeer: listener => connections.onPeer(listener),
    onDiscovered,
    onSomebodyElse: somebodyElse.on,

    async dial(addresses, { signal } = {}) {
      const { ways } = running()
      signal?.throwIfAborted()
      const parsed = addresses.map(parseAddress)
      if (parsed.length === 0) throw coreError('BAD_ADDRESS', 'no address to dial')
      if (new Set(parsed.map(peerIn)).size > 1) throw coreError('BAD_ADDRESS', 'the addresses belong to several peers')
      try {
        const connection = await abortable(ways.dial(parsed, signal), signal)
        return parsePeerId(connection.remotePeer.toString())
      } catch (cause) {
        signal?.throwIfAborted()
        throw coreError('UNREACHABLE', `nobody could be reached at ${addresses.join(', ')}`, cause)
      }
    },

    async hangUp(peer) {
      await Promise.all(connections.to(peer).map(closeConnection))
    },

    isRelaying: peer => ways?.isRelaying(peer) ?? false,

    denials,
    async deny(peer, ms, cause) {
      denials.add({ peer }, ms, cause)
      cut(peer, 'denied')
    },

    blame(peer, reason) {
      const direct = connections.to(peer).filter(({ remoteAddr }) => !isRelayed(remoteAddr))
      const from = new Set(direct.flatMap(({ remoteAddr }) => hostOf(hostIn(remoteAddr)) ?? []))
      for (const host of from) hosts.blame(host, reason)
    },

    handle(protocol, handler) {
      if (handlers.has(protocol)) throw coreError('PROTOCOL_TAKEN', `${protocol} is served already`)
      handlers.set(protocol, handler)
      if (node) serve(node, protocol, handler).catch(report('handle failed'))
      return () => {
        if (handlers.get(protocol) !== handler) return
        handlers.delete(protocol)
        node?.unhandle(protocol).catch(report('unhandle failed'))
      }
    },

    async open(peer, protocol, { plane, signal } = {}) {
      running()
      signal?.throwIfAborted()
      const beside = plane === 'bulk' ? await bulk.open(peer, protocol, signal) : undefined
      return beside ?? (await openStream(peer, protocol, signal))
    },

    subscribe(topic, receive) {
      if (topics.has(topic)) throw new TypeError(`${topic} is subscribed to already`)
      const entry = { receive, ...(node && phase === 'running' && { leave: join(node, topic, receive) }) }
      topics.set(topic, entry)
      return () => {
        if (topics.get(topic) !== entry) return
        topics.delete(topic)
        entry.leave?.()
      }
    },

    async publish(topic, message) {
      checkGossipLength(message)
      await running().node.services.gossip.publish(topic, message)
    }
  }

  const offend = offences(network, clock, logger)
  return network
}

const NO_REACH: Omit<Reach, 'upnp'> = { ipv4: { state: 'absent' }, ipv6: { state: 'absent' }, relays: [] }

const stopped = (): Error => coreError('STOPPED', 'the network is stopped')

async function closeConnection(connection: Libp2pConnection): Promise<void> {
  try {
    await connection.close()
  } catch (error) {
    connection.abort(error instanceof Error ? error : new Error('hung up'))
  }
}
