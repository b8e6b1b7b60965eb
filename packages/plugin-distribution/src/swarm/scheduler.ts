import type { PeerId } from '@borgo/core'
import type { PieceSet } from '../piece-set.ts'

/** Requests open at a peer that nothing is known of yet. */
const FIRST_PIPELINE = 4
/** Most requests open at one peer: a second's worth of 1 MiB pieces at 2 Gbit/s. */
const MAX_PIPELINE = 256
/** Peers that are asked at the same time, the nearest ones. */
const MAX_ACTIVE = 16
/** Missing pieces that one choice looks at; beyond it, the rarest of this many is near enough the rarest of all. */
const SAMPLE = 2_048
/** Most peers that one piece is asked of at the end, besides those that are silent. */
const MAX_COPIES = 2
/** How long a peer may take to bring its first piece before others are asked for the same, ms. */
const PATIENCE_MS = 2_000
/** A peer that is asked and brings nothing for this long takes nobody's place any more, ms. */
const SILENT_MS = 10_000
/** How much sooner a second peer must be expected to deliver before it is asked as well. */
const ENDGAME_GAIN = 2
/** Weight of the newest second in a peer's measured rate. */
const RATE_WEIGHT = 0.4

export type SwarmEvent =
  /** A peer told what it has, for the first time or anew. `pieces` of undefined: all; else the scheduler's from now on. */
  | { type: 'joined'; peer: PeerId; rttMs: number | undefined; pieces: PieceSet | undefined }
  | { type: 'has'; peer: PeerId; pieces: readonly number[] }
  | { type: 'left'; peer: PeerId }
  /** A piece came, was verified and is on disk. */
  | { type: 'got'; peer: PeerId; piece: number; bytes: number }
  /** A piece came with wrong bytes. */
  | { type: 'corrupt'; peer: PeerId; piece: number }
  | { type: 'rejected'; peer: PeerId; pieces: readonly number[] }
  /** Comes about once a second. */
  | { type: 'tick' }

export type SwarmEffect =
  | { type: 'request'; peer: PeerId; pieces: number[] }
  | { type: 'cancel'; peer: PeerId; pieces: number[] }
  /** Never ask this peer for this content again. */
  | { type: 'ban'; peer: PeerId }
  | { type: 'done' }

/** One peer of a swarm as the scheduler sees it. */
export interface SwarmPeer {
  rttMs: number | undefined
  /** undefined: all */
  pieces: PieceSet | undefined
  /** Pieces that it would not give although it said it has them. */
  refused: Set<number>
  /** Pieces asked of it and not answered. */
  asked: Set<number>
  /** Measured while it was asked for something, pieces per second; 0 before the first tick that saw a piece come. */
  rate: number
  gotSinceTick: number
  /** When it was first asked for something, ms. */
  askedAt: number | undefined
  /** When it last brought a piece, or was asked after a time in which it was asked for nothing, ms. */
  movedAt: number
  /** What it has brought. */
  bytes: number
}

/**
 * Which piece to ask of whom: rarest first, nearest peer first, as many requests open as a peer serves in a second, and
 * at the end those that hang with a slow peer also from a faster one. No sockets, timers or disks: `step` takes an event
 * and says what to do.
 */
export class Scheduler {
  readonly have: PieceSet
  readonly peers = new Map<PeerId, SwarmPeer>()
  readonly #banned = new Set<PeerId>()
  readonly #random: () => number
  /** Missing pieces that nobody is asked for, in no order, and where each stands. */
  readonly #wanted: number[] = []
  readonly #place: Int32Array
  /** Who is asked for a piece. */
  readonly #asked = new Map<number, Set<PeerId>>()
  /** How many of the peers that have not all have a piece. */
  readonly #copies: Uint16Array
  #lastTick: number | undefined
  #now = 0

  /** `have` is the scheduler's from now on. `random` is uniform in [0, 1). */
  constructor(have: PieceSet, random: () => number) {
    this.have = have
    this.#random = random
    this.#place = new Int32Array(have.size).fill(-1)
    this.#copies = new Uint16Array(have.size)
    for (let piece = 0; piece < have.size; piece++) if (!have.has(piece)) this.#want(piece)
  }

