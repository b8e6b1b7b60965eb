import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { decodeCanonical, encodeCanonical, readBytes, readChoice, readMap, readName, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { accountIdOf, peerIdOf } from '../ids.ts'
import { boxKey } from './box.ts'
import type { SealContext } from './box.ts'
import { issueCertificate, readCertificate } from './certificate.ts'
import type { Certificate } from './certificate.ts'
import { signingKey } from './ed25519.ts'
import type { SigningKey } from './ed25519.ts'
import { protect, readKeyFile, unprotect, writeKeyFile } from './key-file.ts'
import type { Self } from './self.ts'

/** Below the folder given to `openIdentity`. */
export const KEY_FILE = 'identity.json'

/** This device and its person as the core sees them; plugins get the `Self` part of it. */
export interface Identity extends Self {
  readonly certificate: Certificate
  /** The device's key pair: signs what the core says, each use with a tag of its own. */
  readonly deviceKey: SigningKey
  /** 32 secret bytes: the transport's Ed25519 key. */
  readonly deviceSeed: Uint8Array
  /** Opens what was sealed to this device's box key; undefined when it was not, or was changed since. */
  unseal(sealed: Uint8Array, context: SealContext): Uint8Array | undefined
  /** Changes and stores the display name; throws TypeError, DISK_FULL, FOLDER_READ_ONLY. */
  rename(name: string): Promise<void>
}

/** What is secret of an identity, and the certificate that ties it together. */
export interface Secrets {
  accountSeed: Uint8Array
  deviceSeed: Uint8Array
  boxSecret: Uint8Array
  certificate: Certificate
}

export interface IdentityOptions {
  /** Encrypts the key file on first start, and is needed from then on. @default none: the file's mode protects it */
  passphrase?: string
  /** The display name on first start; later the stored one counts. */
  name: string
  /** The device's name on first start, in its certificate. @default 'device' */
  label?: string
  /** ms since 1970, for the certificate. */
  now: number
}

/** Makes keys from three times 32 bytes and certifies the device. */
export function makeSecrets(options: {
  accountSeed: Uint8Array
  deviceSeed: Uint8Array
  boxSecret: Uint8Array
  label: string
  now: number
}): Secrets {
  const { accountSeed, deviceSeed, boxSecret, label, now } = options
  const device = peerIdOf(signingKey(deviceSeed).publicKey)
  const box = boxKey(boxSecret).publicKey
  const certificate = issueCertificate(signingKey(accountSeed), { device, box, label, issuedAt: now })
  return { accountSeed, deviceSeed, boxSecret, certificate }
}

/** The living identity of these secrets; `store` keeps a changed name. */
export function identityOf(secrets: Secrets, name: string, store: (name: string) => Promise<void>): Identity {
  const { certificate, deviceSeed } = secrets
  const deviceKey = signingKey(deviceSeed)
  const box = boxKey(secrets.boxSecret)
  let shown = name
  let stored = Promise.resolve()
  return {
    account: certificate.account,
    device: certificate.device,
    get name() {
      return shown
    },
    certificate,
    deviceKey,
    deviceSeed,
    sign: bytes => deviceKey.signRaw(bytes),
    unseal: (sealed, context) => box.unseal(sealed, context),
    async rename(next) {
      const name = localName(next)
      // One after the other: they write the same file.
      const storing = stored.then(() => store(name))
      stored = storing.catch(() => undefined)
      await storing
      shown = name
    }
  }
}

/** Checks a name that the local person chose; throws TypeError. */
export function localName(name: string): string {
  try {
    return readName(name)
  } catch (cause) {
    throw new TypeError('a name has 1 to 64 visible characters and no space at either end', { cause })
  }
}

/**
 * Opens the identity that lives in `folder`, which the caller has locked, or creates it there on first start: on disk
 * before this resolves, so that a node restarts as itself. An existing file is never replaced but to change the name.
 * Throws BAD_KEY_FILE, BAD_PASSPHRASE, DISK_FULL, FOLDER_READ_ONLY, TypeError for a bad name or label or an empty passphrase.
 */
export async function openIdentity(folder: string, options: IdentityOptions): Promise<Identity> {
  if (options.passphrase === '') throw new TypeError('an empty passphrase protects nothing: give none instead')
  const path = join(folder, KEY_FILE)
  let file = await readKeyFile(path)
  let secrets: Secrets
  if (file) {
    secrets = decodeSecrets(await unprotect(file, options.passphrase))
  } else {
    const { passphrase, name, label = 'device', now } = options
    const [accountSeed, deviceSeed, boxSecret] = [randomBytes(32), randomBytes(32), randomBytes(32)]
    secrets = makeSecrets({ accountSeed, deviceSeed, boxSecret, label: localName(label), now })
    file = { name: localName(name), ...(await protect(encodeSecrets(secrets), passphrase)) }
    await writeKeyFile(path, file)
  }
  const { protection, secrets: stored } = file
  return identityOf(secrets, file.name, name => writeKeyFile(path, { name, protection, secrets: stored }))
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
    const certificate = readCertificate(readBytes(value.certificate, 1, 512))
    const own =
      certificate.account === accountIdOf(signingKey(accountSeed).publicKey) &&
      certificate.device === peerIdOf(signingKey(deviceSeed).publicKey) &&
      Buffer.from(certificate.box).equals(boxKey(boxSecret).publicKey)
    if (!own) throw coreError('BAD_CERTIFICATE', 'its keys do not belong together')
    return { accountSeed, deviceSeed, boxSecret, certificate }
  })
}
