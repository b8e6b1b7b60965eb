import { parseRecordId, readBytes, readInteger, readList, readMap, readName, readText } from '@borgo/core'
import type { Channel, RecordId, RecordKind } from '@borgo/core'
import { MAX_SESSIONS } from './client-id.ts'
import { MAX_PARTS, PART_BYTES } from './parts.ts'

/** Longest text of a post, in UTF-16 units: at most 60 KB, so that it fits into a record. */
export const MAX_POST_LENGTH = 20_000
/** Longest title of a thread or document. */
export const MAX_TITLE_LENGTH = 200
/** Editing sessions of one device in one document that are shown to others at once. */
export const MAX_PRESENT_SESSIONS = 16
/** Editing sessions whose text one update may hold. */
export const MAX_UPDATE_SESSIONS = 32

/** `collab/workspace`: founds a workspace; the record's id is the workspace's. */
export interface WorkspaceData {
  name: string
}

/** `collab/document`: adds a text document to a workspace; the record's id is the document's. */
export interface DocumentData {
  workspace: RecordId
  title: string
}

/** `collab/thread`: opens a thread on a workspace's board with its first post; the record's id is both of theirs. */
export interface ThreadData {
  workspace: RecordId
  title: string
  text: string
}

/** `collab/post`: a reply; the record's id is the post's. */
export interface PostData {
  thread: RecordId
  text: string
}

/** `collab/edit`: a new text for a post of one's own. */
export interface EditData {
  post: RecordId
  text: string
}

/** `collab/removal`: takes a post of one's own back, for good. */
export interface RemovalData {
  post: RecordId
}

/** `collab/update`: a change of a document, whole or in parts that follow each other. */
export interface UpdateData {
  document: RecordId
  /** The sessions of the writing device whose text it holds: see `clientOf`. */
  sessions: number[]
  part: number
  parts: number
  bytes: Uint8Array
}

/** A place in a document that moves with the text: beside a letter, or at the beginning or end when there is none. */
export interface TextPoint {
  letter: { client: number; clock: number } | null
  /** Negative: it stays with the letter before it; otherwise with the one after it. */
  assoc: number
}

/** What is selected in a document, or where the cursor stands when both ends are the same. */
export interface Cursor {
  anchor: TextPoint
  head: TextPoint
}

/** `collab/awareness`: who is in a document now. Says nothing of other devices' sessions than the sender's. */
export interface AwarenessData {
  document: RecordId
  sessions: PresentSession[]
}

export interface PresentSession {
  session: number
  /** Grows with each change; an older one never replaces a newer one. */
  clock: number
  /** False when it left. */
  here: boolean
  cursor: Cursor | null
}

/** Text that shows something, 1 to `max` units. Throws BAD_MESSAGE or TypeError. */
export function readVisible(value: unknown, max: number): string {
  const text = readText(value, max)
  if (text.trim() === '' || !text.isWellFormed()) throw new TypeError('expected text that is not blank')
  return text
}

const readId = (value: unknown): RecordId => parseRecordId(readText(value, 64))
const readSession = (value: unknown): number => readInteger(value, 0, MAX_SESSIONS - 1)

export const workspaceKind: RecordKind<WorkspaceData> = {
  name: 'collab/workspace',
  role: 'writer',
  maxBytes: 1_024,
  parse: value => ({ name: readName(readMap(value, 'name').name) }),
  text: ({ name }) => ({ name })
}

export const documentKind: RecordKind<DocumentData> = {
  name: 'collab/document',
  role: 'writer',
  maxBytes: 2_048,
  parse(value) {
    const { workspace, title } = readMap(value, 'workspace', 'title')
    return { workspace: readId(workspace), title: readVisible(title, MAX_TITLE_LENGTH) }
  },
  text: ({ title }) => ({ title })
}

export const threadKind: RecordKind<ThreadData> = {
  name: 'collab/thread',
  role: 'writer',
  maxBytes: 65_536,
  parse(value) {
    const { workspace, title, text } = readMap(value, 'workspace', 'title', 'text')
    return {
      workspace: readId(workspace),
      title: readVisible(title, MAX_TITLE_LENGTH),
      text: readVisible(text, MAX_POST_LENGTH)
    }
  },
  text: ({ text, title }) => ({ title, text })
}

export const postKind: RecordKind<PostData> = {
  name: 'collab/post',
  role: 'writer',
  maxBytes: 65_536,
  parse(value) {
    const { thread, text } = readMap(value, 'thread', 'text')
    return { thread: readId(thread), text: readVisible(text, MAX_POST_LENGTH) }
  },
  text: ({ text }) => ({ text })
}

export const editKind: RecordKind<EditData> = {
  name: 'collab/edit',
  role: 'writer',
  maxBytes: 65_536,
  parse(value) {
    const { post, text } = readMap(value, 'post', 'text')
    return { post: readId(post), text: readVisible(text, MAX_POST_LENGTH) }
  },
  text: ({ text }) => ({ text })
}

export const removalKind: RecordKind<RemovalData> = {
  name: 'collab/removal',
  role: 'writer',
  maxBytes: 1_024,
  parse: value => ({ post: readId(readMap(value, 'post').post) })
}

export const updateKind: RecordKind<UpdateData> = {
  name: 'collab/update',
  role: 'writer',
  maxBytes: 65_536,
  parse(value) {
    const data = readMap(value, 'document', 'sessions', 'part', 'parts', 'bytes')
    const parts = readInteger(data.parts, 1, MAX_PARTS)
    return {
      document: readId(data.document),
      sessions: readList(data.sessions, MAX_UPDATE_SESSIONS, readSession),
      part: readInteger(data.part, 0, parts - 1),
      parts,
      bytes: readBytes(data.bytes, 0, PART_BYTES)
    }
  }
}

function readPoint(value: unknown): TextPoint {
  const { letter, assoc } = readMap(value, 'letter', 'assoc')
  const at = letter === null ? null : readMap(letter, 'client', 'clock')
  return {
    letter: at && { client: readInteger(at.client, 0), clock: readInteger(at.clock, 0) },
    assoc: readInteger(assoc, -1, 1)
  }
}

export const awarenessChannel: Channel<AwarenessData> = {
  name: 'collab/awareness',
  role: 'reader',
  maxBytes: 8_192,
  parse(value) {
    const { document, sessions } = readMap(value, 'document', 'sessions')
    return { document: readId(document), sessions: readList(sessions, MAX_PRESENT_SESSIONS, readPresentSession) }
  }
}

function readPresentSession(value: unknown): PresentSession {
  const { session, clock, here, cursor } = readMap(value, 'session', 'clock', 'here', 'cursor')
  if (typeof here !== 'boolean') throw new TypeError('here: expected true or false')
  return { session: readSession(session), clock: readInteger(clock, 0), here, cursor: readCursor(cursor) }
}

function readCursor(value: unknown): Cursor | null {
  if (value === null) return null
  const { anchor, head } = readMap(value, 'anchor', 'head')
  return { anchor: readPoint(anchor), head: readPoint(head) }
}
