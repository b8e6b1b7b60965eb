import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Group } from '../src/groups/group.ts'
import type { RecordKind } from '../src/log/kind.ts'
import type { GroupId } from '../src/ids.ts'
import type { BorgoNode } from '../src/node.ts'
import type { Plugin, PluginContext } from '../src/plugin.ts'
import { createVillage } from '../src/testing/memory-village.ts'
import type { Village } from '../src/testing/memory-village.ts'

let village: Village
beforeEach(async () => {
  village = await createVillage()
})
afterEach(() => village.stop())

const note: RecordKind<string> = { name: 'notes/note', role: 'writer', maxBytes: 100, parse: String }
const notes: Plugin<PluginContext> = {
  name: 'notes',
  start(context) {
    context.groups.define(note)
    return context
  }
}
const settle = async (name: string): Promise<BorgoNode> => withNotes(await village.settle(name))
const withNotes = async (node: BorgoNode): Promise<BorgoNode> => {
  await village.run(node.use(notes))
  return node
}
const texts = (node: BorgoNode, group: GroupId): string[] =>
  node.groups
    .get(group)
    ?.page([note])
    .entries.map(({ data }) => data) ?? []
const names = (node: BorgoNode): string[] =>
  node.groups
    .list()
    .map(({ name }) => name)
    .sort()

/** Starts a node again that came to another account. */
const again = async (node: BorgoNode): Promise<BorgoNode> => withNotes(await village.restart(node))

/** Links a fresh node, and starts it again as what it is now. */
async function link(device: BorgoNode, fresh: BorgoNode): Promise<BorgoNode> {
  const { link: text } = device.linking.offer()
  await village.run(fresh.linking.open(text))
  await village.until(() => device.linking.state.phase === 'comparing')
  device.linking.confirm()
  fresh.linking.confirm()
  await village.until(() => device.linking.state.phase === 'linked' && fresh.linking.state.phase === 'linked')
  return await again(fresh)
}

async function invited(host: Group, guest: BorgoNode): Promise<Group> {
  const { link: text } = await host.invite()
  return await village.run(guest.groups.join(text))
}

