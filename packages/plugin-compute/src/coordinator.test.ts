import { BorgoError, silentLogger, type GroupId, type PeerId } from '@borgo/core'
import { manualClock, memoryStores } from '@borgo/core/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { Coordinator } from './coordinator.ts'
import type { JobId, Part, Reduce } from './job.ts'
import { Journal, SCHEMA, type JobRow } from './journal.ts'
import { localLink, type Link } from './link.ts'
import type { ToCoordinator, ToWorker } from './protocol.ts'
import { LEASE_MS } from './scheduler.ts'

const id = '00112233445566778899aabbccddeeff' as JobId

/** A worker played by the test: it hears what the coordinator says, and says what the test wants. */
class Actor {
  readonly device: PeerId
  readonly #link: Link<ToCoordinator, ToWorker>
  readonly #messages: AsyncIterator<ToWorker>

  constructor(coordinator: Coordinator, name: string) {
    this.device = name as PeerId
    const [there, here] = localLink<ToWorker, ToCoordinator>()
    this.#link = here
    this.#messages = here.messages[Symbol.asyncIterator]()
    void coordinator.employ(this.device, there)
  }

  say(message: ToCoordinator): Promise<void> {
    return this.#link.send(message)
  }

  /** The next message of this type; others are passed over. */
  async hear<Type extends ToWorker['type']>(type: Type): Promise<Extract<ToWorker, { type: Type }>> {
    for (;;) {
      const { done, value } = await this.#messages.next()
      if (done) throw new Error(`the link ended before ${type}`)
      if (value.type === type) return value as Extract<ToWorker, { type: Type }>
    }
  }

  async over(): Promise<boolean> {
    for (;;) if ((await this.#messages.next()).done) return true
  }

  leave(): void {
    this.#link.reset()
  }
}

const number = (value: number): Uint8Array => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true)
  return bytes
}

