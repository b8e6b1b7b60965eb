import type { AccountId, GroupId, PeerId } from '@borgo/core'
import type { Builtin } from './builtins.ts'
import type { ComputeCode } from './errors.ts'
import type { Span } from './scheduler.ts'
import type { ModuleFacts } from './validate.ts'

declare const brand: unique symbol
/** 16 random bytes in hex. */
export type JobId = string & { readonly [brand]: 'JobId' }

/** A module that this node checked and keeps for a while. */
export interface CheckedModule extends ModuleFacts {
  /** SHA-256 of its bytes, hex. */
  hash: string
}

/** What becomes of the parts' results. */
export type Reduce =
  /** Each part gives one i64, little-endian; the job's result is their sum, in 64 bits. */
  | { kind: 'sum' }
  /** Each index gives so many bytes (1 to 1 MiB); the job's result is all of them in order, at most 64 MiB. */
  | { kind: 'concat'; bytesPerIndex: number }

export interface JobOptions {
  group: GroupId
  /** A module's bytes, the name of one that comes with Borgo, or the hash of one that was checked here. */
  module: Uint8Array | Builtin | { hash: string }
  /** The first index, 0 or more. @default 0 */
  lo?: number
  /** The index after the last. */
  hi: number
  /** @default { kind: 'sum' } */
  reduce?: Reduce
  /** What people see, 1 to 64 characters. @default the module's name */
  title?: string
  /** Given to every instance of the module, at most 64 KiB. */
  input?: Uint8Array
  /** What a concatenated result is, e.g. `image/rgba` for rows of pixels. @default 'application/octet-stream' */
  media?: string
  /** Most memory of the module on each worker, a multiple of 64 KiB up to 256 MiB. @default 64 MiB */
  memoryBytes?: number
  /** Most time for one part, 10 ms to 10 min; a part that needs more is halved and tried again. @default 60,000 */
  limitMs?: number
}

export type JobState = 'running' | 'done' | 'failed' | 'cancelled'

/** What a failed job or a refusing worker says. */
export interface Failure {
  code: ComputeCode
  text: string
}

/** One worker's share in a job. */
export interface WorkerView {
  device: PeerId
  /** Parts that it runs side by side; 0 when it is away or shares nothing now. */
  slots: number
  /** Accepted parts and the indices in them. */
  parts: number
  indices: number
  /** Indices per second of one slot, as measured. */
  speed: number | undefined
  /** Parts that it has now. */
  running: Span[]
  /** Why it does not take part. */
  refusal: Failure | undefined
}

/** A job of this group, wherever it is coordinated. */
export interface JobView {
  id: JobId
  group: GroupId
  title: string
  /** SHA-256 of the module, hex. */
  module: string
  lo: number
  hi: number
  reduce: Reduce
  media: string
  /** The device that coordinates it and holds the result, and whose it is. */
  coordinator: PeerId
  account: AccountId
  /** Coordinated by this node. */
  local: boolean
  state: JobState
  startedAt: number
  finishedAt: number | undefined
  /** Indices accepted so far. For jobs of others: as last heard. */
  done: number
  workers: WorkerView[]
  /** The result of a finished sum. */
  sum: bigint | undefined
  /** SHA-256 of a finished concatenation, hex. */
  resultHash: string | undefined
  failure: Failure | undefined
}

/** An accepted part. */
export interface Part extends Span {
  worker: PeerId
  /** Time in the module, ms. */
  ms: number
  bytes: Uint8Array
}

/** What this node computes for others, or for itself. */
export interface Work {
  job: JobId
  group: GroupId
  title: string
  /** For whom. */
  device: PeerId
  /** Parts that run or wait here now. */
  running: number
  /** Parts done and acknowledged. */
  parts: number
}

/** Longest result of one part, bytes. */
export const PART_RESULT_MAX_BYTES = 1024 * 1024
/** Longest result of a concatenation, bytes. */
export const RESULT_MAX_BYTES = 64 * 1024 * 1024
export const INPUT_MAX_BYTES = 65_536
/** Most memory that a module gets on any node of today, bytes. */
export const MEMORY_MAX_BYTES = 256 * 1024 * 1024
/** Bytes of the result of a part of a sum. */
const SUM_BYTES = 8

/** Exactly how long a part's result is. */
export function resultBytes(reduce: Reduce, { lo, hi }: Span): number {
  return reduce.kind === 'sum' ? SUM_BYTES : (hi - lo) * reduce.bytesPerIndex
}
