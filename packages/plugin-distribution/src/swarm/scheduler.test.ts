import type { PeerId } from '@borgo/core'
import { describe, expect, it } from 'vitest'
import { PieceSet } from '../piece-set.ts'
import { Scheduler } from './scheduler.ts'
import type { SwarmEffect, SwarmEvent } from './scheduler.ts'

const id = (name: string): PeerId => name as PeerId
const A = id('A')
const B = id('B')
const C = id('C')

/** mulberry32: uniform in [0, 1), the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function setOf(size: number, ...pieces: number[]): PieceSet {
  const set = new PieceSet(size)
  for (const piece of pieces) set.add(piece)
  return set
}

const fresh = (pieces: number): Scheduler => new Scheduler(new PieceSet(pieces), seeded(1))
const joined = (peer: PeerId, pieces?: PieceSet, rttMs = 10): SwarmEvent => ({ type: 'joined', peer, pieces, rttMs })
const got = (peer: PeerId, piece: number): SwarmEvent => ({ type: 'got', peer, piece, bytes: 1_048_576 })

function requests(effects: SwarmEffect[]): Map<PeerId, number[]> {
  const all = new Map<PeerId, number[]>()
  for (const effect of effects)
    if (effect.type === 'request') all.set(effect.peer, [...(all.get(effect.peer) ?? []), ...effect.pieces])
  return all
}

describe('which piece', () => {
  it('[D-10] asks for the rarest pieces first', () => {
    const scheduler = fresh(6)
    scheduler.step(joined(B, setOf(6, 0)), 0)
    scheduler.step(joined(C, setOf(6, 1)), 0)
    for (const peer of [B, C]) scheduler.step({ type: 'rejected', peer, pieces: [0, 1] }, 0)
    const asked = requests(scheduler.step(joined(A), 0)).get(A)
    expect(new Set(asked)).toEqual(new Set([2, 3, 4, 5]))
  })

  it('[D-10] chooses among equally rare ones differently for different fetchers', () => {
    const first = (seed: number): number[] | undefined =>
      requests(new Scheduler(new PieceSet(1_000), seeded(seed)).step(joined(A), 0)).get(A)
    expect(first(1)).not.toEqual(first(2))
  })

  it('[D-10] never asks for a piece that is there, nor a peer for what it has not', () => {
    const scheduler = new Scheduler(setOf(8, 0, 1, 2), seeded(1))
    expect(requests(scheduler.step(joined(A, setOf(8, 1, 2, 3)), 0)).get(A)).toEqual([3])
    expect(requests(scheduler.step({ type: 'has', peer: A, pieces: [0, 7] }, 0)).get(A)).toEqual([7])
  })
})

describe('of whom', () => {
  it('[D-11] asks the nearest peers, up to sixteen at a time', () => {
    const scheduler = fresh(1_000)
    const asked = new Set<PeerId>()
    for (let i = 0; i < 20; i++) scheduler.step(joined(id(`far ${i}`), setOf(1_000), 100 + i), 0)
    for (let i = 0; i < 20; i++) scheduler.step(joined(id(`near ${i}`), setOf(1_000), 1 + i), 0)
    for (const peer of [...scheduler.peers.keys()])
      for (let piece = 0; piece < 1_000; piece += 1) scheduler.peers.get(peer)?.pieces?.add(piece)
    for (const peer of requests(scheduler.step({ type: 'tick' }, 1_000)).keys()) asked.add(peer)
    expect(asked).toEqual(new Set(Array.from({ length: 16 }, (_, i) => id(`near ${i}`))))
  })

  it('[D-12] keeps about a second of requests open at each peer', () => {
    const scheduler = fresh(2_000)
    const open = requests(scheduler.step(joined(A), 0)).get(A)!
    expect(open).toHaveLength(4)
    scheduler.step({ type: 'tick' }, 0)
    for (let piece = 0, count = 0; count < 100; piece++)
      if (scheduler.peers.get(A)!.asked.has(piece % 2_000)) {
        scheduler.step(got(A, piece % 2_000), 500)
        count++
      }
    scheduler.step({ type: 'tick' }, 1_000)
    expect(scheduler.peers.get(A)!.asked.size).toBe(100)
  })

  it('[D-13] asks others for what a peer that left was asked for', () => {
    const scheduler = fresh(4)
    expect(requests(scheduler.step(joined(A), 0)).get(A)).toHaveLength(4)
    expect(requests(scheduler.step(joined(B), 0)).size).toBe(0)
    const moved = requests(scheduler.step({ type: 'left', peer: A }, 0)).get(B)
    expect(new Set(moved)).toEqual(new Set([0, 1, 2, 3]))
  })

  it('[D-13] asks others for what a peer would not give', () => {
    const scheduler = fresh(4)
    scheduler.step(joined(A), 0)
    scheduler.step(joined(B), 0)
    const effects = scheduler.step({ type: 'rejected', peer: A, pieces: [0, 1, 2, 3] }, 0)
    expect(new Set(requests(effects).get(B))).toEqual(new Set([0, 1, 2, 3]))
    expect(requests(effects).has(A)).toBe(false)
  })

  it('[D-14] never asks a peer again that sent wrong bytes', () => {
    const scheduler = fresh(4)
    scheduler.step(joined(A), 0)
    scheduler.step(joined(B), 0)
    const effects = scheduler.step({ type: 'corrupt', peer: A, piece: 2 }, 0)
    expect(effects[0]).toEqual({ type: 'ban', peer: A })
    expect(new Set(requests(effects).get(B))).toEqual(new Set([0, 1, 2, 3]))
    expect(scheduler.step(joined(A), 0)).toEqual([{ type: 'ban', peer: A }])
    expect(scheduler.isBanned(A)).toBe(true)
  })
})

describe('the end', () => {
  it('[D-15] asks a fast peer too for what hangs with a slow one, and takes the loser back', () => {
    const scheduler = fresh(8)
    scheduler.step({ type: 'tick' }, 0)
    const slow = requests(scheduler.step(joined(A), 0)).get(A)!
    const fast = requests(scheduler.step(joined(B), 0)).get(B)!
    for (const piece of fast) scheduler.step(got(B, piece), 500)
    expect(requests(scheduler.step({ type: 'tick' }, 1_000)).size).toBe(0)
    const copies = requests(scheduler.step({ type: 'tick' }, 2_500)).get(B)!
    expect(new Set(copies)).toEqual(new Set(slow))
    for (const piece of copies)
      expect(scheduler.step(got(B, piece), 2_600)).toContainEqual({ type: 'cancel', peer: A, pieces: [piece] })
    expect(scheduler.have.isFull).toBe(true)
  })

  it('[D-15] asks nobody twice while peers are equally fast', () => {
    const scheduler = fresh(8)
    scheduler.step({ type: 'tick' }, 0)
    const a = requests(scheduler.step(joined(A), 0)).get(A)!
    const b = requests(scheduler.step(joined(B), 0)).get(B)!
    scheduler.step(got(A, a[0]!), 100)
    scheduler.step(got(B, b[0]!), 100)
    scheduler.step({ type: 'tick' }, 1_000)
    const effects = [...scheduler.step(got(A, a[1]!), 1_100), ...scheduler.step(got(B, b[1]!), 1_100)]
    expect(requests(effects).size).toBe(0)
  })

  it('[D-16] silent peers neither keep the last pieces to themselves nor take the places of others', () => {
    const scheduler = fresh(4)
    for (const peer of [A, B]) scheduler.step(joined(peer), 0)
    scheduler.step({ type: 'tick' }, 3_000)
    expect([A, B].map(peer => scheduler.peers.get(peer)!.asked.size)).toEqual([4, 4])
    scheduler.step(joined(C), 3_000)
    expect(requests(scheduler.step({ type: 'tick' }, 20_000)).get(C)).toHaveLength(4)

    const crowded = fresh(1_000)
    for (let i = 0; i < 16; i++) crowded.step(joined(id(`silent ${i}`)), 0)
    crowded.step(joined(C, undefined, 500), 0)
    expect(crowded.peers.get(C)!.asked.size).toBe(0)
    expect(requests(crowded.step({ type: 'tick' }, 20_000)).get(C)).toHaveLength(4)
  })

  it('[D-16] is done when the last piece is there, also when it is there at once', () => {
    const scheduler = fresh(1)
    scheduler.step(joined(A), 0)
    expect(scheduler.step(got(A, 0), 0)).toEqual([{ type: 'done' }])
  })

  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    '[D-16] gets every piece whatever peers do, as long as each has an honest holder (seed %i)',
    seed => {
      const random = seeded(seed)
      const pick = (below: number): number => Math.floor(random() * below)
      const size = 1 + pick(300)
      const scheduler = new Scheduler(new PieceSet(size), seeded(seed + 1_000))
      const names = Array.from({ length: 2 + pick(20) }, (_, i) => id(`peer ${i}`))
      const open = new Map<PeerId, Set<number>>()
      let now = 0
      let isDone = false
      const act = (event: SwarmEvent): void => {
        for (const effect of scheduler.step(event, now)) {
          if (effect.type === 'done') isDone = true
          if (effect.type === 'ban') open.delete(effect.peer)
          if (effect.type === 'cancel') for (const piece of effect.pieces) open.get(effect.peer)?.delete(piece)
          if (effect.type !== 'request') continue
          expect(scheduler.isBanned(effect.peer)).toBe(false)
          for (const piece of effect.pieces) {
            expect(scheduler.have.has(piece)).toBe(false)
            expect(open.get(effect.peer)?.has(piece)).toBe(false)
            open.get(effect.peer)?.add(piece)
          }
        }
      }
      const join = (peer: PeerId): void => {
        if (!open.has(peer)) open.set(peer, new Set())
        const pieces = peer === names[0] || random() < 0.3 ? undefined : new PieceSet(size)
        for (let i = 0; pieces && i < size; i++) if (random() < 0.5) pieces.add(i)
        act({ type: 'joined', peer, rttMs: random() < 0.8 ? pick(200) : undefined, pieces })
      }
      for (let step = 0; step < 50_000 && !isDone; step++) {
        now += pick(400)
        const peer = names[pick(names.length)]!
        const asked = [...(open.get(peer) ?? [])]
        const piece = asked[pick(asked.length)]
        const luck = random()
        if (luck < 0.1) act({ type: 'tick' })
        else if (!open.has(peer)) {
          if (!scheduler.isBanned(peer)) join(peer)
        } else if (luck < 0.12 && peer !== names[0]) {
          open.delete(peer)
          act({ type: 'left', peer })
        } else if (luck < 0.14) act({ type: 'has', peer, pieces: [pick(size)] })
        else if (luck < 0.16) join(peer)
        else if (piece !== undefined && luck < 0.18 && peer !== names[0]) {
          open.delete(peer)
          act({ type: 'corrupt', peer, piece })
        } else if (piece !== undefined && luck < 0.2 && peer !== names[0]) {
          open.get(peer)!.delete(piece)
          act({ type: 'rejected', peer, pieces: [piece] })
        } else if (piece !== undefined) {
          open.get(peer)!.delete(piece)
          act(got(peer, piece))
        }
      }
      expect(isDone).toBe(true)
      expect(scheduler.have.isFull).toBe(true)
    }
  )
})
