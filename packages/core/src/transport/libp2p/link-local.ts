import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import { BlockList } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { NetworkInterfaceInfo } from 'node:os'
import { hostIn, isLocal, isLoopback, isRelayed, isWebSocket } from './address.ts'

/*
 * Two computers and a cable have link-local addresses and no others: 169.254/16 (RFC 3927) and fe80::/10 (RFC 4291).
 * libp2p leaves them out. One of IPv6 means something only together with an interface (its zone), which is each
 * machine's own affair: it is told without, and dialled on every interface that has a link.
 */

type Interfaces = Record<string, NetworkInterfaceInfo[] | undefined>

const isLinkLocal = (ip: string): boolean => ip.startsWith('169.254.') || /^fe[89ab]/i.test(ip)

/**
 * The link-local addresses of interfaces that have no others, where a listener takes them: `known` are the addresses that
 * libp2p tells, `listen` those that were asked for.
 */
export function linkLocalAddresses(
  known: readonly Multiaddr[],
  listen: readonly string[],
  interfaces: Interfaces = networkInterfaces()
): Multiaddr[] {
  const hosts = Object.values(interfaces).flatMap((addresses = []) => {
    const beyond = addresses.filter(({ internal }) => !internal)
    return beyond.every(({ address }) => isLinkLocal(address)) ? beyond.map(({ address }) => address) : []
  })
  const isEverywhere = (family: string): boolean =>
    listen.some(text => /^\/(ip4\/0\.0\.0\.0|ip6\/::)\//.test(text) && text.startsWith(`/${family}/`))
  // Every listener on all interfaces is on loopback, too: that tells its port.
  return known.filter(isLoopback).flatMap(address => {
    const family = hostIn(address)?.includes(':') ? 'ip6' : 'ip4'
    // A WebSocket's address is a URL, and in a URL no zone is understood.
    if (!isEverywhere(family) || (family === 'ip6' && isWebSocket(address))) return []
    const [, ...rest] = address.getComponents()
    const tail = multiaddr(rest)
    return hosts
      .filter(host => host.includes(':') === (family === 'ip6'))
      .map(host => multiaddr(`/${family}/${host}`).encapsulate(tail))
  })
}

/** The same address once for each interface that it may be on; any other address as it is. */
export function onEveryLink(address: Multiaddr, interfaces: Interfaces = networkInterfaces()): Multiaddr[] {
  const [first] = address.getComponents()
  if (first?.name !== 'ip6' || !isLinkLocal(first.value ?? '')) return [address]
  const zones = Object.entries(interfaces).filter(([, addresses = []]) =>
    addresses.some(each => each.family === 'IPv6' && !each.internal && isLinkLocal(each.address))
  )
  return zones.map(([zone]) => inZone(zone, address))
}

/** The address as it is seen from this machine: on that interface. */
export const inZone = (zone: string, address: Multiaddr): Multiaddr =>
  multiaddr(`/ip6zone/${zone}`).encapsulate(address)

/**
 * Whether an address may be one on a link of this machine: of a private network, or of one that an interface is in. What
 * is said on a link by anybody has nobody dial others than are there.
 */
export function isOnLink(text: string, interfaces?: Interfaces): boolean {
  const address = multiaddr(text)
  const host = isRelayed(address) ? undefined : hostIn(address)
  if (host === undefined || isLocal(address)) return host !== undefined
  const near = new BlockList()
  for (const { cidr } of Object.values(interfaces ?? networkInterfaces()).flatMap((list = []) => list)) {
    const [network, bits] = cidr?.split('/') ?? []
    if (network !== undefined && Number(bits) > 0) near.addSubnet(network, Number(bits), ipFamily(network))
  }
  return near.check(host, ipFamily(host))
}

const ipFamily = (ip: string): 'ipv4' | 'ipv6' => (ip.includes(':') ? 'ipv6' : 'ipv4')

/** The address as others are told it. */
export function outOfZone(address: Multiaddr): Multiaddr {
  const [first, ...rest] = address.getComponents()
  return first?.name === 'ip6zone' ? multiaddr(rest) : address
}

/** What sockets are given: `fe80::1%eth0`; undefined without a zone. */
export function zonedHost(address: Multiaddr): string | undefined {
  const zone = address.getComponents().find(({ name }) => name === 'ip6zone')?.value
  const host = hostIn(address)
  return zone === undefined || host === undefined ? undefined : `${host}%${zone}`
}
