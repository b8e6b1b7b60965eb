import {
  BorgoError,
  decodeCanonical,
  hasCode,
  readBytes,
  readChoice,
  readInteger,
  readList,
  readMap,
  readName,
  readText,
  type Protocol
} from '@borgo/core'
import { encode } from '@ipld/dag-cbor'
import type { ComputeCode } from './errors.ts'
import {
  INPUT_MAX_BYTES,
  MEMORY_MAX_BYTES,
  PART_RESULT_MAX_BYTES,
  type Failure,
  type JobId,
  type Reduce
} from './job.ts'
import { MODULE_MAX_BYTES, PAGE_BYTES } from './validate.ts'

/**
 * One job between its coordinator, who opens the stream, and one worker. The coordinator says `job` first and ends the
 * stream when the job is over. All messages are DAG-CBOR maps.
 */
export const WORK: Protocol = {
  id: '/borgo/compute/work/1',
  access: 'members',
  maxMessageBytes: PART_RESULT_MAX_BYTES + 4_096,
  maxStreamsPerPeer: 32,
  // Workers send a beat every second, also when they have nothing to do.
  idleMs: 30_000
}

/** Bytes of a module that go in one message. */
export const PIECE_BYTES = 262_144
/** Most parts that a worker has of one job. */
export const HELD_MAX = 1_024
/** Most slots that a node may offer. */
export const SLOTS_MAX = 256

/** What a worker needs to know of a job. */
export interface Assignment {
  job: JobId
  title: string
  /** SHA-256 of the module, and its length. */
  module: Uint8Array
  moduleBytes: number
  input: Uint8Array
  reduce: Reduce
  memoryBytes: number
  limitMs: number
}

export type ToWorker =
  | ({ type: 'job' } & Assignment)
  /** The next bytes of the module, after `need`. */
  | { type: 'piece'; bytes: Uint8Array }
  | { type: 'grant'; part: number; lo: number; hi: number }
  | { type: 'revoke'; part: number }
  /** The part's result is on the coordinator's disk. */
  | { type: 'ack'; part: number }

export type ToCoordinator =
  /** The worker lacks the module. */
  | { type: 'need' }
  /** It runs so many parts side by side from now on. */
  | { type: 'ready'; slots: number }
  | { type: 'done'; part: number; us: number; bytes: Uint8Array }
  | { type: 'failed'; part: number; failure: Failure }
  /** It gives a part back that it has not finished: not the part's fault. */
  | { type: 'return'; part: number }
  | { type: 'beat'; parts: number[] }
  /** It will not run this module. */
  | { type: 'refuse'; failure: Failure }

/** Reasons that a worker may give. */
const REASONS = [
  'MODULE_NOT_WASM',
  'MODULE_TOO_LARGE',
  'MODULE_MALFORMED',
  'MODULE_IMPORT',
  'MODULE_MEMORY',
  'MODULE_TABLE',
  'MODULE_INSTRUCTION',
  'MODULE_EXPORT',
  'MODULE_COMPILE',
  'PART_TRAP',
  'PART_TIMEOUT',
  'PART_MEMORY',
  'PART_OUTPUT',
  'PART_CRASHED',
  'SANDBOX_FAILED',
  'COORDINATOR_FAILED'
] as const satisfies ComputeCode[]
/** Longest explanation, UTF-16 units. */
export const REASON_LENGTH = 300
const MICROSECONDS_MAX = 3_600_000_000

export function encodeToWorker(message: ToWorker): Uint8Array {
  if (message.type !== 'job') return encode(message)
  const { reduce, ...rest } = message
  return encode({ ...rest, bytesPerIndex: bytesPerIndex(reduce) })
}

export function encodeToCoordinator(message: ToCoordinator): Uint8Array {
  return encode(message)
}

const readPart = (value: unknown): number => readInteger(value, 1)

/** Bytes, in whole pages. */
function readPages(value: unknown): number {
  const bytes = readInteger(value, PAGE_BYTES, MEMORY_MAX_BYTES)
  if (bytes % PAGE_BYTES !== 0) throw badMessage('expected a multiple of 64 KiB')
  return bytes
}

function typeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
}

