import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { seededRandom } from '../random.ts'

const verifyNow = crypto.verify
/** DER before a raw X25519 key; RFC 8410, section 7. */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** Verdicts on signatures that are remembered. */
const VERDICTS = 262_144

type Verified = (error: Error | null, isRight: boolean) => void

/**
 * Makes everything in this thread that is left to chance follow from a seed: random numbers and bytes, new keys, and in
 * which order other threads are done. For a thread that does nothing but simulate: no key of it is a secret.
 */
export function seedChance(seed: number): void {
  const random = seededRandom(seed)
  const randomBytes = (size: number): Buffer => {
    const bytes = Buffer.alloc(size)
    for (let at = 0; at < size; at++) bytes[at] = Math.floor(random() * 256)
    return bytes
  }
  const generateKeyPairSync = (type: string): crypto.KeyPairKeyObjectResult => {
    if (type !== 'x25519') throw new TypeError(`a simulation has no keys of type ${type}`)
    const key = Buffer.concat([PKCS8, randomBytes(32)])
    const privateKey = crypto.createPrivateKey({ key, format: 'der', type: 'pkcs8' })
    return { privateKey, publicKey: crypto.createPublicKey(privateKey) }
  }
  const rawKeys = new WeakMap<object, Buffer>()
  const rawKey = (key: crypto.KeyObject): Buffer => {
    const known = rawKeys.get(key) ?? key.export({ format: 'der', type: 'spki' })
    rawKeys.set(key, known)
    return known
  }
  /** What one node checked all others check, too: all of them together have the time of a few. */
  const verdicts = new Map<string, boolean>()
  const judge = (algorithm: null, data: Uint8Array, key: crypto.KeyObject, signature: Uint8Array): boolean => {
    const hash = crypto.createHash('sha256').update(rawKey(key)).update(signature).update(data)
    const id = hash.digest('base64')
    const known = verdicts.get(id)
    if (known !== undefined) return known
    const isRight = verifyNow(algorithm, data, key, signature)
    verdicts.set(id, isRight)
    const [oldest] = verdicts.keys()
    if (verdicts.size > VERDICTS && oldest !== undefined) verdicts.delete(oldest)
    return isRight
  }
  const verify = (...all: [...Parameters<typeof judge>, Verified?]): boolean | undefined => {
    const [algorithm, data, key, signature, done] = all
    const isRight = judge(algorithm, data, key, signature)
    if (!done) return isRight
    setImmediate(() => done(null, isRight))
    return undefined
  }
  Math.random = random
  Object.assign(crypto, { randomBytes, generateKeyPairSync, verify })
  // Gives them to whoever imported them by name.
  syncBuiltinESMExports()
}
