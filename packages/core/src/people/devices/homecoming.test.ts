import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLogger } from '../../logger.ts'
import { memoryIdentity } from '../../testing/identity.ts'
import { manualClock } from '../../testing/manual-clock.ts'
import type { ManualClock } from '../../testing/manual-clock.ts'
import { groupId } from '../../testing/member-list.ts'
import { memoryNetwork } from '../../testing/memory-network.ts'
import { personNode } from '../../testing/person-node.ts'
import type { PersonNode } from '../../testing/person-node.ts'
import { noteHomecoming, startHomecoming } from './homecoming.ts'
import type { Homecoming } from './homecoming.ts'
import type { Place } from './place.ts'

let clock: ManualClock
let ada: PersonNode
const bob = memoryIdentity('bob')
const place = (name: string): Place => ({
  group: groupId(name),
  name,
  peers: new Map([[bob.device, [`/memory/1/p2p/${bob.device}`]]])
})
beforeEach(async () => {
  clock = manualClock()
  ada = await personNode(memoryIdentity('ada'), { net: memoryNetwork({ clock }), clock })
})
afterEach(() => ada.stop())

const start = (): Homecoming => startHomecoming({ ...ada, membership: ada.members, clock, logger: silentLogger })
const pass = async (ms: number): Promise<void> => {
  for (let at = 0; at < ms; at += 1_000) {
    await clock.advance(1_000)
    await setImmediate()
  }
}

it('[I-14] what a crash left of an account that did not come is forgotten', async () => {
  const { identity, database } = ada
  noteHomecoming(database, bob.account, [place('Tower')], clock.now())
  noteHomecoming(database, identity.account, [place('Square')], clock.now())
  const homecoming = start()
  expect(homecoming.list()).toEqual([{ group: groupId('Square'), name: 'Square', problem: undefined }])
  expect(database.prepare('SELECT count(*) n FROM homecoming').get()?.n).toBe(1)
  homecoming.stop()
})

it('[I-24] asks again over restarts, says why it is not in yet, and gives up after 30 days', async () => {
  const first = start()
  let changes = 0
  first.onChange(() => changes++)
  first.add(place('Square'))
  first.add(place('Square'))
  await pass(3_000)
  expect(first.list()).toMatchObject([{ name: 'Square', problem: 'UNREACHABLE' }])
  expect(changes).toBeGreaterThanOrEqual(2)
  first.stop()
  const again = start()
  await pass(3_000)
  expect(again.list()).toMatchObject([{ problem: 'UNREACHABLE' }])
  again.add(place('Tower'))
  again.remove(groupId('Tower'))
  expect(again.list()).toHaveLength(1)
  again.stop()
  noteHomecoming(ada.database, ada.identity.account, [place('Mill')], clock.now() - 31 * 86_400_000)
  const last = start()
  await pass(3_000)
  expect(last.list().map(({ name }) => name)).toEqual(['Square'])
  last.stop()
})
