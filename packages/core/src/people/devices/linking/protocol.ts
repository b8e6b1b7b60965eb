import {
  decodeCanonical,
  encodeCanonical,
  readBytes,
  readChoice,
  readMap,
  readName,
  readingAs
} from '../../../canonical.ts'
import { coreError } from '../../../errors.ts'
import { CERTIFICATE_BYTES, readCertificate } from '../../../identity/certificate.ts'
import type { Certificate } from '../../../identity/certificate.ts'
import { accountIdOf, accountKey } from '../../../ids.ts'
import type { AccountId } from '../../../ids.ts'
import type { Protocol } from '../../../stream.ts'
import { encodePlace, readPlace } from '../place.ts'
import type { Place } from '../place.ts'

/** How long a link is good for at most, and people take to compare, ms. */
export const LONGEST_LINK_MS = 60 * 60_000

/**
 * How a new device (the joiner, which opens the stream) comes to the account of another one (the giver):
 *
 * ```text
 * joiner  hello    its box key, its name, a commitment to its nonce, a proof that it knows the link's secret
 * giver   offer    its account, its nonce, a proof of its own; or `refused`
 * joiner  reveal   its nonce. Both now show the words, and each waits for its person.
 * joiner  agreed
 * giver   account  the account's key, sealed to the box key for this very exchange; when both agreed
 * joiner  joined   its certificate, signed with both keys; when it is on disk. The giver lets it in, and ends.
 * ```
 * Instead of what is due, either side says `ended`.
 */
export const LINK: Protocol = {
  id: '/borgo/core/link/1',
  access: 'anyone',
  maxMessageBytes: 16_384,
  maxStreamsPerPeer: 1,
  idleMs: LONGEST_LINK_MS
}

export const NONCE_BYTES = 32
const HASH_BYTES = 32
/** HPKE adds 48 bytes. */
const SEALED_BYTES = { min: 64, max: 8_192 }

const REFUSALS = ['unknown', 'expired', 'used', 'ended'] as const
/** Why a giver speaks with nobody: `unknown` also covers every secret that it did not make. */
export type LinkRefusal = (typeof REFUSALS)[number]
const ENDINGS = ['cancelled', 'words'] as const
/** Why a side ends it: its person does not want to any more, or sees other words. */
export type LinkEnding = (typeof ENDINGS)[number]

export type LinkMessage =
  | { type: 'hello'; box: Uint8Array; label: string; commitment: Uint8Array; proof: Uint8Array }
  | { type: 'offer'; account: AccountId; name: string; nonce: Uint8Array; proof: Uint8Array }
  | { type: 'refused'; reason: LinkRefusal }
  | { type: 'reveal'; nonce: Uint8Array }
  | { type: 'agreed' }
  | { type: 'account'; sealed: Uint8Array }
  | { type: 'joined'; certificate: Certificate }
  | { type: 'ended'; reason: LinkEnding }

export function encodeLinkMessage(message: LinkMessage): Uint8Array {
  switch (message.type) {
    case 'offer':
      return encodeCanonical({ ...message, account: accountKey(message.account) })
    case 'joined':
      return encodeCanonical({ ...message, certificate: message.certificate.bytes })
    default:
      return encodeCanonical(message)
  }
}

/** Throws BAD_MESSAGE. */
export function decodeLinkMessage(bytes: Uint8Array): LinkMessage {
  return readingAs('BAD_MESSAGE', 'a message of linking', () => {
    const value = decodeCanonical(bytes)
    const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
    switch (type) {
      case 'hello': {
        const { box, commitment, label, proof } = readMap(value, 'type', 'box', 'label', 'commitment', 'proof')
        const [key, commit, shown] = [box, commitment, proof].map(one => readBytes(one, HASH_BYTES))
        if (!key || !commit || !shown) throw coreError('BAD_MESSAGE', 'a field is missing')
        return { type, box: key, label: readName(label), commitment: commit, proof: shown }
      }
      case 'offer': {
        const { account, name, nonce, proof } = readMap(value, 'type', 'account', 'name', 'nonce', 'proof')
        return {
          type,
          account: accountIdOf(readBytes(account, HASH_BYTES)),
          name: readName(name),
          nonce: readBytes(nonce, NONCE_BYTES),
          proof: readBytes(proof, HASH_BYTES)
        }
      }
      case 'refused':
        return { type, reason: readChoice(readMap(value, 'type', 'reason').reason, ...REFUSALS) }
      case 'reveal':
        return { type, nonce: readBytes(readMap(value, 'type', 'nonce').nonce, NONCE_BYTES) }
      case 'account': {
        const { sealed } = readMap(value, 'type', 'sealed')
        return { type, sealed: readBytes(sealed, SEALED_BYTES.min, SEALED_BYTES.max) }
      }
      case 'agreed':
        readMap(value, 'type')
        return { type }
      case 'joined': {
        const { certificate } = readMap(value, 'type', 'certificate')
        return { type, certificate: readCertificate(readBytes(certificate, 1, CERTIFICATE_BYTES)) }
      }
      case 'ended':
        return { type, reason: readChoice(readMap(value, 'type', 'reason').reason, ...ENDINGS) }
      default:
        throw coreError('BAD_MESSAGE', 'an unknown type')
    }
  })
}

/** What is sealed: all that the new device needs. */
export interface GivenAccount {
  accountSeed: Uint8Array
  /** The group of the person's devices. */
  home: Place
}

export function encodeGivenAccount({ accountSeed, home }: GivenAccount): Uint8Array {
  return encodeCanonical({ v: 1, accountSeed, home: encodePlace(home) })
}

/** Throws BAD_MESSAGE. */
export function decodeGivenAccount(bytes: Uint8Array): GivenAccount {
  return readingAs('BAD_MESSAGE', 'an account', () => {
    const fields = readMap(decodeCanonical(bytes), 'v', 'accountSeed', 'home')
    readChoice(fields.v, 1)
    return {
      accountSeed: readBytes(fields.accountSeed, 32),
      home: readPlace(fields.home)
    }
  })
}
