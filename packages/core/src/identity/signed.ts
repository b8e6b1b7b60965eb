import { decodeCanonical, encodeCanonical, readBytes, readList } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { isSignedBy } from './ed25519.ts'
import type { SigningKey } from './ed25519.ts'

/** A value and signatures over its encoded bytes, on the wire as DAG-CBOR `[payload, signature, …]`. */
export interface Signed {
  /** The decoded payload: not yet checked in any way. */
  value: unknown
  /** Whether signature number `index` (default 0) is this key's. */
  isBy(publicKey: Uint8Array, tag: string, index?: number): boolean
}

/** Encodes `value` and signs it with each of `keys`, in order. */
export function signValue(tag: string, value: object, ...keys: SigningKey[]): Uint8Array {
  const payload = encodeCanonical(value)
  return encodeCanonical([payload, ...keys.map(key => key.sign(tag, payload))])
}

/** Takes apart what `signValue` made with `count` keys; throws BAD_MESSAGE. */
export function openSigned(bytes: Uint8Array, maxBytes: number, count = 1): Signed {
  if (bytes.length > maxBytes) throw coreError('BAD_MESSAGE', `longer than ${maxBytes} bytes`)
  const [payload, ...signatures] = readList(decodeCanonical(bytes), count + 1, part => readBytes(part, 1, maxBytes))
  if (payload === undefined || signatures.length !== count) throw coreError('BAD_MESSAGE', 'a signature is missing')
  return {
    value: decodeCanonical(payload),
    isBy: (publicKey, tag, index = 0) => isSignedBy(publicKey, tag, payload, signatures[index] ?? new Uint8Array())
  }
}
