import { decode, encode } from '@ipld/dag-cbor'
import { equals } from 'multiformats/bytes'
import { coreError } from './errors.ts'
import type { CoreCode } from './errors.ts'
import { hasOddBlanks, hidesSomething } from './visible-text.ts'

const NAME_LENGTH = 64

/** Encodes a value in the one form that `decodeCanonical` takes. */
export function encodeCanonical(value: unknown): Uint8Array {
  return Uint8Array.from(encode(value))
}

/**
 * Decodes DAG-CBOR that came from outside. Only the one canonical encoding of a value is taken, so that a value has one
 * hash. Throws BAD_MESSAGE; the readers below do too.
 */
export function decodeCanonical(bytes: Uint8Array): unknown {
  let value: unknown
  let again: Uint8Array
  try {
    value = decode(bytes)
    again = encode(value)
  } catch (cause) {
    throw coreError('BAD_MESSAGE', 'not DAG-CBOR', cause)
  }
  if (!equals(bytes, again)) throw coreError('BAD_MESSAGE', 'not canonical DAG-CBOR')
  return value
}

/** Runs a reader and gives its failure the code of what was being read. */
export function readingAs<T>(code: CoreCode, what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw coreError(code, `not ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

/** A map with exactly these keys. */
export function readMap<Key extends string>(value: unknown, ...keys: Key[]): Record<Key, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    throw coreError('BAD_MESSAGE', 'expected a map')
  const found = Object.keys(value)
  if (found.length !== keys.length || !keys.every(key => Object.hasOwn(value, key)))
    throw coreError('BAD_MESSAGE', `expected the keys ${keys.join(', ')}`)
  return value as Record<Key, unknown>
}

/** A list of at most `max` items. */
export function readList<T>(value: unknown, max: number, item: (value: unknown) => T): T[] {
  if (!Array.isArray(value) || value.length > max) throw coreError('BAD_MESSAGE', `expected a list of at most ${max}`)
  return value.map(item)
}

/** Bytes of `min` to `max` length; `max` defaults to `min`: exactly so many. */
export function readBytes(value: unknown, min: number, max = min): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length < min || value.length > max)
    throw coreError('BAD_MESSAGE', `expected ${min} to ${max} bytes`)
  return value
}

/** An integer from `min` to `max`. */
export function readInteger(value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max)
    throw coreError('BAD_MESSAGE', `expected an integer from ${min} to ${max}`)
  return value
}

/** One of `choices`. */
export function readChoice<T extends string | number>(value: unknown, ...choices: T[]): T {
  const choice = choices.find(one => one === value)
  if (choice === undefined) throw coreError('BAD_MESSAGE', `expected one of ${choices.join(', ')}`)
  return choice
}

/** True or false. */
export function readBoolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw coreError('BAD_MESSAGE', 'expected true or false')
  return value
}

/** Text of at most `max` UTF-16 units. */
export function readText(value: unknown, max: number): string {
  if (typeof value !== 'string' || value.length > max) throw coreError('BAD_MESSAGE', `expected text of at most ${max}`)
  return value
}

/**
 * A name that people see, in Unicode normal form C: 1 to 64 characters, none of them hidden, no blanks but single spaces
 * within. What is normalized and not refused depends on no version of Unicode.
 */
export function readName(value: unknown): string {
  const name = readText(value, 2 * NAME_LENGTH)
  if (name === '' || hidesSomething(name) || hasOddBlanks(name) || [...name].length > NAME_LENGTH)
    throw coreError('BAD_MESSAGE', `expected a name of 1 to ${NAME_LENGTH} visible characters`)
  return name.normalize('NFC')
}
