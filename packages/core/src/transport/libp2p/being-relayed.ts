import type { Connection, IdentifyResult } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../../clock.ts'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import { isRelayed } from './address.ts'
import type { CircuitTransport } from './circuit.ts'
import type { Evidence } from './evidence.ts'
import type { Links } from './links.ts'
import type { Node } from './node.ts'
import { HOP } from './relay-server.ts'
import { keepReservations } from './reservations.ts'

const RELAY_TRANSPORT = '@libp2p/circuit-relay-v2-transport'

export interface BeingRelayedOptions {
  node: Node
  links: Links
  evidence: Pick<Evidence, 'isReachable'>
  reserve: 'auto' | 'always' | 'never'
  isMember(peer: PeerId): boolean
  clock: Clock
  logger: Logger
}

/** Keeps places at relays for this node, as long as it needs them. */
export interface BeingRelayed {
  /** To be told of every peer that identified itself. */
  identified(result: IdentifyResult): void
  /** Something changed: a peer came or went. */
  look(): void
  /** Relays that keep a place for it. */
  relays(): PeerId[]
  stop(): void
}

export function beingRelayed(options: BeingRelayedOptions): BeingRelayed {
  const { node, links, evidence, reserve, isMember, clock, logger } = options
  const { transportManager } = node.services.parts
  const offering = new Set<PeerId>()
  const listeningOn = new Set<PeerId>()

  const store = (): CircuitTransport['reservationStore'] | undefined => {
    const transport = transportManager.getTransports().find(each => each[Symbol.toStringTag] === RELAY_TRANSPORT)
    // Listening again and again on one relay would add a listener each time.
    return (transport as CircuitTransport | undefined)?.reservationStore
  }
  const holds = (peer: PeerId): boolean => store()?.hasReservation(peerIdFromString(peer)) ?? false
  const offers = (): PeerId[] => {
    for (const peer of [...offering]) if (links.to(peer).length === 0) offering.delete(peer)
    // Whom this node could dial directly, others may reach, too.
    return [...offering].filter(peer => isMember(peer) && links.to(peer).some(isDialled))
  }

  const { look, stop } = keepReservations({
    isNeeded: () => reserve === 'always' || (reserve === 'auto' && !evidence.isReachable()),
    offers,
    holds,
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
      look()
    },
    look,
    relays: () => [...listeningOn].filter(holds),
    stop
  }
}

const isDialled = ({ direction, remoteAddr }: Connection): boolean => direction === 'outbound' && !isRelayed(remoteAddr)
