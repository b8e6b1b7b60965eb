import { readName, type Clock } from '@borgo/core'
import { isBuiltin, readBuiltin } from './builtins.ts'
import { hex, sha256 } from './digest.ts'
import { computeError } from './errors.ts'
import {
  INPUT_MAX_BYTES,
  MEMORY_MAX_BYTES,
  PART_RESULT_MAX_BYTES,
  RESULT_MAX_BYTES,
  resultBytes,
  type CheckedModule,
  type JobOptions
} from './job.ts'
import type { JobRow, Journal } from './journal.ts'
import { readMedia } from './records.ts'
import type { Pool } from './sandbox/pool.ts'
import { inspectModule, PAGE_BYTES } from './validate.ts'

const DEFAULT_MEMORY_BYTES = 64 * 1024 * 1024
const DEFAULT_LIMIT_MS = 60_000

export type PreparedJob = Pick<
  JobRow,
  'group' | 'title' | 'lo' | 'hi' | 'reduce' | 'media' | 'input' | 'memoryBytes' | 'limitMs'
> & { module: Uint8Array; moduleHash: Uint8Array }

const badJob = (text: string, cause?: unknown): Error => computeError('BAD_JOB', text, cause)

function readOption<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw badJob(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

const within = (what: string, value: number, min: number, max: number): void => {
  if (!Number.isSafeInteger(value) || value < min || value > max)
    throw badJob(`${what}: ${min} to ${max}, not ${value}`)
}

/** Checks everything about a job before it begins, the module also by compiling it in a sandbox. Throws as `Jobs.start`. */
export async function prepareJob(
  options: JobOptions,
  { journal, pool, signal }: { journal: Pick<Journal, 'module'>; pool: Pick<Pool, 'check'>; signal: AbortSignal }
): Promise<PreparedJob> {
  const { group, hi, input = new Uint8Array(), lo = 0, reduce = { kind: 'sum' } } = options
  const { limitMs = DEFAULT_LIMIT_MS, media = 'application/octet-stream', memoryBytes = DEFAULT_MEMORY_BYTES } = options
  const title = options.title ?? (typeof options.module === 'string' ? options.module : 'module')
  readOption('title', () => readName(title))
  readOption('media', () => readMedia(media))
  within('lo', lo, 0, Number.MAX_SAFE_INTEGER)
  within('hi', hi, lo + 1, Number.MAX_SAFE_INTEGER)
  within('limitMs', limitMs, 10, 600_000)
  within('memoryBytes', memoryBytes, PAGE_BYTES, MEMORY_MAX_BYTES)
  within('the length of the input', input.length, 0, INPUT_MAX_BYTES)
  if (memoryBytes % PAGE_BYTES !== 0) throw badJob('memoryBytes: a multiple of 64 KiB')
  if (reduce.kind === 'concat') {
    within('bytesPerIndex', reduce.bytesPerIndex, 1, PART_RESULT_MAX_BYTES)
    within('the length of the result', resultBytes(reduce, { lo, hi }), 1, RESULT_MAX_BYTES)
  }

  const module = await readModule(options.module, journal)
  const facts = inspectModule(module, { maxPages: memoryBytes / PAGE_BYTES })
  if (input.length > 0 && !facts.takesInput)
    throw computeError('MODULE_EXPORT', 'the job has input, but the module does not export input(i32) -> i32')
  const moduleHash = sha256(module)
  const runnable = { hash: hex(moduleHash), bytes: module, facts }
  await pool.check({ module: runnable, lo, hi, input, maxBytes: 0, memoryBytes, limitMs }, signal)
  return { group, title, lo, hi, reduce, media, input, memoryBytes, limitMs, module, moduleHash }
}

async function readModule(module: JobOptions['module'], journal: Pick<Journal, 'module'>): Promise<Uint8Array> {
  if (module instanceof Uint8Array) return module
  if (typeof module === 'object') {
    const kept = journal.module(Buffer.from(module.hash, 'hex'))
    if (!kept) throw computeError('MODULE_UNKNOWN', 'this module is not kept here, or no longer: give its bytes again')
    return kept
  }
  if (!isBuiltin(module)) throw computeError('MODULE_UNKNOWN', `no module called ${String(module)} comes with Borgo`)
  return await readBuiltin(module)
}

/** Checks a module as `Jobs.start` does, and keeps it. */
export async function checkModule(
  bytes: Uint8Array,
  { clock, journal, pool, signal }: { clock: Clock; journal: Journal; pool: Pick<Pool, 'check'>; signal: AbortSignal }
): Promise<CheckedModule> {
  const facts = inspectModule(bytes, { maxPages: MEMORY_MAX_BYTES / PAGE_BYTES })
  const hash = sha256(bytes)
  const module = { hash: hex(hash), bytes, facts }
  const limits = { memoryBytes: MEMORY_MAX_BYTES, limitMs: DEFAULT_LIMIT_MS, maxBytes: 0 }
  await pool.check({ module, lo: 0, hi: 0, input: new Uint8Array(), ...limits }, signal)
  journal.keepModule(hash, bytes, clock.now())
  return { ...facts, hash: module.hash }
}