describe('a coordinator', () => {
  const clock = manualClock()
  let journal: Journal
  let parts: Part[]
  let ended: () => void
  beforeEach(() => {
    journal = new Journal(memoryStores().of('compute').database(SCHEMA))
    parts = []
  })

  function begin(hi: number, reduce: Reduce = { kind: 'sum' }): { coordinator: Coordinator; end: Promise<void> } {
    const end = new Promise<void>(resolve => (ended = resolve))
    const finished = { finishedAt: undefined, sum: undefined, hash: undefined, failure: undefined, told: 0 } as const
    const limits = { input: new Uint8Array(), memoryBytes: 65_536, limitMs: 1_000, media: 'a/b' }
    const job: JobRow = {
      ...{ id, group: 'g' as GroupId, title: 'Job', module: new Uint8Array(32), lo: 0, hi, reduce },
      ...{ ...limits, startedAt: clock.now(), state: 'running', ...finished }
    }
    if (!journal.job(id)) journal.begin(job, Uint8Array.of(1, 2, 3))
    return { coordinator: make(job), end }
  }

  function make(job: JobRow): Coordinator {
    const coordinator = new Coordinator({
      ...{ job, module: Uint8Array.of(1, 2, 3), journal, clock, log: silentLogger },
      onPart: part => parts.push(part),
      onWorkers: () => undefined,
      onEnd: () => ended()
    })
    coordinator.start()
    return coordinator
  }

  it('[W-41] sends the module to who needs it', async () => {
    const { coordinator } = begin(1)
    const ben = new Actor(coordinator, 'ben')
    expect(await ben.hear('job')).toMatchObject({ job: id, moduleBytes: 3 })
    await ben.say({ type: 'need' })
    expect((await ben.hear('piece')).bytes).toEqual(Uint8Array.of(1, 2, 3))
    coordinator.stop()
  })

  it('[W-42] acknowledges a part when it is on disk, and counts it once', async () => {
    const { coordinator, end } = begin(1)
    const ben = new Actor(coordinator, 'ben')
    await ben.say({ type: 'ready', slots: 1 })
    const { part } = await ben.hear('grant')
    await ben.say({ type: 'done', part, us: 5, bytes: number(42) })
    await ben.say({ type: 'done', part, us: 5, bytes: number(1_000) })
    await ben.hear('ack')
    expect([...journal.parts(id)]).toMatchObject([{ lo: 0, hi: 1, worker: 'ben' }])
    await end
    expect(journal.job(id)).toMatchObject({ state: 'done', sum: 42n })
    expect(await ben.over()).toBe(true)
    expect(parts).toHaveLength(1)
  })

  it('[W-42] ignores results of who was never granted the part', async () => {
    const { coordinator, end } = begin(2)
    const [ben, eve] = [new Actor(coordinator, 'ben'), new Actor(coordinator, 'eve')]
    await ben.say({ type: 'ready', slots: 2 })
    const [first, second] = [await ben.hear('grant'), await ben.hear('grant')]
    await eve.hear('job')
    for (let part = 0; part < 100; part++) await eve.say({ type: 'done', part: part + 1, us: 1, bytes: number(666) })
    for (const { part } of [first, second])
      await eve.say({ type: 'failed', part, failure: { code: 'PART_TRAP', text: '' } })
    await eve.say({ type: 'return', part: first.part })
    for (const { part } of [first, second]) await ben.say({ type: 'done', part, us: 1, bytes: number(1) })
    await end
    expect(journal.job(id)?.sum).toBe(2n)
    expect(parts.map(({ worker }) => worker)).toEqual(['ben', 'ben'])
  })

  it('[W-42] a result of the wrong length is a failure of the part', async () => {
    const { coordinator, end } = begin(1, { kind: 'concat', bytesPerIndex: 4 })
    const ben = new Actor(coordinator, 'ben')
    await ben.say({ type: 'ready', slots: 1 })
    for (const length of [3, 5, 0]) {
      const { part } = await ben.hear('grant')
      await ben.say({ type: 'done', part, us: 1, bytes: new Uint8Array(length) })
    }
    await end
    expect(journal.job(id)).toMatchObject({ state: 'failed', failure: { code: 'PART_OUTPUT' } })
  })

  it('[W-42] ends the job with the reason when a part cannot be written, and acknowledges nothing', async () => {
    journal.accept = () => {
      throw new BorgoError('DISK_FULL', 'no room in /home/ada')
    }
    const { coordinator, end } = begin(1)
    const ben = new Actor(coordinator, 'ben')
    await ben.say({ type: 'ready', slots: 1 })
    const { part } = await ben.hear('grant')
    await ben.say({ type: 'done', part, us: 5, bytes: number(42) })
    await end
    await expect(ben.hear('ack')).rejects.toThrow('the link ended before ack')
    expect(journal.job(id)).toMatchObject({
      state: 'failed',
      failure: { code: 'COORDINATOR_FAILED', text: 'the disk of the node that began it is full' }
    })
  })

  it('[W-43] gives the parts of a worker that left or fell silent to others', async () => {
    const { coordinator, end } = begin(2)
    const [ben, cleo] = [new Actor(coordinator, 'ben'), new Actor(coordinator, 'cleo')]
    await ben.say({ type: 'ready', slots: 1 })
    await ben.hear('grant')
    await cleo.say({ type: 'ready', slots: 1 })
    const held = await cleo.hear('grant')
    expect(held).toMatchObject({ lo: 1, hi: 2 })
    ben.leave()
    await clock.advance(LEASE_MS)
    expect(await cleo.hear('revoke')).toMatchObject({ part: held.part })
    const dora = new Actor(coordinator, 'dora')
    await dora.say({ type: 'ready', slots: 2 })
    const rescued = [await dora.hear('grant'), await dora.hear('grant')]
    expect(rescued.map(({ lo }) => lo).sort()).toEqual([0, 1])
    for (const { part } of rescued) await dora.say({ type: 'done', part, us: 1, bytes: number(1) })
    await end
    expect(journal.job(id)?.sum).toBe(2n)
  })

  it('[W-43] shows who refuses the module, and why', async () => {
    const { coordinator } = begin(1)
    const ben = new Actor(coordinator, 'ben')
    const failure = { code: 'MODULE_MEMORY', text: 'it needs too much' } as const
    await ben.say({ type: 'refuse', failure })
    await expect.poll(() => coordinator.workers()).toMatchObject([{ device: 'ben', refusal: failure }])
    expect(journal.refusals(id)).toEqual(new Map([['ben', failure]]))
    coordinator.stop()
  })

  it('[W-43] hears a refusal once, and [W-41] gives the module once', async () => {
    const { coordinator } = begin(1)
    const failure = { code: 'MODULE_MEMORY', text: 'it needs too much' } as const
    const [ben, cleo] = [new Actor(coordinator, 'ben'), new Actor(coordinator, 'cleo')]
    await ben.say({ type: 'refuse', failure })
    await ben.say({ type: 'refuse', failure: { ...failure, text: 'and more' } })
    expect(await ben.over()).toBe(true)
    expect(journal.refusals(id)).toEqual(new Map([['ben', failure]]))
    await cleo.say({ type: 'need' })
    await cleo.hear('piece')
    await cleo.say({ type: 'need' })
    expect(await cleo.over()).toBe(true)
    coordinator.stop()
  })

  it('[W-34] a second coordinator takes up what the first accepted, and nothing else', async () => {
    const { coordinator } = begin(3)
    const ben = new Actor(coordinator, 'ben')
    await ben.say({ type: 'ready', slots: 1 })
    const { part } = await ben.hear('grant')
    await ben.say({ type: 'done', part, us: 1, bytes: number(7) })
    await ben.hear('ack')
    coordinator.stop()
    const { coordinator: again, end } = begin(3)
    expect(again.done).toBe(1)
    const cleo = new Actor(again, 'cleo')
    await cleo.say({ type: 'ready', slots: 1 })
    for (const value of [10, 100]) {
      const grant = await cleo.hear('grant')
      expect(grant.lo).toBeGreaterThan(0)
      await cleo.say({ type: 'done', part: grant.part, us: 1, bytes: number(value) })
    }
    await end
    expect(journal.job(id)).toMatchObject({ state: 'done', sum: 117n })
    expect(again.workers()).toMatchObject([
      { device: 'ben', indices: 1 },
      { device: 'cleo', indices: 2 }
    ])
  })
})
