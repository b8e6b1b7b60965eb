import type { ComputeCode } from './errors.ts'

/** How long a part should take, ms: long against what sending it costs, short against what its loss costs. */
export const TARGET_MS = 400
/** Parts do not get shorter than this towards the end, ms, unless a single index takes longer. */
const SHORTEST_MS = 10
/** A worker that is silent for this long loses its parts, ms. Workers speak every `BEAT_MS`. */
export const LEASE_MS = 5_000
export const BEAT_MS = 1_000
/** As many failures of one part fail the job: it is the part, not the workers. */
export const FAILURES_MAX = 3
/** A part is at most this share of what a slot would get in an even split: a guess gone wrong costs no more. */
const LARGEST_SHARE = 1 / 16
/** How much larger a part may be than the largest that the worker has done. The first has one index. */
const GROWTH = 32
/** Weight of what a worker did before its latest part, when measuring its speed. */
const MEMORY = 0.5

/** What happened; `worker` is any name that is unique in the job. */
export type Event<Name extends string = string> =
  /** A worker is there, or changed how many parts it runs side by side (0: none for now). */
  | { type: 'ready'; worker: Name; slots: number }
  | { type: 'leave'; worker: Name }
  /** `ms`: the time that the part took, as the worker says. */
  | { type: 'done'; worker: Name; part: number; ms: number }
  | { type: 'failed'; worker: Name; part: number; code: ComputeCode; text: string }
  /** The worker gives the part back: it has better things to do. */
  | { type: 'return'; worker: Name; part: number }
  /** The worker lives and still has these parts. */
  | { type: 'beat'; worker: Name; parts: readonly number[] }
  /** Time passed: leases end, and late parts are given to a second worker. */
  | { type: 'tick' }

export type Effect<Name extends string = string> =
  | { type: 'grant'; worker: Name; part: number; lo: number; hi: number }
  /** The worker may drop the part: another was faster, or its lease ended. */
  | { type: 'revoke'; worker: Name; part: number }
  /** The result of this `done` counts; said once for every index of the job. */
  | { type: 'accept'; worker: Name; part: number; lo: number; hi: number }
  | { type: 'finish' }
  | { type: 'fail'; code: ComputeCode; text: string }

/** Indices from `lo` up to, not including, `hi`. */
export interface Span {
  lo: number
  hi: number
}

/** Indices that nobody works on. Those that failed before keep their bounds, so that their failures can be counted. */
interface Pending<Name> extends Span {
  failedOn: readonly Name[]
}

interface Part<Name> extends Pending<Name> {
  /** The workers that have it, at most two → when it was granted, and until when they must speak. */
  holders: Map<Name, { since: number; until: number }>
}

interface Worker {
  slots: number
  /** Indices and milliseconds so far, older ones counting less: their ratio is the speed of one slot. */
  indices: number
  ms: number
  largest: number
  /** Parts in the order in which they were granted. */
  held: Set<number>
  /** Lost a lease and has not spoken since. */
  silent: boolean
}

const sizeOf = ({ lo, hi }: Span): number => hi - lo

/**
 * Splits a range of indices among workers. Speed is measured, and a worker gets parts of about `TARGET_MS`, at most its
 * share of half of what is left: large parts first, small ones at the end (factoring; Hummel, Schonberg and Flynn 1992).
 * What has been granted may fail, time out or vanish; every index is accepted once, whatever the workers do.
 * Knows no clock, socket or disk: the caller brings events and the time, and carries out the effects in order.
 */
export class Scheduler<Name extends string = string> {
  readonly #maxIndices: number
  readonly #total: number
  readonly #workers = new Map<Name, Worker>()
  readonly #parts = new Map<number, Part<Name>>()
  #pending: Pending<Name>[]
  #left: number
  #nextPart = 1
  #over = false

  /** `missing`: what is still to do, disjoint; `maxIndices`: most indices of one part, for the sake of its result. */
  constructor(missing: readonly Span[], options: { maxIndices: number }) {
    this.#pending = missing.map(span => ({ ...span, failedOn: [] }))
    this.#left = missing.reduce((sum, span) => sum + sizeOf(span), 0)
    this.#total = this.#left
    this.#maxIndices = options.maxIndices
  }

  /** Indices not accepted yet. */
  get left(): number {
    return this.#left
  }

  /** Indices per second of one of a worker's slots; undefined before its first result. */
  speed(worker: Name): number | undefined {
    const rate = this.#rate(this.#workers.get(worker))
    return rate === undefined ? undefined : rate * 1_000
  }

  /** The indices of a part that a worker has now. */
  granted(worker: Name, part: number): Span | undefined {
    const granted = this.#parts.get(part)
    return granted?.holders.has(worker) ? { lo: granted.lo, hi: granted.hi } : undefined
  }

