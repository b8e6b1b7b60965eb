import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { readChoice, readInteger, readList, readMap, readText, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'

export const MANIFEST = 'manifest.json'
const FORMAT = 'borgo-backup'
const MAX_FILES = 1_000_000
const MAX_PATH = 1_024
const SHA256_HEX = /^[0-9a-f]{64}$/

export interface BackupFile {
  /** Below the data folder, with `/` between names. */
  path: string
  bytes: number
  sha256: string
}

export interface Manifest {
  /** ms since 1970 */
  createdAt: number
  files: BackupFile[]
}

export function manifestText({ createdAt, files }: Manifest): string {
  return `${JSON.stringify({ format: FORMAT, version: 1, createdAt, files }, undefined, 1)}\n`
}

/** Throws BAD_BACKUP when there is none, or it names files outside its folder. */
export async function readManifest(folder: string): Promise<Manifest> {
  let text: string
  try {
    text = await readFile(join(folder, MANIFEST), 'utf8')
  } catch (cause) {
    throw coreError('BAD_BACKUP', `${folder}: no finished backup: it has no ${MANIFEST}`, cause)
  }
  return readingAs('BAD_BACKUP', `${MANIFEST} of a backup`, () => {
    const value = readMap(JSON.parse(text), 'format', 'version', 'createdAt', 'files')
    readChoice(value.format, FORMAT)
    readChoice(value.version, 1)
    return { createdAt: readInteger(value.createdAt, 0), files: readList(value.files, MAX_FILES, readFileEntry) }
  })
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

function readFileEntry(value: unknown): BackupFile {
  const entry = readMap(value, 'path', 'bytes', 'sha256')
  const path = readText(entry.path, MAX_PATH)
  const sha256 = readText(entry.sha256, 64)
  const names = path.split('/')
  if (names.some(name => name === '' || name === '.' || name === '..' || name.includes('\\') || name.includes('\0')))
    throw coreError('BAD_MESSAGE', `a path that leads elsewhere: ${JSON.stringify(path)}`)
  if (!SHA256_HEX.test(sha256)) throw coreError('BAD_MESSAGE', 'not a SHA-256')
  return { path, bytes: readInteger(entry.bytes, 0), sha256 }
}
