import { hasCode, type Clock, type Logger, type PeerId } from '@borgo/core'
import { createHash } from 'node:crypto'
import { PART_RESULT_MAX_BYTES, resultBytes, type Failure, type Part, type WorkerView } from './job.ts'
import type { Ending, JobRow, Journal } from './journal.ts'
import type { Link } from './link.ts'
import { PIECE_BYTES, type ToCoordinator, type ToWorker } from './protocol.ts'
import { Scheduler, type Effect, type Event } from './scheduler.ts'

/** How often leases and late parts are looked at, ms. */
const TICK_MS = 250

export interface CoordinatorOptions {
  job: JobRow
  module: Uint8Array
  journal: Journal
  clock: Clock
  log: Logger
  /** A part was accepted and is on disk. */
  onPart(part: Part): void
  /** A worker came, went, or changed. */
  onWorkers(): void
  /** Runs once; how the job ended is on disk. */
  onEnd(): void
}

interface Assigned {
  link: Link<ToWorker, ToCoordinator>
  slots: number
  /** The module was sent. */
  isSupplied: boolean
  refusal: Failure | undefined
}

/**
 * Runs a job: a shell around the scheduler that writes to links and to the journal. A part is acknowledged when it is
 * on disk, and never counted twice, also over restarts.
 */
export class Coordinator {
  readonly #options: CoordinatorOptions
  readonly #scheduler: Scheduler<PeerId>
  readonly #workers = new Map<PeerId, Assigned>()
  readonly #shares = new Map<PeerId, { parts: number; indices: number }>()
  #stopTicking: () => void = () => undefined
  #over = false

  constructor(options: CoordinatorOptions) {
    const { job, journal } = options
    this.#options = options
    const maxIndices =
      job.reduce.kind === 'sum' ? Infinity : Math.floor(PART_RESULT_MAX_BYTES / job.reduce.bytesPerIndex)
    this.#scheduler = new Scheduler<PeerId>(journal.missing(job), { maxIndices })
    for (const { worker, parts, indices } of journal.shares(job.id)) this.#shares.set(worker, { parts, indices })
  }

  /** Begins: ends at once when everything was accepted before a restart, but for the end itself. */
  start(): void {
    this.#stopTicking = this.#options.clock.every(TICK_MS, () => this.#step({ type: 'tick' }))
    this.#step({ type: 'tick' })
  }

  get done(): number {
    const { hi, lo } = this.#options.job
    return hi - lo - this.#scheduler.left
  }

  get isOver(): boolean {
    return this.#over
  }

  has(device: PeerId): boolean {
    return this.#workers.has(device)
  }

  /** Members that were asked and are there, whether they work or refused. */
  get size(): number {
    return this.#workers.size
  }

