import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../store/sqlite.ts'
import type { Store, Stores } from '../store/store.ts'

/** Stores whose databases live in memory; folders are temporary and removed on close. */
export function memoryStores(): Stores {
  const root = mkdtempSync(join(tmpdir(), 'borgo-'))
  const stores = new Map<string, Store>()
  const closers: (() => void)[] = []
  return {
    of(owner) {
      const known = stores.get(owner)
      if (known) return known
      const folder = join(root, owner)
      mkdirSync(folder, { mode: 0o700 })
      const store: Store = {
        folder,
        database(migrations) {
          const database = openDatabase(':memory:', migrations)
          closers.push(() => database.close())
          return database
        }
      }
      stores.set(owner, store)
      return store
    },
    close() {
      for (const close of closers.splice(0).reverse()) close()
      rmSync(root, { recursive: true, force: true })
    }
  }
}
