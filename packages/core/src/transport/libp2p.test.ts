import { noise } from '@chainsafe/libp2p-noise'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { parsePeerId } from '../ids.ts'
import type { PeerId } from '../ids.ts'
import { silentLogger } from '../logger.ts'
import type { LogFields, Logger } from '../logger.ts'
import { eventually } from '../testing/eventually.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { networkSuite } from '../testing/network-suite.ts'
import { libp2pNetwork, LOOK_AT_ADDRESSES_MS } from './libp2p.ts'
import { AWAKE_MS, PING_EVERY_MS } from './libp2p/heartbeat.ts'
import { hostOf, MAX_HOST_OFFENCES } from './libp2p/host-watch.ts'
import { MAX_PENDING_PER_HOST } from './libp2p/limits.ts'
import { STRANGERS_STAY_MS } from './libp2p/seats.ts'
import type { Duplex, Network } from './network.ts'

const TCP = '/ip4/127.0.0.1/tcp/0'
const WEB_SOCKET = '/ip4/127.0.0.1/tcp/0/ws'
const PROTOCOL = '/borgo/test/bytes/1'

const node = (listen: string[], clock = manualClock()): Network =>
  libp2pNetwork({ deviceKey: randomBytes(32), listen, mdns: false, dht: 'auto', clock, logger: silentLogger })

networkSuite('libp2p over TCP', clock => () => node([TCP], clock))
networkSuite('libp2p over WebSocket', clock => () => node([WEB_SOCKET], clock))

