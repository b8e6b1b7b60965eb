import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLogger } from '../logger.ts'
import { groupNames } from '../names/group-names.ts'
import { signName } from '../names/record.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { personNode } from '../testing/person-node.ts'
import type { PersonNode } from '../testing/person-node.ts'
import { openContactBook } from './contacts/book.ts'
import type { OwnRecordsDeps } from './own-records.ts'
import { presenceSetting } from './presence-setting.ts'

const WEEK_MS = 7 * 86_400_000
const SWEEP_MS = 600_000

const clock = manualClock()
let node: PersonNode
let stopping: AbortController

beforeEach(async () => {
  node = await personNode(memoryIdentity('ada'), { net: memoryNetwork({ clock }), clock })
  stopping = new AbortController()
})
afterEach(async () => {
  stopping.abort()
  await node.stop()
})

function deps(): OwnRecordsDeps {
  const { home, identity, log, members } = node
  return {
    self: identity.account,
    home,
    log,
    membership: members,
    clock,
    logger: silentLogger,
    signal: stopping.signal
  }
}
/** What a plugin that stopped left to the next one. */
function restart(): void {
  stopping.abort()
  stopping = new AbortController()
  node.home.stop()
}
async function replacedAtHome(): Promise<number> {
  clock.jump(WEEK_MS)
  await clock.advance(SWEEP_MS)
  return node.log.storage(node.home.open()).replaced.records
}

it('[L-41] keeps of a presence what was chosen last', async () => {
  const presence = presenceSetting(deps(), () => undefined)
  for (const text of ['one', 'two', 'three', 'four']) await presence.set({ text })
  expect(await replacedAtHome()).toBe(3)
  restart()
  expect(presenceSetting(deps(), () => undefined).get().text).toBe('four')
})

it('[L-41] keeps of a contact what was heard last, and all that the person said', async () => {
  const book = openContactBook(deps())
  const [ben, cat] = [memoryIdentity('ben'), memoryIdentity('cat')]
  await book.set(ben.account, { mine: 'yes', theirs: 'yes', name: 'Ben', devices: {} })
  const since = book.since(ben.account)
  for (let port = 1; port <= 9; port++) {
    await book.set(ben.account, { devices: { [ben.device]: [`/ip4/192.0.2.1/tcp/${port}`] } })
    await book.set(cat.account, { devices: { [cat.device]: [`/ip4/192.0.2.2/tcp/${port}`] } })
  }
  await book.set(ben.account, { note: 'of the choir' })
  await book.set(ben.account, { note: 'of the old choir' })
  expect(await replacedAtHome()).toBe(16)
  const before = [book.get(ben.account), book.get(cat.account)]
  restart()
  const again = openContactBook(deps())
  expect([again.get(ben.account), again.get(cat.account)]).toEqual(before)
  expect(again.get(ben.account).devices).toEqual({ [ben.device]: ['/ip4/192.0.2.1/tcp/9'] })
  expect(again.since(ben.account)).toBe(since)
})

it('[L-41] keeps of a name in a group what its device said last', async () => {
  const { identity, log, members } = node
  const group = members.create({ name: 'Village', kind: 'shared' })
  const names = groupNames({ log, members, clock, logger: silentLogger })
  const now = clock.now()
  const rest = { addresses: [], comment: '', data: new Uint8Array(), withdrawn: false }
  const details = { place: group, issuedAt: now, expiresAt: now + WEEK_MS, ...rest }
  for (let sequence = 1; sequence <= 4; sequence++)
    for (const label of ['printer', 'camera'])
      await names.publish(signName(identity, { ...details, label, sequence }), group)
  clock.jump(WEEK_MS)
  await clock.advance(SWEEP_MS)
  expect(log.storage(group)).toMatchObject({ records: 8, replaced: { records: 6 } })
  names.stop()
})
