import { createHmac, hkdfSync } from 'node:crypto'
import { AEAD_BYTES, decrypt, encrypt } from '../aead.ts'
import { decodeCanonical, encodeCanonical, readBytes, readInteger, readList, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import type { SigningKey } from '../identity/ed25519.ts'
import { openSigned, signValue } from '../identity/signed.ts'
import { hashId, hashOf, peerIdOf, peerKey } from '../ids.ts'
import type { GroupId, PeerId } from '../ids.ts'

const TAG = 'borgo/broadcast/1'
const KEY_INFO = 'borgo/broadcast-key/1'
const TOPIC_INFO = 'borgo/broadcast-topic/1'
const VERSION = 1
/** Longest encoded `{ kind, data }` of a channel, bytes. */
export const MAX_BROADCAST_BYTES = 16_384
/** Signature, envelope and encryption around it. */
const OVERHEAD_BYTES = 512

/** What one member says to the others that are connected now. */
export interface Said {
  group: GroupId
  device: PeerId
  /** The author's clock, ms since 1970, and a number that makes it unique. */
  ms: number
  count: number
  /** Encoded as a record's body is; see `log/body.ts`. */
  body: Uint8Array
}

/** What the members of a group share in one epoch. */
export interface Room {
  group: GroupId
  epoch: number
  /** A name that only members can tell the group from. */
  topic: string
  key: Uint8Array
}

/** Derives what a room needs from the group's epoch key. */
export function roomOf(group: GroupId, epoch: number, epochKey: Uint8Array): Room {
  const info = Buffer.concat([Buffer.from(`${KEY_INFO}\0`), hashOf(group)])
  const key = new Uint8Array(hkdfSync('sha256', epochKey, new Uint8Array(), info, 32))
  const name = createHmac('sha256', epochKey).update(`${TOPIC_INFO}\0`).update(hashOf(group))
  return { group, epoch, topic: `borgo/${name.digest('base64url')}`, key }
}

/** Signs with the device's key and encrypts for the room. */
export function encodeBroadcast(room: Room, key: SigningKey, said: Said): Uint8Array {
  const value = [hashOf(said.group), peerKey(said.device), said.ms, said.count, said.body]
  return encodeCanonical([VERSION, room.epoch, encrypt(room.key, context(room), signValue(TAG, value, key))])
}

/** Decrypts and checks shape and signature; who may say what is the caller's to check. Throws BAD_MESSAGE. */
export function decodeBroadcast(room: Room, bytes: Uint8Array): Said | 'other-epoch' {
  return readingAs('BAD_MESSAGE', 'a broadcast', () => {
    if (bytes.length > MAX_BROADCAST_BYTES + OVERHEAD_BYTES) throw coreError('BAD_MESSAGE', 'too long')
    const [version, epoch, sealed, ...more] = readList(decodeCanonical(bytes), 3, field => field)
    readInteger(version, VERSION, VERSION)
    if (more.length > 0) throw coreError('BAD_MESSAGE', 'more than expected')
    if (readInteger(epoch, 0) !== room.epoch) return 'other-epoch'
    const plain = decrypt(room.key, context(room), readBytes(sealed, AEAD_BYTES, bytes.length))
    if (!plain) throw coreError('BAD_MESSAGE', 'not encrypted by a member')
    return readSigned(plain, room.group)
  })
}

function readSigned(plain: Uint8Array, expected: GroupId): Said {
  const signed = openSigned(plain, MAX_BROADCAST_BYTES + OVERHEAD_BYTES)
  const fields = readList(signed.value, 5, field => field)
  const [group, device, ms, count, body] = fields
  const said: Said = {
    group: hashId(readBytes(group, 32)),
    device: peerIdOf(readBytes(device, 32)),
    ms: readInteger(ms, 0),
    count: readInteger(count, 0),
    body: readBytes(body, 1, MAX_BROADCAST_BYTES)
  }
  if (said.group !== expected) throw coreError('BAD_MESSAGE', 'said in another group')
  if (!signed.isBy(peerKey(said.device), TAG)) throw coreError('BAD_MESSAGE', 'not signed by the device it names')
  return said
}

function context({ group, epoch }: Room): Uint8Array {
  return encodeCanonical([hashOf(group), epoch])
}
