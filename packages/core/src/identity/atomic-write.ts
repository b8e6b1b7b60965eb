import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { coreError } from '../errors.ts'

const FULL = ['ENOSPC', 'EDQUOT', 'EIO']
const READ_ONLY = ['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR']

/**
 * Puts a file in place whole or not at all, readable by its owner only; when it resolves, the file survives power loss.
 * The caller holds the folder for itself. Throws DISK_FULL, FOLDER_READ_ONLY.
 */
export async function atomicWrite(file: string, content: string): Promise<void> {
  const temporary = `${file}.tmp`
  try {
    // One that a crash left may hold half a key.
    await rm(temporary, { force: true })
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
    await syncFolder(dirname(file))
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (FULL.includes(code)) throw coreError('DISK_FULL', `${file}: cannot be written: free some space`, cause)
    if (READ_ONLY.includes(code))
      throw coreError('FOLDER_READ_ONLY', `${file}: cannot be written: make its folder writable`, cause)
    throw cause
  }
}

/** Without it, power loss can undo the rename. Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
