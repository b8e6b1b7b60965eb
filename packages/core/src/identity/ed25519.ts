import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** DER around a raw key; RFC 8410, sections 4 and 7. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Importing a public key costs as much as a verification (0.09 ms each), so that the latest are kept. */
const KEPT_KEYS = 4096
const imported = new Map<string, KeyObject>()

function importPublic(raw: Uint8Array): KeyObject {
  const name = Buffer.from(raw).toString('base64')
  const known = imported.get(name)
  if (known) return known
  const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' })
  const [oldest] = imported.keys()
  if (imported.size === KEPT_KEYS && oldest !== undefined) imported.delete(oldest)
  imported.set(name, key)
  return key
}

/** The bytes that are really signed: every use has a tag of its own, so that no signature serves for another use. */
function tagged(tag: string, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${tag}\0`), bytes])
}

/** An Ed25519 key pair. Tags look like `borgo/certificate/1`. */
export interface SigningKey {
  /** Raw, 32 bytes. */
  readonly publicKey: Uint8Array
  /** 64 bytes over the tag and `bytes`. */
  sign(tag: string, bytes: Uint8Array): Uint8Array
  /** 64 bytes over `bytes` alone. */
  signRaw(bytes: Uint8Array): Uint8Array
}

/** The key pair of a 32-byte seed. */
export function signingKey(seed: Uint8Array): SigningKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
  return {
    publicKey: Uint8Array.from(publicKey),
    sign: (tag, bytes) => Uint8Array.from(sign(null, tagged(tag, bytes), key)),
    signRaw: bytes => Uint8Array.from(sign(null, bytes, key))
  }
}

/** Whether `signature` is the key's over this tag and these bytes; false too for keys and signatures of odd lengths. */
export function isSignedBy(publicKey: Uint8Array, tag: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  return verify(null, tagged(tag, bytes), importPublic(publicKey), signature)
}

/** `isSignedBy` on another thread. */
export function isSignedByLater(
  publicKey: Uint8Array,
  tag: string,
  bytes: Uint8Array,
  signature: Uint8Array
): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    verify(null, tagged(tag, bytes), importPublic(publicKey), signature, (error, isRight) =>
      error ? reject(error) : resolve(isRight)
    )
  })
}
