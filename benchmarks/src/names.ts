/**
 * names: how long until a name is found, over loopback, among 100 nodes in four processes (25 whole nodes in each: two
 * cores do not carry a hundred processes). `first`: until the first record; `all`: until everybody was asked. Each node
 * asks for names of others that it never asked for (`cold`), and again at once (`cached`). Names of a group are asked for
 * among as many nodes that have nothing but that group: with the connections of a distributed table beside it, joining
 * waits for the two cores. Beside it @libp2p/kad-dht as it comes, on as many libp2p nodes in the same places, connected in
 * the same way.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { createNode } from '@borgo/core'
import type { NameScope } from '@borgo/core'
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import type { KadDHT } from '@libp2p/kad-dht'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { percentile, report } from './report.ts'

const RUNS = Number(process.env.BORGO_BENCH_RUNS ?? 1)
const NODES = Number(process.env.BORGO_BENCH_NODES ?? 100)
/** Names that are looked for, each in turn. */
const NAMES = Math.min(NODES - 1, Number(process.env.BORGO_BENCH_NAMES ?? NODES))
const PROCESSES = 4
/** Nodes that each node dials when it comes. */
const DIALS = 6
/** A routing table of so many nodes, or of nearly all, counts as filled. */
const FILLED = Math.min(15, Math.floor(NODES / 2))
const LOOK_MS = 100
const TCP = '/ip4/127.0.0.1/tcp/0'
const DATA = new Uint8Array(256).fill(7)

interface Found {
  firstMs: number
  allMs: number
}

/** One node, as the benchmark works with it. */
interface Inhabitant {
  address(): string
  dial(address: string): Promise<void>
  /** Nodes in the routing table. */
  known(): number
  /** Opens a group to everybody who has the link. */
  found(): Promise<string>
  join(link: string): Promise<void>
  /** Resolves when others have it. */
  publish(label: string, scope: NameScope): Promise<string>
  find(name: string, scope: NameScope): Promise<Found | undefined>
  stop(): Promise<void>
}

/** Times what an iteration brings; undefined when that is nothing. */
async function timed(records: AsyncIterable<unknown>): Promise<Found | undefined> {
  const begin = performance.now()
  let firstMs: number | undefined
  for await (const _record of records) firstMs ??= performance.now() - begin
  return firstMs === undefined ? undefined : { firstMs, allMs: performance.now() - begin }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(LOOK_MS)
}

async function borgo(folder: string, dht: 'auto' | 'off'): Promise<Inhabitant> {
  // All come from one host, where a node takes 64 strangers otherwise; two that dial each other at once have two connections.
  const strangers = { perHost: 2 * NODES, inAll: 2 * NODES }
  const node = await createNode({ folder, name: 'Bench', listen: [TCP], reserve: 'never', strangers, dht })
  return {
    address: () => node.addresses()[0] ?? '',
    async dial(address) {
      await node.dial(address)
    },
    known: () => node.names.directory().lan.peers,
    async found() {
      const group = await node.groups.create({ name: 'Bench' })
      return (await group.invite({ uses: NODES })).link
    },
    async join(link) {
      await node.groups.join(link)
    },
    async publish(label, scope) {
      const [group] = node.groups.list()
      const place = { scope, ...(scope === 'group' && group && { group: group.id }) }
      const { name } = await node.names.register(label, { ...place, data: DATA })
      const isOut = (): boolean =>
        node.names
          .registered()
          .some(one => one.label === label && one.announcedAt !== undefined && (scope !== 'global' || one.holders > 0))
      await until(isOut)
      return name
    },
    find: (name, scope) => timed(node.names.resolve(name, { scope })),
    stop: () => node.stop()
  }
}