describe('a person with two devices', () => {
  it('[I-21] is in the same groups on both, reads what was written before and writes everywhere', async () => {
    const [laptop, bob] = [await settle('Ada'), await settle('Bob')]
    const square = await laptop.groups.create({ name: 'Square' })
    await invited(square, bob)
    const his = await bob.groups.create({ name: 'Tower' })
    await invited(his, laptop)
    await village.run(square.append(note, 'before'))
    const fresh = await settle('Fresh')
    const { device } = fresh.self
    const phone = await link(laptop, fresh)
    expect(phone.self).toMatchObject({ account: laptop.self.account, device, name: 'Ada' })
    await village.until(() => names(phone).length === 2)
    expect(names(phone)).toEqual(['Square', 'Tower'])
    await village.until(() => texts(phone, square.id).length === 1)
    await village.run(phone.groups.get(his.id)!.append(note, 'from the phone'))
    await village.run(phone.groups.get(square.id)!.append(note, 'here too'))
    await village.until(() => texts(bob, his.id).length === 1 && texts(bob, square.id).length === 2)
    expect(bob.groups.get(his.id)?.member(device)?.name).toBe('Ada')
    for (const node of [laptop, phone]) {
      expect(node.devices.list().map(({ online, groups }) => ({ online, groups }))).toEqual([
        { online: true, groups: 2 },
        { online: true, groups: 2 }
      ])
      expect(names(node)).toEqual(['Square', 'Tower'])
    }
    expect(phone.recovery.awaited()).toEqual([])
  })

  it('[I-21] brings both into groups that either joins later, and out of those that it leaves', async () => {
    const [laptop, bob] = [await settle('Ada'), await settle('Bob')]
    const phone = await link(laptop, await settle('Fresh'))
    await laptop.groups.create({ name: 'Mill' })
    const his = await bob.groups.create({ name: 'Tower' })
    await invited(his, phone)
    await village.until(() => names(laptop).length === 2 && names(phone).length === 2)
    expect(names(phone)).toEqual(names(laptop))
    await phone.groups.get(his.id)!.leave()
    await village.until(() => names(laptop).length === 1)
    const later = await again(phone)
    await village.clock.advance(120_000)
    expect([names(laptop), names(later)]).toEqual([['Mill'], ['Mill']])
    expect(later.recovery.awaited()).toEqual([])
    await invited(his, laptop)
    await village.until(() => names(later).length === 2)
  })

  it('[I-22] names its devices, and sees which are there', async () => {
    const laptop = await settle('Ada')
    const phone = await link(laptop, await settle('Fresh'))
    await village.run(laptop.devices.rename(phone.self.device, 'Telephone'))
    await village.run(laptop.devices.rename(laptop.self.device, 'Laptop'))
    const shown = (node: BorgoNode): string[] => node.devices.list().map(({ label }) => label)
    await village.until(() => shown(phone).includes('Laptop'))
    expect([shown(laptop), shown(phone)]).toEqual([
      ['Laptop', 'Telephone'],
      ['Telephone', 'Laptop']
    ])
    await expect(laptop.devices.rename(phone.self.device, '')).rejects.toThrow(TypeError)
    const stranger = await settle('Bob')
    await expect(laptop.devices.rename(stranger.self.device, 'x')).rejects.toMatchObject({ code: 'DEVICE_UNKNOWN' })
    village.isolate(phone)
    await village.until(() => laptop.devices.list()[1]?.online === false)
    const { lastSeenAt } = laptop.devices.list()[1]!
    expect(lastSeenAt).toBeLessThanOrEqual(village.clock.now())
    expect((await village.restart(laptop)).devices.list()).toMatchObject([
      { label: 'Laptop', isThis: true },
      { label: 'Telephone', online: false, lastSeenAt }
    ])
  })

  it('[I-26] has one name, whichever device it was changed on', async () => {
    const [laptop, bob] = [await settle('Ada'), await settle('Bob')]
    const square = await laptop.groups.create({ name: 'Square' })
    await invited(square, bob)
    const phone = await link(laptop, await settle('Fresh'))
    await village.until(() => names(phone).length === 1)
    await village.run(laptop.rename('Ada Lovelace'))
    await village.until(() => phone.self.name === 'Ada Lovelace')
    await village.run(phone.rename('Countess'))
    await village.until(() => laptop.self.name === 'Countess')
    await village.until(() => bob.groups.get(square.id)?.member(phone.self.device)?.name === 'Countess')
    expect((await village.restart(laptop)).self.name).toBe('Countess')
  })

  it('[I-23] locks one of them out of everything, with all that is written later', async () => {
    const [laptop, bob] = [await settle('Ada'), await settle('Bob')]
    const square = await laptop.groups.create({ name: 'Square' })
    const his = await bob.groups.create({ name: 'Tower' })
    await invited(square, bob)
    await invited(his, laptop)
    const phone = await link(laptop, await settle('Fresh'))
    await village.until(() => names(phone).length === 2)
    await expect(laptop.devices.revoke(laptop.self.device)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await laptop.devices.revoke(phone.self.device)).toEqual({ groups: 3, failed: [] })
    expect(laptop.devices.list()).toHaveLength(1)
    await village.until(() => names(phone).length === 0)
    await village.run(laptop.groups.get(his.id)!.append(note, 'after'))
    await village.until(() => texts(bob, his.id).length === 1)
    // It has the account's key, and asks everybody by it, in old groups and in new ones.
    const later = await bob.groups.create({ name: 'Mill' })
    await invited(later, laptop)
    await village.until(() => bob.groups.get(later.id)?.members().length === 2)
    const words = await phone.recovery.words()
    const thief = await settle('Thief')
    await village.run(thief.recovery.byWords(words, { from: bob.addresses()[0]! }))
    const back = await again(thief)
    await village.clock.advance(120_000)
    expect(back.self.account).toBe(laptop.self.account)
    expect([names(back), names(phone)]).toEqual([[], []])
    expect(bob.groups.get(later.id)?.member(laptop.self.account)?.devices).toEqual([laptop.self.device])
    await expect(laptop.devices.revoke(phone.self.device)).rejects.toMatchObject({ code: 'DEVICE_UNKNOWN' })
    // The person themselves links another device as ever.
    const tablet = await link(laptop, await settle('Tablet'))
    await village.until(() => names(tablet).length === 3)
  })
})

