import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storesIn } from '../store/disk.ts'
import type { Stores } from '../store/store.ts'

/** Stores whose databases live in memory; folders are temporary and removed on close. */
export function memoryStores(): Stores {
  const root = mkdtempSync(join(tmpdir(), 'borgo-'))
  return storesIn(root, { place: () => ':memory:', onClose: () => rmSync(root, { recursive: true, force: true }) })
}
