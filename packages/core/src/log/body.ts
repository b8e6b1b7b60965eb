import { createHash, createHmac, createSecretKey, hkdfSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { decode } from '@ipld/dag-cbor'
import { AEAD_BYTES, decrypt, encrypt } from '../aead.ts'
import { encodeCanonical, readMap, readText } from '../canonical.ts'
import { hashOf, peerKey } from '../ids.ts'
import type { GroupId, PeerId } from '../ids.ts'

/** Longest body before encryption, bytes; larger things are content links. */
export const MAX_BODY_BYTES = 65_536
export const MAX_SEALED_BYTES = MAX_BODY_BYTES + AEAD_BYTES
export const MAX_KIND_CHARACTERS = 128
/** Of a kind in a header. */
export const SEALED_KIND_BYTES = 6

const KEY_INFO = 'borgo/record-key/1'
const KIND_KEY_INFO = 'borgo/kind-key/1'
const KIND_TAG = 'borgo/kind/1'
/** Derived keys that are kept, of the devices that write now. */
const KEPT_KEYS = 1_024

/** What a record says: `kind` tells which plugin's schema `data` has. */
export interface Body {
  kind: string
  data: unknown
}

/** Where a body belongs; it opens nowhere else. Which of the device's records it is, the signed header says by its hash. */
export interface Place {
  group: GroupId
  device: PeerId
  epoch: number
}

/** Throws TypeError for what DAG-CBOR has no form for: undefined, NaN, functions. */
export function encodeBody({ kind, data }: Body): Uint8Array {
  try {
    return encodeCanonical({ kind, data })
  } catch (cause) {
    throw new TypeError(`a ${kind} holds something that cannot be encoded`, { cause })
  }
}

/** Throws when the bytes are no body. What `data` is stays for its kind to check. */
export function decodeBody(bytes: Uint8Array): Body {
  const { kind, data } = readMap(decode(bytes), 'kind', 'data')
  return { kind: readText(kind, MAX_KIND_CHARACTERS), data }
}

/** 48 bits of a kind's hash stand for it in headers. */
export function kindNumber(kind: string): number {
  return createHash('sha256').update(`${KIND_TAG}\0${kind}`).digest().readUIntBE(0, SEALED_KIND_BYTES)
}

/** Of numbers with more bits than the operator takes. */
function xor(one: number, other: number): number {
  return Number(BigInt(one) ^ BigInt(other))
}

/** What encrypts the bodies of one place, under the epoch key `from`. */
interface PlaceKey {
  from: Uint8Array
  key: KeyObject
  kindKey: KeyObject
  context: Uint8Array
}

/** Encrypts and decrypts bodies with AES-256-GCM under keys derived from the groups' epoch keys. */
export interface Sealer {
  /** Undefined when this device was not given the epoch's key. */
  seal(place: Place, plain: Uint8Array): Uint8Array | undefined
  /** Of which kind a device's record is, for its header: so that nobody else has to be believed. Undefined as with `seal`. */
  sealKind(place: Place & { seq: number }, kind: string): Uint8Array | undefined
  /** The number of the kind that a header says, see `kindNumber`; undefined when this device was not given the key. */
  kindOf(place: Place & { seq: number }, sealed: Uint8Array): number | undefined
  /** `'no-key'` when this device was not given the epoch's key, `'broken'` when it was not sealed for this place. */
  open(place: Place, sealed: Uint8Array): Uint8Array | 'no-key' | 'broken'
}

export function createSealer(epochKey: (group: GroupId, epoch: number) => Uint8Array | undefined): Sealer {
  const derived = new Map<string, PlaceKey>()

  /** One key for each device, so that random nonces of many writers never share one. */
  const keyOf = (place: Place): PlaceKey | undefined => {
    const { group, epoch, device } = place
    const from = epochKey(group, epoch)
    if (!from) return undefined
    const name = `${group} ${epoch} ${device}`
    const known = derived.get(name)
    if (known?.from === from) return known
    const derive = (info: string): KeyObject => {
      const whole = Buffer.concat([Buffer.from(`${info}\0`), hashOf(group), peerKey(device)])
      return createSecretKey(new Uint8Array(hkdfSync('sha256', from, new Uint8Array(), whole, 32)))
    }
    const made = {
      from,
      key: derive(KEY_INFO),
      kindKey: derive(KIND_KEY_INFO),
      context: encodeCanonical([hashOf(group), peerKey(device), epoch])
    }
    if (derived.size === KEPT_KEYS) derived.clear()
    derived.set(name, made)
    return made
  }

  /** Not the same for two records: a relay does not even see which are of one kind. */
  const maskOf = ({ kindKey }: PlaceKey, seq: number): number => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(BigInt(seq))
    return createHmac('sha256', kindKey).update(bytes).digest().readUIntBE(0, SEALED_KIND_BYTES)
  }

  return {
    sealKind(place, kind) {
      const found = keyOf(place)
      if (!found) return undefined
      const sealed = Buffer.alloc(SEALED_KIND_BYTES)
      sealed.writeUIntBE(xor(kindNumber(kind), maskOf(found, place.seq)), 0, SEALED_KIND_BYTES)
      return new Uint8Array(sealed)
    },
    kindOf(place, sealed) {
      const found = keyOf(place)
      const number = Buffer.from(sealed).readUIntBE(0, SEALED_KIND_BYTES)
      return found && xor(number, maskOf(found, place.seq))
    },
    seal(place, plain) {
      const found = keyOf(place)
      return found && encrypt(found.key, found.context, plain)
    },
    open(place, sealed) {
      const found = keyOf(place)
      return found ? (decrypt(found.key, found.context, sealed) ?? 'broken') : 'no-key'
    }
  }
}
