import type { PeerId as Libp2pPeerId } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
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

/**
 * Whether a peer that came in may stay: libp2p refuses everybody once it has all the connections that it may have, so
 * that strangers must not take them all.
 */
export function strangersBound(options: {
  connections(): Pick<Connection, 'peer' | 'address'>[]
  isMember(peer: PeerId): boolean
  limits: StrangerLimits
}): (peer: Libp2pPeerId, from: Multiaddr) => boolean {
  const { connections, isMember, limits } = options
  /** Who is a member is only asked when there are so many. */
  const areTooMany = (list: Pick<Connection, 'peer'>[], limit: number): boolean =>
    list.length >= limit && list.filter(other => !isMember(other.peer)).length >= limit
  return (peer, from) => {
    const all = connections()
    const host = directHost(from)
    const near = host === undefined ? [] : all.filter(({ address }) => directHost(multiaddr(address)) === host)
    const isFull = areTooMany(all, limits.inAll) || areTooMany(near, limits.perHost)
    return !isFull || isMember(parsePeerId(peer.toString()))
  }
}

/** Of a relayed connection none: its relay can do nothing about it. */
const directHost = (address: Multiaddr): string | undefined =>
  isRelayed(address) ? undefined : hostOf(hostIn(address))
