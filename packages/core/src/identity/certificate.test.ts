import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasCode } from '../errors.ts'
import { peerIdOf } from '../ids.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { issueCertificate, readCertificate } from './certificate.ts'
import { signingKey } from './ed25519.ts'
import { openSigned } from './signed.ts'

const { certificate } = memoryIdentity('ada')

const isRefused = (bytes: Uint8Array): boolean => {
  try {
    readCertificate(bytes)
    return false
  } catch (error) {
    if (hasCode(error, 'BAD_CERTIFICATE')) return true
    throw error
  }
}

describe('a device certificate', () => {
  it('[I-1] says the same after the wire', () => {
    expect(readCertificate(certificate.bytes)).toEqual(certificate)
  })

  it('[I-8] is refused with any bit changed', () => {
    fc.assert(
      fc.property(fc.nat(certificate.bytes.length * 8 - 1), bit => {
        const bytes = Uint8Array.from(certificate.bytes)
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        return isRefused(bytes)
      })
    )
  })

  it('[I-8] is refused when another account signed it', () => {
    const mallory = signingKey(new Uint8Array(32).fill(7))
    const device = peerIdOf(mallory.publicKey)
    const forged = issueCertificate(mallory, { device, box: certificate.box, label: 'x', issuedAt: 0 })
    const value = {
      ...(openSigned(forged.bytes, 512).value as object),
      account: signingKey(new Uint8Array(32)).publicKey
    }
    const payload = encode(value)
    expect(isRefused(encode([payload, mallory.sign('borgo/certificate/1', payload)]))).toBe(true)
  })

  it('[I-8] is refused as garbage, in another encoding, or with more in it', () => {
    const garbage = fc.uint8Array({ maxLength: 600 })
    fc.assert(fc.property(garbage, isRefused), { numRuns: 2000 })
    expect(isRefused(Buffer.concat([certificate.bytes, Buffer.of(0)]))).toBe(true)
    // The same list with its length in a longer form than needed.
    expect(isRefused(Buffer.concat([Buffer.of(0x98, 0x02), certificate.bytes.subarray(1)]))).toBe(true)
  })
})
