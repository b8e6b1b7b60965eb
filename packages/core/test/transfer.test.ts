import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../src/logger.ts'
import type { Plane, Protocol } from '../src/stream.ts'
import { manualClock } from '../src/testing/manual-clock.ts'
import { libp2pNetwork } from '../src/transport/libp2p.ts'
import type { Duplex, Network } from '../src/transport/network.ts'
import { createStreams } from '../src/transport/streams.ts'
import type { Streams } from '../src/transport/streams.ts'

const MIB = 1024 * 1024
const protocolOf = (plane: Plane): Protocol => ({
  id: '/borgo/test/transfer/1',
  access: 'anyone',
  maxMessageBytes: MIB,
  maxStreamsPerPeer: 1,
  idleMs: 60_000,
  plane
})
const MESSAGES = 100
/** Two windows of 2 MiB, the read-ahead and a frame. */
const MAX_READ_BYTES = 4.5 * MIB
/** One message whose sending has begun, with its prefix and what the socket puts before it. */
const MAX_WRITE_BYTES = MIB + 8
/** What the kernel may hold of one connection, in its sockets at both ends: Linux says how much, others hold less. */
const KERNEL_BYTES =
  process.platform === 'linux' ? ['rmem', 'wmem'].reduce((sum, which) => sum + greatest(which), 0) : 12 * MIB
/** What may lie between: both, two messages being put together, and the sockets of the kernel. */
const MAX_BETWEEN = MAX_READ_BYTES + MAX_WRITE_BYTES + 2 * MIB + KERNEL_BYTES

function greatest(which: string): number {
  return Number(readFileSync(`/proc/sys/net/ipv4/tcp_${which}`, 'utf8').trim().split(/\s+/).at(-1))
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe.each<Plane>(['messages', 'bulk'])('100 MB over real connections, plane %s', plane => {
  const protocol = protocolOf(plane)
  const clock = manualClock()
  const duplexes: Duplex[] = []
  let sender: Network
  let receiver: Network
  let ofSender: Streams
  let ofReceiver: Streams

  /** The same network, but what its streams hold can be looked at. */
  const watched = (network: Network): Network => ({
    ...network,
    handle: (protocol, handler) =>
      network.handle(protocol, (duplex, from) => {
        duplexes.push(duplex)
        handler(duplex, from)
      }),
    open: async (peer, protocol, options) => {
      const duplex = await network.open(peer, protocol, options)
      duplexes.push(duplex)
      return duplex
    }
  })

  beforeAll(async () => {
    const make = (): Network =>
      watched(
        libp2pNetwork({
          deviceKey: randomBytes(32),
          listen: ['/ip4/127.0.0.1/tcp/0'],
          mdns: false,
          clock,
          logger: silentLogger
        })
      )
    ;[sender, receiver] = [make(), make()]
    await Promise.all([sender.start(), receiver.start()])
    await sender.dial(receiver.addresses())
    ofSender = createStreams({ network: sender, clock, logger: silentLogger, isMember: () => true })
    ofReceiver = createStreams({ network: receiver, clock, logger: silentLogger, isMember: () => true })
  })
  afterAll(async () => {
    ofSender.close()
    ofReceiver.close()
    await Promise.all([sender.stop(), receiver.stop()])
  })

  const transfer = async (betweenMessages: () => Promise<void>) => {
    duplexes.length = 0
    const worst = { between: 0, read: 0, write: 0 }
    const hashes = { sent: createHash('sha256'), received: createHash('sha256') }
    let [sent, received] = [0, 0]
    const look = (): void => {
      worst.between = Math.max(worst.between, sent - received)
      for (const { buffered } of duplexes) {
        worst.read = Math.max(worst.read, buffered.read)
        worst.write = Math.max(worst.write, buffered.write)
      }
    }
    const undo = ofReceiver.handle(protocol, async stream => {
      for await (const message of stream) {
        look()
        received += message.length
        hashes.received.update(message)
        await betweenMessages()
        look()
      }
      await stream.send(Buffer.from(hashes.received.digest('hex')))
    })
    const stream = await ofSender.open(receiver.peer, protocol)
    const message = randomBytes(MIB)
    for (let index = 0; index < MESSAGES; index++) {
      const copy = Uint8Array.from(message)
      copy[index] = index
      hashes.sent.update(copy)
      await stream.send(copy)
      sent += copy.length
      look()
    }
    await stream.end()
    const answer = await stream.receive()
    expect(Buffer.from(answer ?? []).toString()).toBe(hashes.sent.digest('hex'))
    expect(await stream.receive()).toBeUndefined()
    undo()
    for (const { buffered } of duplexes) expect(buffered).toEqual({ read: 0, write: 0 })
    return worst
  }

  it('[T-5] arrive whole at a fast reader', async () => {
    const worst = await transfer(() => Promise.resolve())
    expect(worst.write).toBeLessThanOrEqual(MAX_WRITE_BYTES)
  })

  it('[T-5] arrive whole at a slow reader, which holds no more than its window', async () => {
    const worst = await transfer(async () => {
      for (let turns = 0; turns < 40; turns++) await turn()
    })
    expect(worst.read).toBeGreaterThan(0)
    expect(worst.read).toBeLessThanOrEqual(MAX_READ_BYTES)
    expect(worst.write).toBeLessThanOrEqual(MAX_WRITE_BYTES)
    expect(worst.between).toBeLessThanOrEqual(MAX_BETWEEN)
  })

  it('[T-5] wait for a reader that stands still', async () => {
    const { promise: stop, resolve: go } = Promise.withResolvers<void>()
    let isFirst = true
    // Standing still ends when the sender does: it has handed over what fits, and hands over nothing more.
    const standing = transfer(() => {
      if (!isFirst) return Promise.resolve()
      isFirst = false
      return stop
    })
    let unchanged = 0
    for (let last = -1; unchanged < 200; await turn()) {
      const held = receiver.connections()[0]?.bytesIn ?? 0
      unchanged = held === last ? unchanged + 1 : 0
      last = held
    }
    go()
    const worst = await standing
    expect(worst.read).toBeLessThanOrEqual(MAX_READ_BYTES)
    expect(worst.between).toBeLessThanOrEqual(MAX_BETWEEN)
  })
})
