import { readBytes, readChoice, readMap, readName } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { CERTIFICATE_BYTES, readCertificate } from '../identity/certificate.ts'
import type { Certificate } from '../identity/certificate.ts'
import type { SigningKey } from '../identity/ed25519.ts'
import { openSigned, signValue } from '../identity/signed.ts'
import { accountKey, hashId, hashOf, peerIdOf, peerKey } from '../ids.ts'
import type { GroupId, PeerId } from '../ids.ts'

const TAG = 'borgo/join-request/1'
/** Longest encoded request. */
export const JOIN_REQUEST_BYTES = 1536
export const NONCE_BYTES = 32

/**
 * A person's signed wish to join, made for one admitter and one challenge of it. The joining device signs it, so that
 * nobody is made a member unasked; the invitation's key signs it, so that nobody joins without the link.
 */
export interface JoinRequest {
  readonly group: GroupId
  /** The invitation's public key, hex. */
  readonly invitation: string
  readonly admitter: PeerId
  readonly certificate: Certificate
  /** The joining person's display name. */
  readonly name: string
  /** The admitter's challenge. */
  readonly nonce: Uint8Array
  readonly bytes: Uint8Array
}

/** Whether a person asks for a further device of theirs: then the account's own key stands for the invitation's. */
export function isRecovery({ certificate, invitation }: JoinRequest): boolean {
  return invitation === Buffer.from(accountKey(certificate.account)).toString('hex')
}

/** Encodes and signs a request. */
export function signJoinRequest(
  request: Omit<JoinRequest, 'invitation' | 'bytes'>,
  device: SigningKey,
  invitation: SigningKey
): Uint8Array {
  const { group, admitter, certificate, name, nonce } = request
  const value = {
    v: 1,
    group: hashOf(group),
    invitation: invitation.publicKey,
    admitter: peerKey(admitter),
    certificate: certificate.bytes,
    name,
    nonce
  }
  return signValue(TAG, value, device, invitation)
}

/** Reads and checks a request; throws BAD_MESSAGE, BAD_CERTIFICATE. `verify: false` only for what was checked before. */
export function readJoinRequest(bytes: Uint8Array, { verify = true } = {}): JoinRequest {
  const signed = openSigned(bytes, JOIN_REQUEST_BYTES, 2)
  const fields = readMap(signed.value, 'v', 'group', 'invitation', 'admitter', 'certificate', 'name', 'nonce')
  readChoice(fields.v, 1)
  const invitation = readBytes(fields.invitation, 32)
  const certificate = readCertificate(readBytes(fields.certificate, 1, CERTIFICATE_BYTES), { verify })
  if (verify && !(signed.isBy(peerKey(certificate.device), TAG, 0) && signed.isBy(invitation, TAG, 1)))
    throw coreError('BAD_MESSAGE', 'not signed by the joining device and the invitation')
  return {
    group: hashId<GroupId>(readBytes(fields.group, 32)),
    invitation: Buffer.from(invitation).toString('hex'),
    admitter: peerIdOf(readBytes(fields.admitter, 32)),
    certificate,
    name: readName(fields.name),
    nonce: readBytes(fields.nonce, NONCE_BYTES),
    bytes
  }
}
