import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Activity, ActivityState, BorgoNode } from '../src/index.ts'
import { KEPT, RINGING } from '../src/people/activities-desk.ts'
import { createVillage } from '../src/testing/memory-village.ts'
import type { Village } from '../src/testing/memory-village.ts'

let village: Village
beforeEach(async () => {
  village = await createVillage({ seed: 34 })
})
afterEach(() => village.stop())

async function befriend(one: BorgoNode, other: BorgoNode): Promise<void> {
  const state = (at: BorgoNode, of: BorgoNode) => at.people.contacts.get(of.self.account)?.state
  await one.people.contacts.add(other.people.contacts.card())
  await village.until(() => state(other, one) === 'asked')
  await other.people.contacts.accept(one.self.account)
  await village.until(() => state(one, other) === 'contact')
  await village.until(() => one.people.contacts.get(other.self.account)?.group !== undefined)
}
async function friends(): Promise<[BorgoNode, BorgoNode]> {
  const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
  await befriend(ada, ben)
  return [ada, ben]
}

/** Another device of a person, in the same groups. */
async function secondDevice(first: BorgoNode): Promise<BorgoNode> {
  const fresh = await village.settle('phone')
  await village.run(fresh.linking.open(first.linking.offer().link))
  await village.until(() => first.linking.state.phase === 'comparing')
  first.linking.confirm()
  fresh.linking.confirm()
  await village.until(() => [first, fresh].every(({ linking }) => linking.state.phase === 'linked'))
  const phone = await village.restart(fresh)
  const groups = (node: BorgoNode) => node.groups.list().length
  await village.until(() => groups(phone) === groups(first))
  return phone
}

/** The states that a node was told of. */
function heard(node: BorgoNode): ActivityState[] {
  const states: ActivityState[] = []
  node.people.onChange(event => event.type === 'activity' && states.push(event.activity.state))
  return states
}
const only = (node: BorgoNode): Activity | undefined => node.people.activities.list()[0]
const data = new Uint8Array([1, 2, 3])

