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
import { libp2pNetwork } from '../src/transport/libp2p.ts'
import type { Network } from '../src/transport/network.ts'
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
const FRAMES = 10_000
const FRAMES_PER_STREAM = 100

/** A gossipsub RPC that publishes one message: https://github.com/libp2p/specs/tree/master/pubsub. */
const RPC = Buffer.concat([Buffer.of(0x12, 13, 0x12, 8), Buffer.alloc(8, 7), Buffer.of(0x22, 1, 0x74)])
/** An identify message: an agent, an address, a protocol. */
const IDENTIFY = Buffer.concat([
  Buffer.of(0x32, 5),
  Buffer.from('agent'),
  Buffer.of(0x12, 3, 4, 127, 0, 0x1a, 2, 0x2f, 0x78)
])

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
      clock,
      logger: silentLogger
    })
    networks.push(network)
    await network.start()
    return network
  }
  const isServing = async (): Promise<void> => {
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

  for (const [protocol, genuine] of [
    ['/ipfs/id/1.0.0', IDENTIFY],
    ['/ipfs/ping/1.0.0', randomBytes(32)],
    ['/meshsub/1.2.0', RPC]
  ] as const)
    it(`[T-9] ${FRAMES} forged frames to ${protocol} do no harm (seed ${SEED})`, async () => {
      let attacker = await join()
      for (let sent = 0; sent < FRAMES; sent += FRAMES_PER_STREAM) {
        if (attacker.connections().length === 0) await attacker.dial(target.addresses())
        const duplex = await attacker.open(target.peer, protocol).catch(() => undefined)
        const frames = Array.from({ length: FRAMES_PER_STREAM }, () => forge(genuine))
        await duplex?.write(Buffer.concat(frames)).catch(() => undefined)
        if (below(2)) await duplex?.closeWrite().catch(() => undefined)
        duplex?.abort(new Error('next'))
        if (below(20) === 0) {
          await attacker.stop()
          attacker = await join()
        }
      }
      await isServing()
    })

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