  /** The parts that a worker has now, first granted first. */
  held(worker: Name): Span[] {
    const parts = [...(this.#workers.get(worker)?.held ?? [])].flatMap(id => this.#parts.get(id) ?? [])
    return parts.map(({ lo, hi }) => ({ lo, hi }))
  }

  /** Takes an event at a time (ms, any origin, not falling) and says what to do. Says nothing after finish or fail. */
  step(event: Event<Name>, now: number): Effect<Name>[] {
    if (this.#over) return []
    const effects = this.#apply(event, now)
    if (this.#left === 0) {
      this.#over = true
      return [...effects, { type: 'finish' }]
    }
    if (effects.some(({ type }) => type === 'fail')) {
      this.#over = true
      return effects
    }
    return [...effects, ...this.#fill(now)]
  }

  #apply(event: Event<Name>, now: number): Effect<Name>[] {
    switch (event.type) {
      case 'ready':
        this.#ready(event.worker, event.slots)
        return []
      case 'leave':
        return this.#leave(event.worker)
      case 'done':
        return this.#done(event, now)
      case 'failed':
        return this.#failed(event)
      case 'return':
        this.#release(event.part, event.worker)
        return []
      case 'beat':
        this.#beat(event, now)
        return []
      case 'tick':
        return this.#expire(now)
    }
  }

  #ready(name: Name, slots: number): void {
    const worker = this.#workers.get(name)
    if (worker) Object.assign(worker, { slots, silent: false })
    else this.#workers.set(name, { slots, indices: 0, ms: 0, largest: 0, held: new Set(), silent: false })
  }

  #leave(name: Name): Effect<Name>[] {
    for (const id of this.#workers.get(name)?.held ?? []) this.#release(id, name)
    this.#workers.delete(name)
    return []
  }

  #done({ worker: name, part: id, ms }: Extract<Event<Name>, { type: 'done' }>, now: number): Effect<Name>[] {
    const worker = this.#workers.get(name)
    const part = this.#parts.get(id)
    const grant = part?.holders.get(name)
    if (!worker || !part || !grant) return []
    const size = sizeOf(part)
    worker.indices = worker.indices * MEMORY + size
    // A worker can only claim to be faster than it looks from here: its queue and the network are in between.
    worker.ms = worker.ms * MEMORY + Math.max(0.01, Math.min(ms, now - grant.since))
    worker.largest = Math.max(worker.largest, size)
    worker.silent = false
    this.#left -= size
    const effects: Effect<Name>[] = [{ type: 'accept', worker: name, part: id, lo: part.lo, hi: part.hi }]
    for (const holder of part.holders.keys()) {
      this.#workers.get(holder)?.held.delete(id)
      if (holder !== name) effects.push({ type: 'revoke', worker: holder, part: id })
    }
    this.#parts.delete(id)
    return effects
  }

  #failed({ worker: name, part: id, code, text }: Extract<Event<Name>, { type: 'failed' }>): Effect<Name>[] {
    const part = this.#parts.get(id)
    if (!part?.holders.has(name)) return []
    part.failedOn = [...part.failedOn, name]
    if (part.failedOn.length >= FAILURES_MAX) {
      const where = `indices ${part.lo} to ${part.hi - 1} failed ${FAILURES_MAX} times`
      return [{ type: 'fail', code, text: `${where}: ${text}` }]
    }
    this.#release(id, name, code === 'PART_TIMEOUT')
    return []
  }

