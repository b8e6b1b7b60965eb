import { base32 } from 'multiformats/bases/base32'
import { base58btc } from 'multiformats/bases/base58'
import { coreError } from './errors.ts'

declare const brand: unique symbol
type Id<Name extends string> = string & { readonly [brand]: Name }

/** A device: its libp2p peer id with an Ed25519 key, base58btc, `12D3KooW…`. */
export type PeerId = Id<'PeerId'>
/** A person: base58btc multibase of the multicodec ed25519-pub key, `z6Mk…` (the identifier part of a did:key). */
export type AccountId = Id<'AccountId'>
/** A group: base32 multibase of the SHA-256 of its founding operation, `b` and 52 characters. */
export type GroupId = Id<'GroupId'>
/** A record of a group's log: base32 multibase of the SHA-256 of its signed header. */
export type RecordId = Id<'RecordId'>
/** A change of a group's membership: hex of the SHA-256 of the encoded operation. */
export type OperationId = string

/** Multicodec ed25519-pub (0xed) as a varint; https://github.com/multiformats/multicodec. */
const ED25519_PUB = [0xed, 0x01]
/** Identity multihash (0x00), 36 bytes, of a protobuf PublicKey { type: Ed25519, data: 32 bytes }; libp2p peer-id spec. */
const PEER_ID_PREFIX = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20]
const KEY_BYTES = 32

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte)
}

function decode(text: string, decoder: { decode(text: string): Uint8Array }, what: string): Uint8Array {
  try {
    return decoder.decode(text)
  } catch (cause) {
    throw coreError('BAD_ID', `not ${what}: ${JSON.stringify(text.slice(0, 64))}`, cause)
  }
}

/** Base58 costs 0.06 ms, and a log names the same few devices again and again, so that the latest are kept. */
const KEPT_IDS = 4096
const encoded = new Map<string, PeerId>()
const decoded = new Map<PeerId, Uint8Array>()

/** The peer id of a raw 32-byte Ed25519 public key. */
export function peerIdOf(publicKey: Uint8Array): PeerId {
  const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength).toString('latin1')
  const known = encoded.get(name)
  if (known !== undefined) return known
  const id = base58btc.encode(Uint8Array.from([...PEER_ID_PREFIX, ...publicKey])).slice(1) as PeerId
  if (encoded.size === KEPT_IDS) encoded.clear()
  encoded.set(name, id)
  return id
}

/** The raw 32-byte Ed25519 public key inside a peer id; not the caller's to change. */
export function peerKey(id: PeerId): Uint8Array {
  const known = decoded.get(id)
  if (known) return known
  const key = decode(`z${id}`, base58btc, 'a peer id').subarray(PEER_ID_PREFIX.length)
  if (decoded.size === KEPT_IDS) decoded.clear()
  decoded.set(id, key)
  return key
}

/** Checks text from outside; throws BAD_ID. Only Ed25519 peer ids are accepted. */
export function parsePeerId(text: string): PeerId {
  const bytes = decode(`z${text}`, base58btc, 'a peer id')
  if (bytes.length !== PEER_ID_PREFIX.length + KEY_BYTES || !startsWith(bytes, PEER_ID_PREFIX))
    throw coreError('BAD_ID', `not an Ed25519 peer id: ${JSON.stringify(text.slice(0, 64))}`)
  return text as PeerId
}

/** The account id of a raw 32-byte Ed25519 public key. */
export function accountIdOf(publicKey: Uint8Array): AccountId {
  return base58btc.encode(Uint8Array.from([...ED25519_PUB, ...publicKey])) as AccountId
}

/** The raw 32-byte Ed25519 public key inside an account id. */
export function accountKey(id: AccountId): Uint8Array {
  return decode(id, base58btc, 'an account id').subarray(ED25519_PUB.length)
}

/** Checks text from outside; throws BAD_ID. */
export function parseAccountId(text: string): AccountId {
  const bytes = decode(text, base58btc, 'an account id')
  if (bytes.length !== ED25519_PUB.length + KEY_BYTES || !startsWith(bytes, ED25519_PUB))
    throw coreError('BAD_ID', `not an account id: ${JSON.stringify(text.slice(0, 64))}`)
  return text as AccountId
}

/** The id of a SHA-256 digest. */
export function hashId<Name extends GroupId | RecordId>(digest: Uint8Array): Name {
  return base32.encode(digest) as Name
}

/** The SHA-256 digest inside a group or record id. */
export function hashOf(id: GroupId | RecordId): Uint8Array {
  return decode(id, base32, 'an id')
}

/** Checks text from outside; throws BAD_ID. */
export function parseGroupId(text: string): GroupId {
  if (decode(text, base32, 'a group id').length !== 32)
    throw coreError('BAD_ID', `not a group id: ${JSON.stringify(text.slice(0, 64))}`)
  return text as GroupId
}

/** Checks text from outside; throws BAD_ID. */
export function parseRecordId(text: string): RecordId {
  if (decode(text, base32, 'a record id').length !== 32)
    throw coreError('BAD_ID', `not a record id: ${JSON.stringify(text.slice(0, 64))}`)
  return text as RecordId
}
