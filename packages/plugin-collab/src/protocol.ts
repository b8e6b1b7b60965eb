import { parseRecordId } from '@borgo/core'
import type { Channel, RecordId, RecordKind } from '@borgo/core'
import { MAX_SESSIONS } from './client-id.ts'
import { collabError } from './errors.ts'
import { MAX_PARTS, PART_BYTES } from './parts.ts'

/** Longest text of a post, in UTF-16 units: at most 60 KB, so that it fits into a record. */
export const MAX_POST_LENGTH = 20_000
/** Longest title of a thread or document. */
export const MAX_TITLE_LENGTH = 200
/** Longest name of a workspace. */
export const MAX_NAME_LENGTH = 64
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

function bad(what: string): Error {
  return collabError('BAD_UPDATE', `not acceptable from a peer: ${what}`)
}

function fields(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('not a map')
  return value as Record<string, unknown>
}

/** Text that shows something: trimmed, well-formed, 1 to `max` units. */
function text(value: unknown, max: number): string {
  if (
    typeof value !== 'string' ||
    value.length > max ||
    value.trim() !== value ||
    value === '' ||
    !value.isWellFormed()
  )
    throw bad('a text is empty, too long, not trimmed or not well-formed')
  return value
}

function id(value: unknown): RecordId {
  if (typeof value !== 'string') throw bad('an id is missing')
  return parseRecordId(value)
}

function integer(value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max)
    throw bad('a number is out of range')
  return value
}

function list<T>(value: unknown, max: number, parse: (item: unknown) => T): T[] {
  if (!Array.isArray(value) || value.length > max) throw bad('a list is missing or too long')
  return value.map(parse)
}

function session(value: unknown): number {
  return integer(value, 0, MAX_SESSIONS - 1)
}

export const workspaceKind: RecordKind<WorkspaceData> = {
  name: 'collab/workspace',
  role: 'writer',
  maxBytes: 1_024,
  parse: value => ({ name: text(fields(value).name, MAX_NAME_LENGTH) })
}

export const documentKind: RecordKind<DocumentData> = {
  name: 'collab/document',
  role: 'writer',
  maxBytes: 2_048,
  parse(value) {
    const { workspace, title } = fields(value)
    return { workspace: id(workspace), title: text(title, MAX_TITLE_LENGTH) }
  }
}

export const threadKind: RecordKind<ThreadData> = {
  name: 'collab/thread',
  role: 'writer',
  maxBytes: 65_536,
  parse(value) {
    const data = fields(value)
    return {
      workspace: id(data.workspace),
      title: text(data.title, MAX_TITLE_LENGTH),
      text: text(data.text, MAX_POST_LENGTH)
    }
  }
}

export const postKind: RecordKind<PostData> = {
  name: 'collab/post',
  role: 'writer',
  maxBytes: 65_536,
  parse(value) {
    const data = fields(value)
    return { thread: id(data.thread), text: text(data.text, MAX_POST_LENGTH) }
  }
}

export const editKind: RecordKind<EditData> = {
  name: 'collab/edit',
  role: 'writer',
  maxBytes: 65_536,
  parse(value) {
    const data = fields(value)
    return { post: id(data.post), text: text(data.text, MAX_POST_LENGTH) }
  }
}

export const removalKind: RecordKind<RemovalData> = {
  name: 'collab/removal',
  role: 'writer',
  maxBytes: 1_024,
  parse: value => ({ post: id(fields(value).post) })
}

export const updateKind: RecordKind<UpdateData> = {
  name: 'collab/update',
  role: 'writer',
  maxBytes: 65_536,
  parse(value) {
    const { document, sessions, part, parts, bytes } = fields(value)
    if (!(bytes instanceof Uint8Array) || bytes.length > PART_BYTES) throw bad('an update is missing or too long')
    const count = integer(parts, 1, MAX_PARTS)
    return {
      document: id(document),
      sessions: list(sessions, MAX_UPDATE_SESSIONS, session),
      part: integer(part, 0, count - 1),
      parts: count,
      bytes
    }
  }
}

function point(value: unknown): TextPoint {
  const { letter, assoc } = fields(value)
  const at = letter === null ? null : fields(letter)
  return {
    letter: at && {
      client: integer(at.client, 0, Number.MAX_SAFE_INTEGER),
      clock: integer(at.clock, 0, Number.MAX_SAFE_INTEGER)
    },
    assoc: integer(assoc, -1, 1)
  }
}

/** Checks a cursor from a peer or a browser. Throws BAD_UPDATE. */
export function parseCursor(value: unknown): Cursor | null {
  if (value === null) return null
  const { anchor, head } = fields(value)
  return { anchor: point(anchor), head: point(head) }
}

export const awarenessChannel: Channel<AwarenessData> = {
  name: 'collab/awareness',
  role: 'reader',
  maxBytes: 8_192,
  parse(value) {
    const { document, sessions } = fields(value)
    return {
      document: id(document),
      sessions: list(sessions, MAX_PRESENT_SESSIONS, item => {
        const state = fields(item)
        if (typeof state.here !== 'boolean') throw bad('a presence says neither here nor gone')
        return {
          session: session(state.session),
          clock: integer(state.clock, 0, Number.MAX_SAFE_INTEGER),
          here: state.here,
          cursor: parseCursor(state.cursor)
        }
      })
    }
  }
}
