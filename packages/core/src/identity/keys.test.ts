import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryIdentity } from '../testing/identity.ts'
import { boxKey, seal } from './box.ts'
import { isSignedBy, signingKey } from './ed25519.ts'

const text = (words: string): Uint8Array => new TextEncoder().encode(words)

describe('signatures', () => {
  it('[I-9] agree with RFC 8032, test 2', () => {
    const key = signingKey(Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex'))
    expect(Buffer.from(key.publicKey).toString('hex')).toBe(
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'
    )
    expect(Buffer.from(key.signRaw(Uint8Array.of(0x72))).toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'
    )
  })

  it('[I-9] hold for one key, one use and the same bytes only', () => {
    const key = signingKey(new Uint8Array(32).fill(1))
    const other = signingKey(new Uint8Array(32).fill(2))
    const signature = key.sign('borgo/a/1', text('hello'))
    expect(isSignedBy(key.publicKey, 'borgo/a/1', text('hello'), signature)).toBe(true)
    expect(isSignedBy(key.publicKey, 'borgo/b/1', text('hello'), signature)).toBe(false)
    expect(isSignedBy(key.publicKey, 'borgo/a/1', text('hullo'), signature)).toBe(false)
    expect(isSignedBy(other.publicKey, 'borgo/a/1', text('hello'), signature)).toBe(false)
    expect(isSignedBy(key.publicKey.subarray(1), 'borgo/a/1', text('hello'), signature)).toBe(false)
    expect(isSignedBy(key.publicKey, 'borgo/a/1', text('hello'), signature.subarray(1))).toBe(false)
  })

  it('[I-9] are checked without a crash whatever the key is', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const signature = fc.uint8Array({ minLength: 64, maxLength: 64 })
    fc.assert(fc.property(bytes, signature, (key, signed) => !isSignedBy(key, 'borgo/a/1', text('hello'), signed)))
  })
})

/** Another implementation of the same RFC. */
const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
const own = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

describe('sealing', () => {
  const ada = memoryIdentity('ada')
  const context = { tag: 'borgo/test/1', scope: text('group') }

  it('[I-10] is HPKE as another implementation has it, both ways', async () => {
    const secret = new Uint8Array(32).fill(5)
    const ours = boxKey(secret)
    const info = own(text('borgo/test/1\0group'))
    const recipientPublicKey = await suite.kem.deserializePublicKey(own(ours.publicKey))
    const recipientKey = await suite.kem.deserializePrivateKey(own(secret))
    for (const length of [0, 1, 1000]) {
      const plain = new Uint8Array(length).fill(length)
      const theirs = await suite.seal({ recipientPublicKey, info }, own(plain))
      const joined = Buffer.concat([Buffer.from(theirs.enc), Buffer.from(theirs.ct)])
      expect(ours.unseal(joined, context)).toEqual(plain)
      const sealed = seal(ours.publicKey, plain, context)
      const enc = own(sealed.subarray(0, 32))
      expect(new Uint8Array(await suite.open({ recipientKey, enc, info }, own(sealed.subarray(32))))).toEqual(plain)
    }
  })

  it('[I-10] takes no key whose secret everybody knows', () => {
    for (const weak of [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31))]) {
      expect(() => seal(weak, text('secret'), context)).toThrow(TypeError)
      expect(ada.unseal(Uint8Array.of(...weak, ...new Uint8Array(40)), context)).toBeUndefined()
    }
  })

  it('[I-10] opens on the device it was sealed for', () => {
    const sealed = seal(ada.certificate.box, text('secret'), context)
    expect(ada.unseal(sealed, context)).toEqual(text('secret'))
    expect(memoryIdentity('eve').unseal(sealed, context)).toBeUndefined()
  })

  it('[I-10] opens for its own use and scope only, and unchanged only', () => {
    const sealed = seal(ada.certificate.box, text('secret'), context)
    expect(ada.unseal(sealed, { ...context, tag: 'borgo/test/2' })).toBeUndefined()
    expect(ada.unseal(sealed, { ...context, scope: text('other') })).toBeUndefined()
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed)
      changed[at]! ^= 1
      expect(ada.unseal(changed, context)).toBeUndefined()
    }
    expect(ada.unseal(sealed.subarray(0, 20), context)).toBeUndefined()
  })
})
