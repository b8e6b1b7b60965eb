import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { collabError } from './errors.ts'
import type { Presence } from './presence.ts'
import type { Cursor, TextPoint } from './protocol.ts'
import { TEXT } from './update-check.ts'

/**
 * What a node and an editor beside it (a browser's tab) say to each other, one message a frame. `sync` and
 * `awareness` are those of y-protocols 1, so that its code can be used in the tab; the rest is ours.
 */
const TYPE = { sync: 0, awareness: 1, hello: 100, saved: 101, unsaved: 102 } as const
const SYNC = { stateVector: 0, missing: 1, update: 2 } as const
/** Longest name of a person in UTF-16 units: see the core's `readName`. */
const MAX_JSON_LENGTH = 4_096

export interface Hello {
  /** Give it when connecting again, so that the tab goes on under its id. */
  session: number
  /** The `clientID` of the tab's Y.Doc: to be set before its first edit. */
  client: number
  /** False: this person may only read. */
  writable: boolean
}

export type FromTab =
  | { type: 'state-vector'; stateVector: Uint8Array }
  | { type: 'update'; update: Uint8Array }
  | { type: 'cursor'; client: number; here: boolean; cursor: Cursor | null }

function message(type: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, type)
  write(encoder)
  return encoding.toUint8Array(encoder)
}

function sync(type: number, bytes: Uint8Array): Uint8Array {
  return message(TYPE.sync, encoder => {
    encoding.writeVarUint(encoder, type)
    encoding.writeVarUint8Array(encoder, bytes)
  })
}

export const helloMessage = (hello: Hello): Uint8Array =>
  message(TYPE.hello, encoder => encoding.writeVarString(encoder, JSON.stringify(hello)))

/** The first `count` updates that the tab sent are on disk. */
export const savedMessage = (count: number): Uint8Array =>
  message(TYPE.saved, encoder => encoding.writeVarUint(encoder, count))

/** What the tab sent could not be written; the node keeps it and tries again. */
export const unsavedMessage = (code: string): Uint8Array =>
  message(TYPE.unsaved, encoder => encoding.writeVarString(encoder, code))

/** Asks for all that the node has not. */
export const stateVectorMessage = (stateVector: Uint8Array): Uint8Array => sync(SYNC.stateVector, stateVector)
/** The answer to it. */
export const missingMessage = (update: Uint8Array): Uint8Array => sync(SYNC.missing, update)
export const updateMessage = (update: Uint8Array): Uint8Array => sync(SYNC.update, update)

/** Who is here, with the names that the group knows; and who is not any more. */
export function awarenessMessage(
  changed: readonly Presence[],
  gone: readonly Presence[],
  nameOf: (presence: Presence) => string
): Uint8Array {
  return message(TYPE.awareness, outer => {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, changed.length + gone.length)
    const write = (client: number, clock: number, state: unknown): void => {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarString(encoder, JSON.stringify(state))
    }
    for (const presence of changed) {
      const { account, client, clock, cursor, device, local } = presence
      const user = { name: nameOf(presence), account, device, local }
      const selection = cursor && { anchor: relativePosition(cursor.anchor), head: relativePosition(cursor.head) }
      write(client, clock, { user, cursor: selection })
    }
    for (const { client, clock } of gone) write(client, clock + 1, null)
    encoding.writeVarUint8Array(outer, encoding.toUint8Array(encoder))
  })
}

/** Reads a tab's message. Throws BAD_UPDATE. */
export function readTabMessage(bytes: Uint8Array): FromTab {
  try {
    return read(decoding.createDecoder(bytes))
  } catch (cause) {
    throw collabError('BAD_UPDATE', 'not a message of a document editor', cause)
  }
}

function read(decoder: decoding.Decoder): FromTab {
  const type = decoding.readVarUint(decoder)
  if (type === TYPE.awareness) return readAwareness(decoding.createDecoder(decoding.readVarUint8Array(decoder)))
  if (type !== TYPE.sync) throw new TypeError(`unknown message ${type}`)
  const step = decoding.readVarUint(decoder)
  const content = decoding.readVarUint8Array(decoder)
  if (step === SYNC.stateVector) return { type: 'state-vector', stateVector: content }
  if (step === SYNC.missing || step === SYNC.update) return { type: 'update', update: content }
  throw new TypeError(`unknown step ${step}`)
}

/** A tab speaks of itself only: the first state counts. */
function readAwareness(decoder: decoding.Decoder): FromTab {
  if (decoding.readVarUint(decoder) !== 1) throw new TypeError('expected one state')
  const client = decoding.readVarUint(decoder)
  decoding.readVarUint(decoder)
  const text = decoding.readVarString(decoder)
  if (text.length > MAX_JSON_LENGTH) throw new TypeError('the state is too long')
  const state: unknown = JSON.parse(text)
  if (state === null) return { type: 'cursor', client, here: false, cursor: null }
  const cursor = isRecord(state) ? state.cursor : undefined
  if (!isRecord(cursor)) return { type: 'cursor', client, here: true, cursor: null }
  return { type: 'cursor', client, here: true, cursor: { anchor: point(cursor.anchor), head: point(cursor.head) } }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function natural(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new TypeError('expected a number')
  return value
}

/** A relative position as Yjs writes it in JSON. */
function point(value: unknown): TextPoint {
  if (!isRecord(value)) throw new TypeError('expected a position')
  const assoc = value.assoc === undefined ? 0 : Number(value.assoc)
  const { item } = value
  const letter = isRecord(item) ? { client: natural(item.client), clock: natural(item.clock) } : null
  return { letter, assoc: Math.sign(assoc) || 0 }
}

function relativePosition({ assoc, letter }: TextPoint): unknown {
  return letter === null
    ? { type: null, tname: TEXT, item: null, assoc }
    : { type: null, tname: null, item: letter, assoc }
}
