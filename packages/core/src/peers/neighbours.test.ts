import { afterEach, describe, expect, it } from 'vitest'
import type { PeerId } from '../ids.ts'
import { silentLogger } from '../logger.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import type { MemoryNetwork } from '../testing/memory-network.ts'
import { seededRandom } from '../testing/random.ts'
import { EVERYBODY, lanesOf, placeOf } from './lanes.ts'
import type { Lane, Place } from './lanes.ts'
import { DRAWN, DRAWN_MS, neighbours } from './neighbours.ts'
import { startRedialing } from './redial.ts'
import type { Redialing } from './redial.ts'
import { SPARE, UNUSED_MS, keepFewSpare } from './spare.ts'

const GROUP = groupId('village')
const devicesOf = (count: number): PeerId[] =>
  Array.from({ length: count }, (_, index) => memoryIdentity(`villager ${index}`).device)
const places = new Map<PeerId, Place>()
const lanes = (devices: readonly PeerId[], self: PeerId): Lane[] =>
  lanesOf(devices, self, device => {
    const place = places.get(device) ?? placeOf(GROUP, device)
    places.set(device, place)
    return place
  })
/** Whom a device has as neighbours when everybody is there. */
const neighboursOf = (devices: readonly PeerId[], self: PeerId): Set<PeerId> =>
  new Set(lanes(devices, self).flatMap(([first]) => first ?? []))

/** How many devices are connected with the first one, over as many others as it takes. */
function reached(next: ReadonlyMap<PeerId, ReadonlySet<PeerId>>): number {
  const found = new Set([...next.keys()].slice(0, 1))
  for (const device of found) for (const other of next.get(device) ?? []) found.add(other)
  return found.size
}

describe('neighbours', () => {
  it.each([EVERYBODY + 1, 100, 300])('[E-19] are few among %i, mutual, and connect all', count => {
    const devices = devicesOf(count)
    const next = new Map(devices.map(device => [device, neighboursOf(devices, device)]))
    for (const [device, of] of next) {
      expect(of.has(device)).toBe(false)
      for (const other of of) expect(next.get(other)?.has(device)).toBe(true)
    }
    const degrees = devices.map(device => next.get(device)?.size ?? 0)
    expect(Math.max(...degrees)).toBeLessThanOrEqual(2 * Math.log2(count) + 8)
    expect(degrees.reduce((sum, degree) => sum + degree, 0) / count).toBeLessThanOrEqual(2 * Math.log2(count) + 1)
    expect(reached(next)).toBe(count)
  })

  it('[E-19] are all of a small group, and nobody where there is nobody else', () => {
    const devices = devicesOf(EVERYBODY)
    for (const device of devices) expect(neighboursOf(devices, device).size).toBe(EVERYBODY - 1)
    const [alone] = devices
    if (alone) expect(lanes([alone], alone)).toEqual([])
  })

  it('[E-19] change for those alone that are beside who comes', () => {
    const [newcomer, ...devices] = devicesOf(201)
    if (!newcomer) throw new TypeError('there is one')
    const all = [...devices, newcomer]
    const beside = neighboursOf(all, newcomer)
    for (const device of devices) {
      const [before, after] = [neighboursOf(devices, device), neighboursOf(all, device)]
      if (beside.has(device)) expect(after.has(newcomer)).toBe(true)
      else expect(after).toEqual(before)
    }
  })

  /** A group whose members change, as one of them sees it. */
  const setUp = (all: readonly PeerId[]) => {
    const [self = '' as PeerId] = all
    const clock = manualClock()
    let present = all
    let isHome = false
    const listeners = new Set<(group: typeof GROUP) => void>()
    const members = {
      groups: () => [GROUP],
      devices: () => [...present],
      isHome: () => isHome,
      onChange(listener: (group: typeof GROUP) => void) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      }
    }
    const change = (devices: readonly PeerId[], { home = false } = {}): void => {
      present = devices
      isHome = home
      for (const listener of listeners) listener(GROUP)
    }
    return { beside: neighbours(members, self, clock), change, clock, listeners, self }
  }

  it('[E-19] follow the members of each group; one’s own devices are all of them', () => {
    const devices = devicesOf(EVERYBODY + 1)
    const { beside, change, listeners, self } = setUp(devices)
    expect(beside.lanes().slice(0, -DRAWN)).toEqual(lanes(devices, self))
    const first = neighboursOf(devices, self)
    expect(devices.filter(device => beside.has(GROUP, device))).toEqual(devices.filter(device => first.has(device)))
    change(devices.slice(0, 2))
    expect(beside.lanes()).toEqual([devices.slice(1, 2)])
    change(devices, { home: true })
    expect(beside.lanes()).toEqual(devices.slice(1).map(device => [device]))
    beside.stop()
    expect(listeners.size).toBe(0)
  })

  it('[E-24] are not all: two members are drawn by lot, others every hour', () => {
    const devices = devicesOf(200)
    const drawn = ({ beside }: ReturnType<typeof setUp>): Lane[] => beside.lanes().slice(-DRAWN)
    const one = setUp(devices)
    const [before] = [drawn(one)]
    for (const lane of before) expect(new Set(lane)).toEqual(new Set(devices.slice(1)))
    expect(drawn(setUp(devices))).not.toEqual(before)
    // Who goes changes nothing but that.
    const [gone] = before[0]?.slice(5) ?? []
    one.change(devices.filter(device => device !== gone))
    expect(drawn(one)).toEqual(before.map(lane => lane.filter(device => device !== gone)))
    one.clock.jump(DRAWN_MS)
    expect(drawn(one)).not.toEqual(before.map(lane => lane.filter(device => device !== gone)))
  })
})

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

