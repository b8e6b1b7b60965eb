import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Audience, BorgoNode, Group, PeopleEvent, PresenceState, Scope } from '../src/index.ts'
import { REPORT_HOLDS_MS } from '../src/people/attendance.ts'
import { createVillage } from '../src/testing/memory-village.ts'
import type { Village } from '../src/testing/memory-village.ts'

let village: Village
beforeEach(async () => {
  village = await createVillage({ seed: 34 })
})
afterEach(() => village.stop())

const contact = (node: BorgoNode, other: BorgoNode) => node.people.contacts.get(other.self.account)
const connect = async (from: BorgoNode, to: BorgoNode): Promise<void> => {
  await village.run(from.dial(to.addresses()[0] ?? ''))
  await village.until(() => [from, to].every((node, at) => node.peers.get((at ? from : to).self.device)?.account))
}

async function befriend(one: BorgoNode, other: BorgoNode): Promise<void> {
  await one.people.contacts.add(other.people.contacts.card())
  await village.until(() => contact(other, one)?.state === 'asked')
  await other.people.contacts.accept(one.self.account)
  await village.until(() => [contact(one, other), contact(other, one)].every(known => known?.state === 'contact'))
}

async function share(one: BorgoNode, other: BorgoNode): Promise<Group> {
  const group = await one.groups.create({ name: 'Square' })
  const { link } = await group.invite()
  await village.run(other.groups.join(link))
  await village.until(() => group.members().length === 2)
  return group
}

/** Ada, and others who are nearer to her one by one; all connected to her. */
interface Circle {
  ada: BorgoNode
  verified: BorgoNode
  friend: BorgoNode
  member: BorgoNode
  stranger: BorgoNode
  group: Group
}
async function circle(): Promise<Circle> {
  const ada = await village.settle('Ada')
  const [verified, friend, member, stranger] = [
    await village.settle('Vera'),
    await village.settle('Fred'),
    await village.settle('Mia'),
    await village.settle('Sam')
  ]
  await befriend(ada, verified)
  await befriend(ada, friend)
  await ada.people.contacts.edit(verified.self.account, { verified: true })
  const group = await share(ada, member)
  await connect(stranger, ada)
  return { ada, verified, friend, member, stranger, group }
}

const stateOf = (viewer: BorgoNode, person: BorgoNode): PresenceState =>
  viewer.people.presence.of(person.self.account).state
/** Lets what is under way arrive. */
const settle = (): Promise<void> => village.clock.advance(3_000)

