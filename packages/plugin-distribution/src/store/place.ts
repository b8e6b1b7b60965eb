import { link, lstat, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { contentError, diskError } from '../errors.ts'

/** File systems without hard links answer with one of these. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/**
 * Gives a finished file or folder its name, durably, and never in place of another. Once more after a crash halfway
 * does no harm. Throws TARGET_EXISTS, READ_ONLY, DISK_FULL.
 */
export async function place(temporary: string, target: string, kind: 'file' | 'folder'): Promise<void> {
  try {
    if (kind === 'folder' || !(await linked(temporary, target))) {
      if (await exists(target)) throw taken(target)
      await rename(temporary, target)
    }
    await syncFolder(dirname(target))
  } catch (error) {
    throw diskError(error, target)
  }
}

/** A hard link takes a free name atomically, which `rename` cannot. False where the file system has none. */
async function linked(temporary: string, target: string): Promise<boolean> {
  try {
    await link(temporary, target)
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await isSame(temporary, target))) return true
    if (NO_LINKS.has(codeOf(error))) return false
    throw error
  }
  await rm(temporary)
  return true
}

async function isSame(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([lstat(a), lstat(b)])
  if (first.ino !== second.ino || first.dev !== second.dev) return false
  await rm(a)
  return true
}

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

export function taken(target: string): Error {
  return contentError('TARGET_EXISTS', `${target}: something of that name is there already: choose another name`)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Without this a power cut may bring the old name back. Windows cannot and need not open a folder. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  await using folder = await open(path)
  await folder.sync()
}
