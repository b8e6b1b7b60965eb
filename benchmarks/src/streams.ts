/**
 * streams: 1,000 streams that are open at once between two processes over loopback, each of which brings messages of
 * 64 KiB back. What the answering process then holds, beside libp2p's own with the same encryption and multiplexer. No
 * stream is closed before all of them got their answers.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNode } from '@borgo/core'
import type { BorgoNode, PluginContext, Protocol } from '@borgo/core'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { report } from './report.ts'

const RUNS = Number(process.env.BORGO_BENCH_RUNS ?? 3)
const STREAMS = Number(process.env.BORGO_BENCH_STREAMS ?? 1_000)
/** Messages on each stream, one after the other. */
const MESSAGES = 4
const MESSAGE_BYTES = 65_536
const TCP = '/ip4/127.0.0.1/tcp/0'
/** As the installed program runs. */
const FLAGS = ['--max-semi-space-size=4']

const ECHO: Protocol = {
  id: '/borgo/bench/streams/1',
  access: 'anyone',
  maxMessageBytes: MESSAGE_BYTES,
  maxStreamsPerPeer: 1_024,
  idleMs: 600_000
}
const limits = { maxInboundStreams: 1_024, maxOutboundStreams: 1_024 }

/** One stream, from its opener's side. */
interface Echo {
  ask(message: Uint8Array): Promise<Uint8Array>
}

const started = async (folder: string): Promise<{ node: BorgoNode; context: PluginContext }> => {
  const node = await createNode({ folder, name: 'Bench', listen: [TCP] })
  return { node, context: await node.use({ name: 'bench', start: context => context }) }
}
const plain = () =>
  createLibp2p({
    addresses: { listen: [TCP] },
    transports: [tcp()],
    connectionEncrypters: [tls()],
    // libp2p's 10 closes a connection on which so many streams begin at once.
    streamMuxers: [yamux({ ...limits, maxEarlyStreams: 1_024 })],
    // Its monitor ends a connection whose ends are busy, as Borgo's does not.
    connectionMonitor: { enabled: false },
    services: { identify: identify() }
  })

/** Answer everything, and tell where. */
const ANSWERING: Record<string, (folder: string) => Promise<string>> = {
  async borgo(folder) {
    const { context, node } = await started(folder)
    context.handle(ECHO, async stream => {
      for await (const message of stream) await stream.send(message)
    })
    return node.addresses()[0] ?? ''
  },
  async libp2p() {
    const node = await plain()
    const answer = async (messages: ReturnType<typeof lpStream>): Promise<void> => {
      for (;;) await messages.write(await messages.read())
    }
    await node.handle(ECHO.id, stream => void answer(lpStream(stream)).catch(() => undefined), limits)
    return node.getMultiaddrs().map(String)[0] ?? ''
  }
}
/** Open one stream after the other to an address. */
const OPENING: Record<string, (folder: string, address: string) => Promise<() => Promise<Echo>>> = {
  async borgo(folder, address) {
    const { context, node } = await started(folder)
    const peer = await node.dial(address)
    return async () => {
      const stream = await context.open(peer, ECHO)
      return {
        async ask(message) {
          await stream.send(message)
          return (await stream.receive()) ?? new Uint8Array()
        }
      }
    }
  },
  async libp2p(_folder, address) {
    const node = await plain()
    const connection = await node.dial(multiaddr(address))
    return async () => {
      const messages = lpStream(await connection.newStream(ECHO.id, limits))
      return {
        async ask(message) {
          await messages.write(message)
          return (await messages.read()).subarray()
        }
      }
    }
  }
}

/** Opens all, asks on all at once, and keeps them; resolves to how long that took, s. */
async function load(open: () => Promise<Echo>): Promise<number> {
  const begun = performance.now()
  const streams: Echo[] = []
  for (let count = 0; count < STREAMS; count++) streams.push(await open())
  const message = new Uint8Array(MESSAGE_BYTES).fill(7)
  await Promise.all(
    streams.map(async ({ ask }) => {
      for (let sent = 0; sent < MESSAGES; sent++)
        if ((await ask(message)).length !== MESSAGE_BYTES) throw new Error('an answer is not whole')
    })
  )
  return (performance.now() - begun) / 1e3
}

/** Resident memory of a process, now and at most, MB. */
function memoryOf(pid: number): { rss: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const read = (name: string): number =>
    (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1_024) / 1e6
  return { rss: read('VmRSS'), peak: read('VmHWM') }
}

/** Processor time that a process used, s; in hundredths (proc_pid_stat(5)). */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}

async function measure(system: string, run: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
  const start = (...parts: string[]) => fork(import.meta.filename, [system, ...parts], { execArgv: FLAGS })
  const answering = start('answer', join(root, 'answering'))
  try {
    const [address] = (await once(answering, 'message')) as [string]
    const idle = memoryOf(answering.pid ?? 0)
    const cpuBefore = cpuSecondsOf(answering.pid ?? 0)
    const opening = start('open', join(root, 'opening'), address)
    try {
      const [seconds] = (await once(opening, 'message')) as [number]
      const busy = memoryOf(answering.pid ?? 0)
      const figures: [string, number, string][] = [
        ['RSS before', idle.rss, 'MB'],
        [`RSS with ${STREAMS} streams`, busy.rss, 'MB'],
        ['peak RSS', busy.peak, 'MB'],
        ['CPU', cpuSecondsOf(answering.pid ?? 0) - cpuBefore, 's'],
        ['time', seconds, 's']
      ]
      for (const [metric, value, unit] of figures) report({ bench: 'streams', system, metric, value, unit, run })
    } finally {
      opening.kill('SIGKILL')
    }
  } finally {
    answering.kill('SIGKILL')
    await rm(root, { recursive: true, force: true })
  }
}

const [system, role, folder = '', address = ''] = process.argv.slice(2)
if (system === undefined) {
  for (let run = 1; run <= RUNS; run++) for (const one of Object.keys(ANSWERING)) await measure(one, run)
} else if (role === 'answer') process.send?.(await ANSWERING[system]?.(folder))
else {
  const open = await OPENING[system]?.(folder, address)
  if (open) process.send?.(await load(open))
}
