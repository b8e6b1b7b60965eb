/**
 * e1: members behind NATs. A and B each sit behind a router; a third member in the open relays. Two cones end up directly
 * connected by hole punching, any other pair stays with the relay; each pair is connected within 15 s. As root, with
 * iproute2 and nftables: node lab/e1.ts. Prints a JSON line for each pair; the exit code tells whether all was so.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createInternet } from './network.ts'
import type { Nat } from './network.ts'
import type { Answer, Order } from './peer.ts'

const WITHIN_MS = 15_000
const LOOK_MS = 100
const PAIRS: { a: Nat; b: Nat; path: 'direct' | 'hole-punched' | 'relayed' }[] = [
  { a: 'cone', b: 'cone', path: 'hole-punched' },
  { a: 'cone', b: 'symmetric', path: 'relayed' },
  { a: 'symmetric', b: 'symmetric', path: 'relayed' },
  { a: 'none', b: 'symmetric', path: 'direct' },
  { a: 'cone', b: 'none', path: 'direct' }
]

class LabPeer {
  readonly process: ChildProcess
  device = ''

  constructor(namespace: string, folder: string, name: string) {
    const script = join(import.meta.dirname, 'peer.ts')
    // A child whose parent is gone ends: see peer.ts.
    this.process = fork(script, [folder, name, '/ip4/0.0.0.0/tcp/0'], {
      execPath: '/usr/bin/env',
      execArgv: ['ip', 'netns', 'exec', namespace, process.execPath]
    })
  }

  async started(): Promise<Answer> {
    const answer = await this.#answer()
    this.device = answer.device ?? ''
    return answer
  }

  async ask(order: Order): Promise<Answer> {
    const answer = this.#answer()
    this.process.send(order)
    return await answer
  }

  async #answer(): Promise<Answer> {
    const [answer] = (await once(this.process, 'message')) as [Answer]
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer
  }
}

async function until<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const end = performance.now() + WITHIN_MS
  while (performance.now() < end) {
    const found = await look()
    if (found !== undefined) return found
    await sleep(LOOK_MS)
  }
  throw new Error(`${what}: not within ${WITHIN_MS} ms`)
}

const isFinal = ({ path, notBetter }: Connection): boolean =>
  path !== 'relayed' || notBetter?.reason === 'hole-punch-failed'

/** Resolves with the seconds until the two were connected, and until their connection was as good as it gets. */
async function connectPair({ a: natA, b: natB, path }: (typeof PAIRS)[number]): Promise<[number, number]> {
  const root = await mkdtemp(join(tmpdir(), 'borgo-lab-'))
  const internet = createInternet()
  const peers: LabPeer[] = []
  const settle = async (name: string, nat: Nat): Promise<[LabPeer, Answer]> => {
    const peer = new LabPeer(internet.host(name.toLowerCase(), nat), join(root, name), name)
    peers.push(peer)
    return [peer, await peer.started()]
  }
  try {
    const [relay, { addresses = [] }] = await settle('Relay', 'none')
    const open = addresses.find(address => address.includes('198.51.100')) ?? ''
    const [a] = await settle('A', natA)
    const [b] = await settle('B', natB)
    await a.ask({ do: 'dial', address: open })
    await a.ask({ do: 'found' })
    const first = await a.ask({ do: 'invite' })
    await relay.ask({ do: 'join', link: first.link ?? '' })
    await until(async () => {
      const { addresses = [] } = await a.ask({ do: 'peers' })
      return natA === 'none' || addresses.some(address => address.includes('/p2p-circuit/')) ? true : undefined
    }, 'a place at the relay')
    const { link = '' } = await a.ask({ do: 'invite' })

    const begin = performance.now()
    const seconds = (): number => (performance.now() - begin) / 1000
    await b.ask({ do: 'join', link })
    const connections = async () =>
      (await b.ask({ do: 'peers' })).peers?.find(({ device }) => device === a.device)?.connections ?? []
    await until(async () => ((await connections()).length > 0 ? true : undefined), `${natA} to ${natB}`)
    const connected = seconds()
    const best = await until(async () => {
      const now = await connections()
      const settled =
        now.find(each => each.path !== 'relayed') ?? now.find(each => each.notBetter?.reason !== 'under-way')
      return settled?.path === path && isFinal(settled) ? settled : undefined
    }, `${natA} to ${natB} ${path}`)
    const why = best.notBetter ? ` (${best.notBetter.reason} ${best.notBetter.code ?? ''})` : ''
    process.stderr.write(`  ${natA} to ${natB}: ${best.path}${why}\n`)
    return [connected, seconds()]
  } finally {
    for (const peer of peers) {
      peer.process.kill('SIGKILL')
      if (peer.process.exitCode === null && peer.process.signalCode === null) await once(peer.process, 'exit')
    }
    internet.remove()
    await rm(root, { recursive: true, force: true })
  }
}

type Connection = NonNullable<Answer['peers']>[number]['connections'][number]

// What was made is removed when the process exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
if (process.getuid?.() !== 0) throw new Error('e1 makes network namespaces: run it as root')
for (const pair of PAIRS) {
  const [connected, best] = await connectPair(pair)
  const times = { connectedS: Number(connected.toFixed(2)), bestS: Number(best.toFixed(2)) }
  process.stdout.write(`${JSON.stringify({ lab: 'e1', ...pair, ...times })}\n`)
}
