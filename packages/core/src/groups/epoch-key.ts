import { createHash } from 'node:crypto'
import { equals } from 'multiformats/bytes'
import { encodeCanonical } from '../canonical.ts'
import { seal } from '../identity/box.ts'
import type { SealContext } from '../identity/box.ts'
import type { Certificate } from '../identity/certificate.ts'
import type { Identity } from '../identity/identity.ts'
import { hashOf } from '../ids.ts'
import type { GroupId } from '../ids.ts'

export const EPOCH_KEY_BYTES = 32
/** HPKE adds 48 bytes. */
export const SEALED_KEY_BYTES = 80

/** A group's key of one epoch, sealed for one device. */
export interface SealedKey {
  epoch: number
  sealed: Uint8Array
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
  identity: Identity,
  group: GroupId,
  { epoch, sealed }: SealedKey,
  check: Uint8Array
): Uint8Array | undefined {
  const key = identity.unseal(sealed, context(group, epoch))
  return key && equals(keyCheck(key), check) ? key : undefined
}
