import {
  readBoolean,
  readBytes,
  readChoice,
  readInteger,
  readList,
  readMap,
  readText,
  readingAs
} from '../canonical.ts'
import { coreError } from '../errors.ts'
import { CERTIFICATE_BYTES, readCertificate } from '../identity/certificate.ts'
import type { Identity } from '../identity/identity.ts'
import { openSigned, signValue } from '../identity/signed.ts'
import { hashId, hashOf, peerKey } from '../ids.ts'
import type { GroupId } from '../ids.ts'
import { MAX_MS } from '../log/record.ts'
import { checkLabel, nameText } from './name.ts'
import type { NameRecord } from './names.ts'

const TAG = 'borgo/name/1'
const HOUR_MS = 3_600_000

/** Longest data of a name. */
export const MAX_DATA_BYTES = 16 * 1024
/** Longest comment, UTF-16 units. */
export const MAX_COMMENT = 256
/** Addresses of one device, and the longest of them. */
export const MAX_ADDRESSES = 16
export const MAX_ADDRESS = 256
/** Longest lifetime of one announcement, ms. */
export const MAX_LIFETIME_MS = 7 * 24 * HOUR_MS
/** Shortest one, ms. */
export const MIN_LIFETIME_MS = 60_000
/** Longest signed record. */
export const MAX_RECORD_BYTES = 24 * 1024

/** Where a name is known: on the link, in one group, or to everybody. */
export type Place = 'link' | 'global' | GroupId

/** What a device says of a name, checked. */
export interface SignedName {
  /** Without its meaning when `withdrawn`. */
  record: NameRecord
  place: Place
  /** Says that the device has the name no more. */
  withdrawn: boolean
  bytes: Uint8Array
}

export interface NameFields extends Pick<NameRecord, 'label' | 'sequence' | 'addresses' | 'comment' | 'data'> {
  place: Place
  issuedAt: number
  expiresAt: number
  withdrawn: boolean
}

/** Signs what this device says of a name. */
export function signName(identity: Pick<Identity, 'certificate' | 'deviceKey'>, fields: NameFields): SignedName {
  const { place, ...rest } = fields
  const value = {
    v: 1,
    certificate: identity.certificate.bytes,
    place: isGroup(place) ? hashOf(place) : place,
    ...rest
  }
  return readSignedName(signValue(TAG, value, identity.deviceKey))
}

/**
 * Reads and checks a record: a certificate of the account, the signature of the certified device, every field within its
 * bounds. Whether it has expired is for the caller to see. Throws BAD_RECORD.
 */
export function readSignedName(bytes: Uint8Array): SignedName {
  return readingAs('BAD_RECORD', 'a name record', () => {
    const signed = openSigned(bytes, MAX_RECORD_BYTES)
    const fields = readMap(signed.value, ...FIELDS)
    readChoice(fields.v, 1)
    const { account, device } = readCertificate(readBytes(fields.certificate, 1, CERTIFICATE_BYTES))
    if (!signed.isBy(peerKey(device), TAG)) throw coreError('BAD_RECORD', 'not signed by its device')
    const place = readPlace(fields.place)
    const label = checkLabel(fields.label)
    const issuedAt = readInteger(fields.issuedAt, 0, MAX_MS - MAX_LIFETIME_MS)
    const record: NameRecord = {
      name: nameText({ account, label }),
      account,
      label,
      device,
      scope: isGroup(place) ? 'group' : place,
      group: isGroup(place) ? place : undefined,
      sequence: readInteger(fields.sequence, 1),
      addresses: readList(fields.addresses, MAX_ADDRESSES, address => readText(address, MAX_ADDRESS)),
      comment: readText(fields.comment, MAX_COMMENT),
      data: readBytes(fields.data, 0, MAX_DATA_BYTES),
      issuedAt,
      expiresAt: readInteger(fields.expiresAt, issuedAt + MIN_LIFETIME_MS, issuedAt + MAX_LIFETIME_MS)
    }
    return { record, place, withdrawn: readBoolean(fields.withdrawn), bytes }
  })
}

const FIELDS = [
  'v',
  'certificate',
  'place',
  'label',
  'sequence',
  'addresses',
  'comment',
  'data',
  'issuedAt',
  'expiresAt',
  'withdrawn'
] as const

export const isGroup = (place: Place): place is GroupId => place !== 'link' && place !== 'global'

function readPlace(value: unknown): Place {
  return typeof value === 'string' ? readChoice(value, 'link', 'global') : hashId<GroupId>(readBytes(value, 32))
}
