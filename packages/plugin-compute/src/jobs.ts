import { isAtLeast, listeners, takeIn } from '@borgo/core'
import type { Entry, Group, GroupId, PeerId, PluginContext } from '@borgo/core'
import { randomBytes } from 'node:crypto'
import { Bulletin } from './bulletin.ts'
import { Coordinator } from './coordinator.ts'
import { Crier } from './crier.ts'
import { hex } from './digest.ts'
import { computeError } from './errors.ts'
import {
  resultBytes,
  type CheckedModule,
  type Failure,
  type JobId,
  type JobOptions,
  type JobView,
  type Part,
  type WorkerView
} from './job.ts'
import type { JobRow, Journal } from './journal.ts'
import { localLink, streamLink } from './link.ts'
import { checkModule, prepareJob } from './prepare-job.ts'
import { decodeToCoordinator, encodeToWorker, WORK, type ToCoordinator, type ToWorker } from './protocol.ts'
import { Queue } from './queue.ts'
import { jobKind, progressChannel, resultKind, type JobRecord, type ResultRecord } from './records.ts'
import type { Pool } from './sandbox/pool.ts'
import { work, type Workshop } from './worker.ts'

/** What happens to jobs; look the job up for how it is now. */
export type JobEvent =
  /** It began, ended, or its workers changed; or another's is further than it was. */
  | { type: 'job'; job: JobId; group: GroupId }
  /** A part of a job of this node was accepted. */
  | { type: 'part'; job: JobId; group: GroupId; lo: number; hi: number; worker: PeerId }

/** The jobs of this node's groups. */
export interface Jobs {
  /**
   * Begins a job and shares it out among the group's members that are connected and share their slots, and this node.
   * Resolves when it is on disk and in the group's log. Throws BAD_JOB, GROUP_UNKNOWN, FORBIDDEN (readers), DISK_FULL, or a
   * `ModuleCode` with the reason why the module is refused.
   */
  start(options: JobOptions): Promise<JobView>
  /** Checks a module as `start` does, and keeps it so that a job can name it by its hash. Throws a `ModuleCode`. */
  check(module: Uint8Array): Promise<CheckedModule>
  /** Own jobs, then those of others; each latest first. */
  list(): JobView[]
  get(id: JobId): JobView | undefined
  /** Resolves when the job is over, however it ended. Throws JOB_UNKNOWN, `signal.reason`. */
  finished(id: JobId, options?: { signal?: AbortSignal }): Promise<JobView>
  /** Ends a running job of this node. Throws JOB_UNKNOWN, RESULT_ELSEWHERE. */
  cancel(id: JobId): JobView
  /** The parts of a job of this node: those accepted so far, then those that come, until it is over. Throws as `cancel`. */
  parts(id: JobId, options?: { signal?: AbortSignal }): AsyncIterable<Part>
  /** The accepted parts of a job of this node from an index on, without their bytes. Throws as `cancel`. */
  outline(id: JobId, options: { from: number; limit: number }): Omit<Part, 'bytes'>[]
  /** The accepted part of a job of this node that begins with this index. Throws as `cancel`. */
  part(id: JobId, lo: number): Part | undefined
  /** A concatenation, also while it runs: what is missing is zero. Throws as `cancel`; BAD_JOB for a sum. */
  contents(id: JobId): Uint8Array
  /** Returns its undo. */
  subscribe(listener: (event: JobEvent) => void): () => void
}

/** How often members are told how far a job is, and connected ones are looked for that do not take part yet, ms. */
const TELL_MS = 1_000
const LOOK_MS = 5_000
/** Members that are not connected are asked as long as fewer than this take part, so many at a time. */
const ENOUGH_WORKERS = 64
const DIALLED_AT_ONCE = 4

interface Running {
  row: JobRow
  coordinator: Coordinator
  opening: Set<PeerId>
  changed: boolean
  stop(): void
}

