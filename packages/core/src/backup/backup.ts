import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { DatabaseSync, backup as copyDatabase } from 'node:sqlite'
import { coreError } from '../errors.ts'
import { emptyFolder, onDisk, sync } from './folder.ts'
import { MANIFEST, manifestText, sha256Of } from './manifest.ts'
import type { Manifest } from './manifest.ts'

const DATABASE = 'state.db'
/** A database is copied in one step: between two, a writer would make it begin again. */
const ALL_PAGES = 2 ** 31 - 1
/** Comes last: what plugins remember of the log is never ahead of it. */
const CORE = 'core'
/** Logs are no data. */
const LEFT_OUT = ['logs']

export interface BackupOptions {
  /** The data folder of a node, running or not. */
  folder: string
  /** Where to: an empty folder, or one to be made. */
  to: string
  /** ms since 1970 */
  now: number
  signal?: AbortSignal
}

/**
 * Copies all that a node keeps, while it runs: each database as it is at one moment, the core's last; then the
 * manifest, without which a backup is none. The key file is in it as it is: guard the copy like the folder itself.
 * Throws FOLDER_NOT_EMPTY, FOLDER_READ_ONLY, DISK_FULL, BAD_BACKUP when there is no node in the folder, `signal.reason`.
 */
export async function backup({ folder, now, signal, to }: BackupOptions): Promise<Manifest> {
  const root = resolve(folder)
  const target = resolve(to)
  if (target === root || target.startsWith(root + sep))
    throw coreError('FOLDER_NOT_EMPTY', `${to}: is inside the data folder: choose another place`)
  if (!existsSync(join(root, CORE, DATABASE))) throw coreError('BAD_BACKUP', `${folder}: no node lives here`)
  const paths = await onDisk(root, () => filesOf(root))
  await emptyFolder(target)
  const files: Manifest['files'] = []
  for (const path of paths) {
    signal?.throwIfAborted()
    const file = join(target, path)
    const isThere = await onDisk(file, async () => {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      return path.endsWith(`/${DATABASE}`)
        ? await copyWhole(join(root, path), file)
        : await copy(join(root, path), file)
    })
    if (!isThere) continue
    await sync(file)
    files.push({ path, bytes: (await stat(file)).size, sha256: await sha256Of(file) })
  }
  const manifest = { createdAt: now, files }
  await onDisk(target, async () => {
    await writeFile(join(target, MANIFEST), manifestText(manifest), { mode: 0o600, flush: true })
    await sync(target)
  })
  return manifest
}

/** Regular files of the owners' folders, and settings beside them; the core's last. */
async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry => relative(root, join(entry.parentPath, entry.name)).split(sep))
    .filter(names => (names.length > 1 ? !LEFT_OUT.includes(names[0] ?? '') : names[0]?.endsWith('.json')))
    .map(names => names.join('/'))
    .filter(path => !/\/state\.db-(wal|shm|journal)$|\.tmp$/.test(path))
  const isCore = (path: string): boolean => path.startsWith(`${CORE}/`)
  return [...paths.filter(path => !isCore(path)), ...paths.filter(isCore)]
}

async function copyWhole(from: string, to: string): Promise<boolean> {
  const source = new DatabaseSync(from)
  try {
    await copyDatabase(source, to, { rate: ALL_PAGES })
    await chmod(to, 0o600)
    return true
  } finally {
    source.close()
  }
}

/** False when the file went away meanwhile. */
async function copy(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
