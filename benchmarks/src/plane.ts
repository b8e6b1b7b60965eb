/**
 * plane: large amounts from one node to another over loopback, each a process of its own: on the bulk plane, and as
 * messages over streams of the libp2p connection. Both carry the same whole messages with the same checks. Beside them
 * node:tls alone: one socket, the same encryption, no messages. CPU is that of both ends, per gigabyte.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report, System } from './plane/end.ts'
import { report } from './report.ts'

const RUNS = Number(process.env.BORGO_BENCH_RUNS ?? 3)
/** Bytes of each transfer. */
const BYTES = Number(process.env.BORGO_BENCH_PLANE_BYTES ?? 2_147_483_648)
const SYSTEMS: System[] = ['borgo-bulk', 'borgo-messages', 'node-tls']
const END = join(import.meta.dirname, 'plane', 'end.ts')

async function measure(system: System, run: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
  const receiver = fork(END, [system, 'receive', join(folder, 'receiver'), String(BYTES)])
  try {
    const [place] = (await once(receiver, 'message')) as [string]
    const sender = fork(END, [system, 'send', join(folder, 'sender'), String(BYTES), place])
    try {
      const [[sent], [received]] = (await Promise.all([once(sender, 'message'), once(receiver, 'message')])) as [
        [Report],
        [Report]
      ]
      if (received.bytes !== BYTES) throw new Error(`${system}: ${received.bytes} bytes of ${BYTES} arrived`)
      const tell = (metric: string, value: number, unit: string): void =>
        report({ bench: 'plane', system, metric, value, unit, run })
      tell('throughput', BYTES / 1e6 / received.seconds, 'MB/s')
      tell('cpu_s_per_gb', (sent.cpuSeconds + received.cpuSeconds) / (BYTES / 1e9), 'CPU-s/GB')
      tell('peak memory', Math.max(sent.peakRssBytes, received.peakRssBytes) / 1e6, 'MB')
    } finally {
      sender.kill('SIGKILL')
    }
  } finally {
    receiver.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
}

for (let run = 1; run <= RUNS; run++) for (const system of SYSTEMS) await measure(system, run)
