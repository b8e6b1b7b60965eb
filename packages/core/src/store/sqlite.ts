import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { coreError } from '../errors.ts'
import type { CoreCode } from '../errors.ts'
import type { Database, Statement } from './store.ts'

/** SQLite's primary result codes; https://sqlite.org/rescode.html. */
const CODES: Record<number, [CoreCode, string]> = {
  8: ['FOLDER_READ_ONLY', 'cannot write to the database: make its folder writable'],
  10: ['DISK_FULL', 'the disk refused to write: free some space and check the disk'],
  11: ['STORE_CORRUPT', 'the database is damaged: restore the folder from a backup, or move it away to start anew'],
  13: ['DISK_FULL', 'the disk is full: free some space'],
  14: ['FOLDER_READ_ONLY', 'cannot open the database: check the permissions of its folder'],
  26: ['STORE_CORRUPT', 'this is not a database: restore the folder from a backup, or move it away to start anew']
}
/** The primary code is the low byte of an extended one. */
const PRIMARY = 0xff

/** Databases up to this size are checked whole when opened (~0.1 s); larger ones when a page is read. */
const CHECKED_BYTES = 64 * 2 ** 20

function typed(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error
  const known = CODES[error.errcode & PRIMARY]
  return known ? coreError(known[0], `${file}: ${known[1]}`, error) : error
}

export type ClosableDatabase = Database & { close(): void }

/** Opens a file (or `:memory:`) and migrates it; see `Store.database`. */
export function openDatabase(file: string, migrations: readonly string[]): ClosableDatabase {
  try {
    return databaseOn(new DatabaseSync(file), file, migrations)
  } catch (error) {
    throw typed(error, file)
  }
}

/** The same on what is open already: ours from now on, closed when this throws. */
export function databaseOn(sqlite: DatabaseSync, file: string, migrations: readonly string[]): ClosableDatabase {
  const guard = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw typed(error, file)
    }
  }
  const statements = new Map<string, Statement>()
  let depth = 0

  const database: ClosableDatabase = {
    prepare(sql) {
      const known = statements.get(sql)
      if (known) return known
      const raw = guard(() => sqlite.prepare(sql))
      const statement: Statement = {
        run: (...values) => guard(() => raw.run(...values)),
        get: (...values) => guard(() => raw.get(...values)),
        all: (...values) => guard(() => raw.all(...values)),
        iterate: (...values) => guard(() => raw.iterate(...values))
      }
      statements.set(sql, statement)
      return statement
    },
    exec: sql => guard(() => sqlite.exec(sql)),
    transaction(work) {
      if (depth > 0) return work()
      database.exec('BEGIN IMMEDIATE')
      depth++
      try {
        const result = work()
        database.exec('COMMIT')
        return result
      } catch (error) {
        // A failed COMMIT (full disk) may have rolled back already.
        if (sqlite.isTransaction) sqlite.exec('ROLLBACK')
        throw error
      } finally {
        depth--
      }
    },
    close() {
      statements.clear()
      sqlite.close()
    }
  }

  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    check(database, file)
    migrate(database, file, migrations)
    return database
  } catch (error) {
    sqlite.close()
    throw error
  }
}

function check(database: Database, file: string): void {
  if (file === ':memory:' || statSync(file).size > CHECKED_BYTES) return
  const result = database.prepare('PRAGMA quick_check(1)').get()?.quick_check
  if (result !== 'ok')
    throw coreError('STORE_CORRUPT', `${file}: the database is damaged (${result}): restore it from a backup`)
}

function migrate(database: Database, file: string, migrations: readonly string[]): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  if (version > migrations.length)
    throw coreError('STORE_TOO_NEW', `${file}: written by a newer build (schema ${version}): update this one`)
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue
    database.transaction(() => {
      database.exec(sql)
      database.exec(`PRAGMA user_version = ${index + 1}`)
    })
  }
}
