import { encode } from '@ipld/dag-cbor'
import { FRAMES, seededRandom } from '@borgo/core/testing'
import { describe, expect, it } from 'vitest'
import { cidOf, DAG_PB, RAW } from '../content-id.ts'
import { PieceSet } from '../piece-set.ts'
import { decodeAnswer, decodeAsk, encodeAnswer, encodeAsk, pieceBuffer } from './protocol.ts'
import type { Answer, Ask } from './protocol.ts'

const digest = Uint8Array.from({ length: 32 }, (_, i) => i)
const node = cidOf(DAG_PB, digest)
const set = new PieceSet(11)
for (const piece of [0, 3, 10]) set.add(piece)

const ASKS: Ask[] = [
  { type: 'hello', cid: node },
  { type: 'hello', cid: cidOf(RAW, digest) },
  { type: 'request', pieces: [0, 1, 4_194_303] },
  { type: 'cancel', pieces: [7] },
  { type: 'nodes', cids: [node] }
]
const ANSWERS: Exclude<Answer, { type: 'piece' }>[] = [
  { type: 'holding', holding: 'none' },
  { type: 'holding', holding: 'busy' },
  { type: 'holding', holding: 'complete' },
  { type: 'holding', holding: set },
  { type: 'have', pieces: [1, 2] },
  { type: 'reject', pieces: [3] },
  { type: 'node', bytes: Uint8Array.of(1, 2, 3) },
  { type: 'no-node', cid: node }
]

describe('swarm messages', () => {
  it('[D-40] are read back as they were written', () => {
    for (const ask of ASKS) expect(decodeAsk(encodeAsk(ask))).toEqual(ask)
    for (const answer of ANSWERS) {
      const read = decodeAnswer(encodeAnswer(answer))
      if (answer.type !== 'holding' || typeof answer.holding === 'string') expect(read).toEqual(answer)
      else if (read.type === 'holding' && typeof read.holding !== 'string')
        expect(read.holding.bits()).toEqual(answer.holding.bits())
      else expect.unreachable()
    }
    const message = pieceBuffer(70_000, 3)
    message.set([9, 8, 7], 5)
    expect(decodeAnswer(message)).toEqual({ type: 'piece', piece: 70_000, bytes: Buffer.from([9, 8, 7]) })
  })

  it.each<[string, unknown]>([
    ['a map', { type: 1 }],
    ['an unknown type', [99, 1]],
    ['a number for a list', [2, 5]],
    ['an empty list', [2, []]],
    ['a list too long', [2, Array.from({ length: 257 }, (_, i) => i)]],
    ['a negative piece', [2, [-1]]],
    ['half a piece', [2, [1.5]]],
    ['a piece beyond all contents', [2, [4_194_304]]],
    ['text for an id', [1, 'bafy']],
    ['a leaf for a node', [4, [cidOf(RAW, digest)]]],
    ['one thing too many', [1, node, 3]]
  ])('[D-40] an ask with %s is refused', (_, value) => {
    expect(() => decodeAsk(encode(value))).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }))
  })

  it.each<[string, Uint8Array]>([
    ['no bytes', new Uint8Array()],
    ['a piece without bytes', Uint8Array.of(0, 0, 0, 0, 1)],
    ['half a header', Uint8Array.of(0, 0)],
    ['a piece beyond all contents', Uint8Array.of(0, 255, 0, 0, 0, 1)],
    ['a bitmap too short', encode([19, 100, new Uint8Array(2)])],
    ['a bitmap with bits too many', encode([19, 9, Uint8Array.of(0, 128)])],
    ['a bitmap of no pieces', encode([19, 0, new Uint8Array()])],
    ['a bitmap of too many', encode([19, 2 ** 40, new Uint8Array(8)])],
    ['a node too long', encode([22, new Uint8Array(600_000)])],
    ['text for a node', encode([22, 'node'])],
    ['one thing too many', encode([16, 1, 2, 3])]
  ])('[D-40] an answer with %s is refused', (_, bytes) => {
    expect(() => decodeAnswer(bytes)).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }))
  })

  it(`[D-40] ${FRAMES} mutated messages are read or refused, and nothing else`, () => {
    const random = seededRandom(11)
    const below = (limit: number): number => Math.floor(random() * limit)
    const originals = [...ASKS.map(encodeAsk), ...ANSWERS.map(encodeAnswer), pieceBuffer(1, 40).fill(7, 5)]
    for (let round = 0; round < FRAMES; round++) {
      const bytes = Buffer.from(originals[below(originals.length)]!)
      for (let hits = below(4); hits >= 0; hits--) bytes[below(bytes.length)] = below(256)
      const cut = random() < 0.2 ? bytes.subarray(0, below(bytes.length)) : bytes
      for (const decode of [decodeAsk, decodeAnswer])
        try {
          decode(cut)
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_MESSAGE' })
        }
    }
  })
})
