import type { AccountId, Entry, GroupId, RecordId } from '@borgo/core'
import type { Board } from './board.ts'
import type { FoundWork } from './found.ts'
import type { OpenDocument } from './open-document.ts'

export interface WorkspaceInfo {
  id: RecordId
  group: GroupId
  name: string
  createdBy: AccountId
  /** ms since 1970 */
  createdAt: number
}

export interface DocumentInfo {
  id: RecordId
  workspace: RecordId
  title: string
  createdBy: AccountId
  /** ms since 1970 */
  createdAt: number
  /** The last edit, ms since 1970; undefined while it is empty. */
  changedAt: number | undefined
}

/** A place in a group to work in, with a board and documents. Concurrent and offline work merges. */
export interface Workspace extends WorkspaceInfo {
  readonly board: Board
  /** Oldest first. */
  documents(): DocumentInfo[]
  /** Throws BAD_TEXT (1 to 200 characters), FORBIDDEN. */
  createDocument(title: string): Promise<DocumentInfo>
  /** Throws DOCUMENT_UNKNOWN. */
  openDocument(document: RecordId): OpenDocument
}

export type CollabEvent =
  | { type: 'workspace'; group: GroupId; workspace: RecordId }
  | { type: 'board'; group: GroupId; workspace: RecordId; thread: RecordId }
  /** It is new, or its text changed. */
  | { type: 'document'; group: GroupId; workspace: RecordId; document: RecordId }

export interface Workspaces {
  /** Of all groups, or of one; oldest first. */
  list(group?: GroupId): WorkspaceInfo[]
  /** Throws WORKSPACE_UNKNOWN. */
  open(workspace: RecordId): Workspace
  /** Resolves when it is on disk here. Throws GROUP_UNKNOWN, BAD_TEXT (1 to 64 visible characters), FORBIDDEN. */
  create(group: GroupId, name: string): Promise<Workspace>
  /**
   * Where a record that `Groups.search` found among `collabTexts` belongs, and what it says now; undefined for what was
   * taken back or changed since.
   */
  found(entry: Entry): Promise<FoundWork | undefined>
  /** What arrived or was done here. Returns its undo; a listener that throws is logged. */
  subscribe(listener: (event: CollabEvent) => void): () => void
}
