import { decode, encode } from '@ipld/dag-cbor'
import { FRAMES, seededRandom } from '@borgo/core/testing'
import { expect, it } from 'vitest'
import { message, receipt, typing } from './records.ts'

const DEVICE = '12D3KooWGQmdpzHXCqLno4mMxWXKNFQHASBeF99gTm2JR8Vu5Bdc'
const samples = [
  { kind: message, value: { text: 'hello', reply: null } },
  { kind: message, value: { text: 'yes', reply: `b${'a'.repeat(52)}` } },
  { kind: receipt, value: { delivered: { [DEVICE]: 3 }, read: { [DEVICE]: 1 } } },
  { kind: typing, value: { on: true } }
]

it('[R-8] takes what is of the form, and nothing else', () => {
  for (const { kind, value } of samples) {
    expect(kind.parse(decode(encode(value)))).toEqual(value)
    for (const other of [null, 1, 'x', [], {}, { ...value, more: 1 }]) expect(() => kind.parse(other)).toThrow()
  }
  const many = Object.fromEntries(Array.from({ length: 513 }, (_, at) => [`${DEVICE}${at}`, 1]))
  for (const delivered of [many, { nobody: 1 }, { [DEVICE]: 0 }, { [DEVICE]: 1.5 }])
    expect(() => receipt.parse({ delivered, read: {} })).toThrow()
})

it(`[R-8] throws nothing but errors on ${FRAMES} mutated bodies, and lets nothing malformed through`, () => {
  const random = seededRandom(11)
  const below = (limit: number): number => Math.floor(random() * limit)
  for (let round = 0; round < FRAMES; round++) {
    const { kind, value } = samples[round % samples.length]!
    const bytes = encode(value)
    for (let flip = 0; flip <= below(3); flip++) bytes[below(bytes.length)] = below(256)
    const parsed = attempt(() => kind.parse(decode(bytes)))
    if (parsed !== undefined) expect(kind.parse(decode(encode(parsed)))).toEqual(parsed)
  }
})

/** What `work` returned; undefined when it threw an error, as it may. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}
