/**
 * start: from spawn to a ready API, on an empty folder and again on the same one, and the memory of the node once it has
 * been idle for a while. Beside it a process with the same libp2p modules and nothing else: what the transport costs.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { report } from './report.ts'

const RUNS = Number(process.env.BORGO_BENCH_RUNS ?? 5)
/** Until memory is read, ms. */
const SETTLE_MS = 10_000

const BORGO = join(import.meta.dirname, '../../apps/node/src/bin.ts')
const BARE = join(import.meta.dirname, 'start/bare-libp2p.ts')
/** As the installed program and `npm start` run it. */
const FLAGS = ['--max-semi-space-size=4']
/** Compiled code of earlier starts, for both alike; the first run of each fills it. */
const CACHE = await mkdtemp(join(tmpdir(), 'borgo-bench-cache-'))

interface Measured {
  readyMs: number
  rssMb: number
}

/** Resident memory of a process, MB. */
function rssMb(pid: number): number {
  const [, kib = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return (Number(kib) * 1_024) / 1e6
}

/** Ready is when the first line of stdout is there. */
async function measure(args: readonly string[], settleMs: number): Promise<Measured> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('BORGO_'))
  const env = { ...Object.fromEntries(own), NODE_COMPILE_CACHE: CACHE }
  const begun = performance.now()
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'close').then(() => {
        throw new Error(`${args.join(' ')} ended with ${child.exitCode} before it was ready`)
      })
    ])
    const readyMs = performance.now() - begun
    await sleep(settleMs)
    return { readyMs, rssMb: rssMb(child.pid ?? 0) }
  } finally {
    child.kill()
    if (child.exitCode === null) await once(child, 'close')
  }
}

await measure([...FLAGS, BARE], 0)
for (let run = 1; run <= RUNS; run += 1) {
  const folder = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
  const loopback = ['--listen', '/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws', '--no-mdns', '--api-port', '0']
  const start = [...FLAGS, BORGO, 'start', '--json', '--data', folder, ...loopback]
  try {
    const first = await measure(start, 0)
    const again = await measure(start, SETTLE_MS)
    const bare = await measure([...FLAGS, BARE], SETTLE_MS)
    const figures: [string, string, number, string][] = [
      ['borgo', 'ready, empty folder', first.readyMs, 'ms'],
      ['borgo', 'ready', again.readyMs, 'ms'],
      ['borgo', 'idle RSS', again.rssMb, 'MB'],
      ['bare libp2p', 'ready', bare.readyMs, 'ms'],
      ['bare libp2p', 'idle RSS', bare.rssMb, 'MB']
    ]
    for (const [system, metric, value, unit] of figures) report({ bench: 'start', system, metric, value, unit, run })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
await rm(CACHE, { recursive: true, force: true })
