import { mkdir, open, readdir } from 'node:fs/promises'
import { coreError } from '../errors.ts'

const FULL = ['ENOSPC', 'EDQUOT', 'EIO']

/** Makes a folder (0700) or takes an empty one. Throws FOLDER_NOT_EMPTY, FOLDER_READ_ONLY, DISK_FULL. */
export async function emptyFolder(folder: string): Promise<void> {
  const names = await onDisk(folder, async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return await readdir(folder)
  })
  if (names.length > 0)
    throw coreError('FOLDER_NOT_EMPTY', `${folder}: there is something in it: choose an empty folder`)
}

/** Does something with the disk. Throws DISK_FULL, FOLDER_READ_ONLY. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (FULL.includes(code)) throw coreError('DISK_FULL', `${path}: the disk is full: free some space`, cause)
    if (['EACCES', 'EPERM', 'EROFS'].includes(code))
      throw coreError('FOLDER_READ_ONLY', `${path}: cannot be read or written: check its owner`, cause)
    throw cause
  }
}

/** Waits until a file or folder survives power loss. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
