import { decode, encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasCode } from '../errors.ts'
import { accountKeyOf, memoryIdentity } from '../testing/identity.ts'
import { CERTIFICATE_BYTES, issueCertificate, readCertificate } from './certificate.ts'
import { signingKey } from './ed25519.ts'
import { openSigned, signValue } from './signed.ts'

const { certificate, deviceKey } = memoryIdentity('ada')
const mallory = { account: accountKeyOf('mallory'), device: memoryIdentity('mallory').deviceKey }
const TAG = 'borgo/certificate/1'

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

  it('[I-1] has room for the longest name', () => {
    const keys = { account: accountKeyOf('ada'), device: deviceKey }
    const longest = issueCertificate(keys, { ...certificate, label: '😀'.repeat(64) })
    expect(readCertificate(longest.bytes)).toEqual(longest)
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
    const forged = issueCertificate(mallory, { box: certificate.box, label: 'x', issuedAt: 0 })
    const value = {
      ...(openSigned(forged.bytes, CERTIFICATE_BYTES, 2).value as object),
      account: signingKey(new Uint8Array(32)).publicKey
    }
    expect(isRefused(signValue(TAG, value, mallory.account, mallory.device))).toBe(true)
  })

  it('[I-31] is refused unless the device signed it too: nobody makes another’s their own', () => {
    const value = {
      ...(openSigned(certificate.bytes, CERTIFICATE_BYTES, 2).value as object),
      account: mallory.account.publicKey
    }
    const { account, device } = mallory
    expect(isRefused(signValue(TAG, value, account, device))).toBe(true)
    expect(isRefused(signValue(TAG, value, account, account))).toBe(true)
    expect(isRefused(signValue(TAG, value, account))).toBe(true)
    // Neither what the device says elsewhere nor what it said of its own account serves.
    const said = decode<[Uint8Array, Uint8Array, Uint8Array]>(certificate.bytes)
    const payload = encode(value)
    for (const signature of [said[2], deviceKey.sign('borgo/join-request/1', payload)])
      expect(isRefused(encode([payload, account.sign(TAG, payload), signature]))).toBe(true)
    expect(isRefused(signValue(TAG, value, account, deviceKey))).toBe(false)
  })

  it('[I-8] is refused as garbage, in another encoding, or with more in it', () => {
    const garbage = fc.uint8Array({ maxLength: 600 })
    fc.assert(fc.property(garbage, isRefused), { numRuns: 2000 })
    expect(isRefused(Buffer.concat([certificate.bytes, Buffer.of(0)]))).toBe(true)
    // The same list with its length in a longer form than needed.
    expect(isRefused(Buffer.concat([Buffer.of(0x98, 0x03), certificate.bytes.subarray(1)]))).toBe(true)
  })
})