interface Villager {
  device: PeerId
  network: ReturnType<MemoryNetwork['node']>
  redialing: Redialing
  connected(): PeerId[]
}

const addressesOf = (device: PeerId): string[] => [`/memory/${device}/p2p/${device}`]

/** A village in which everybody knows who is in it and where they are, and nobody speaks. */
async function village(count: number, { isAway = (_: number): boolean => false } = {}) {
  const clock = manualClock()
  const world = memoryNetwork({ clock, latencyMs: 5 })
  const devices = devicesOf(count)
  const random = seededRandom(1)
  const settle = async (device: PeerId): Promise<Villager> => {
    const network = world.node(device)
    const ways = lanes(devices, device)
    const redialing = startRedialing({
      network,
      clock,
      logger: silentLogger,
      wanted: () => [],
      lanes: () => ways,
      addresses: addressesOf,
      random
    })
    const stopSparing = keepFewSpare({
      network,
      clock,
      logger: silentLogger,
      isOurs: () => true,
      isWanted: other => redialing.wants(other),
      isUsed: () => false
    })
    stops.push(
      () => network.stop(),
      () => redialing.stop(),
      stopSparing
    )
    await network.start()
    return { device, network, redialing, connected: () => [...new Set(network.connections().map(({ peer }) => peer))] }
  }
  const villagers: Villager[] = []
  for (const [index, device] of devices.entries()) if (!isAway(index)) villagers.push(await settle(device))
  const next = (): Map<PeerId, Set<PeerId>> =>
    new Map(villagers.map(({ connected, device }) => [device, new Set(connected())]))
  return { clock, world, devices, villagers, settle, next }
}

