import type { PeerId as Libp2pPeerId } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../../clock.ts'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import type { Connection } from '../network.ts'
import { hostIn, isRelayed } from './address.ts'
import { hostOf } from './host-watch.ts'

/** Connections of peers that share no group with this node. */
export interface StrangerLimits {
  inAll: number
  /** From one IPv4 address, or one IPv6 network of 64 bits. */
  perHost: number
}

/** How long whoever came in may stay at least: who joins a group is done by then, and a member. */
export const STRANGERS_STAY_MS = 60_000

type Seat = Pick<Connection, 'peer' | 'address' | 'direction' | 'since'>

/**
 * Whether a peer that came in may stay: libp2p refuses everybody once it has all the connections that it may have, so
 * that strangers must not take them all. When they have theirs, a new one takes the place of the one that is here for the
 * longest, of the host that has most: whoever comes to join a group finds a place, and many of one host only push each
 * other out.
 */
export function strangersBound(options: {
  connections(): Seat[]
  isMember(peer: PeerId): boolean
  /** Whether others hang on a peer's connection. */
  isNeeded(peer: PeerId): boolean
  hangUp(peer: PeerId): void
  limits: StrangerLimits
  clock: Pick<Clock, 'now'>
}): (peer: Libp2pPeerId, from: Multiaddr) => boolean {
  const { connections, isMember, isNeeded, hangUp, limits, clock } = options
  /** The strangers in the list, where they are as many as there may be; who is a member is not asked before. */
  const crowdIn = (list: Seat[], limit: number): Seat[] | undefined => {
    const strangers = list.length < limit ? [] : list.filter(({ peer }) => !isMember(peer))
    return strangers.length < limit ? undefined : strangers
  }
  const mayGo = ({ peer, direction, since }: Seat): boolean =>
    direction === 'inbound' && clock.now() - since >= STRANGERS_STAY_MS && !isNeeded(peer)
  return (peer, from) => {
    const all = connections()
    const host = directHost(from)
    const near = host === undefined ? [] : all.filter(({ address }) => directHost(multiaddr(address)) === host)
    const crowd = crowdIn(near, limits.perHost) ?? crowdIn(all, limits.inAll)
    if (!crowd || isMember(parsePeerId(peer.toString()))) return true
    const leaver = Map.groupBy(crowd, ({ address }) => directHost(multiaddr(address)))
      .values()
      .toArray()
      .toSorted((a, b) => b.length - a.length)
      .flatMap(seats => seats.filter(mayGo).toSorted((a, b) => a.since - b.since))
      .at(0)
    if (leaver) hangUp(leaver.peer)
    return leaver !== undefined
  }
}

/** Of a relayed connection none: its relay can do nothing about it. */
const directHost = (address: Multiaddr): string | undefined =>
  isRelayed(address) ? undefined : hostOf(hostIn(address))