export class LocalJobs implements Jobs {
  readonly #context: PluginContext
  readonly #journal: Journal
  readonly #pool: Pool
  readonly #workshop: Workshop
  readonly #bulletin: Bulletin
  readonly #crier: Crier
  readonly #running = new Map<JobId, Running>()
  readonly #events = listeners<[event: JobEvent]>(error =>
    this.#context.log.error('a listener failed', { error: String(error) })
  )
  readonly subscribe = this.#events.on

  /** `workshop`: with which this node works on its own jobs. */
  constructor(context: PluginContext, options: { journal: Journal; pool: Pool; workshop: Workshop }) {
    this.#context = context
    this.#journal = options.journal
    this.#pool = options.pool
    this.#workshop = options.workshop
    this.#bulletin = new Bulletin(context.self.device)
    this.#crier = new Crier(context, options.journal)
    const { groups, peers } = context
    groups.define(jobKind)
    groups.define(resultKind)
    groups.listen(progressChannel, broadcast => this.#changed(this.#bulletin.hear(broadcast)))
    groups.onChange(() => this.#look())
    peers.onChange(() => this.#look())
    context.defer(context.clock.every(LOOK_MS, () => this.#look()))
    context.defer(() => {
      for (const running of this.#running.values()) running.stop()
    })
  }

  /** Goes on with what was running when the node stopped. */
  resume(): void {
    for (const row of this.#journal.jobs()) {
      const module = row.state === 'running' ? this.#journal.module(row.module) : undefined
      if (module) this.#run(row, module)
      if (row.told < 2) this.#crier.tell(row.id).catch(() => undefined)
    }
    takeIn(this.#context, {
      kinds: [jobKind, resultKind],
      place: 0,
      take: (entry: Entry<JobRecord | ResultRecord>) => this.#bulletin.note(entry),
      taken: jobs => {
        for (const job of jobs) this.#changed(job)
      }
    })
  }

  async start(options: JobOptions): Promise<JobView> {
    const { clock, groups } = this.#context
    const group = groups.get(options.group)
    if (!group) throw computeError('GROUP_UNKNOWN', 'this node is in no such group')
    if (!isAtLeast(group.role, 'writer')) throw computeError('FORBIDDEN', 'only writers start jobs')
    const { module, moduleHash, ...prepared } = await prepareJob(options, this.#tools())
    const id = randomBytes(16).toString('hex') as JobId
    const row: JobRow = {
      ...prepared,
      id,
      module: moduleHash,
      startedAt: clock.now(),
      state: 'running',
      finishedAt: undefined,
      sum: undefined,
      hash: undefined,
      failure: undefined,
      told: 0
    }
    this.#journal.begin(row, module)
    try {
      await this.#crier.tell(id)
    } catch (error) {
      this.#journal.forget(id)
      throw error
    }
    this.#run(row, module)
    return this.#known(id)
  }

  check(module: Uint8Array): Promise<CheckedModule> {
    return checkModule(module, { ...this.#tools(), clock: this.#context.clock })
  }

  list(): JobView[] {
    return [...this.#journal.jobs().map(row => this.#view(row)), ...this.#bulletin.list()]
  }

  get(id: JobId): JobView | undefined {
    const row = this.#journal.job(id)
    return row ? this.#view(row) : this.#bulletin.get(id)
  }

  async finished(id: JobId, { signal }: { signal?: AbortSignal } = {}): Promise<JobView> {
    signal?.throwIfAborted()
    const now = this.#known(id)
    if (now.state !== 'running') return now
    const over = Promise.withResolvers<JobView>()
    const undo = this.subscribe(event => {
      const job = event.job === id ? this.get(id) : undefined
      if (job && job.state !== 'running') over.resolve(job)
    })
    const abort = (): void => over.reject(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await over.promise
    } finally {
      undo()
      signal?.removeEventListener('abort', abort)
    }
  }

  cancel(id: JobId): JobView {
    this.#own(id)
    this.#running.get(id)?.coordinator.end({ state: 'cancelled' })
    return this.#known(id)
  }

  async *parts(id: JobId, { signal }: { signal?: AbortSignal } = {}): AsyncGenerator<Part, void> {
    this.#own(id)
    const fresh = new Queue<Part>()
    const seen = new Set<number>()
    const undo = this.#running.has(id) ? this.#onPart(id, fresh) : (fresh.end(), () => undefined)
    const abort = (): void => fresh.end()
    signal?.addEventListener('abort', abort, { once: true })
    try {
      for (const part of this.#journal.parts(id)) {
        signal?.throwIfAborted()
        seen.add(part.lo)
        yield part
      }
      for await (const part of fresh) if (!seen.has(part.lo)) yield part
      signal?.throwIfAborted()
    } finally {
      undo()
      signal?.removeEventListener('abort', abort)
    }
  }

  outline(id: JobId, { from, limit }: { from: number; limit: number }): Omit<Part, 'bytes'>[] {
    return this.#journal.outline(this.#own(id).id, from, limit)
  }

  part(id: JobId, lo: number): Part | undefined {
    return this.#journal.part(this.#own(id).id, lo)
  }

  contents(id: JobId): Uint8Array {
    const { hi, lo, reduce } = this.#own(id)
    if (reduce.kind !== 'concat') throw computeError('BAD_JOB', 'the result of a sum is a number')
    const contents = new Uint8Array(resultBytes(reduce, { lo, hi }))
    for (const part of this.#journal.parts(id)) contents.set(part.bytes, (part.lo - lo) * reduce.bytesPerIndex)
    return contents
  }

  #tools(): { journal: Journal; pool: Pool; signal: AbortSignal } {
    return { journal: this.#journal, pool: this.#pool, signal: this.#context.signal }
  }

  #known(id: JobId): JobView {
    const job = this.get(id)
    if (!job) throw computeError('JOB_UNKNOWN', 'there is no such job')
    return job
  }

  #own(id: JobId): JobView {
    const job = this.#known(id)
    if (!job.local) throw computeError('RESULT_ELSEWHERE', 'another device coordinates this job and holds its result')
    return job
  }

  /** Parts of a running job go into the queue, which ends with the job. */
  #onPart(id: JobId, queue: Queue<Part>): () => void {
    return this.subscribe(event => {
      if (event.job !== id) return
      const part = event.type === 'part' ? this.#journal.part(id, event.lo) : undefined
      if (part) queue.push(part)
      else if (!this.#running.has(id)) queue.end()
    })
  }

  #run(row: JobRow, module: Uint8Array): void {
    const { clock, log } = this.#context
    const { group, id } = row
    const cancelTelling = clock.every(TELL_MS, () => this.#announce(running))
    const coordinator = new Coordinator({
      job: row,
      module,
      journal: this.#journal,
      clock,
      log: log.child('job'),
      onPart: ({ hi, lo, worker }) => {
        running.changed = true
        this.#events.tell({ type: 'part', job: id, group, lo, hi, worker })
      },
      onWorkers: () => {
        running.changed = true
        this.#events.tell({ type: 'job', job: id, group })
      },
      onEnd: () => {
        cancelTelling()
        this.#running.delete(id)
        this.#events.tell({ type: 'job', job: id, group })
        this.#crier.tell(id).catch(() => undefined)
      }
    })
    const stop = (): void => {
      cancelTelling()
      coordinator.stop()
    }
    const running: Running = { row, coordinator, opening: new Set(), changed: true, stop }
    this.#running.set(id, running)
    this.#events.tell({ type: 'job', job: id, group })
    coordinator.start()
    if (!this.#running.has(id)) return
    const [here, there] = localLink<ToWorker, ToCoordinator>()
    void coordinator.employ(this.#context.self.device, here)
    work(there, this.#workshop, () => undefined).then(
      () => there.end(),
      error => {
        log.warn('this node cannot work on its own job', { error: String(error) })
        there.reset()
      }
    )
    this.#look()
  }

  /** Asks members that do not take part in a running job to do so: the connected ones, and others while these are few. */
  #look(): void {
    const { groups, peers, self, signal } = this.#context
    if (signal.aborted) return
    for (const running of this.#running.values()) {
      const { coordinator, opening, row } = running
      const group = groups.get(row.group)
      if (!group) continue
      // A module and its input are the group's words, which a relay must not read.
      const members = group.members().filter(({ role }) => isAtLeast(role, 'reader'))
      const idle = members
        .flatMap(({ devices }) => devices)
        .filter(device => device !== self.device && !coordinator.has(device) && !opening.has(device))
      let dialled = [...opening].filter(device => !peers.get(device)).length
      for (const device of peers.reachable(idle)) {
        const isConnected = peers.get(device) !== undefined
        if (!isConnected && (coordinator.size >= ENOUGH_WORKERS || ++dialled > DIALLED_AT_ONCE)) break
        void this.#ask(running, group, device)
      }
    }
  }

  async #ask({ coordinator, opening }: Running, group: Group, device: PeerId): Promise<void> {
    const { log, signal } = this.#context
    opening.add(device)
    try {
      const stream = await this.#context.open(device, WORK, { group, signal })
      void coordinator.employ(device, streamLink(stream, encodeToWorker, decodeToCoordinator))
    } catch (error) {
      log.debug('a member does not take part', { device, error: String(error) })
    } finally {
      opening.delete(device)
    }
  }

  /** Tells the members how far a job is, when something changed. */
  #announce(running: Running): void {
    if (!running.changed) return
    running.changed = false
    const { coordinator, row } = running
    this.#events.tell({ type: 'job', job: row.id, group: row.group })
    this.#crier.announce(row, coordinator)
  }

  #changed(job: JobView | undefined): void {
    if (job) this.#events.tell({ type: 'job', job: job.id, group: job.group })
  }

  #view(row: JobRow): JobView {
    const { account, device } = this.#context.self
    const { finishedAt, group, hi, id, lo, media, module, reduce, startedAt, state, sum, title } = row
    const coordinator = this.#running.get(id)?.coordinator
    const shares = this.#journal.shares(id)
    return {
      ...{ id, group, title, lo, hi, reduce, media, state, startedAt, finishedAt, sum, account, local: true },
      module: hex(module),
      coordinator: device,
      done: coordinator?.done ?? shares.reduce((done, { indices }) => done + indices, 0),
      workers: coordinator?.workers() ?? restedWorkers(shares, this.#journal.refusals(id)),
      resultHash: row.hash && hex(row.hash),
      failure: row.failure
    }
  }
}

/** The workers of a job that does not run now: those who brought something, and those who refused. */
function restedWorkers(shares: ReturnType<Journal['shares']>, refusals: ReadonlyMap<PeerId, Failure>): WorkerView[] {
  const rested = { slots: 0, speed: undefined, running: [] }
  const brought = new Set(shares.map(({ worker }) => worker))
  const others = [...refusals.keys()].filter(worker => !brought.has(worker))
  return [...shares, ...others.map(worker => ({ worker, parts: 0, indices: 0 }))].map(({ worker, ...share }) => ({
    device: worker,
    ...share,
    ...rested,
    refusal: refusals.get(worker)
  }))
}