export function readJobId(value: unknown): JobId {
  const id = readText(value, 32)
  if (!/^[0-9a-f]{32}$/.test(id)) throw badMessage('expected a job id')
  return id as JobId
}

/** `{ code, text }` as members tell each other. */
export function readFailure(value: unknown): Failure {
  const { code, text } = readMap(value, 'code', 'text')
  return { code: readChoice(code, ...REASONS), text: readText(text, REASON_LENGTH) }
}

/** A failure as it may be sent: the reason, or PART_CRASHED for what is nobody else's concern. */
export function toFailure(error: unknown): Failure {
  const code = REASONS.find(reason => hasCode(error, reason))
  if (code === undefined || !(error instanceof Error)) return { code: 'PART_CRASHED', text: 'the worker had a problem' }
  return { code, text: error.message.slice(0, REASON_LENGTH) }
}

/** 0 bytes per index stands for a sum. */
export function reduceOf(bytesPerIndex: number): Reduce {
  return bytesPerIndex === 0 ? { kind: 'sum' } : { kind: 'concat', bytesPerIndex }
}

export function bytesPerIndex(reduce: Reduce): number {
  return reduce.kind === 'sum' ? 0 : reduce.bytesPerIndex
}

const badMessage = (text: string): BorgoError<'BAD_MESSAGE'> => new BorgoError('BAD_MESSAGE', text)

/** Throws BAD_MESSAGE. */
export function decodeToWorker(bytes: Uint8Array): ToWorker {
  const value = decodeCanonical(bytes)
  const type = readChoice(typeOf(value), 'job', 'piece', 'grant', 'revoke', 'ack')
  switch (type) {
    case 'job': {
      const map = readMap(
        value,
        'type',
        'job',
        'title',
        'module',
        'moduleBytes',
        'input',
        'bytesPerIndex',
        'memoryBytes',
        'limitMs'
      )
      return {
        type,
        job: readJobId(map.job),
        title: readName(map.title),
        module: readBytes(map.module, 32),
        moduleBytes: readInteger(map.moduleBytes, 8, MODULE_MAX_BYTES),
        input: readBytes(map.input, 0, INPUT_MAX_BYTES),
        reduce: reduceOf(readInteger(map.bytesPerIndex, 0, PART_RESULT_MAX_BYTES)),
        memoryBytes: readPages(map.memoryBytes),
        limitMs: readInteger(map.limitMs, 10, 600_000)
      }
    }
    case 'piece':
      return { type, bytes: readBytes(readMap(value, 'type', 'bytes').bytes, 1, PIECE_BYTES) }
    case 'grant': {
      const map = readMap(value, 'type', 'part', 'lo', 'hi')
      const lo = readInteger(map.lo, 0)
      return { type, part: readPart(map.part), lo, hi: readInteger(map.hi, lo + 1) }
    }
    case 'revoke':
    case 'ack':
      return { type, part: readPart(readMap(value, 'type', 'part').part) }
  }
}

/** Throws BAD_MESSAGE. */
export function decodeToCoordinator(bytes: Uint8Array): ToCoordinator {
  const value = decodeCanonical(bytes)
  const type = readChoice(typeOf(value), 'need', 'ready', 'done', 'failed', 'return', 'beat', 'refuse')
  switch (type) {
    case 'need':
      readMap(value, 'type')
      return { type }
    case 'ready':
      return { type, slots: readInteger(readMap(value, 'type', 'slots').slots, 0, SLOTS_MAX) }
    case 'done': {
      const map = readMap(value, 'type', 'part', 'us', 'bytes')
      const result = readBytes(map.bytes, 0, PART_RESULT_MAX_BYTES)
      return { type, part: readPart(map.part), us: readInteger(map.us, 0, MICROSECONDS_MAX), bytes: result }
    }
    case 'failed': {
      const map = readMap(value, 'type', 'part', 'failure')
      return { type, part: readPart(map.part), failure: readFailure(map.failure) }
    }
    case 'return':
      return { type, part: readPart(readMap(value, 'type', 'part').part) }
    case 'beat':
      return { type, parts: readList(readMap(value, 'type', 'parts').parts, HELD_MAX, readPart) }
    case 'refuse':
      return { type, failure: readFailure(readMap(value, 'type', 'failure').failure) }
  }
}