describe('a large group', () => {
  it('[E-19] has few connections, through which everybody is reached', async () => {
    const { clock, devices, villagers, next } = await village(100)
    await clock.advance(30_000)
    for (const { connected, device } of villagers) expect(new Set(connected())).toEqual(neighboursOf(devices, device))
    expect(reached(next())).toBe(100)
  })

  it('[E-20] is connected by whoever is there', async () => {
    const { clock, devices, settle, villagers, next } = await village(100, { isAway: index => index % 4 !== 0 })
    await clock.advance(120_000)
    expect(reached(next())).toBe(25)
    for (const { connected } of villagers) expect(connected().length).toBeGreaterThanOrEqual(2)
    for (const { connected } of villagers) expect(connected().length).toBeLessThanOrEqual(24)
    const back = devices[1]
    if (!back) throw new TypeError('there is one')
    const { connected } = await settle(back)
    await clock.advance(60_000)
    expect(connected().length).toBeGreaterThanOrEqual(2)
  })

  it('[E-20] is one again when the network was parted, without being told', async () => {
    const { clock, devices, villagers, world, next } = await village(60)
    const sides = [devices.filter((_, index) => index % 2 === 0), devices.filter((_, index) => index % 2 === 1)]
    const [ones = [], others = []] = sides
    for (const one of ones) for (const other of others) world.partition(one, other)
    await clock.advance(120_000)
    expect(reached(next())).toBe(30)
    for (const one of ones) for (const other of others) world.heal(one, other)
    await clock.advance(120_000)
    expect(reached(next())).toBe(60)
    for (const { connected, device } of villagers)
      for (const neighbour of neighboursOf(devices, device)) expect(connected()).toContain(neighbour)
  })

  it('[E-21] hangs up on members of no use, all but a few', async () => {
    const { clock, devices, villagers } = await village(100)
    await clock.advance(30_000)
    const [ada, ...others] = villagers
    if (!ada) throw new TypeError('there is one')
    const wanted = neighboursOf(devices, ada.device)
    for (const { device, network } of others) if (!wanted.has(device)) await reachFrom(clock, network, ada.device)
    expect(ada.connected()).toHaveLength(99)
    await clock.advance(2 * UNUSED_MS)
    for (const device of wanted) expect(ada.connected()).toContain(device)
    expect(ada.connected().length).toBeLessThanOrEqual(wanted.size + SPARE)
  })

  it('[E-21] keeps what is used, what relays, and who is no member, and ends what was of no use the longest', async () => {
    const clock = manualClock()
    const [self = '' as PeerId, used, relay, stranger, ...rest] = devicesOf(5 + 2 * SPARE)
    let present = [used, relay, stranger, ...rest].flatMap((peer, index) => (peer ? [{ peer, since: index }] : []))
    const network = {
      ...memoryNetwork({ clock }).node(self),
      connections: () => present.map(one => ({ ...one, relay: undefined }) as never),
      hangUp: async (peer: PeerId) => void (present = present.filter(one => one.peer !== peer)),
      isRelaying: (peer: PeerId) => peer === relay
    }
    const stop = keepFewSpare({
      network,
      clock,
      logger: silentLogger,
      isOurs: device => device !== stranger,
      isWanted: () => false,
      isUsed: device => device === used
    })
    await clock.advance(2 * UNUSED_MS)
    stop()
    const left = present.map(({ peer }) => peer)
    expect(left).toEqual([used, relay, stranger, ...rest.slice(-SPARE)])
  })

  it('[E-22] reaches any member at once, and says when it cannot', async () => {
    const { clock, devices, villagers, world } = await village(60)
    await clock.advance(30_000)
    const [ada] = villagers
    if (!ada) throw new TypeError('there is one')
    const far = devices.filter(device => device !== ada.device && !ada.connected().includes(device))
    const [one = '' as PeerId, other = '' as PeerId] = far
    expect(ada.redialing.mayReach(one)).toBe(true)
    const reaching = Promise.all([ada.redialing.reach(one), ada.redialing.reach(one)])
    await clock.advance(100)
    await reaching
    expect(ada.connected().filter(device => device === one)).toHaveLength(1)
    world.partition(ada.device, other)
    const failing = expect(ada.redialing.reach(other)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await clock.advance(100)
    await failing
    expect(ada.redialing.mayReach(other)).toBe(false)
    await clock.advance(1_000)
    expect(ada.redialing.mayReach(other)).toBe(true)
    const controller = new AbortController()
    const aborted = expect(ada.redialing.reach(other, { signal: controller.signal })).rejects.toThrow('enough')
    controller.abort(new Error('enough'))
    await aborted
  })
})

/** Dials, and lets time pass until there is a connection. */
async function reachFrom(clock: ReturnType<typeof manualClock>, network: Villager['network'], to: PeerId) {
  const dialling = network.dial(addressesOf(to))
  await clock.advance(20)
  await dialling
}
