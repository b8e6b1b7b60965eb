import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { AEAD_BYTES, decrypt, encrypt } from '../aead.ts'
import { encodeCanonical, readBytes, readInteger, readList, readMap, readText, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { signingKey } from '../identity/ed25519.ts'
import type { SigningKey } from '../identity/ed25519.ts'
import { openSigned, signValue } from '../identity/signed.ts'
import { hashOf, peerIdOf, peerKey } from '../ids.ts'
import type { GroupId, PeerId } from '../ids.ts'
import type { Inspected } from '../transport/dht.ts'
import { mostUseful } from './most-useful.ts'

/** In the DHT. */
export const MEETINGS = 'borgo-meet'

const TAG = 'borgo/meeting/1'
const NOTE_TAG = 'borgo/meeting-note/1'
const GROUP_INFO = 'borgo/meeting-group/1'
const PAIR_INFO = 'borgo/meeting-pair/1'
const KEYS_INFO = 'borgo/meeting-keys/1'

const HOUR_MS = 3_600_000
/** How long a place stays where it is, ms. */
export const PLACE_MS = 24 * HOUR_MS
/** Notes are left in the next and the last place, too, so long before and after a move: clocks may be an hour off at both ends. */
const OVERLAP_MS = 2 * HOUR_MS
/** How long a note lies in the DHT, ms; it is renewed every hour. */
export const NOTE_MS = 4 * HOUR_MS

/** All notes have one length, so that none tells how much is in it. */
const NOTE_BYTES = 1_280
const ITEM_BYTES = NOTE_BYTES + AEAD_BYTES + 256
const MAX_ADDRESSES = 8
const MAX_ADDRESS = 256
/** Room for addresses in a note beside names and signature. */
const ADDRESS_BYTES = 1_000

/**
 * Where some devices meet in the DHT on one day: a key that only they can derive, and under which only they can leave
 * notes, since every note is signed with the key pair of the place.
 */
export interface MeetingPlace {
  /** The DHT key. */
  readonly key: Uint8Array
  readonly signer: SigningKey
  /** Encrypts notes. */
  readonly cipherKey: Uint8Array
  /** What a device is called there, 16 bytes: the same for the day, and nothing outside. */
  nameOf(device: PeerId): Uint8Array
}

/** What a device leaves for who looks for it. */
export interface Note {
  device: PeerId
  /** ms since 1970, by the device's clock. */
  issuedAt: number
  /** Multiaddrs, each ending in `/p2p/<device>`. */
  addresses: string[]
}

/** What the members of a group share in one epoch: places follow from it. */
export function groupSecret(group: GroupId, epochKey: Uint8Array): Uint8Array {
  return expand(epochKey, GROUP_INFO, hashOf(group))
}

/** What two devices share; `agreed` is what their box keys agree on. */
export function pairSecret(agreed: Uint8Array, a: PeerId, b: PeerId): Uint8Array {
  return expand(agreed, PAIR_INFO, ...[peerKey(a), peerKey(b)].sort((one, other) => Buffer.compare(one, other)))
}

/** Where to look now: days begin for each secret at another hour, so that not everybody moves at once. */
export function placeAt(secret: Uint8Array, now: number): MeetingPlace {
  return placeOn(secret, dayOf(secret, now))
}

/** Where to leave notes now, the present place first: two around the move, for those whose clocks show something else. */
export function placesAround(secret: Uint8Array, now: number): MeetingPlace[] {
  const days = new Set([now, now - OVERLAP_MS, now + OVERLAP_MS].map(time => dayOf(secret, time)))
  return [...days].map(day => placeOn(secret, day))
}

function dayOf(secret: Uint8Array, now: number): number {
  const offset = createHash('sha256').update(`${KEYS_INFO}\0`).update(secret).digest().readUInt32BE() % PLACE_MS
  return Math.floor((now + offset) / PLACE_MS)
}

function placeOn(secret: Uint8Array, day: number): MeetingPlace {
  const keys = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), `${KEYS_INFO}\0${day}`, 96))
  const signer = signingKey(keys.subarray(0, 32))
  const nameKey = keys.subarray(64)
  return {
    key: keyOf(signer.publicKey),
    signer,
    cipherKey: Uint8Array.from(keys.subarray(32, 64)),
    nameOf: device => Uint8Array.from(createHmac('sha256', nameKey).update(peerKey(device)).digest().subarray(0, 16))
  }
}

