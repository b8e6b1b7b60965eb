import { decode, encode } from '@ipld/dag-cbor'
import { coreError } from '../errors.ts'
import { verifyCertificate } from '../identity/certificate.ts'
import type { AccountId, PeerId } from '../ids.ts'
import type { Protocol } from '../stream.ts'

/** How two connected devices introduce themselves: one message each way, then both end. */
export const HELLO: Protocol = {
  id: '/borgo/core/hello/1',
  access: 'anyone',
  maxMessageBytes: 8 * 1024,
  maxStreamsPerPeer: 2,
  idleMs: 10_000
}

export const MAX_ADDRESSES = 16
const MAX_ADDRESS_CHARACTERS = 256
export const MAX_NAME_CHARACTERS = 64

export interface Hello {
  account: AccountId
  /** The sender's own claim, 1 to 64 characters. */
  name: string
  /** Where others can reach the sender, by its own account. */
  addresses: string[]
}

export function encodeHello(hello: { certificate: Uint8Array; name: string; addresses: string[] }): Uint8Array {
  return encode({ ...hello, addresses: hello.addresses.slice(0, MAX_ADDRESSES) })
}

/** Checks what `from` sent; throws BAD_MESSAGE or BAD_CERTIFICATE. */
export function decodeHello(bytes: Uint8Array, from: PeerId): Hello {
  const { certificate, name, addresses } = fields(bytes)
  if (!(certificate instanceof Uint8Array)) throw bad('no certificate')
  const { account, device } = verifyCertificate(certificate)
  if (device !== from) throw bad("another device's certificate")
  if (!isName(name)) throw bad('no name')
  if (!Array.isArray(addresses) || addresses.length > MAX_ADDRESSES || !addresses.every(isAddress))
    throw bad('no list of addresses')
  return { account, name, addresses }
}

/** A display name: 1 to 64 characters, no control characters, no white space at its ends. */
export function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= MAX_NAME_CHARACTERS &&
    value.trim() === value &&
    !/\p{Cc}/u.test(value)
  )
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('/') && value.length <= MAX_ADDRESS_CHARACTERS
}

function fields(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = decode(bytes)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch (cause) {
    throw coreError('BAD_MESSAGE', 'hello: not DAG-CBOR', cause)
  }
  throw bad('not a map')
}

function bad(why: string): Error {
  return coreError('BAD_MESSAGE', `hello: ${why}`)
}
