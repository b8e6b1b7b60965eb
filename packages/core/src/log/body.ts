import { createSecretKey, hkdfSync } from 'node:crypto'
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

const KEY_INFO = 'borgo/record-key/1'
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

/** What encrypts the bodies of one place, under the epoch key `from`. */
interface PlaceKey {
  from: Uint8Array
  key: KeyObject
  context: Uint8Array
}

/** Encrypts and decrypts bodies with AES-256-GCM under keys derived from the groups' epoch keys. */
export interface Sealer {
  /** Undefined when this device was not given the epoch's key. */
  seal(place: Place, plain: Uint8Array): Uint8Array | undefined
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
    const info = Buffer.concat([Buffer.from(`${KEY_INFO}\0`), hashOf(group), peerKey(device)])
    const key = createSecretKey(new Uint8Array(hkdfSync('sha256', from, new Uint8Array(), info, 32)))
    const made = { from, key, context: encodeCanonical([hashOf(group), peerKey(device), epoch]) }
    if (derived.size === KEPT_KEYS) derived.clear()
    derived.set(name, made)
    return made
  }

  return {
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
