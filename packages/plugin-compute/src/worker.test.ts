import { hasCode } from '@borgo/core'
import { FRAMES, manualClock, seededRandom } from '@borgo/core/testing'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { sha256 } from './digest.ts'
import { computeError } from './errors.ts'
import { PART_RESULT_MAX_BYTES, type JobId } from './job.ts'
import { localLink, type Link } from './link.ts'
import { decodeToWorker, encodeToWorker, HELD_MAX, PIECE_BYTES, type ToCoordinator, type ToWorker } from './protocol.ts'
import type { PartResult, PartTask } from './sandbox/slot.ts'
import { BEAT_MS } from './scheduler.ts'
import { RESULTS_MAX_BYTES, work } from './worker.ts'

const primes = readFileSync(new URL('./modules/primes.wasm', import.meta.url))
const logger = readFileSync(new URL('../test/fixtures/logger.wasm', import.meta.url))

function assignment(module: Uint8Array): Extract<ToWorker, { type: 'job' }> {
  const job = '00112233445566778899aabbccddeeff' as JobId
  const limits = { memoryBytes: 2 ** 22, limitMs: 1_000 }
  const described = { module: sha256(module), moduleBytes: module.length, input: new Uint8Array() }
  return { type: 'job', job, title: 'Job', ...described, ...limits, reduce: { kind: 'sum' } }
}

