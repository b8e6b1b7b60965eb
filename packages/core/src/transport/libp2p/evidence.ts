import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../../clock.ts'
import type { IpReach } from '../reach.ts'
import { hostIn, isLoopback, isPublic, isRelayed } from './address.ts'
import type { OwnAddresses } from './own-addresses.ts'

/** How long it counts that somebody came in from a public address, or saw this node at one, ms. */
const COUNTS_MS = 86_400_000

type Version = 'ipv4' | 'ipv6'

export interface Seen extends Pick<Connection, 'direction' | 'remoteAddr'> {
  observedAddr: Multiaddr | undefined
  /** It came in, but this node made it itself, by punching a hole. */
  isOwnDial: boolean
}

/** What shows whether others can dial this node: connections that came in, and what peers say of those that went out. */
export interface Evidence {
  /** To be told of every peer that identified itself: how it is connected, and where it sees this node. */
  identified(seen: Seen): void
  /** Whether it needs no relay: whoever has IPv4 can dial it, or it has no IPv4 itself; or it listens on loopback alone. */
  isReachable(): boolean
  reach(): Record<Version, IpReach>
}

export function gatherEvidence(options: {
  own: Pick<OwnAddresses, 'confirm' | 'direct' | 'interfaces'>
  clock: Pick<Clock, 'now'>
}): Evidence {
  const { own, clock } = options
  const cameIn = new Map<Version, number>()
  const seen = new Map<Version, { host: string; at: number }>()

  const isFresh = (at: number | undefined): boolean => at !== undefined && clock.now() - at < COUNTS_MS
  const listens = (version: Version): boolean =>
    own.direct().some(address => !isLoopback(address) && versionOf(address) === version)

  const reachOf = (version: Version): IpReach => {
    const at = cameIn.get(version)
    const elsewhere = seen.get(version)
    if (!listens(version)) return { state: 'absent' }
    if (at !== undefined && isFresh(at)) return { state: 'reachable', at }
    return elsewhere && isFresh(elsewhere.at) ? { state: 'behind-nat', seenAs: elsewhere.host } : { state: 'unknown' }
  }

  return {
    identified({ direction, remoteAddr, observedAddr, isOwnDial }) {
      const version = versionOf(remoteAddr)
      if (!version || isRelayed(remoteAddr) || !isPublic(remoteAddr)) return
      if (direction === 'inbound' && !isOwnDial) {
        cameIn.set(version, clock.now())
        own.confirm()
      } else if (direction === 'outbound' && observedAddr && isPublic(observedAddr)) {
        const host = hostIn(observedAddr)
        // Of who asked a router, the router's address is an own one, too.
        const isOwn = own.interfaces().some(address => hostIn(address) === host)
        if (host !== undefined && versionOf(observedAddr) === version) {
          if (isOwn) seen.delete(version)
          else seen.set(version, { host, at: clock.now() })
        }
      }
    },
    isReachable() {
      const direct = own.direct()
      if (direct.length === 0) return false
      if (direct.every(isLoopback)) return true
      return isFresh(cameIn.get(listens('ipv4') ? 'ipv4' : 'ipv6'))
    },
    reach: () => ({ ipv4: reachOf('ipv4'), ipv6: reachOf('ipv6') })
  }
}

function versionOf(address: Multiaddr): Version | undefined {
  const host = hostIn(address)
  if (host === undefined) return undefined
  return host.includes(':') ? 'ipv6' : 'ipv4'
}
