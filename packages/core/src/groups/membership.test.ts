import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { historyOf } from './checking.ts'
import type { Stores } from '../store/store.ts'
import { hasCode } from '../errors.ts'
import type { GroupId } from '../ids.ts'
import type { Identity } from '../identity/identity.ts'
import type { Database } from '../store/store.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { memoryStores } from '../testing/memory-stores.ts'
import { OPEN_LINK, hex, invitationKey, replica, request } from '../testing/replica.ts'
import type { Replica } from '../testing/replica.ts'
import { GROUP_SCHEMA } from './group-store.ts'
import { membership } from './membership.ts'
import type { Membership } from './membership.ts'
import { readOperation, signOperation } from './operation.ts'
import { MAX_CONTRADICTIONS } from './aside.ts'
import { QUOTA, pastRefusal } from './permission.ts'
import type { Action } from './action.ts'

const key = invitationKey('k')
let stores: Stores
beforeEach(() => {
  stores = memoryStores()
})
afterEach(() => stores.close())

interface Home {
  identity: Identity
  database: Database
  members: Membership
  restart(): Membership
}

function home(name: string): Home {
  const identity = memoryIdentity(name)
  const database = stores.of(name).database([GROUP_SCHEMA])
  const clock = manualClock()
  const start = () => membership({ identity, database, clock })
  return { identity, database, members: start(), restart: start }
}

/** A copy of what `at` knows, in the hands of `identity`, who may sign anything on top. */
const copy = (at: Home, group: GroupId, identity = at.identity): Replica =>
  replica(
    identity,
    at.members.since(group, []).map(bytes => readOperation(bytes))
  )

/** Lets `joiner` in at `at`, without a network. */
function letIn(joiner: Home, at: Home, group: GroupId): void {
  const secret = invitationKey(joiner.identity.name)
  at.members.act(group, { type: 'invite', ...OPEN_LINK, key: hex(secret), role: 'writer', uses: 1, expiresAt: 2 ** 50 })
  at.members.act(group, { type: 'join', request: request(joiner.identity, copy(at, group), secret) })
  const operations = at.members.since(group, []).map(bytes => readOperation(bytes))
  joiner.members.adopt(historyOf(group, operations), at.members.keysFor(group, joiner.identity.certificate))
}

const code = (work: () => unknown): unknown => {
  try {
    work()
    return undefined
  } catch (error) {
    if (hasCode(error, 'BAD_OPERATION', 'PAST_MISSING', 'FORBIDDEN', 'GROUP_UNKNOWN')) return error.code
    throw error
  }
}
const stored = ({ database }: Home): number =>
  Number(database.prepare('SELECT count(*) n FROM membership_operation').get()?.n)
const invite: Action = { type: 'invite', ...OPEN_LINK, key: hex(key), role: 'owner', uses: 3, expiresAt: 2 ** 50 }

describe('membership on disk', () => {
  it('[G-12] is the same after a restart: groups, members, keys and links', async () => {
    const [ada, bob] = [home('ada'), home('bob')]
    const group = ada.members.create({ name: 'Il borgo', kind: 'shared' })
    ada.members.act(group, invite, { link: 'borgo:join/secret' })
    letIn(bob, ada, group)
    for (const { members, restart } of [ada, bob]) {
      const again = restart()
      expect(again.groups()).toEqual([group])
      expect(again.state(group)).toEqual(members.state(group))
      expect(again.key(group, 0)).toEqual(members.key(group, 0))
      expect(again.heads(group)).toEqual(members.heads(group))
      expect(again.links(group)).toEqual(members.links(group))
      expect(again.joinedAt(group)).toBe(members.joinedAt(group))
    }
    expect(bob.members.key(group, 0)).toEqual(ada.members.key(group, 0))
    expect(bob.members.links(group).size).toBe(0)
  })

  it('[G-12] holds no more than the disk does when that fails', async () => {
    const [ada, bob] = [home('ada'), home('bob')]
    const group = ada.members.create({ name: 'Il borgo', kind: 'shared' })
    letIn(bob, ada, group)
    ada.members.act(group, invite)
    const news = ada.members.since(group, bob.members.heads(group))
    const before = bob.members.heads(group)
    bob.database.exec(
      `CREATE TEMP TRIGGER full BEFORE INSERT ON membership_operation BEGIN SELECT RAISE(ABORT, 'full'); END`
    )
    expect(() => bob.members.receive(group, news)).toThrow('full')
    expect(bob.members.heads(group)).toEqual(before)
    bob.database.exec('DROP TRIGGER full')
    bob.members.receive(group, news)
    expect(bob.members.heads(group)).toEqual(ada.members.heads(group))
    expect(bob.restart().heads(group)).toEqual(ada.members.heads(group))
  })

  it.each([
    ['is damaged', 'UPDATE membership_operation SET bytes = substr(bytes, 2)'],
    [
      'is missing',
      'DELETE FROM membership_operation WHERE length(bytes) = (SELECT max(length(bytes)) FROM membership_operation)'
    ]
  ])('[G-12] is refused when an operation %s', (_, damage) => {
    const ada = home('ada')
    const group = ada.members.create({ name: 'Il borgo', kind: 'shared' })
    ada.members.act(group, invite)
    ada.database.exec(damage)
    expect(() => ada.restart()).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT' }))
  })

  it('[G-12] tells of every change once it is committed', async () => {
    const [ada, bob] = [home('ada'), home('bob')]
    const told: string[] = []
    const undo = ada.members.onChange(group => told.push(`ada ${group === ada.restart().groups()[0]}`))
    const group = ada.members.create({ name: 'Il borgo', kind: 'shared' })
    letIn(bob, ada, group)
    undo()
    ada.members.act(group, invite)
    expect(told).toEqual(['ada true', 'ada true', 'ada true'])
  })
})

