import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { Transform } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../src/logger.ts'
import type { Protocol } from '../src/stream.ts'
import { eventually } from '../src/testing/eventually.ts'
import { manualClock } from '../src/testing/manual-clock.ts'
import { seededRandom } from '../src/testing/random.ts'
import { AGREEMENT, encodeOffer } from '../src/transport/bulk/protocol.ts'
import { libp2pNetwork } from '../src/transport/libp2p.ts'
import type { Network } from '../src/transport/network.ts'
import { DENY_MS } from '../src/transport/offences.ts'
import { createStreams } from '../src/transport/streams.ts'
import type { Streams } from '../src/transport/streams.ts'

const SEED = 20261122
const ECHO: Protocol = {
  id: '/borgo/test/echo/1',
  access: 'anyone',
  maxMessageBytes: 1000,
  maxStreamsPerPeer: 4,
  idleMs: 60_000
}
/** For each protocol; 100,000 take some minutes each. */
const FRAMES = Number(process.env.BORGO_FRAMES ?? 2_000)
const FRAMES_PER_STREAM = 100
const TIMEOUT_MS = 120_000 + 20 * FRAMES

/** Fields of a protobuf that are bytes or messages: https://protobuf.dev/programming-guides/encoding. */
const field = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes])
const type = (value: number): Buffer => Buffer.of(8, value)
const peer = Buffer.concat([Buffer.of(0, 36, 8, 1, 18, 32), Buffer.alloc(32, 7)])
const address = Buffer.of(4, 127, 0, 0, 1, 6, 1, 1)
const key = Buffer.concat([Buffer.from('/borgo-name/'), Buffer.alloc(32, 5)])
const record = Buffer.concat([field(1, key), field(2, Buffer.of(0x81, 0x41, 1))])
/** Identify: an agent, an address, a protocol. */
const IDENTIFY = Buffer.concat([field(6, Buffer.from('agent')), field(2, address), field(3, Buffer.from('/x'))])

/** What libp2p's protocols and our own beside them carry, by https://github.com/libp2p/specs. */
const GENUINE: [protocol: string, messages: Uint8Array[]][] = [
  ['/ipfs/id/1.0.0', [IDENTIFY]],
  ['/ipfs/id/push/1.0.0', [IDENTIFY]],
  ['/ipfs/ping/1.0.0', [randomBytes(32)]],
  ['/meshsub/1.2.0', [field(2, Buffer.concat([field(2, Buffer.alloc(8, 7)), field(4, Buffer.from('t'))]))]],
  [
    '/borgo/lan/kad/1',
    [
      Buffer.concat([type(4), field(2, Buffer.alloc(32, 3))]),
      Buffer.concat([type(0), field(2, key), field(3, record)]),
      Buffer.concat([type(1), field(2, key)]),
      Buffer.concat([type(2), field(2, Buffer.alloc(34, 9)), field(9, field(1, peer))])
    ]
  ],
  ['/libp2p/circuit/relay/0.2.0/hop', [type(0), Buffer.concat([type(1), field(2, field(1, peer))])]],
  ['/libp2p/circuit/relay/0.2.0/stop', [Buffer.concat([type(0), field(2, field(1, peer))])]],
  [AGREEMENT, [encodeOffer(undefined), encodeOffer({ id: '00'.repeat(16), key: randomBytes(32), port: 1 })]]
]