describe('presence', () => {
  it('[K-13] is shown to each audience and to nobody beyond it', async () => {
    const { ada, verified, friend, member, stranger } = await circle()
    const viewers = [verified, friend, member, stranger]
    const seen: Record<Audience, PresenceState[]> = {
      nobody: ['offline', 'offline', 'offline', 'offline'],
      verified: ['busy', 'offline', 'offline', 'offline'],
      contacts: ['busy', 'busy', 'offline', 'offline'],
      groups: ['busy', 'busy', 'busy', 'offline'],
      everyone: ['busy', 'busy', 'busy', 'busy']
    }
    await ada.people.presence.set({ state: 'busy', text: 'baking' })
    for (const [audience, states] of Object.entries(seen)) {
      await ada.people.presence.set({ audience: audience as Audience })
      await settle()
      expect(
        viewers.map(viewer => stateOf(viewer, ada)),
        audience
      ).toEqual(states)
    }
    expect(stranger.people.presence.of(ada.self.account).text).toBe('baking')
    await ada.people.contacts.block(friend.self.account)
    await village.until(() => stateOf(friend, ada) === 'offline')
  })

  it('[K-13] is what the person said last, idle when nobody is there, and kept over a restart', async () => {
    const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
    await befriend(ada, ben)
    await village.until(() => stateOf(ben, ada) === 'online')
    ada.people.presence.setIdle(true)
    await village.until(() => stateOf(ben, ada) === 'idle')
    await ada.people.presence.set({ state: 'out-to-lunch', text: 'back at two' })
    await village.until(() => stateOf(ben, ada) === 'out-to-lunch')
    for (const wrong of [{ text: 'x'.repeat(256) }, { state: 'asleep' as PresenceState }])
      await expect(ada.people.presence.set(wrong)).rejects.toThrow(TypeError)
    const again = await village.restart(ada)
    expect(again.people.presence.setting).toMatchObject({ state: 'out-to-lunch', text: 'back at two' })
    await village.until(() => stateOf(ben, again) === 'out-to-lunch')
  })

  it('[K-26] is idle ten minutes after the last word that somebody is there, and after a restart', async () => {
    const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
    await befriend(ada, ben)
    await village.until(() => stateOf(ben, ada) === 'online')
    // Nothing is known of a device of which nobody ever said anything.
    await village.clock.advance(REPORT_HOLDS_MS)
    expect(stateOf(ben, ada)).toBe('online')
    ada.people.presence.setIdle(false)
    await village.clock.advance(REPORT_HOLDS_MS - 60_000)
    ada.people.presence.setIdle(false)
    await village.clock.advance(REPORT_HOLDS_MS - 60_000)
    expect(stateOf(ben, ada)).toBe('online')
    expect(stateOf(ada, ada)).toBe('online')
    await village.clock.advance(60_000)
    await village.until(() => stateOf(ben, ada) === 'idle')
    expect(stateOf(ada, ada)).toBe('idle')
    ada.people.presence.setIdle(false)
    await village.until(() => stateOf(ben, ada) === 'online')
    const again = await village.restart(ada)
    await village.until(() => stateOf(ben, again) === 'idle')
  })

  it('[K-14] of a contact who is gone or shows as offline, it is known when they were last seen', async () => {
    const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
    await befriend(ada, ben)
    const ofAda = () => ben.people.presence.of(ada.self.account)
    await village.until(() => ofAda().state === 'online')
    expect(ofAda().lastSeen).toBeUndefined()
    await ada.people.presence.set({ state: 'offline' })
    await village.until(() => ofAda().state === 'offline')
    const hidden = ofAda().lastSeen
    expect(hidden).toBeGreaterThan(0)
    await village.clock.advance(60_000)
    await ada.people.presence.set({ state: 'online' })
    await village.until(() => ofAda().state === 'online')
    village.isolate(ada)
    await village.until(() => ofAda().state === 'offline')
    expect(ofAda().lastSeen).toBeGreaterThan(hidden ?? 0)
    const before = ofAda().lastSeen
    const again = await village.restart(ben)
    expect(again.people.presence.of(ada.self.account).lastSeen).toBe(before)
  })
})

describe('near me', () => {
  it('[K-15] shows who is on the link to each other when both switched it on, and a contact is one step away', async () => {
    const [ada, ben, far] = [await village.settle('Ada'), await village.settle('Ben'), await village.settle('Far')]
    village.network.discover(ada.self.device, ben.self.device)
    village.network.discover(ben.self.device, ada.self.device)
    await connect(far, ada)
    const nearAda = (): string[] => ada.people.near.list().map(({ name }) => name)
    far.people.near.set({ on: true })
    ben.people.near.set({ on: true, interests: ['chess', 'bread'] })
    await village.until(() => ada.peers.list().length === 2)
    await settle()
    expect(nearAda()).toEqual([])
    ada.people.near.set({ on: true })
    await village.until(() => nearAda().length === 1)
    expect(ada.people.near.list()).toMatchObject([{ name: 'Ben', interests: ['chess', 'bread'] }])
    expect(far.people.near.list()).toEqual([])
    await ada.people.contacts.add(ada.people.near.list()[0]!.account)
    await village.until(() => contact(ben, ada)?.state === 'asked')
    ben.people.near.set({ on: false })
    await village.until(() => nearAda().length === 0)
    expect(() => ada.people.near.set({ interests: ['\u0000'] })).toThrow(TypeError)
    const again = await village.restart(ada)
    expect(again.people.near.setting).toEqual({ on: true, interests: [] })
  })

  it('[K-15] is off until the person switches it on', async () => {
    expect((await village.settle('Ada')).people.near.setting.on).toBe(false)
  })
})

