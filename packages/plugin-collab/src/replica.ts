import { hasCode } from '@borgo/core'
import type { PeerId, RecordId } from '@borgo/core'
import * as Y from 'yjs'
import { clientOf } from './client-id.ts'
import { inspectUpdate } from './update-check.ts'
import type { Inspected } from './update-check.ts'

/** One record of an update: the whole of it, or one of several parts, which a device writes one after the other. */
export interface UpdatePart {
  /** Where the record stands in this node's order of arrival. */
  position: number
  device: PeerId
  /** The editing sessions whose text the update holds. */
  sessions: readonly number[]
  part: number
  parts: number
  bytes: Uint8Array
}

/** How far one editing session's text has been accepted. */
export interface ClientState {
  device: PeerId
  session: number
  clock: number
}

/** Why an update was refused. */
export type Refusal = 'undecodable' | 'not-its-author' | 'out-of-step' | 'session-taken' | 'inapplicable' | 'ignored'

/** A state from which a replica goes on. */
export interface ReplicaState {
  /** Yjs state, format 2; undefined for an empty document. */
  state?: Uint8Array | undefined
  clients?: ReadonlyMap<number, ClientState>
  /** Devices that wrote updates which were refused. */
  refusals?: ReadonlyMap<PeerId, RefusalCount>
}

export interface RefusalCount {
  count: number
  last: Refusal
}

/** What became of the parts that were received. */
export interface Settled {
  /** How many updates are now part of the document. */
  accepted: number
  refused: { device: PeerId; reason: Refusal }[]
  /** Positions of the parts that need not be looked at again. */
  positions: number[]
  /**
   * Set when what was accepted before has to be looked at again: Yjs choked on an update (`skip` it), or a device
   * turned up that a session id belongs to by right (`claim`). The replica is then no longer usable.
   */
  restart:
    { skip: number[]; device: PeerId } | { claim: { client: number; device: PeerId; session: number } } | undefined
}

interface Update {
  positions: number[]
  device: PeerId
  sessions: readonly number[]
  bytes: Uint8Array
  inspected: Inspected | undefined
}

/** What one device has sent and what is not applied yet. */
interface Queue {
  parts: UpdatePart[]
  updates: Update[]
}

/** A device with this many refused updates is not listened to any more in the document. */
export const MAX_REFUSALS = 10
/** The origin of transactions that apply what came as records. */
export const FROM_LOG = Symbol('from the log')

/**
 * One document as its records make it. A pure function of the records: each device's in the order in which it wrote
 * them, the devices' in any order. An update that hangs on text not accepted yet waits, with all that its device wrote
 * after it, and is never given to Yjs half; what breaks the rules (SPEC C-10 to C-16) is refused by every replica alike.
 */
export class Replica {
  readonly doc = new Y.Doc()
  readonly #document: RecordId
  readonly #clients: Map<number, ClientState>
  readonly #refusals: Map<PeerId, RefusalCount>
  readonly #queues = new Map<PeerId, Queue>()

  constructor(document: RecordId, { state, clients, refusals }: ReplicaState = {}) {
    this.#document = document
    this.#clients = new Map([...(clients ?? [])].map(([client, known]) => [client, { ...known }]))
    this.#refusals = new Map(refusals)
    if (state !== undefined) Y.applyUpdateV2(this.doc, state, FROM_LOG)
  }

  /** How far each session's text has been accepted; text of this device that is not on disk yet is not counted. */
  get clients(): ReadonlyMap<number, ClientState> {
    return this.#clients
  }

  get refusals(): ReadonlyMap<PeerId, RefusalCount> {
    return this.#refusals
  }

