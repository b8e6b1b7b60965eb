import { hasCode } from '@borgo/core'
import type { AccountId, Entry, Group, Order, PeerId, RecordId } from '@borgo/core'
import type { BoardIndex, PostRow, ThreadRow } from './board-index.ts'
import { collabError } from './errors.ts'
import {
  editKind,
  MAX_POST_LENGTH,
  MAX_TITLE_LENGTH,
  postKind,
  readVisible,
  removalKind,
  threadKind
} from './protocol.ts'

export interface Post {
  id: RecordId
  thread: RecordId
  account: AccountId
  device: PeerId
  /** As the group knows its author. */
  name: string
  /** By its author's clock, ms since 1970. */
  postedAt: number
  /** That clock was wrong: `postedAt` tells nothing of when it was written. */
  isTimeOff: boolean
  /** Undefined when its author took it back. */
  text: string | undefined
  /** Its author's last edit, ms since 1970. */
  editedAt: number | undefined
  /** By this person, from whichever device. */
  mine: boolean
}

export interface Thread {
  id: RecordId
  title: string
  account: AccountId
  /** As the group knows who began it. */
  name: string
  startedAt: number
  /** Posts, the first one and those that were taken back among them. */
  posts: number
  /** When the last post was written, ms since 1970. */
  lastPostAt: number
}

export interface PostPage {
  thread: Thread
  /** Oldest first. */
  posts: Post[]
  /** Pass as `before` for the posts before these; undefined at the beginning. */
  before: RecordId | undefined
}

/** A workspace's message board. Everything resolves when it is on disk here; all of it merges after time offline. */
export interface Board {
  /** Those with the latest posts first; `limit` 1 to 1,000. @default 100 */
  threads(options?: { limit?: number }): Thread[]
  /** The newest `limit` (1 to 500, default 50) posts of a thread, or those before one. Throws THREAD_UNKNOWN, POST_UNKNOWN. */
  posts(thread: RecordId, options?: { before?: RecordId; limit?: number }): PostPage
  /** Throws BAD_TEXT, FORBIDDEN. So do the others; besides THREAD_UNKNOWN, POST_UNKNOWN, NOT_AUTHOR. */
  start(title: string, text: string): Promise<Thread>
  reply(thread: RecordId, text: string): Promise<Post>
  edit(post: RecordId, text: string): Promise<Post>
  /** Takes a post of one's own back: its text is shown to nobody any more. It stays in the log. */
  remove(post: RecordId): Promise<Post>
}

export interface BoardOptions {
  group: Group
  workspace: RecordId
  account: AccountId
  index: BoardIndex
  until(position: number): Promise<void>
}

export function createBoard({ account, group, index, until, workspace }: BoardOptions): Board {
  const nameOf = (author: AccountId): string => group.nameOf(author) ?? ''
  const textOf = (id: RecordId): string | undefined => {
    const entry = group.entry(id)
    if (entry?.kind === threadKind.name || entry?.kind === postKind.name || entry?.kind === editKind.name)
      return (entry as Entry<{ text: string }>).data.text
    return undefined
  }
  const toPost = (row: PostRow): Post => {
    const { edit, isRemoved } = index.changes(row)
    return {
      id: row.id,
      thread: row.thread,
      account: row.account,
      device: row.order.device,
      name: nameOf(row.account),
      postedAt: row.order.ms,
      isTimeOff: group.entry(row.id)?.isTimeOff ?? false,
      text: isRemoved ? undefined : textOf(edit?.id ?? row.id),
      editedAt: isRemoved ? undefined : edit?.ms,
      mine: row.account === account
    }
  }
  const toThread = ({ account: author, id, lastPostAt, posts, startedAt }: ThreadRow): Thread => {
    const entry = group.entry(id) as Entry<{ title: string }> | undefined
    const title = entry?.data.title ?? ''
    return { id, title, account: author, name: nameOf(author), startedAt, posts, lastPostAt }
  }
  const knownThread = (id: RecordId): ThreadRow => {
    const row = index.thread(workspace, group.id, id)
    if (row === undefined) throw collabError('THREAD_UNKNOWN', 'this thread is not on the board, or not here yet')
    return row
  }
  const knownPost = (id: RecordId): PostRow => {
    const row = index.post(group.id, id)
    if (row === undefined || index.thread(workspace, group.id, row.thread) === undefined)
      throw collabError('POST_UNKNOWN', 'this post is not on the board, or not here yet')
    return row
  }
  const ownPost = (id: RecordId): PostRow => {
    const row = knownPost(id)
    if (row.account !== account) throw collabError('NOT_AUTHOR', 'only who wrote a post may change it')
    if (index.changes(row).isRemoved) throw collabError('POST_UNKNOWN', 'this post was taken back')
    return row
  }
  const written = async <T>({ id, position }: Entry<T>): Promise<RecordId> => {
    await until(position)
    return id
  }
  const checkText = (text: string): string => checked(text, MAX_POST_LENGTH, 'a post')

  return {
    threads: ({ limit = 100 } = {}) => index.threads(workspace, group.id, limit).map(toThread),
    posts(id, { before, limit = 50 } = {}) {
      const thread = knownThread(id)
      const place: Order | undefined = before === undefined ? undefined : knownPost(before).order
      const rows = index.posts(thread.id, group.id, place, limit + 1)
      const page = rows.slice(-limit)
      return {
        thread: toThread(thread),
        posts: page.map(toPost),
        before: rows.length > limit ? page[0]?.id : undefined
      }
    },
    async start(title, text) {
      const data = { workspace, title: checked(title, MAX_TITLE_LENGTH, 'a title'), text: checkText(text) }
      return toThread(knownThread(await written(await group.append(threadKind, data))))
    },
    async reply(id, text) {
      const { id: thread } = knownThread(id)
      return toPost(knownPost(await written(await group.append(postKind, { thread, text: checkText(text) }))))
    },
    async edit(id, text) {
      const row = ownPost(id)
      await written(await group.append(editKind, { post: row.id, text: checkText(text) }))
      return toPost(row)
    },
    async remove(id) {
      const row = ownPost(id)
      await written(await group.append(removalKind, { post: row.id }))
      return toPost(row)
    }
  }
}

function checked(text: string, max: number, what: string): string {
  try {
    return readVisible(text, max)
  } catch (cause) {
    if (!(cause instanceof TypeError) && !hasCode(cause, 'BAD_MESSAGE')) throw cause
    throw collabError('BAD_TEXT', `${what} has 1 to ${max} characters and is not blank`, cause)
  }
}
