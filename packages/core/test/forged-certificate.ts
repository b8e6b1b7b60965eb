import { createPrivateKey, sign, X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { createCertificate } from '../src/transport/libp2p/certificate.ts'
import {
  BIT_STRING,
  BOOLEAN,
  der,
  derObjectId,
  derValues,
  field,
  OCTET_STRING,
  SEQUENCE
} from '../src/transport/libp2p/der.ts'

/** What stands where in a certificate's body. */
export const [ALGORITHM, ISSUER, EXTENSIONS] = [2, 3, 7]

/** A node's certificate that can be changed and signed anew. */
export interface Forgery {
  nodeKey: PrivateKey
  /** What was signed, in its parts. */
  parts: Uint8Array[]
  extensions: Uint8Array[]
  secret: KeyObject
  /** A certificate with that body instead. Throws what OpenSSL says to what it cannot read. */
  signed(body: Uint8Array): X509Certificate
}

export async function forgery(): Promise<Forgery> {
  const nodeKey = await generateKeyPair('Ed25519')
  const { cert, key } = await createCertificate(nodeKey)
  const secret = createPrivateKey(key)
  const inside = (bytes: Uint8Array): Uint8Array[] => derValues(derValues(bytes)[0]!.content).map(({ whole }) => whole)
  const parts = inside(inside(new X509Certificate(cert).raw)[0]!)
  return {
    nodeKey,
    parts,
    extensions: inside(derValues(parts[EXTENSIONS]!)[0]!.content),
    secret,
    signed: body =>
      new X509Certificate(
        der(SEQUENCE, body, parts[ALGORITHM]!, der(BIT_STRING, Uint8Array.of(0), sign('sha256', body, secret)))
      )
  }
}

export const bodyOf = (parts: Uint8Array[]): Uint8Array => der(SEQUENCE, ...parts)

export const withExtensions = (parts: Uint8Array[], ...extensions: Uint8Array[]): Uint8Array =>
  bodyOf(parts.with(EXTENSIONS, der(field(3), der(SEQUENCE, ...extensions))))

export const anExtension = (isCritical: boolean): Uint8Array =>
  der(
    SEQUENCE,
    derObjectId('1.2.3.4'),
    ...(isCritical ? [der(BOOLEAN, Uint8Array.of(0xff))] : []),
    der(OCTET_STRING, Uint8Array.of(1))
  )