  #beat({ worker: name, parts }: Extract<Event<Name>, { type: 'beat' }>, now: number): void {
    const worker = this.#workers.get(name)
    if (!worker) return
    worker.silent = false
    for (const id of parts) {
      const grant = this.#parts.get(id)?.holders.get(name)
      if (grant) grant.until = now + LEASE_MS
    }
  }

  #expire(now: number): Effect<Name>[] {
    const effects: Effect<Name>[] = []
    for (const [id, part] of this.#parts)
      for (const [name, grant] of part.holders)
        if (grant.until <= now) {
          const worker = this.#workers.get(name)
          if (worker) worker.silent = true
          this.#release(id, name)
          effects.push({ type: 'revoke', worker: name, part: id })
        }
    return effects
  }

  /** Takes a part from a worker; what then nobody has is pending again, in halves when it was too long. */
  #release(id: number, name: Name, halve = false): void {
    const part = this.#parts.get(id)
    this.#workers.get(name)?.held.delete(id)
    if (!part?.holders.delete(name) || part.holders.size > 0) return
    this.#parts.delete(id)
    const { lo, hi, failedOn } = part
    const middle = halve ? lo + Math.ceil((hi - lo) / 2) : hi
    this.#pending.unshift({ lo, hi: middle, failedOn })
    if (middle < hi) this.#pending.unshift({ lo: middle, hi, failedOn })
  }

  #rate(worker: Worker | undefined): number | undefined {
    return worker && worker.ms > 0 ? worker.indices / worker.ms : undefined
  }

  /** Gives out parts until nobody wants more: first to those that have least to do. */
  #fill(now: number): Effect<Name>[] {
    const effects: Effect<Name>[] = []
    for (let again = true; again;) {
      again = false
      for (const [name, worker] of this.#hungriest()) {
        effects.push(...this.#fetchBack(worker))
        const part = this.#take(name, worker) ?? this.#late(name, worker, now)
        if (!part) continue
        const [id, span] = part
        span.holders.set(name, { since: now, until: now + LEASE_MS })
        worker.held.add(id)
        effects.push({ type: 'grant', worker: name, part: id, lo: span.lo, hi: span.hi })
        again = true
      }
    }
    return effects
  }

  /** Workers with room for a part: one to run in each slot and, once their speed is known, one to follow it. */
  #hungriest(): [Name, Worker][] {
    const room = (worker: Worker): boolean =>
      !worker.silent && worker.held.size < worker.slots * (this.#rate(worker) === undefined ? 1 : 2)
    const load = ([, { held, slots }]: [Name, Worker]): number => held.size / slots
    return [...this.#workers].filter(([, worker]) => room(worker)).sort((a, b) => load(a) - load(b))
  }

  #take(name: Name, worker: Worker): [number, Part<Name>] | undefined {
    const at = this.#pending.findIndex(pending => this.#mayTake(name, pending))
    const pending = this.#pending[at]
    if (!pending) return undefined
    const size = pending.failedOn.length > 0 ? sizeOf(pending) : Math.min(sizeOf(pending), this.#sizeFor(worker))
    const part: Part<Name> = { ...pending, hi: pending.lo + size, holders: new Map() }
    if (part.hi === pending.hi) this.#pending.splice(at, 1)
    else pending.lo = part.hi
    const id = this.#nextPart++
    this.#parts.set(id, part)
    return [id, part]
  }

  /** A part that failed goes to a worker on which it has not, as long as there is one. */
  #mayTake(name: Name, { failedOn }: Pending<Name>): boolean {
    if (!failedOn.includes(name)) return true
    return [...this.#workers].every(([other, { slots, silent }]) => slots === 0 || silent || failedOn.includes(other))
  }

  #sizeFor(worker: Worker): number {
    const rate = this.#rate(worker)
    if (rate === undefined) return 1
    const waiting = this.#pending.reduce((sum, span) => sum + sizeOf(span), 0)
    const speeds = [...this.#workers.values()].map(other => (this.#rate(other) ?? 0) * (other.silent ? 0 : other.slots))
    const share = (waiting / 2) * (rate / Math.max(rate, sum(speeds)))
    const slots = sum([...this.#workers.values()].map(other => other.slots))
    const bound = (this.#total / Math.max(1, slots)) * LARGEST_SHARE
    const size = Math.max(Math.min(share, rate * TARGET_MS, bound), rate * SHORTEST_MS)
    return Math.max(1, Math.floor(Math.min(size, worker.largest * GROWTH, this.#maxIndices)))
  }

  /** When nothing is left to give out and a worker has an idle slot, the longest part that waits at another is. */
  #fetchBack(worker: Worker): Effect<Name>[] {
    if (this.#pending.length > 0 || worker.held.size >= worker.slots) return []
    let longest: { id: number; name: Name; size: number } | undefined
    for (const [name, { held, slots }] of this.#workers)
      for (const id of [...held].slice(slots)) {
        const part = this.#parts.get(id)
        const size = part?.holders.size === 1 && part.failedOn.length === 0 ? sizeOf(part) : 0
        if (size > (longest?.size ?? 0)) longest = { id, name, size }
      }
    if (!longest) return []
    const { id, name } = longest
    this.#release(id, name)
    return [{ type: 'revoke', worker: name, part: id }]
  }

  /**
   * When nothing is left to give out, a worker with an idle slot also gets the part that would be ready last, if it
   * would need less than half of that time. The first result counts.
   */
  #late(name: Name, worker: Worker, now: number): [number, Part<Name>] | undefined {
    const rate = this.#rate(worker)
    if (this.#pending.length > 0 || worker.held.size >= worker.slots || rate === undefined) return undefined
    let latest: [number, Part<Name>] | undefined
    let longest = SHORTEST_MS
    for (const [id, part] of this.#parts) {
      if (part.holders.size !== 1 || part.holders.has(name) || part.failedOn.includes(name)) continue
      const remaining = this.#remaining(id, part, now)
      if (remaining <= longest || (2 * sizeOf(part)) / rate >= remaining) continue
      latest = [id, part]
      longest = remaining
    }
    return latest
  }

  /** Estimated ms until a part's only holder is done with it. One that is overdue is assumed to be half-way. */
  #remaining(id: number, part: Part<Name>, now: number): number {
    for (const [name, { since }] of part.holders) {
      const worker = this.#workers.get(name)
      const elapsed = now - since
      if (!worker) return elapsed
      const turn = Math.floor([...worker.held].indexOf(id) / Math.max(1, worker.slots)) + 1
      const planned = (turn * sizeOf(part)) / (this.#rate(worker) ?? Infinity)
      return elapsed < planned ? planned - elapsed : elapsed
    }
    return 0
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
