import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GroupId, PeerId } from '../ids.ts'
import { silentLogger } from '../logger.ts'
import type { Stores } from '../store/store.ts'
import { manualClock } from '../testing/manual-clock.ts'
import type { ManualClock } from '../testing/manual-clock.ts'
import { letIn, meet, memoryHome, seen } from '../testing/membership-home.ts'
import type { Home } from '../testing/membership-home.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import type { MemoryNetwork } from '../testing/memory-network.ts'
import { memoryStores } from '../testing/memory-stores.ts'
import { seededRandom } from '../testing/random.ts'
import type { Dht } from '../transport/dht.ts'
import type { Network } from '../transport/network.ts'
import { TICK_MS, startDiscovery } from './discovery.ts'
import type { Discovery } from './discovery.ts'
import { MEETINGS, groupSecret, inspectNote, placeAt } from './meeting-place.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** A device on the memory network that knows its groups, a node of the DHT, and nobody's address. */
interface Resident {
  home: Home
  network: Network
  discovery: Discovery
  /** Whether it is connected to the other. */
  sees(other: Resident): boolean
  leave(): Promise<void>
}

let stores: Stores
let clock: ManualClock
let world: MemoryNetwork
let hub: Network
let stops: (() => unknown)[]

beforeEach(async () => {
  stores = memoryStores()
  clock = manualClock()
  world = memoryNetwork({ clock })
  stops = []
  hub = world.node(memoryHome('hub', stores).identity.device)
  hub.dht.define(MEETINGS, inspectNote)
  await hub.start()
})
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
  await hub.stop()
  stores.close()
})

/** What goes over the DHT of one resident, as everybody on its way may see it. */
interface Traffic {
  keys: Set<string>
  items: Uint8Array[]
  /** Times of the questions. */
  asked: number[]
}
const noTraffic = (): Traffic => ({ keys: new Set(), items: [], asked: [] })

async function settle(
  home: Home,
  { skewMs = 0, traffic = noTraffic(), seed = 1, isSlow = false } = {}
): Promise<Resident> {
  const network = world.node(home.identity.device)
  await network.start()
  const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex')
  const dht: Dht = {
    define: (namespace, inspect) => network.dht.define(namespace, inspect),
    put(namespace, key, item, options) {
      traffic.keys.add(hex(key))
      traffic.items.push(item)
      return network.dht.put(namespace, key, item, options)
    },
    async *get(namespace, key, options) {
      traffic.keys.add(hex(key))
      traffic.asked.push(clock.now())
      yield* network.dht.get(namespace, key, options)
      // Somebody who was asked says nothing.
      if (isSlow)
        await new Promise((_, reject) =>
          options?.signal?.addEventListener('abort', () => reject(options.signal?.reason as Error))
        )
    },
    status: () => network.dht.status()
  }
  const discovery = startDiscovery({
    identity: home.identity,
    members: home.members,
    network: {
      dht,
      addresses: () => network.addresses(),
      connections: () => network.connections(),
      onAddresses: listener => network.onAddresses(listener),
      onPeer: listener => network.onPeer(listener)
    },
    wanted: () => new Set(home.members.groups().flatMap(group => home.members.devices(group))),
    // Who has gone, or is cut off, cannot be reached.
    onFound: (_device, addresses) => void network.dial(addresses).catch(() => undefined),
    clock: { ...clock, now: () => clock.now() + skewMs },
    random: seededRandom(seed),
    logger: silentLogger
  })
  await network.dial(hub.addresses())
  const resident: Resident = {
    home,
    network,
    discovery,
    sees: other => network.connections().some(({ peer }) => peer === other.network.peer),
    async leave() {
      discovery.stop()
      await network.stop()
    }
  }
  stops.push(() => resident.leave())
  return resident
}

const people = (...names: string[]): Home[] => names.map(name => memoryHome(name, stores))

/** A group of all of them, known to all of them. */
function together(...homes: Home[]): GroupId {
  const [first, ...others] = homes as [Home, ...Home[]]
  const group = first.members.create({ name: 'Il borgo', kind: 'shared' })
  for (const home of others) letIn(home, first, group)
  meet(group, ...homes)
  return group
}

