import { peerIdFromMultihash } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import * as Digest from 'multiformats/hashes/digest'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import { bytesIn, decodeFields, encodeFields, numberIn } from './protobuf.ts'
import type { Field } from './protobuf.ts'

/*
 * The messages of circuit relay v2 and of DCUtR as their specifications have them (libp2p/specs, relay/circuit-v2.md and
 * relay/DCUtR.md), as far as a relay and an upgrade need them. What decoders throw says that a peer broke the rules.
 */

/** Reads what a peer sent; `onOffence` runs before what the decoder throws is thrown on. */
export function decoded<T>(
  bytes: { subarray(): Uint8Array },
  decode: (bytes: Uint8Array) => T,
  onOffence: () => void
): T {
  try {
    return decode(bytes.subarray())
  } catch (error) {
    onOffence()
    throw error
  }
}

/** What a relay answers. */
export const STATUS = {
  ok: 100,
  reservationRefused: 200,
  resourceLimitExceeded: 201,
  permissionDenied: 202,
  connectionFailed: 203,
  noReservation: 204,
  malformedMessage: 400
} as const
export type Status = (typeof STATUS)[keyof typeof STATUS]

/** What a relayed connection may carry and how long it may last. */
export interface Limit {
  seconds: number
  bytes: number
}

export type HopRequest = { type: 'reserve' } | { type: 'connect'; target: PeerId }

const HOP = { reserve: 0, connect: 1, status: 2 }
const STOP = { connect: 0, status: 1 }
const PUNCH = { connect: 100, sync: 300 }
const MAX_ADDRESSES = 16

export function decodeHop(bytes: Uint8Array): HopRequest {
  const fields = decodeFields(bytes)
  const type = numberIn(fields, 1)
  if (type === HOP.reserve) return { type: 'reserve' }
  if (type !== HOP.connect) throw new RangeError('no request of a relay')
  const [peer] = bytesIn(fields, 2)
  const [id] = peer ? bytesIn(decodeFields(peer), 1) : []
  if (!id) throw new RangeError('no peer to connect to')
  const target = peerIdFromMultihash(Digest.decode(id))
  return { type: 'connect', target: parsePeerId(target.toString()) }
}

/** The answer to either request; `expiresAt` is in ms since 1970. */
export function encodeHopStatus(
  status: Status,
  given: { limit?: Limit | undefined; reservation?: { expiresAt: number; addresses: Multiaddr[] } } = {}
): Uint8Array {
  const { limit, reservation } = given
  const fields: Field[] = [[1, HOP.status]]
  if (reservation) {
    const addresses = reservation.addresses.map((address): Field => [2, address.bytes])
    fields.push([3, encodeFields([[1, Math.floor(reservation.expiresAt / 1000)], ...addresses])])
  }
  return encodeFields([...fields, ...limitField(4, limit), [5, status]])
}

/** Tells the target that `source` is at the other end of this stream. `source` is its multihash. */
export function encodeStopConnect(source: Uint8Array, limit: Limit | undefined): Uint8Array {
  return encodeFields([[1, STOP.connect], [2, encodeFields([[1, source]])], ...limitField(3, limit)])
}

/** Whether the target takes the connection. */
export function decodeStopStatus(bytes: Uint8Array): boolean {
  const fields = decodeFields(bytes)
  return numberIn(fields, 1) === STOP.status && numberIn(fields, 4) === STATUS.ok
}

const limitField = (number: number, limit: Limit | undefined): Field[] =>
  limit
    ? [
        [
          number,
          encodeFields([
            [1, limit.seconds],
            [2, limit.bytes]
          ])
        ]
      ]
    : []

export function encodePunch(type: keyof typeof PUNCH, addresses: readonly Multiaddr[] = []): Uint8Array {
  return encodeFields([[1, PUNCH[type]], ...addresses.map((address): Field => [2, address.bytes])])
}

/** At most 16 addresses; those that cannot be read are left out. */
export function decodePunch(bytes: Uint8Array, expected: keyof typeof PUNCH): Multiaddr[] {
  const fields = decodeFields(bytes)
  if (numberIn(fields, 1) !== PUNCH[expected]) throw new RangeError(`no ${expected} of DCUtR`)
  return bytesIn(fields, 2)
    .slice(0, MAX_ADDRESSES)
    .flatMap(address => {
      try {
        return [multiaddr(address)]
      } catch {
        return []
      }
    })
}
