import { type Clock, hasCode } from '@borgo/core'
import { computeError, type ComputeCode } from '../errors.ts'
import { PAGE_BYTES, type ModuleFacts } from '../validate.ts'
import type { HostProcess } from './host-process.ts'
import type { Answer } from './kernel.ts'

/** A module that passed `inspectModule`, ready to be loaded. */
export interface RunnableModule {
  /** SHA-256 of the bytes, hex. */
  hash: string
  bytes: Uint8Array
  facts: ModuleFacts
}

/** One part of a job, for one slot. */
export interface PartTask {
  module: RunnableModule
  lo: number
  hi: number
  input: Uint8Array
  /** Longest result, bytes. */
  maxBytes: number
  /** Most memory for the module, bytes. */
  memoryBytes: number
  /** Most time, ms; then the process is killed and the part fails with PART_TIMEOUT. */
  limitMs: number
}

export interface PartResult {
  bytes: Uint8Array
  /** Time in the module, ms. */
  ms: number
}

/** A host process without work for this long is let go, ms: it holds about 80 MB. */
const IDLE_MS = 60_000

/** Runs one part after the other in a host process, which it starts when needed and replaces when it died. */
export class Slot {
  readonly #start: () => Promise<HostProcess>
  readonly #clock: Clock
  #host: HostProcess | undefined
  #loaded = ''
  #stopIdling: () => void = () => undefined

  constructor(start: () => Promise<HostProcess>, clock: Clock) {
    this.#start = start
    this.#clock = clock
  }

  /** The running host process, if there is one. */
  get pid(): number | undefined {
    return this.#host?.pid
  }

  /** Loads the module: proves that the engine takes it. Throws MODULE_COMPILE, PART_TIMEOUT and as `run`. */
  async load(task: PartTask, signal: AbortSignal): Promise<void> {
    await this.#guard(task.limitMs, signal, host => this.#load(host, task))
  }

  /** Throws a BorgoError with a PartCode or MODULE_COMPILE, or `signal.reason`; the slot is usable again afterwards. */
  async run(task: PartTask, signal: AbortSignal): Promise<PartResult> {
    return this.#guard(task.limitMs, signal, async host => {
      await this.#load(host, task)
      const { lo, hi, input, maxBytes } = task
      const answer = await host.ask({ type: 'run', lo: String(lo), hi: String(hi), input, maxBytes })
      if (answer.type !== 'result' || answer.bytes.length > maxBytes) throw failure(answer)
      return { bytes: answer.bytes, ms: answer.ms }
    })
  }

  stop(): void {
    this.#stopIdling()
    this.#host?.kill()
    this.#host = undefined
  }

  async #load(host: HostProcess, { module, memoryBytes }: PartTask): Promise<void> {
    const key = `${module.hash} ${memoryBytes}`
    if (this.#loaded === key) return
    this.#loaded = ''
    const { minPages, maxPages = Infinity } = module.facts
    const maximumPages = Math.min(maxPages, memoryBytes / PAGE_BYTES)
    const answer = await host.ask({ type: 'load', module: module.bytes, initialPages: minPages, maximumPages })
    if (answer.type !== 'loaded') throw failure(answer)
    this.#loaded = key
  }

  async #guard<T>(limitMs: number, signal: AbortSignal, work: (host: HostProcess) => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    this.#stopIdling()
    if (!this.#host) this.#loaded = ''
    const host = (this.#host ??= await this.#start())
    let end: Error | undefined
    const kill = (reason: Error): void => {
      end = reason
      this.stop()
    }
    const abort = (): void => kill(signal.reason)
    const cancelTimer = this.#clock.after(limitMs, () =>
      kill(computeError('PART_TIMEOUT', `it ran longer than ${limitMs} ms`))
    )
    signal.addEventListener('abort', abort, { once: true })
    try {
      if (signal.aborted) abort()
      return await work(host)
    } catch (error) {
      if (!hasCode<ComputeCode>(error, 'PART_TRAP', 'PART_OUTPUT', 'MODULE_COMPILE')) this.stop()
      throw end ?? error
    } finally {
      cancelTimer()
      signal.removeEventListener('abort', abort)
      if (this.#host) this.#stopIdling = this.#clock.after(IDLE_MS, () => this.stop())
    }
  }
}

function failure(answer: Answer): Error {
  return answer.type === 'failed'
    ? computeError(answer.code as ComputeCode, answer.text)
    : computeError('PART_CRASHED', `the host process answered ${answer.type} out of turn`)
}
