import type { Connection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../clock.ts'
import { hasCode } from '../../errors.ts'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import { abortable } from '../abortable.ts'
import { answering } from './answering.ts'
import { hostIn, isLoopback, isPublic, isRelayed, peerIn, relayIn } from './address.ts'
import { raceDials } from './dialer.ts'
import { MAX_STREAMS_PER_CONNECTION, relayLimits } from './limits.ts'
import type { Links } from './links.ts'
import type { Node } from './node.ts'
import { HOP, relayServer } from './relay-server.ts'
import { keepReservations } from './reservations.ts'
import { DCUTR, upgrader } from './upgrade.ts'

export interface PathPolicy {
  /** Who may be reached through this node. @default 'off' */
  relay?: 'off' | 'members' | 'anyone'
  /**
   * Whether this node is reached through others: `auto` unless somebody came in from a public address within a day, or
   * it listens on loopback alone. @default 'never'
   */
  reserve?: 'auto' | 'always' | 'never'
  /** Whether relayed connections are to become direct ones. @default true */
  upgrade?: boolean
  /** Bytes that each peer may send and receive through this relay within an hour. @default 4 GiB */
  bytesPerPeerHour?: number
  /** Whether this node shares a group with the peer. @default nobody */
  isMember?(peer: PeerId): boolean
}

/** The ways to others: dialling, relaying and being relayed, upgrading. */
export interface Paths {
  /** Registers what is served; before the node starts. */
  serve(): Promise<void>
  /** Begins to look for relays. */
  begin(): void
  /** Own addresses, direct ones first, each ending in `/p2p/<peer>`. */
  addresses(): Multiaddr[]
  /** Connects to addresses of one peer; connected already counts, unless by a relay when these may lead there directly. */
  dial(addresses: Multiaddr[], signal?: AbortSignal): Promise<Connection>
  stop(): void
}

/** How long it counts that somebody came in from a public address, ms. */
const REACHED_MS = 86_400_000

const RELAY_TRANSPORT = '@libp2p/circuit-relay-v2-transport'

/** What libp2p's relay transport has besides being one. */
interface ReservationStore {
  hasReservation(peer: Connection['remotePeer']): boolean
  addRelay(peer: Connection['remotePeer'], type: 'configured'): Promise<unknown>
}

export async function paths(options: {
  node: Node
  links: Links
  policy: PathPolicy
  /** A peer sent what no honest one does. */
  onOffence(peer: PeerId, reason: string): void
  clock: Clock
  logger: Logger
}): Promise<Paths> {
  const { node, links, policy, onOffence, clock, logger } = options
  const { relay = 'off', reserve = 'never', upgrade = true } = policy
  const { isMember = () => false, bytesPerPeerHour = relayLimits.bytesPerPeerHour } = policy
  const { addressManager, transportManager, upgrader: ordinary } = node.services.parts
  const answerer = answering(ordinary)
  const punchPort = await freePort()
  /** Connections whose other end sees the port that holes are punched from, and as what. */
  const fromPunchPort = new WeakSet<Connection>()
  const seenBy = new Map<PeerId, Multiaddr>()
  const relays = new Set<PeerId>()
  const listeningOn = new Set<PeerId>()

  const ownAddresses = (): Multiaddr[] => {
    const known = addressManager
      .getAddressesWithMetadata()
      // What an interface has is told: whether a firewall is in front of it is found by dialling.
      .filter(({ type, verified }) => verified || type === 'transport')
      .map(({ multiaddr: address }) => (peerIn(address) === String(node.peerId) ? address : named(address)))
    const unique = [...new Map(known.map(address => [address.toString(), address])).values()]
    return unique.toSorted((a, b) => Number(isRelayed(a)) - Number(isRelayed(b)))
  }
  const named = (address: Multiaddr): Multiaddr => address.encapsulate(`/p2p/${node.peerId}`)
  const ownDirect = (): Multiaddr[] => ownAddresses().filter(address => !isRelayed(address))

  const dialOver = async (address: Multiaddr, signal: AbortSignal, how: How = {}): Promise<Connection> => {
    const { from, isAnswering = false } = how
    const transport = transportManager.dialTransportForMultiaddr(address)
    if (!transport) throw new Error(`no transport for ${address}`)
    // libp2p hands the signal to the socket, which an abort would close for as long as it lives: so it ends here.
    const dialling = new AbortController()
    const abort = (): void => dialling.abort(signal.reason)
    signal.throwIfAborted()
    signal.addEventListener('abort', abort, { once: true })
    try {
      const options = { signal: dialling.signal, upgrader: isAnswering ? answerer : ordinary }
      // Of TCP's own options, which Node's `net.connect` gets.
      return await transport.dial(address, from === undefined ? options : { ...options, ...{ localPort: from } })
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** Dials from the port that others have seen, so that a hole can be punched. */
  const fromSeenPort = async (address: Multiaddr, signal: AbortSignal, isAnswering = false): Promise<Connection> => {
    const connection = await dialOver(address, signal, { from: punchPort, isAnswering })
    fromPunchPort.add(connection)
    return connection
  }

  /** The relay itself is dialled here, because libp2p's transport would not use the port. */
  const dialRelayed = async (address: Multiaddr, signal: AbortSignal): Promise<Connection> => {
    const by = relayIn(address)
    if (by !== undefined && links.to(by).length === 0) await dialOne(address.decapsulate('/p2p-circuit'), signal)
    return await dialOver(address, signal)
  }

  const dialOne = async (address: Multiaddr, signal: AbortSignal): Promise<Connection> => {
    if (isRelayed(address)) return await dialRelayed(address, signal)
    if (!upgrade || isLoopback(address) || hostIn(address) === undefined || isWebSocket(address))
      return await dialOver(address, signal)
    try {
      return await fromSeenPort(address, signal)
    } catch (error) {
      // One connection from there to that address is open, or was a moment ago.
      if (!hasCode(error, 'EADDRINUSE', 'EADDRNOTAVAIL')) throw error
      return await dialOver(address, signal)
    }
  }

  const server =
    relay === 'off'
      ? undefined
      : relayServer({
          serves: relay,
          isMember,
          bytesPerPeerHour,
          addresses: () => {
            const beyond = ownDirect().filter(address => !isLoopback(address))
            return beyond.length > 0 ? beyond : ownDirect()
          },
          connectionsTo: peer => links.to(peer),
          onOffence,
          clock,
          logger
        })
  const upgrades = upgrader({
    links,
    dial: async (addresses, signal) => (await raceDials(addresses, dialOne, signal)).connection,
    punch: (address, initiator, signal) => fromSeenPort(address, signal, !initiator),
    addresses: () => ({
      listening: ownDirect(),
      seen: [...seenBy].flatMap(([peer, address]) => (links.to(peer).length > 0 ? [address] : []))
    }),
    onOffence,
    clock,
    logger
  })

  const store = (): ReservationStore | undefined => {
    const transport = transportManager.getTransports().find(each => each[Symbol.toStringTag] === RELAY_TRANSPORT)
    // Not in its type: listening again and again on one relay would add a listener each time.
    return (transport as { reservationStore?: ReservationStore } | undefined)?.reservationStore
  }
  let reachedAt = -Infinity
  const isReachable = (): boolean => {
    const direct = ownDirect()
    if (direct.length === 0) return false
    return clock.now() - reachedAt < REACHED_MS || direct.every(isLoopback)
  }
  const places = keepReservations({
    isNeeded: () => reserve === 'always' || (reserve === 'auto' && !isReachable()),
    // Whom this node could dial directly, others may reach, too.
    offers: () => [...relays].filter(peer => isMember(peer) && links.to(peer).some(isDialled)),
    holds: peer => store()?.hasReservation(peerIdFromString(peer)) ?? false,
    async reserve(peer) {
      if (listeningOn.has(peer)) await store()?.addRelay(peerIdFromString(peer), 'configured')
      else await transportManager.listen([multiaddr(`/p2p/${peer}/p2p-circuit`)])
      listeningOn.add(peer)
    },
    clock,
    logger
  })

  const dialling = new Map<string, ReturnType<typeof raceDials>>()

  return {
    async serve() {
      const limits = {
        maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
        maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
        runOnLimitedConnection: true
      }
      if (server) await node.handle(HOP, (stream, connection) => server.serve(stream, connection), limits)
      if (upgrade) await node.handle(DCUTR, (stream, connection) => upgrades.serve(stream, connection), limits)
      node.addEventListener('peer:identify', ({ detail }) => {
        const { connection, observedAddr, protocols } = detail
        if (connection.remotePeer.type !== 'Ed25519') return
        const peer = parsePeerId(connection.remotePeer.toString())
        if (protocols.includes(HOP)) relays.add(peer)
        else relays.delete(peer)
        if (fromPunchPort.has(connection)) {
          if (observedAddr) seenBy.set(peer, observedAddr)
        } else if (connection.direction === 'inbound' && isPublic(connection.remoteAddr)) {
          reachedAt = clock.now()
        }
        if (upgrade) upgrades.identified(detail)
        else if (isRelayed(connection.remoteAddr)) links.explain(peer, { reason: 'policy', code: undefined })
        places.look()
      })
      node.addEventListener('peer:disconnect', ({ detail }) => {
        if (detail.type !== 'Ed25519') return
        const peer = parsePeerId(detail.toString())
        relays.delete(peer)
        seenBy.delete(peer)
        places.look()
      })
    },
    begin: () => places.look(),
    addresses: ownAddresses,

    async dial(addresses, signal) {
      const peer = addresses.map(peerIn).find(name => name !== undefined)
      const existing = peer === undefined ? undefined : links.to(parsePeerId(peer))[0]
      const isBetter = existing && isRelayed(existing.remoteAddr) && addresses.some(address => !isRelayed(address))
      if (existing && !isBetter) return existing
      const wanted = existing ? addresses.filter(address => !isRelayed(address)) : addresses
      const under = peer === undefined ? undefined : dialling.get(peer)
      // When whoever dials already gives up, this dial is on its own.
      const joined = await abortable(under?.catch(() => undefined) ?? Promise.resolve(undefined), signal)
      if (joined) return joined.connection
      const dial = raceDials(wanted, dialOne, signal)
      if (peer !== undefined) dialling.set(peer, dial)
      try {
        const { connection, notBetter } = await dial
        if (peer !== undefined && notBetter) links.explain(parsePeerId(peer), notBetter)
        return connection
      } catch (error) {
        if (existing?.status === 'open') return existing
        throw error
      } finally {
        if (peer !== undefined) dialling.delete(peer)
      }
    },

    stop() {
      places.stop()
      server?.stop()
    }
  }
}

const isDialled = ({ direction, remoteAddr }: Connection): boolean => direction === 'outbound' && !isRelayed(remoteAddr)

/** Details of one dial: the local port, and whether this end waits for the other's first word. */
interface How {
  from?: number
  isAnswering?: boolean
}

const isWebSocket = (address: Multiaddr): boolean => /\/wss?(\/|$)/.test(address.toString())

/** A port that nothing listens on; outgoing connections may share it as long as nothing does. */
async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
