import { readBytes, readChoice, readInteger, readMap, readName, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { accountIdOf, peerIdOf } from '../ids.ts'
import type { AccountId, PeerId } from '../ids.ts'
import type { SigningKey } from './ed25519.ts'
import { openSigned, signValue } from './signed.ts'

const TAG = 'borgo/certificate/1'
/** Longest encoded certificate: 544 bytes with the longest label. */
export const CERTIFICATE_BYTES = 576

/** An account's and a device's word that they belong together. Public: it goes to everyone the device meets. */
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

/**
 * Signs a certificate with both keys: an account alone could claim anybody's device, and with it what that one does in a
 * group.
 */
export function issueCertificate(
  { account, device }: { account: SigningKey; device: SigningKey },
  of: Pick<Certificate, 'box' | 'label' | 'issuedAt'>
): Certificate {
  const { box, label, issuedAt } = of
  const value = { v: 1, account: account.publicKey, device: device.publicKey, box, label, issuedAt }
  const bytes = signValue(TAG, value, account, device)
  return { account: accountIdOf(account.publicKey), device: peerIdOf(device.publicKey), box, label, issuedAt, bytes }
}

/** Reads and checks a certificate; throws BAD_CERTIFICATE. `verify: false` only for bytes that were checked before. */
export function readCertificate(bytes: Uint8Array, { verify = true } = {}): Certificate {
  return readingAs('BAD_CERTIFICATE', 'a device certificate', () => {
    const signed = openSigned(bytes, CERTIFICATE_BYTES, 2)
    const fields = readMap(signed.value, 'v', 'account', 'device', 'box', 'label', 'issuedAt')
    readChoice(fields.v, 1)
    const [account, device] = [readBytes(fields.account, 32), readBytes(fields.device, 32)]
    if (verify && !(signed.isBy(account, TAG, 0) && signed.isBy(device, TAG, 1)))
      throw coreError('BAD_CERTIFICATE', 'not signed by its account and its device')
    return {
      account: accountIdOf(account),
      device: peerIdOf(device),
      box: readBytes(fields.box, 32),
      label: readName(fields.label),
      issuedAt: readInteger(fields.issuedAt, 0),
      bytes
    }
  })
}
