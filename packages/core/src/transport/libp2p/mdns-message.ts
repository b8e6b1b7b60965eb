import type { QueryPacket, ResponsePacket } from 'multicast-dns'
import { multiaddr } from '@multiformats/multiaddr'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import { peerIn } from './address.ts'

/*
 * The libp2p mDNS specification: whoever asks for the service's PTR is told a name without meaning, and as that name's
 * TXT what can be dialled.
 */

/** RFC 6762, section 10: of what may change. */
const TTL_SECONDS = 120
/** RFC 6763, section 6.1. */
const MAX_TXT_BYTES = 255
const PREFIX = 'dnsaddr='
/** As many as fit an Ethernet frame. */
const MAX_ADDRESSES = 10

type Answer = ResponsePacket['answers'][number]

export const isQuestion = ({ questions }: QueryPacket, serviceTag: string): boolean =>
  questions.some(({ name, type }) => name === serviceTag && (type === 'PTR' || String(type) === 'ANY'))

/** What this node answers; addresses that do not fit are left out. `label`: any name, at most 63 characters. */
export function encodeAnswer(serviceTag: string, label: string, addresses: readonly string[]): Answer[] {
  const name = `${label}.${serviceTag}`
  const texts = addresses.map(address => PREFIX + address).filter(text => Buffer.byteLength(text) <= MAX_TXT_BYTES)
  return [
    { name: serviceTag, type: 'PTR', class: 'IN', ttl: TTL_SECONDS, data: name },
    ...texts.slice(0, MAX_ADDRESSES).map((data): Answer => ({ name, type: 'TXT', class: 'IN', ttl: TTL_SECONDS, data }))
  ]
}

/** Who answered and where they can be dialled; undefined for what is no answer of one of ours. */
export function decodeAnswer(
  { answers, additionals }: ResponsePacket,
  serviceTag: string
): { peer: PeerId; addresses: string[] } | undefined {
  if (!answers.some(({ name, type }) => type === 'PTR' && name === serviceTag)) return undefined
  const texts = [...answers, ...additionals].flatMap(answer => (answer.type === 'TXT' ? [answer.data].flat() : []))
  const addresses = texts
    .map(String)
    .filter(text => text.startsWith(PREFIX))
    .slice(0, MAX_ADDRESSES)
    .map(text => text.slice(PREFIX.length))
  try {
    const peers = new Set(addresses.map(address => peerIn(multiaddr(address))))
    const [peer] = peers
    // Other programs on the link may have keys of other kinds.
    return peer === undefined || peers.size > 1 ? undefined : { peer: parsePeerId(peer), addresses }
  } catch {
    return undefined
  }
}
