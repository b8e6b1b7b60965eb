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

/** Of one peer, however it is related to this node: a way for each transport, and some through relays. */
export const CONNECTIONS_PER_PEER = 8
/** How long strangers may stay at least, where a host has no more of them: who joins a group is done by then. */
export const STRANGERS_STAY_MS = 60_000
export const FEW_OF_A_HOST = 8

type Seat = Pick<Connection, 'peer' | 'address' | 'direction' | 'since'>

/**
 * Whether a peer that came in may stay: libp2p refuses everybody once it has all the connections that it may have, so
 * that neither strangers nor one peer must take them all. When strangers have theirs, a new one takes the place of the
 * one that is here for the longest, of the host that has most: whoever comes to join a group finds a place, and many of
 * one host only push each other out.
 */
export function seats(options: {
  connections(): Seat[]
  isMember(peer: PeerId): boolean
  /** Whether others hang on a peer's connection. */
  isNeeded(peer: PeerId): boolean
  /** Ends the peer's connections at once: one that is slow to go would be the place of many. */
  end(peer: PeerId): void
  strangers: StrangerLimits
  clock: Pick<Clock, 'now'>
}): (peer: Libp2pPeerId, from: Multiaddr) => boolean {
  const { connections, isMember, isNeeded, end, strangers: limits, clock } = options
  /** The strangers in the list, where they are as many as there may be; who is a member is not asked before. */
  const crowdIn = (list: Seat[], limit: number): Seat[] | undefined => {
    const strangers = list.length < limit ? [] : list.filter(({ peer }) => !isMember(peer))
    return strangers.length < limit ? undefined : strangers
  }
  /** Who goes first of those of one host. */
  const leavers = (host: Seat[]): Seat[] => {
    const stayMs = host.length > FEW_OF_A_HOST ? 0 : STRANGERS_STAY_MS
    return host
      .filter(
        ({ peer, direction, since }) => direction === 'inbound' && clock.now() - since >= stayMs && !isNeeded(peer)
      )
      .toSorted((a, b) => a.since - b.since)
  }
  return (libp2pPeer, from) => {
    const peer = parsePeerId(libp2pPeer.toString())
    const all = connections()
    if (all.filter(seat => seat.peer === peer).length >= CONNECTIONS_PER_PEER) return false
    const host = directHost(from)
    const near = host === undefined ? [] : all.filter(({ address }) => directHost(multiaddr(address)) === host)
    const crowd = crowdIn(near, limits.perHost) ?? crowdIn(all, limits.inAll)
    if (!crowd || isMember(peer)) return true
    const [leaver] = Map.groupBy(crowd, ({ address }) => directHost(multiaddr(address)))
      .values()
      .toArray()
      .toSorted((a, b) => b.length - a.length)
      .flatMap(leavers)
    if (leaver) end(leaver.peer)
    return leaver !== undefined
  }
}

/** Of a relayed connection none: its relay can do nothing about it. */
const directHost = (address: Multiaddr): string | undefined =>
  isRelayed(address) ? undefined : hostOf(hostIn(address))