  /** Parts that wait for others. */
  get waiting(): number {
    let count = 0
    for (const { parts, updates } of this.#queues.values())
      count += updates.reduce((sum, update) => sum + update.positions.length, parts.length)
    return count
  }

  /** Takes records in; the parts of one device must come in the order in which it wrote them. */
  receive(received: readonly UpdatePart[]): Settled {
    const settled: Settled = { accepted: 0, refused: [], positions: [], restart: undefined }
    for (const part of received) this.#enqueue(part, settled)
    let queues = new Set(received.map(({ device }) => this.#queueOf(device)))
    // What was accepted may be what other devices' updates wait for.
    while (settled.restart === undefined && queues.size > 0) {
      const before = settled.accepted
      for (const queue of queues) if (settled.restart === undefined) this.#drain(queue, settled)
      queues = settled.accepted > before ? new Set(this.#queues.values()) : new Set()
    }
    return settled
  }

  #queueOf(device: PeerId): Queue {
    let queue = this.#queues.get(device)
    if (queue === undefined) {
      queue = { parts: [], updates: [] }
      this.#queues.set(device, queue)
    }
    return queue
  }

  #enqueue(received: UpdatePart, settled: Settled): void {
    const queue = this.#queueOf(received.device)
    // Part 0 begins anew: the device stopped in the middle of the last one and nobody was told that it was saved.
    if (received.part === 0) settled.positions.push(...queue.parts.splice(0).map(({ position }) => position))
    const { device, sessions, part, parts } = received
    const first = queue.parts[0] ?? received
    if (part !== queue.parts.length || parts !== first.parts) {
      const positions = [...queue.parts.splice(0), received].map(({ position }) => position)
      this.#refuse({ device, positions }, 'out-of-step', settled)
      return
    }
    queue.parts.push(received)
    if (queue.parts.length < parts) return
    const whole = queue.parts.splice(0)
    const bytes = parts === 1 ? received.bytes : Buffer.concat(whole.map(({ bytes }) => bytes))
    queue.updates.push({
      positions: whole.map(({ position }) => position),
      device,
      sessions,
      bytes,
      inspected: undefined
    })
  }

  #drain(queue: Queue, settled: Settled): void {
    for (let update = queue.updates[0]; update !== undefined; update = queue.updates[0]) {
      const verdict = this.#judge(update, settled)
      if (verdict === 'wait' || settled.restart !== undefined) return
      queue.updates.shift()
      if (verdict === 'accept') {
        settled.accepted += 1
        settled.positions.push(...update.positions)
      } else this.#refuse(update, verdict, settled)
    }
  }

  #refuse({ device, positions }: Pick<Update, 'device' | 'positions'>, reason: Refusal, settled: Settled): void {
    this.#refusals.set(device, { count: (this.#refusals.get(device)?.count ?? 0) + 1, last: reason })
    settled.refused.push({ device, reason })
    settled.positions.push(...positions)
  }

  #judge(update: Update, settled: Settled): 'accept' | 'wait' | Refusal {
    if ((this.#refusals.get(update.device)?.count ?? 0) >= MAX_REFUSALS) return 'ignored'
    try {
      update.inspected ??= inspectUpdate(update.bytes)
    } catch (error) {
      if (hasCode(error, 'BAD_UPDATE')) return 'undecodable'
      throw error
    }
    const { spans, needs } = update.inspected
    const own = new Map(update.sessions.map(session => [clientOf(this.#document, update.device, session), session]))
    for (const [client, span] of spans) {
      const session = own.get(client)
      if (session === undefined) return 'not-its-author'
      const known = this.#clients.get(client)
      if (known !== undefined && known.device !== update.device) {
        if (known.device < update.device) return 'session-taken'
        settled.restart = { claim: { client, device: update.device, session } }
        return 'wait'
      }
      if (span.from !== (known?.clock ?? 0)) return 'out-of-step'
    }
    for (const [client, clock] of needs)
      if (clock > Math.max(this.#clients.get(client)?.clock ?? 0, spans.get(client)?.to ?? 0)) return 'wait'
    if (!this.#apply(update.bytes, update.inspected)) {
      settled.restart = { skip: update.positions, device: update.device }
      return 'wait'
    }
    for (const [client, { to }] of spans)
      this.#clients.set(client, { device: update.device, session: own.get(client) ?? 0, clock: to })
    return 'accept'
  }

  /** False when Yjs did not take all of it; the document may then be half changed. */
  #apply(bytes: Uint8Array, { spans }: Inspected): boolean {
    try {
      Y.applyUpdate(this.doc, bytes, FROM_LOG)
    } catch {
      return false
    }
    const { store } = this.doc
    if (store.pendingStructs !== null || store.pendingDs !== null) return false
    return [...spans].every(([client, { to }]) => Y.getState(store, client) >= to)
  }
}
