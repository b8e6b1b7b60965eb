import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import { coreError } from '../errors.ts'
import type { PeerId } from '../ids.ts'

/** By what an address may begin that others named: no path in this machine's file system, and no interface of it. */
const FIRST_HOPS = new Set(['ip4', 'ip6', 'dns', 'dns4', 'dns6', 'p2p', 'memory'])

/** Throws BAD_ADDRESS. */
export function parseAddress(text: string): Multiaddr {
  try {
    return multiaddr(text)
  } catch (cause) {
    throw coreError('BAD_ADDRESS', `not a multiaddr: ${JSON.stringify(text.slice(0, 200))}`, cause)
  }
}

/**
 * Of addresses that anybody named, those that lead to `peer`, in the form in which they are always written: multiaddrs
 * that end in `/p2p/<peer>`.
 */
export function leadingTo(peer: PeerId, addresses: readonly string[]): string[] {
  return addresses.flatMap(text => {
    try {
      const address = multiaddr(text)
      const parts = address.getComponents()
      const last = parts.at(-1)
      const isThere = last?.name === 'p2p' && last.value === peer && parts.length > 1
      return isThere && FIRST_HOPS.has(parts[0]?.name ?? '') ? [address.toString()] : []
    } catch {
      return []
    }
  })
}
