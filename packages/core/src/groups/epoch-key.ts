import { createHash, hkdfSync } from 'node:crypto'
import { equals } from 'multiformats/bytes'
import { AEAD_BYTES, decrypt, encrypt } from '../aead.ts'
import { encodeCanonical } from '../canonical.ts'
import { seal } from '../identity/box.ts'
import type { SealContext } from '../identity/box.ts'
import type { Certificate } from '../identity/certificate.ts'
import type { Identity } from '../identity/identity.ts'
import { hashOf } from '../ids.ts'
import type { GroupId, PeerId } from '../ids.ts'

export const EPOCH_KEY_BYTES = 32
/** HPKE adds 48 bytes. */
export const SEALED_KEY_BYTES = EPOCH_KEY_BYTES + 48
export const WRAPPED_KEY_BYTES = EPOCH_KEY_BYTES + AEAD_BYTES

/** A group's key of one epoch, sealed for one device. */
export interface SealedKey {
  epoch: number
  sealed: Uint8Array
}

/** The key that a rotation begins, sealed for one device. */
export interface DeviceKey {
  device: PeerId
  sealed: Uint8Array
}

/** The key of an earlier epoch, encrypted under the key of a later one. */
export interface WrappedKey {
  epoch: number
  wrapped: Uint8Array
}

const KEY_BITS = 2 ** 32

/**
 * The number of an epoch: how many rotations led to it, then 32 bits of its key's check. So rotations at the same time
 * have numbers of their own, and everybody takes the higher one.
 */
export function epochOf(generation: number, check: Uint8Array): number {
  return generation * KEY_BITS + Buffer.from(check).readUInt32BE()
}

/** 0 for the epoch that a group begins with. */
export function generationOf(epoch: number): number {
  return Math.floor(epoch / KEY_BITS)
}

/**
 * What the operation that begins an epoch says of its key: gives nothing of it away, and lets nobody pass a false key
 * on. 32 bytes.
 */
export function keyCheck(key: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update('borgo/key-check/1\0').update(key).digest())
}

function context(group: GroupId, epoch: number): SealContext {
  return { tag: 'borgo/epoch-key/1', scope: encodeCanonical([hashOf(group), epoch]) }
}

/** Seals a key for one device, for this group and epoch only. */
export function sealEpochKey(to: Certificate, group: GroupId, epoch: number, key: Uint8Array): SealedKey {
  return { epoch, sealed: seal(to.box, key, context(group, epoch)) }
}

/** The key; undefined when it was not sealed for us, for this group and epoch, or is not the one that `check` names. */
export function openEpochKey(
  identity: Pick<Identity, 'unseal'>,
  group: GroupId,
  { epoch, sealed }: SealedKey,
  check: Uint8Array
): Uint8Array | undefined {
  const key = identity.unseal(sealed, context(group, epoch))
  return key && equals(keyCheck(key), check) ? key : undefined
}

interface Wrapping {
  group: GroupId
  /** The epoch whose key is wrapped, and the one under whose key. */
  epoch: number
  under: number
}

/** Encrypts an earlier key under a later one. */
export function wrapEpochKey(place: Wrapping, key: Uint8Array, under: Uint8Array): WrappedKey {
  return { epoch: place.epoch, wrapped: Uint8Array.from(encrypt(wrappingKey(under), wrappingContext(place), key)) }
}

/** The earlier key; undefined when it is not the one that `check` names. */
export function unwrapEpochKey(
  place: Wrapping,
  wrapped: Uint8Array,
  under: Uint8Array,
  check: Uint8Array
): Uint8Array | undefined {
  const key = decrypt(wrappingKey(under), wrappingContext(place), wrapped)
  return key && equals(keyCheck(key), check) ? Uint8Array.from(key) : undefined
}

function wrappingKey(under: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', under, new Uint8Array(), 'borgo/epoch-wrap/1', 32))
}

function wrappingContext({ group, epoch, under }: Wrapping): Uint8Array {
  return encodeCanonical([hashOf(group), epoch, under])
}
