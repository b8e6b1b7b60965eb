import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { X509Certificate } from 'node:crypto'
import { publicKeyFromProtobuf, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PrivateKey, PublicKey } from '@libp2p/interface'
import { coreError } from '../../errors.ts'
import {
  BIT_STRING,
  BOOLEAN,
  der,
  derObjectId,
  derValues,
  field,
  GENERALIZED_TIME,
  INTEGER,
  OCTET_STRING,
  SEQUENCE,
  SET,
  UTC_TIME,
  UTF8_STRING
} from './der.ts'

/**
 * Certificates of libp2p's TLS (https://github.com/libp2p/specs/blob/master/tls/tls.md): self-signed by a key of their own,
 * which the node's key signed in an extension.
 */
const SIGNED_KEY = derObjectId('1.3.6.1.4.1.53594.1.1')
const SIGNED_PREFIX = Buffer.from('libp2p-tls-handshake:')
const COMMON_NAME = derObjectId('2.5.4.3')
const ECDSA_WITH_SHA256 = der(SEQUENCE, derObjectId('1.2.840.10045.4.3.2'))

/** Valid on every clock, also on one that was never set: from 1970 and without an end (RFC 5280, section 4.1.2.5). */
const VALIDITY = der(
  SEQUENCE,
  der(UTC_TIME, Buffer.from('700101000000Z')),
  der(GENERALIZED_TIME, Buffer.from('99991231235959Z'))
)

/** A new certificate for a node's key, and the key that it is for, both as PEM. */
export async function createCertificate(nodeKey: PrivateKey): Promise<{ cert: string; key: string }> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const signature = await nodeKey.sign(Buffer.concat([SIGNED_PREFIX, spki]))
  const signedKey = der(
    SEQUENCE,
    der(OCTET_STRING, publicKeyToProtobuf(nodeKey.publicKey)),
    der(OCTET_STRING, signature)
  )
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from('libp2p')))))
  // Positive, and of the same length whatever comes.
  const serial = Buffer.concat([Uint8Array.of(1), randomBytes(15)])
  const version3 = der(field(0), der(INTEGER, Uint8Array.of(2)))
  const extensions = der(field(3), der(SEQUENCE, der(SEQUENCE, SIGNED_KEY, der(OCTET_STRING, signedKey))))
  const body = der(SEQUENCE, version3, der(INTEGER, serial), ECDSA_WITH_SHA256, name, VALIDITY, name, spki, extensions)
  const certificate = der(
    SEQUENCE,
    body,
    ECDSA_WITH_SHA256,
    der(BIT_STRING, Uint8Array.of(0), sign('sha256', body, privateKey))
  )
  const base64 = Buffer.from(certificate).toString('base64')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  }
}

/**
 * The node's key that a certificate proves, once the handshake proved that the other end holds the certificate's own.
 *
 * Its dates are not looked at, though libp2p's specification asks for that. They protect nothing: nobody but the node itself
 * made them, and there is no authority that would not renew them. But they would keep apart nodes whose clocks differ.
 *
 * Throws BAD_MESSAGE on everything that no honest node shows.
 */
export async function provenKey(certificate: X509Certificate): Promise<PublicKey> {
  try {
    if (!certificate.checkIssued(certificate) || !certificate.verify(certificate.publicKey))
      throw new Error('it is not signed by itself')
    const { spki, signedKey } = partsOf(certificate.raw)
    const [key, signature] = derValues(only(derValues(signedKey), SEQUENCE))
    if (key?.tag !== OCTET_STRING || signature?.tag !== OCTET_STRING) throw new Error('its extension is odd')
    const nodeKey = publicKeyFromProtobuf(key.content)
    if (!(await nodeKey.verify(Buffer.concat([SIGNED_PREFIX, spki]), signature.content)))
      throw new Error('the node did not sign its key')
    return nodeKey
  } catch (cause) {
    throw coreError('BAD_MESSAGE', 'a TLS certificate that proves no node', cause)
  }
}

/** The certificate's key as it was signed, and the content of libp2p's extension. */
function partsOf(certificate: Uint8Array): { spki: Uint8Array; signedKey: Uint8Array } {
  const [body] = derValues(only(derValues(certificate), SEQUENCE))
  // Version, serial number, algorithm, issuer, dates, subject, key; then what may be left out.
  const [, , , , , , spki, ...others] = derValues(only([body], SEQUENCE))
  const extensions = others.find(({ tag }) => tag === field(3))
  if (!spki || !extensions) throw new Error('it has no extensions')
  let signedKey: Uint8Array | undefined
  for (const extension of derValues(only(derValues(extensions.content), SEQUENCE))) {
    const [id, ...rest] = derValues(only([extension], SEQUENCE))
    const isSignedKey = id !== undefined && Buffer.compare(id.whole, SIGNED_KEY) === 0
    const isCritical = rest[0]?.tag === BOOLEAN && rest[0].content[0] !== 0
    if (isSignedKey) {
      if (signedKey) throw new Error('it has two keys')
      signedKey = only(rest.slice(-1), OCTET_STRING)
    } else if (isCritical) throw new Error('a critical extension is unknown')
  }
  if (!signedKey) throw new Error('it has no key of a node')
  return { spki: spki.whole, signedKey }
}

function only(values: (ReturnType<typeof derValues>[number] | undefined)[], tag: number): Uint8Array {
  const [value, ...more] = values
  if (value?.tag !== tag || more.length > 0) throw new Error('it is not built as certificates are')
  return value.content
}
