import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { Transform } from 'node:stream'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../src/logger.ts'
import type { Protocol } from '../src/stream.ts'
import { eventually } from '../src/testing/eventually.ts'
import { FRAMES } from '../src/testing/frames.ts'
import { manualClock } from '../src/testing/manual-clock.ts'
import { seededRandom } from '../src/testing/random.ts'
import { libp2pNetwork } from '../src/transport/libp2p.ts'
import type { Network } from '../src/transport/network.ts'
import { DENY_MS } from '../src/transport/offences.ts'
import { createStreams } from '../src/transport/streams.ts'
import type { Streams } from '../src/transport/streams.ts'
import { attack, GENUINE, MAX_GROWTH_BYTES, STREAMS, UNREAD } from './forged-frames.ts'
import type { Outcome } from './forged-frames.ts'

const SEED = 20261122
const ECHO: Protocol = {
  id: '/borgo/test/echo/1',
  access: 'anyone',
  maxMessageBytes: 1000,
  maxStreamsPerPeer: 4,
  idleMs: 60_000
}
const TIMEOUT_MS = 120_000 + 20 * FRAMES
/** Those of the others would dial whatever is told: in a network namespace, with nobody there. */
const UNSHARE = process.getuid?.() === 0 ? ['-n'] : ['-Urn']
const ON_LOOPBACK = (Object.keys(GENUINE) as (keyof typeof GENUINE)[]).filter(
  protocol => protocol !== '/borgo/kad/1' && protocol !== '/libp2p/dcutr'
)

describe('hostile bytes over libp2p', () => {
  const clock = manualClock()
  const random = seededRandom(SEED)
  const below = (limit: number): number => Math.floor(random() * limit)
  const networks: Network[] = []
  let target: Network
  let streams: Streams

  const started = async (): Promise<Network> => {
    const network = libp2pNetwork({
      deviceKey: randomBytes(32),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      mdns: false,
      dht: 'auto',
      paths: { relay: 'anyone' },
      clock,
      logger: silentLogger
    })
    await network.start()
    return network
  }
  const join = async (): Promise<Network> => {
    const network = await started()
    networks.push(network)
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

  for (const protocol of ON_LOOPBACK) {
    const shutsOut = !UNREAD.includes(protocol)
    it(
      `[T-9] ${STREAMS} streams of forged frames to ${protocol} do no harm${shutsOut ? ' and shut their sender out' : ''} (seed ${SEED})`,
      async () => {
        const { grown, shutOut } = await attack({
          protocol,
          target,
          addresses: () => target.addresses(),
          join: started,
          random
        })
        expect(grown).toBeLessThan(MAX_GROWTH_BYTES)
        if (shutsOut) expect(shutOut).toBeGreaterThan(STREAMS / 100)
        else expect(shutOut).toBe(0)
        await isServing()
      },
      TIMEOUT_MS
    )
  }

  it(
    `[T-9] nor do ${STREAMS} to the table of nodes with public addresses, and to hole punching`,
    async () => {
      const set = ['ip link set lo up', ...[1, 2, 3].map(number => `ip addr add 51.0.0.${number}/32 dev lo`)].join(
        ' && '
      )
      const script = `${set} && exec ${process.execPath} ${import.meta.dirname}/public-target.ts ${SEED}`
      const { stdout } = await promisify(execFile)('unshare', [...UNSHARE, 'sh', '-c', script])
      const outcomes = JSON.parse(stdout) as Record<string, Outcome>
      expect(Object.keys(outcomes)).toEqual(['/borgo/kad/1', '/libp2p/dcutr'])
      for (const { grown, shutOut } of Object.values(outcomes)) {
        expect(grown).toBeLessThan(MAX_GROWTH_BYTES)
        expect(shutOut).toBeGreaterThan(STREAMS / 100)
      }
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
