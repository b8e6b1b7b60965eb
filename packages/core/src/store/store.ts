import type { SQLInputValue, SQLOutputValue, StatementResultingChanges } from 'node:sqlite'

export type Row = Record<string, SQLOutputValue>

/** A prepared statement of node:sqlite with positional values; its failures are core errors. */
export interface Statement {
  run(...values: SQLInputValue[]): StatementResultingChanges
  get(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): Row[]
  /** Rows as they are read: constant memory. */
  iterate(...values: SQLInputValue[]): Iterable<Row>
}

/** One SQLite database (WAL, synchronous=FULL): what `transaction` returned from survives kill -9 and power loss. */
export interface Database {
  /** A prepared statement, cached by its text. Throws DISK_FULL, FOLDER_READ_ONLY, STORE_CORRUPT when used. */
  prepare(sql: string): Statement
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
  /** Same owner, same store. */
  of(owner: string): Store
  /** Closes what an owner opened, who may open it again. */
  release(owner: string): void
  close(): void
}
