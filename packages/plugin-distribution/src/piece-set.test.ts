import { describe, expect, it } from 'vitest'
import { PieceSet } from './piece-set.ts'

describe('PieceSet', () => {
  it('counts what it holds, and gives it back from its bits', () => {
    const set = new PieceSet(19)
    for (const piece of [0, 7, 8, 18]) expect(set.add(piece)).toBe(true)
    expect(set.add(7)).toBe(false)
    expect(set.add(19)).toBe(false)
    expect(set.remove(8)).toBe(true)
    expect(set.remove(8)).toBe(false)
    const copy = new PieceSet(19, set.bits())
    expect([...Array(19).keys()].filter(piece => copy.has(piece))).toEqual([0, 7, 18])
    expect(copy.count).toBe(3)
    expect(PieceSet.full(19).isFull).toBe(true)
  })

  it('refuses bits of another length, and bits beyond the last piece', () => {
    expect(() => new PieceSet(9, new Uint8Array(1))).toThrow(TypeError)
    expect(() => new PieceSet(9, Uint8Array.of(0, 2))).toThrow(TypeError)
    expect(new PieceSet(9, Uint8Array.of(0, 1)).has(8)).toBe(true)
  })
})