describe('operations of others', () => {
  let ada: Home
  let bob: Home
  let group: GroupId
  beforeEach(async () => {
    ada = home('ada')
    bob = home('bob')
    group = ada.members.create({ name: 'Il borgo', kind: 'shared' })
    letIn(bob, ada, group)
  })

  /** Ada refuses what `bytes` say, keeps nothing of it, and stays as she was. */
  const refused = (bytes: Uint8Array): void => {
    const [state, count] = [ada.members.state(group), stored(ada)]
    expect(code(() => ada.members.receive(group, [bytes]))).toBe('BAD_OPERATION')
    expect(stored(ada)).toBe(count)
    expect(ada.members.state(group)).toEqual(state)
  }

  it('[G-3] are refused when a writer acts as an owner', () => {
    refused(copy(bob, group).sign(invite).bytes)
    refused(
      copy(bob, group).sign({ type: 'setRole', account: bob.identity.account, role: 'owner', seen: new Map() }).bytes
    )
    refused(
      copy(bob, group).sign({ type: 'setRole', account: ada.identity.account, role: 'reader', seen: new Map() }).bytes
    )
    expect(code(() => bob.members.act(group, invite))).toBe('FORBIDDEN')
  })

  it('[G-3] are refused when a stranger signed them, whatever certificate it has', () => {
    const eve = memoryIdentity('eve')
    refused(copy(ada, group, eve).sign(invite).bytes)
    refused(copy(ada, group, eve).sign({ type: 'join', request: request(eve, copy(ada, group, eve), key) }).bytes)
  })

  it('[G-13] change nothing when they come again', () => {
    const told: GroupId[] = []
    ada.members.onChange(changed => told.push(changed))
    const before = stored(ada)
    ada.members.receive(group, bob.members.since(group, []))
    expect(stored(ada)).toBe(before)
    expect(told).toEqual([])
  })

  it('[G-13] are refused from another group', () => {
    const other = ada.members.create({ name: 'Another', kind: 'shared' })
    ada.members.act(other, invite)
    for (const bytes of ada.members.since(other, [])) refused(bytes)
  })

  it('[G-13] are refused without their parents', () => {
    const [first, second] = [copy(ada, group), copy(ada, group)]
    first.act(invite)
    second.pull(first)
    const { bytes } = second.sign({ type: 'setRole', account: bob.identity.account, role: 'reader', seen: new Map() })
    expect(code(() => ada.members.receive(group, [bytes]))).toBe('PAST_MISSING')
    expect(ada.members.roleOf(group, bob.identity.device)).toBe('writer')
  })

  it('[G-13] are refused when they are stale: the author had lost the role when it signed', () => {
    const owner = copy(ada, group)
    owner.act({ type: 'setRole', account: bob.identity.account, role: 'owner', seen: new Map() })
    owner.act({ type: 'setRole', account: bob.identity.account, role: 'writer', seen: new Map() })
    const late = replica(bob.identity, owner.history.since([]))
    ada.members.receive(
      group,
      owner.history.since([]).map(({ bytes }) => bytes)
    )
    refused(late.sign(invite).bytes)
  })

  it('[G-13] are taken up to the first bad one', () => {
    const owner = copy(ada, group)
    const good = owner.act(invite)!
    const bad = replica(bob.identity, owner.history.since([])).sign({
      ...invite,
      key: hex(invitationKey('2'))
    } as Action)
    const unread = owner.act({ type: 'setRole', account: bob.identity.account, role: 'reader', seen: new Map() })!
    const all = [good, bad, unread].map(({ bytes }) => bytes)
    expect(code(() => bob.members.receive(group, all))).toBe('BAD_OPERATION')
    expect(bob.members.state(group)?.invitations.has(hex(key))).toBe(true)
    expect(bob.members.roleOf(group, bob.identity.device)).toBe('writer')
    expect(bob.restart().heads(group)).toEqual(bob.members.heads(group))
  })

  it('[G-13] are refused for a group that this device never was in', () => {
    const other = bob.members.create({ name: 'Theirs', kind: 'shared' })
    expect(code(() => ada.members.receive(other, bob.members.since(other, [])))).toBe('GROUP_UNKNOWN')
    expect(ada.members.state(other)).toBeUndefined()
  })

  it('[G-33] are stored no further than a device may write, one after the other', () => {
    const writer = copy(bob, group)
    for (let at = writer.history.state.written.get(bob.identity.device) ?? 0; at < QUOTA.member; at++)
      writer.history.state.written.set(bob.identity.device, at + 1)
    expect(writer.act({ type: 'rename', name: 'Roberto' })).toBeUndefined()
    expect(pastRefusal(writer.history.state, writer.sign({ type: 'rename', name: 'Roberto' }))).toContain('2000')
  })

  it('[G-33] are kept aside when a device signs ever new ones beside each other, until somebody follows one', () => {
    const before = stored(ada)
    const flood = Array.from({ length: 100 }, (_, at) => copy(bob, group).sign({ type: 'rename', name: `Bob ${at}` }))
    ada.members.receive(
      group,
      flood.map(({ bytes }) => bytes)
    )
    expect(stored(ada) - before).toBe(MAX_CONTRADICTIONS + 1)
    // An honest member happened to see another one first.
    const last = flood.at(-1)!
    const cleo = home('cleo')
    letIn(cleo, ada, group)
    const honest = replica(ada.identity, [...copy(ada, group).history.all(), last])
    const follows = honest.act({ type: 'rename', name: 'Ada L.' })!
    expect(follows.parents).toContain(last.id)
    cleo.members.receive(group, [last.bytes])
    expect(cleo.members.history(group).has(last.id)).toBe(false)
    cleo.members.receive(group, [follows.bytes])
    expect(cleo.members.history(group).has(last.id)).toBe(true)
    expect(cleo.members.heads(group)).toHaveLength(1)
    // Nor is a record refused that names one of them.
    const other = flood.at(-2)!
    const { device } = bob.identity
    ada.members.receive(group, [other.bytes])
    expect(ada.members.history(group).has(other.id)).toBe(false)
    expect(ada.members.roleAt(group, device, [Buffer.from(other.id, 'hex')])).toBe('writer')
    expect(ada.members.history(group).has(other.id)).toBe(true)
  })

  it('[G-4] undo the membership of who came too many, there too', async () => {
    const cleo = home('cleo')
    const dan = home('dan')
    ada.members.act(group, { type: 'invite', ...OPEN_LINK, key: hex(key), role: 'writer', uses: 1, expiresAt: 2 ** 50 })
    bob.members.receive(group, ada.members.since(group, []))
    for (const [joiner, at] of [
      [cleo, ada],
      [dan, bob]
    ] as const) {
      at.members.act(group, { type: 'join', request: request(joiner.identity, copy(at, group), key) })
      const operations = at.members.since(group, []).map(bytes => readOperation(bytes))
      joiner.members.adopt(historyOf(group, operations), at.members.keysFor(group, joiner.identity.certificate))
    }
    const told: GroupId[] = []
    for (const { members } of [cleo, dan]) members.onChange(changed => told.push(changed))
    const everyone = [ada, bob, cleo, dan]
    for (const to of everyone) for (const from of everyone) to.members.receive(group, from.members.since(group, []))
    const lost = [cleo, dan].filter(({ members }) => members.groups().length === 0)
    expect(lost).toHaveLength(1)
    expect(told).toHaveLength(2)
    for (const { members, restart } of everyone.filter(one => !lost.includes(one))) {
      expect(members.state(group)?.members.size).toBe(3)
      expect(restart().state(group)).toEqual(members.state(group))
      expect(members.roleOf(group, lost[0]!.identity.device)).toBeUndefined()
      expect(members.wasAdmitted(group, lost[0]!.identity.device)).toBe(true)
    }
    expect(lost[0]!.restart().groups()).toEqual([])
  })

  it('[G-14] make no member of who gets no key, or a false one, or operations without itself', async () => {
    const cleo = home('cleo')
    ada.members.act(group, invite)
    const without = ada.members.since(group, []).map(bytes => readOperation(bytes))
    ada.members.act(group, { type: 'join', request: request(cleo.identity, copy(ada, group), key) })
    const operations = ada.members.since(group, []).map(bytes => readOperation(bytes))
    const keys = ada.members.keysFor(group, cleo.identity.certificate)
    const forBob = ada.members.keysFor(group, bob.identity.certificate)
    const other = ada.members.create({ name: 'Another', kind: 'shared' })
    const ofAnother = ada.members.keysFor(other, cleo.identity.certificate)
    for (const bad of [[], forBob, ofAnother])
      expect(code(() => cleo.members.adopt(historyOf(group, operations), bad))).toBe('BAD_OPERATION')
    expect(code(() => cleo.members.adopt(historyOf(group, without), keys))).toBe('BAD_OPERATION')
    expect(code(() => cleo.members.adopt(historyOf(other, operations), keys))).toBe('BAD_OPERATION')
    expect(code(() => cleo.members.adopt(historyOf(group, []), keys))).toBe('BAD_OPERATION')
    expect(stored(cleo)).toBe(0)
    cleo.members.adopt(historyOf(group, operations), keys)
    expect(cleo.members.key(group, 0)).toEqual(ada.members.key(group, 0))
  })

  it('[G-5] say which role a device had at any point of the history', () => {
    const before = ada.members.heads(group)
    ada.members.act(group, { type: 'setRole', account: bob.identity.account, role: 'reader', seen: new Map() })
    const { device } = bob.identity
    expect(ada.members.roleAt(group, device, before)).toBe('writer')
    expect(ada.members.roleAt(group, device, ada.members.heads(group))).toBe('reader')
    expect(ada.members.roleAt(group, device, [new Uint8Array(32)])).toBeUndefined()
    expect(ada.members.roleAt(group, memoryIdentity('eve').device, before)).toBeUndefined()
  })

  it('[G-40] goes through nothing for an operation by a device that nobody let in', () => {
    const ada = home('ada')
    const group = ada.members.create({ name: 'Il borgo', kind: 'shared' })
    for (const name of ['a', 'b', 'c']) ada.members.act(group, { type: 'rename', name })
    const [founding] = ada.members.history(group).all()
    const content = { group, parents: [founding!.id], time: 0, action: { type: 'rename', name: 'x' } } as const
    const byStranger = signOperation(content, memoryIdentity('sam').deviceKey)
    const before = ada.members.history(group).effort
    expect(code(() => ada.members.receive(group, [byStranger.bytes]))).toBe('BAD_OPERATION')
    expect(ada.members.history(group).effort).toBe(before)
    const byMember = signOperation(content, ada.identity.deviceKey)
    ada.members.receive(group, [byMember.bytes])
    expect(ada.members.history(group).effort).toBeGreaterThan(before)
  })

  it('[L-60] looks at fewer operations at a time when all has to be gone through for each', () => {
    const [ada, ben] = [home('ada'), home('ben')]
    const group = ada.members.create({ name: 'Il borgo', kind: 'shared' })
    letIn(ben, ada, group)
    const before = ben.members.heads(group)
    const fork = copy(ada, group)
    for (let at = 0; at < 4; at++) ada.members.act(group, { type: 'rename', name: `ada ${at}` })
    const [first, second] = [fork.act({ type: 'rename', name: 'x' })!, fork.act({ type: 'rename', name: 'y' })!]
    const straight = ada.members.since(group, before)
    expect(ben.members.receive(group, straight, { mostEffort: 1 })).toBe(4)
    expect(ben.members.receive(group, [first.bytes, second.bytes], { mostEffort: 1 })).toBe(1)
    expect(ben.members.receive(group, [second.bytes], { mostEffort: 1 })).toBe(1)
    expect(ben.members.history(group).size).toBe(9)
  })
})