describe('objects and apps', () => {
  const data = new Uint8Array([1, 2, 3])

  it('[K-16] are seen by those in their scope, and by nobody beyond it', async () => {
    const { ada, friend, member, stranger, group } = await circle()
    village.network.discover(ada.self.device, stranger.self.device)
    const scopes: Record<string, Scope> = { link: 'link', contacts: 'contacts', all: 'all', group: group.id }
    for (const [id, scope] of Object.entries(scopes)) ada.people.objects.publish({ id, type: 'note', data, scope })
    for (const [id, scope] of Object.entries(scopes))
      await ada.use({
        name: id,
        start: context => void context.people.apps.register({ id, name: id, capabilities: ['play/1'], scope })
      })
    await settle()
    const objectsAt = ({ people }: BorgoNode): string[] =>
      people.objects.list({ account: ada.self.account }).map(({ id }) => id)
    const appsAt = ({ people }: BorgoNode): string[] => people.apps.of(ada.self.account).map(({ id }) => id)
    for (const at of [objectsAt, appsAt]) {
      expect(at(friend).sort()).toEqual(['all', 'contacts'])
      expect(at(member).sort()).toEqual(['all', 'group'])
      expect(at(stranger).sort()).toEqual(['all', 'link'])
    }
    expect(friend.people.apps.of(ada.self.account)[0]).toMatchObject({ capabilities: ['play/1'] })
    await ada.people.contacts.remove(friend.self.account)
    await village.until(() => objectsAt(friend).join() === 'all')
  })

  it('[K-17] arrive when they change, go when they are withdrawn or expire, and outlive a restart', async () => {
    const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
    await befriend(ada, ben)
    const events: PeopleEvent[] = []
    ben.people.onChange(event => event.type === 'object' && events.push(event))
    const seen = () => ben.people.objects.list({ type: 'image/png' })
    ada.people.objects.publish({ id: 'avatar', type: 'image/png', data, scope: 'contacts' })
    ada.people.objects.publish({ id: 'mood', type: 'text', data, scope: 'contacts', expiresInMs: 60_000 })
    await village.until(() => ben.people.objects.list().length === 2)
    expect(seen()).toMatchObject([{ account: ada.self.account, id: 'avatar', data, expiresAt: undefined }])
    ada.people.objects.publish({ id: 'avatar', type: 'image/png', data: new Uint8Array([9]), scope: 'contacts' })
    await village.until(() => seen()[0]?.data[0] === 9)
    await village.clock.advance(60_000)
    await village.until(() => ben.people.objects.list().length === 1)
    expect(ada.people.objects.own().map(({ id }) => id)).toEqual(['avatar'])
    const again = await village.restart(ada)
    await village.until(() => seen().length === 1)
    again.people.objects.withdraw('avatar')
    await village.until(() => seen().length === 0)
    expect(() => again.people.objects.withdraw('avatar')).toThrow(expect.objectContaining({ code: 'OBJECT_UNKNOWN' }))
    expect(new Set(events.map(event => 'id' in event && event.id))).toEqual(new Set(['avatar', 'mood']))
  })

  it('[K-17] have bounds that are said', async () => {
    const { objects } = (await village.settle('Ada')).people
    const object = { id: 'x', type: 'y', data, scope: 'all' as const }
    expect(() => objects.publish({ ...object, data: new Uint8Array(16_385) })).toThrow('16384')
    for (const wrong of [
      { id: '' },
      { id: 'a b' },
      { type: 'x'.repeat(65) },
      { scope: 'moon' as Scope },
      { expiresInMs: 0 }
    ])
      expect(() => objects.publish({ ...object, ...wrong })).toThrow(TypeError)
    for (let n = 0; n < 256; n++) objects.publish({ ...object, id: `full/${n}`, data: new Uint8Array(16_384) })
    expect(() => objects.publish(object)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
  })
})
