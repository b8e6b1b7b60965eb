import type { GroupId, PeerId, RecordId } from '@borgo/core'
import { canonicalState } from './canonical.ts'
import { collabError } from './errors.ts'
import type { LiveDocument } from './live-document.ts'
import type { Presence } from './presence.ts'
import type { Cursor } from './protocol.ts'
import type { Refusal } from './replica.ts'
import type { Tab, TabLink } from './tab.ts'

/** Letters (UTF-16 units) that one update holds when more are inserted at once. */
const INSERT_LENGTH = 1_000_000

/** Somebody who has the document open now. */
export interface Here extends Presence {
  /** As the group knows them. */
  name: string
}

/** A document that is open on this node. Close it when done; several may be open on one document. */
export interface OpenDocument {
  readonly id: RecordId
  readonly group: GroupId
  readonly writable: boolean
  text(): string
  /**
   * Inserts at a place from 0 to the text's length (UTF-16 units). Seen here at once; `flush` says when it is on disk.
   * Throws FORBIDDEN for a reader, RangeError, DOCUMENT_CLOSED. So do the two below.
   */
  insert(at: number, text: string): void
  delete(at: number, length: number): void
  /** Makes the text this one, touching only what differs. */
  replace(text: string): void
  /** Resolves when all edits made here are on disk; throws what prevented it (they are kept and tried again). */
  flush(): Promise<void>
  /** The whole document in canonical form (Yjs update, format 1): equal bytes on every replica with the same records. */
  state(): Uint8Array
  /** The text changed, here or elsewhere. Returns its undo. */
  onChange(listener: () => void): () => void
  here(): Here[]
  /** Says that a person is in the document, with a cursor or without; until `leave` or `close`. */
  enter(cursor?: Cursor | null): void
  leave(): void
  /** Who is here, or where, changed. Returns its undo. */
  onPresence(listener: () => void): () => void
  /** Devices whose updates were refused, and why the last one was. */
  refusals(): { device: PeerId; count: number; last: Refusal }[]
  /** Binds an editor that keeps its own Yjs document, e.g. a browser's tab: see `Tab`. Lasts beyond `close`. Throws BUSY. */
  connect(link: TabLink, options?: { session?: number | undefined }): Tab
  /** Writes what is not written yet. */
  close(): Promise<void>
}

export interface OpenDocumentOptions {
  connect(link: TabLink, session: number | undefined): Tab
  release(): Promise<void>
}

/** The library's door to a live document. */
export function openDocument(live: LiveDocument, { connect, release }: OpenDocumentOptions): OpenDocument {
  const origin = {}
  const undos = new Set<() => void>()
  let isOpen = true
  let session: number | undefined

  const edit = (work: Parameters<LiveDocument['edit']>[1]): void => {
    if (!isOpen) throw collabError('DOCUMENT_CLOSED', 'the document was closed')
    live.edit(origin, work)
  }
  const insert = (at: number, text: string): void => {
    checkRange(at, 0, live.text.length)
    const whole = text.toWellFormed()
    for (let from = 0; from < whole.length;) {
      const to = boundary(whole, Math.min(whole.length, from + INSERT_LENGTH))
      const [place, piece] = [at + from, whole.slice(from, to)]
      edit(content => content.insert(place, piece))
      from = to
    }
  }
  const remove = (at: number, length: number): void => {
    checkRange(at, length, live.text.length)
    if (length > 0) edit(content => content.delete(at, length))
  }
  const keep = (undo: () => void): (() => void) => {
    undos.add(undo)
    return () => {
      undos.delete(undo)
      undo()
    }
  }
  const nameOf = ({ account, device }: Presence): string =>
    (live.group.member(device) ?? live.group.member(account))?.name ?? ''
  const leave = (): void => {
    if (session !== undefined) live.roster.leave(session)
  }

  return {
    id: live.id,
    group: live.group.id,
    get writable() {
      return live.isWritable
    },
    text: () => live.text.toString(),
    insert,
    delete: remove,
    replace(text) {
      const [before, after] = [live.text.toString(), text.toWellFormed()]
      const { end, start } = difference(before, after)
      remove(start, before.length - end - start)
      insert(start, after.slice(start, after.length - end))
    },
    flush: () => live.outbox.flush(),
    state: () => canonicalState(live.doc),
    onChange: listener => keep(live.listen({ onUpdate: listener, onReset: listener })),
    here: () => live.roster.list().map(presence => ({ ...presence, name: nameOf(presence) })),
    enter(cursor = null) {
      if (!isOpen) throw collabError('DOCUMENT_CLOSED', 'the document was closed')
      session ??= live.newSession().session
      live.roster.set(session, cursor)
    },
    leave,
    onPresence: listener => keep(live.listen({ onPresence: listener })),
    refusals: () => [...live.refusals].map(([device, { count, last }]) => ({ device, count, last })),
    connect(link, options) {
      if (!isOpen) throw collabError('DOCUMENT_CLOSED', 'the document was closed')
      return connect(link, options?.session)
    },
    async close() {
      if (!isOpen) return
      isOpen = false
      leave()
      for (const undo of undos) undo()
      await release()
    }
  }
}

function checkRange(at: number, length: number, limit: number): void {
  if (!Number.isSafeInteger(at) || !Number.isSafeInteger(length) || at < 0 || length < 0 || at + length > limit)
    throw new RangeError(`the text has ${limit} characters; ${length} at ${at} are not all in it`)
}

/** `at`, or one before it where a character of two units would be cut. */
function boundary(text: string, at: number): number {
  return at < text.length && isLowSurrogate(text, at) ? at - 1 : at
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff
}

/** How much of the beginning and the end two texts share, in whole characters. */
function difference(before: string, after: string): { start: number; end: number } {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  if (start > 0 && (isLowSurrogate(before, start) || isLowSurrogate(after, start))) start--
  let end = 0
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  if (end > 0 && isLowSurrogate(before, before.length - end)) end--
  return { start, end }
}
