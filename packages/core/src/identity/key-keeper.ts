import { coreError } from '../errors.ts'
import type { Certificate } from './certificate.ts'
import { checkPassphrase, protect, readKeyFile, unprotect, writeKeyFile } from './key-file.ts'
import type { KeyFile } from './key-file.ts'
import { decodeSecrets, encodeSecrets, makeSecrets } from './secrets.ts'
import type { Secrets } from './secrets.ts'

/** What can be done to the key file of a running node. Each change is whole on disk when it resolves, or did not happen. */
export interface KeyKeeper {
  /** Whether it takes a passphrase to start. */
  readonly isEncrypted: boolean
  /** Changes the person's display name. Throws DISK_FULL, FOLDER_READ_ONLY. */
  rename(name: string): Promise<void>
  /**
   * Sets, changes or (undefined) removes the passphrase. `current`: the one that there is. Throws BAD_PASSPHRASE, DISK_FULL,
   * FOLDER_READ_ONLY, TypeError for an empty one.
   */
  setPassphrase(next: string | undefined, current: string | undefined): Promise<void>
  /** Throws BAD_PASSPHRASE unless it is the passphrase, or there is none and none is given. */
  unlock(passphrase: string | undefined): Promise<void>
  /**
   * Makes this device one of another account, and returns its certificate. The running identity stays what it was until
   * the folder is opened again. Throws DISK_FULL, FOLDER_READ_ONLY.
   */
  adopt(account: Adopted): Promise<Certificate>
  /** Reads the file on disk as a start would. Throws BAD_KEY_FILE, BAD_PASSPHRASE. */
  check(): Promise<void>
}

/** The account that a device is to belong to. */
export interface Adopted {
  accountSeed: Uint8Array
  /** The person's display name. */
  name: string
  /** The device's name, for its certificate. */
  label: string
  /** ms since 1970, for the certificate. */
  now: number
}

export function keyKeeper(options: {
  path: string
  file: KeyFile
  secrets: Secrets
  passphrase: string | undefined
}): KeyKeeper {
  const { path, secrets } = options
  let state: { file: KeyFile; passphrase: string | undefined } = options
  let writing = Promise.resolve()
  /** One after the other: each builds on what is on disk. */
  const rewrite = async (change: (now: typeof state) => Promise<typeof state>): Promise<void> => {
    const written = writing.then(async () => {
      const next = await change(state)
      await writeKeyFile(path, next.file)
      state = next
    })
    writing = written.catch(() => undefined)
    await written
  }
  return {
    get isEncrypted() {
      return state.file.protection !== undefined
    },
    rename: name => rewrite(async ({ file, passphrase }) => ({ file: { ...file, name }, passphrase })),
    async setPassphrase(next, current) {
      checkPassphrase(next)
      await rewrite(async ({ file }) => {
        const plain = await unprotect(file, current)
        return { file: { name: file.name, ...(await protect(plain, next)) }, passphrase: next }
      })
    },
    async unlock(given) {
      await unprotect(state.file, given)
    },
    async adopt({ name, ...account }) {
      const adopted = makeSecrets({ ...secrets, ...account })
      const plain = encodeSecrets(adopted)
      await rewrite(async ({ passphrase }) => ({ file: { name, ...(await protect(plain, passphrase)) }, passphrase }))
      return adopted.certificate
    },
    async check() {
      const found = await readKeyFile(path)
      if (!found) throw coreError('BAD_KEY_FILE', `${path}: is missing: put your copy of it in its place`)
      decodeSecrets(await unprotect(found, state.passphrase))
    }
  }
}
