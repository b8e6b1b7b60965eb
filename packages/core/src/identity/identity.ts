import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readName } from '../canonical.ts'
import { boxKey } from './box.ts'
import type { SealContext } from './box.ts'
import type { Certificate } from './certificate.ts'
import { signingKey } from './ed25519.ts'
import type { SigningKey } from './ed25519.ts'
import { checkPassphrase, protect, readKeyFile, unprotect, writeKeyFile } from './key-file.ts'
import { keyKeeper } from './key-keeper.ts'
import type { KeyKeeper } from './key-keeper.ts'
import { decodeSecrets, encodeSecrets, makeSecrets } from './secrets.ts'
import type { Secrets } from './secrets.ts'
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
  /** 32 secret bytes: the account's Ed25519 key. Every device of the person has them. */
  readonly accountSeed: Uint8Array
  /** Opens what was sealed to this device's box key; undefined when it was not, or was changed since. */
  unseal(sealed: Uint8Array, context: SealContext): Uint8Array | undefined
  /** 32 bytes that only this device and the owner of a box key (raw X25519) know; undefined for a key that is none. */
  agree(box: Uint8Array): Uint8Array | undefined
  /** Changes and stores the display name; throws TypeError, DISK_FULL, FOLDER_READ_ONLY. */
  rename(name: string): Promise<void>
}

/** The identity of a folder. */
export interface StoredIdentity extends Identity {
  readonly keys: KeyKeeper
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

/** The living identity of these secrets; `store` keeps a changed name. */
export function identityOf(secrets: Secrets, name: string, store: (name: string) => Promise<void>): Identity {
  const { accountSeed, certificate, deviceSeed } = secrets
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
    accountSeed,
    sign: bytes => deviceKey.signRaw(bytes),
    unseal: (sealed, context) => box.unseal(sealed, context),
    agree: theirs => box.agree(theirs),
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
    return readName(name.normalize('NFC'))
  } catch (cause) {
    throw new TypeError('a name has 1 to 64 visible characters and no blanks but single spaces within', { cause })
  }
}

/**
 * Opens the identity that lives in `folder`, which the caller has locked, or creates it there on first start: on disk
 * before this resolves, so that a node restarts as itself. An existing file is replaced by `keys` only.
 * Throws BAD_KEY_FILE, BAD_PASSPHRASE, DISK_FULL, FOLDER_READ_ONLY, TypeError for a bad name or label or an empty passphrase.
 */
export async function openIdentity(folder: string, options: IdentityOptions): Promise<StoredIdentity> {
  const { passphrase } = options
  checkPassphrase(passphrase)
  const path = join(folder, KEY_FILE)
  let file = await readKeyFile(path)
  let secrets: Secrets
  if (file) {
    secrets = decodeSecrets(await unprotect(file, passphrase))
  } else {
    const { name, label = 'device', now } = options
    const [accountSeed, deviceSeed, boxSecret] = [randomBytes(32), randomBytes(32), randomBytes(32)]
    secrets = makeSecrets({ accountSeed, deviceSeed, boxSecret, label: localName(label), now })
    file = { name: localName(name), ...(await protect(encodeSecrets(secrets), passphrase)) }
    await writeKeyFile(path, file)
  }
  const keys = keyKeeper({ path, file, secrets, passphrase })
  return Object.assign(
    identityOf(secrets, file.name, name => keys.rename(name)),
    { keys }
  )
}
