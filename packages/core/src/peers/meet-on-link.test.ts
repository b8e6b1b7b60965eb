import { afterEach, expect, it } from 'vitest'
import type { PeerId } from '../ids.ts'
import { silentLogger } from '../logger.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { DIALS_AT_ONCE, MOST_STRANGERS, NEWS, meetOnLink } from './meet-on-link.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function setUp({ latencyMs = 0 } = {}) {
  const clock = manualClock()
  const world = memoryNetwork({ clock, latencyMs })
  const settle = async (name: string) => {
    const network = world.node(name as PeerId)
    stops.push(() => network.stop())
    await network.start()
    return network
  }
  const ada = await settle('ada')
  const ours = new Set<PeerId>()
  const learned: string[][] = []
  const known: string[] = []
  let see: (device: PeerId, addresses: string[]) => void = () => undefined
  let dials = 0
  const stop = meetOnLink({
    network: {
      connections: () => ada.connections(),
      dial: (...args) => (dials++, ada.dial(...args)),
      onDiscovered(listener) {
        see = listener
        return ada.onDiscovered(listener)
      }
    },
    isOurs: device => ours.has(device),
    addressesOf: () => known,
    onOurs: (_device, addresses) => learned.push(addresses),
    clock,
    logger: silentLogger
  })
  stops.push(stop)
  const strangers = async (count: number): Promise<PeerId[]> => {
    const names = Array.from({ length: count }, (_, index) => `stranger ${index}`)
    for (const name of names) await settle(name)
    return names as PeerId[]
  }
  return { ada, clock, world, ours, learned, known, strangers, dials: () => dials, see: () => see }
}

it('[E-45] connects to 32 strangers on the link, 8 at a time, and to others when these are gone or members', async () => {
  const { ada, clock, world, ours, strangers } = await setUp({ latencyMs: 100 })
  const all = await strangers(60)
  const seeAll = (): void => {
    for (const each of all) world.discover(ada.peer, each)
  }
  const here = (): number => ada.connections().length
  seeAll()
  await clock.advance(1_000)
  expect(here()).toBe(DIALS_AT_ONCE)
  for (let round = 0; round < 10; round++) {
    seeAll()
    await clock.advance(1_000)
  }
  expect(here()).toBe(MOST_STRANGERS)
  const [first, second, ...others] = ada.connections().map(({ peer }) => peer)
  expect(others).toHaveLength(MOST_STRANGERS - 2)
  await ada.hangUp(first!)
  ours.add(second!)
  for (let round = 0; round < 3; round++) {
    seeAll()
    await clock.advance(1_000)
  }
  expect(here()).toBe(MOST_STRANGERS + 1)
})

it('[E-45] does not count those against each other who cannot be reached', async () => {
  const { ada, clock, see, dials, strangers } = await setUp()
  for (let nobody = 0; nobody < 300; nobody++) {
    see()(`nobody ${nobody}` as PeerId, [`/memory/nobody ${nobody}`])
    await clock.advance(1)
  }
  expect(dials()).toBe(300)
  const [stranger] = await strangers(1)
  see()(stranger!, [`/memory/${stranger}`])
  see()('without addresses' as PeerId, [])
  await clock.advance(1)
  expect(ada.connections()).toHaveLength(1)
  expect(dials()).toBe(301)
})

it('[E-45] learns where members are, and six times a minute that one is somewhere else', async () => {
  const { ours, known, learned, see, clock } = await setUp()
  const [ben, cleo] = ['ben', 'cleo'] as [PeerId, PeerId]
  ours.add(ben).add(cleo)
  for (let lie = 0; lie < 100; lie++) see()(ben, [`/memory/${lie}`])
  expect(learned).toHaveLength(NEWS.most)
  see()(cleo, ['/memory/cleo'])
  expect(learned).toHaveLength(NEWS.most + 1)
  known.push('/memory/0')
  see()(ben, ['/memory/0'])
  expect(learned).toHaveLength(NEWS.most + 2)
  await clock.advance(NEWS.withinMs)
  see()(ben, ['/memory/new'])
  expect(learned).toHaveLength(NEWS.most + 3)
})
