import {
  parsePeerId,
  readBytes,
  readChoice,
  readInteger,
  readList,
  readMap,
  readName,
  readText,
  type Channel,
  type PeerId,
  type RecordKind
} from '@borgo/core'
import { PART_RESULT_MAX_BYTES, type Failure, type JobId } from './job.ts'
import { readFailure, readJobId, SLOTS_MAX } from './protocol.ts'

/** Most workers that a record or a broadcast names. */
export const WORKERS_MAX = 100
const MEDIA_LENGTH = 100
const MEDIA = /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/

/** A job that a member began; the device that wrote it coordinates it. */
export interface JobRecord {
  job: JobId
  title: string
  /** SHA-256 of the module. */
  module: Uint8Array
  lo: number
  hi: number
  /** Of the reducer; 0 for a sum. */
  bytesPerIndex: number
  media: string
}

/** What one worker did. */
export interface Share {
  device: PeerId
  parts: number
  indices: number
}

/** How a job ended; counts only from the device that began it. */
export interface ResultRecord {
  job: JobId
  state: 'done' | 'failed' | 'cancelled'
  /** Of a sum, in decimal. */
  sum: string | null
  /** SHA-256 of a concatenation. */
  hash: Uint8Array | null
  failure: Failure | null
  workers: Share[]
}

/** How far a job is; told to who is online, at most once a second. */
export interface Progress {
  job: JobId
  done: number
  workers: (Share & { slots: number })[]
}

/** So that everybody sees what runs, and for whom. */
export const jobKind: RecordKind<JobRecord> = {
  name: 'compute/job',
  role: 'writer',
  maxBytes: 1_024,
  parse(value) {
    const map = readMap(value, 'job', 'title', 'module', 'lo', 'hi', 'bytesPerIndex', 'media')
    const lo = readInteger(map.lo, 0)
    return {
      job: readJobId(map.job),
      title: readName(map.title),
      module: readBytes(map.module, 32),
      lo,
      hi: readInteger(map.hi, lo + 1),
      bytesPerIndex: readInteger(map.bytesPerIndex, 0, PART_RESULT_MAX_BYTES),
      media: readMedia(map.media)
    }
  }
}

export const resultKind: RecordKind<ResultRecord> = {
  name: 'compute/result',
  role: 'writer',
  maxBytes: 32_768,
  parse(value) {
    const map = readMap(value, 'job', 'state', 'sum', 'hash', 'failure', 'workers')
    const sum = map.sum === null ? null : readText(map.sum, 20)
    if (sum !== null && !/^-?\d{1,19}$/.test(sum)) throw new TypeError('sum: expected an integer')
    return {
      job: readJobId(map.job),
      state: readChoice(map.state, 'done', 'failed', 'cancelled'),
      sum,
      hash: map.hash === null ? null : readBytes(map.hash, 32),
      failure: map.failure === null ? null : readFailure(map.failure),
      workers: readList(map.workers, WORKERS_MAX, worker => readShare(readMap(worker, 'device', 'parts', 'indices')))
    }
  }
}

export const progressChannel: Channel<Progress> = {
  name: 'compute/progress',
  role: 'writer',
  maxBytes: 16_384,
  parse(value) {
    const map = readMap(value, 'job', 'done', 'workers')
    return {
      job: readJobId(map.job),
      done: readInteger(map.done, 0),
      workers: readList(map.workers, WORKERS_MAX, worker => {
        const share = readMap(worker, 'device', 'parts', 'indices', 'slots')
        return { ...readShare(share), slots: readInteger(share.slots, 0, SLOTS_MAX) }
      })
    }
  }
}

function readShare({ device, parts, indices }: Record<'device' | 'parts' | 'indices', unknown>): Share {
  return { device: parsePeerId(readText(device, 64)), parts: readInteger(parts, 0), indices: readInteger(indices, 0) }
}

/** A media type, lower case, without parameters. Throws TypeError. */
export function readMedia(value: unknown): string {
  const media = readText(value, MEDIA_LENGTH)
  if (!MEDIA.test(media)) throw new TypeError('expected a media type')
  return media
}
