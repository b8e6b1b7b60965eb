import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { peerIdFromString } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../clock.ts'
import type { Clock } from '../clock.ts'
import type { PeerId } from '../ids.ts'
import { silentLogger } from '../logger.ts'
import type { Logger } from '../logger.ts'
import type { Protocol, Stream } from '../stream.ts'
import { eventually } from '../testing/eventually.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { libp2pNetwork, LOOK_AT_ADDRESSES_MS } from './libp2p.ts'
import { dialLimits, relayLimits } from './libp2p/limits.ts'
import { encodePunch, encodeStopConnect } from './libp2p/relay-protocol.ts'
import { HOP, STOP } from './libp2p/relay-server.ts'
import { DCUTR } from './libp2p/upgrade.ts'
import type { PathPolicy } from './libp2p/path-policy.ts'
import type { Network } from './network.ts'
import { createStreams } from './streams.ts'
import type { Streams } from './streams.ts'

const TCP = '/ip4/127.0.0.1/tcp/0'
const MIB = 1024 * 1024
const CIRCUIT = '/p2p-circuit/'
const ECHO: Protocol = {
  id: '/borgo/test/echo/1',
  access: 'anyone',
  maxMessageBytes: MIB,
  maxStreamsPerPeer: 8,
  idleMs: 60_000
}
const SWARM_KEY = `/key/swarm/psk/1.0.0/\n/base16/\n${'ab'.repeat(32)}\n`

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Options extends PathPolicy {
  listen?: string[]
  swarmKey?: string
  /** Relays and their clients agree on wall-clock time. */
  clock?: Clock
  logger?: Logger
}

interface TestNode extends Pick<Network, 'peer' | 'addresses' | 'connections' | 'dial' | 'stop' | 'onAddresses'> {
  network: Network
  streams: Streams
  /** The ways to a peer. */
  to(node: { peer: PeerId }): ReturnType<Network['connections']>
}

async function started(options: Options = {}): Promise<TestNode> {
  const { listen = [TCP], swarmKey, clock = systemClock, logger = silentLogger, ...policy } = options
  const network = libp2pNetwork({
    deviceKey: randomBytes(32),
    listen,
    mdns: false,
    clock,
    logger,
    paths: { isMember: () => true, ...policy },
    ...(swarmKey !== undefined && { swarmKey })
  })
  const streams = createStreams({ network, clock, logger, isMember: () => true })
  streams.handle(ECHO, async stream => {
    for (let message = await stream.receive(); message; message = await stream.receive()) await stream.send(message)
  })
  cleanups.push(() => network.stop())
  await network.start()
  return {
    network,
    streams,
    peer: network.peer,
    addresses: () => network.addresses(),
    connections: () => network.connections(),
    dial: addresses => network.dial(addresses),
    stop: () => network.stop(),
    onAddresses: listener => network.onAddresses(listener),
    to: node => network.connections().filter(({ peer }) => peer === node.peer)
  }
}

/** A question to a relay, for a peer that is reached through it: as a target is asked, but for the type. */
const encodeHopConnect = (target: Uint8Array): Uint8Array => encodeStopConnect(target, undefined).with(1, 1)

const relay = (options: Options = {}): Promise<TestNode> => started({ relay: 'members', ...options })
const relayedBy = (node: TestNode): string[] => node.addresses().filter(address => address.includes(CIRCUIT))

/** A node that listens on nothing and is reached through these relays only. */
async function hidden(relays: TestNode[], options: Options = {}): Promise<TestNode> {
  const node = await started({ listen: [], reserve: 'always', ...options })
  for (const each of relays) await node.dial(each.addresses())
  await eventually(() => {
    for (const each of relays) expect(relayedBy(node).join()).toContain(each.peer)
  })
  return node
}

/** Sends so many bytes to and fro in messages of 1 MiB at most. */
async function exchange(from: TestNode, to: TestNode, bytes: number): Promise<void> {
  const stream = await from.streams.open(to.peer, ECHO)
  await sendThrough(stream, bytes)
}

