import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import type { Inside, PortMapping } from '../upnp/port-mapping.ts'
import { hostIn, isLoopback, isPublic, isRelayed, peerIn } from './address.ts'
import { linkLocalAddresses } from './link-local.ts'
import type { Node } from './node.ts'

const rank = (address: Multiaddr): number => Number(isLoopback(address)) + 2 * Number(isRelayed(address))

/** Where this node can be reached; each address ends in `/p2p/<peer>`. */
export interface OwnAddresses {
  /** The most useful first, where there is room for some: direct ones, those of loopback, relayed ones. */
  all(): Multiaddr[]
  direct(): Multiaddr[]
  /** Those that the interfaces have. */
  interfaces(): Multiaddr[]
  /** The direct ones that mean something to other machines, or all when there are none. */
  beyond(): Multiaddr[]
  /** Somebody came in from a public address: others may be told of the public addresses that the interfaces have. */
  confirm(): void
}

/** The host and port that an address of an interface is of. */
export function insideOf(address: Multiaddr): Inside | undefined {
  const host = hostIn(address)
  const port = address.getComponents().find(part => part.name === 'tcp')?.value
  return host === undefined || port === undefined ? undefined : { host, port: Number(port) }
}

/** `listen`: what was asked for; `outside`: where routers let others in. */
export function ownAddresses(
  { peerId, services }: Node,
  listen: readonly string[],
  outside: PortMapping['outside'] = () => undefined
): OwnAddresses {
  const named = (address: Multiaddr): Multiaddr =>
    peerIn(address) === String(peerId) ? address : address.encapsulate(`/p2p/${peerId}`)

  const interfaces = (): Multiaddr[] =>
    services.parts.addressManager
      .getAddressesWithMetadata()
      .filter(({ type }) => type === 'transport')
      .map(({ multiaddr }) => multiaddr)
  const all = (): Multiaddr[] => {
    const known = services.parts.addressManager
      .getAddressesWithMetadata()
      // What an interface has is told: whether a firewall is in front of it is found by dialling.
      .filter(({ type, verified }) => verified || type === 'transport')
      .map(({ multiaddr }) => named(multiaddr))
    const more = [...linkLocalAddresses(known, listen), ...interfaces().flatMap(address => beyondRouter(address))]
    const unique = [...new Map([...known, ...more].map(address => [address.toString(), address])).values()]
    return unique.toSorted((a, b) => rank(a) - rank(b))
  }
  const beyondRouter = (address: Multiaddr): Multiaddr[] => {
    const inside = insideOf(address)
    const found = inside && outside(inside)
    if (!found) return []
    const text = address.toString().replace(/^\/ip4\/[^/]+\/tcp\/\d+/, `/ip4/${found.host}/tcp/${found.port}`)
    return [named(multiaddr(text))]
  }
  const direct = (): Multiaddr[] => all().filter(address => !isRelayed(address))

  return {
    all,
    direct,
    interfaces,
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
