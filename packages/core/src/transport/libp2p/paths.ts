import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../../clock.ts'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import type { Reach } from '../reach.ts'
import type { Inside, PortMapping } from '../upnp/port-mapping.ts'
import { isRelayed } from './address.ts'
import { beingRelayed } from './being-relayed.ts'
import { createDials } from './dials.ts'
import { gatherEvidence } from './evidence.ts'
import { MAX_STREAMS_PER_CONNECTION, relayLimits } from './limits.ts'
import type { Links } from './links.ts'
import type { Node } from './node.ts'
import { insideOf, ownAddresses } from './own-addresses.ts'
import type { PathPolicy } from './path-policy.ts'
import { HOP, relayServer } from './relay-server.ts'
import { DCUTR, upgrader } from './upgrade.ts'

/** The ways to others: dialling, relaying and being relayed, upgrading. */
export interface Paths {
  /** Registers what is served; before the node starts. */
  serve(): Promise<void>
  /** Own addresses, direct ones first, each ending in `/p2p/<peer>`. */
  addresses(): Multiaddr[]
  /** The direct ones that mean something to other machines, or all direct ones when there are none. */
  beyond(): Multiaddr[]
  /** Connects to addresses of one peer; connected already counts, unless by a relay when these may lead there directly. */
  dial(addresses: Multiaddr[], signal?: AbortSignal): Promise<Connection>
  reach(): Omit<Reach, 'upnp'>
  /** Whether a peer keeps a place for this node, or this node one for it. */
  isRelaying(peer: PeerId): boolean
  /** Addresses that a router may let others in to. */
  insides(): Inside[]
  stop(): void
}

export async function paths(options: {
  node: Node
  links: Links
  policy: PathPolicy
  /** Multiaddrs that were asked to be listened on. */
  listen: readonly string[]
  outside: PortMapping['outside']
  /** Somebody else answered at an address, or at its relay's. */
  onSomebodyElse(address: Multiaddr): void
  /** A peer sent what no honest one does. */
  onOffence(peer: PeerId, reason: string): void
  clock: Clock
  logger: Logger
}): Promise<Paths> {
  const { node, links, policy, listen, outside, onSomebodyElse, onOffence, clock, logger } = options
  const { relay = 'off', reserve = 'never', upgrade = true } = policy
  const { isMember = () => false, bytesPerPeerHour = relayLimits.bytesPerPeerHour } = policy
  const own = ownAddresses(node, listen, outside)
  const dials = await createDials(node, links, { punches: upgrade, onSomebodyElse })
  const server =
    relay === 'off'
      ? undefined
      : relayServer({
          serves: relay,
          isMember,
          bytesPerPeerHour,
          ...(policy.spend && { spend: policy.spend }),
          addresses: () => own.beyond(),
          connectionsTo: peer => links.to(peer),
          onOffence,
          clock,
          logger
        })
  const upgrades = upgrader({
    links,
    isMember,
    dial: (addresses, signal) => dials.again(addresses, signal),
    punch: (address, initiator, signal) => dials.punch(address, initiator, signal),
    addresses: () => ({ listening: own.beyond(), seen: dials.seen() }),
    onOffence,
    clock,
    logger
  })
  const evidence = gatherEvidence({ own, clock })
  const places = beingRelayed({ node, links, evidence, reserve, isMember, clock, logger })

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
        const { remoteAddr, remotePeer } = detail.connection
        if (remotePeer.type !== 'Ed25519') return
        dials.identified(detail)
        const { connection, observedAddr } = detail
        const isOwnDial = dials.isFromPort(connection)
        evidence.identified({ direction: connection.direction, remoteAddr, observedAddr, isOwnDial })
        places.identified(detail)
        if (upgrade) upgrades.identified(detail)
        else if (isRelayed(remoteAddr)) {
          links.explain(parsePeerId(String(remotePeer)), { reason: 'policy', code: undefined })
        }
      })
      node.addEventListener('peer:disconnect', () => places.look())
    },
    addresses: own.all,
    beyond: own.beyond,
    dial: dials.dial,
    insides: () => own.interfaces().flatMap(address => insideOf(address) ?? []),
    reach: () => ({ ...evidence.reach(), relays: places.relays() }),
    isRelaying: peer => places.relays().includes(peer) || server?.serves(peer) === true,
    stop() {
      places.stop()
      server?.stop()
    }
  }
}