  workers(): WorkerView[] {
    const devices = new Set([...this.#workers.keys(), ...this.#shares.keys()])
    return [...devices].map(device => ({
      device,
      slots: this.#workers.get(device)?.slots ?? 0,
      parts: this.#shares.get(device)?.parts ?? 0,
      indices: this.#shares.get(device)?.indices ?? 0,
      speed: this.#scheduler.speed(device),
      running: this.#scheduler.held(device),
      refusal: this.#workers.get(device)?.refusal
    }))
  }

  /** Gives a worker its share of the job until the link or the job ends. Never throws. */
  async employ(device: PeerId, link: Link<ToWorker, ToCoordinator>): Promise<void> {
    if (this.#over || this.#workers.has(device)) return link.reset()
    const worker: Assigned = { link, slots: 0, isSupplied: false, refusal: undefined }
    this.#workers.set(device, worker)
    try {
      const { id, input, limitMs, memoryBytes, module, reduce, title } = this.#options.job
      const moduleBytes = this.#options.module.length
      const order = { job: id, title, module, moduleBytes, input, reduce, memoryBytes, limitMs }
      await link.send({ type: 'job', ...order })
      for await (const message of link.messages) await this.#hear(device, worker, message)
    } catch (error) {
      this.#options.log.debug('a worker is gone', { device, error: String(error) })
    }
    if (this.#workers.get(device) !== worker) return
    if (!worker.refusal) this.#workers.delete(device)
    worker.slots = 0
    this.#step({ type: 'leave', worker: device })
    this.#options.onWorkers()
  }

  /** Ends the job before it is done. */
  end(ending: Ending): void {
    if (this.#over) return
    this.#over = true
    this.#stopTicking()
    const { clock, job, journal, log, onEnd } = this.#options
    try {
      journal.finish(job.id, ending, clock.now())
    } catch (error) {
      log.error('the end of a job could not be written; it goes on after a restart', {
        job: job.id,
        error: String(error)
      })
    }
    this.#dismiss()
    onEnd()
  }

  /** Lets go of the workers; the job goes on at the next start. */
  stop(): void {
    this.#over = true
    this.#stopTicking()
    this.#dismiss()
  }

  #dismiss(): void {
    for (const { link } of this.#workers.values()) link.end().then(undefined, () => undefined)
    this.#workers.clear()
  }

  async #hear(device: PeerId, worker: Assigned, message: ToCoordinator): Promise<void> {
    switch (message.type) {
      case 'need':
        // Sixteen MiB for a word: once.
        if (worker.isSupplied) return worker.link.reset()
        worker.isSupplied = true
        return await this.#sendModule(worker)
      case 'ready':
        worker.slots = message.slots
        this.#step({ type: 'ready', worker: device, slots: worker.slots })
        return this.#options.onWorkers()
      case 'return':
        return this.#step({ type: 'return', worker: device, part: message.part })
      case 'beat':
        return this.#step({ type: 'beat', worker: device, parts: message.parts })
      case 'failed':
        return this.#step({ type: 'failed', worker: device, part: message.part, ...message.failure })
      case 'refuse':
        if (worker.refusal) return worker.link.reset()
        worker.refusal = message.failure
        this.#options.journal.refuse(this.#options.job.id, device, message.failure)
        this.#options.log.info('a worker refuses a job', { device, code: message.failure.code })
        return this.#options.onWorkers()
      case 'done':
        return this.#result(device, message.part, message.us / 1_000, message.bytes)
    }
  }

  async #sendModule({ link }: Assigned): Promise<void> {
    const { module } = this.#options
    for (let at = 0; at < module.length; at += PIECE_BYTES)
      await link.send({ type: 'piece', bytes: module.subarray(at, at + PIECE_BYTES) })
  }

  /** What was never granted to this worker, or no longer is, is ignored. */
  #result(device: PeerId, part: number, ms: number, bytes: Uint8Array): void {
    const span = this.#scheduler.granted(device, part)
    if (!span) return
    const expected = resultBytes(this.#options.job.reduce, span)
    if (bytes.length === expected) return this.#step({ type: 'done', worker: device, part, ms }, { ...span, bytes, ms })
    const text = `the result has ${bytes.length} bytes instead of ${expected}`
    this.#step({ type: 'failed', worker: device, part, code: 'PART_OUTPUT', text })
  }

  /** `result`: what came with a `done`. */
  #step(event: Event<PeerId>, result?: Omit<Part, 'worker'>): void {
    if (this.#over) return
    const { clock, job, log } = this.#options
    try {
      for (const effect of this.#scheduler.step(event, clock.now())) this.#carryOut(effect, result)
    } catch (error) {
      log.error('a job failed', { job: job.id, error: String(error) })
      // What exactly is in the log: every member reads how a job ended.
      const text = hasCode(error, 'DISK_FULL')
        ? 'the disk of the node that began it is full'
        : 'the node that began it had a problem'
      this.end({ state: 'failed', failure: { code: 'COORDINATOR_FAILED', text } })
    }
  }

  #carryOut(effect: Effect<PeerId>, result: Omit<Part, 'worker'> | undefined): void {
    switch (effect.type) {
      case 'grant':
        return this.#say(effect.worker, { type: 'grant', part: effect.part, lo: effect.lo, hi: effect.hi })
      case 'revoke':
        return this.#say(effect.worker, { type: 'revoke', part: effect.part })
      case 'accept': {
        if (!result) throw new TypeError('only a result is accepted')
        const part: Part = { ...result, worker: effect.worker }
        this.#options.journal.accept(this.#options.job.id, part)
        const share = this.#shares.get(effect.worker) ?? { parts: 0, indices: 0 }
        this.#shares.set(effect.worker, { parts: share.parts + 1, indices: share.indices + part.hi - part.lo })
        this.#say(effect.worker, { type: 'ack', part: effect.part })
        return this.#options.onPart(part)
      }
      case 'finish':
        return this.end({ state: 'done', ...this.#reduce() })
      case 'fail':
        return this.end({ state: 'failed', failure: { code: effect.code, text: effect.text } })
    }
  }

  #say(device: PeerId, message: ToWorker): void {
    const link = this.#workers.get(device)?.link
    link?.send(message).catch(() => link.reset())
  }

  /** The job's result, from what is on disk. */
  #reduce(): Pick<Ending, 'sum' | 'hash'> {
    const { job, journal } = this.#options
    if (job.reduce.kind === 'sum') {
      let sum = 0n
      for (const { bytes } of journal.parts(job.id))
        sum += new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true)
      return { sum: BigInt.asIntN(64, sum) }
    }
    const hash = createHash('sha256')
    for (const { bytes } of journal.parts(job.id)) hash.update(bytes)
    return { hash: Uint8Array.from(hash.digest()) }
  }
}