async function sendThrough(stream: Stream, bytes: number): Promise<void> {
  const answers = (async () => {
    const received: Uint8Array[] = []
    for (let message = await stream.receive(); message; message = await stream.receive()) received.push(message)
    return Buffer.concat(received)
  })()
  // A broken stream is told of where it is sent to, too.
  answers.catch(() => undefined)
  const sent = randomBytes(bytes)
  for (let at = 0; at < bytes; at += MIB) await stream.send(sent.subarray(at, at + MIB))
  await stream.end()
  expect((await answers).equals(sent)).toBe(true)
}

/** Resolves with the fields of the first such line that the node logs. */
function logged(): { logger: Logger; line: (message: string) => Promise<void> } {
  const waiting = new Map<string, () => void>()
  const write = (message: string): void => waiting.get(message)?.()
  const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger }
  return { logger, line: message => new Promise(resolve => waiting.set(message, resolve)) }
}

describe('relays', () => {
  it('[E-21] are known to be needed by who keeps a place and by who has it, and nobody else is', async () => {
    const [one, other] = [await relay(), await started()]
    const behind = await hidden([one])
    await behind.dial(other.addresses())
    expect(behind.network.isRelaying(one.peer)).toBe(true)
    expect(one.network.isRelaying(behind.peer)).toBe(true)
    expect(behind.network.isRelaying(other.peer)).toBe(false)
    expect(other.network.isRelaying(behind.peer)).toBe(false)
  })

  it('[T-26] carry 10 MB each way between members that listen on nothing, and say who relays', async () => {
    const middle = await relay()
    const [a, b] = [await hidden([middle]), await hidden([middle])]
    await a.dial(b.addresses())
    await exchange(a, b, 10 * MIB)
    expect(a.to(b)).toMatchObject([{ path: 'relayed', relay: middle.peer, transport: 'tcp', direction: 'outbound' }])
    expect(b.to(a)).toMatchObject([{ path: 'relayed', relay: middle.peer, transport: 'tcp', direction: 'inbound' }])
    await eventually(() => expect(a.to(b)[0]?.rttMs).toBeGreaterThan(0))
    expect(a.to(b)[0]?.bytesOut).toBeGreaterThan(10 * MIB)
  })

  it('[T-100] carry bulk by streams, since no socket can be made', async () => {
    const middle = await relay()
    const [a, b] = [await hidden([middle]), await hidden([middle])]
    await a.dial(b.addresses())
    const arrived = new Promise<void>(resolve => b.network.handle('/borgo/test/bulk/1', () => resolve()))
    await a.network.open(b.peer, '/borgo/test/bulk/1', { plane: 'bulk' })
    await arrived
    expect(a.to(b)).toMatchObject([{ bulk: 'stream' }])
  })

  it('[T-26] that die break streams with STREAM_RESET, and another relay takes over', async () => {
    const [first, second] = [await relay(), await relay()]
    const b = await hidden([first, second])
    const a = await started({ listen: [] })
    await a.dial(relayedBy(b).filter(address => address.includes(first.peer)))
    const stream = await a.streams.open(b.peer, ECHO)
    await stream.send(randomBytes(1000))
    expect(await stream.receive()).toHaveLength(1000)
    const broken = expect(stream.receive()).rejects.toMatchObject({ code: 'STREAM_RESET' })
    await first.stop()
    await broken
    await expect(stream.send(randomBytes(1000))).rejects.toMatchObject({ code: 'STREAM_RESET' })
    await eventually(() => expect(relayedBy(b).join()).not.toContain(first.peer))
    await eventually(() => expect(a.to(b)).toEqual([]))
    await a.dial(b.addresses())
    await exchange(a, b, 1000)
    expect(a.to(b)).toMatchObject([{ relay: second.peer }])
  })

  it('[T-26] tell when a way through a relay came and went', async () => {
    const middle = await relay()
    const b = await started({ listen: [], reserve: 'always' })
    const seen: number[] = []
    b.onAddresses(() => seen.push(b.addresses().length))
    await b.dial(middle.addresses())
    await eventually(() => expect(seen).toEqual([1]))
    await middle.stop()
    await eventually(() => expect(seen).toEqual([1, 0]))
  })

  it('[T-27] give no place to strangers, unless they serve anyone', async () => {
    const { logger, line } = logged()
    const refused = line('no place at a relay')
    const b = await started({ listen: [], reserve: 'always', logger })
    await b.dial((await relay({ isMember: () => false })).addresses())
    await refused
    expect(b.addresses()).toEqual([])
    await hidden([await relay({ relay: 'anyone', isMember: () => false })])
  })

  it('[T-27] are only asked when they are members, and only by those that need them', async () => {
    const middle = await relay()
    const identified = async (options: Options): Promise<string[]> => {
      const node = await started(options)
      await node.dial(middle.addresses())
      // It has been identified by the time that it answers over gossip, ping or anything else after this.
      await eventually(() => expect(node.to(middle)[0]?.rttMs).toBeGreaterThan(0))
      await eventually(() => expect(middle.to(node)[0]?.rttMs).toBeGreaterThan(0))
      return relayedBy(node)
    }
    expect(await identified({ reserve: 'always', isMember: () => false })).toEqual([])
    expect(await identified({ reserve: 'never', listen: [] })).toEqual([])
    // Whoever can reach a loopback address at all, reaches it directly.
    expect(await identified({ reserve: 'auto' })).toEqual([])
    await hidden([middle], { reserve: 'auto' })
  })

  it('[T-27] let strangers through to members for no more than it takes to join a group', async () => {
    const members = new Set<PeerId>()
    const middle = await relay({ isMember: peer => members.has(peer) })
    const stranger = await started({ listen: [] })
    const b = await started({ listen: [], reserve: 'always' })
    members.add(b.peer)
    await b.dial(middle.addresses())
    await eventually(() => expect(relayedBy(b)).toHaveLength(1))
    await stranger.dial(b.addresses())
    await exchange(stranger, b, 1000)
    await expect(exchange(stranger, b, MIB)).rejects.toMatchObject({ code: 'STREAM_RESET' })
    await eventually(() => expect(stranger.to(b)).toEqual([]))
    members.add(stranger.peer)
    await stranger.dial(b.addresses())
    await exchange(stranger, b, MIB)
  })

  it('[T-27] keep places for members, however many strangers ask for at once', async () => {
    const members = new Set<PeerId>()
    const isMember = (peer: PeerId): boolean => members.has(peer)
    const middle = await relay({ isMember, bytesPerPeerHour: MIB })
    const [a, b] = [await started({ listen: [] }), await started({ listen: [], reserve: 'always' })]
    for (const each of [a, b]) members.add(each.peer)
    await b.dial(middle.addresses())
    await eventually(() => expect(relayedBy(b)).toHaveLength(1))
    const [connect, ok] = [encodeHopConnect(peerIdFromString(b.peer).toMultihash().bytes), Uint8Array.of(0x28, 100)]
    const isConnected = async (stranger: TestNode): Promise<boolean> => {
      const duplex = await stranger.network.open(middle.peer, HOP)
      await duplex.write(Uint8Array.of(connect.length), connect)
      for await (const answer of duplex.source)
        if (answer.length > 0) return Buffer.from(answer).includes(Buffer.from(ok))
      return false
    }
    const counts: number[] = []
    const strangers = Array.from({ length: 5 }, () => started({ listen: [] }))
    for (const stranger of await Promise.all(strangers)) {
      await stranger.dial(middle.addresses())
      const all = await Promise.all(Array.from({ length: 20 }, () => isConnected(stranger)))
      counts.push(all.filter(Boolean).length)
    }
    expect(Math.max(...counts)).toBe(relayLimits.maxCircuitsPerPeer)
    expect(counts.reduce((sum, count) => sum + count)).toBe(relayLimits.strangers.circuits)
    await a.dial(b.addresses())
    await exchange(a, b, 100_000)
  })

  it('[T-27] charge strangers, not the member to whom they come', async () => {
    const members = new Set<PeerId>()
    const middle = await relay({ isMember: peer => members.has(peer), bytesPerPeerHour: 250_000 })
    const [a, b] = [await started({ listen: [] }), await started({ listen: [], reserve: 'always' })]
    for (const each of [a, b]) members.add(each.peer)
    await b.dial(middle.addresses())
    await eventually(() => expect(relayedBy(b)).toHaveLength(1))
    for (let turn = 0; turn < 4; turn++) {
      const stranger = await started({ listen: [] })
      await stranger.dial(b.addresses())
      await exchange(stranger, b, 50_000)
      await stranger.stop()
    }
    await a.dial(b.addresses())
    await exchange(a, b, 100_000)
  })

  it('[T-125] are nobody who just says that somebody comes through it', async () => {
    const [b, stranger] = [await started(), await relay({ relay: 'anyone' })]
    await stranger.dial(b.addresses())
    const duplex = await stranger.network.open(b.peer, STOP)
    const connect = encodeStopConnect(peerIdFromString(stranger.peer).toMultihash().bytes, undefined)
    const talk = async (): Promise<void> => {
      await duplex.write(Uint8Array.of(connect.length), connect)
      for await (const answer of duplex.source)
        expect.unreachable(`answered ${String(answer)}, at ${relayedBy(b).join()}`)
    }
    await expect(talk()).rejects.toMatchObject({ code: 'STREAM_RESET' })
    expect(relayedBy(b)).toEqual([])
  })

  it('[T-27] let who joined meanwhile go on, by the connection on which it joined', async () => {
    const members = new Set<PeerId>()
    const clock = manualClock(Date.now())
    const middle = await relay({ isMember: peer => members.has(peer), clock })
    const stranger = await started({ listen: [] })
    const b = await started({ listen: [], reserve: 'always' })
    members.add(b.peer)
    await b.dial(middle.addresses())
    await eventually(() => expect(relayedBy(b)).toHaveLength(1))
    await stranger.dial(b.addresses())
    const stream = await stranger.streams.open(b.peer, ECHO)
    members.add(stranger.peer)
    await clock.advance(relayLimits.strangers.seconds * 1_000)
    await sendThrough(stream, MIB)
    members.delete(stranger.peer)
    const removed = exchange(stranger, b, MIB)
    await expect(removed).rejects.toMatchObject({ code: expect.stringMatching(/^(STREAM_RESET|UNREACHABLE)$/) })
  })

  it('[T-28] carry no more for a member than its budget of the hour, and then say so', async () => {
    const middle = await relay({ bytesPerPeerHour: MIB })
    const [a, b] = [await hidden([middle]), await hidden([middle])]
    await a.dial(b.addresses())
    await exchange(a, b, 100_000)
    await expect(exchange(a, b, MIB)).rejects.toMatchObject({ code: 'STREAM_RESET' })
    await eventually(() => expect(a.to(b)).toEqual([]))
    await expect(a.dial(b.addresses())).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  it('[O-8] ask for what they relay: from one peer, to the other', async () => {
    const spent = { up: new Map<PeerId, number>(), down: new Map<PeerId, number>() }
    const middle = await relay({
      spend(direction, bytes, peer) {
        spent[direction].set(peer, (spent[direction].get(peer) ?? 0) + bytes)
        return Promise.resolve()
      }
    })
    const [a, b] = [await hidden([middle]), await hidden([middle])]
    await a.dial(b.addresses())
    await exchange(a, b, 100_000)
    for (const { peer } of [a, b])
      for (const direction of ['up', 'down'] as const) expect(spent[direction].get(peer)).toBeGreaterThan(100_000)
  })

  it('[T-9] shut out who keeps sending them what is no request', async () => {
    const middle = await relay()
    const mallory = await ordinary({ services: { identify: identify() } })
    await mallory.dial(middle.addresses().map(address => multiaddr(address)))
    for (let tries = 0; tries < 10; tries++) {
      const stream = await mallory.dialProtocol(
        middle.addresses().map(address => multiaddr(address)),
        HOP
      )
      const closed = once(stream, 'close')
      stream.send(Uint8Array.of(3, 8, 9, 9))
      await closed
    }
    await eventually(() => expect(middle.connections()).toEqual([]))
  })

  const ordinary = async (options: Parameters<typeof createLibp2p>[0] = {}) => {
    const node = await createLibp2p({
      transports: [tcp(), circuitRelayTransport()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      ...options
    })
    cleanups.push(() => node.stop())
    return node
  }

  it('[T-26] serve ordinary libp2p peers, and are found among them', async () => {
    const middle = await relay({ relay: 'anyone', isMember: () => false })
    const listener = await ordinary({ addresses: { listen: ['/p2p-circuit'] }, services: { identify: identify() } })
    await listener.dial(middle.addresses().map(address => multiaddr(address)))
    await eventually(() => expect(listener.getMultiaddrs()).not.toEqual([]))
    const a = await started({ listen: [] })
    await a.dial(listener.getMultiaddrs().map(String))
    expect(a.connections()).toMatchObject([{ path: 'direct' }, { path: 'relayed', relay: middle.peer }])

    const theirs = await ordinary({
      addresses: { listen: [TCP] },
      services: { identify: identify(), relay: circuitRelayServer() }
    })
    const b = await started({ listen: [], reserve: 'always' })
    await b.dial(theirs.getMultiaddrs().map(String))
    await eventually(() => expect(relayedBy(b)).toHaveLength(1))
    await a.dial(b.addresses())
    await exchange(a, b, 1000)
  })
})

describe('ways to a peer', () => {
  /** An address where a connection is taken and nothing is ever said. */
  const silent = async (peer: PeerId): Promise<string> => {
    const server = createServer(socket => socket.on('error', () => socket.destroy()))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    cleanups.push(() => server.close())
    return `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}/p2p/${peer}`
  }

  it('[T-1] does not wait for an address that swallows what it is sent', async () => {
    const [a, b] = [await started(), await started()]
    await a.dial([await silent(b.peer), ...b.addresses()])
    expect(a.to(b)).toMatchObject([{ address: b.addresses()[0], path: 'direct', notBetter: undefined }])
  })

  it('[T-29] prefers direct addresses to relayed ones, whatever their order', async () => {
    const middle = await relay()
    const b = await hidden([middle], { listen: [TCP] })
    const a = await started({ listen: [] })
    await a.dial(b.addresses().toReversed())
    expect(a.to(b)).toMatchObject([{ path: 'direct', relay: undefined, notBetter: undefined }])
  })

  it('[T-29] says why a relayed connection is not a direct one', async () => {
    const middle = await relay()
    const b = await hidden([middle])
    const [a, c, d] = [await started({ listen: [] }), await started({ listen: [] }), await started({ upgrade: false })]
    await a.dial(b.addresses())
    expect(a.to(b)).toMatchObject([{ notBetter: { reason: 'no-direct-address' } }])
    await c.dial([`/ip4/127.0.0.1/tcp/1/p2p/${b.peer}`, ...b.addresses()])
    expect(c.to(b)).toMatchObject([{ notBetter: { reason: 'dial-failed', code: 'ECONNREFUSED' } }])
    await eventually(() => expect(b.to(a)).toMatchObject([{ notBetter: { reason: 'no-direct-address' } }]))
    const e = await hidden([middle], { upgrade: false })
    await d.dial(e.addresses())
    await eventually(() => expect(e.to(d)).toMatchObject([{ path: 'relayed', notBetter: { reason: 'policy' } }]))
  })

  it('[T-30] replaces a relayed connection by a direct one, for new streams and gossip too', async () => {
    const clock = manualClock(Date.now())
    const middle = await relay()
    const b = await hidden([middle], { clock })
    const a = await started({ clock })
    const heard: string[] = []
    b.network.subscribe('t', message => (heard.push(Buffer.from(message).toString()), 'accept'))
    a.network.subscribe('t', () => 'accept')
    await a.dial(relayedBy(b))
    const early = await a.streams.open(b.peer, ECHO)
    await eventually(() =>
      expect(
        a
          .to(b)
          .map(({ path }) => path)
          .toSorted()
      ).toEqual(['direct', 'relayed'])
    )
    await eventually(() =>
      expect(
        b
          .to(a)
          .map(({ path }) => path)
          .toSorted()
      ).toEqual(['direct', 'relayed'])
    )
    // What runs on the relayed connection goes on for a while; what is new takes the direct one.
    await sendThrough(early, 1000)
    const before = a.to(b).find(({ path }) => path === 'direct')?.bytesOut ?? 0
    await exchange(a, b, MIB)
    expect(a.to(b).find(({ path }) => path === 'direct')?.bytesOut).toBeGreaterThan(before + MIB)
    await clock.advance(dialLimits.relayGraceMs)
    await eventually(() => expect(a.to(b).map(({ path }) => path)).toEqual(['direct']))
    let tries = 0
    await eventually(async () => {
      await a.network.publish('t', Buffer.from(`hello ${tries++}`))
      expect(heard).not.toEqual([])
    })
  })

  it('[T-30] keeps the relayed connection when no hole can be punched', async () => {
    const middle = await relay()
    const [a, b] = [await hidden([middle]), await hidden([middle])]
    await a.dial(b.addresses())
    const kept = { path: 'relayed', notBetter: { reason: 'no-direct-address' } }
    await eventually(() => expect(b.to(a)).toMatchObject([kept]))
    await exchange(a, b, 1000)
  })

  it("[T-30] does not dial machines near it at a stranger's word", async () => {
    const middle = await relay({ relay: 'anyone' })
    const b = await hidden([middle], { isMember: peer => peer === middle.peer })
    const stranger = await started()
    await stranger.dial(relayedBy(b))
    const kept = { path: 'relayed', notBetter: { reason: 'no-direct-address' } }
    await eventually(() => expect(b.to(stranger)).toMatchObject([kept]))
  })

  it('[T-123] dials at one place at a time for one peer, however often it asks for a hole to be punched', async () => {
    const b = await hidden([await relay({ relay: 'anyone' })])
    const network = libp2pNetwork({
      deviceKey: randomBytes(32),
      listen: [],
      mdns: false,
      clock: systemClock,
      logger: silentLogger,
      paths: { upgrade: false }
    })
    cleanups.push(() => network.stop())
    await network.start()
    await network.dial(relayedBy(b))
    // So that no attempt ends by itself.
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal)
    cleanups.push(() => timeout.mockRestore())
    const open = new Set<number>()
    for (let trap = 1; trap <= 5; trap++) {
      const server = createServer(socket => {
        open.add(trap)
        socket.on('error', () => undefined)
        socket.resume().once('close', () => open.delete(trap))
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      cleanups.push(() => server.close())
      const address = multiaddr(`/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}`)
      const duplex = await network.open(b.peer, DCUTR)
      for (const message of [encodePunch('connect', [address]), encodePunch('sync')])
        await duplex.write(Uint8Array.of(message.length), message)
      await eventually(() => expect(open).toContain(trap))
    }
    await eventually(() => expect([...open]).toEqual([5]))
  })

  it('[T-31] tells when an interface comes or goes, without a restart', async () => {
    const clock = manualClock()
    const a = await started({ listen: ['/ip4/0.0.0.0/tcp/0'], clock })
    const before = a.addresses().length
    const changed = vi.fn()
    a.onAddresses(changed)
    await clock.advance(LOOK_AT_ADDRESSES_MS)
    expect(changed).not.toHaveBeenCalled()
    const real = os.networkInterfaces()
    const added = { ...real.lo?.[0], address: '10.1.2.3', family: 'IPv4', internal: false } as os.NetworkInterfaceInfo
    const interfaces = vi.spyOn(os, 'networkInterfaces').mockReturnValue({ ...real, new0: [added] })
    cleanups.push(() => interfaces.mockRestore())
    await clock.advance(LOOK_AT_ADDRESSES_MS)
    expect(changed).toHaveBeenCalledOnce()
    expect(a.addresses()).toHaveLength(before + 1)
    expect(a.addresses().join()).toContain('/ip4/10.1.2.3/')
  })

  it('[T-32] lets in only who has the key of a private network', async () => {
    const [a, b, stranger] = [
      await started({ swarmKey: SWARM_KEY }),
      await started({ swarmKey: SWARM_KEY }),
      await started()
    ]
    await a.dial(b.addresses())
    await exchange(a, b, 6 * MIB)
    await expect(stranger.dial(b.addresses())).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await expect(started({ swarmKey: 'secret' })).rejects.toMatchObject({ code: 'BAD_SWARM_KEY' })
  })

  it('[T-19] listens and dials on IPv6 as on IPv4', async () => {
    const [a, b] = [await started({ listen: ['/ip6/::1/tcp/0'] }), await started({ listen: ['/ip6/::1/tcp/0/ws'] })]
    await a.dial(b.addresses())
    await exchange(a, b, 1000)
    expect(a.connections()[0]?.address).toContain('/ip6/::1/')
  })
})
