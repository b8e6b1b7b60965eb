import { multiaddr } from '@multiformats/multiaddr'
import type { NetworkInterfaceInfo } from 'node:os'
import { expect, it } from 'vitest'
import { isOnLink, linkLocalAddresses, onEveryLink, zonedHost } from './link-local.ts'

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

it.each([
  ['/ip4/192.168.7.7/tcp/1', true],
  ['/ip4/127.0.0.1/tcp/1/ws', true],
  ['/ip4/169.254.9.9/tcp/1', true],
  ['/ip6/fe80::9/tcp/1', true],
  ['/ip6/2001:db8:0:1::9/tcp/1', true],
  ['/ip4/198.51.100.77/tcp/1', true],
  ['/ip6/2001:db8:0:2::9/tcp/1', false],
  ['/ip4/198.51.101.1/tcp/1', false],
  ['/ip4/192.0.2.1/tcp/1', false],
  ['/dns4/borgo.example/tcp/1', false],
  ['/ip4/192.168.7.7/tcp/1/p2p/12D3KooWHGJjujZiwxEQ8RmPP29ci1G81MCpNt76Vj2b6Lt8JvFN/p2p-circuit', false]
])('[E-45] of what is said on the link, takes %s for an address there: %s', (text, isThere) => {
  const [four, six] = on('198.51.100.1', '2001:db8:0:1::1')
  const eth0 = [
    { ...four!, cidr: '198.51.100.1/24' },
    { ...six!, cidr: '2001:db8:0:1::1/64' }
  ]
  expect(isOnLink(text, { lo: LOOPBACK, eth0 })).toBe(isThere)
})
