import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { coreError } from '../errors.ts'
import { KEY_FILE, identityOf } from './identity.ts'
import type { Identity } from './identity.ts'
import { protect, readKeyFile, unprotect, writeKeyFile } from './key-file.ts'
import { decodeSecrets, encodeSecrets, makeSecrets } from './secrets.ts'

/**
 * Makes a new device of the person whose key file is in `folder`. Both can sign until `store` puts the new one's keys in
 * the file, under the same passphrase. Throws BAD_KEY_FILE, BAD_PASSPHRASE.
 */
export async function renewDevice(
  folder: string,
  { now, passphrase }: { now: number; passphrase?: string | undefined }
): Promise<{ before: Identity; after: Identity; store(): Promise<void> }> {
  const path = join(folder, KEY_FILE)
  const file = await readKeyFile(path)
  if (!file) throw coreError('BAD_KEY_FILE', `${path}: is missing: put your copy of it in its place`)
  const old = decodeSecrets(await unprotect(file, passphrase))
  const [deviceSeed, boxSecret] = [randomBytes(32), randomBytes(32)]
  const { accountSeed, certificate } = old
  const secrets = makeSecrets({ accountSeed, deviceSeed, boxSecret, label: certificate.label, now })
  const { name } = file
  const keepName = (): Promise<never> => Promise.reject(coreError('BAD_KEY_FILE', 'open the identity to rename it'))
  return {
    before: identityOf(old, name, keepName),
    after: identityOf(secrets, name, keepName),
    async store() {
      await writeKeyFile(path, { name, ...(await protect(encodeSecrets(secrets), passphrase)) })
    }
  }
}
