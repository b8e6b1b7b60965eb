import type { Handler, Plugin, PluginContext } from '@borgo/core'
import { seededRandom } from '@borgo/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobId } from '../src/index.ts'
import { decodeToWorker, encodeToCoordinator, encodeToWorker, WORK, type ToCoordinator } from '../src/protocol.ts'
import { localSum } from './engine.ts'
import { fixture, rounds } from './modules.ts'
import { looks, world, type World } from './people.ts'

/** A member whose compute plugin does what the test wants. */
function rogue(handler: Handler = async () => undefined): Plugin<PluginContext> {
  return {
    name: 'compute',
    start(context) {
      context.handle(WORK, handler)
      return context
    }
  }
}

const assignment = encodeToWorker({
  type: 'job',
  job: '00112233445566778899aabbccddeeff' as JobId,
  title: 'Job',
  module: new Uint8Array(32),
  moduleBytes: 99,
  input: new Uint8Array(),
  reduce: { kind: 'sum' },
  memoryBytes: 65_536,
  limitMs: 1_000
})

describe('a member who does not play by the rules', () => {
  let here: World
  beforeEach(async () => {
    here = await world()
  })
  afterEach(() => here[Symbol.asyncDispose]())

  it('[W-47] who sends garbage as a coordinator is cut off, and the worker works on', async () => {
    const [ada, mallory] = [await here.settle('Ada'), await here.house('Mallory')]
    const context = await mallory.use(rogue())
    const { id } = await here.together([ada, { node: mallory }])
    const { device } = ada.node.self
    const random = seededRandom(47)
    const below = (limit: number): number => Math.floor(random() * limit)
    let streams = 0
    while (context.peers.get(device)) {
      const stream = await context.open(device, WORK, { group: context.groups.get(id)! }).catch(() => undefined)
      const garbage = Uint8Array.from(assignment)
      for (let edits = 1 + below(4); edits > 0; edits--) garbage[below(garbage.length)] = below(256)
      await stream?.send(garbage).catch(() => undefined)
      await stream?.receive().catch(() => undefined)
      stream?.reset()
      streams++
    }
    expect(streams).toBeLessThan(200)
    const job = await ada.compute.jobs.start({ group: id, module: 'primes', hi: 100_000 })
    expect((await ada.compute.jobs.finished(job.id)).sum).toBe(9_592n)
  })

  it.each<[string, (part: number) => ToCoordinator[]]>([
    ['keeps its parts and says that it lives', part => [{ type: 'beat', parts: [part] }]],
    [
      'claims the parts of others',
      part => [1, 2, 3, 4].map(next => ({ type: 'done', part: part + next, us: 1, bytes: new Uint8Array(8).fill(1) }))
    ],
    [
      'gives its own part back and then claims it',
      part => [
        { type: 'return', part },
        { type: 'done', part, us: 1, bytes: new Uint8Array(8).fill(1) }
      ]
    ],
    ['gives results of the wrong length', part => [{ type: 'done', part, us: 1, bytes: new Uint8Array(80) }]]
  ])('[W-47] a worker who %s changes no result', async (_what, answers) => {
    const [ada, mallory] = [await here.settle('Ada'), await here.house('Mallory')]
    let granted = 0
    await mallory.use(
      rogue(async stream => {
        await stream.receive()
        await stream.send(encodeToCoordinator({ type: 'ready', slots: 1 }))
        for await (const bytes of stream) {
          const message = decodeToWorker(bytes)
          // What fails three times would fail the job: twice is enough to show that it is not counted.
          if (message.type !== 'grant' || ++granted > 2) continue
          for (const answer of answers(message.part)) await stream.send(encodeToCoordinator(answer))
        }
      })
    )
    const { id } = await here.together([ada, { node: mallory }])
    const module = fixture('spin')
    const job = await ada.compute.jobs.start({ group: id, module, input: rounds(2_000), hi: 100_000 })
    await looks(ada, job, () => granted > 0)
    const { state, sum, workers } = await ada.compute.jobs.finished(job.id)
    expect([state, sum]).toEqual(['done', await localSum(module, rounds(2_000), 0, 100_000)])
    expect(workers.find(({ device }) => device === ada.node.self.device)?.indices).toBe(100_000)
  })

  it('[W-47] a worker who answers with garbage is cut off, and the job goes on', async () => {
    const [ada, mallory] = [await here.settle('Ada'), await here.house('Mallory')]
    let streams = 0
    await mallory.use(
      rogue(async stream => {
        streams++
        await stream.receive()
        await stream.send(Uint8Array.of(0xa1, 0x00))
        await stream.receive()
      })
    )
    const { id } = await here.together([ada, { node: mallory }])
    const module = fixture('spin')
    const job = await ada.compute.jobs.start({ group: id, module, input: rounds(2_000), hi: 100_000 })
    expect((await ada.compute.jobs.finished(job.id)).state).toBe('done')
    expect(streams).toBeGreaterThan(0)
  })
})