describe('a worker', () => {
  const clock = manualClock()
  const kept = new Map<string, Uint8Array>()
  let slots = 1
  let announce: () => void = () => undefined
  let compute: (task: PartTask, signal: AbortSignal) => Promise<PartResult>
  const workshop = {
    clock,
    journal: {
      module: (hash: Uint8Array) => kept.get(hash.toString()),
      keepModule: (hash: Uint8Array, bytes: Uint8Array) => void kept.set(hash.toString(), bytes)
    },
    pool: { run: (task: PartTask, signal: AbortSignal) => compute(task, signal) },
    slots: () => slots,
    onSlots(listener: () => void) {
      announce = listener
      return () => undefined
    }
  }
  afterEach(() => {
    kept.clear()
    slots = 1
    compute = async ({ hi, lo }) => ({ bytes: Uint8Array.of(lo, hi), ms: 2 })
  })
  compute = async ({ hi, lo }) => ({ bytes: Uint8Array.of(lo, hi), ms: 2 })

  /** A worker, and the end at which the test plays its coordinator. */
  function employ(): {
    link: Link<ToWorker, ToCoordinator>
    heard: AsyncIterator<ToCoordinator>
    end: Promise<unknown>
  } {
    const [link, there] = localLink<ToWorker, ToCoordinator>()
    const end = work(there, workshop, () => undefined).then(
      () => there.end(),
      error => (there.reset(), error)
    )
    return { link, heard: link.messages[Symbol.asyncIterator](), end }
  }

  async function sendModule(link: Link<ToWorker, ToCoordinator>, module: Uint8Array): Promise<void> {
    for (let at = 0; at < module.length; at += PIECE_BYTES)
      await link.send({ type: 'piece', bytes: module.subarray(at, at + PIECE_BYTES) })
  }

  it('[W-44] fetches a module once, by its hash', async () => {
    const first = employ()
    await first.link.send(assignment(primes))
    expect((await first.heard.next()).value).toEqual({ type: 'need' })
    await sendModule(first.link, primes)
    expect((await first.heard.next()).value).toEqual({ type: 'ready', slots: 1 })
    await first.link.end()
    await first.end
    const second = employ()
    await second.link.send(assignment(primes))
    expect((await second.heard.next()).value).toEqual({ type: 'ready', slots: 1 })
    await second.link.end()
    await second.end
  })

  it('[W-36] fetches nothing before this node shares, and then works', async () => {
    slots = 0
    const { end, heard, link } = employ()
    await link.send(assignment(primes))
    await clock.advance(BEAT_MS)
    expect((await heard.next()).value).toEqual({ type: 'beat', parts: [] })
    slots = 1
    announce()
    expect((await heard.next()).value).toEqual({ type: 'need' })
    await sendModule(link, primes)
    expect((await heard.next()).value).toEqual({ type: 'ready', slots: 1 })
    await link.end()
    expect(await end).toBeUndefined()
  })

  it('[W-36] while this node does not share, its coordinator can only end', async () => {
    slots = 0
    const pushy = employ()
    await pushy.link.send(assignment(primes))
    await pushy.link.send({ type: 'piece', bytes: primes.subarray(0, PIECE_BYTES) })
    expect(await pushy.end).toMatchObject({ code: 'BAD_MESSAGE' })
    const polite = employ()
    await polite.link.send(assignment(primes))
    await polite.link.end()
    expect(await polite.end).toBeUndefined()
    expect(kept.size).toBe(0)
  })

  it('[W-44] does not take a module with another hash', async () => {
    const { end, heard, link } = employ()
    await link.send(assignment(primes))
    await heard.next()
    await sendModule(link, new Uint8Array(primes.length))
    expect(await end).toMatchObject({ code: 'BAD_MESSAGE' })
    expect(kept.size).toBe(0)
  })

  it('[W-44] checks the module itself, and says why it refuses', async () => {
    const { end, heard, link } = employ()
    await link.send(assignment(logger))
    await heard.next()
    await sendModule(link, logger)
    expect((await heard.next()).value).toMatchObject({ type: 'refuse', failure: { code: 'MODULE_IMPORT' } })
    await end
  })

  it('[W-45] answers every part with its result or the reason', async () => {
    kept.set(sha256(primes).toString(), primes)
    const { heard, link } = employ()
    await link.send(assignment(primes))
    await heard.next()
    await link.send({ type: 'grant', part: 1, lo: 3, hi: 9 })
    expect((await heard.next()).value).toEqual({ type: 'done', part: 1, us: 2_000, bytes: Uint8Array.of(3, 9) })
    compute = () => Promise.reject(computeError('PART_TRAP', 'unreachable'))
    await link.send({ type: 'grant', part: 2, lo: 3, hi: 9 })
    const failure = { code: 'PART_TRAP', text: 'unreachable' }
    expect((await heard.next()).value).toEqual({ type: 'failed', part: 2, failure })
    await link.end()
  })

  it('[W-45] says every second that it lives, and with which parts', async () => {
    kept.set(sha256(primes).toString(), primes)
    compute = () => new Promise(() => undefined)
    const { heard, link } = employ()
    await link.send(assignment(primes))
    await heard.next()
    await link.send({ type: 'grant', part: 4, lo: 3, hi: 9 })
    await clock.advance(BEAT_MS)
    expect((await heard.next()).value).toEqual({ type: 'beat', parts: [4] })
    await link.end()
  })

  it('[W-46] gives its parts back when it no longer shares, and drops those taken back', async () => {
    kept.set(sha256(primes).toString(), primes)
    compute = (_task, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const { end, heard, link } = employ()
    await link.send(assignment(primes))
    await heard.next()
    await link.send({ type: 'grant', part: 1, lo: 0, hi: 1 })
    await link.send({ type: 'grant', part: 2, lo: 1, hi: 2 })
    await link.send({ type: 'revoke', part: 1 })
    await clock.advance(BEAT_MS)
    expect((await heard.next()).value).toEqual({ type: 'beat', parts: [2] })
    slots = 0
    announce()
    expect((await heard.next()).value).toEqual({ type: 'ready', slots: 0 })
    expect((await heard.next()).value).toEqual({ type: 'return', part: 2 })
    await link.end()
    await end
  })

  describe('whose coordinator grants and never reads', () => {
    /** Counts what is computed while no result gets through. */
    async function starve(grants: number): Promise<{ computed: number; unsent: number; end: unknown }> {
      kept.set(sha256(primes).toString(), primes)
      let [computed, unsent] = [0, 0]
      compute = async () => (computed++, { bytes: Uint8Array.of(1), ms: 1 })
      const [link, there] = localLink<ToWorker, ToCoordinator>()
      const send = (message: ToCoordinator): Promise<void> => {
        if (message.type !== 'ready') unsent++
        return message.type === 'ready' ? Promise.resolve() : new Promise(() => undefined)
      }
      const end = work({ ...there, send }, workshop, () => undefined).catch((error: unknown) => error)
      await link.send({ ...assignment(primes), reduce: { kind: 'concat', bytesPerIndex: PART_RESULT_MAX_BYTES } })
      for (let part = 1; part <= grants; part++) await link.send({ type: 'grant', part, lo: part, hi: part + 1 })
      for (let beats = 0; beats < 10; beats++) await clock.advance(BEAT_MS)
      await link.end()
      return { computed, unsent, end: await end }
    }

    it('[W-48] computes no more than it may keep', async () => {
      const most = RESULTS_MAX_BYTES / PART_RESULT_MAX_BYTES
      // One beat waits as well.
      expect(await starve(HELD_MAX)).toEqual({ computed: most, unsent: most + 1, end: undefined })
    })

    it('[W-48] ends when parts are granted beyond what it may hold', async () => {
      expect((await starve(HELD_MAX + 1)).end).toMatchObject({ code: 'BAD_MESSAGE' })
    })
  })

  it('[W-48] ends when a part is granted whose result would be too long to send', async () => {
    kept.set(sha256(primes).toString(), primes)
    const { end, heard, link } = employ()
    await link.send({ ...assignment(primes), reduce: { kind: 'concat', bytesPerIndex: PART_RESULT_MAX_BYTES } })
    await heard.next()
    await link.send({ type: 'grant', part: 1, lo: 0, hi: 2 })
    expect(await end).toMatchObject({ code: 'BAD_MESSAGE' })
  })

  it(`[W-40] ${FRAMES} conversations with mutated frames end in good order or with BAD_MESSAGE`, async () => {
    kept.set(sha256(primes).toString(), primes)
    const random = seededRandom(45)
    const below = (limit: number): number => Math.floor(random() * limit)
    const frames: ToWorker[] = [
      assignment(primes),
      { type: 'grant', part: 1, lo: 0, hi: 1 },
      { type: 'revoke', part: 1 },
      { type: 'ack', part: 1 },
      { type: 'grant', part: 2, lo: 5, hi: 2 ** 33 }
    ]
    const honest = frames.map(encodeToWorker)
    let refused = 0
    for (let round = 0; round < FRAMES; round++) {
      const [link, there] = localLink<Uint8Array, ToCoordinator>()
      const decoded = (async function* () {
        for await (const bytes of there.messages) yield decodeToWorker(bytes)
      })()
      const end = work({ ...there, messages: decoded }, workshop, () => undefined)
      for (const frame of honest) {
        const bytes = Uint8Array.from(frame)
        if (below(4) === 0) bytes[below(bytes.length)] = below(256)
        await link.send(bytes)
      }
      await link.end()
      await end.catch((error: unknown) => {
        if (!hasCode(error, 'BAD_MESSAGE')) throw new Error(`round ${round}`, { cause: error })
        refused++
      })
    }
    expect(refused).toBeGreaterThan(0.3 * FRAMES)
  })

  it.each<ToWorker[]>([
    [{ type: 'grant', part: 1, lo: 0, hi: 1 }],
    [assignment(primes), { type: 'piece', bytes: new Uint8Array(9) }],
    [assignment(primes), assignment(primes)],
    [assignment(primes), { type: 'grant', part: 1, lo: 0, hi: 1 }, { type: 'grant', part: 1, lo: 0, hi: 1 }]
  ])('[W-45] ends with BAD_MESSAGE when its coordinator talks nonsense (%#)', async (...messages) => {
    kept.set(sha256(primes).toString(), primes)
    compute = () => new Promise(() => undefined)
    const { end, link } = employ()
    for (const message of messages) await link.send(message)
    expect(await end).toMatchObject({ code: 'BAD_MESSAGE' })
  })
})