it('[T-24] takes an IPv4 address for one host, and of an IPv6 address its network', () => {
  expect(hostOf('192.0.2.7')).toBe('192.0.2.7')
  expect(hostOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
  expect(hostOf('2001:DB8::7')).toBe('2001:db8:0:0::/64')
  expect(hostOf('::1')).toBe('0:0:0:0::/64')
  expect(hostOf(undefined)).toBeUndefined()
})

describe('libp2p', () => {
  const cleanups: (() => unknown)[] = []
  const clock = manualClock()

  const started = async (...listen: string[]): Promise<Network> => {
    const network = node(listen, clock)
    cleanups.push(() => network.stop())
    await network.start()
    return network
  }
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })
  const portOf = (network: Network): number => Number(/tcp\/(\d+)/.exec(network.addresses()[0] ?? '')?.[1])

  describe('listening', () => {
    it('[T-19] names a port that another program uses', async () => {
      const taken = portOf(await started(TCP))
      for (const address of [`/ip4/127.0.0.1/tcp/${taken}`, `/ip4/127.0.0.1/tcp/${taken}/ws`]) {
        const late = node([TCP, address])
        await expect(late.start()).rejects.toMatchObject({ code: 'PORT_IN_USE' })
        await late.stop()
      }
    })

    it('[T-19] names an address that is none, or that this machine does not have', async () => {
      for (const address of ['nonsense', '/ip4/192.0.2.1/tcp/0', '/ip4/127.0.0.1/udp/0'])
        await expect(node([address]).start()).rejects.toMatchObject({ code: 'BAD_ADDRESS' })
    })

    it('[T-19] listens on several transports, tells what it is told to announce, and frees its ports', async () => {
      const both = await started(TCP, WEB_SOCKET)
      const transports = both.addresses().map(address => address.includes('/ws/'))
      expect(transports.toSorted()).toEqual([false, true])
      const announcing = libp2pNetwork({
        deviceKey: randomBytes(32),
        listen: [TCP],
        announce: ['/dns4/borgo.example/tcp/4001'],
        mdns: false,
        clock,
        logger: silentLogger
      })
      cleanups.push(() => announcing.stop())
      await announcing.start()
      expect(announcing.addresses()).toEqual([`/dns4/borgo.example/tcp/4001/p2p/${announcing.peer}`])
      const port = portOf(both)
      await both.stop()
      expect(portOf(await started(`/ip4/127.0.0.1/tcp/${port}`))).toBe(port)
    })
  })

  describe('encryption', () => {
    const ordinary = async (encrypters: Parameters<typeof createLibp2p>[0]) => {
      const peer = await createLibp2p({
        addresses: { listen: [TCP] },
        transports: [tcp()],
        streamMuxers: [yamux()],
        ...encrypters
      })
      cleanups.push(() => peer.stop())
      return peer
    }

    it('[T-20] prefers TLS', async () => {
      const [a, b] = [await started(TCP), await started(TCP, WEB_SOCKET)]
      await a.dial(b.addresses())
      expect(a.connections()).toMatchObject([{ encryption: 'tls' }])
    })

    it('[T-20] speaks Noise with an ordinary libp2p peer that knows nothing else, both ways', async () => {
      const ours = await started(TCP)
      const theirs = await ordinary({ connectionEncrypters: [noise()] })
      const peer = parsePeerId(theirs.peerId.toString())
      expect(await ours.dial(theirs.getMultiaddrs().map(String))).toBe(peer)
      expect(ours.connections()).toMatchObject([{ encryption: 'noise', direction: 'outbound' }])
      await ours.hangUp(peer)
      await theirs.dial(ours.addresses().map(address => multiaddr(address)))
      await eventually(() =>
        expect(ours.connections()).toMatchObject([{ peer, encryption: 'noise', direction: 'inbound' }])
      )
    })

    it('[T-20] [T-76] speaks TLS with one that offers only that, both ways', async () => {
      const ours = await started(TCP)
      const theirs = await ordinary({ connectionEncrypters: [tls()] })
      const peer = parsePeerId(theirs.peerId.toString())
      await ours.dial(theirs.getMultiaddrs().map(String))
      expect(ours.connections()).toMatchObject([{ encryption: 'tls' }])
      await ours.hangUp(peer)
      await theirs.dial(ours.addresses().map(address => multiaddr(address)))
      await eventually(() =>
        expect(ours.connections()).toMatchObject([{ peer, encryption: 'tls', direction: 'inbound' }])
      )
    })

    it('[T-20] refuses an address where somebody else answers', async () => {
      const [a, b, c] = [await started(TCP), await started(TCP), await started(TCP)]
      const forged = b.addresses().map(address => address.replace(b.peer, c.peer))
      await expect(a.dial(forged)).rejects.toMatchObject({ code: 'UNREACHABLE' })
      expect(a.connections()).toEqual([])
    })

    it.each([
      ['TLS', tls],
      ['Noise', noise]
    ])('[E-46] says where somebody else answers who has only %s', async (_of, encrypter) => {
      const [ours, other] = [await started(TCP), await started(TCP)]
      const theirs = await ordinary({ connectionEncrypters: [encrypter()] })
      const [address = ''] = theirs.getMultiaddrs().map(each => String(each).replace(String(theirs.peerId), other.peer))
      const found: [PeerId, string][] = []
      ours.onSomebodyElse((peer, where) => found.push([peer, where]))
      await expect(ours.dial([address])).rejects.toMatchObject({ code: 'UNREACHABLE' })
      expect(found).toEqual([[other.peer, address]])
    })

    it.each([
      ['TLS', tls],
      ['Noise', noise]
    ])('[E-47] blames no host for finding somebody else than it was told, over %s', async (_of, encrypter) => {
      const [ours, other] = [await started(TCP), await started(TCP)]
      const theirs = await ordinary({ connectionEncrypters: [encrypter()] })
      const wrong = ours.addresses().map(address => multiaddr(address.replace(ours.peer, other.peer)))
      for (let turn = 0; turn <= MAX_HOST_OFFENCES; turn++) await expect(theirs.dial(wrong)).rejects.toThrow()
      expect(ours.denials.list()).toEqual([])
      // So many within a second are more than one host may have, for the rest of that second.
      await eventually(() => other.dial(ours.addresses()))
    })
  })

  it('[T-20] has nothing to do with peers whose key is of another kind', async () => {
    const ours = await started(TCP)
    const odd = await createLibp2p({
      privateKey: await generateKeyPair('secp256k1'),
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()]
    })
    cleanups.push(() => odd.stop())
    // Its own handshake may be over before ours refuses it.
    await odd.dial(ours.addresses().map(address => multiaddr(address))).catch(() => undefined)
    await eventually(() => expect(odd.getConnections()).toEqual([]))
    expect(ours.connections()).toEqual([])
  })

  describe('connections', () => {
    it('[T-21] says what a connection is made of, and how far away its end is', async () => {
      for (const [listen, transport] of [
        [TCP, 'tcp'],
        [WEB_SOCKET, 'websocket']
      ] as const) {
        const [a, b] = [await started(listen), await started(listen)]
        await a.dial(b.addresses())
        await eventually(() => expect(a.connections()[0]?.rttMs).toBeGreaterThan(0))
        await eventually(() => expect(b.connections()[0]?.rttMs).toBeGreaterThan(0))
        expect(a.connections()).toMatchObject([{ transport, address: b.addresses()[0], since: clock.now() }])
        expect(b.connections()).toMatchObject([{ transport, direction: 'inbound' }])
      }
    })

    /** A wire between a dialler and a node that can be cut without either noticing. */
    const wire = async (to: Network) => {
      const sockets: Socket[] = []
      const server = createServer(inbound => {
        const outbound = connect(portOf(to), '127.0.0.1')
        for (const socket of [inbound, outbound]) socket.on('error', () => socket.destroy())
        inbound.pipe(outbound).pipe(inbound)
        sockets.push(inbound, outbound)
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      cleanups.push(() => {
        for (const socket of sockets) socket.destroy()
        server.close()
      })
      return {
        address: `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}/p2p/${to.peer}`,
        cut: () => sockets.forEach(socket => socket.unpipe()),
        mend: () => sockets.forEach((socket, index) => socket.pipe(sockets[index ^ 1]!))
      }
    }

    it('[T-21] ends a connection after three pings without an answer', async () => {
      const [a, b] = [await started(TCP), await started(TCP)]
      const { address, cut } = await wire(b)
      await a.dial([address])
      await eventually(() => expect(a.connections()[0]?.rttMs).toBeGreaterThan(0))
      cut()
      let beats = 0
      for (; a.connections().length > 0 && beats < 10; beats++) await clock.advance(PING_EVERY_MS)
      // One that is not answered, three that find it so; bytes under way when the wire was cut may add to them.
      expect(beats).toBeGreaterThanOrEqual(4)
      expect(beats).toBeLessThan(10)
    })

    it('[T-21] keeps a connection whose other end only stalled', async () => {
      const [a, b] = [await started(TCP), await started(TCP)]
      const { address, cut, mend } = await wire(b)
      await a.dial([address])
      await eventually(() => expect(a.connections()[0]?.rttMs).toBeGreaterThan(0))
      cut()
      await clock.advance(3 * PING_EVERY_MS)
      const before = a.connections()[0]!.bytesIn
      mend()
      await eventually(() => expect(a.connections()[0]?.bytesIn).toBeGreaterThan(before))
      await clock.advance(PING_EVERY_MS)
      expect(a.connections()).toHaveLength(1)
    })

    it('[T-31] ends connections that are dead after the machine slept, and keeps the others', async () => {
      let sleptMs = 0
      const sleepy = { ...clock, now: () => clock.now() + sleptMs }
      const a = libp2pNetwork({
        deviceKey: randomBytes(32),
        listen: [],
        mdns: false,
        clock: sleepy,
        logger: silentLogger
      })
      cleanups.push(() => a.stop())
      await a.start()
      const [b, c] = [await started(TCP), await started(TCP)]
      const { address, cut } = await wire(b)
      await a.dial([address])
      await a.dial(c.addresses())
      await eventually(() => expect(a.connections().filter(({ rttMs }) => rttMs !== undefined)).toHaveLength(2))
      const woken = vi.fn()
      a.onAddresses(woken)
      cut()
      sleptMs = 3_600_000
      const before = a.connections().find(({ peer }) => peer === c.peer)?.bytesIn ?? 0
      await clock.advance(LOOK_AT_ADDRESSES_MS)
      expect(woken).toHaveBeenCalledOnce()
      await eventually(() =>
        expect(a.connections().find(({ peer }) => peer === c.peer)?.bytesIn).toBeGreaterThan(before)
      )
      await clock.advance(AWAKE_MS)
      expect(a.connections().map(({ peer }) => peer)).toEqual([c.peer])
    })

    it('[T-60] ends what a peer had before it came by another connection, if that is dead', async () => {
      const [a, b] = [await started(TCP), await started(TCP)]
      const { address, cut } = await wire(b)
      await a.dial([address])
      await eventually(() => expect(b.connections()[0]?.rttMs).toBeGreaterThan(0))
      const [dead] = b.connections()
      cut()
      // Only this end sees that its way is gone.
      await a.hangUp(b.peer)
      await a.dial(b.addresses())
      await eventually(() => expect(b.connections()).toHaveLength(2))
      await eventually(() => expect(b.connections()[1]?.rttMs).toBeGreaterThan(0))
      await clock.advance(AWAKE_MS)
      await eventually(() => expect(b.connections()).toHaveLength(1))
      expect(b.connections()[0]?.address).not.toBe(dead?.address)
      expect(a.connections()).toHaveLength(1)
    })

    it('[T-61] dials a silent peer anew, and ends what was silent when that succeeds', async () => {
      const [a, b] = [await started(TCP), await started(TCP)]
      const { address, cut } = await wire(b)
      await a.dial([address])
      const live = (): boolean => a.connections().every(({ rttMs, isSilent }) => rttMs !== undefined && !isSilent)
      await eventually(() => expect(live()).toBe(true))
      await a.dial(b.addresses())
      expect(a.connections()).toHaveLength(1)
      cut()
      for (let beats = 0; live() && beats < 4; beats++) await clock.advance(PING_EVERY_MS)
      expect(a.connections()).toMatchObject([{ address, isSilent: true }])
      await a.dial(b.addresses())
      expect(a.connections()).toMatchObject([{ address: b.addresses()[0], isSilent: false }])
    })

    it('[T-124] begins nothing on a connection that is to say something first, where there is another', async () => {
      const [a, b] = [await started(TCP), await started(TCP)]
      const { address, cut } = await wire(b)
      await a.dial([address])
      // So that the old one is nearer than the new one, whose round trip nobody knows yet.
      await eventually(() => expect(b.connections()[0]?.rttMs).toBeGreaterThan(0))
      cut()
      await a.hangUp(b.peer)
      await a.dial(b.addresses())
      await eventually(() => expect(b.connections()).toHaveLength(2))
      // Nobody gives up.
      const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal)
      onTestFinished(() => timeout.mockRestore())
      const arrival = new Promise<void>(resolve => a.handle('/borgo/test/1', () => resolve()))
      await b.open(a.peer, '/borgo/test/1')
      await arrival
    })

    it('[T-62] gossips on when one of several connections to a peer ends', async () => {
      const [a, b] = [await started(TCP), await started(TCP)]
      const heard = new Map([a, b].map(network => [network, new Set<string>()]))
      for (const [network, words] of heard)
        network.subscribe('t', message => (words.add(Buffer.from(message).toString()), 'accept'))
      let said = 0
      const hears = async (from: Network, to: Network): Promise<void> => {
        const words = heard.get(to)
        words?.clear()
        await eventually(async () => {
          await from.publish('t', Buffer.from(`word ${said++}`))
          expect(words?.size).toBeGreaterThan(0)
        })
      }
      const { address, cut } = await wire(b)
      await a.dial([address])
      await hears(a, b)
      await hears(b, a)
      cut()
      // Only this end sees that its way is gone; the other speaks on over its old connection until that is found dead.
      await a.hangUp(b.peer)
      await a.dial(b.addresses())
      await eventually(() => expect(b.connections()[1]?.rttMs).toBeGreaterThan(0))
      await clock.advance(AWAKE_MS)
      await eventually(() => expect(b.connections()).toHaveLength(1))
      await hears(b, a)
      await hears(a, b)
    })

    it('[T-23] takes 80 streams at once, right after the dial', async () => {
      const [a, b] = [await started(TCP), await started(TCP)]
      b.handle(PROTOCOL, duplex => void echo(duplex))
      await a.dial(b.addresses())
      const answers = await Promise.all(
        Array.from({ length: 80 }, async (_, index) => {
          const duplex = await a.open(b.peer, PROTOCOL)
          await duplex.write(Uint8Array.of(index))
          await duplex.closeWrite()
          let answer: number | undefined
          for await (const chunk of duplex.source) answer = chunk[0]
          return answer
        })
      )
      expect(answers).toEqual(Array.from({ length: 80 }, (_, index) => index))
      expect(a.connections()).toHaveLength(1)
    })

    /** So many connections from another address of this machine that say nothing; those that were refused close. */
    const halfOpen = async (to: Network, count: number): Promise<Socket[]> =>
      await Promise.all(
        Array.from({ length: count }, async () => {
          const socket = connect({ port: portOf(to), host: '127.0.0.1', localAddress: '127.0.0.2' })
          cleanups.push(() => socket.destroy())
          socket.on('error', () => socket.destroy())
          socket.resume()
          await once(socket, 'connect')
          return socket
        })
      )

    it('[T-24] lets others in while one host holds 300 half-open connections', async () => {
      const b = await started(TCP)
      const sockets = await halfOpen(b, 300)
      const held = (): number => sockets.filter(socket => !socket.closed).length
      await eventually(() => expect(held()).toBeLessThanOrEqual(MAX_PENDING_PER_HOST))
      for (let honest = 0; honest < 10; honest++) {
        const a = await started(TCP)
        expect(await a.dial(b.addresses())).toBe(b.peer)
      }
    })

    it('[T-24] [T-70] refuses a host for ten minutes after a hundred handshakes that were not finished', async () => {
      const lines: (LogFields | undefined)[] = []
      const logger: Logger = { ...silentLogger, warn: (_message, fields) => lines.push(fields), child: () => logger }
      const b = libp2pNetwork({ deviceKey: randomBytes(32), listen: [TCP], mdns: false, clock, logger })
      cleanups.push(() => b.stop())
      await b.start()
      const isAnswered = async (localAddress: string): Promise<boolean> => {
        const socket = connect({ port: portOf(b), host: '127.0.0.1', localAddress })
        cleanups.push(() => socket.destroy())
        socket.on('error', () => socket.destroy())
        // multistream-select: whoever speaks it is answered with the same line.
        socket.write('\x13/multistream/1.0.0\n')
        const answer = await new Promise<boolean>(resolve => {
          socket.once('data', () => resolve(true))
          socket.once('close', () => resolve(false))
        })
        // A length that nothing in the protocol has.
        if (answer && !socket.closed) {
          socket.write(Buffer.of(0xff, 0xff, 0x7f))
          await new Promise(resolve => socket.once('close', resolve))
        }
        return answer
      }
      let answers = 0
      while (lines.length === 0) if (await isAnswered('127.0.0.6')) answers++
      expect(answers).toBeGreaterThanOrEqual(MAX_HOST_OFFENCES - 1)
      expect(lines).toEqual([{ event: 'host-denied', address: '127.0.0.6', reason: 'no handshake', seconds: 600 }])
      expect(await isAnswered('127.0.0.6')).toBe(false)
      expect(b.denials.list()).toMatchObject([{ host: '127.0.0.6', why: 'offences', reason: 'no handshake' }])
      expect(await isAnswered('127.0.0.7')).toBe(true)
      expect(b.denials.lift('127.0.0.6')).toBe(true)
      expect(await isAnswered('127.0.0.6')).toBe(true)
      lines.length = 0
      while (lines.length === 0) await isAnswered('127.0.0.6')
      await clock.advance(600_001)
      await eventually(async () => expect(await isAnswered('127.0.0.6')).toBe(true))
    })

    it('[E-46] says at which addresses somebody else answered, and reaches a peer at another beside them', async () => {
      const [a, b, c] = [await started(TCP), await started(TCP, WEB_SOCKET), await started(TCP)]
      const [tcp = '', webSocket = ''] = b.addresses()
      const asC = (address: string): string => address.replace(b.peer, c.peer)
      const behind = `${asC(tcp)}/p2p-circuit/p2p/${b.peer}`
      const found: [PeerId, string][] = []
      const undo = a.onSomebodyElse((peer, address) => found.push([peer, address]))
      for (const address of [asC(tcp), asC(webSocket), behind])
        await expect(a.dial([address])).rejects.toMatchObject({ code: 'UNREACHABLE' })
      const nobody = `/ip4/127.0.0.1/tcp/1/p2p/${c.peer}`
      await expect(a.dial([nobody])).rejects.toMatchObject({ code: 'UNREACHABLE' })
      expect(found).toEqual([
        [c.peer, asC(tcp)],
        [c.peer, asC(webSocket)],
        [b.peer, behind]
      ])
      undo()
      expect(await a.dial([asC(tcp), ...c.addresses()])).toBe(c.peer)
      expect(found).toHaveLength(3)
    })

    it('[E-47] counts handshakes that the other end left by the places that these kept from others', async () => {
      const b = await started(TCP)
      const halfOpen = async (): Promise<Socket> => {
        const socket = connect({ port: portOf(b), host: '127.0.0.1', localAddress: '127.0.0.8' })
        cleanups.push(() => socket.destroy())
        socket.on('error', () => socket.destroy())
        socket.write('\x13/multistream/1.0.0\n')
        const isIn = await new Promise<boolean>(resolve => {
          socket.once('data', () => resolve(true))
          socket.once('close', () => resolve(false))
        })
        expect(isIn, 'one of so many within a second').toBe(true)
        return socket
      }
      /** 25 come, and leave after that time. */
      const comeAndGo = async (ms: number): Promise<void> => {
        const sockets: Socket[] = []
        for (let count = 0; count < 25; count++) await eventually(async () => sockets.push(await halfOpen()))
        await clock.advance(ms)
        for (const socket of sockets) {
          socket.end()
          await new Promise(resolve => socket.once('close', resolve))
        }
      }
      const isDenied = (): boolean => b.denials.list().some(({ host }) => host === '127.0.0.8')
      for (let round = 0; round < 5; round++) await comeAndGo(round * 500)
      expect(isDenied()).toBe(false)
      for (let round = 0; round < 4; round++) await comeAndGo(9_900)
      await eventually(() => expect(isDenied()).toBe(true))
    })

    it('[T-131] lets others of a host in, however often a denied device of it dials', async () => {
      const [denied, other, b] = [await started(TCP), await started(TCP), await started(TCP, WEB_SOCKET)]
      await b.deny(denied.peer, 3_600_000, { why: 'asked' })
      for (let turn = 0; turn <= MAX_HOST_OFFENCES; turn++)
        await denied.dial([b.addresses()[turn % 2] ?? '']).then(
          () => denied.hangUp(b.peer),
          () => undefined
        )
      expect(b.denials.list()).toMatchObject([{ peer: denied.peer, why: 'asked' }])
      expect(b.connections()).toEqual([])
      // So many within a second are more than one host may have, for the rest of that second.
      await eventually(async () => expect(await other.dial(b.addresses())).toBe(b.peer))
    })

    it.each([
      ['one host', { perHost: 2 }],
      ['all', { inAll: 2 }]
    ])(
      '[T-49] has room for members when strangers took theirs, and for who comes when these were here for long: %s',
      async (_of, strangers) => {
        const member = await started(TCP)
        const isMember = (peer: PeerId): boolean => peer === member.peer
        const logger = silentLogger
        const options = { listen: [TCP], mdns: false, paths: { isMember }, strangers, clock, logger }
        const b = libp2pNetwork({ deviceKey: randomBytes(32), ...options })
        cleanups.push(() => b.stop())
        await b.start()
        const [first, second, third] = [await started(TCP), await started(TCP), await started(TCP)]
        for (const each of [first, second]) await each.dial(b.addresses())
        await eventually(() => expect(b.connections()).toHaveLength(2))
        // It may learn of it only after its own end is ready.
        await third.dial(b.addresses()).catch(() => undefined)
        await eventually(() => expect(third.connections()).toEqual([]))
        await member.dial(b.addresses())
        await eventually(() =>
          expect(b.connections().map(({ peer }) => peer)).toEqual([first.peer, second.peer, member.peer])
        )
        await clock.advance(STRANGERS_STAY_MS)
        await third.dial(b.addresses())
        await eventually(() =>
          expect(b.connections().map(({ peer }) => peer)).toEqual([second.peer, member.peer, third.peer])
        )
      }
    )

    it('[T-49] gives one place for one, however many come while that one is going', async () => {
      const logger = silentLogger
      const options = { listen: [TCP], mdns: false, paths: { isMember: () => false }, strangers: { inAll: 2 } }
      const b = libp2pNetwork({ deviceKey: randomBytes(32), ...options, clock, logger })
      cleanups.push(() => b.stop())
      await b.start()
      for (const each of [await started(TCP), await started(TCP)]) await each.dial(b.addresses())
      await eventually(() => expect(b.connections()).toHaveLength(2))
      await clock.advance(STRANGERS_STAY_MS)
      const many = await Promise.all(Array.from({ length: 12 }, () => started(TCP)))
      let most = 0
      b.onPeer(() => {
        most = Math.max(most, b.connections().length)
      })
      await Promise.allSettled(many.map(each => each.dial(b.addresses())))
      await eventually(() => expect(b.connections().filter(({ since }) => since === clock.now())).toHaveLength(2))
      expect(most).toBe(2)
    })

    it('[T-24] outlives connections that speak no protocol', async () => {
      const [a, b] = [await started(TCP), await started(TCP, WEB_SOCKET)]
      const ports = b.addresses().map(address => Number(/tcp\/(\d+)/.exec(address)?.[1]))
      for (let i = 0; i < 60; i++) {
        const socket = connect({ port: ports[i % 2]!, host: '127.0.0.1', localAddress: `127.0.0.${3 + (i % 4)}` })
        socket.on('error', () => socket.destroy())
        socket.end(randomBytes(1 + i * 10))
        socket.resume()
        await new Promise(resolve => socket.once('close', resolve))
      }
      expect(await a.dial(b.addresses())).toBe(b.peer)
    })
  })
})

async function echo(duplex: Duplex): Promise<void> {
  for await (const chunk of duplex.source) await duplex.write(chunk)
  await duplex.closeWrite()
}
