import { execFile } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasCode } from '../errors.ts'
import { memoryStores } from '../testing/memory-stores.ts'
import { storeSuite } from '../testing/store-suite.ts'
import { diskStores } from './disk.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'borgo-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

storeSuite('memory', memoryStores)
storeSuite('disk', () => diskStores(join(folder, 'data')))

const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
  return 'nothing was thrown'
}

describe('disk stores', () => {
  it('[S-3] goes on from the version on disk', () => {
    const first = 'CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1)'
    const before = diskStores(folder)
    before.of('one').database([first])
    before.close()
    const after = diskStores(folder)
    const database = after.of('one').database([first, 'UPDATE t SET x = 2'])
    expect(database.prepare('SELECT x FROM t').get()?.x).toBe(2)
    after.close()
  })

  it('[S-4] leaves a failed migration undone, and the database as it was', () => {
    const first = 'CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1)'
    const before = diskStores(folder)
    before.of('one').database([first])
    before.close()
    const after = diskStores(folder)
    expect(() => after.of('one').database([first, 'UPDATE t SET x = 2; SELECT nonsense'])).toThrow('nonsense')
    expect(after.of('one').database([first]).prepare('SELECT x FROM t').get()?.x).toBe(1)
    after.close()
  })

  it('[S-5] refuses a database that a newer build wrote', () => {
    const newer = diskStores(folder)
    newer.of('one').database(['CREATE TABLE t (x INTEGER)', 'CREATE TABLE u (x INTEGER)'])
    newer.close()
    const older = diskStores(folder)
    expect(codeOf(() => older.of('one').database(['CREATE TABLE t (x INTEGER)']))).toBe('STORE_TOO_NEW')
    older.close()
  })

  it('[S-6] refuses a second node on the folder, in this process or another, until the first is gone', async () => {
    const first = diskStores(folder)
    expect(codeOf(() => diskStores(folder))).toBe('FOLDER_IN_USE')
    const script = `import { diskStores } from '${join(import.meta.dirname, 'disk.ts')}'
      try { diskStores(process.argv[1]) } catch (error) { console.log(error.code) }`
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, folder])
    expect(stdout.trim()).toBe('FOLDER_IN_USE')
    first.close()
    diskStores(folder).close()
  })

  it('[S-7] says that a database is damaged, and touches nothing', () => {
    const before = diskStores(folder)
    const database = before.of('one').database(['CREATE TABLE t (x TEXT)'])
    for (let row = 0; row < 100; row++) database.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(1000))
    before.close()
    const file = join(folder, 'one', 'state.db')
    const handle = openSync(file, 'r+')
    writeSync(handle, Buffer.alloc(8192, 7), 0, 8192, 8192)
    closeSync(handle)
    const damaged = diskStores(folder)
    expect(codeOf(() => damaged.of('one').database(['CREATE TABLE t (x TEXT)']))).toBe('STORE_CORRUPT')
    damaged.of('two').database([])
    damaged.close()
    writeFileSync(file, 'this is no database at all, but a text that somebody put here by mistake. '.repeat(30))
    const replaced = diskStores(folder)
    expect(codeOf(() => replaced.of('one').database([]))).toBe('STORE_CORRUPT')
    replaced.close()
    expect(readdirSync(join(folder, 'one'))).toContain('state.db')
  })

  it('[S-8] says that the disk is full, keeps what was committed and goes on when there is room again', () => {
    const stores = diskStores(folder)
    const database = stores.of('one').database(['CREATE TABLE t (x TEXT)'])
    const insert = (): unknown =>
      database.transaction(() => database.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(100_000)))
    insert()
    const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count)
    database.exec(`PRAGMA max_page_count = ${pages + 1}`)
    expect(codeOf(insert)).toBe('DISK_FULL')
    expect(database.prepare('SELECT count(*) AS n FROM t').get()?.n).toBe(1)
    database.exec('PRAGMA max_page_count = 4294967294')
    insert()
    expect(database.prepare('SELECT count(*) AS n FROM t').get()?.n).toBe(2)
    stores.close()
  })

  it('[S-9] says that a folder cannot be written', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(codeOf(() => diskStores(join(folder, 'file', 'data')))).toBe('FOLDER_READ_ONLY')
    expect(hasCode(new Error('x'), 'FOLDER_READ_ONLY')).toBe(false)
  })
})
