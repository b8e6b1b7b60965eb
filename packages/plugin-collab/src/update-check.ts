import * as Y from 'yjs'
import { collabError } from './errors.ts'

/** The one root type of a document. */
export const TEXT = 'text'
/** Longest update in bytes, over all its parts: a paste of some four million letters. */
export const MAX_UPDATE_BYTES = 4_194_304

/** Clocks that an update adds for one client: `from` up to and without `to`. */
export interface Span {
  from: number
  to: number
}

/** What an update adds and what must be there before it can be applied. */
export interface Inspected {
  /** By client. */
  spans: Map<number, Span>
  /** By client: the clock that its text must have reached, counting the update's own spans. */
  needs: Map<number, number>
}

function bad(why: string, cause?: unknown): Error {
  return collabError('BAD_UPDATE', `this update of a document is not acceptable: ${why}`, cause)
}

function decode(update: Uint8Array): ReturnType<typeof Y.decodeUpdate> {
  try {
    return Y.decodeUpdate(update)
  } catch (cause) {
    throw bad('it cannot be decoded', cause)
  }
}

/**
 * Reads a Yjs update (format 1) without applying it, because Yjs may change a document before it throws. Only what
 * plain text needs is let through: letters and deletions in the root type `text`. Throws BAD_UPDATE.
 */
export function inspectUpdate(update: Uint8Array): Inspected {
  if (update.length > MAX_UPDATE_BYTES) throw bad(`it is longer than ${MAX_UPDATE_BYTES} bytes`)
  const { structs, ds } = decode(update)
  const spans = new Map<number, Span>()
  const needs = new Map<number, number>()
  const need = (client: number, clock: number): void => {
    if (!Number.isSafeInteger(clock)) throw bad('a clock is out of range')
    needs.set(client, Math.max(needs.get(client) ?? 0, clock))
  }
  let current: number | undefined
  for (const struct of structs) {
    if (!(struct instanceof Y.Item)) throw bad('it holds something that is not text')
    checkContent(struct)
    const { client, clock } = struct.id
    const span = spans.get(client)
    // Yjs keeps only the last of several sections of one client.
    if (span !== undefined && (client !== current || clock !== span.to))
      throw bad('its clocks do not follow each other')
    current = client
    spans.set(client, { from: span?.from ?? clock, to: clock + struct.length })
    need(client, clock + struct.length)
    for (const origin of [struct.origin, struct.rightOrigin]) {
      if (origin === null) continue
      if (origin.client === client && origin.clock >= clock) throw bad('a letter hangs on a later one')
      need(origin.client, origin.clock + 1)
    }
  }
  for (const [client, ranges] of ds.clients) {
    for (const { clock, len } of ranges) {
      // Yjs chokes on it where that client is unknown.
      if (len < 1) throw bad('it deletes nothing')
      need(client, clock + len)
    }
  }
  return { spans, needs }
}

function checkContent(item: Y.Item): void {
  if (!(item.content instanceof Y.ContentString || item.content instanceof Y.ContentDeleted))
    throw bad('it holds something that is not text')
  if (item.length < 1 || item.length > MAX_UPDATE_BYTES) throw bad('a piece of text has an impossible length')
  // Without a neighbour an item names its place itself; with one it takes the neighbour's, which was checked before.
  const hasNeighbour = item.origin !== null || item.rightOrigin !== null
  if (item.parentSub !== null || (item.parent as unknown) !== (hasNeighbour ? null : TEXT))
    throw bad('it writes outside the text')
}
