import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { DatabaseSync, backup as copyDatabase } from 'node:sqlite'
import { coreError } from '../errors.ts'
import { copyFile } from './copy-file.ts'
import type { Copied } from './copy-file.ts'
import { emptyFolder, onDisk, sync } from './folder.ts'
import { MANIFEST, manifestText, sha256Of } from './manifest.ts'
import type { Manifest } from './manifest.ts'
import { CopyProgress } from './progress.ts'
import type { BackupProgress } from './progress.ts'

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
  /** Names of further files at the top of the data folder, where they are there: such as settings of the program around the node. */
  also?: readonly string[]
  /** ms since 1970 */
  now: number
  /** Runs at the beginning, after each MiB and each file. */
  onProgress?: ((progress: BackupProgress) => void) | undefined
  signal?: AbortSignal
}

/**
 * Copies all that a node keeps, while it runs: each database as it is at one moment, the core's last; then the
 * manifest, without which a backup is none. The key file is in it as it is: guard the copy like the folder itself. What
 * was copied goes when it does not come to its end. Throws FOLDER_NOT_EMPTY, FOLDER_READ_ONLY, DISK_FULL, BAD_BACKUP when
 * there is no node in the folder, `signal.reason`.
 */
export async function backup({ also = [], folder, now, onProgress, signal, to }: BackupOptions): Promise<Manifest> {
  const root = resolve(folder)
  const target = resolve(to)
  if (target === root || target.startsWith(root + sep))
    throw coreError('FOLDER_NOT_EMPTY', `${to}: is inside the data folder: choose another place`)
  if (!existsSync(join(root, CORE, DATABASE))) throw coreError('BAD_BACKUP', `${folder}: no node lives here`)
  const sizes = await onDisk(root, () => filesOf(root, also))
  const isNew = !existsSync(target)
  await emptyFolder(target)
  try {
    const files = await copyAll(sizes, root, target, new CopyProgress([...sizes.values()], onProgress), signal)
    const manifest = { createdAt: now, files }
    await onDisk(target, async () => {
      await writeFile(join(target, MANIFEST), manifestText(manifest), { mode: 0o600, flush: true })
      await sync(target)
    })
    return manifest
  } catch (error) {
    // Half a copy is none, and in the way of the next one.
    for (const name of new Set([MANIFEST, ...sizes.keys()].map(path => path.split('/')[0] ?? path)))
      await rm(join(target, name), { recursive: true, force: true })
    if (isNew) await rmdir(target).catch(() => undefined)
    throw error
  }
}

async function copyAll(
  sizes: ReadonlyMap<string, number>,
  root: string,
  target: string,
  progress: CopyProgress,
  signal: AbortSignal | undefined
): Promise<Manifest['files']> {
  const files: Manifest['files'] = []
  for (const [path, size] of sizes) {
    signal?.throwIfAborted()
    const [from, to] = [join(root, path), join(target, path)]
    const copied = await onDisk(to, async () => {
      await mkdir(dirname(to), { recursive: true, mode: 0o700 })
      if (!path.endsWith(`/${DATABASE}`))
        return await copyIfThere(from, to, { onBytes: bytes => progress.add(bytes), signal })
      await copyWhole(from, to)
      await sync(to)
      return { bytes: (await stat(to)).size, sha256: await sha256Of(to) }
    })
    progress.file(size)
    if (copied) files.push({ path, ...copied })
  }
  return files
}

/** Regular files of the owners' folders, and what lies beside them and is to come along, with their sizes; the core's last. */
async function filesOf(root: string, also: readonly string[]): Promise<Map<string, number>> {
  const isNamed = (names: readonly string[]): boolean => names.length === 1 && also.includes(names[0] ?? '')
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = entries
    .map(entry => ({ entry, names: relative(root, join(entry.parentPath, entry.name)).split(sep) }))
    // Settings may be a link to where an administrator keeps them: what it leads to is copied.
    .filter(({ entry, names }) => entry.isFile() || (entry.isSymbolicLink() && isNamed(names)))
    .filter(({ names }) =>
      names.length > 1 ? !LEFT_OUT.includes(names[0] ?? '') : names[0]?.endsWith('.json') || isNamed(names)
    )
    .map(({ names }) => names.join('/'))
    .filter(path => !/\/state\.db-(wal|shm|journal)$|\.tmp$/.test(path))
  const isCore = (path: string): boolean => path.startsWith(`${CORE}/`)
  const sizes = new Map<string, number>()
  for (const path of [...paths.filter(path => !isCore(path)), ...paths.filter(isCore)]) {
    const file = join(root, path)
    const size = await ifThere(async () => (path.endsWith(`/${DATABASE}`) ? sizeOf(file) : (await stat(file)).size))
    if (size !== undefined) sizes.set(path, size)
  }
  return sizes
}

/** How long a copy of a database will be: most of it may still lie beside its file. */
function sizeOf(file: string): number {
  const source = new DatabaseSync(file)
  try {
    const { page_count: pages } = source.prepare('PRAGMA page_count').get() ?? {}
    const { page_size: bytes } = source.prepare('PRAGMA page_size').get() ?? {}
    return Number(pages) * Number(bytes)
  } finally {
    source.close()
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from)
  try {
    await copyDatabase(source, to, { rate: ALL_PAGES })
    await chmod(to, 0o600)
  } finally {
    source.close()
  }
}

const copyIfThere = (...args: Parameters<typeof copyFile>): Promise<Copied | undefined> =>
  ifThere(() => copyFile(...args))

/** Undefined when the file went away meanwhile. */
async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