async function kad(): Promise<Inhabitant> {
  const node = await createLibp2p({
    addresses: { listen: [TCP] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // libp2p's default of five connections a second from one host would end the benchmark.
    connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 1_000 },
    services: {
      identify: identify(),
      ping: ping(),
      dht: kadDHT({
        protocol: '/bench/kad/1',
        clientMode: false,
        peerInfoMapper: passthroughMapper,
        validators: { bench: () => Promise.resolve() },
        selectors: { bench: () => 0 }
      })
    }
  })
  const dht = node.services.dht as KadDHT & { routingTable: { size: number } }
  const keyOf = (name: string): Uint8Array =>
    Buffer.concat([Buffer.from('/bench/'), createHash('sha256').update(name).digest()])
  const nothing = (): Promise<never> => Promise.reject(new Error('kad-dht has no groups'))
  return {
    address: () => String(node.getMultiaddrs()[0]),
    async dial(address) {
      await node.dial(multiaddr(address))
    },
    known: () => dht.routingTable.size,
    found: nothing,
    join: nothing,
    async publish(label) {
      const name = `${node.peerId}/${label}`
      for await (const _event of dht.put(keyOf(name), DATA));
      return name
    },
    find: name => timed(values(dht, keyOf(name))),
    stop: async () => await node.stop()
  }
}

async function* values(dht: KadDHT, key: Uint8Array): AsyncIterable<Uint8Array> {
  for await (const event of dht.get(key)) if (event.name === 'VALUE') yield event.value
}

const note = (text: string): void => void process.stderr.write(`names: ${text}\n`)

type Method = keyof Inhabitant
interface Call {
  id: number
  node: number
  method: Method
  args: string[]
}
interface Answer {
  id: number
  value?: unknown
  error?: string
}

/** A process full of nodes: does what it is told. */
async function inhabit(system: string, folder: string, count: number): Promise<void> {
  const nodes: Inhabitant[] = []
  for (let at = 0; at < count; at++)
    nodes.push(await (system === 'kad' ? kad() : borgo(join(folder, String(at)), system === 'borgo' ? 'auto' : 'off')))
  const answer = (message: Answer): void => void process.send?.(message)
  // Nobody is left to tell it what to do.
  process.once('disconnect', () => process.exit())
  process.on('message', ({ id, node, method, args }: Call) => {
    const run = nodes[node]?.[method] as (...args: string[]) => unknown
    Promise.resolve()
      .then(() => run(...args))
      .then(
        value => answer({ id, value }),
        (error: unknown) => answer({ id, error: inspect(error) })
      )
  })
  answer({ id: 0 })
}

/** All nodes of one system, in their processes. */
class Village implements AsyncDisposable {
  readonly #children: ChildProcess[] = []
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  readonly #perProcess = Math.ceil(NODES / PROCESSES)
  #calls = 0

