import { multiaddr } from '@multiformats/multiaddr'
import { expect, it } from 'vitest'
import { isLocal, isPublic, isRelayed, relayIn } from './address.ts'

const RELAY = '12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf'

it.each([
  ['/ip4/127.0.0.1/tcp/1', true],
  ['/ip4/10.1.2.3/tcp/1', true],
  ['/ip4/172.20.0.1/tcp/1', true],
  ['/ip4/192.168.1.1/tcp/1/ws', true],
  ['/ip6/::1/tcp/1', true],
  ['/ip6/fe80::1/tcp/1', true],
  ['/ip6/fd00::1/tcp/1', true],
  ['/ip4/198.51.100.1/tcp/1', false],
  ['/ip6/2001:db8::1/tcp/1', false],
  ['/dns4/borgo.example/tcp/1', false]
])('[T-30] takes %s for near: %s', (address, near) => {
  expect(isLocal(multiaddr(address))).toBe(near)
})

it('[T-26] finds the relay in an address that names it', () => {
  const address = multiaddr(`/ip4/8.8.8.8/tcp/1/p2p/${RELAY}/p2p-circuit`)
  expect(isRelayed(address)).toBe(true)
  expect(relayIn(address)).toBe(RELAY)
  expect(isPublic(address)).toBe(false)
  expect(isPublic(address.decapsulate('/p2p-circuit'))).toBe(true)
  expect(relayIn(multiaddr('/ip4/8.8.8.8/tcp/1/p2p-circuit'))).toBeUndefined()
})
