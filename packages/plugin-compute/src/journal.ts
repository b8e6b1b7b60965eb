import type { Database, GroupId, PeerId, Row } from '@borgo/core'
import type { ComputeCode } from './errors.ts'
import type { Failure, JobId, JobState, Part, Reduce } from './job.ts'
import { bytesPerIndex, reduceOf } from './protocol.ts'
import type { Span } from './scheduler.ts'

export const SCHEMA = [
  `
  -- Jobs that this node coordinates. told: what the group's log says so far (0 nothing, 1 the job, 2 how it ended).
  CREATE TABLE job (
    id TEXT PRIMARY KEY, grp TEXT NOT NULL, title TEXT NOT NULL, module BLOB NOT NULL,
    lo INTEGER NOT NULL, hi INTEGER NOT NULL, bytes_per_index INTEGER NOT NULL, media TEXT NOT NULL,
    input BLOB NOT NULL, memory_bytes INTEGER NOT NULL, limit_ms INTEGER NOT NULL, started_at INTEGER NOT NULL,
    state TEXT NOT NULL, finished_at INTEGER, sum TEXT, hash BLOB, code TEXT, text TEXT, told INTEGER NOT NULL
  ) STRICT;

  -- Accepted parts. One row each: what is here is counted, and nothing else.
  CREATE TABLE part (
    job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE, lo INTEGER NOT NULL, hi INTEGER NOT NULL,
    worker TEXT NOT NULL, ms REAL NOT NULL, bytes BLOB NOT NULL,
    UNIQUE (job, lo)
  ) STRICT;

  -- Who would not run the module, and why.
  CREATE TABLE refusal (
    job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE, worker TEXT NOT NULL, code TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (job, worker)
  ) STRICT, WITHOUT ROWID;

  -- Modules by SHA-256.
  CREATE TABLE module (hash BLOB PRIMARY KEY, bytes BLOB NOT NULL, used_at INTEGER NOT NULL) STRICT;

  CREATE TABLE sharing (is_on INTEGER NOT NULL, slots INTEGER NOT NULL) STRICT;
  `
]

/** A job as its coordinator knows it. */
export interface JobRow {
  id: JobId
  group: GroupId
  title: string
  module: Uint8Array
  lo: number
  hi: number
  reduce: Reduce
  media: string
  input: Uint8Array
  memoryBytes: number
  limitMs: number
  startedAt: number
  state: JobState
  finishedAt: number | undefined
  sum: bigint | undefined
  hash: Uint8Array | undefined
  failure: Failure | undefined
  told: 0 | 1 | 2
}

/** How a job ended. */
export interface Ending {
  state: Exclude<JobState, 'running'>
  sum?: bigint
  hash?: Uint8Array
  failure?: Failure
}

/** Finished jobs that are kept; older ones go when a job begins. */
const KEPT_JOBS = 100
/** Modules that are kept besides those of running jobs, bytes. */
const KEPT_MODULE_BYTES = 64 * 1024 * 1024