  async settle(system: string, root: string): Promise<void> {
    const ready = Array.from({ length: PROCESSES }, async (_, at) => {
      const folder = join(root, `${system}-${at}`)
      const child = fork(import.meta.filename, [system, folder, String(this.#perProcess)])
      this.#children.push(child)
      const first = Promise.withResolvers<void>()
      child.once('exit', code => first.reject(new Error(`a process ended with ${code}`)))
      child.on('message', ({ id, value, error }: Answer) => {
        if (id === 0) return first.resolve()
        const waiting = this.#waiting.get(id)
        this.#waiting.delete(id)
        if (error === undefined) waiting?.resolve(value)
        else waiting?.reject(new Error(error))
      })
      await first.promise
    })
    await Promise.all(ready)
  }

  call<M extends Method>(at: number, method: M, ...args: string[]): Promise<Awaited<ReturnType<Inhabitant[M]>>> {
    const call: Call = { id: ++this.#calls, node: Math.floor(at / PROCESSES), method, args }
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.set(call.id, answer)
    this.#children[at % PROCESSES]?.send(call)
    return answer.promise as Promise<Awaited<ReturnType<Inhabitant[M]>>>
  }

  /** A node that has all the connections that it may have refuses some. */
  async dial(at: number, address: string): Promise<void> {
    await this.call(at, 'dial', address).catch((error: unknown) => note(String(error)))
  }

  /** Every node dials a few of those that came before it; then all tables fill. */
  async connect(): Promise<void> {
    const addresses: string[] = []
    for (let at = 0; at < NODES; at++) {
      const address = await this.call(at, 'address')
      const others = at === 0 ? [] : Array.from({ length: DIALS }, (_, dial) => neighbour(at, dial))
      for (const other of new Set(others)) await this.dial(at, addresses[other] ?? '')
      addresses.push(address)
    }
    await until(async () => {
      const known = await Promise.all(addresses.map((_, at) => this.call(at, 'known')))
      return Math.min(...known) >= FILLED
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) {
      child.removeAllListeners('exit')
      child.kill('SIGKILL')
    }
    return Promise.resolve()
  }
}

/** One that came before this one, the same in every run; spread by the golden ratio. */
const neighbour = (at: number, dial: number): number => Math.floor(((at * 0.618_034 + dial * 0.381_966) % 1) * at)

/** The neighbour that a node dialled first, or another node that has nothing to do with it. */
const askerFor = (owner: number, scope: NameScope): number =>
  scope === 'link' ? neighbour(owner, 0) : (owner + Math.floor(NODES / 2) + 1) % NODES

async function measure(village: Village, system: string, scope: NameScope, run: number): Promise<void> {
  const owners = Array.from({ length: NAMES }, (_, at) => NODES - 1 - at)
  const names = new Map<number, string>()
  for (const owner of owners) names.set(owner, await village.call(owner, 'publish', `bench-${scope}`, scope))
  if (scope === 'link')
    for (const owner of owners) await village.dial(askerFor(owner, scope), await village.call(owner, 'address'))
  const ask = async (owner: number): Promise<Found | undefined> =>
    await village.call(askerFor(owner, scope), 'find', names.get(owner) ?? '', scope)
  // A record of a group is on its way to the members; the next question is as new to the one who asks.
  if (scope === 'group') for (const owner of owners) await until(async () => (await ask(owner)) !== undefined)
  const found: Record<'cold' | 'cached', (Found | undefined)[]> = { cold: [], cached: [] }
  for (const owner of owners) {
    found.cold.push(await ask(owner))
    found.cached.push(await ask(owner))
  }
  for (const [way, times] of Object.entries(found)) {
    const known = times.filter(time => time !== undefined)
    const figure = (metric: string, value: number, unit: string): void =>
      report({ bench: 'names', system, metric: `${scope}_${way}_${metric}`, value, unit, run })
    figure('found', (100 * known.length) / owners.length, '%')
    if (known.length === 0) continue
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99]
    ] as const) {
      figure(
        `first_${name}`,
        percentile(
          known.map(({ firstMs }) => firstMs),
          share
        ),
        'ms'
      )
      figure(
        `all_${name}`,
        percentile(
          known.map(({ allMs }) => allMs),
          share
        ),
        'ms'
      )
    }
  }
}

async function bench(run: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
  try {
    {
      await using village = new Village()
      await village.settle('borgo', root)
      note(`${NODES} nodes of Borgo run`)
      await village.connect()
      note('their tables are filled')
      await measure(village, 'borgo', 'global', run)
      await measure(village, 'borgo', 'link', run)
    }
    {
      await using village = new Village()
      await village.settle('borgo-group', root)
      const link = await village.call(0, 'found')
      for (let at = 1; at < NODES; at++) await village.call(at, 'join', link)
      note('they are in one group')
      await measure(village, 'borgo', 'group', run)
    }
    await using village = new Village()
    await village.settle('kad', root)
    note(`${NODES} nodes of libp2p run`)
    await village.connect()
    note('their tables are filled')
    await measure(village, 'kad-dht', 'global', run)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

const [system, folder = '', count = '0'] = process.argv.slice(2)
if (system !== undefined) await inhabit(system, folder, Number(count))
else for (let run = 1; run <= RUNS; run++) await bench(run)
