import { multiaddr } from '@multiformats/multiaddr'
import type { NetworkInterfaceInfo } from 'node:os'
import { expect, it } from 'vitest'
import { linkLocalAddresses, onEveryLink, zonedHost } from './link-local.ts'

const on = (...addresses: string[]): NetworkInterfaceInfo[] =>
  addresses.map(address => ({
    address,
    family: address.includes(':') ? 'IPv6' : 'IPv4',
    internal: address === '127.0.0.1' || address === '::1',
    netmask: '',
    mac: '',
    cidr: null,
    scopeid: 0
  })) as NetworkInterfaceInfo[]

const LOOPBACK = on('127.0.0.1', '::1')
const EVERYWHERE = ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip6/::/tcp/0', '/ip6/::/tcp/0/ws']
const KNOWN = ['/ip4/127.0.0.1/tcp/1', '/ip4/127.0.0.1/tcp/2/ws', '/ip6/::1/tcp/3', '/ip6/::1/tcp/4/ws'].map(address =>
  multiaddr(address)
)

const told = (listen: string[], eth0: NetworkInterfaceInfo[]): string[] =>
  linkLocalAddresses(KNOWN, listen, { lo: LOOPBACK, eth0 }).map(String)

it('[T-34] tells link-local addresses where an interface has no others', () => {
  expect(told(EVERYWHERE, on('169.254.1.2', 'fe80::1'))).toEqual([
    '/ip4/169.254.1.2/tcp/1',
    '/ip4/169.254.1.2/tcp/2/ws',
    '/ip6/fe80::1/tcp/3'
  ])
  expect(told(EVERYWHERE, on('192.168.1.2', 'fe80::1'))).toEqual([])
})

it('[T-34] tells no link-local address that no listener takes', () => {
  expect(told(['/ip4/0.0.0.0/tcp/0'], on('169.254.1.2', 'fe80::1'))).toEqual([
    '/ip4/169.254.1.2/tcp/1',
    '/ip4/169.254.1.2/tcp/2/ws'
  ])
  expect(told(['/ip4/127.0.0.1/tcp/0', '/ip6/::1/tcp/0'], on('169.254.1.2', 'fe80::1'))).toEqual([])
})

it('[T-34] dials a link-local IPv6 address on every interface with a link', () => {
  const interfaces = { lo: LOOPBACK, eth0: on('192.168.1.2', 'fe80::1'), wlan0: on('fe80::2'), tun0: on('10.0.0.1') }
  const zoned = onEveryLink(multiaddr('/ip6/fe80::9/tcp/3'), interfaces)
  expect(zoned.map(String)).toEqual(['/ip6zone/eth0/ip6/fe80::9/tcp/3', '/ip6zone/wlan0/ip6/fe80::9/tcp/3'])
  expect(zoned.map(zonedHost)).toEqual(['fe80::9%eth0', 'fe80::9%wlan0'])
})

it.each(['/ip4/169.254.1.2/tcp/1', '/ip6/2001:db8::1/tcp/1', '/ip6zone/eth0/ip6/fe80::9/tcp/3'])(
  '[T-34] dials %s as it is',
  text => {
    expect(onEveryLink(multiaddr(text), { eth0: on('fe80::1') }).map(String)).toEqual([text])
  }
)
