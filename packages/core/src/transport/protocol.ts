import { decode, encode } from '@ipld/dag-cbor'
import { coreError } from '../errors.ts'
import type { CoreCode } from '../errors.ts'
import { hashId, hashOf } from '../ids.ts'
import type { GroupId } from '../ids.ts'

/** Longest opening or answer, bytes. */
export const MAX_OPENING_BYTES = 128

/** Why an acceptor does not let a stream in. */
export type Refusal = Extract<CoreCode, 'BUSY' | 'FORBIDDEN' | 'TOO_MANY_STREAMS'>

const REFUSALS: readonly string[] = ['BUSY', 'FORBIDDEN', 'TOO_MANY_STREAMS'] satisfies Refusal[]
const HASH_BYTES = 32

function decodeMap(bytes: Uint8Array, what: string, key: string): unknown {
  let value: unknown
  try {
    value = decode(bytes)
  } catch (cause) {
    throw coreError('BAD_MESSAGE', `${what} is not dag-cbor`, cause)
  }
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== key)
    throw coreError('BAD_MESSAGE', `${what} must be a map with the one key ${key}`)
  return Object.values(value)[0]
}

/** The opener's first frame: which group the stream is for, if any. */
export function encodeOpening(group: GroupId | undefined): Uint8Array {
  return encode({ group: group === undefined ? null : hashOf(group) })
}

/** Throws BAD_MESSAGE. */
export function decodeOpening(bytes: Uint8Array): GroupId | undefined {
  const group = decodeMap(bytes, 'an opening', 'group')
  if (group === null) return undefined
  if (group instanceof Uint8Array && group.length === HASH_BYTES) return hashId(group)
  throw coreError('BAD_MESSAGE', 'an opening names a group by 32 bytes or null')
}

/** The acceptor's first frame: let in, or why not. */
export function encodeAnswer(refusal: Refusal | undefined): Uint8Array {
  return encode({ refused: refusal ?? null })
}

/** Throws BAD_MESSAGE. */
export function decodeAnswer(bytes: Uint8Array): Refusal | undefined {
  const refusal = decodeMap(bytes, 'an answer', 'refused')
  if (refusal === null) return undefined
  if (typeof refusal === 'string' && REFUSALS.includes(refusal)) return refusal as Refusal
  throw coreError('BAD_MESSAGE', 'an answer refuses with a known code or null')
}
