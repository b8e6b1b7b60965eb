import { readBytes, readChoice, readMap, readName, readingAs } from '../../canonical.ts'
import { coreError } from '../../errors.ts'
import { CERTIFICATE_BYTES, readCertificate } from '../../identity/certificate.ts'
import type { Identity } from '../../identity/identity.ts'
import { openSigned, signValue } from '../../identity/signed.ts'
import { peerKey } from '../../ids.ts'
import type { AccountId, PeerId } from '../../ids.ts'
import { encodeWhereabouts, readWhereabouts } from '../../peers/whereabouts.ts'
import type { Whereabouts } from '../../peers/whereabouts.ts'

const PREFIX = 'borgo:contact/'
const TAG = 'borgo/card/1'
/** Longest encoded card. */
export const CARD_BYTES = 3_072
const LINK_LENGTH = 4_200

/** How to find a person, said by one of their devices. Nothing in it is secret, and having it gives no right. */
export interface Card {
  account: AccountId
  /** The device that signed it. */
  device: PeerId
  /** What the person is called, by their own claim. */
  name: string
  /** Their devices, as far as they fit, the one that signed first. */
  devices: Whereabouts
  /** As it goes into a link and on the wire. */
  bytes: Uint8Array
}

/** Signs this person's card. */
export function issueCard(
  { certificate, deviceKey, name }: Pick<Identity, 'certificate' | 'deviceKey' | 'name'>,
  devices: Iterable<[PeerId, readonly string[]]>
): Uint8Array {
  const value = { v: 1, certificate: certificate.bytes, name, devices: encodeWhereabouts(devices) }
  return signValue(TAG, value, deviceKey)
}

/** Checks a card: its account vouches for the device that signed it. Throws BAD_CARD. */
export function readCard(bytes: Uint8Array): Card {
  return readingAs('BAD_CARD', 'a contact card', () => {
    const signed = openSigned(bytes, CARD_BYTES)
    const fields = readMap(signed.value, 'v', 'certificate', 'name', 'devices')
    readChoice(fields.v, 1)
    const { account, device } = readCertificate(readBytes(fields.certificate, 1, CERTIFICATE_BYTES))
    if (!signed.isBy(peerKey(device), TAG)) throw coreError('BAD_CARD', 'not signed by its device')
    return { account, device, name: readName(fields.name), devices: readWhereabouts(fields.devices), bytes }
  })
}

/** `borgo:contact/…`, as text or in a QR code. */
export function cardLink(bytes: Uint8Array): string {
  return PREFIX + Buffer.from(bytes).toString('base64url')
}

/** Reads a card that somebody pasted or scanned; throws BAD_CARD. */
export function readCardLink(text: string): Card {
  const link = text.trim()
  if (!link.startsWith(PREFIX) || link.length > LINK_LENGTH)
    throw coreError('BAD_CARD', `not a contact card: it begins with ${PREFIX} and is copied as a whole`)
  const code = link.slice(PREFIX.length)
  const bytes = Buffer.from(code, 'base64url')
  if (bytes.toString('base64url') !== code) throw coreError('BAD_CARD', 'not a whole contact card: copy it again')
  return readCard(bytes)
}
