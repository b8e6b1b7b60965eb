/**
 * connect: from dialling to the first byte of an answer, over loopback, dialler and answerer in processes of their own and
 * every dial by a node that was just started. Beside it libp2p as it comes, without what Borgo adds: checking who may
 * open, and saying that a stream was let in. `attacked`: while another host holds 300 half-open connections. `dht_meet`:
 * from the start of two members that both moved and know only a node of the DHT until they are connected.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createNode } from '@borgo/core'
import type { BorgoNode, PluginContext, Protocol } from '@borgo/core'
import { noise } from '@chainsafe/libp2p-noise'
import { encode } from '@ipld/dag-cbor'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { lpStream } from '@libp2p/utils'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { percentile, report } from './report.ts'

const RUNS = Number(process.env.BORGO_BENCH_RUNS ?? 3)
const DIALS = Number(process.env.BORGO_BENCH_DIALS ?? 20)
const HALF_OPEN = 300
const TCP = '/ip4/127.0.0.1/tcp/0'
const CIRCUIT = '/p2p-circuit'

const ECHO: Protocol = {
  id: '/borgo/bench/echo/1',
  access: 'anyone',
  maxMessageBytes: 1_024,
  maxStreamsPerPeer: 8,
  idleMs: 10_000
}

type Encryption = 'tls' | 'noise'

/** libp2p's default of five connections a second from one host would end the benchmark. */
const connectionManager = { inboundConnectionThreshold: 1_000 }

const open = async (folder: string, options: Partial<Parameters<typeof createNode>[0]> = {}): Promise<BorgoNode> =>
  await createNode({ folder, name: 'Bench', listen: [TCP], ...options })

/** The node's own end of the benchmark's protocol. */
const echoing = (node: BorgoNode): Promise<PluginContext> =>
  node.use({
    name: 'bench',
    start(context) {
      context.handle(ECHO, async stream => {
        for (let message = await stream.receive(); message; message = await stream.receive()) await stream.send(message)
      })
      return context
    }
  })

const plain = (encryption: Encryption, listen: string[]) =>
  createLibp2p({
    addresses: { listen },
    transports: [tcp(), webSockets(), circuitRelayTransport()],
    connectionEncrypters: [encryption === 'tls' ? tls() : noise()],
    streamMuxers: [yamux()],
    connectionManager,
    services: { identify: identify() }
  })

/** Answers as Borgo does: the opening, then every message. */
async function answerBorgo(stream: Stream): Promise<void> {
  const messages = lpStream(stream)
  await messages.read()
  await messages.write(encode({ refused: null }))
  await messages.write(await messages.read())
}

async function answerPlain(stream: Stream): Promise<void> {
  const messages = lpStream(stream)
  await messages.write(await messages.read())
}

interface Ready {
  addresses: string[]
  link?: string | undefined
}

const tell = (ready: Ready): void => void process.send?.(ready)

