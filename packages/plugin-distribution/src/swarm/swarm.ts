import { hasCode, release } from '@borgo/core'
import type { Group, PeerId, PluginContext } from '@borgo/core'
import type { CID } from 'multiformats/cid'
import type { ContentId } from '../content-id.ts'
import { PieceSet } from '../piece-set.ts'
import type { Holding } from '../store/holding.ts'
import { isPiece, isPieceOfOtherLength } from '../unixfs/outline.ts'
import { Link } from './link.ts'
import { NodeQuest } from './node-quest.ts'
import { SWARM, violation } from './protocol.ts'
import type { Answer, Holding as Held } from './protocol.ts'
import { Scheduler } from './scheduler.ts'
import type { SwarmEffect, SwarmEvent } from './scheduler.ts'

/** Members that one transfer has a stream to. */
const MAX_LINKS = 32
/** Members that are not connected are asked as long as fewer than this have some, so many at a time. */
const ENOUGH_LINKS = 8
const DIALLED_AT_ONCE = 4
/** How often the scheduler measures, ms. */
const TICK_MS = 1_000
/** A member that had nothing, was busy or could not be reached is asked again after this, ms. */
const RETRY_MS = 10_000
/** One that has to be dialled for it. */
const DIALLED_RETRY_MS = 120_000
/** The same for one that said since that it has some, or came back: it may do so as often as it likes. */
const NOTICED_RETRY_MS = 1_000
/** How long a member may take to end a stream that is not wanted any more, ms. */
const CLOSE_MS = 2_000
/** Pieces that may come although they were cancelled; more is an offence. */
const MAX_LATE = 1_024

/** What a swarm needs of the core. */
export type SwarmCore = Pick<PluginContext, 'open' | 'peers' | 'clock' | 'log' | 'self'>

export interface SwarmMember {
  device: PeerId
  /** What came from it in this run, verified. */
  bytes: number
}

interface LinkedMember {
  link: Link
  held: PieceSet | 'complete'
  late: number
  /** The write of its last piece; never rejects. */
  writing: Promise<void>
}

/** The members that have a content, and the fetching of it from them. One per running transfer. */
export class Swarm {
  readonly #core: SwarmCore
  readonly #group: Group
  readonly #cid: ContentId
  readonly #links = new Map<PeerId, LinkedMember>()
  /** Every open link, of members that have nothing as well, with what calls off its breaking. */
  readonly #open = new Map<Link, () => void>()
  readonly #asked = new Map<PeerId, { at: number; retryMs: number }>()
  readonly #banned = new Set<PeerId>()
  /** Members that said that they have some. */
  readonly #noticed = new Set<PeerId>()
  /** Members that are being dialled. */
  readonly #dialled = new Set<PeerId>()
  readonly #ended = new AbortController()
  readonly #undo: (() => void)[] = []
  readonly #tasks = new Set<Promise<void>>()
  #quest: NodeQuest | undefined
  #scheduler: Scheduler | undefined
  #holding: Holding | undefined
  #finish: { resolve: (trueLength?: number) => void; reject: (error: unknown) => void } | undefined