  /** `now` in ms, never going back. */
  step(event: SwarmEvent, now: number): SwarmEffect[] {
    this.#now = now
    switch (event.type) {
      case 'joined':
        return this.#joined(event.peer, event.rttMs, event.pieces)
      case 'has':
        return this.#has(event.peer, event.pieces)
      case 'left':
        this.#leave(event.peer)
        return this.#fillAll()
      case 'got':
        return this.#got(event.peer, event.piece, event.bytes)
      case 'corrupt':
        this.#banned.add(event.peer)
        this.#leave(event.peer)
        return [{ type: 'ban', peer: event.peer }, ...this.#fillAll()]
      case 'rejected':
        return this.#rejected(event.peer, event.pieces)
      case 'tick':
        return this.#tick()
    }
  }

  isBanned(peer: PeerId): boolean {
    return this.#banned.has(peer)
  }

  #joined(id: PeerId, rttMs: number | undefined, pieces: PieceSet | undefined): SwarmEffect[] {
    if (this.#banned.has(id)) return [{ type: 'ban', peer: id }]
    const known = this.peers.get(id)
    if (known?.pieces) this.#count(known.pieces, -1)
    if (pieces) this.#count(pieces, 1)
    const fresh = {
      asked: new Set<number>(),
      rate: 0,
      gotSinceTick: 0,
      askedAt: undefined,
      movedAt: this.#now,
      bytes: 0
    }
    this.peers.set(id, { ...(known ?? fresh), rttMs, pieces, refused: new Set() })
    return this.#fillAll()
  }

  #has(id: PeerId, pieces: readonly number[]): SwarmEffect[] {
    const peer = this.peers.get(id)
    if (!peer?.pieces) return []
    for (const piece of pieces) if (peer.pieces.add(piece)) this.#bump(piece, 1)
    return this.#fill(id, peer)
  }

