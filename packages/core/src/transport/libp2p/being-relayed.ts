import type { Connection, IdentifyResult } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../../clock.ts'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import { isLoopback, isPublic, isRelayed } from './address.ts'
import type { Links } from './links.ts'
import type { Node } from './node.ts'
import type { OwnAddresses } from './own-addresses.ts'
import { HOP } from './relay-server.ts'
import { keepReservations } from './reservations.ts'

/** How long it counts that somebody came in from a public address, ms. */
const REACHED_MS = 86_400_000

const RELAY_TRANSPORT = '@libp2p/circuit-relay-v2-transport'

/** What libp2p's relay transport has besides being one. */
interface ReservationStore {
  hasReservation(peer: Connection['remotePeer']): boolean
  addRelay(peer: Connection['remotePeer'], type: 'configured'): Promise<unknown>
}

export interface BeingRelayedOptions {
  node: Node
  links: Links
  own: OwnAddresses
  reserve: 'auto' | 'always' | 'never'
  isMember(peer: PeerId): boolean
  /** Whether a connection that came in is one that this node made itself. */
  isOwnDial(connection: Connection): boolean
  clock: Clock
  logger: Logger
}

/** Keeps places at relays for this node, as long as it needs them. */
export interface BeingRelayed {
  /** To be told of every peer that identified itself. */
  identified(result: IdentifyResult): void
  /** Something changed: a peer came or went. */
  look(): void
  stop(): void
}

export function beingRelayed(options: BeingRelayedOptions): BeingRelayed {
  const { node, links, own, reserve, isMember, isOwnDial, clock, logger } = options
  const { transportManager } = node.services.parts
  const offering = new Set<PeerId>()
  const listeningOn = new Set<PeerId>()
  let reachedAt = -Infinity

  const store = (): ReservationStore | undefined => {
    const transport = transportManager.getTransports().find(each => each[Symbol.toStringTag] === RELAY_TRANSPORT)
    // Not in its type: listening again and again on one relay would add a listener each time.
    return (transport as { reservationStore?: ReservationStore } | undefined)?.reservationStore
  }
  const isReachable = (): boolean => {
    const direct = own.direct()
    if (direct.length === 0) return false
    return clock.now() - reachedAt < REACHED_MS || direct.every(isLoopback)
  }
  const offers = (): PeerId[] => {
    for (const peer of [...offering]) if (links.to(peer).length === 0) offering.delete(peer)
    // Whom this node could dial directly, others may reach, too.
    return [...offering].filter(peer => isMember(peer) && links.to(peer).some(isDialled))
  }

  const { look, stop } = keepReservations({
    isNeeded: () => reserve === 'always' || (reserve === 'auto' && !isReachable()),
    offers,
    holds: peer => store()?.hasReservation(peerIdFromString(peer)) ?? false,
    async reserve(peer) {
      if (listeningOn.has(peer)) await store()?.addRelay(peerIdFromString(peer), 'configured')
      else await transportManager.listen([multiaddr(`/p2p/${peer}/p2p-circuit`)])
      listeningOn.add(peer)
    },
    clock,
    logger
  })

  return {
    identified({ connection, protocols }) {
      const peer = parsePeerId(String(connection.remotePeer))
      if (protocols.includes(HOP)) offering.add(peer)
      else offering.delete(peer)
      const cameIn = connection.direction === 'inbound' && !isOwnDial(connection)
      if (cameIn && isPublic(connection.remoteAddr)) {
        reachedAt = clock.now()
        own.confirm()
      }
      look()
    },
    look,
    stop
  }
}

const isDialled = ({ direction, remoteAddr }: Connection): boolean => direction === 'outbound' && !isRelayed(remoteAddr)