  constructor(core: SwarmCore, group: Group, cid: ContentId, signal: AbortSignal) {
    this.#core = core
    this.#group = group
    this.#cid = cid
    const end = (): void => this.#ended.abort(signal.reason)
    signal.addEventListener('abort', end, { once: true })
    this.#undo.push(() => signal.removeEventListener('abort', end))
    this.#undo.push(core.clock.every(TICK_MS, () => this.#tick()))
    this.#undo.push(
      core.peers.onChange((event, device) => {
        if (event === 'connect') this.notice(device)
        else if (event === 'introduce') this.#seek()
      })
    )
    this.#seek()
  }

  /** Members that have some of it and are linked now. */
  get size(): number {
    return this.#links.size
  }

  /** Who brought how much, nearest first. */
  members(): SwarmMember[] {
    const peers = [...(this.#scheduler?.peers ?? [])]
    return peers.map(([device, { bytes }]) => ({ device, bytes }))
  }

  /** A member said that it has some of this content, or may say so now. */
  notice(device: PeerId): void {
    this.#noticed.add(device)
    const asked = this.#asked.get(device)
    if (asked) asked.retryMs = NOTICED_RETRY_MS
    this.#seek()
  }

  /** Fetches the nodes below `root` that `keep` was not given before; waits for somebody who has them. */
  async fetchNodes(root: CID, keep: (bytes: Uint8Array) => void): Promise<void> {
    const quest = new NodeQuest(root, keep, this.#core.clock)
    this.#quest = quest
    const abort = (): void => quest.fail(this.#ended.signal.reason)
    this.#ended.signal.addEventListener('abort', abort, { once: true })
    if (this.#ended.signal.aborted) abort()
    try {
      for (const member of this.#links.values()) quest.join(member.link)
      await quest.done
    } finally {
      this.#ended.signal.removeEventListener('abort', abort)
      this.#quest = undefined
    }
  }

  /**
   * Fetches the pieces that `holding` lacks. Resolves when it has all, or to the true length of one about which the
   * content's maker lied. Throws DISK_FULL and what else writing throws.
   */
  async fetchPieces(holding: Holding): Promise<number | undefined> {
    if (holding.have.isFull) return undefined
    this.#ended.signal.throwIfAborted()
    this.#holding = holding
    this.#scheduler = new Scheduler(new PieceSet(holding.have.size, holding.have.bits()), Math.random)
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
    this.#finish = { resolve, reject }
    const abort = (): void => reject(this.#ended.signal.reason)
    this.#ended.signal.addEventListener('abort', abort, { once: true })
    try {
      for (const [device, { held }] of this.#links) this.#joined(device, held)
      return await promise
    } finally {
      this.#ended.signal.removeEventListener('abort', abort)
    }
  }

  /** Ends all streams; resolves when none is open. Idempotent. */
  async close(): Promise<void> {
    this.#ended.abort()
    for (const undo of this.#undo.splice(0)) undo()
    for (const link of this.#open.keys()) this.#dismiss(link)
    await Promise.all(this.#tasks)
  }

  /** Asks members that were not asked lately: the connected ones, and others while few have some. */
  #seek(): void {
    const now = this.#core.clock.now()
    for (const device of this.#candidates()) {
      if (this.#links.size >= MAX_LINKS || this.#ended.signal.aborted) return
      const asked = this.#asked.get(device)
      if (this.#links.has(device) || (asked && now - asked.at < asked.retryMs)) continue
      const isConnected = this.#core.peers.get(device) !== undefined
      if (!isConnected && !this.#mayDial()) return
      this.#asked.set(device, { at: now, retryMs: isConnected ? RETRY_MS : DIALLED_RETRY_MS })
      if (!isConnected) this.#dialled.add(device)
      const task = this.#serveLink(device).finally(() => this.#tasks.delete(task))
      this.#tasks.add(task)
    }
  }

  #mayDial(): boolean {
    return this.#links.size < ENOUGH_LINKS && this.#dialled.size < DIALLED_AT_ONCE
  }

  /** The connected ones first; then those that said that they have some. */
  #candidates(): PeerId[] {
    const { peers, self } = this.#core
    const devices = this.#group.members().flatMap(member => member.devices)
    const others = devices.filter(device => device !== self.device && !this.#banned.has(device))
    const rank = (device: PeerId): number => (peers.get(device) ? 0 : this.#noticed.has(device) ? 1 : 2)
    return peers.reachable(others).sort((a, b) => rank(a) - rank(b))
  }

  /** From asking a member to the end of its stream. Never throws: a member that fails is one member less. */
  async #serveLink(device: PeerId): Promise<void> {
    try {
      const { link, holding } = await Link.open(this.#core, SWARM, device, this.#group, this.#cid, this.#ended.signal)
      this.#dialled.delete(device)
      this.#open.set(link, () => undefined)
      if (this.#ended.signal.aborted || holding === 'none' || holding === 'busy') this.#dismiss(link)
      else this.#linked(link, holding)
      await link.run(answer => this.#answered(link, answer)).finally(() => this.#forget(link))
    } catch (error) {
      if (hasCode(error, 'BAD_MESSAGE')) this.#ban(device, 'it does not follow the protocol')
      else if (!this.#ended.signal.aborted)
        this.#core.log.debug('a member could not be asked', { device, error: String(error) })
    } finally {
      this.#dialled.delete(device)
      const writing = this.#links.get(device)?.writing
      this.#unlinked(device)
      await writing
    }
  }

  /** Ends a link in good order, or breaks it when the member talks on. */
  #dismiss(link: Link): void {
    link.close()
    this.#open.get(link)?.()
    this.#open.set(
      link,
      this.#core.clock.after(CLOSE_MS, () => link.drop())
    )
  }

  #forget(link: Link): void {
    this.#open.get(link)?.()
    this.#open.delete(link)
  }

  #linked(link: Link, held: PieceSet | 'complete'): void {
    this.#links.set(link.peer, { link, held, late: 0, writing: Promise.resolve() })
    this.#quest?.join(link)
    this.#joined(link.peer, held)
  }

  #unlinked(device: PeerId): void {
    const member = this.#links.get(device)
    if (!member) return
    this.#links.delete(device)
    this.#quest?.leave(member.link)
    this.#step({ type: 'left', peer: device })
  }

  #joined(device: PeerId, held: PieceSet | 'complete'): void {
    if (!this.#scheduler) return
    const pieces = held === 'complete' ? undefined : held
    if (pieces && pieces.size !== this.#scheduler.have.size) this.#ban(device, 'it has another number of pieces')
    else this.#step({ type: 'joined', peer: device, pieces, rttMs: this.#core.peers.get(device)?.rttMs })
  }

  async #answered(link: Link, answer: Answer): Promise<void> {
    const member = this.#links.get(link.peer)
    if (!member) return
    switch (answer.type) {
      case 'holding':
        return this.#holds(member, answer.holding)
      case 'have':
        return this.#gained(member, answer.pieces)
      case 'piece':
        return this.#received(member, answer.piece, answer.bytes)
      case 'reject':
        return this.#step({ type: 'rejected', peer: link.peer, pieces: answer.pieces })
      case 'node':
        return this.#quest?.receive(link, answer.bytes)
      case 'no-node':
        return this.#quest?.refuse(link, answer.cid)
    }
  }

  #holds(member: LinkedMember, held: Held): void {
    if (held === 'none' || held === 'busy') return this.#dismiss(member.link)
    member.held = held
    this.#joined(member.link.peer, held)
  }

  #gained(member: LinkedMember, pieces: number[]): void {
    if (member.held === 'complete') return
    const size = member.held.size
    if (pieces.some(piece => piece >= size)) throw violation('a piece that the content does not have')
    if (this.#scheduler) this.#step({ type: 'has', peer: member.link.peer, pieces })
    else for (const piece of pieces) member.held.add(piece)
  }

  async #received(member: LinkedMember, piece: number, bytes: Uint8Array): Promise<void> {
    const { peer } = member.link
    const [holding, scheduler] = [this.#holding, this.#scheduler]
    if (!holding || !scheduler?.peers.get(peer)?.asked.has(piece)) {
      if (++member.late > MAX_LATE) throw violation('pieces that nobody asked for')
      return
    }
    if (isPieceOfOtherLength(holding.outline, piece, bytes)) return this.#finish?.resolve(bytes.length)
    if (!isPiece(holding.outline, piece, bytes)) return this.#step({ type: 'corrupt', peer, piece })
    // While one piece is written the next one is received; more than that would only fill memory.
    await member.writing
    member.writing = this.#write(holding, peer, piece, bytes)
  }

  async #write(holding: Holding, peer: PeerId, piece: number, bytes: Uint8Array): Promise<void> {
    const { length } = bytes
    try {
      await holding.write(piece, bytes)
      release(bytes)
      this.#step({ type: 'got', peer, piece, bytes: length })
    } catch (error) {
      this.#finish?.reject(error)
    }
  }

  #tick(): void {
    this.#step({ type: 'tick' })
    for (const link of this.#quest?.stalled() ?? []) link.drop()
    this.#seek()
  }

  #step(event: SwarmEvent): void {
    if (!this.#scheduler || this.#ended.signal.aborted) return
    for (const effect of this.#scheduler.step(event, this.#core.clock.now())) this.#do(effect)
  }

  #do(effect: SwarmEffect): void {
    switch (effect.type) {
      case 'request':
      case 'cancel':
        return this.#links.get(effect.peer)?.link.send({ type: effect.type, pieces: effect.pieces })
      case 'ban':
        return this.#ban(effect.peer, 'it sent wrong bytes')
      case 'done':
        return this.#finish?.resolve()
    }
  }

  #ban(device: PeerId, why: string): void {
    this.#banned.add(device)
    this.#core.log.warn('a member is not asked for this content any more', { device, cid: this.#cid, why })
    this.#links.get(device)?.link.drop(violation(why))
  }
}
