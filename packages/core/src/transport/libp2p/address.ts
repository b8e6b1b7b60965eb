import { isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { BlockList } from 'node:net'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'

/** Whether this leads through a relay. */
export const isRelayed = (address: Multiaddr): boolean =>
  address.getComponents().some(part => part.name === 'p2p-circuit')

/** The peer that is reached, as the address names it. */
export const peerIn = (address: Multiaddr): string | undefined =>
  address.getComponents().findLast(part => part.name === 'p2p')?.value

/** The relay of a relayed address, where the address names it. */
export function relayIn(address: Multiaddr): PeerId | undefined {
  const parts = address.getComponents()
  const circuit = parts.findIndex(part => part.name === 'p2p-circuit')
  const relay = parts[circuit - 1]
  return relay?.name === 'p2p' && relay.value !== undefined ? parsePeerId(relay.value) : undefined
}

/** The IP address of the first hop, if it is one. */
export const hostIn = (address: Multiaddr): string | undefined =>
  address.getComponents().find(part => part.name === 'ip4' || part.name === 'ip6')?.value

/** Whether it means the same only to machines that are near: private, link-local and loopback networks. */
export function isLocal(address: Multiaddr): boolean {
  const host = hostIn(address)
  return host !== undefined && LOCAL.check(host, host.includes(':') ? 'ipv6' : 'ipv4')
}

const LOCAL = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16]
] as const)
  LOCAL.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10]
] as const)
  LOCAL.addSubnet(network, prefix, 'ipv6')

export const isLoopback = (address: Multiaddr): boolean => /^(127\.|::1$)/.test(hostIn(address) ?? '')

/** Reachable from anywhere, if from somewhere: neither private nor link-local nor loopback. */
export const isPublic = (address: Multiaddr): boolean => !isRelayed(address) && !isPrivate(address)

export const isWebSocket = (address: Multiaddr): boolean =>
  address.getComponents().some(part => part.name === 'ws' || part.name === 'wss')