describe('members that know nothing but a node of the DHT', () => {
  it('[E-10] find each other, once whoever is alone has tried other ways for a while', async () => {
    const [ada, ben] = people('ada', 'ben') as [Home, Home]
    together(ada, ben)
    const [hers, his] = [await settle(ada), await settle(ben)]
    await clock.advance(4_000)
    expect(hers.sees(his)).toBe(false)
    await clock.advance(MINUTE_MS)
    expect(hers.sees(his)).toBe(true)
    expect(hers.discovery.status()).toMatchObject({ alone: 0, foundAt: expect.any(Number) as number })
    // The place that the two share is for who is alone.
    await clock.advance(10 * MINUTE_MS)
    expect(hers.discovery.status()).toMatchObject({ places: 1, notes: 1 })
  })

  it('[E-10] find who comes hours later, whose own note they read in time', async () => {
    const [ada, ben] = people('ada', 'ben') as [Home, Home]
    together(ada, ben)
    const hers = await settle(ada)
    await clock.advance(5 * HOUR_MS)
    const his = await settle(ben)
    await clock.advance(MINUTE_MS)
    expect(his.sees(hers)).toBe(true)
  })

  it('[E-10] find each other also where somebody never answers', async () => {
    const [ada, ben] = people('ada', 'ben') as [Home, Home]
    together(ada, ben)
    const hers = await settle(ada, { isSlow: true })
    await clock.advance(MINUTE_MS)
    const his = await settle(ben, { isSlow: true })
    await clock.advance(MINUTE_MS / 2)
    expect(his.sees(hers)).toBe(true)
  })

  it('[E-13] find each other at any hour, with clocks that are an hour ahead and an hour behind', async () => {
    const [ada, ben] = people('ada', 'ben') as [Home, Home]
    together(ada, ben)
    const hers = await settle(ada, { skewMs: HOUR_MS })
    for (let hour = 0; hour < 25; hour++) {
      const his = await settle(ben, { skewMs: -HOUR_MS, seed: hour })
      await clock.advance(MINUTE_MS / 2)
      expect(his.sees(hers), `hour ${hour}`).toBe(true)
      await his.leave()
      await clock.advance(HOUR_MS)
    }
  })

  it('[E-12] are not found by who was removed, once notes from before have expired', async () => {
    const [ada, ben, eve] = people('ada', 'ben', 'eve') as [Home, Home, Home]
    const group = together(ada, ben, eve)
    const [hers, his] = [await settle(ada), await settle(ben)]
    await clock.advance(MINUTE_MS)
    ada.members.act(group, { type: 'remove', account: eve.identity.account, seen: seen(eve) })
    meet(group, ada, ben)
    await clock.advance(5 * HOUR_MS)
    // She has not even heard of it, and looks where the group met.
    const removed = await settle(eve)
    await clock.advance(3 * HOUR_MS)
    expect(removed.discovery.status()).toMatchObject({ alone: 1, foundAt: undefined })
    expect([removed.sees(hers), removed.sees(his)]).toEqual([false, false])
    expect([hers.sees(his), hers.sees(removed)]).toEqual([true, false])
  })

  it('[E-14] find who missed a new key, each two at a place of their own', async () => {
    const [ada, ben, cleo] = people('ada', 'ben', 'cleo') as [Home, Home, Home]
    const group = together(ada, ben, cleo)
    ada.members.rotate(group)
    meet(group, ada, cleo)
    expect(ben.members.epoch(group)).not.toBe(ada.members.epoch(group))
    const [hers, cleos] = [await settle(ada), await settle(cleo)]
    await clock.advance(5 * MINUTE_MS)
    const his = await settle(ben)
    await clock.advance(10 * MINUTE_MS)
    expect(his.sees(hers) || his.sees(cleos)).toBe(true)
  })

  it('[E-14] also find who was here before as a stranger, and may not have the key now', async () => {
    const [ada, ben, cleo] = people('ada', 'ben', 'cleo') as [Home, Home, Home]
    const group = together(cleo, ada)
    const [hers, his, cleos] = [await settle(ada), await settle(ben), await settle(cleo)]
    await hers.network.dial(cleos.network.addresses())
    await hers.network.dial(his.network.addresses())
    await clock.advance(MINUTE_MS)
    expect(hers.discovery.status().places).toBe(1)
    await his.leave()
    letIn(ben, cleo, group)
    meet(group, ada, cleo)
    await clock.advance(2 * TICK_MS)
    expect(hers.sees(his)).toBe(false)
    expect(hers.discovery.status().places).toBe(2)
  })

  it('[E-14] find a relay, which has no key, and are found by it', async () => {
    const [ada, mill] = people('ada', 'mill') as [Home, Home]
    const group = ada.members.create({ name: 'Il borgo', kind: 'shared' })
    letIn(mill, ada, group, 'relay')
    meet(group, ada, mill)
    const relay = await settle(mill)
    await clock.advance(5 * MINUTE_MS)
    const hers = await settle(ada)
    await clock.advance(10 * MINUTE_MS)
    expect(hers.sees(relay)).toBe(true)
  })
})