  #leave(id: PeerId): void {
    const peer = this.peers.get(id)
    if (!peer) return
    this.peers.delete(id)
    if (peer.pieces) this.#count(peer.pieces, -1)
    for (const piece of peer.asked) this.#release(id, piece)
  }

  #got(id: PeerId, piece: number, bytes: number): SwarmEffect[] {
    const effects: SwarmEffect[] = []
    const peer = this.peers.get(id)
    if (peer) {
      peer.asked.delete(piece)
      peer.gotSinceTick++
      peer.movedAt = this.#now
      peer.bytes += bytes
    }
    for (const other of this.#asked.get(piece) ?? []) {
      if (other === id) continue
      this.peers.get(other)?.asked.delete(piece)
      effects.push({ type: 'cancel', peer: other, pieces: [piece] })
    }
    this.#asked.delete(piece)
    this.#unwant(piece)
    if (this.have.add(piece) && this.have.isFull) return [...effects, { type: 'done' }]
    return peer ? [...effects, ...this.#fill(id, peer)] : effects
  }

  #rejected(id: PeerId, pieces: readonly number[]): SwarmEffect[] {
    const peer = this.peers.get(id)
    if (!peer) return []
    for (const piece of pieces) {
      if (!peer.asked.delete(piece)) continue
      peer.refused.add(piece)
      this.#release(id, piece)
    }
    return this.#fillAll()
  }

  #tick(): SwarmEffect[] {
    const seconds = this.#lastTick === undefined ? 0 : (this.#now - this.#lastTick) / 1_000
    this.#lastTick = this.#now
    if (seconds > 0)
      for (const peer of this.peers.values()) {
        if (peer.gotSinceTick === 0 && peer.asked.size === 0) continue
        const measured = peer.gotSinceTick / seconds
        peer.rate = peer.rate === 0 ? measured : peer.rate + RATE_WEIGHT * (measured - peer.rate)
        peer.gotSinceTick = 0
      }
    return this.#fillAll()
  }

  #fillAll(): SwarmEffect[] {
    const nearest = [...this.peers].sort(([, a], [, b]) => (a.rttMs ?? Infinity) - (b.rttMs ?? Infinity))
    const effects: SwarmEffect[] = []
    let active = 0
    for (const [id, peer] of nearest) {
      if (active === MAX_ACTIVE) break
      effects.push(...this.#fill(id, peer))
      if (peer.asked.size > 0 && !this.#isSilent(peer)) active++
    }
    return effects
  }

  /** Asks a peer for more once a quarter of its pipeline is free, so that requests go out in batches. */
  #fill(id: PeerId, peer: SwarmPeer): SwarmEffect[] {
    const pipeline = Math.min(MAX_PIPELINE, Math.max(FIRST_PIPELINE, Math.ceil(peer.rate)))
    const room = pipeline - peer.asked.size
    if (room < Math.max(1, pipeline >> 2)) return []
    const pieces = this.#rarest(peer, room)
    if (pieces.length === 0) pieces.push(...this.#hanging(id, peer, room))
    if (pieces.length === 0) return []
    peer.askedAt ??= this.#now
    if (peer.asked.size === 0) peer.movedAt = this.#now
    for (const piece of pieces) {
      peer.asked.add(piece)
      const askers = this.#asked.get(piece)
      if (askers) askers.add(id)
      else this.#asked.set(piece, new Set([id]))
      this.#unwant(piece)
    }
    return [{ type: 'request', peer: id, pieces }]
  }

  #rarest(peer: SwarmPeer, count: number): number[] {
    const start = Math.floor(this.#random() * this.#wanted.length)
    const sample: number[] = []
    for (let i = 0; i < this.#wanted.length && sample.length < SAMPLE; i++) {
      const piece = this.#wanted[(start + i) % this.#wanted.length]
      if (piece !== undefined && offers(peer, piece)) sample.push(piece)
    }
    return sample.sort((a, b) => (this.#copies[a] ?? 0) - (this.#copies[b] ?? 0)).slice(0, count)
  }

  /** Endgame: pieces asked of others that this peer is expected to bring much sooner. */
  #hanging(id: PeerId, peer: SwarmPeer, count: number): number[] {
    if (this.#wanted.length > 0) return []
    const pieces: number[] = []
    for (const [piece, askers] of this.#asked) {
      if (pieces.length === count) break
      const copies = [...askers].filter(other => !this.#isSilent(this.peers.get(other))).length
      if (copies >= MAX_COPIES || askers.has(id) || !offers(peer, piece)) continue
      const own = (peer.asked.size + pieces.length + 1) / (peer.rate || FIRST_PIPELINE)
      const others = Math.min(...[...askers].map(other => this.#expected(other)))
      if (others > own * ENDGAME_GAIN) pieces.push(piece)
    }
    return pieces
  }

  /** Seconds until a peer has brought all that it is asked for. One that has just been asked is given a chance. */
  #expected(id: PeerId): number {
    const peer = this.peers.get(id)
    if (!peer) return Infinity
    if (peer.rate > 0) return peer.asked.size / peer.rate
    return this.#now - (peer.askedAt ?? this.#now) > PATIENCE_MS ? Infinity : 0
  }

  #isSilent(peer: SwarmPeer | undefined): boolean {
    return !peer || this.#now - peer.movedAt > SILENT_MS
  }

  #release(id: PeerId, piece: number): void {
    const askers = this.#asked.get(piece)
    if (!askers?.delete(id) || askers.size > 0) return
    this.#asked.delete(piece)
    this.#want(piece)
  }

  #want(piece: number): void {
    if (this.have.has(piece) || this.#place[piece] !== -1) return
    this.#place[piece] = this.#wanted.push(piece) - 1
  }

  #unwant(piece: number): void {
    const place = this.#place[piece] ?? -1
    const last = this.#wanted.at(-1)
    if (place === -1 || last === undefined) return
    this.#wanted[place] = last
    this.#place[last] = place
    this.#wanted.pop()
    this.#place[piece] = -1
  }

  #count(pieces: PieceSet, by: 1 | -1): void {
    for (let piece = 0; piece < pieces.size; piece++) if (pieces.has(piece)) this.#bump(piece, by)
  }

  #bump(piece: number, by: 1 | -1): void {
    this.#copies[piece] = (this.#copies[piece] ?? 0) + by
  }
}

function offers(peer: SwarmPeer, piece: number): boolean {
  return (!peer.pieces || peer.pieces.has(piece)) && !peer.refused.has(piece)
}
