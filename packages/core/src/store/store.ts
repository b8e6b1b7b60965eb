import type { StatementSync } from 'node:sqlite'

/** One SQLite database (WAL, synchronous=FULL): what `transaction` returned from survives kill -9 and power loss. */
export interface Database {
  /** A prepared statement, cached by its text. */
  prepare(sql: string): StatementSync
  exec(sql: string): void
  /** Runs `work` between BEGIN IMMEDIATE and COMMIT; rolls back when it throws. Inside another, joins it. */
  transaction<T>(work: () => T): T
}

/** A place on disk of one owner (the core or one plugin), which nobody else touches. */
export interface Store {
  /** Absolute path of a folder of the owner's own, mode 0700. */
  readonly folder: string
  /**
   * Opens the owner's database and brings it to the newest schema: `migrations[n]` takes version n to n + 1 in one
   * transaction; released entries are never edited. Call once. Throws STORE_TOO_NEW (written by a newer build),
   * STORE_CORRUPT, DISK_FULL, FOLDER_READ_ONLY.
   */
  database(migrations: readonly string[]): Database
}

/** Gives every owner its store; closes them all. Disk and memory implementations pass the same contract suite. */
export interface Stores {
  of(owner: string): Store
  close(): void
}
