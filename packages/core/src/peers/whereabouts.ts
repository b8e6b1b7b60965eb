import { readBytes, readList, readMap, readText } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { peerIdOf, peerKey } from '../ids.ts'
import type { PeerId } from '../ids.ts'
import { leadingTo } from '../transport/address.ts'

/** What a link should hold to fit a QR code that a phone can read. */
export const MAX_LINK_PEERS = 4
export const MAX_LINK_ADDRESSES = 6
const MAX_ADDRESS_LENGTH = 128
const ADDRESS = /^(\/[\x21-\x2e\x30-\x7e]+)+$/

/** Devices and the multiaddrs, each ending in `/p2p/<device>`, where they can be reached. */
export type Whereabouts = Map<PeerId, string[]>

/** The form that goes into a link: as many of the devices and addresses as fit. */
export function encodeWhereabouts(peers: Iterable<[PeerId, readonly string[]]>): unknown[] {
  return [...peers]
    .map(
      ([peer, addresses]) => [peerKey(peer), addresses.map(address => bare(address, peer)).filter(isAddress)] as const
    )
    .filter(([, addresses]) => addresses.length > 0)
    .slice(0, MAX_LINK_PEERS)
    .map(([key, addresses]) => ({ key, addresses: addresses.slice(0, MAX_LINK_ADDRESSES) }))
}

/** Reads what `encodeWhereabouts` made, without addresses of a kind that is not known here; throws BAD_MESSAGE. */
export function readWhereabouts(value: unknown): Whereabouts {
  return new Map(readList(value, MAX_LINK_PEERS, readPeer))
}

function readPeer(value: unknown): [PeerId, string[]] {
  const { key, addresses } = readMap(value, 'key', 'addresses')
  const peer = peerIdOf(readBytes(key, 32))
  const there = readList(addresses, MAX_LINK_ADDRESSES, address => `${readAddress(address)}/p2p/${peer}`)
  return [peer, leadingTo(peer, there)]
}

function readAddress(value: unknown): string {
  const address = readText(value, MAX_ADDRESS_LENGTH)
  if (!isAddress(address)) throw coreError('BAD_MESSAGE', 'not an address')
  return address
}

function isAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS_LENGTH && ADDRESS.test(text)
}

function bare(address: string, peer: PeerId): string {
  const suffix = `/p2p/${peer}`
  return address.endsWith(suffix) ? address.slice(0, -suffix.length) : address
}