/** The item that leaves a note: signed by its device, encrypted, and signed for the place. `sequence` grows. */
export function encodeNote(place: MeetingPlace, note: Note, deviceKey: SigningKey): Uint8Array {
  const { device, issuedAt } = note
  const addresses = fitting(note.addresses, device)
  const inner = signValue(NOTE_TAG, [place.signer.publicKey, peerKey(device), issuedAt, addresses], deviceKey)
  const padded = Buffer.alloc(NOTE_BYTES)
  padded.writeUInt16BE(inner.length)
  padded.set(inner, 2)
  const value = {
    v: 1,
    place: place.signer.publicKey,
    name: place.nameOf(device),
    sequence: issuedAt,
    expiresAt: issuedAt + NOTE_MS,
    note: encrypt(place.cipherKey, place.signer.publicKey, padded)
  }
  return signValue(TAG, value, place.signer)
}

/** What may lie under a key: notes signed for the very place, whatever they say. Throws BAD_RECORD. */
export function inspectNote(key: Uint8Array, item: Uint8Array): Inspected {
  const { name, sequence, expiresAt } = readItem(key, item)
  return { slot: Buffer.from(name).toString('base64url'), sequence, expiresAt }
}

/** What a note says, proved to be its device's own word. Throws BAD_RECORD. */
export function readNote(place: MeetingPlace, item: Uint8Array): Note {
  return readingAs('BAD_RECORD', 'a note', () => {
    const { note } = readItem(place.key, item)
    const padded = decrypt(place.cipherKey, place.signer.publicKey, note)
    if (!padded) throw coreError('BAD_RECORD', 'not encrypted for this place')
    const length = Buffer.from(padded).readUInt16BE()
    const signed = openSigned(padded.subarray(2, 2 + length), NOTE_BYTES)
    const [where, who, issuedAt, addresses] = readList(signed.value, 4, field => field)
    const device = peerIdOf(readBytes(who, 32))
    if (!signed.isBy(peerKey(device), NOTE_TAG) || Buffer.compare(readBytes(where, 32), place.signer.publicKey) !== 0)
      throw coreError('BAD_RECORD', 'not signed by its device for this place')
    return {
      device,
      issuedAt: readInteger(issuedAt, 0),
      addresses: readList(addresses, MAX_ADDRESSES, text => `${readText(text, MAX_ADDRESS)}/p2p/${device}`)
    }
  })
}

interface Item {
  name: Uint8Array
  sequence: number
  expiresAt: number
  note: Uint8Array
}

function readItem(key: Uint8Array, item: Uint8Array): Item {
  return readingAs('BAD_RECORD', 'a note of a meeting place', () => {
    const signed = openSigned(item, ITEM_BYTES)
    const fields = readMap(signed.value, 'v', 'place', 'name', 'sequence', 'expiresAt', 'note')
    readInteger(fields.v, 1, 1)
    const place = readBytes(fields.place, 32)
    if (Buffer.compare(keyOf(place), key) !== 0) throw coreError('BAD_RECORD', 'of another place')
    if (!signed.isBy(place, TAG)) throw coreError('BAD_RECORD', 'not signed for its place')
    return {
      name: readBytes(fields.name, 16),
      sequence: readInteger(fields.sequence, 0),
      expiresAt: readInteger(fields.expiresAt, 0),
      note: readBytes(fields.note, NOTE_BYTES + AEAD_BYTES)
    }
  })
}

const keyOf = (publicKey: Uint8Array): Buffer => createHash('sha256').update(`${TAG}\0`).update(publicKey).digest()

/** As many as there is room for, without the device's own name. */
function fitting(addresses: readonly string[], device: PeerId): string[] {
  const suffix = `/p2p/${device}`
  const list: string[] = []
  for (const address of mostUseful(addresses)) {
    const bare = address.endsWith(suffix) ? address.slice(0, -suffix.length) : address
    if (bare.length > MAX_ADDRESS || list.length >= MAX_ADDRESSES) continue
    if (encodeCanonical([...list, bare]).length <= ADDRESS_BYTES) list.push(bare)
  }
  return list
}

function expand(secret: Uint8Array, info: string, ...of: Uint8Array[]): Uint8Array {
  return new Uint8Array(
    hkdfSync('sha256', secret, new Uint8Array(), Buffer.concat([Buffer.from(`${info}\0`), ...of]), 32)
  )
}
