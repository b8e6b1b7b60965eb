import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../logger.ts'
import type { Logger } from '../../logger.ts'
import { eventually } from '../../testing/eventually.ts'
import { memoryIdentity } from '../../testing/identity.ts'
import { manualClock } from '../../testing/manual-clock.ts'
import { duplexPair } from '../../testing/memory-duplex.ts'
import { libp2pNetwork } from '../libp2p.ts'
import type { Libp2pNetworkOptions } from '../libp2p.ts'
import type { Duplex, Network } from '../network.ts'
import { bulkPlane } from './plane.ts'
import type { BulkPlane } from './plane.ts'
import { AGREEMENT, decodeOffer, encodeOffer } from './protocol.ts'
import type { Offer } from './protocol.ts'

const PROTOCOL = '/borgo/test/bulk/1'
const SWARM_KEY = `/key/swarm/psk/1.0.0/\n/base16/\n${'ab'.repeat(32)}`
const MIB = 1_048_576

describe('the bulk plane', () => {
  const clock = manualClock()
  const running: Network[] = []

  const start = async (options: Partial<Libp2pNetworkOptions> = {}): Promise<Network> => {
    const network = libp2pNetwork({
      deviceKey: randomBytes(32),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      mdns: false,
      clock,
      logger: silentLogger,
      ...options
    })
    running.push(network)
    await network.start()
    return network
  }
  /** `from` sends a few MiB to `to` on the bulk plane; what both then say carries it. */
  const transfer = async (from: Network, to: Network) => {
    const { promise, resolve } = Promise.withResolvers<Duplex>()
    const undo = to.handle(PROTOCOL, resolve)
    // Whoever was dialled hears of it a little later.
    await eventually(() => expect(from.connections()).not.toEqual([]))
    const ours = await from.open(to.peer, PROTOCOL, { plane: 'bulk' })
    const theirs = await promise
    undo()
    const sent = randomBytes(3 * MIB)
    const reading = readAll(theirs)
    await ours.write(sent.subarray(0, 10), sent.subarray(10))
    await Promise.all([ours.closeWrite(), theirs.closeWrite()])
    expect((await reading).equals(sent)).toBe(true)
    return { here: carrier(from, to), there: carrier(to, from), ours, theirs }
  }

  afterEach(async () => {
    await Promise.all(running.splice(0).map(network => network.stop()))
  })

  it('[T-100] goes over a socket that the opener makes', async () => {
    const [a, b] = [await start(), await start()]
    await a.dial(b.addresses())
    expect(carrier(a, b)).toBeUndefined()
    expect(await transfer(a, b)).toMatchObject({ here: 'socket', there: 'socket' })
    expect(await transfer(b, a)).toMatchObject({ here: 'socket', there: 'socket' })
  })

  it('[T-105] counts the bytes of sockets with those of the connection', async () => {
    const [a, b] = [await start(), await start()]
    await a.dial(b.addresses())
    await transfer(a, b)
    expect(a.connections()[0]?.bytesOut).toBeGreaterThan(3 * MIB)
    expect(b.connections()[0]?.bytesIn).toBeGreaterThan(3 * MIB)
  })

  it('[T-100] goes over a socket that the other end makes, where only it can', async () => {
    const [hidden, open] = [await start({ listen: [] }), await start()]
    await hidden.dial(open.addresses())
    expect(await transfer(open, hidden)).toMatchObject({ here: 'socket', there: 'socket' })
  })

  it('[T-100] goes over IPv6, and in a private network', async () => {
    const options = { listen: ['/ip6/::1/tcp/0'], swarmKey: SWARM_KEY }
    const [a, b] = [await start(options), await start(options)]
    await a.dial(b.addresses())
    expect(await transfer(a, b)).toMatchObject({ here: 'socket' })
  })

  it('[T-100] goes over a stream where no socket can be made, and asks again ten minutes later', async () => {
    const taken = createServer()
    taken.listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const bulkPort = (taken.address() as AddressInfo).port
    const [a, b] = [await start({ bulkPort }), await start({ bulkPort })]
    await a.dial(b.addresses())
    expect(await transfer(a, b)).toMatchObject({ here: 'stream', there: undefined })
    taken.close()
    await once(taken, 'close')
    expect(await transfer(a, b)).toMatchObject({ here: 'stream', there: undefined })
    await clock.advance(600_001)
    expect(await transfer(a, b)).toMatchObject({ here: 'socket', there: 'socket' })
  })

  it('[T-102] ends its streams with the connection', async () => {
    const [a, b] = [await start(), await start()]
    await a.dial(b.addresses())
    const { promise, resolve } = Promise.withResolvers<Duplex>()
    b.handle(PROTOCOL, resolve)
    const ours = await a.open(b.peer, PROTOCOL, { plane: 'bulk' })
    const theirs = await promise
    await a.hangUp(b.peer)
    for (const duplex of [ours, theirs])
      await eventually(() => expect(duplex.closed.reason).toMatchObject({ code: 'STREAM_RESET' }))
  })

  it('[T-102] ends its streams with the last connection that goes the same way, whatever others there are', async () => {
    const [a, b] = [memoryIdentity('A'), memoryIdentity('B')]
    let hosts = ['127.0.0.1', '::1']
    const planes: BulkPlane[] = []
    const { promise: arrival, resolve } = Promise.withResolvers<Duplex>()
    const plane = (answers: (duplex: Duplex) => void): BulkPlane => {
      const made = bulkPlane({
        hosts: () => ['127.0.0.1'],
        port: 0,
        hostsOf: () => hosts,
        admit: () => () => undefined,
        openStream: async () => {
          const deliver = (work: () => void): void => queueMicrotask(work)
          const end = { deliver, windowBytes: MIB, onSent: () => undefined }
          const [ours, theirs] = duplexPair(end, end)
          answers(theirs)
          return ours
        },
        handlerOf: () => resolve,
        onMoved: () => undefined,
        onCarrier: () => undefined,
        onOffence: () => undefined,
        clock,
        logger: silentLogger
      })
      planes.push(made)
      return made
    }
    const far = plane(() => undefined)
    const near = plane(duplex => void far.answer(duplex, a.device))
    try {
      const ours = (await near.open(b.device, PROTOCOL, undefined)) ?? expect.unreachable()
      await arrival
      hosts = ['::1', '127.0.0.1']
      near.drop(b.device)
      expect(ours.closed.aborted).toBe(false)
      hosts = ['::1']
      near.drop(b.device)
      await eventually(() => expect(ours.closed.reason).toMatchObject({ code: 'STREAM_RESET' }))
    } finally {
      for (const each of planes) each.stop()
    }
  })

  it('[T-103] uses a socket again, and closes one that nobody used for 30 s', async () => {
    let sockets = 0
    const counting: Logger = {
      ...silentLogger,
      child: () => counting,
      debug: message => void (message === 'a socket for bulk' && sockets++)
    }
    const [a, b] = [await start({ logger: counting }), await start()]
    await a.dial(b.addresses())
    for (let count = 0; count < 3; count++) {
      const { ours } = await transfer(a, b)
      // It is free when the other end's end has come as well.
      await eventually(() => expect(ours.closed.aborted).toBe(true))
    }
    expect(sockets).toBe(1)
    await clock.advance(30_001)
    await transfer(a, b)
    expect(sockets).toBe(2)
  })

  it('[T-112] makes no more than sixteen sockets with one peer, however many it wants at once', async () => {
    const [a, b] = [await start(), await start()]
    await a.dial(b.addresses())
    const asking = await Promise.all(Array.from({ length: 40 }, () => a.open(b.peer, AGREEMENT)))
    const offers = await Promise.all(asking.map(async duplex => await offerOn(duplex)))
    expect(offers.filter(offer => offer !== undefined)).toHaveLength(16)
    // Places of who gave up are free again.
    for (const duplex of asking) duplex.abort(new Error('enough'))
    await eventually(async () => expect(await transfer(a, b)).toMatchObject({ here: 'socket' }))
  })

  it('[T-112] connects to no port of a peer that wants too many', async () => {
    const trap = createServer()
    let connections = 0
    trap.on('connection', socket => {
      connections++
      socket.on('error', () => undefined)
    })
    trap.listen(0, '127.0.0.1')
    await once(trap, 'listening')
    const { port } = trap.address() as AddressInfo
    const [a, b] = [await start(), await start()]
    await a.dial(b.addresses())
    const turn = encodeOffer({ id: '00'.repeat(16), key: new Uint8Array(32), port })
    const asking = await Promise.all(Array.from({ length: 40 }, () => a.open(b.peer, AGREEMENT)))
    for (const duplex of asking) await offerOn(duplex)
    await Promise.all(asking.map(duplex => duplex.write(Uint8Array.of(turn.length), turn)))
    await Promise.all(asking.slice(16).map(readAll))
    expect(connections).toBeLessThanOrEqual(16)
    for (const duplex of asking) duplex.abort(new Error('enough'))
    trap.close()
  })

  it('[T-9] shuts out who sends what is no offer', async () => {
    const [a, b] = [await start(), await start()]
    await a.dial(b.addresses())
    for (let count = 0; count < 10; count++) {
      const duplex = await a.open(b.peer, AGREEMENT)
      await duplex.write(Uint8Array.of(3, 1, 2, 3))
      await readAll(duplex).catch(() => undefined)
    }
    await eventually(() => expect(a.connections()).toEqual([]))
  })
})

const carrier = (from: Network, to: Network) => from.connections().find(({ peer }) => peer === to.peer)?.bulk

/** The offer with which an end answers an agreement. */
async function offerOn(duplex: Duplex): Promise<Offer | undefined> {
  const { value } = (await duplex.source[Symbol.asyncIterator]().next()) as IteratorResult<Uint8Array, void>
  return decodeOffer((value ?? new Uint8Array()).subarray(1))
}

async function readAll(duplex: Duplex): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const part of duplex.source) chunks.push(part)
  return Buffer.concat(chunks)
}
