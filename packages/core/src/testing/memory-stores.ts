import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { storesIn } from '../store/disk.ts'
import { databaseOn, openDatabase } from '../store/sqlite.ts'
import type { Stores } from '../store/store.ts'

const IN_MEMORY = ':memory:'

/** Stores whose databases live in memory; folders are temporary and removed on close. */
export function memoryStores(): Stores {
  const root = temporaryFolder()
  return storesIn(root, {
    open: (_folder, migrations) => openDatabase(IN_MEMORY, migrations),
    onClose: () => removeFolder(root)
  })
}

/** The disk of a node that is started again and again: its stores are opened anew each time, with what is in them. */
export interface MemoryDisk {
  stores(): Stores
  /** Frees it. */
  remove(): void
}

export function memoryDisk(): MemoryDisk {
  const root = temporaryFolder()
  const kept = new Map<string, DatabaseSync>()
  const sqliteOf = (folder: string): DatabaseSync => {
    const sqlite = kept.get(folder) ?? new DatabaseSync(IN_MEMORY)
    kept.set(folder, sqlite)
    return sqlite
  }
  return {
    stores: () =>
      storesIn(root, {
        open: (folder, migrations) => ({
          ...databaseOn(sqliteOf(folder), IN_MEMORY, migrations),
          close: () => undefined
        }),
        onClose: () => undefined
      }),
    remove() {
      for (const sqlite of kept.values()) sqlite.close()
      kept.clear()
      removeFolder(root)
    }
  }
}

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'borgo-'))
}

function removeFolder(root: string): void {
  rmSync(root, { recursive: true, force: true })
}