describe('hostile bytes over libp2p', () => {
  const clock = manualClock()
  const random = seededRandom(SEED)
  const below = (limit: number): number => Math.floor(random() * limit)
  const networks: Network[] = []
  let target: Network
  let streams: Streams

  const join = async (): Promise<Network> => {
    const network = libp2pNetwork({
      deviceKey: randomBytes(32),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      mdns: false,
      dht: 'auto',
      paths: { relay: 'anyone' },
      clock,
      logger: silentLogger
    })
    networks.push(network)
    await network.start()
    return network
  }
  const isServing = async (): Promise<void> => {
    // A host that offended as often is shut out.
    await clock.advance(DENY_MS + 1)
    const honest = await join()
    const ofHonest = createStreams({ network: honest, clock, logger: silentLogger, isMember: () => true })
    await honest.dial(target.addresses())
    const stream = await ofHonest.open(target.peer, ECHO)
    await stream.send(Uint8Array.of(1, 2, 3))
    expect(await stream.receive()).toEqual(Uint8Array.of(1, 2, 3))
    ofHonest.close()
    await honest.stop()
  }

  beforeAll(async () => {
    target = await join()
    target.subscribe('t', () => 'accept')
    streams = createStreams({ network: target, clock, logger: silentLogger, isMember: () => true })
    streams.handle(ECHO, async stream => {
      for await (const message of stream) await stream.send(message)
    })
  })
  afterAll(async () => {
    streams.close()
    await Promise.all(networks.map(network => network.stop()))
  })

  const forge = (genuine: Buffer): Buffer => {
    const bytes = Buffer.from(genuine)
    for (let flips = below(4); flips >= 0; flips--) bytes[below(bytes.length)] = below(256)
    const cut = below(4) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes
    const claimed = below(10) === 0 ? below(128) : cut.length
    return Buffer.concat([Buffer.of(claimed), cut])
  }

  for (const [protocol, genuine] of GENUINE)
    it(
      `[T-9] ${FRAMES} forged frames to ${protocol} do no harm (seed ${SEED})`,
      async () => {
        let attacker = await join()
        let opened = 0
        const reconnect = async (): Promise<void> => {
          while (attacker.connections().length === 0) {
            const isIn = await attacker.dial(target.addresses()).catch(() => undefined)
            if (isIn) return
            await clock.advance(DENY_MS + 1)
            await attacker.stop()
            attacker = await join()
          }
        }
        for (let sent = 0; sent < FRAMES; sent += FRAMES_PER_STREAM) {
          await reconnect()
          const duplex = await attacker.open(target.peer, protocol).catch(() => undefined)
          if (duplex) opened++
          // Where the first frame decides, further ones are never looked at.
          const count = below(2) ? 1 : FRAMES_PER_STREAM
          const frames = Array.from({ length: count }, () => forge(Buffer.from(genuine[below(genuine.length)] ?? [])))
          await duplex?.write(Buffer.concat(frames)).catch(() => undefined)
          if (below(2)) await duplex?.closeWrite().catch(() => undefined)
          duplex?.abort(new Error('next'))
          if (below(20) === 0) {
            await attacker.stop()
            attacker = await join()
          }
        }
        await attacker.stop()
        expect(opened).toBeGreaterThan(0)
        await isServing()
      },
      TIMEOUT_MS
    )

  it('[T-9] cuts off a sender of garbage after ten streams', async () => {
    const attacker = await join()
    await attacker.dial(target.addresses())
    let attempts = 0
    for (; attacker.connections().length > 0 && attempts < 50; attempts++) {
      const duplex = await attacker.open(target.peer, ECHO.id).catch(() => undefined)
      await duplex?.write(Buffer.alloc(100, 0xff)).catch(() => undefined)
      if (duplex && !duplex.closed.aborted) await once(duplex.closed, 'abort')
    }
    await eventually(() => expect(attacker.connections()).toEqual([]))
    expect(attempts).toBeGreaterThanOrEqual(10)
    expect(attempts).toBeLessThan(13)
    expect(target.connections().map(connection => connection.peer)).not.toContain(attacker.peer)
    expect(streams.count()).toBe(0)
    await isServing()
  })

  it('[T-24] survives bytes that are changed on the wire', async () => {
    const port = Number(/tcp\/(\d+)/.exec(target.addresses()[0] ?? '')?.[1])
    const sockets: Socket[] = []
    const server = createServer(inbound => {
      const outbound = connect(port, '127.0.0.1')
      sockets.push(inbound, outbound)
      for (const socket of [inbound, outbound]) socket.on('error', () => socket.destroy())
      let left = 200 + below(4000)
      const corrupt = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          if (left >= 0 && left < chunk.length) chunk[left]! ^= 1 << below(8)
          left -= chunk.length
          done(null, chunk)
        }
      })
      inbound.pipe(corrupt).pipe(outbound).pipe(inbound)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}/p2p/${target.peer}`
    const outcomes = new Set<string>()
    for (let round = 0; round < 30; round++) {
      const network = await join()
      const talking = async (): Promise<void> => {
        await network.dial([address])
        const ofNetwork = createStreams({ network, clock, logger: silentLogger, isMember: () => true })
        const stream = await ofNetwork.open(target.peer, ECHO)
        for (let i = 0; i < 10; i++) {
          await stream.send(new Uint8Array(1000).fill(i))
          const answer = await stream.receive()
          expect(answer).toEqual(new Uint8Array(1000).fill(i))
        }
      }
      outcomes.add(
        await talking().then(
          () => 'whole',
          (error: { code?: string }) => error.code ?? String(error)
        )
      )
      await network.stop()
    }
    expect([...outcomes].filter(outcome => !['UNREACHABLE', 'STREAM_RESET', 'whole'].includes(outcome))).toEqual([])
    for (const socket of sockets) socket.destroy()
    server.close()
    await isServing()
  })
})
