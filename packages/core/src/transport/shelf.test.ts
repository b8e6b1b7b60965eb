import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { coreError } from '../errors.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { createShelf, placeIn, tableKey } from './shelf.ts'
import type { Shelf } from './shelf.ts'

const SELF = new Uint8Array(32)
const HOUR_MS = 3_600_000
const place = (number: number) => ({ namespace: 'test', key: createHash('sha256').update(String(number)).digest() })

function setUp(): { shelf: Shelf; clock: ReturnType<typeof manualClock>; counts: { inspected: number } } {
  const clock = manualClock()
  const shelf = createShelf(SELF, clock)
  const counts = { inspected: 0 }
  shelf.define('test', (_key, item) => {
    counts.inspected++
    if (item[0] === 0) throw coreError('BAD_RECORD', 'begins with 0')
    return { slot: String(item[1]), sequence: item[2] ?? 0, expiresAt: clock.now() + HOUR_MS }
  })
  return { shelf, clock, counts }
}

describe('shelf', () => {
  it('[T-45] forgets the keys that lie furthest from the node, beyond 4,096 of them', () => {
    const { shelf } = setUp()
    const near = Array.from({ length: 5_000 }, (_, number) => ({ number, far: distance(number) }))
    for (const { number } of near) shelf.add(place(number), Uint8Array.of(1, 1, 1))
    expect(shelf.size()).toEqual({ keys: 4_096, bytes: 3 * 4_096 })
    near.sort((a, b) => Buffer.compare(a.far, b.far))
    for (const { number } of near.slice(0, 4_000)) expect(shelf.items(place(number))).toHaveLength(1)
    for (const { number } of near.slice(4_200)) expect(shelf.items(place(number))).toEqual([])
  })

  it('[T-45] keeps at most 16 MiB, and 192 KiB of one key', () => {
    const { shelf } = setUp()
    const big = (slot: number): Uint8Array => Uint8Array.from({ length: 32 * 1024 }, (_, at) => (at === 1 ? slot : 1))
    for (let slot = 0; slot < 16; slot++) shelf.add(place(0), big(slot))
    expect(shelf.items(place(0))).toHaveLength(6)
    for (let number = 0; number < 600; number++) shelf.add(place(number), big(0))
    expect(shelf.size().bytes).toBeLessThanOrEqual(16 * 1024 * 1024)
    expect(shelf.size().bytes).toBeGreaterThan(15 * 1024 * 1024)
  })

  it('[T-45] frees what has expired, and inspects the same bytes once', async () => {
    const { shelf, clock, counts } = setUp()
    for (let round = 0; round < 5; round++) shelf.add(place(1), Uint8Array.of(1, 2, 3))
    const refuse = (): void => shelf.add(place(1), Uint8Array.of(0))
    for (let round = 0; round < 5; round++) expect(refuse).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }))
    expect(counts.inspected).toBe(2)
    expect(shelf.size()).toEqual({ keys: 1, bytes: 3 })
    await clock.advance(HOUR_MS)
    expect(shelf.items(place(1))).toEqual([])
    expect(shelf.size()).toEqual({ keys: 0, bytes: 0 })
  })

  it('[T-140] keeps what lasts longer for 49 hours, whenever it was looked at first', async () => {
    const { shelf, clock } = setUp()
    shelf.define('any', (_key, item) => ({ slot: String(item[0]), sequence: 1, expiresAt: Date.UTC(2030 + item[0]!) }))
    const at = { namespace: 'any', key: place(1).key }
    shelf.inspect(at, Uint8Array.of(1))
    shelf.add(at, Uint8Array.of(2))
    await clock.advance(10 * HOUR_MS)
    shelf.add(at, Uint8Array.of(1))
    await clock.advance(39 * HOUR_MS - 1)
    expect(shelf.items(at)).toHaveLength(2)
    await clock.advance(1)
    expect(shelf.items(at)).toEqual([Uint8Array.of(1)])
    await clock.advance(10 * HOUR_MS)
    expect(shelf.size()).toEqual({ keys: 0, bytes: 0 })
  })

  it('[T-45] knows its keys by their form', () => {
    expect(placeIn(tableKey(place(1)))).toEqual(place(1))
    for (const bytes of [new Uint8Array(), Buffer.from('/test/short'), Buffer.alloc(40), Buffer.alloc(32)])
      expect(placeIn(bytes)).toBeUndefined()
  })
})

const distance = (number: number): Buffer => {
  const hash = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
  const other = hash(tableKey(place(number)))
  return Buffer.from(hash(SELF).map((byte, at) => byte ^ (other[at] ?? 0)))
}
