import { afterEach, expect, it, vi } from 'vitest'
import { silentLogger } from '../logger.ts'
import { CORE_MIGRATIONS } from '../schema.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { memoryStores } from '../testing/memory-stores.ts'
import type { Network } from '../transport/network.ts'
import { MOST_SHUT_OUT_MS, createShutOut } from './shut-out.ts'
import type { ShutOut } from './shut-out.ts'

const HOUR_MS = 3_600_000
const clock = manualClock()
const net = memoryNetwork({ clock })
const database = memoryStores().of('core').database(CORE_MIGRATIONS)
const nodes: Network[] = []
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.stop()
})

async function start(seed: string): Promise<Network> {
  const node = net.node(memoryIdentity(seed).device)
  nodes.push(node)
  await node.start()
  return node
}

/** Ada's, on the one database of this file. */
const shutOutOf = (network: Network): ShutOut => createShutOut({ network, database, clock, logger: silentLogger })

it('[T-71] hangs up on whoever is shut out, refuses them until the time is over or they are let in, and shows who', async () => {
  const [ada, ben] = [await start('ada'), await start('ben')]
  const shutOut = shutOutOf(ada)
  const told = vi.fn()
  shutOut.onChange(told)
  await ben.dial(ada.addresses())
  await shutOut.add(ben.peer, HOUR_MS)
  const now = clock.now()
  expect(shutOut.list()).toEqual([
    { peer: ben.peer, host: undefined, why: 'asked', reason: undefined, since: now, until: now + HOUR_MS }
  ])
  expect(ada.connections()).toEqual([])
  await expect(ben.dial(ada.addresses())).rejects.toMatchObject({ code: 'UNREACHABLE' })
  shutOut.lift(ben.peer)
  expect(shutOut.list()).toEqual([])
  expect(told).toHaveBeenCalledTimes(2)
  await ben.dial(ada.addresses())
  expect(() => shutOut.lift(ben.peer)).toThrow(expect.objectContaining({ code: 'NOT_SHUT_OUT' }))

  await shutOut.add(ben.peer, HOUR_MS)
  await clock.advance(HOUR_MS)
  expect(shutOut.list()).toEqual([])
  await ben.dial(ada.addresses())
})

it('[T-72] whom a person shut out stays so over restarts, until the time is over', async () => {
  const before = await start('ada')
  const { peer } = await start('eve')
  const since = clock.now()
  await shutOutOf(before).add(peer, HOUR_MS)
  await before.stop()
  await clock.advance(HOUR_MS / 2)
  const after = shutOutOf(await start('ada'))
  expect(after.list()).toMatchObject([{ peer, why: 'asked', since, until: since + HOUR_MS }])
  await clock.advance(HOUR_MS / 2)
  expect(after.list()).toEqual([])
})

it('[T-71] does not shut out for longer than a year, nor the device itself', async () => {
  const ada = await start('ada')
  const { peer } = await start('eve')
  const shutOut = shutOutOf(ada)
  for (const ms of [0, 1.5, MOST_SHUT_OUT_MS + 1]) await expect(shutOut.add(peer, ms)).rejects.toThrow(TypeError)
  await expect(shutOut.add(ada.peer, HOUR_MS)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect(shutOut.list()).toEqual([])
})

it('[T-73] disconnects a device, which may come again', async () => {
  const [ada, ben] = [await start('ada'), await start('ben')]
  const shutOut = shutOutOf(ada)
  await expect(shutOut.disconnect(ben.peer)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  await ben.dial(ada.addresses())
  await shutOut.disconnect(ben.peer)
  expect(ada.connections()).toEqual([])
  await ben.dial(ada.addresses())
  expect(ada.connections()).toHaveLength(1)
})

it('[T-118] a device stays out that is blocked, too, and one that is unblocked but shut out', async () => {
  const [ada, ben] = [await start('ada'), await start('ben')]
  const onLifted = vi.fn()
  const shutOut = createShutOut({ network: ada, database, onLifted, clock, logger: silentLogger })
  await ada.deny(ben.peer, HOUR_MS / 2, { why: 'blocked' })
  expect(() => shutOut.lift(ben.peer)).toThrow(expect.objectContaining({ code: 'NOT_SHUT_OUT' }))
  await shutOut.add(ben.peer, HOUR_MS)
  shutOut.lift(ben.peer)
  expect(shutOut.list()).toMatchObject([{ why: 'blocked' }])
  expect(onLifted).not.toHaveBeenCalled()
  await expect(ben.dial(ada.addresses())).rejects.toMatchObject({ code: 'UNREACHABLE' })
  await shutOut.add(ben.peer, HOUR_MS)
  await shutOut.add(ben.peer, HOUR_MS / 4)
  ada.denials.lift(ben.peer, ['blocked'])
  await expect(ben.dial(ada.addresses())).rejects.toMatchObject({ code: 'UNREACHABLE' })

  // Over a restart, the longer time.
  await ada.stop()
  const again = await start('ada')
  expect(shutOutOf(again).list()).toMatchObject([{ why: 'asked', until: clock.now() + HOUR_MS }])
})
