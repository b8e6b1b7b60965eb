import { describe, expect, it } from 'vitest'
import { MAX_PARTS, PART_BYTES, partsOf } from './parts.ts'
import { MAX_UPDATE_BYTES } from './update-check.ts'

describe('parts of an update', () => {
  it('[C-11] fit into records and add up to the update', () => {
    const update = Uint8Array.from({ length: PART_BYTES * 2 + 1 }, (_, index) => index)
    const parts = partsOf(update)
    expect(parts.map(({ length }) => length)).toEqual([PART_BYTES, PART_BYTES, 1])
    expect(Buffer.concat(parts).equals(update)).toBe(true)
    expect(partsOf(new Uint8Array(0))).toHaveLength(1)
    expect(partsOf(new Uint8Array(MAX_UPDATE_BYTES))).toHaveLength(MAX_PARTS)
  })
})
