import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Plugin } from '@borgo/core'
import { encodeToCoordinator, WORK } from '../src/protocol.ts'
import { jobKind, resultKind } from '../src/records.ts'
import { mandelbrotInput, readBuiltin, type JobId, type JobView } from '../src/index.ts'
import { localSum, locally } from './engine.ts'
import { fixture, rounds } from './modules.ts'
import { happens, looks, SLOW, world, type Person, type World } from './people.ts'

let here: World
beforeEach(async () => {
  here = await world()
})
afterEach(() => here[Symbol.asyncDispose]())

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const finish = ({ compute }: Person, { id }: JobView): Promise<JobView> => compute.jobs.finished(id)
const counted = ({ workers }: JobView): number => workers.reduce((sum, { indices }) => sum + indices, 0)

describe('a job', () => {
  it('[W-30] counts the primes below 10^8 over three nodes, one of which dies on the way', async () => {
    const [ada, ben, cleo] = [await here.settle('Ada'), await here.settle('Ben'), await here.settle('Cleo')]
    const group = await here.together([ada, ben, cleo])
    const busy = ({ job }: { job: JobId }): boolean =>
      ada.compute.jobs.get(job)?.workers.some(one => one.device === ben.node.self.device && one.running.length > 0) ??
      false
    const began = happens(ada, busy)
    const job = await ada.compute.jobs.start({ group: group.id, module: 'primes', hi: 100_000_000 })
    await began
    await ben.node.stop()
    const result = await finish(ada, job)
    expect(result).toMatchObject({ state: 'done', sum: 5_761_455n, done: 100_000_000 })
    expect(counted(result)).toBe(100_000_000)
    expect(result.workers.every(({ slots }) => slots === 0)).toBe(true)
  })

  it('[W-30] paints the same picture as a single loop, part by part', async () => {
    const [ada, ben] = [await here.settle('Ada'), await here.settle('Ben')]
    const group = await here.together([ada, ben])
    const view = { width: 160, height: 120, iterations: 300, x: -0.6, y: 0, span: 3.2 }
    const input = mandelbrotInput(view)
    const expected = await locally(await readBuiltin('mandelbrot'), input, 0, view.height)
    const reduce = { kind: 'concat', bytesPerIndex: view.width * 4 } as const
    const picture = { module: 'mandelbrot', input, hi: view.height, reduce, media: 'image/rgba' } as const
    const job = await ada.compute.jobs.start({ group: group.id, ...picture })
    const canvas = new Uint8Array(expected.length)
    for await (const { lo, bytes } of ada.compute.jobs.parts(job.id)) canvas.set(bytes, lo * view.width * 4)
    expect(await finish(ada, job)).toMatchObject({ state: 'done', resultHash: sha256(expected), media: 'image/rgba' })
    expect(sha256(canvas)).toBe(sha256(expected))
    expect(sha256(ada.compute.jobs.contents(job.id))).toBe(sha256(expected))
    await looks(ben, job, ({ resultHash }) => resultHash === sha256(expected))
    expect(() => ben.compute.jobs.contents(job.id)).toThrow(/another device/)
  })

  it('[W-31] shows every member what runs, for whom, how far it is and how it ended', async () => {
    const [ada, ben] = [await here.settle('Ada'), await here.settle('Ben')]
    const group = await here.together([ada, ben])
    const spin = { group: group.id, module: fixture('spin'), input: rounds(500_000) }
    const job = await ada.compute.jobs.start({ ...spin, hi: 100_000_000, title: 'Spinning' })
    expect(await looks(ben, job, ({ done }) => done > 0)).toMatchObject({
      title: 'Spinning',
      state: 'running',
      local: false,
      coordinator: ada.node.self.device,
      account: ada.node.self.account
    })
    await expect.poll(() => ben.compute.work().some(({ parts }) => parts > 0), SLOW).toBe(true)
    expect(ben.compute.work()).toMatchObject([{ title: 'Spinning', device: ada.node.self.device, group: group.id }])
    const short = await ada.compute.jobs.start({ ...spin, hi: 20, title: 'Short' })
    ada.compute.jobs.cancel(job.id)
    const { sum } = await finish(ada, short)
    expect(sum).toBe(await localSum(fixture('spin'), rounds(500_000), 0, 20))
    expect(await finish(ben, short)).toMatchObject({ state: 'done', sum, done: 20, title: 'Short' })
    expect(await finish(ben, job)).toMatchObject({ state: 'cancelled' })
    expect(ben.compute.jobs.list().map(({ title }) => title)).toEqual(['Short', 'Spinning'])
    await expect.poll(() => ben.compute.work(), SLOW).toEqual([])
  })

  it('[W-32] is refused with the exact reason when its module or its options are wrong', async () => {
    const ada = await here.settle('Ada')
    const group = await here.together([ada])
    const start = (options: object): Promise<JobView> =>
      ada.compute.jobs.start({ group: group.id, module: 'primes', hi: 10, ...options })
    await expect(start({ module: fixture('logger') })).rejects.toMatchObject({
      code: 'MODULE_IMPORT',
      message: 'it imports "host.log"; the only import is the memory env.memory'
    })
    await expect(start({ module: Buffer.from('hello') })).rejects.toMatchObject({ code: 'MODULE_NOT_WASM' })
    await expect(start({ module: 'fractal' })).rejects.toMatchObject({ code: 'MODULE_UNKNOWN' })
    await expect(start({ memoryBytes: 65_536 })).rejects.toMatchObject({ code: 'MODULE_MEMORY' })
    await expect(start({ input: Uint8Array.of(1) })).rejects.toMatchObject({ code: 'MODULE_EXPORT' })
    await expect(start({ hi: 0 })).rejects.toMatchObject({ code: 'BAD_JOB' })
    await expect(start({ title: '' })).rejects.toMatchObject({ code: 'BAD_JOB' })
    await expect(start({ media: 'picture' })).rejects.toMatchObject({ code: 'BAD_JOB' })
    await expect(start({ reduce: { kind: 'concat', bytesPerIndex: 2 ** 21 } })).rejects.toMatchObject({
      code: 'BAD_JOB'
    })
    await expect(start({ group: 'bnothing' })).rejects.toMatchObject({ code: 'GROUP_UNKNOWN' })
    expect(ada.compute.jobs.list()).toEqual([])
  })

  it('[W-32] cannot be started by a reader', async () => {
    const [ada, ben] = [await here.settle('Ada'), await here.settle('Ben')]
    const group = await here.together([ada, ben], 'reader')
    const job = { group: group.id, module: 'primes', hi: 10 } as const
    await expect(ben.compute.jobs.start(job)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('[W-33] fails with the reason when a part fails three times, and leaves everybody up', async () => {
    const [ada, ben] = [await here.settle('Ada'), await here.settle('Ben')]
    const group = await here.together([ada, ben])
    const memoryBytes = 2 ** 23
    const run = async (module: string, hi: number, limitMs = 10_000): Promise<JobView> =>
      finish(ada, await ada.compute.jobs.start({ group: group.id, module: fixture(module), hi, limitMs, memoryBytes }))
    const trapped = await run('trap', 200)
    expect(trapped).toMatchObject({ state: 'failed', failure: { code: 'PART_TRAP' } })
    expect(trapped.failure?.text).toMatch(/failed 3 times: unreachable/)
    expect(await run('loop', 1, 1_000)).toMatchObject({ state: 'failed', failure: { code: 'PART_TIMEOUT' } })
    expect(await run('memory-bomb', 1)).toMatchObject({ state: 'failed', failure: { code: 'PART_MEMORY' } })
    expect(await run('flood', 1_000)).toMatchObject({ state: 'failed', failure: { code: 'PART_OUTPUT' } })
    expect(await run('count', 1_000)).toMatchObject({ state: 'done', sum: 1_000n })
    await looks(ben, trapped, ({ state }) => state === 'failed')
    expect(ben.compute.jobs.get(trapped.id)?.failure).toEqual(trapped.failure)
  })

  it('[W-35] stops everywhere when it is cancelled', async () => {
    const [ada, ben] = [await here.settle('Ada'), await here.settle('Ben')]
    const group = await here.together([ada, ben])
    const job = await ada.compute.jobs.start({ group: group.id, module: fixture('loop'), hi: 10 })
    await expect.poll(() => ben.compute.work().some(({ running }) => running > 0), SLOW).toBe(true)
    expect(() => ben.compute.jobs.cancel(job.id)).toThrow(/another device/)
    expect(ada.compute.jobs.cancel(job.id).state).toBe('cancelled')
    await expect.poll(() => ben.compute.work(), SLOW).toEqual([])
    await looks(ben, job, ({ state }) => state === 'cancelled')
  })

  it('[W-36] uses only those who share, from when to when they do', async () => {
    const [ada, ben] = [await here.settle('Ada'), await here.settle('Ben', { on: false })]
    const group = await here.together([ada, ben])
    const spin = { group: group.id, module: fixture('spin'), input: rounds(200_000) }
    const job = await ada.compute.jobs.start({ ...spin, hi: 100_000_000 })
    const share = (view: JobView) => view.workers.find(({ device }) => device === ben.node.self.device)
    expect(share(await looks(ada, job, view => share(view) !== undefined))).toMatchObject({ slots: 0, parts: 0 })
    ben.compute.share({ on: true })
    await looks(ada, job, view => (share(view)?.parts ?? 0) > 0)
    ben.compute.share({ on: false })
    await looks(ada, job, view => share(view)?.slots === 0 && share(view)?.running.length === 0)
    expect(ben.compute.sharing()).toEqual({ on: false, slots: 1 })
    expect(() => ben.compute.share({ slots: 0 })).toThrow(RangeError)
    ada.compute.jobs.cancel(job.id)
  })

  it('[W-43] says who refused its module and why, also when it is over', async () => {
    const [ada, ben] = [await here.settle('Ada'), await here.house('Ben')]
    const refuse: Plugin<void> = {
      name: 'compute',
      start({ groups, handle }) {
        groups.define(jobKind)
        groups.define(resultKind)
        handle(WORK, async stream => {
          const failure = { code: 'MODULE_COMPILE', text: 'not on this computer' } as const
          await stream.send(encodeToCoordinator({ type: 'refuse', failure }))
        })
      }
    }
    await ben.use(refuse)
    const group = await here.together([ada, { node: ben }])
    const spin = { group: group.id, module: fixture('spin'), input: rounds(200_000) }
    const job = await ada.compute.jobs.start({ ...spin, hi: 100_000_000 })
    const refused = { code: 'MODULE_COMPILE', text: 'not on this computer' }
    const said = (view: JobView) => view.workers.find(({ device }) => device === ben.self.device)?.refusal
    await looks(ada, job, view => said(view) !== undefined)
    expect(said(ada.compute.jobs.cancel(job.id))).toEqual(refused)
  })

  it('[W-36] remembers what the person chose over restarts', async () => {
    const ada = await here.settle('Ada')
    ada.compute.share({ on: false, slots: 3 })
    await ada.node.stop()
    expect((await here.settle('Ada')).compute.sharing()).toEqual({ on: false, slots: 3 })
  })
})