/** What a coordinator must not forget. Whatever a method changed is on disk when it returns. */
export class Journal {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  begin(job: JobRow, module: Uint8Array): void {
    this.#database.transaction(() => {
      this.keepModule(job.module, module, job.startedAt)
      this.#run(
        `INSERT INTO job (id, grp, title, module, lo, hi, bytes_per_index, media, input, memory_bytes, limit_ms,
           started_at, state, told) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', 0)`,
        ...[job.id, job.group, job.title, job.module, job.lo, job.hi, bytesPerIndex(job.reduce), job.media],
        ...[job.input, job.memoryBytes, job.limitMs, job.startedAt]
      )
      this.#run(
        `DELETE FROM job WHERE state != 'running' AND told = 2 AND id NOT IN
           (SELECT id FROM job WHERE state != 'running' ORDER BY started_at DESC LIMIT ?)`,
        KEPT_JOBS
      )
    })
  }

  forget(id: JobId): void {
    this.#run('DELETE FROM job WHERE id = ?', id)
  }

  /** The jobs of this node, latest first. */
  jobs(): JobRow[] {
    return this.#all('SELECT * FROM job ORDER BY started_at DESC, id').map(readJob)
  }

  job(id: JobId): JobRow | undefined {
    return this.#all('SELECT * FROM job WHERE id = ?', id).map(readJob)[0]
  }

  /** Counts a part. Throws when it, or one that begins with it, was counted before. */
  accept(job: JobId, { lo, hi, worker, ms, bytes }: Part): void {
    this.#run(
      'INSERT INTO part (job, lo, hi, worker, ms, bytes) VALUES (?, ?, ?, ?, ?, ?)',
      job,
      lo,
      hi,
      worker,
      ms,
      bytes
    )
  }

  part(job: JobId, lo: number): Part | undefined {
    return this.#all('SELECT lo, hi, worker, ms, bytes FROM part WHERE job = ? AND lo = ?', job, lo).map(readPart)[0]
  }

  /** Accepted parts without their bytes, in order of their indices. */
  outline(job: JobId, from: number, limit: number): Omit<Part, 'bytes'>[] {
    const sql = 'SELECT lo, hi, worker, ms FROM part WHERE job = ? AND lo >= ? ORDER BY lo LIMIT ?'
    return this.#all(sql, job, from, limit).map(readOutline)
  }

  /** Accepted parts in order of their indices, from `from` on. */
  *parts(job: JobId, from = 0): Generator<Part> {
    const sql = 'SELECT lo, hi, worker, ms, bytes FROM part WHERE job = ? AND lo >= ? ORDER BY lo LIMIT 16'
    for (let next: number | undefined = from; next !== undefined;) {
      const parts: Part[] = this.#all(sql, job, next).map(readPart)
      yield* parts
      next = parts.at(-1)?.hi
    }
  }

  /** What no accepted part covers. */
  missing({ id, lo, hi }: JobRow): Span[] {
    const missing: Span[] = []
    let at = lo
    for (const row of this.#all('SELECT lo, hi FROM part WHERE job = ? ORDER BY lo', id)) {
      if (Number(row.lo) > at) missing.push({ lo: at, hi: Number(row.lo) })
      at = Number(row.hi)
    }
    return at < hi ? [...missing, { lo: at, hi }] : missing
  }

  /** Accepted parts and indices by worker. */
  shares(job: JobId): { worker: PeerId; parts: number; indices: number }[] {
    const sql = 'SELECT worker, count(*) AS parts, sum(hi - lo) AS indices FROM part WHERE job = ? GROUP BY worker'
    return this.#all(sql, job).map(({ worker, parts, indices }) => ({
      worker: String(worker) as PeerId,
      parts: Number(parts),
      indices: Number(indices)
    }))
  }

  /** Notes why a worker does not take part; its latest word counts. */
  refuse(job: JobId, worker: PeerId, { code, text }: Failure): void {
    this.#run('INSERT OR REPLACE INTO refusal (job, worker, code, text) VALUES (?, ?, ?, ?)', job, worker, code, text)
  }

  refusals(job: JobId): Map<PeerId, Failure> {
    const rows = this.#all('SELECT worker, code, text FROM refusal WHERE job = ?', job)
    return new Map(rows.map(row => [String(row.worker) as PeerId, readFailure(row)]))
  }

  finish(id: JobId, { state, sum, hash, failure }: Ending, now: number): void {
    this.#run(
      'UPDATE job SET state = ?, finished_at = ?, sum = ?, hash = ?, code = ?, text = ? WHERE id = ?',
      ...[state, now, sum?.toString() ?? null, hash ?? null, failure?.code ?? null, failure?.text ?? null, id]
    )
  }

  setTold(id: JobId, told: 1 | 2): void {
    this.#run('UPDATE job SET told = ? WHERE id = ?', told, id)
  }

  /** Keeps a module, and forgets those used longest ago when there are too many. */
  keepModule(hash: Uint8Array, bytes: Uint8Array, now: number): void {
    this.#database.transaction(() => {
      this.#run(
        'INSERT INTO module (hash, bytes, used_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET used_at = excluded.used_at',
        ...[hash, bytes, now]
      )
      this.#run(
        `DELETE FROM module WHERE hash IN (SELECT hash FROM
           (SELECT hash, sum(length(bytes)) OVER (ORDER BY used_at DESC, hash) AS total FROM module) WHERE total > ?)
         AND hash NOT IN (SELECT module FROM job WHERE state = 'running') AND hash != ?`,
        ...[KEPT_MODULE_BYTES, hash]
      )
    })
  }

  module(hash: Uint8Array): Uint8Array | undefined {
    const [row] = this.#all('SELECT bytes FROM module WHERE hash = ?', hash)
    return row?.bytes instanceof Uint8Array ? row.bytes : undefined
  }

  /** The person's choice; undefined before there was one. */
  sharing(): { on: boolean; slots: number } | undefined {
    const [row] = this.#all('SELECT is_on, slots FROM sharing')
    return row && { on: row.is_on === 1, slots: Number(row.slots) }
  }

  setSharing(on: boolean, slots: number): void {
    this.#database.transaction(() => {
      this.#run('DELETE FROM sharing')
      this.#run('INSERT INTO sharing VALUES (?, ?)', on ? 1 : 0, slots)
    })
  }

  #all(sql: string, ...values: Value[]): Row[] {
    return this.#database.prepare(sql).all(...values)
  }

  #run(sql: string, ...values: Value[]): void {
    this.#database.prepare(sql).run(...values)
  }
}

type Value = string | number | Uint8Array | null

function readOutline({ lo, hi, worker, ms }: Row): Omit<Part, 'bytes'> {
  return { lo: Number(lo), hi: Number(hi), worker: String(worker) as PeerId, ms: Number(ms) }
}

function readPart(row: Row): Part {
  return { ...readOutline(row), bytes: row.bytes as Uint8Array }
}

function readFailure({ code, text }: Row): Failure {
  return { code: code as ComputeCode, text: String(text) }
}

function readJob(row: Row): JobRow {
  const { code, finished_at, hash, sum } = row
  return {
    id: String(row.id) as JobId,
    group: String(row.grp) as GroupId,
    title: String(row.title),
    module: row.module as Uint8Array,
    lo: Number(row.lo),
    hi: Number(row.hi),
    reduce: reduceOf(Number(row.bytes_per_index)),
    media: String(row.media),
    input: row.input as Uint8Array,
    memoryBytes: Number(row.memory_bytes),
    limitMs: Number(row.limit_ms),
    startedAt: Number(row.started_at),
    state: row.state as JobState,
    finishedAt: finished_at === null ? undefined : Number(finished_at),
    sum: sum === null ? undefined : BigInt(String(sum)),
    hash: hash === null ? undefined : (hash as Uint8Array),
    failure: code === null ? undefined : readFailure(row),
    told: Number(row.told) as JobRow['told']
  }
}
