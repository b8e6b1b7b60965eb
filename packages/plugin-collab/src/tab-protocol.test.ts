import { hasCode } from '@borgo/core'
import * as encoding from 'lib0/encoding'
import { FRAMES } from '@borgo/core/testing'
import { describe, expect, it } from 'vitest'
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import { writeSyncStep1, writeUpdate } from 'y-protocols/sync'
import * as Y from 'yjs'
import { random } from '../test/author.ts'
import { mutate } from '../test/mutate.ts'
import { readTabMessage } from './tab-protocol.ts'
import { TEXT } from './update-check.ts'

const SEED = 20_261_124

function message(type: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, type)
  write(encoder)
  return encoding.toUint8Array(encoder)
}

/** What an editor with y-protocols sends. */
function samples(): Uint8Array[] {
  const doc = new Y.Doc()
  doc.clientID = 8_123_456_789
  doc.getText(TEXT).insert(0, 'hello world')
  const awareness = new Awareness(doc)
  const [anchor, head] = [2, 11].map(index => Y.createRelativePositionFromTypeIndex(doc.getText(TEXT), index))
  awareness.setLocalState({ user: { name: 'whoever' }, cursor: { anchor, head } })
  const state = encodeAwarenessUpdate(awareness, [doc.clientID])
  awareness.destroy()
  return [
    message(0, encoder => writeSyncStep1(encoder, doc)),
    message(0, encoder => writeUpdate(encoder, Y.encodeStateAsUpdate(doc))),
    message(1, encoder => encoding.writeVarUint8Array(encoder, state))
  ]
}

describe('messages of an editor', () => {
  it('[C-40] are read as y-protocols writes them', () => {
    const [question, update, cursor] = samples().map(readTabMessage)
    expect([question?.type, update?.type]).toEqual(['state-vector', 'update'])
    expect(cursor).toEqual({
      type: 'cursor',
      client: 8_123_456_789,
      here: true,
      cursor: {
        anchor: { letter: { client: 8_123_456_789, clock: 2 }, assoc: 0 },
        head: { letter: null, assoc: 0 }
      }
    })
  })

  it(`[C-43] ${FRAMES} mutated ones of each type are understood or refused (seed ${SEED})`, () => {
    const next = random(SEED)
    for (const bytes of samples()) {
      for (let index = 0; index < FRAMES; index++) {
        try {
          readTabMessage(mutate(bytes, next))
        } catch (error) {
          if (!hasCode(error, 'BAD_UPDATE')) throw error
        }
      }
    }
  })
})
