/**
 * content: one file from one sender to one and to three receivers over loopback, each a process of its own; from the
 * word "go" to the last copy on disk. CPU is that of all processes, per gigabyte received. Beside us: plain node:http
 * (no encryption, nothing verified), and Hyperdrive over TCP (encrypted, verified).
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { randomFillSync } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { digestOf } from './content/peer.ts'
import type { Offer, Order, Usage } from './content/peer.ts'
import { report } from './report.ts'

const RUNS = Number(process.env.BORGO_BENCH_RUNS ?? 3)
/** Bytes of the file. */
const BYTES = Number(process.env.BORGO_BENCH_CONTENT_BYTES ?? 1_073_741_824)
const SYSTEMS = (process.env.BORGO_BENCH_SYSTEMS ?? 'borgo,http,hyperdrive').split(',')
const RECEIVERS = [1, 3]
const PEER = join(import.meta.dirname, 'content', 'peer.ts')

async function writeRandom(path: string): Promise<void> {
  await using file = await open(path, 'wx')
  const chunk = Buffer.alloc(8_388_608)
  for (let left = BYTES; left > 0; left -= chunk.length)
    await file.write(randomFillSync(chunk), 0, Math.min(left, chunk.length))
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [{ value: T; error?: string }]
  if (message.error) throw new Error(message.error)
  return message.value
}

function order<T>(child: ChildProcess, what: Order): Promise<T> {
  const reply = answer<T>(child)
  child.send(what)
  return reply
}

async function measure(system: string, receivers: number, source: string, digest: string, run: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
  const children: ChildProcess[] = []
  const start = async (name: string): Promise<ChildProcess> => {
    const child = fork(PEER, [system, join(root, name)])
    children.push(child)
    await answer(child)
    return child
  }
  const tell = (metric: string, value: number, unit: string): void =>
    report({ bench: 'content', system, metric: `${metric} 1:${receivers}`, value, unit, run })
  try {
    const sender = await start('sender')
    const began = performance.now()
    const offer = await order<Offer>(sender, { do: 'offer', file: source, receivers })
    if (receivers === 1 && system !== 'http') tell('offer', BYTES / 1e3 / (performance.now() - began), 'MB/s')
    const others: ChildProcess[] = []
    for (let index = 0; index < receivers; index++) others.push(await start(`receiver-${index}`))
    for (const other of others) await order(other, { do: 'join', offer })
    for (const child of children) await order<Usage>(child, { do: 'usage' })

    const files = others.map((_, index) => join(root, `copy-${index}`))
    const go = performance.now()
    await Promise.all(others.map((other, index) => order(other, { do: 'receive', offer, file: files[index] ?? '' })))
    const seconds = (performance.now() - go) / 1e3
    const usages: Usage[] = []
    for (const child of children) usages.push(await order<Usage>(child, { do: 'usage' }))
    for (const file of files)
      if ((await digestOf(file)) !== digest) throw new Error(`${system}: a copy is not the same`)

    const cpu = usages.reduce((sum, usage) => sum + usage.cpuSeconds, 0)
    tell('throughput', (BYTES * receivers) / 1e6 / seconds, 'MB/s')
    tell('cpu', cpu / ((BYTES * receivers) / 1e9), 'CPU-s/GB')
    tell('peak memory', Math.max(...usages.map(usage => usage.peakRssBytes)) / 1e6, 'MB')
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await rm(root, { recursive: true, force: true })
  }
}

const folder = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
try {
  const source = join(folder, 'file')
  await writeRandom(source)
  const digest = await digestOf(source)
  for (let run = 1; run <= RUNS; run++)
    for (const receivers of RECEIVERS)
      for (const system of SYSTEMS)
        try {
          await measure(system, receivers, source, digest, run)
        } catch (error) {
          process.stderr.write(`content: ${system} 1:${receivers}: ${String(error)}\n`)
          if (system === 'borgo') process.exitCode = 1
        }
} finally {
  await rm(folder, { recursive: true, force: true })
}
