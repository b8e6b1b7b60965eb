import { readBytes, readChoice, readInteger, readMap, readName, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { accountIdOf, accountKey, peerIdOf, peerKey } from '../ids.ts'
import type { AccountId, PeerId } from '../ids.ts'
import type { SigningKey } from './ed25519.ts'
import { openSigned, signValue } from './signed.ts'

const TAG = 'borgo/certificate/1'
/** Longest encoded certificate. */
export const CERTIFICATE_BYTES = 512

/** An account's word that a device is its own. Public: it goes to everyone the device meets. */
export interface Certificate {
  readonly account: AccountId
  readonly device: PeerId
  /** The device's raw X25519 public key: what is for this device is sealed to it. */
  readonly box: Uint8Array
  /** The device's name, 1 to 64 characters. */
  readonly label: string
  /** ms since 1970, by the account's clock */
  readonly issuedAt: number
  /** As it goes on the wire. */
  readonly bytes: Uint8Array
}

/** Signs a certificate with the account's key. */
export function issueCertificate(account: SigningKey, of: Omit<Certificate, 'account' | 'bytes'>): Certificate {
  const { device, box, label, issuedAt } = of
  const value = { v: 1, account: account.publicKey, device: peerKey(device), box, label, issuedAt }
  const bytes = signValue(TAG, value, account)
  return { account: accountIdOf(account.publicKey), device, box, label, issuedAt, bytes }
}

/** Reads and checks a certificate; throws BAD_CERTIFICATE. `verify: false` only for bytes that were checked before. */
export function readCertificate(bytes: Uint8Array, { verify = true } = {}): Certificate {
  return readingAs('BAD_CERTIFICATE', 'a device certificate', () => {
    const signed = openSigned(bytes, CERTIFICATE_BYTES)
    const fields = readMap(signed.value, 'v', 'account', 'device', 'box', 'label', 'issuedAt')
    readChoice(fields.v, 1)
    const account = accountIdOf(readBytes(fields.account, 32))
    if (verify && !signed.isBy(accountKey(account), TAG))
      throw coreError('BAD_CERTIFICATE', 'not signed by its account')
    return {
      account,
      device: peerIdOf(readBytes(fields.device, 32)),
      box: readBytes(fields.box, 32),
      label: readName(fields.label),
      issuedAt: readInteger(fields.issuedAt, 0),
      bytes
    }
  })
}
