import {
  decodeCanonical,
  encodeCanonical,
  readBytes,
  readChoice,
  readList,
  readMap,
  readingAs
} from '../../canonical.ts'
import { coreError } from '../../errors.ts'
import { CERTIFICATE_BYTES, readCertificate } from '../../identity/certificate.ts'
import type { Certificate } from '../../identity/certificate.ts'
import type { SigningKey } from '../../identity/ed25519.ts'
import { openSigned, signValue } from '../../identity/signed.ts'
import { accountKey, peerIdOf, peerKey } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import type { Protocol } from '../../stream.ts'
import { encodePlace, readPlace } from '../devices/place.ts'
import type { Place } from '../devices/place.ts'

/**
 * How a recovered device learns which groups its person shares with another: that one sends a challenge; the device its
 * account's answer; the other the groups, in as many messages as it takes; then both end.
 */
export const RETURN: Protocol = {
  id: '/borgo/core/return/1',
  access: 'anyone',
  maxMessageBytes: 65_536,
  maxStreamsPerPeer: 2,
  idleMs: 20_000
}

export const NONCE_BYTES = 32
/** What two people share at most. */
export const MAX_PLACES = 4_096
const TAG = 'borgo/return-request/1'
const REQUEST_BYTES = 1_024
/** Groups of one message: each has at most 3,500 bytes. */
const BATCH = 16

/** Somebody's word, for one listener and one challenge of it, that a device is theirs. */
export interface ReturnRequest {
  certificate: Certificate
  listener: PeerId
  nonce: Uint8Array
}

export function encodeChallenge(nonce: Uint8Array): Uint8Array {
  return encodeCanonical({ nonce })
}

/** Returns the nonce; throws BAD_MESSAGE. */
export function decodeChallenge(bytes: Uint8Array): Uint8Array {
  return readingAs('BAD_MESSAGE', 'a challenge', () =>
    readBytes(readMap(decodeCanonical(bytes), 'nonce').nonce, NONCE_BYTES)
  )
}

/** Signed by the device and by its account. */
export function encodeRequest(
  { certificate, listener, nonce }: ReturnRequest,
  device: SigningKey,
  account: SigningKey
): Uint8Array {
  const value = { v: 1, certificate: certificate.bytes, listener: peerKey(listener), nonce }
  return signValue(TAG, value, device, account)
}

/** Checks form and signatures; throws BAD_MESSAGE. */
export function decodeRequest(bytes: Uint8Array): ReturnRequest {
  return readingAs('BAD_MESSAGE', 'a request', () => {
    const signed = openSigned(bytes, REQUEST_BYTES, 2)
    const fields = readMap(signed.value, 'v', 'certificate', 'listener', 'nonce')
    readChoice(fields.v, 1)
    const certificate = readCertificate(readBytes(fields.certificate, 1, CERTIFICATE_BYTES))
    if (!signed.isBy(peerKey(certificate.device), TAG) || !signed.isBy(accountKey(certificate.account), TAG, 1))
      throw coreError('BAD_MESSAGE', 'not signed by the device and its account')
    const listener = peerIdOf(readBytes(fields.listener, 32))
    return { certificate, listener, nonce: readBytes(fields.nonce, NONCE_BYTES) }
  })
}

export function* encodePlaces(places: readonly Place[]): Generator<Uint8Array> {
  for (let from = 0; from < Math.min(places.length, MAX_PLACES); from += BATCH)
    yield encodeCanonical({ places: places.slice(from, from + BATCH).map(encodePlace) })
}

/** Throws BAD_MESSAGE. */
export function decodePlaces(bytes: Uint8Array): Place[] {
  return readingAs('BAD_MESSAGE', 'a list of groups', () =>
    readList(readMap(decodeCanonical(bytes), 'places').places, BATCH, readPlace)
  )
}
