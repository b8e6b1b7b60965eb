import { isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import { isPrivateHost } from '../private-host.ts'

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
  return host !== undefined && isPrivateHost(host)
}

export const isLoopback = (address: Multiaddr): boolean => /^(127\.|::1$)/.test(hostIn(address) ?? '')

/** Reachable from anywhere, if from somewhere: neither private nor link-local nor loopback. */
export const isPublic = (address: Multiaddr): boolean => !isRelayed(address) && !isPrivate(address)

export const isWebSocket = (address: Multiaddr): boolean =>
  address.getComponents().some(part => part.name === 'ws' || part.name === 'wss')
