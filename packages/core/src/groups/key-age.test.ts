import { afterEach, beforeEach, expect, it } from 'vitest'
import type { GroupId } from '../ids.ts'
import { silentLogger } from '../logger.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import type { ManualClock } from '../testing/manual-clock.ts'
import { homeOf, letIn } from '../testing/membership-home.ts'
import type { Home } from '../testing/membership-home.ts'
import { memoryStores } from '../testing/memory-stores.ts'
import type { Stores } from '../store/store.ts'
import { keepKeys } from './custody.ts'
import { generationOf } from './epoch-key.ts'
import { FIRST_POLICY } from './policy.ts'

const DAY_MS = 86_400_000
const RIGHT_MS = Date.UTC(2026, 5, 1)
/** The longest wait until it is this device's turn to look, and that between two looks. */
const TURN_MS = DAY_MS

let stores: Stores
let ada: Home
let clock: ManualClock
let group: GroupId
beforeEach(() => {
  stores = memoryStores()
  clock = manualClock(RIGHT_MS)
  ada = homeOf(memoryIdentity('ada'), stores, { clock })
  group = ada.members.create({ name: 'Il borgo', kind: 'shared' })
})
afterEach(() => stores.close())

/** Sees to Ada's keys, alone: nobody can be asked. */
const keep = ({ identity, members, database }: Home): (() => void) =>
  keepKeys({
    identity,
    database,
    membership: members,
    log: { count: () => 0, vector: () => new Map() },
    peers: { get: () => undefined },
    addresses: { addressesOf: () => [] },
    network: { dial: () => Promise.reject(new Error('nobody is there')) },
    streams: { open: () => Promise.reject(new Error('nobody is there')) },
    clock,
    logger: silentLogger
  })
const generation = (): number => generationOf(ada.members.epoch(group))
/** Bob, an admin, changes the key when his clock shows `now`. */
const rotateAt = (now: number): void => {
  const bob = homeOf(memoryIdentity(`bob ${now}`), stores, { clock: manualClock(now) })
  letIn(bob, ada, group, 'admin')
  bob.members.rotate(group)
  ada.members.receive(group, bob.members.since(group, []))
  expect(generation()).toBe(1)
}

it('[G-48] a key whose author’s clock ran ahead gets old where it is known, over restarts', async () => {
  rotateAt(Date.UTC(2030, 0, 1))
  const stop = keep(ada)
  await clock.advance(20 * DAY_MS)
  stop()
  const again = keep(ada)
  await clock.advance(FIRST_POLICY.keyAgeMs - 20 * DAY_MS - TURN_MS)
  expect(generation()).toBe(1)
  await clock.advance(2 * TURN_MS)
  expect(generation()).toBe(2)
  again()
})

it('[G-48] a key whose author’s clock was never set is not older than it is', async () => {
  rotateAt(0)
  const stop = keep(ada)
  await clock.advance(FIRST_POLICY.keyAgeMs - TURN_MS)
  expect(generation()).toBe(1)
  await clock.advance(2 * TURN_MS)
  expect(generation()).toBe(2)
  stop()
})

it('[G-48] a key gets old also where the clock of who knows it was ahead, or not set, for a while', async () => {
  rotateAt(Date.UTC(2030, 0, 1))
  const rightly = clock
  for (const wrong of [Date.UTC(2030, 0, 1), 0]) {
    clock = manualClock(wrong)
    const stop = keep(ada)
    await clock.advance(TURN_MS)
    stop()
  }
  clock = rightly
  const stop = keep(ada)
  await clock.advance(FIRST_POLICY.keyAgeMs - TURN_MS)
  expect(generation()).toBe(1)
  await clock.advance(2 * TURN_MS)
  expect(generation()).toBe(2)
  stop()
})
