import type { Multiaddr } from '@multiformats/multiaddr'
import { isLoopback, isPublic, isRelayed, peerIn } from './address.ts'
import { linkLocalAddresses } from './link-local.ts'
import type { Node } from './node.ts'

const rank = (address: Multiaddr): number => Number(isLoopback(address)) + 2 * Number(isRelayed(address))

/** Where this node can be reached; each address ends in `/p2p/<peer>`. */
export interface OwnAddresses {
  /** The most useful first, where there is room for some: direct ones, those of loopback, relayed ones. */
  all(): Multiaddr[]
  direct(): Multiaddr[]
  /** The direct ones that mean something to other machines, or all when there are none. */
  beyond(): Multiaddr[]
  /** Somebody came in from a public address: others may be told of the public addresses that the interfaces have. */
  confirm(): void
}

/** `listen`: what was asked for. */
export function ownAddresses({ peerId, services }: Node, listen: readonly string[]): OwnAddresses {
  const named = (address: Multiaddr): Multiaddr =>
    peerIn(address) === String(peerId) ? address : address.encapsulate(`/p2p/${peerId}`)

  const all = (): Multiaddr[] => {
    const known = services.parts.addressManager
      .getAddressesWithMetadata()
      // What an interface has is told: whether a firewall is in front of it is found by dialling.
      .filter(({ type, verified }) => verified || type === 'transport')
      .map(({ multiaddr }) => named(multiaddr))
    const both = [...known, ...linkLocalAddresses(known, listen)]
    const unique = [...new Map(both.map(address => [address.toString(), address])).values()]
    return unique.toSorted((a, b) => rank(a) - rank(b))
  }
  const direct = (): Multiaddr[] => all().filter(address => !isRelayed(address))

  return {
    all,
    direct,
    beyond() {
      const outside = direct().filter(address => !isLoopback(address))
      return outside.length > 0 ? outside : direct()
    },
    confirm() {
      const { addressManager } = services.parts
      for (const { multiaddr, type, verified } of addressManager.getAddressesWithMetadata())
        if (type === 'transport' && !verified && isPublic(multiaddr)) addressManager.confirmObservedAddr(multiaddr)
    }
  }
}
