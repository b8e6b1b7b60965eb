import { encode } from '@ipld/dag-cbor'
import { describe, expect, it } from 'vitest'
import { hashId } from '../ids.ts'
import type { GroupId } from '../ids.ts'
import { decodeAnswer, decodeOpening, encodeAnswer, encodeOpening, MAX_OPENING_BYTES } from './protocol.ts'

const group = hashId<GroupId>(new Uint8Array(32).fill(7))

describe('opening', () => {
  it('[T-10] carries the group and the refusal', () => {
    for (const value of [group, undefined]) expect(decodeOpening(encodeOpening(value))).toBe(value)
    for (const value of ['BUSY', 'FORBIDDEN', 'TOO_MANY_STREAMS', undefined] as const)
      expect(decodeAnswer(encodeAnswer(value))).toBe(value)
    expect(encodeOpening(group).length).toBeLessThanOrEqual(MAX_OPENING_BYTES)
  })

  it('[T-9] takes nothing but exactly that', () => {
    const odd = [
      new Uint8Array(0),
      Uint8Array.of(0xff),
      encode(null),
      encode([]),
      encode({}),
      encode({ group: 'x' }),
      encode({ group: new Uint8Array(31) }),
      encode({ group: null, more: 1 }),
      encode({ refused: 'NOBODY' }),
      encode({ refused: 1 }),
      Buffer.concat([encodeOpening(undefined), Uint8Array.of(0)])
    ]
    for (const bytes of odd) {
      expect(() => decodeOpening(bytes)).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }))
      expect(() => decodeAnswer(bytes)).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }))
    }
  })
})
