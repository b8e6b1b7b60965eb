import type { AccountId, Database, Entry, GroupId, Order, PeerId, RecordId, Row } from '@borgo/core'
import type { EditData, PostData, RemovalData, ThreadData } from './protocol.ts'

export interface PostRow {
  id: RecordId
  thread: RecordId
  account: AccountId
  order: Order
}

export interface ThreadRow {
  id: RecordId
  account: AccountId
  startedAt: number
  posts: number
  lastPostAt: number
}

/** What has become of a post. */
export interface PostChanges {
  /** Its author's last edit. */
  edit: { id: RecordId; ms: number } | undefined
  isRemoved: boolean
}

/**
 * Which posts are where, and what changed them: facts from the log, in whatever order they arrived. What they amount
 * to is worked out when they are read, so that every replica comes to the same.
 */
export type BoardIndex = ReturnType<typeof boardIndex>

export function boardIndex(database: Database) {
  const sql = (text: string) => database.prepare(text)
  const addPost = (
    { account, group, id, order }: Entry,
    { thread, workspace }: { thread: RecordId; workspace: RecordId | null }
  ): void => {
    const insert = sql('INSERT OR IGNORE INTO post VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    insert.run(id, group, thread, workspace, account, order.era, order.ms, order.count, order.device)
  }
  const addChange = ({ account, group, id, order }: Entry, post: RecordId, isRemoval: boolean): void => {
    const insert = sql('INSERT OR IGNORE INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    insert.run(id, group, post, account, isRemoval ? 1 : 0, order.era, order.ms, order.count, order.device)
  }
  const THREADS = `SELECT first.id, first.account, first.ms AS started_at, count(*) AS posts, max(post.ms) AS last_post_at
    FROM post AS first JOIN post ON post.thread = first.id AND post.grp = first.grp`

  return {
    addThread: (entry: Entry<ThreadData>): void =>
      addPost(entry, { thread: entry.id, workspace: entry.data.workspace }),
    addReply: (entry: Entry<PostData>): void => addPost(entry, { thread: entry.data.thread, workspace: null }),
    addEdit: (entry: Entry<EditData>): void => addChange(entry, entry.data.post, false),
    addRemoval: (entry: Entry<RemovalData>): void => addChange(entry, entry.data.post, true),

    threads(workspace: RecordId, group: GroupId, limit: number): ThreadRow[] {
      const select = sql(
        `${THREADS} WHERE first.workspace = ? AND first.grp = ?
          GROUP BY first.id ORDER BY last_post_at DESC, first.id LIMIT ?`
      )
      return select.all(workspace, group, limit).map(threadRow)
    },
    thread(workspace: RecordId, group: GroupId, id: RecordId): ThreadRow | undefined {
      const select = sql(`${THREADS} WHERE first.workspace = ? AND first.grp = ? AND first.id = ? GROUP BY first.id`)
      const row = select.get(workspace, group, id)
      return row && threadRow(row)
    },
    workspaceOf(thread: RecordId, group: GroupId): RecordId | undefined {
      const row = sql('SELECT workspace FROM post WHERE id = ? AND grp = ?').get(thread, group)
      return (row?.workspace ?? undefined) as RecordId | undefined
    },
    /** The last `limit` posts of a thread before a place (undefined: the newest), oldest first. */
    posts(thread: RecordId, group: GroupId, before: Order | undefined, limit: number): PostRow[] {
      const { era, ms, count, device } = before ?? { era: Number.MAX_SAFE_INTEGER, ms: 0, count: 0, device: '' }
      const select = sql(
        `SELECT * FROM post WHERE thread = ? AND grp = ? AND (era, ms, count, device) < (?, ?, ?, ?)
          ORDER BY era DESC, ms DESC, count DESC, device DESC LIMIT ?`
      )
      return select.all(thread, group, era, ms, count, device, limit).map(postRow).reverse()
    },
    post(group: GroupId, id: RecordId): PostRow | undefined {
      const row = sql('SELECT * FROM post WHERE id = ? AND grp = ?').get(id, group)
      return row && postRow(row)
    },
    /** Only its author's changes count; the last edit wins, and a removal wins over all edits. */
    changes({ account, id }: PostRow): PostChanges {
      const rows = sql('SELECT * FROM change WHERE post = ? AND account = ? ORDER BY era, ms, count, device').all(
        id,
        account
      )
      const edit = rows.findLast(row => row.removal === 0)
      return {
        edit: edit && { id: edit.id as RecordId, ms: Number(edit.ms) },
        isRemoved: rows.some(row => row.removal === 1)
      }
    }
  }
}

function postRow(row: Row): PostRow {
  return {
    id: row.id as RecordId,
    thread: row.thread as RecordId,
    account: row.account as AccountId,
    order: { era: Number(row.era), ms: Number(row.ms), count: Number(row.count), device: row.device as PeerId }
  }
}

function threadRow(row: Row): ThreadRow {
  return {
    id: row.id as RecordId,
    account: row.account as AccountId,
    startedAt: Number(row.started_at),
    posts: Number(row.posts),
    lastPostAt: Number(row.last_post_at)
  }
}
