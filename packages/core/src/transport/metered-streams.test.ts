import { beforeEach, describe, expect, it } from 'vitest'
import { createBudgets } from '../budgets/budgets.ts'
import type { Metered } from '../budgets/budgets.ts'
import { silentLogger } from '../logger.ts'
import { CORE_MIGRATIONS } from '../schema.ts'
import type { Protocol, Stream } from '../stream.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import type { ManualClock } from '../testing/manual-clock.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { memoryStores } from '../testing/memory-stores.ts'
import type { Network } from './network.ts'
import { createStreams } from './streams.ts'
import type { Streams } from './streams.ts'

const KIB = 1_024
const RATE = 64 * KIB
const NODE = { kind: 'node' } as const
const TEST: Protocol = {
  id: '/borgo/test/bytes/1',
  access: 'anyone',
  maxMessageBytes: 1_024 * KIB,
  maxStreamsPerPeer: 8,
  idleMs: 60_000
}

interface End {
  network: Network
  budgets: Metered
  streams: Streams
}

describe('streams within budgets', () => {
  let clock: ManualClock
  let alice: End
  let bruno: End

  beforeEach(async () => {
    clock = manualClock()
    const world = memoryNetwork({ clock, windowBytes: 32 * KIB })
    const join = async (name: string): Promise<End> => {
      const network = world.node(memoryIdentity(name).device)
      await network.start()
      const budgets = createBudgets({ database: memoryStores().of('core').database(CORE_MIGRATIONS), clock })
      return {
        network,
        budgets,
        streams: createStreams({ network, clock, logger: silentLogger, isMember: () => true, budgets })
      }
    }
    ;[alice, bruno] = [await join('alice'), await join('bruno')]
    await alice.network.dial(bruno.network.addresses())
  })

  /** A stream from Alice to Bruno; what he got of it so far. */
  const opened = async (protocol = TEST): Promise<{ stream: Stream; got: () => number; over: Promise<void> }> => {
    let bytes = 0
    const { promise: over, resolve } = Promise.withResolvers<void>()
    bruno.streams.handle(protocol, async stream => {
      for await (const message of stream) bytes += message.length
      resolve()
    })
    return { stream: await alice.streams.open(bruno.network.peer, protocol), got: () => bytes, over }
  }
  const sendAll = async (stream: Stream, bytes: number): Promise<void> => {
    for (let sent = 0; sent < bytes; sent += 8 * KIB) await stream.send(new Uint8Array(8 * KIB))
    await stream.end()
  }

  it.each(['up', 'down'] as const)('[O-8] go %s at the rate of their budget, and arrive whole', async resource => {
    const end = resource === 'up' ? alice : bruno
    end.budgets.set({ scope: { kind: 'plugin', id: 'test' }, resource, amount: RATE })
    const { stream, got, over } = await opened()
    void sendAll(stream, 20 * RATE)
    await clock.advance(9_000)
    expect(got() / RATE).toBeGreaterThan(9)
    expect(got() / RATE).toBeLessThan(11)
    expect(end.budgets.list()[0]?.waiting).toBe(1)
    await clock.advance(12_000)
    await over
    expect(got()).toBe(20 * RATE)
  })

  it('[O-8] send a long message in small parts, so that the other end sees that it goes on', async () => {
    alice.budgets.set({ scope: NODE, resource: 'up', amount: 16 * KIB })
    const { stream, got, over } = await opened({ ...TEST, idleMs: 5_000 })
    void stream.send(new Uint8Array(1_000 * KIB)).then(() => stream.end())
    await clock.advance(60_000)
    expect(got()).toBe(0)
    await clock.advance(10_000)
    await over
    expect(got()).toBe(1_000 * KIB)
  })

  it('[O-8] wait no longer than their stream lasts', async () => {
    alice.budgets.set({ scope: NODE, resource: 'up', amount: RATE })
    const { stream } = await opened()
    void stream.send(new Uint8Array(1_000 * KIB))
    await clock.advance(1_000)
    stream.reset()
    await clock.advance(0)
    expect(alice.budgets.list()[0]?.waiting).toBe(0)
  })

  it('[O-4] that are too many are refused, and one that is over makes room', async () => {
    bruno.budgets.set({ scope: { kind: 'peer' }, resource: 'streams', amount: 2 })
    const { stream } = await opened()
    await alice.streams.open(bruno.network.peer, TEST)
    await expect(alice.streams.open(bruno.network.peer, TEST)).rejects.toMatchObject({ code: 'BUSY' })
    stream.reset()
    await clock.advance(0)
    await alice.streams.open(bruno.network.peer, TEST)
    alice.budgets.set({ scope: { kind: 'plugin', id: 'test' }, resource: 'streams', amount: 2 })
    await expect(alice.streams.open(bruno.network.peer, TEST)).rejects.toMatchObject({ code: 'OVER_BUDGET' })
  })

  it('[O-4] refuse messages over the budget of whoever sends, and read no faster than that of whoever receives', async () => {
    alice.budgets.set({ scope: { kind: 'group', id: 'other' }, resource: 'messages', amount: 1 })
    bruno.budgets.set({ scope: NODE, resource: 'messages', amount: 10 })
    const { stream, got } = await opened()
    for (let count = 0; count < 30; count++) await stream.send(Uint8Array.of(1))
    await clock.advance(500)
    expect(got()).toBeLessThan(20)
    await clock.advance(3_000)
    expect(got()).toBe(30)
    alice.budgets.set({ scope: NODE, resource: 'messages', amount: 1 })
    await stream.send(Uint8Array.of(1))
    await expect(stream.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'OVER_BUDGET' })
    await clock.advance(1_000)
    await stream.send(Uint8Array.of(1))
  })

  it('[O-4] of the core are not limited in number, since everything else hangs on them', async () => {
    for (const { budgets } of [alice, bruno])
      for (const resource of ['streams', 'messages'] as const) budgets.set({ scope: NODE, resource, amount: 1 })
    const core: Protocol = { ...TEST, id: '/borgo/core/test/1' }
    const { stream, got } = await opened(core)
    await alice.streams.open(bruno.network.peer, core)
    for (let count = 0; count < 30; count++) await stream.send(Uint8Array.of(1))
    await clock.advance(0)
    expect(got()).toBe(30)
  })
})
