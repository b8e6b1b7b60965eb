import { decodeCanonical, encodeCanonical, readBytes, readChoice, readList, readMap, readName } from '../canonical.ts'
import { readText, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { hashId, hashOf, peerIdOf, peerKey } from '../ids.ts'
import type { GroupId, PeerId } from '../ids.ts'

const PREFIX = 'borgo:join/'
/** Longest link, in characters. */
export const LINK_LENGTH = 4096
/** A link should fit a QR code that a phone can read: few members, and the addresses that they can be reached at. */
export const MAX_LINK_PEERS = 4
export const MAX_LINK_ADDRESSES = 6
const MAX_ADDRESS_LENGTH = 128
const ADDRESS = /^(\/[\x21-\x2e\x30-\x7e]+)+$/
export const SECRET_BYTES = 32

/** What an invitation link says. Its secret lets whoever knows it in: never log it, never send it on. */
export interface LinkContent {
  group: GroupId
  /** The group's name, for the invited person to read. */
  name: string
  /** Members to ask, with multiaddrs that end in `/p2p/<peer>`. */
  peers: Map<PeerId, string[]>
  /** Seed of the Ed25519 key whose public half stands in the group's invitation. */
  secret: Uint8Array
}

/** Writes a link; takes as many of the peers and addresses as fit. */
export function encodeLink({ group, name, peers, secret }: LinkContent): string {
  const listed = [...peers]
    .map(
      ([peer, addresses]) => [peerKey(peer), addresses.map(address => bare(address, peer)).filter(isAddress)] as const
    )
    .filter(([, addresses]) => addresses.length > 0)
    .slice(0, MAX_LINK_PEERS)
    .map(([key, addresses]) => ({ key, addresses: addresses.slice(0, MAX_LINK_ADDRESSES) }))
  const bytes = encodeCanonical({ v: 1, group: hashOf(group), name, peers: listed, secret })
  return PREFIX + Buffer.from(bytes).toString('base64url')
}

/** Reads a link that somebody pasted; throws BAD_INVITATION. */
export function readLink(text: string): LinkContent {
  const link = text.trim()
  if (!link.startsWith(PREFIX) || link.length > LINK_LENGTH)
    throw coreError('BAD_INVITATION', `not an invitation link: it begins with ${PREFIX} and is copied as a whole`)
  return readingAs('BAD_INVITATION', 'a whole invitation link: copy it again', () => {
    const code = link.slice(PREFIX.length)
    const bytes = Buffer.from(code, 'base64url')
    if (bytes.toString('base64url') !== code) throw coreError('BAD_INVITATION', 'not base64url')
    const fields = readMap(decodeCanonical(bytes), 'v', 'group', 'name', 'peers', 'secret')
    readChoice(fields.v, 1)
    return {
      group: hashId<GroupId>(readBytes(fields.group, 32)),
      name: readName(fields.name),
      peers: new Map(readList(fields.peers, MAX_LINK_PEERS, readPeer)),
      secret: readBytes(fields.secret, SECRET_BYTES)
    }
  })
}

function readPeer(value: unknown): [PeerId, string[]] {
  const { key, addresses } = readMap(value, 'key', 'addresses')
  const peer = peerIdOf(readBytes(key, 32))
  return [peer, readList(addresses, MAX_LINK_ADDRESSES, address => `${readAddress(address)}/p2p/${peer}`)]
}

function readAddress(value: unknown): string {
  const address = readText(value, MAX_ADDRESS_LENGTH)
  if (!isAddress(address)) throw coreError('BAD_INVITATION', 'not an address')
  return address
}

function isAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS_LENGTH && ADDRESS.test(text)
}

function bare(address: string, peer: PeerId): string {
  const suffix = `/p2p/${peer}`
  return address.endsWith(suffix) ? address.slice(0, -suffix.length) : address
}