/** What a child process does, by its role. */
const ROLES: Record<string, (folder: string, ...more: string[]) => Promise<void>> = {
  async borgo(folder, listen = TCP) {
    const node = await open(folder, { listen: [listen] })
    await echoing(node)
    tell({ addresses: node.addresses() })
  },
  async 'borgo-relay'(folder) {
    const node = await open(folder)
    const group = await node.groups.create({ name: 'Bench' })
    tell({ addresses: node.addresses(), link: (await group.invite()).link })
  },
  async 'borgo-hidden'(folder, link = '') {
    const node = await open(folder, { listen: [], reserve: 'always' })
    await echoing(node)
    await node.groups.join(link)
    while (node.addresses().length === 0) await sleep(10)
    tell({ addresses: node.addresses() })
  },
  async libp2p(_folder, encryption, listen = TCP) {
    const node = await plain(encryption as Encryption, [listen])
    await node.handle(ECHO.id, answerPlain)
    await node.handle(BORGO_WIRE, answerBorgo)
    tell({ addresses: node.getMultiaddrs().map(String) })
  },
  async 'libp2p-relay'() {
    const node = await createLibp2p({
      addresses: { listen: [TCP] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionManager,
      services: { identify: identify(), relay: circuitRelayServer() }
    })
    tell({ addresses: node.getMultiaddrs().map(String) })
  },
  async 'libp2p-hidden'(_folder, relay = '') {
    const node = await plain('noise', [`${relay}${CIRCUIT}`])
    await node.handle(ECHO.id, answerPlain, { runOnLimitedConnection: true })
    while (node.getMultiaddrs().length === 0) await sleep(10)
    tell({ addresses: node.getMultiaddrs().map(String) })
  }
}

/** Borgo's wire, answered by libp2p alone: the only way to dial what speaks nothing but Noise. */
const BORGO_WIRE = '/borgo/bench/noise/1'

class Household {
  readonly #root: string
  readonly #children: ChildProcess[] = []
  #folders = 0

  constructor(root: string) {
    this.#root = root
  }

  folder(): string {
    return join(this.#root, String(this.#folders++))
  }

  async start(role: string, ...more: string[]): Promise<Ready> {
    const child = fork(import.meta.filename, [role, this.folder(), ...more])
    this.#children.push(child)
    return ((await once(child, 'message')) as [Ready])[0]
  }

  stop(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }
}

const message = new TextEncoder().encode('hello')

async function dialBorgo(folder: string, address: string, protocol: Protocol = ECHO): Promise<number> {
  const node = await open(folder, { listen: [] })
  const context = await echoing(node)
  try {
    const begin = performance.now()
    const stream = await context.open(await node.dial(address), protocol)
    await stream.send(message)
    await stream.receive()
    return performance.now() - begin
  } finally {
    await node.stop()
  }
}

async function dialPlain(encryption: Encryption, address: string): Promise<number> {
  const node = await plain(encryption, [])
  try {
    const begin = performance.now()
    const stream = await node.dialProtocol(multiaddr(address), ECHO.id, { runOnLimitedConnection: true })
    const messages = lpStream(stream)
    await messages.write(message)
    await messages.read()
    return performance.now() - begin
  } finally {
    await node.stop()
  }
}

/**
 * ms until two members are connected that find each other through the DHT alone: whoever is alone waits 5 to 10 s first, and
 * who comes too early for the other's note again. They only ask, since those who serve a small table all meet there.
 */
async function meetThroughDht(folders: [string, string], hub: string): Promise<number> {
  const both = (bootstrap: string[]): Promise<BorgoNode[]> =>
    Promise.all(folders.map(folder => open(folder, { bootstrap, dht: bootstrap.length === 0 ? 'off' : 'client' })))
  const [ada, ben] = (await both([])) as [BorgoNode, BorgoNode]
  const group = await ada.groups.create({ name: 'Bench' })
  await ben.groups.join((await group.invite()).link)
  await Promise.all([ada.stop(), ben.stop()])
  const begin = performance.now()
  const [one, other] = (await both([hub])) as [BorgoNode, BorgoNode]
  while (!one.peers.get(other.self.device)) await sleep(10)
  const takenMs = performance.now() - begin
  await Promise.all([one.stop(), other.stop()])
  return takenMs
}

async function measure(run: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
  const household = new Household(root)
  const times = async (system: string, way: string, dial: () => Promise<number>): Promise<void> => {
    // The first dial of a kind compiles its code.
    await dial()
    const taken: number[] = []
    for (let dials = 0; dials < DIALS; dials++) taken.push(await dial())
    for (const [name, share] of [
      ['p50', 0.5],
      ['p95', 0.95]
    ] as const)
      report({ bench: 'connect', system, metric: `${way}_${name}`, value: percentile(taken, share), unit: 'ms', run })
  }
  const first = ({ addresses }: Ready): string => addresses[0] ?? ''
  try {
    const ours = {
      tcp: first(await household.start('borgo')),
      webSocket: first(await household.start('borgo', `${TCP}/ws`)),
      relayed: ''
    }
    const ourRelay = await household.start('borgo-relay')
    ours.relayed = first(await household.start('borgo-hidden', ourRelay.link ?? ''))
    const theirs = {
      tls: first(await household.start('libp2p', 'tls')),
      noise: first(await household.start('libp2p', 'noise')),
      webSocket: first(await household.start('libp2p', 'noise', `${TCP}/ws`)),
      relayed: ''
    }
    const theirRelay = await household.start('libp2p-relay')
    theirs.relayed = first(await household.start('libp2p-hidden', first(theirRelay)))

    await times('borgo', 'tcp_tls', () => dialBorgo(household.folder(), ours.tcp))
    await times('borgo', 'tcp_noise', () => dialBorgo(household.folder(), theirs.noise, { ...ECHO, id: BORGO_WIRE }))
    await times('borgo', 'websocket_tls', () => dialBorgo(household.folder(), ours.webSocket))
    await times('borgo', 'relayed_tls', () => dialBorgo(household.folder(), ours.relayed))
    await times('libp2p', 'tcp_tls', () => dialPlain('tls', theirs.tls))
    await times('libp2p', 'tcp_noise', () => dialPlain('noise', theirs.noise))
    await times('libp2p', 'websocket_noise', () => dialPlain('noise', theirs.webSocket))
    await times('libp2p', 'relayed_noise', () => dialPlain('noise', theirs.relayed))

    const meetMs = await meetThroughDht([household.folder(), household.folder()], ours.tcp)
    report({ bench: 'connect', system: 'borgo', metric: 'dht_meet', value: meetMs, unit: 'ms', run })

    const attacker = attack(Number(/tcp\/(\d+)/.exec(ours.tcp)?.[1]))
    await times('borgo', 'attacked', () => dialBorgo(household.folder(), ours.tcp))
    attacker.stop()
  } finally {
    household.stop()
    await rm(root, { recursive: true, force: true })
  }
}

/** Keeps as many connections half open as it can: each that is closed is opened again. */
function attack(port: number): { stop(): void } {
  let isOver = false
  const sockets = new Set<ReturnType<typeof connect>>()
  const hold = (): void => {
    if (isOver) return
    const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' })
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.resume()
    socket.once('close', () => {
      sockets.delete(socket)
      setTimeout(hold, 100)
    })
  }
  for (let held = 0; held < HALF_OPEN; held++) hold()
  return {
    stop() {
      isOver = true
      for (const socket of sockets) socket.destroy()
    }
  }
}

const [role, folder = '', ...more] = process.argv.slice(2)
if (role !== undefined) await ROLES[role]?.(folder, ...more)
else for (let run = 1; run <= RUNS; run++) await measure(run)
