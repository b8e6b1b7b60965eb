import { createCipheriv, createDecipheriv, createHmac, createPrivateKey, createPublicKey } from 'node:crypto'
import { diffieHellman, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

// HPKE (RFC 9180), base mode, one message for each key: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Says
// nothing of who sealed. Written out here since Node's own ciphers work at once, whereas those of Web Crypto, on which
// the packages stand, end on another thread: a simulation could not repeat them (decision 0006).

/** DER around a raw X25519 key; RFC 8410, sections 4 and 7. */
const SPKI = Buffer.from('302a300506032b656e032100', 'hex')
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** RFC 9180, sections 4.1 and 5.1: names of the algorithms. */
const KEM_SUITE = Buffer.from('KEM\x00\x20', 'latin1')
const HPKE_SUITE = Buffer.from('HPKE\x00\x20\x00\x01\x00\x02', 'latin1')
const VERSION = Buffer.from('HPKE-v1')
const BASE_MODE = Buffer.of(0)
const NOTHING = Buffer.alloc(0)

const ENCAPSULATED_BYTES = 32
const TAG_BYTES = 16

/** What a sealed value is for: a tag and the bytes it belongs to. The same pair opens it again and no other. */
export interface SealContext {
  /** E.g. `borgo/epoch-key/1`. */
  tag: string
  /** E.g. the group's hash. */
  scope: Uint8Array
}

/** An X25519 key pair that opens what was sealed for it. */
export interface BoxKey {
  /** Raw, 32 bytes. */
  readonly publicKey: Uint8Array
  /** Undefined when it was not sealed for this key and context, or was changed since. */
  unseal(sealed: Uint8Array, context: SealContext): Uint8Array | undefined
  /** 32 bytes that only the owners of this key and of a raw X25519 public key know; undefined for a key that is none. */
  agree(publicKey: Uint8Array): Uint8Array | undefined
}

/** Encrypts for the owner of a raw X25519 public key; 48 bytes longer than `bytes`. Throws TypeError for a key that is none. */
export function seal(publicKey: Uint8Array, bytes: Uint8Array, context: SealContext): Uint8Array {
  const ephemeral = generateKeyPairSync('x25519')
  const enc = rawOf(ephemeral.publicKey)
  const shared = agree(ephemeral.privateKey, publicKey)
  if (!shared) throw new TypeError('not an X25519 public key')
  const { key, nonce } = schedule(shared, enc, publicKey, context)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  return Uint8Array.from(Buffer.concat([enc, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]))
}

/** The key pair of 32 secret bytes. */
export function boxKey(secret: Uint8Array): BoxKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, secret]), format: 'der', type: 'pkcs8' })
  const publicKey = Uint8Array.from(rawOf(createPublicKey(privateKey)))
  return {
    publicKey,
    agree: theirs => agree(privateKey, theirs),
    unseal(sealed, context) {
      if (sealed.length < ENCAPSULATED_BYTES + TAG_BYTES) return undefined
      const enc = sealed.subarray(0, ENCAPSULATED_BYTES)
      const shared = agree(privateKey, enc)
      if (!shared) return undefined
      const { key, nonce } = schedule(shared, enc, publicKey, context)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce)
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
      const opened = decipher.update(sealed.subarray(ENCAPSULATED_BYTES, -TAG_BYTES))
      try {
        return Uint8Array.from(Buffer.concat([opened, decipher.final()]))
      } catch {
        // A wrong key and changed bytes fail alike: the cipher cannot tell them apart.
        return undefined
      }
    }
  }
}

function rawOf(publicKey: KeyObject): Uint8Array {
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
}

/** Undefined for points of small order, which would give a secret that anybody knows (section 7.1.4). */
function agree(privateKey: KeyObject, raw: Uint8Array): Uint8Array | undefined {
  try {
    const publicKey = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' })
    return diffieHellman({ privateKey, publicKey })
  } catch {
    return undefined
  }
}

/** Sections 4.1 (ExtractAndExpand) and 5.1 (KeySchedule): the key and nonce of the one message. */
function schedule(
  shared: Uint8Array,
  enc: Uint8Array,
  recipient: Uint8Array,
  { tag, scope }: SealContext
): { key: Uint8Array; nonce: Uint8Array } {
  const kem = extract(KEM_SUITE, NOTHING, 'eae_prk', shared)
  const agreed = expand(KEM_SUITE, kem, 'shared_secret', Buffer.concat([enc, recipient]), 32)
  const info = Buffer.concat([Buffer.from(`${tag}\0`), scope])
  const context = Buffer.concat([
    BASE_MODE,
    extract(HPKE_SUITE, NOTHING, 'psk_id_hash', NOTHING),
    extract(HPKE_SUITE, NOTHING, 'info_hash', info)
  ])
  const secret = extract(HPKE_SUITE, agreed, 'secret', NOTHING)
  return {
    key: expand(HPKE_SUITE, secret, 'key', context, 32),
    nonce: expand(HPKE_SUITE, secret, 'base_nonce', context, 12)
  }
}

/** LabeledExtract. */
function extract(suite: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
  return createHmac('sha256', salt).update(VERSION).update(suite).update(label).update(ikm).digest()
}

/** LabeledExpand, of at most one block of SHA-256. */
function expand(suite: Uint8Array, prk: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array {
  const hmac = createHmac('sha256', prk).update(Buffer.of(0, length)).update(VERSION).update(suite).update(label)
  return hmac.update(info).update(Buffer.of(1)).digest().subarray(0, length)
}
