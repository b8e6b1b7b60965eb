/**
 * compute: how much of two computers a job really uses, against the same WebAssembly in a single loop, and what a task
 * costs besides its own work. Two nodes over loopback, one slot each; beside them piscina, the pool of threads that people
 * use within one process, with one call for each task.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNode, type GroupId } from '@borgo/core'
import { compute, type JobView, type Jobs } from '@borgo/plugin-compute'
import { Piscina } from 'piscina'
import { load, SPIN } from './compute/spin.ts'
import { report } from './report.ts'

const RUNS = Number(process.env.BORGO_BENCH_RUNS ?? 3)
/** CPU time of one measurement, ms. */
const WORK_MS = Number(process.env.BORGO_BENCH_WORK_MS ?? 4_000)
const TASK_MS = [1, 10, 100]
const WORKERS = 2
const EMPTY_TASKS = 20_000

const module = readFileSync(SPIN)
const pluginOptions = { priority: 'normal', sharing: { on: true, slots: 1 } } as const

function input(rounds: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, rounds, true)
  return bytes
}

async function timed(work: () => unknown): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

/** The second computer: a process of its own. */
async function member(folder: string): Promise<void> {
  const node = await createNode({ folder, name: 'Ben', listen: ['/ip4/127.0.0.1/tcp/0'] })
  await node.use(compute(pluginOptions))
  process.on('message', (link: string) => void node.groups.join(link).then(() => process.send?.('joined')))
  process.send?.('started')
}

/** A group of two with everything warm: processes started, module loaded, speed known. */
async function village(
  root: string,
  children: ChildProcess[]
): Promise<{ jobs: Jobs; group: GroupId; stop(): Promise<void> }> {
  const child = fork(import.meta.filename, ['member', join(root, 'ben')])
  children.push(child)
  await once(child, 'message')
  const node = await createNode({ folder: join(root, 'ada'), name: 'Ada', listen: ['/ip4/127.0.0.1/tcp/0'] })
  const { jobs } = await node.use(compute(pluginOptions))
  const group = await node.groups.create({ name: 'Bench' })
  child.send((await group.invite()).link)
  await once(child, 'message')
  const warm = await jobs.start({ group: group.id, module, input: input(100_000), hi: 1_000_000 })
  const both = Promise.withResolvers<void>()
  const undo = jobs.subscribe(() => {
    const workers = jobs.get(warm.id)?.workers.filter(({ parts }) => parts > 3) ?? []
    if (workers.length === WORKERS) both.resolve()
  })
  await both.promise
  undo()
  jobs.cancel(warm.id)
  return { jobs, group: group.id, stop: () => node.stop() }
}

async function run(jobs: Jobs, group: GroupId, rounds: number, tasks: number): Promise<JobView> {
  const { id } = await jobs.start({ group, module, input: input(rounds), hi: tasks })
  const job = await jobs.finished(id)
  if (job.state !== 'done') throw new Error(`the job ${job.state}: ${job.failure?.text ?? ''}`)
  return job
}

async function measure(number: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
  const children: ChildProcess[] = []
  const filename = join(import.meta.dirname, 'compute/spin.ts')
  const pool = new Piscina({ filename, minThreads: WORKERS, maxThreads: WORKERS })
  const figure = (system: string, metric: string, value: number, unit: string): void =>
    report({ bench: 'compute', system, metric, value, unit, run: number })
  try {
    const loop = load()
    const calibration = 50_000_000
    loop(calibration, 0, 1)
    const roundsPerMs = calibration / (await timed(() => loop(calibration, 0, 1)))
    const { group, jobs, stop } = await village(root, children)
    await Promise.all([1, 2].map(() => pool.run({ rounds: calibration, lo: 0, hi: 1 })))

    for (const taskMs of TASK_MS) {
      const rounds = Math.round(roundsPerMs * taskMs)
      const tasks = Math.round(WORK_MS / taskMs)
      let expected = 0n
      const alone = await timed(() => (expected = loop(rounds, 0, tasks)))
      let sum = 0n
      const together = await timed(async () => (sum = (await run(jobs, group, rounds, tasks)).sum ?? 0n))
      let threads = 0n
      const pooled = await timed(async () => {
        const calls = Array.from({ length: tasks }, (_, lo) => pool.run({ rounds, lo, hi: lo + 1 }) as Promise<bigint>)
        threads = (await Promise.all(calls)).reduce((total, part) => total + part, 0n)
      })
      if (sum !== expected || threads !== expected) throw new Error('the results differ')
      const metric = `efficiency at ${taskMs} ms tasks, ${WORKERS} workers`
      figure('borgo', metric, alone / together / WORKERS, 'ratio')
      figure('piscina', metric, alone / pooled / WORKERS, 'ratio')
    }

    figure(
      'borgo',
      'overhead per task',
      (1_000 * (await timed(() => run(jobs, group, 0, EMPTY_TASKS)))) / EMPTY_TASKS,
      'us'
    )
    const calls = (): Promise<unknown> =>
      Promise.all(Array.from({ length: EMPTY_TASKS }, (_, lo) => pool.run({ rounds: 0, lo, hi: lo + 1 })))
    figure('piscina', 'overhead per task', (1_000 * (await timed(calls))) / EMPTY_TASKS, 'us')
    figure('borgo', 'a job of one empty task', await timed(() => run(jobs, group, 0, 1)), 'ms')
    await stop()
  } finally {
    await pool.destroy()
    for (const child of children) child.kill('SIGKILL')
    await rm(root, { recursive: true, force: true })
  }
}

const [role, folder = ''] = process.argv.slice(2)
if (role === 'member') await member(folder)
else for (let number = 1; number <= RUNS; number++) await measure(number)
