import type { Entry, RecordId, RecordKind } from '@borgo/core'
import type { BoardIndex } from './board-index.ts'
import type { Catalogue } from './catalogue.ts'
import { documentKind, editKind, postKind, threadKind, workspaceKind } from './protocol.ts'
import type { EditData, ThreadData } from './protocol.ts'

/** What of workspaces `Groups.search` finds: names, titles and posts. Fields: `name`, `title`, `text`. */
export const collabTexts = [
  workspaceKind,
  documentKind,
  threadKind,
  postKind,
  editKind
] as readonly RecordKind<unknown>[]

/** Where a record that was found belongs, and what it says now. */
export interface FoundWork {
  type: 'workspace' | 'document' | 'thread' | 'post'
  workspace: RecordId
  /** The document, or the thread that a post is in. */
  document: RecordId | undefined
  thread: RecordId | undefined
  /** Of the workspace, document or thread. */
  title: string
  /** Of a post, or the first one of a thread; undefined where it was taken back. */
  text: string | undefined
}

/** Undefined for what was taken back, what a later edit took the place of, and what is not of `collabTexts`. */
export function foundWork(
  entry: Entry,
  { board, index, entryOf }: { board: BoardIndex; index: Catalogue; entryOf: (id: RecordId) => Entry | undefined }
): FoundWork | undefined {
  const { group, id, kind } = entry
  const nothing = { document: undefined, thread: undefined, text: undefined }
  if (kind === workspaceKind.name) {
    const workspace = index.workspace(id)
    return workspace && { ...nothing, type: 'workspace', workspace: id, title: workspace.name }
  }
  if (kind === documentKind.name) {
    const document = index.document(id)
    return (
      document && { ...nothing, type: 'document', workspace: document.workspace, document: id, title: document.title }
    )
  }
  const post = board.post(group, kind === editKind.name ? (entry.data as EditData).post : id)
  const workspace = post && board.workspaceOf(post.thread, group)
  if (!post || !workspace) return undefined
  const { edit, isRemoved } = board.changes(post)
  const shown = isRemoved ? undefined : (edit?.id ?? post.id)
  const isThread = kind === threadKind.name
  // The title of a thread stays whatever becomes of its first post.
  if (!isThread && shown !== id) return undefined
  const title = (entryOf(post.thread) as Entry<ThreadData> | undefined)?.data.title ?? ''
  const text = shown && (entryOf(shown) as Entry<{ text: string }> | undefined)?.data.text
  return { type: isThread ? 'thread' : 'post', workspace, document: undefined, thread: post.thread, title, text }
}
