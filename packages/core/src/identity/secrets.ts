import { decodeCanonical, encodeCanonical, readBytes, readChoice, readMap, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { accountIdOf, peerIdOf } from '../ids.ts'
import type { AccountId } from '../ids.ts'
import { boxKey } from './box.ts'
import { CERTIFICATE_BYTES, issueCertificate, readCertificate } from './certificate.ts'
import type { Certificate } from './certificate.ts'
import { signingKey } from './ed25519.ts'

/** What is secret of an identity, and the certificate that ties it together. */
export interface Secrets {
  accountSeed: Uint8Array
  deviceSeed: Uint8Array
  boxSecret: Uint8Array
  certificate: Certificate
}

/** The account whose key this is. */
export function accountOf(accountSeed: Uint8Array): AccountId {
  return accountIdOf(signingKey(accountSeed).publicKey)
}

/** Makes keys from three times 32 bytes and certifies the device: the only place where certificates are made. */
export function makeSecrets(options: {
  accountSeed: Uint8Array
  deviceSeed: Uint8Array
  boxSecret: Uint8Array
  label: string
  /** ms since 1970 */
  now: number
}): Secrets {
  const { accountSeed, deviceSeed, boxSecret, label, now } = options
  const keys = { account: signingKey(accountSeed), device: signingKey(deviceSeed) }
  const certificate = issueCertificate(keys, { box: boxKey(boxSecret).publicKey, label, issuedAt: now })
  return { accountSeed, deviceSeed, boxSecret, certificate }
}

export function encodeSecrets({ accountSeed, deviceSeed, boxSecret, certificate }: Secrets): Uint8Array {
  return encodeCanonical({ v: 1, accountSeed, deviceSeed, boxSecret, certificate: certificate.bytes })
}

export function decodeSecrets(bytes: Uint8Array): Secrets {
  return readingAs('BAD_KEY_FILE', 'a whole key file: put your copy of it in its place', () => {
    const value = readMap(decodeCanonical(bytes), 'v', 'accountSeed', 'deviceSeed', 'boxSecret', 'certificate')
    readChoice(value.v, 1)
    const accountSeed = readBytes(value.accountSeed, 32)
    const deviceSeed = readBytes(value.deviceSeed, 32)
    const boxSecret = readBytes(value.boxSecret, 32)
    const certificate = readCertificate(readBytes(value.certificate, 1, CERTIFICATE_BYTES))
    const own =
      certificate.account === accountOf(accountSeed) &&
      certificate.device === peerIdOf(signingKey(deviceSeed).publicKey) &&
      Buffer.from(certificate.box).equals(boxKey(boxSecret).publicKey)
    if (!own) throw coreError('BAD_CERTIFICATE', 'its keys do not belong together')
    return { accountSeed, deviceSeed, boxSecret, certificate }
  })
}