describe('outsiders', () => {
  it('[E-11] see keys and notes that tell nothing of group, members and addresses, and others every day', async () => {
    const [ada, ben] = people('ada', 'ben') as [Home, Home]
    const groups = [together(ada, ben), together(ada, ben)]
    const traffic = noTraffic()
    const visit = async (): Promise<void> => {
      const residents = [await settle(ada, { traffic }), await settle(ben, { traffic })]
      await clock.advance(2 * MINUTE_MS)
      for (const resident of residents) await resident.leave()
    }
    await visit()
    const first = new Set(traffic.keys)
    // One place for each group and one for the two, or two of each near the hour of its move; nothing else.
    expect(first.size).toBeGreaterThanOrEqual(2)
    expect(first.size).toBeLessThanOrEqual(6)
    expect(new Set(traffic.items.map(({ length }) => length)).size).toBeLessThanOrEqual(2)
    const { device, account } = ada.identity
    const tellTale = [device, account, ben.identity.device, ...groups, '/memory', 'ada', 'Il borgo']
    for (const item of traffic.items) for (const text of tellTale) expect(Buffer.from(item).includes(text)).toBe(false)
    for (const raw of [ada.identity.deviceKey.publicKey, ada.identity.certificate.box])
      for (const item of traffic.items) expect(Buffer.from(item).includes(Buffer.from(raw))).toBe(false)

    // What is public of a group is not enough to derive its places, and neither is another group's key.
    const epochKey = (group: GroupId): Uint8Array => ada.members.key(group, 0)!
    const [one, other] = groups as [GroupId, GroupId]
    const keyOf = (group: GroupId, key: Uint8Array): string =>
      Buffer.from(placeAt(groupSecret(group, key), clock.now()).key).toString('hex')
    expect(first).toContain(keyOf(one, epochKey(one)))
    for (const key of [epochKey(other), ada.identity.deviceKey.publicKey, new Uint8Array(32)])
      expect(first).not.toContain(keyOf(one, key))

    traffic.keys.clear()
    await clock.advance(48 * HOUR_MS)
    await visit()
    expect(traffic.keys.size).toBeGreaterThanOrEqual(2)
    expect([...traffic.keys].filter(key => first.has(key))).toEqual([])
  })
})

describe('what the DHT costs', () => {
  it('[E-15] a device in 100 groups no more than a question in two seconds, and less and less', async () => {
    const [ada, ben] = people('ada', 'ben') as [Home, Home]
    for (let count = 0; count < 100; count++) together(ada, ben)
    const traffic = noTraffic()
    await settle(ada, { traffic })
    await clock.advance(50 * MINUTE_MS)
    const gaps = traffic.asked.slice(1).map((time, index) => time - (traffic.asked[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(TICK_MS)
    const lately = traffic.asked.filter(time => time > clock.now() - 15 * MINUTE_MS).length
    // Each group once or twice, and the place that the two share.
    expect(lately).toBeLessThanOrEqual(101 * 2)
    expect(new Set(traffic.keys).size).toBeGreaterThanOrEqual(101)
  })

  it('[E-15] who is connected a question and a note for each group and hour, and nothing while nobody can be asked', async () => {
    const [ada, ben] = people('ada', 'ben') as [Home, Home]
    together(ada, ben)
    const traffic = noTraffic()
    const hers = await settle(ada, { traffic })
    await hers.network.hangUp(hub.peer)
    await clock.advance(HOUR_MS)
    expect(traffic.asked).toEqual([])
    expect(hers.discovery.status()).toMatchObject({ alone: 1 })
    await hers.network.dial(hub.addresses())
    const his = await settle(ben)
    await clock.advance(HOUR_MS)
    expect(hers.sees(his)).toBe(true)
    traffic.asked.length = traffic.items.length = 0
    await clock.advance(10 * HOUR_MS)
    expect(traffic.asked.length).toBeGreaterThanOrEqual(10)
    expect(traffic.asked.length).toBeLessThanOrEqual(21)
    expect(traffic.items.length).toBeLessThanOrEqual(2 * 21)
  })

  it('[E-16] a group of any size no more than what fits under one key: the others only read', async () => {
    const names = Array.from({ length: 11 }, (_, index) => `person ${index}`)
    const homes = people(...names)
    const group = together(...homes)
    const secret = groupSecret(group, homes[0]!.members.key(group, 0)!)
    const keyIn = (hours: number): string => Buffer.from(placeAt(secret, clock.now() + hours * HOUR_MS).key).toString()
    // While the place moves, those of both days leave notes.
    while (keyIn(-2) !== keyIn(6)) await clock.advance(HOUR_MS)
    const traffic = names.map(noTraffic)
    const residents: Resident[] = []
    for (const [index, home] of homes.entries()) {
      residents.push(await settle(home, { traffic: traffic[index], seed: index }))
      await clock.advance(20_000)
    }
    await clock.advance(HOUR_MS)
    for (const each of traffic) each.items.length = 0
    await clock.advance(HOUR_MS)
    expect(traffic.filter(({ items }) => items.length > 0)).toHaveLength(8)
    for (const resident of residents) expect(resident.network.connections().length).toBeGreaterThan(1)
  })
})

describe('who is wanted', () => {
  it('[E-10] are not looked for by who wants nobody of a group', async () => {
    const [ada, ben] = people('ada', 'ben') as [Home, Home]
    together(ada, ben)
    const network = world.node(ada.identity.device)
    await network.start()
    stops.push(() => network.stop())
    await network.dial(hub.addresses())
    const discovery = startDiscovery({
      identity: ada.identity,
      members: ada.members,
      network,
      wanted: () => new Set<PeerId>(),
      onFound: device => expect.unreachable(device),
      clock,
      logger: silentLogger
    })
    stops.push(() => discovery.stop())
    await clock.advance(HOUR_MS)
    expect(discovery.status()).toEqual({ places: 0, notes: 0, alone: 0, foundAt: undefined })
  })
})
