import { decode, encode } from '@ipld/dag-cbor'
import { hasCode } from '@borgo/core'
import { FRAMES } from '@borgo/core/testing'
import { describe, expect, it } from 'vitest'
import { random } from '../test/author.ts'
import { mutate } from '../test/mutate.ts'
import { MAX_SESSIONS } from './client-id.ts'
import { MAX_PARTS, PART_BYTES } from './parts.ts'
import {
  awarenessChannel,
  documentKind,
  editKind,
  MAX_POST_LENGTH,
  MAX_PRESENT_SESSIONS,
  MAX_UPDATE_SESSIONS,
  postKind,
  removalKind,
  threadKind,
  updateKind,
  workspaceKind
} from './protocol.ts'

const id = `b${'a'.repeat(52)}`
const update = { document: id, sessions: [3], part: 0, parts: 2, bytes: Uint8Array.of(1) }
const present = { session: 1, clock: 5, here: true, cursor: null }
const point = { letter: { client: 9, clock: 1 }, assoc: -1 }

describe('what peers may send', () => {
  it('[C-1] takes each kind in its right form and nothing beside it', () => {
    expect(workspaceKind.parse({ name: 'Festa' })).toEqual({ name: 'Festa' })
    expect(documentKind.parse({ workspace: id, title: 'Plan' })).toEqual({ workspace: id, title: 'Plan' })
    const thread = { workspace: id, title: 'Food', text: 'Who cooks?' }
    expect(threadKind.parse(thread)).toEqual(thread)
    expect(postKind.parse({ thread: id, text: 'I do' })).toEqual({ thread: id, text: 'I do' })
    expect(editKind.parse({ post: id, text: 'We do' })).toEqual({ post: id, text: 'We do' })
    expect(removalKind.parse({ post: id })).toEqual({ post: id })
    expect(updateKind.parse(update)).toEqual(update)
    const seen = { document: id, sessions: [present, { ...present, cursor: { anchor: point, head: point } }] }
    expect(awarenessChannel.parse(seen)).toEqual(seen)
  })

  it('[C-1] refuses everything else', () => {
    const long = 'x'.repeat(MAX_POST_LENGTH + 1)
    const wrong: [{ parse(value: unknown): unknown }, unknown][] = [
      ...[null, 7, 'text', [], new Uint8Array(3)].map((value): [typeof workspaceKind, unknown] => [
        workspaceKind,
        value
      ]),
      ...['', ' padded ', 'x'.repeat(65), '\ud800', 5].map((name): [typeof workspaceKind, unknown] => [
        workspaceKind,
        { name }
      ]),
      [workspaceKind, { name: 'Festa', more: 1 }],
      [documentKind, { workspace: 'nonsense', title: 'Plan' }],
      [threadKind, { workspace: id, title: 'Food', text: long }],
      [postKind, { thread: id, text: long }],
      [postKind, { text: 'no thread' }],
      [editKind, { post: id }],
      [removalKind, {}],
      [updateKind, { ...update, bytes: 'text' }],
      [updateKind, { ...update, bytes: new Uint8Array(PART_BYTES + 1) }],
      [updateKind, { ...update, part: 2 }],
      [updateKind, { ...update, parts: MAX_PARTS + 1 }],
      [updateKind, { ...update, sessions: [MAX_SESSIONS] }],
      [updateKind, { ...update, sessions: Array(MAX_UPDATE_SESSIONS + 1).fill(1) }],
      [awarenessChannel, { document: id, sessions: Array(MAX_PRESENT_SESSIONS + 1).fill(present) }],
      [awarenessChannel, { document: id, sessions: [{ ...present, here: 1 }] }],
      [awarenessChannel, { document: id, sessions: [{ ...present, clock: 0.5 }] }],
      [awarenessChannel, { document: id, sessions: [{ ...present, cursor: { anchor: point } }] }]
    ]
    for (const [kind, value] of wrong) expect(() => kind.parse(value), JSON.stringify(value)).toThrow()
  })

  it('[C-1] keeps the largest of each within a record', () => {
    const text = '\u6751'.repeat(MAX_POST_LENGTH)
    const title = '\u6751'.repeat(200)
    const sessions = Array<number>(MAX_UPDATE_SESSIONS).fill(MAX_SESSIONS - 1)
    const largest = [
      { workspace: id, title, text },
      { ...update, sessions, bytes: new Uint8Array(PART_BYTES) }
    ]
    for (const data of largest) expect(encode({ kind: threadKind.name, data }).length).toBeLessThan(65_536)
    const [client, clock] = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]
    const far = { letter: { client, clock }, assoc: -1 }
    const crowd = Array(MAX_PRESENT_SESSIONS).fill({ ...present, clock, cursor: { anchor: far, head: far } })
    expect(encode({ document: id, sessions: crowd }).length).toBeLessThan(awarenessChannel.maxBytes)
  })

  const SEED = 20_261_123
  it(`[C-1] ${FRAMES} mutated records and messages of each kind are taken in their form or refused (seed ${SEED})`, () => {
    const next = random(SEED)
    const cursor = { anchor: point, head: { letter: null, assoc: 0 } }
    const samples: [{ parse(value: unknown): unknown }, unknown][] = [
      [workspaceKind, { name: 'Festa' }],
      [documentKind, { workspace: id, title: 'Plan' }],
      [threadKind, { workspace: id, title: 'Food', text: 'Who cooks?' }],
      [postKind, { thread: id, text: 'I do' }],
      [editKind, { post: id, text: 'We do' }],
      [removalKind, { post: id }],
      [updateKind, update],
      [awarenessChannel, { document: id, sessions: [present, { ...present, cursor }] }]
    ]
    for (const [kind, value] of samples) {
      const bytes = encode(value)
      for (let index = 0; index < FRAMES; index++) {
        let mutated: unknown
        try {
          mutated = decode(mutate(bytes, next))
        } catch {
          continue
        }
        let parsed: unknown
        try {
          parsed = kind.parse(mutated)
        } catch (error) {
          // What the core turns into a refusal; anything else would be a fault of ours.
          const isRefusal = error instanceof TypeError || hasCode(error, 'BAD_MESSAGE', 'BAD_ID')
          if (!isRefusal) throw error
          continue
        }
        expect(kind.parse(parsed)).toEqual(parsed)
      }
    }
  })
})