describe('a person who lost all devices', () => {
  const lost = async (): Promise<{ bob: BorgoNode; square: GroupId; words: string; account: string; file: string }> => {
    const [ada, bob] = [await settle('Ada'), await settle('Bob')]
    const square = await ada.groups.create({ name: 'Square' })
    await invited(square, bob)
    await invited(await bob.groups.create({ name: 'Tower' }), ada)
    await village.run(square.append(note, 'before'))
    await village.until(() => texts(bob, square.id).length === 1)
    const [words, file] = [await ada.recovery.words(), await ada.recovery.file('correct horse')]
    village.isolate(ada)
    return { bob, square: square.id, words, account: ada.self.account, file }
  }

  it('[I-24] comes back by 24 words and one address of anybody who shares a group', async () => {
    const { account, bob, square, words } = await lost()
    const fresh = await settle('Ada')
    const typo = words.replace(/^\S+/, 'zebras')
    await expect(fresh.recovery.byWords(typo, { from: bob.addresses()[0]! })).rejects.toMatchObject({
      code: 'BAD_RECOVERY'
    })
    await expect(fresh.recovery.byWords(words, { from: 'somewhere' })).rejects.toMatchObject({ code: 'BAD_ADDRESS' })
    let isAdopted = false
    fresh.onAdopted(() => (isAdopted = true))
    await fresh.recovery.byWords(words, { from: bob.addresses()[0]! })
    expect(isAdopted).toBe(true)
    const ada = await again(fresh)
    expect(ada.self).toMatchObject({ account, device: fresh.self.device })
    await village.until(() => names(ada).length === 2)
    await village.until(() => texts(ada, square).length === 1)
    await village.run(ada.groups.get(square)!.append(note, 'I am back'))
    await village.until(() => texts(bob, square).length === 2)
    expect(ada.groups.get(square)?.role).toBe('owner')
    expect(bob.groups.get(square)?.member(account as never)?.devices).toHaveLength(2)
    await expect(ada.recovery.byWords(words, { from: bob.addresses()[0]! })).rejects.toMatchObject({
      code: 'ACCOUNT_IN_USE'
    })
  })

  it('[I-24] comes back by a recovery file and its passphrase alone', async () => {
    const { account, bob, file, square } = await lost()
    const fresh = await settle('Somebody')
    await expect(fresh.recovery.byFile(file, 'wrong')).rejects.toMatchObject({ code: 'BAD_PASSPHRASE' })
    await expect(fresh.recovery.byFile(file.slice(9), 'x')).rejects.toMatchObject({ code: 'BAD_RECOVERY' })
    await fresh.recovery.byFile(file, 'correct horse')
    // Nobody is there for the time being.
    village.isolate(fresh)
    const ada = await again(fresh)
    expect(ada.self).toMatchObject({ account, name: 'Ada' })
    village.isolate(ada)
    await village.until(() => ada.recovery.awaited().some(({ problem }) => problem === 'UNREACHABLE'))
    expect(
      ada.recovery
        .awaited()
        .map(({ name }) => name)
        .sort()
    ).toEqual(['Square', 'Tower'])
    village.rejoin(ada)
    await village.until(() => names(ada).length === 2 && texts(ada, square).length === 1)
    expect(ada.recovery.awaited()).toEqual([])
    await village.until(() => bob.groups.get(square)?.members().length === 2)
  })
})
