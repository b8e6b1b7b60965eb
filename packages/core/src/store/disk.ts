import { accessSync, constants, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { coreError } from '../errors.ts'
import { openDatabase } from './sqlite.ts'
import type { ClosableDatabase } from './sqlite.ts'
import type { Store, Stores } from './store.ts'

/**
 * Stores below one folder: `<folder>/<owner>/state.db` and whatever the owner puts beside it. Holds a lock that
 * ends with the process, however it ends. Throws FOLDER_IN_USE, FOLDER_READ_ONLY, DISK_FULL.
 */
export function diskStores(folder: string): Stores {
  const root = resolve(folder)
  makeFolder(root)
  const unlock = lock(root)
  return storesIn(root, { open: (own, migrations) => openDatabase(join(own, 'state.db'), migrations), onClose: unlock })
}

/** One store an owner below `root`; `open` opens the database that belongs to its folder. */
export function storesIn(
  root: string,
  { open, onClose }: { open: (folder: string, migrations: readonly string[]) => ClosableDatabase; onClose: () => void }
): Stores {
  const stores = new Map<string, Store>()
  const closers = new Map<string, (() => void)[]>()
  const release = (owner: string): void => {
    const own = closers.get(owner) ?? []
    closers.delete(owner)
    for (const close of own.reverse()) close()
  }
  return {
    of(owner) {
      const known = stores.get(owner)
      if (known) return known
      const folder = join(root, owner)
      makeFolder(folder)
      const store: Store = {
        folder,
        database(migrations) {
          const database = open(folder, migrations)
          closers.set(owner, [...(closers.get(owner) ?? []), () => database.close()])
          return database
        }
      }
      stores.set(owner, store)
      return store
    },
    release,
    close() {
      for (const owner of [...closers.keys()].reverse()) release(owner)
      onClose()
    }
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const full = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')
    if (full) throw coreError('DISK_FULL', `${folder}: the disk is full: free some space`, cause)
    throw coreError('FOLDER_READ_ONLY', `${folder}: cannot write here: choose another folder or fix its owner`, cause)
  }
}

/** A file lock held by SQLite: the kernel drops it with the process, so that no stale lock file is ever left. */
function lock(folder: string): () => void {
  const file = join(folder, 'lock.db')
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: 0 })
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database?.close()
    const busy = cause instanceof Error && 'errcode' in cause && cause.errcode === 5 // SQLITE_BUSY
    if (busy) throw coreError('FOLDER_IN_USE', `${folder}: another node runs on this folder: stop it first`, cause)
    throw coreError('FOLDER_READ_ONLY', `${folder}: cannot lock the folder: check its permissions`, cause)
  }
  const held = database
  return () => {
    if (held.isOpen) held.close()
  }
}
