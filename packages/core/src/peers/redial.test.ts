import { randomBytes } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { silentLogger } from '../logger.ts'
import { eventually } from '../testing/eventually.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { libp2pNetwork } from '../transport/libp2p.ts'
import type { Network } from '../transport/network.ts'
import { startRedialing } from './redial.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
const clock = manualClock()
const started = async (): Promise<Network> => {
  const network = libp2pNetwork({
    deviceKey: randomBytes(32),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    mdns: false,
    clock,
    logger: silentLogger
  })
  cleanups.push(() => network.stop())
  await network.start()
  return network
}

it('[E-41] [T-131] a device that is refused dials ever more seldom, and its host stays welcome', async () => {
  const [refused, other, door] = [await started(), await started(), await started()]
  const dials: { at: number; done: Promise<unknown> }[] = []
  await door.deny(refused.peer, 86_400_000, { why: 'asked' })
  const redialing = startRedialing({
    network: {
      peer: refused.peer,
      connections: () => refused.connections(),
      onPeer: listener => refused.onPeer(listener),
      dial(addresses, options) {
        const done = refused.dial(addresses, options)
        dials.push({ at: clock.now(), done: done.catch(() => undefined) })
        return done
      }
    },
    clock,
    logger: silentLogger,
    wanted: () => [door.peer],
    addresses: () => door.addresses(),
    random: () => 0
  })
  cleanups.push(() => redialing.stop())
  const pass = async (ms: number): Promise<void> => {
    for (const end = clock.now() + ms; clock.now() < end;) {
      await clock.advance(500)
      await dials.at(-1)?.done
      await eventually(() => expect(refused.connections()).toEqual([]))
    }
  }
  await pass(180_000)
  const gaps = dials.map(({ at }, index) => at - (dials[index - 1]?.at ?? at)).slice(1)
  expect(gaps).toEqual(gaps.toSorted((a, b) => a - b))
  expect(gaps.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000])
  expect(dials.length).toBeLessThan(10)
  expect(door.denials.list()).toMatchObject([{ peer: refused.peer, why: 'asked' }])
  expect(await other.dial(door.addresses())).toBe(door.peer)

  door.denials.lift(refused.peer)
  redialing.now(door.peer)
  await eventually(() => expect(refused.connections()).toHaveLength(1))
  await clock.advance(10_500)
  await refused.hangUp(door.peer)
  const soFar = dials.length
  await clock.advance(500)
  await eventually(() => expect(refused.connections()).toHaveLength(1))
  expect(dials).toHaveLength(soFar + 1)
})
