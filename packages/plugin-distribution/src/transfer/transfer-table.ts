import type { Database, GroupId } from '@borgo/core'
import type { ContentId } from '../content-id.ts'

/** `running` also means waiting for somebody who has it, or for a place in the queue. */
export type TransferState = 'running' | 'paused' | 'failed' | 'done'

/** A transfer as it is remembered. */
export interface TransferRow {
  id: string
  cid: ContentId
  group: GroupId
  name: string
  bytes: number
  /** As of the end of its last run. */
  doneBytes: number
  /** Absolute path of the finished file or folder. */
  target: string
  /** Where it grows; beside the target, so that giving it its name moves no bytes. */
  temporary: string
  /** The target lies in the plugin's folder: the plugin may delete it. */
  isOwned: boolean
  state: TransferState
  error: { code: string; message: string } | undefined
  /** ms since 1970 */
  startedAt: number
  endedAt: number | undefined
}

/** Finished transfers that are remembered. */
const MAX_ENDED = 100

export class TransferTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Oldest first. */
  all(): TransferRow[] {
    return this.#db.prepare('SELECT * FROM transfer ORDER BY started_at, id').all().map(rowOf)
  }

  put(row: TransferRow): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO transfer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        row.id,
        row.cid,
        row.group,
        row.name,
        row.bytes,
        row.doneBytes,
        row.target,
        row.temporary,
        row.isOwned ? 1 : 0,
        row.state,
        row.error?.code ?? null,
        row.error?.message ?? null,
        row.startedAt,
        row.endedAt ?? null
      )
  }

  remove(id: string): void {
    this.#db.prepare('DELETE FROM transfer WHERE id = ?').run(id)
  }

  /** Forgets the oldest of the finished ones; returns their ids. */
  prune(): string[] {
    const rows = this.#db
      .prepare(
        `DELETE FROM transfer WHERE id IN (SELECT id FROM transfer WHERE state = 'done'
         ORDER BY ended_at DESC LIMIT -1 OFFSET ${MAX_ENDED}) RETURNING id`
      )
      .all()
    return rows.map(row => String(row.id))
  }
}

function rowOf(row: Record<string, unknown>): TransferRow {
  return {
    id: String(row.id),
    cid: String(row.cid) as ContentId,
    group: String(row.group_id) as GroupId,
    name: String(row.name),
    bytes: Number(row.bytes),
    doneBytes: Number(row.done_bytes),
    target: String(row.target),
    temporary: String(row.temporary),
    isOwned: row.is_owned === 1,
    state: String(row.state) as TransferState,
    error: row.error_code === null ? undefined : { code: String(row.error_code), message: String(row.error_message) },
    startedAt: Number(row.started_at),
    endedAt: row.ended_at === null ? undefined : Number(row.ended_at)
  }
}
