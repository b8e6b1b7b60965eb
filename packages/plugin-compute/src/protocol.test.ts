import { encode } from '@ipld/dag-cbor'
import { hasCode } from '@borgo/core'
import { FRAMES, seededRandom } from '@borgo/core/testing'
import { describe, expect, it } from 'vitest'
import type { JobId } from './job.ts'
import {
  decodeToCoordinator,
  decodeToWorker,
  encodeToCoordinator,
  encodeToWorker,
  toFailure,
  type ToCoordinator,
  type ToWorker
} from './protocol.ts'

const job = '00112233445566778899aabbccddeeff' as JobId
const assignment = { job, title: 'Primes', module: new Uint8Array(32), moduleBytes: 99, input: Uint8Array.of(1) }
const limits = { memoryBytes: 65_536, limitMs: 1_000 }

const toWorker: ToWorker[] = [
  { type: 'job', ...assignment, ...limits, reduce: { kind: 'sum' } },
  { type: 'job', ...assignment, ...limits, reduce: { kind: 'concat', bytesPerIndex: 4 } },
  { type: 'piece', bytes: Uint8Array.of(1, 2, 3) },
  { type: 'grant', part: 1, lo: 0, hi: 2 ** 40 },
  { type: 'revoke', part: 7 },
  { type: 'ack', part: 7 }
]
const toCoordinator: ToCoordinator[] = [
  { type: 'need' },
  { type: 'ready', slots: 3 },
  { type: 'done', part: 1, us: 1_500, bytes: new Uint8Array(8) },
  { type: 'failed', part: 1, failure: { code: 'PART_TRAP', text: 'unreachable' } },
  { type: 'return', part: 2 },
  { type: 'beat', parts: [1, 2, 3] },
  { type: 'refuse', failure: { code: 'MODULE_MEMORY', text: 'too much' } }
]

describe('messages between a coordinator and its workers', () => {
  it('[W-40] come out as they went in', () => {
    for (const message of toWorker) expect(decodeToWorker(encodeToWorker(message))).toEqual(message)
    for (const message of toCoordinator) expect(decodeToCoordinator(encodeToCoordinator(message))).toEqual(message)
  })

  it.each([
    ['an unknown type', decodeToWorker, { type: 'hello' }],
    ['a key too many', decodeToWorker, { type: 'ack', part: 1, more: 1 }],
    ['an empty range', decodeToWorker, { type: 'grant', part: 1, lo: 5, hi: 5 }],
    ['a negative index', decodeToWorker, { type: 'grant', part: 1, lo: -1, hi: 5 }],
    [
      'a module over the limit',
      decodeToWorker,
      { ...assignment, ...limits, type: 'job', bytesPerIndex: 0, moduleBytes: 2 ** 25 }
    ],
    [
      'memory over the limit',
      decodeToWorker,
      { ...assignment, type: 'job', bytesPerIndex: 0, limitMs: 1e3, memoryBytes: 2 ** 30 }
    ],
    [
      'part of a page',
      decodeToWorker,
      { ...assignment, type: 'job', bytesPerIndex: 0, limitMs: 1e3, memoryBytes: 65_537 }
    ],
    [
      'a reason that is none',
      decodeToCoordinator,
      { type: 'failed', part: 1, failure: { code: 'DISK_FULL', text: '' } }
    ],
    ['too many slots', decodeToCoordinator, { type: 'ready', slots: 1e6 }],
    ['a list too long', decodeToCoordinator, { type: 'beat', parts: Array.from({ length: 2_000 }, () => 1) }],
    ['a fraction', decodeToCoordinator, { type: 'done', part: 1.5, us: 1, bytes: new Uint8Array() }],
    ['no map', decodeToCoordinator, ['ready', 1]]
  ])('[W-40] refuses %s', (_what, decode, value) => {
    expect(() => decode(encode(value))).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }))
  })

  it(`[W-40] ${FRAMES} mutated frames either mean something or are BAD_MESSAGE`, () => {
    const random = seededRandom(40)
    const below = (limit: number): number => Math.floor(random() * limit)
    const frames = [...toWorker.map(encodeToWorker), ...toCoordinator.map(encodeToCoordinator)]
    let refused = 0
    for (let round = 0; round < FRAMES; round++) {
      const frame = Uint8Array.from(frames[round % frames.length]!)
      for (let edits = 1 + below(4); edits > 0; edits--) frame[below(frame.length)] = below(256)
      const mutant = below(5) === 0 ? frame.subarray(0, below(frame.length)) : frame
      for (const decode of [decodeToWorker, decodeToCoordinator])
        try {
          decode(mutant)
        } catch (error) {
          if (!hasCode(error, 'BAD_MESSAGE')) throw new Error(`round ${round}`, { cause: error })
          refused++
        }
    }
    expect(refused).toBeGreaterThan(1.5 * FRAMES)
  })

  it('[W-40] a failure that is nobody else’s concern is not spelled out', () => {
    expect(toFailure(new Error('/home/ada/secret is missing'))).toEqual({
      code: 'PART_CRASHED',
      text: 'the worker had a problem'
    })
  })
})
