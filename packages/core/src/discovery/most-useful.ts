import { isNearby } from '../transport/private-host.ts'

/**
 * A device's multiaddrs, those first that lead there from furthest away: public ones, those by way of a relay, those of
 * private networks, those of the machine itself.
 */
export function mostUseful(addresses: readonly string[]): string[] {
  return addresses.toSorted((a, b) => rank(a) - rank(b))
}

/** Whether an address means something beyond its own network. */
export function leadsFar(address: string): boolean {
  return rank(address) < 2
}

function rank(address: string): number {
  if (!isNearby(address)) return address.includes('/p2p-circuit') ? 1 : 0
  return /^\/(ip4\/127\.|ip6\/::1\/)/.test(address) ? 3 : 2
}
