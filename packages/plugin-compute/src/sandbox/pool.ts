import { hasCode, type Clock, type Logger } from '@borgo/core'
import { computeError } from '../errors.ts'
import { startHost, type HostProcess } from './host-process.ts'
import type { Sandbox, SandboxLayer } from './sandbox.ts'
import { Slot, type PartResult, type PartTask } from './slot.ts'

interface Waiting {
  start(slot: Slot): void
}

/** This node's slots: each runs one part at a time, in a host process of its own; parts wait in order of arrival. */
export class Pool {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #candidates: readonly Sandbox[]
  readonly #free: Slot[] = []
  readonly #slots = new Set<Slot>()
  readonly #queue: Waiting[] = []
  /** Hashes of modules that the engine took. */
  readonly #checked = new Set<string>()
  #size: number
  #sandbox: Promise<Sandbox> | undefined
  #stopped = false

  /** `candidates`: the ways to start a host process, the best first; the first that works is used. */
  constructor(options: { clock: Clock; log: Logger; size: number; candidates: readonly Sandbox[] }) {
    this.#clock = options.clock
    this.#log = options.log
    this.#size = options.size
    this.#candidates = options.candidates
  }

  get size(): number {
    return this.#size
  }

  /** Slots that run a part now. */
  get busy(): number {
    return this.#slots.size - this.#free.length
  }

  get pids(): number[] {
    return [...this.#slots].flatMap(slot => slot.pid ?? [])
  }

  /** More slots start at once; fewer take effect as running parts finish. */
  resize(size: number): void {
    this.#size = size
    while (this.#free.length > 0 && this.#slots.size > size) this.#retire(this.#free.pop())
    this.#dispatch()
  }

  /** The layers of the sandbox, as found by starting a host process in it. Throws SANDBOX_FAILED. */
  async layers(): Promise<readonly SandboxLayer[]> {
    this.#sandbox ??= this.#detect()
    return (await this.#sandbox).layers
  }

  /** Compiles a module in a sandbox of its own, beside the slots, unless that was done before. Throws as `Slot.load`. */
  async check(task: PartTask, signal: AbortSignal): Promise<void> {
    if (this.#checked.has(task.module.hash)) return
    const slot = this.#newSlot()
    try {
      await slot.load(task, signal)
      this.#checked.add(task.module.hash)
    } finally {
      slot.stop()
    }
  }

  /** Runs a part in the next free slot; `started` is called when it leaves the queue. Throws as `Slot.run`; STOPPED when the pool was stopped. */
  async run(task: PartTask, signal: AbortSignal, started: () => void = () => undefined): Promise<PartResult> {
    const slot = await this.#acquire(signal)
    started()
    try {
      return await slot.run(task, signal)
    } finally {
      if (this.#slots.size > this.#size || this.#stopped) this.#retire(slot)
      else this.#free.push(slot)
      this.#dispatch()
    }
  }

  /** Kills every host process; whoever waits is rejected. */
  stop(): void {
    this.#stopped = true
    for (const slot of this.#slots) slot.stop()
  }

  #acquire(signal: AbortSignal): Promise<Slot> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      if (this.#stopped) throw computeError('STOPPED', 'the slots are stopped')
      const abort = (): void => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1)
        reject(signal.reason)
      }
      const waiting: Waiting = {
        start(slot) {
          signal.removeEventListener('abort', abort)
          resolve(slot)
        }
      }
      signal.addEventListener('abort', abort, { once: true })
      this.#queue.push(waiting)
      this.#dispatch()
    })
  }

  #dispatch(): void {
    while (this.#queue.length > 0 && !this.#stopped) {
      const slot = this.#free.pop() ?? (this.#slots.size < this.#size ? this.#newSlot() : undefined)
      if (!slot) return
      this.#slots.add(slot)
      this.#queue.shift()?.start(slot)
    }
  }

  #newSlot(): Slot {
    return new Slot(async () => {
      if (this.#stopped) throw computeError('STOPPED', 'the slots are stopped')
      this.#sandbox ??= this.#detect()
      return startHost(await this.#sandbox)
    }, this.#clock)
  }

  #retire(slot: Slot | undefined): void {
    if (!slot) return
    slot.stop()
    this.#slots.delete(slot)
  }

  async #detect(): Promise<Sandbox> {
    let last: unknown
    for (const sandbox of this.#candidates) {
      let host: HostProcess | undefined
      try {
        host = await startHost(sandbox)
        this.#log.info('sandbox found', { layers: sandbox.layers.join() })
        return sandbox
      } catch (error) {
        if (!hasCode(error, 'SANDBOX_FAILED')) throw error
        last = error
        this.#log.debug('sandbox not usable', { layers: sandbox.layers.join(), error: error.message })
      } finally {
        host?.kill()
      }
    }
    this.#sandbox = undefined
    throw computeError('SANDBOX_FAILED', 'no host process can be started on this computer', last)
  }
}
