import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KEY_FILE, openIdentity } from './identity.ts'
import type { StoredIdentity } from './identity.ts'
import { accountOf } from './secrets.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'borgo-keys-'))
  file = join(folder, KEY_FILE)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const start = (passphrase?: string): Promise<StoredIdentity> =>
  openIdentity(folder, { name: 'Ada', label: 'laptop', now: 1000, ...(passphrase !== undefined && { passphrase }) })

describe('the passphrase of a key file', () => {
  it('[I-13] is set, changed and removed, each with the one before', async () => {
    const { device, keys } = await start()
    expect(keys.isEncrypted).toBe(false)
    await keys.setPassphrase('one', undefined)
    expect(keys.isEncrypted).toBe(true)
    await expect(keys.setPassphrase('two', 'wrong')).rejects.toMatchObject({ code: 'BAD_PASSPHRASE' })
    await expect(keys.setPassphrase(undefined, undefined)).rejects.toMatchObject({ code: 'BAD_PASSPHRASE' })
    await expect(keys.setPassphrase('', 'one')).rejects.toThrow(TypeError)
    await keys.rename('Ada Lovelace')
    const again = await start('one')
    expect(again).toMatchObject({ device, name: 'Ada Lovelace' })
    await again.keys.setPassphrase(undefined, 'one')
    expect((await start()).device).toBe(device)
  })

  it('[I-13] is that of whatever is written later', async () => {
    const { keys } = await start()
    await Promise.all([keys.setPassphrase('one', undefined), keys.rename('Ada Lovelace'), keys.unlock(undefined)])
    expect((await start('one')).name).toBe('Ada Lovelace')
  })
})

describe('a device that comes to another account', () => {
  const seed = Uint8Array.from(randomBytes(32))

  it('[I-14] keeps its own keys, and is the old or the new one whole wherever a crash falls', async () => {
    const before = await start()
    const old = await readFile(file)
    const certificate = await before.keys.adopt({ accountSeed: seed, name: 'Grace', label: 'phone', now: 2000 })
    expect(certificate).toMatchObject({
      account: accountOf(seed),
      device: before.device,
      label: 'phone',
      issuedAt: 2000
    })
    const after = await start()
    expect(after).toMatchObject({ account: certificate.account, device: before.device, name: 'Grace' })
    expect(after.certificate).toEqual(certificate)
    expect(after.account).not.toBe(before.account)
    const written = await readFile(file)
    // What a crash can leave: the old file, beside the new one as far as it was written.
    for (const length of [0, 1, written.length >> 1, written.length]) {
      await writeFile(file, old)
      await writeFile(`${file}.tmp`, written.subarray(0, length), { mode: 0o600 })
      expect(await start()).toMatchObject({ account: before.account, name: 'Ada' })
    }
    await writeFile(file, written)
    expect((await start()).account).toBe(after.account)
  })
})

describe('the check of a key file', () => {
  it('[I-15] reads it as a start would', async () => {
    const { keys } = await start()
    await keys.check()
    await chmod(file, 0o644)
    await expect(keys.check()).rejects.toMatchObject({ code: 'BAD_KEY_FILE' })
    await chmod(file, 0o600)
    await writeFile(file, (await readFile(file, 'utf8')).replace('Ada', 'Eve'))
    await expect(keys.check()).rejects.toMatchObject({ code: 'BAD_KEY_FILE' })
    await rm(file)
    await expect(keys.check()).rejects.toMatchObject({ code: 'BAD_KEY_FILE' })
  })
})
