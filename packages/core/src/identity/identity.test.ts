import { chmod, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryIdentity } from '../testing/identity.ts'
import { KEY_FILE, openIdentity } from './identity.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'borgo-identity-'))
  file = join(folder, KEY_FILE)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const start = (options: { passphrase?: string; name?: string } = {}) =>
  openIdentity(folder, { name: 'Ada', label: 'laptop', now: 1000, ...options })

const failure = async (work: Promise<unknown>): Promise<{ code: unknown; message: string }> => {
  const error = await work.then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason
  )
  if (!(error instanceof Error)) throw error
  return { code: 'code' in error ? error.code : undefined, message: error.message }
}

describe('opening an identity', () => {
  it('[I-1] ties the device and its box key to the account by a certificate', async () => {
    const identity = await start()
    const { account, device, certificate } = identity
    expect(certificate).toMatchObject({ account, device, label: 'laptop', issuedAt: 1000 })
    expect(device).toMatch(/^12D3KooW/)
    expect(account).toMatch(/^z6Mk/)
  })

  it('[I-2] creates it once and restarts as itself', async () => {
    const first = await start()
    const again = await start({ name: 'Somebody else' })
    expect(again.account).toBe(first.account)
    expect(again.device).toBe(first.device)
    expect(again.name).toBe('Ada')
    expect(again.certificate).toEqual(first.certificate)
    expect(again.sign(Buffer.from('x'))).toEqual(first.sign(Buffer.from('x')))
  })

  it('[I-2] gives every folder an identity of its own', async () => {
    const first = await start()
    await rm(file)
    expect((await start()).account).not.toBe(first.account)
  })

  it('[I-3] keeps the file for its owner and leaves nothing beside it', async () => {
    await start()
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual([KEY_FILE])
  })

  it.each([0o640, 0o604, 0o622])('[I-3] refuses a file of mode %o, with the command that helps', async mode => {
    await start()
    await chmod(file, mode)
    const { code, message } = await failure(start())
    expect(code).toBe('BAD_KEY_FILE')
    expect(message).toContain(`chmod 600 '${file}'`)
    await chmod(file, 0o600)
    await start()
  })

  it('[I-3] does not follow a link', async () => {
    await start()
    const elsewhere = join(folder, 'elsewhere')
    await writeFile(elsewhere, await readFile(file), { mode: 0o600 })
    await rm(file)
    await symlink(elsewhere, file)
    expect(await failure(start())).toMatchObject({ code: 'BAD_KEY_FILE' })
  })

  it.each([
    ['empty', () => ''],
    ['not ours', () => '{"keys":[1,2,3]}'],
    ['cut short', (text: string) => text.slice(0, -20)],
    ['too large', (text: string) => text + ' '.repeat(20_000)],
    ['of another version', (text: string) => text.replace('"version": 1', '"version": 2')],
    ['with a changed name', (text: string) => text.replace('Ada', 'Eve')],
    ['with changed secrets', (text: string) => text.replace(/"secrets": "../, '"secrets": "zz')]
  ])('[I-4] refuses a file that is %s, and leaves it alone', async (_, change) => {
    await start()
    const damaged = change(await readFile(file, 'utf8'))
    await writeFile(file, damaged)
    expect(await failure(start())).toMatchObject({ code: 'BAD_KEY_FILE' })
    expect(await readFile(file, 'utf8')).toBe(damaged)
  })

  it('[I-5] opens with its passphrase only, and never replaces what it cannot open', async () => {
    const first = await start({ passphrase: 'correct horse' })
    const content = await readFile(file, 'utf8')
    const seed = Buffer.from(first.deviceSeed)
    expect(Buffer.from(JSON.parse(content).secrets, 'base64').includes(seed)).toBe(false)
    expect(await failure(start({ passphrase: 'wrong' }))).toMatchObject({ code: 'BAD_PASSPHRASE' })
    expect(await failure(start())).toMatchObject({ code: 'BAD_PASSPHRASE' })
    expect((await start({ passphrase: 'correct horse' })).device).toBe(first.device)
    expect(await readFile(file, 'utf8')).toBe(content)
  })

  it('[I-5] tells a damaged file from a wrong passphrase', async () => {
    await start({ passphrase: 'correct horse' })
    await writeFile(file, (await readFile(file, 'utf8')).replace(/"secrets": "../, '"secrets": "zz'))
    expect(await failure(start({ passphrase: 'correct horse' }))).toMatchObject({ code: 'BAD_KEY_FILE' })
  })

  it('[I-5] says so when a passphrase is given for a file without one', async () => {
    await start()
    expect(await failure(start({ passphrase: 'x' }))).toMatchObject({ code: 'BAD_PASSPHRASE' })
  })

  it('[I-5] takes no empty passphrase', async () => {
    await expect(start({ passphrase: '' })).rejects.toThrow(TypeError)
    expect(await readdir(folder)).toEqual([])
  })

  it('[I-7] keeps the last of many new names', async () => {
    const first = await start()
    await Promise.all(['A', 'B', 'C', 'D'].map(name => first.rename(name)))
    expect(first.name).toBe('D')
    expect((await start()).name).toBe('D')
  })

  it('[I-6] is not disturbed by what a crash left half written', async () => {
    await writeFile(`${file}.tmp`, '{"format":"borgo-id')
    const first = await start()
    await writeFile(`${file}.tmp`, 'half')
    await first.rename('Countess')
    expect((await start()).name).toBe('Countess')
    expect(await readdir(folder)).toEqual([KEY_FILE])
  })

  it('[I-6] says that it cannot write', async () => {
    const missing = join(folder, 'missing')
    expect(await failure(openIdentity(missing, { name: 'Ada', now: 0 }))).toMatchObject({ code: 'FOLDER_READ_ONLY' })
  })

  it('[I-7] keeps a new name, encrypted file or not', async () => {
    const first = await start({ passphrase: 'p' })
    await first.rename('Ada Lovelace')
    expect(first.name).toBe('Ada Lovelace')
    const again = await start({ passphrase: 'p' })
    expect(again.name).toBe('Ada Lovelace')
    expect(again.account).toBe(first.account)
  })

  it.each(['', ' Ada', 'a\nb', '\u202eadA', 'x'.repeat(65), '\ud800'])('[I-7] refuses the name %j', async name => {
    await expect(start({ name })).rejects.toThrow(TypeError)
    await expect(memoryIdentity('one').rename(name)).rejects.toThrow(TypeError)
  })

  it('[I-7] counts characters, not bytes', async () => {
    expect((await start({ name: '🏘'.repeat(64) })).name).toBe('🏘'.repeat(64))
  })
})
