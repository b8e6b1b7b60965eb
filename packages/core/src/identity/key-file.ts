import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { readChoice, readInteger, readMap, readName, readText, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { atomicWrite } from './atomic-write.ts'

/** Secrets as they lie on disk: JSON, so that a person who finds the file can see what it is. */
export interface KeyFile {
  name: string
  protection: Protection | undefined
  /** Plain or encrypted, as `protection` says. */
  secrets: Buffer
}

interface Protection {
  /** scrypt's N is 2 to this power. */
  logN: number
  salt: Buffer
  iv: Buffer
}

/** What a file is, and what it says of itself to whoever opens it. */
export interface KeyFormat {
  name: string
  note: string
  maxBytes: number
}

const IDENTITY: KeyFormat = {
  name: 'borgo-identity',
  note: 'Whoever has this file can be you. Keep it to yourself, and keep a copy in a safe place.',
  maxBytes: 16_384
}
/** OWASP's recommendation for scrypt: N = 2^17 (128 MiB), r = 8, p = 1; 0.4 s on a laptop. */
const LOG_N = 17
const R = 8
const KEY_BYTES = 32
const TAG_BYTES = 16
/** Bits of a file's mode that let others than its owner in. */
const OTHERS = 0o077

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)

function keyOf(passphrase: string, { logN, salt }: Protection): Promise<Buffer> {
  const N = 2 ** logN
  return derive(passphrase.normalize('NFKC'), salt, KEY_BYTES, { N, r: R, p: 1, maxmem: 2 * 128 * N * R })
}

/** Throws TypeError for an empty one. */
export function checkPassphrase(passphrase: string | undefined): void {
  if (passphrase === '') throw new TypeError('an empty passphrase protects nothing: give none instead')
}

/** Encrypts with a passphrase (scrypt, AES-256-GCM), or not at all without one. */
export async function protect(secrets: Uint8Array, passphrase: string | undefined): Promise<Omit<KeyFile, 'name'>> {
  if (passphrase === undefined) return { protection: undefined, secrets: Buffer.from(secrets) }
  const protection: Protection = { logN: LOG_N, salt: randomBytes(32), iv: randomBytes(12) }
  const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, protection), protection.iv)
  const sealed = Buffer.concat([cipher.update(secrets), cipher.final(), cipher.getAuthTag()])
  return { protection, secrets: sealed }
}

/** The secrets of a key file. Throws BAD_PASSPHRASE, also when one is missing or not needed. */
export async function unprotect(
  { protection, secrets }: Omit<KeyFile, 'name'>,
  passphrase: string | undefined
): Promise<Buffer> {
  if (!protection) {
    if (passphrase === undefined) return secrets
    throw coreError('BAD_PASSPHRASE', 'the key file has no passphrase: start without one')
  }
  if (passphrase === undefined) throw coreError('BAD_PASSPHRASE', 'the key file needs its passphrase')
  const decipher = createDecipheriv('aes-256-gcm', await keyOf(passphrase, protection), protection.iv)
  decipher.setAuthTag(secrets.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(secrets.subarray(0, -TAG_BYTES)), decipher.final()])
  } catch (cause) {
    throw coreError('BAD_PASSPHRASE', 'this is not the passphrase of the key file', cause)
  }
}

/** Over everything but the note: tells a damaged file from a wrong passphrase. */
function checksum(format: string, name: string, protection: object | null, secrets: string): string {
  return createHash('sha256')
    .update(JSON.stringify([format, 1, name, protection, secrets]))
    .digest('hex')
}

/** The text of a file. */
export function encodeKeyFile(format: KeyFormat, { name, protection, secrets }: KeyFile): string {
  const lock = protection
    ? { logN: protection.logN, salt: protection.salt.toString('hex'), iv: protection.iv.toString('hex') }
    : null
  const text = secrets.toString('base64')
  const head = { format: format.name, version: 1, note: format.note, name, protection: lock, secrets: text }
  return `${JSON.stringify({ ...head, checksum: checksum(format.name, name, lock, text) }, undefined, 2)}\n`
}

/** Reads what `encodeKeyFile` wrote; throws BAD_MESSAGE, SyntaxError. */
export function decodeKeyFile(format: KeyFormat, content: string): KeyFile {
  const file = readMap(JSON.parse(content), 'format', 'version', 'note', 'name', 'protection', 'secrets', 'checksum')
  readChoice(file.format, format.name)
  readChoice(file.version, 1)
  const secrets = readText(file.secrets, format.maxBytes)
  const lock = file.protection === null ? null : readMap(file.protection, 'logN', 'salt', 'iv')
  const name = readName(file.name)
  if (file.checksum !== checksum(format.name, name, lock, secrets))
    throw coreError('BAD_MESSAGE', 'its checksum is wrong')
  return { name, protection: lock ? readProtection(lock) : undefined, secrets: Buffer.from(secrets, 'base64') }
}

/** Writes the file in one step (see `atomicWrite`). */
export async function writeKeyFile(path: string, file: KeyFile): Promise<void> {
  await atomicWrite(path, encodeKeyFile(IDENTITY, file))
}

/** Reads the file, or undefined when there is none. Throws BAD_KEY_FILE with what to do about it. */
export async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  const content = await readPrivate(path)
  if (content === undefined) return undefined
  return readingAs('BAD_KEY_FILE', `an undamaged key file (${path}): put your copy of it in its place`, () =>
    decodeKeyFile(IDENTITY, content)
  )
}

function readProtection(lock: Record<'logN' | 'salt' | 'iv', unknown>): Protection {
  const salt = Buffer.from(readText(lock.salt, 64), 'hex')
  const iv = Buffer.from(readText(lock.iv, 24), 'hex')
  if (salt.length !== 32 || iv.length !== 12) throw coreError('BAD_MESSAGE', 'its encryption is unknown')
  // At most 1 GiB of memory, whatever the file asks for.
  return { logN: readInteger(lock.logN, 14, 20), salt, iv }
}

async function readPrivate(path: string): Promise<string | undefined> {
  let handle
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw coreError('BAD_KEY_FILE', `${path}: cannot be read: it must be a file of your own, with mode 600`, cause)
  }
  try {
    const { mode, uid, size } = await handle.stat()
    const user = process.getuid?.()
    if (user !== undefined && uid !== user)
      throw coreError('BAD_KEY_FILE', `${path}: belongs to another user. Run: sudo chown ${user} '${path}'`)
    if (user !== undefined && (mode & OTHERS) !== 0)
      throw coreError('BAD_KEY_FILE', `${path}: other users can read or change it. Run: chmod 600 '${path}'`)
    if (size > IDENTITY.maxBytes)
      throw coreError('BAD_KEY_FILE', `${path}: too large for a key file: put your copy in its place`)
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}
