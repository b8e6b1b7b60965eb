import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** What encryption adds. */
export const AEAD_BYTES = NONCE_BYTES + TAG_BYTES

/**
 * AES-256-GCM with a random nonce, which stands in front: one key may encrypt 2³² messages. `context` is not sent; the
 * same one opens it again and no other. A key that is used often is given as an object: importing its bytes costs three
 * times what a short message does.
 */
export function encrypt(key: Uint8Array | KeyObject, context: Uint8Array, plain: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(context)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Undefined when the key, the context and the bytes do not belong together. */
export function decrypt(key: Uint8Array | KeyObject, context: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < AEAD_BYTES) return undefined
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(context)
    .setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  } catch {
    // The cipher's only way to say no.
    return undefined
  }
}