describe('an invitation to an activity', () => {
  it('[K-19] rings on all devices of a person, and stops when one of them answers', async () => {
    const [ada, ben] = await friends()
    const phone = await secondDevice(ben)
    expect(phone.people.contacts.get(ada.self.account)?.state).toBe('contact')
    const [atBen, atPhone, atAda] = [heard(ben), heard(phone), heard(ada)]
    const { id } = await ada.people.activities.invite(ben.self.account, { app: 'chess', message: 'a game?', data })
    for (const node of [ben, phone]) await village.until(() => only(node)?.state === 'ringing')
    expect(only(phone)).toMatchObject({
      account: ada.self.account,
      mine: false,
      app: 'chess',
      message: 'a game?',
      data
    })
    await phone.people.activities.accept(id, { message: 'white', data })
    for (const node of [ada, ben]) await village.until(() => only(node)?.state === 'accepted')
    expect(only(ben)?.answer).toMatchObject({ device: phone.self.device, message: 'white', data })
    expect([atBen, atPhone, atAda]).toEqual(Array.from({ length: 3 }, () => ['ringing', 'accepted']))
    await expect(ben.people.activities.decline(id)).rejects.toMatchObject({ code: 'ACTIVITY_OVER' })
  })

  it('[K-19] waits for who is away, over restarts, and rings when they come', async () => {
    const [ada, ben] = await friends()
    village.isolate(ben)
    const { id } = await ada.people.activities.invite(ben.self.account, { app: 'chess' })
    let again = await village.restart(ada)
    village.isolate(again)
    expect(only(again)).toMatchObject({ id, mine: true, state: 'ringing' })
    village.rejoin(again)
    await village.until(() => only(ben)?.state === 'ringing')
    const later = await village.restart(ben)
    const told = heard(later)
    expect(only(later)?.state).toBe('ringing')
    await later.people.activities.decline(id, { message: 'not now' })
    await village.until(() => only(again)?.state === 'declined')
    expect(only(again)?.answer?.message).toBe('not now')
    expect(told).toEqual(['declined'])
    again = await village.restart(again)
    expect(only(again)?.state).toBe('declined')
  })

  it('[K-20] ends when it is taken back, and when its time is over', async () => {
    const [ada, ben] = await friends()
    const invite = () => ada.people.activities.invite(ben.self.account, { app: 'call', expiresInMs: 45_000 })
    const first = await invite()
    await village.until(() => only(ben)?.state === 'ringing')
    await expect(ben.people.activities.cancel(first.id)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(ada.people.activities.accept(first.id)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await ada.people.activities.cancel(first.id)
    await village.until(() => only(ben)?.state === 'cancelled')
    const second = await invite()
    await village.until(() => only(ben)?.id === second.id)
    const told = [heard(ada), heard(ben)]
    await village.clock.advance(45_000)
    expect(told).toEqual([['expired'], ['expired']])
    await expect(ben.people.activities.accept(second.id)).rejects.toMatchObject({ code: 'ACTIVITY_OVER' })
  })

  it('[K-20] of an answer and a withdrawal at the same time, both see the same one', async () => {
    const [ada, ben] = await friends()
    const { id } = await ada.people.activities.invite(ben.self.account, { app: 'chess' })
    await village.until(() => only(ben)?.state === 'ringing')
    village.isolate(ben)
    await village.clock.advance(20)
    await ben.people.activities.accept(id)
    await village.clock.advance(20)
    await ada.people.activities.cancel(id)
    village.rejoin(ben)
    await village.until(() => only(ada)?.state === 'accepted')
    expect(only(ben)?.state).toBe('accepted')
  })

  it('[K-20] refuses what is none, and who cannot be invited', async () => {
    const [ada, ben] = await friends()
    const { activities, contacts } = ada.people
    const { account } = ben.self
    for (const wrong of [{ app: '' }, { app: 'x', expiresInMs: 1 }])
      await expect(activities.invite(account, wrong)).rejects.toThrow(TypeError)
    const large = { app: 'x', data: new Uint8Array(16_385) }
    await expect(activities.invite(account, large)).rejects.toThrow(TypeError)
    await contacts.block(account)
    await expect(activities.invite(account, { app: 'x' })).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' })
  })

  it('[K-28] rings of whom the person wants, and is declined for the others without being heard', async () => {
    const [ada, ben] = await friends()
    const cleo = await village.settle('Cleo')
    const square = await ben.groups.create({ name: 'Square' })
    await village.run(cleo.groups.join((await square.invite()).link))
    const phone = await secondDevice(ben)
    const [atBen, atPhone] = [heard(ben), heard(phone)]
    const invite = (from: BorgoNode) => from.people.activities.invite(ben.self.account, { app: 'chess' })
    const of = (from: BorgoNode, at: BorgoNode) =>
      at.people.activities
        .list()
        .find(({ account, mine }) => (mine ? at : from).self.account === (mine ? at.self.account : account))

    expect(ben.people.activities.ringers).toBe('groups')
    await invite(cleo)
    for (const node of [ben, phone]) await village.until(() => of(cleo, node)?.state === 'ringing')
    await phone.people.activities.setRingers('contacts')
    // What rings already is declined, too.
    await village.until(() => only(cleo)?.state === 'declined')
    await village.until(() => ben.people.activities.ringers === 'contacts' && of(cleo, ben)?.state === 'declined')
    atBen.length = 0
    atPhone.length = 0
    await invite(cleo)
    await village.until(() => only(cleo)?.state === 'declined')
    expect(only(cleo)?.answer).toMatchObject({ message: '', data: new Uint8Array() })
    await village.until(() => [atBen, atPhone].every(states => states.length > 0))
    expect([...atBen, ...atPhone]).not.toContain('ringing')
    await invite(ada)
    await village.until(() => of(ada, ben)?.state === 'ringing')

    await ben.people.activities.setRingers('nobody')
    await village.until(() => only(ada)?.state === 'declined')
    await expect(ben.people.activities.setRingers('everyone' as 'groups')).rejects.toThrow(TypeError)
    const again = await village.restart(ben)
    expect(again.people.activities.ringers).toBe('nobody')
  })

  it(`[K-28] of who is not heard, ${RINGING} invitations an hour are declined, and the others end in time`, async () => {
    const [ada, ben] = await friends()
    await ben.people.activities.setRingers('nobody')
    const told = heard(ben)
    for (let n = 0; n < RINGING + 2; n++) {
      await ada.people.activities.invite(ben.self.account, { app: 'chess', expiresInMs: 60_000 })
      await village.clock.advance(100)
    }
    const states = () => ada.people.activities.list().map(({ state }) => state)
    await village.until(() => states().filter(state => state === 'declined').length === RINGING)
    await village.clock.advance(61_000)
    expect(states().slice(0, 3)).toEqual(['expired', 'expired', 'declined'])
    expect(told).not.toContain('ringing')
  })

  it(`[K-21] rings ${RINGING} times at once for one person, and no blocked one is heard`, async () => {
    const [ada, ben] = await friends()
    for (let n = 0; n < KEPT + 4; n++) await ada.people.activities.invite(ben.self.account, { app: 'chess' })
    expect(ada.people.activities.list()).toHaveLength(KEPT)
    const { group } = only(ada)!
    const ready = (): boolean =>
      ben.groups.get(group)?.vector().get(ada.self.device) === ada.groups.get(group)?.vector().get(ada.self.device)
    await village.until(ready)
    await village.clock.advance(100)
    expect(ben.people.activities.list().filter(({ state }) => state === 'ringing')).toHaveLength(RINGING)
    await ben.people.contacts.block(ada.self.account)
    expect(ben.people.activities.list()).toEqual([])
  })
})

describe('a person with two devices', () => {
  it('[K-6] has the same contacts on both, whichever changed them', async () => {
    const [ada, ben] = await friends()
    const phone = await secondDevice(ben)
    const { account } = ada.self
    await phone.people.contacts.edit(account, { nickname: 'Adina' })
    await ben.people.contacts.edit(account, { note: 'bread on Friday' })
    for (const node of [ben, phone])
      await village.until(() => {
        const contact = node.people.contacts.get(account)
        return contact?.nickname === 'Adina' && contact.note === 'bread on Friday'
      })
    expect(phone.people.contacts.get(account)?.group).toBe(ben.people.contacts.get(account)?.group)
  })

  it('[K-12] is as reachable as at the best of them', async () => {
    const [ada, ben] = await friends()
    const phone = await secondDevice(ben)
    await village.run(ada.dial(phone.addresses()[0]!))
    const state = () => ada.people.presence.of(ben.self.account).state
    await village.until(() => state() === 'online')
    ben.people.presence.setIdle(true)
    phone.people.presence.setIdle(true)
    await village.until(() => state() === 'idle')
    phone.people.presence.setIdle(false)
    await village.until(() => state() === 'online')
    await ben.people.presence.set({ state: 'busy' })
    await village.until(() => state() === 'busy' && phone.people.presence.setting.state === 'busy')
  })

  it('[K-27] is idle where a machine that nobody is at is the only one that does not say so', async () => {
    const [ada, ben] = await friends()
    const cellar = await secondDevice(ben)
    await village.run(ada.dial(cellar.addresses()[0]!))
    const shown = (of: BorgoNode) => of.people.presence.of(ben.self.account).state
    await village.until(() => shown(ada) === 'online')
    ben.people.presence.setIdle(true)
    await village.until(() => [ada, ben, cellar].every(node => shown(node) === 'idle'))
    ben.people.presence.setIdle(false)
    await village.until(() => [ada, ben, cellar].every(node => shown(node) === 'online'))
    // The laptop is closed: the machine in the cellar is still there.
    village.isolate(ben)
    await village.until(() => shown(ada) === 'idle' && shown(cellar) === 'idle')
    const again = await village.restart(cellar)
    await village.until(() => shown(ada) === 'idle' && shown(again) === 'idle')
  })

  it('[K-22] loses the one that they lock out: it shows nothing of them and sees nothing', async () => {
    const [ada, ben] = await friends()
    const phone = await secondDevice(ben)
    await village.run(ada.dial(phone.addresses()[0]!))
    const object = { type: 'note', data, scope: 'contacts' as const }
    ada.people.objects.publish({ id: 'hers', ...object })
    phone.people.objects.publish({ id: 'his', ...object })
    const hers = () => phone.people.objects.list({ account: ada.self.account })
    const his = () => ada.people.objects.list({ account: ben.self.account })
    await village.until(() => hers().length === 1 && his().length === 1)
    await ben.devices.revoke(phone.self.device)
    await village.until(() => hers().length === 0 && his().length === 0)
  })
})
