import { createPrivateKey, createPublicKey } from 'node:crypto'
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'

/** HPKE (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Says nothing of who sealed. */
const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

/** DER around a raw X25519 key; RFC 8410, sections 4 and 7. */
const SPKI_BYTES = 12
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')
const ENCAPSULATED_BYTES = 32

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
  unseal(sealed: Uint8Array, context: SealContext): Promise<Uint8Array | undefined>
}

/** WebCrypto's types want bytes of their own, not a view of shared memory. */
function own(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}

function info({ tag, scope }: SealContext): ArrayBuffer {
  return own(Buffer.concat([Buffer.from(`${tag}\0`), scope]))
}

/** Encrypts for the owner of a raw X25519 public key; 48 bytes longer than `bytes`. */
export async function seal(publicKey: Uint8Array, bytes: Uint8Array, context: SealContext): Promise<Uint8Array> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(own(publicKey))
  const sealed = await suite.seal({ recipientPublicKey, info: info(context) }, own(bytes))
  return Uint8Array.from(Buffer.concat([new Uint8Array(sealed.enc), new Uint8Array(sealed.ct)]))
}

/** The key pair of 32 secret bytes. */
export function boxKey(secret: Uint8Array): BoxKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, secret]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_BYTES)
  const recipientKey = suite.kem.deserializePrivateKey(own(secret))
  return {
    publicKey: Uint8Array.from(publicKey),
    async unseal(sealed, context) {
      if (sealed.length < ENCAPSULATED_BYTES) return undefined
      const enc = own(sealed.subarray(0, ENCAPSULATED_BYTES))
      const opener = { recipientKey: await recipientKey, enc, info: info(context) }
      try {
        return new Uint8Array(await suite.open(opener, own(sealed.subarray(ENCAPSULATED_BYTES))))
      } catch {
        // A wrong key and changed bytes fail alike: the cipher cannot tell them apart.
        return undefined
      }
    }
  }
}
