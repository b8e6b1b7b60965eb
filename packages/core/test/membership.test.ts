import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Group } from '../src/groups/group.ts'
import type { RecordKind } from '../src/log/kind.ts'
import type { BorgoNode } from '../src/node.ts'
import type { PluginContext } from '../src/plugin.ts'
import { createVillage } from '../src/testing/memory-village.ts'
import type { Village } from '../src/testing/memory-village.ts'

let village: Village
beforeEach(async () => {
  village = await createVillage()
})
afterEach(() => village.stop())

const NOTE: RecordKind<string> = { name: 'test/note', role: 'writer', maxBytes: 100, parse: String }
const logbook = { name: 'test', start: (context: PluginContext) => context.groups.define(NOTE) }

const settle = async (name: string): Promise<BorgoNode> => {
  const node = await village.settle(name)
  await node.use(logbook)
  return node
}
const notes = (group: Group): string[] => group.page([NOTE]).entries.map(({ data }) => data)
const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: { code?: string }) => error.code ?? error
  )

/** Ada owns it, Bob writes. */
async function together(...names: string[]): Promise<{ nodes: BorgoNode[]; groups: Group[] }> {
  const nodes: BorgoNode[] = []
  const groups: Group[] = []
  for (const name of names) {
    const node = await settle(name)
    const [first] = groups
    const group = first
      ? await village.run(node.groups.join((await first.invite()).link))
      : await node.groups.create({ name: 'Il borgo' })
    nodes.push(node)
    groups.push(group)
  }
  await village.until(() => groups.every(group => group.members().length === names.length))
  return { nodes, groups }
}

describe('joining by approval', () => {
  it('[G-21] waits as an operation that every member keeps, also while the owner is away', async () => {
    const {
      nodes: [ada],
      groups: [hers, his]
    } = (await together('Ada', 'Bob')) as { nodes: [BorgoNode, BorgoNode]; groups: [Group, Group] }
    const { link } = await hers.invite({ approval: true })
    await village.until(() => his.invitations().length === 1)
    const cleo = await settle('Cleo')
    village.isolate(ada)
    expect(await code(village.run(cleo.groups.join(link)))).toBe('APPROVAL_PENDING')
    expect(his.petitions()).toMatchObject([{ name: 'Cleo', role: 'writer' }])
    await expect(his.accept(his.petitions()[0]!.id)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    // Nobody asks twice, and a restart of the asking node forgets nothing.
    const again = await village.restart(cleo)
    expect(again.groups.waiting()).toMatchObject([{ group: hers.id, name: 'Il borgo', refused: undefined }])
    village.rejoin(ada)
    await village.until(() => hers.petitions().length === 1)
    await hers.accept(hers.petitions()[0]!.id)
    await village.until(() => again.groups.list().length === 1)
    expect(again.groups.waiting()).toEqual([])
    expect(hers.petitions()).toEqual([])
    expect(hers.members().map(({ name }) => name)).toContain('Cleo')
  })

  it('[G-21] tells who was declined, and asks no more', async () => {
    const { groups } = await together('Ada')
    const hers = groups[0]!
    const cleo = await settle('Cleo')
    const { link } = await hers.invite({ approval: true, uses: 2 })
    expect(await code(village.run(cleo.groups.join(link)))).toBe('APPROVAL_PENDING')
    const told: string[] = []
    cleo.groups.onWaiting(group => told.push(group))
    await hers.decline(hers.petitions()[0]!.id)
    await village.until(() => told.length > 0)
    expect(cleo.groups.waiting()).toMatchObject([{ refused: 'APPROVAL_DECLINED' }])
    expect(await code(village.run(cleo.groups.join(link)))).toBe('APPROVAL_DECLINED')
    expect(hers.petitions()).toEqual([])
    cleo.groups.withdraw(hers.id)
    expect(cleo.groups.waiting()).toEqual([])
    await expect(hers.accept('00')).rejects.toMatchObject({ code: 'PETITION_UNKNOWN' })
  })
})

describe('invitations', () => {
  it('[G-22] in the name of a person are of use to nobody else', async () => {
    const { groups } = await together('Ada')
    const [bob, eve] = [await settle('Bob'), await settle('Eve')]
    const { link } = await groups[0]!.invite({ account: bob.self.account })
    expect(await code(village.run(eve.groups.join(link)))).toBe('BAD_INVITATION')
    expect((await village.run(bob.groups.join(link))).role).toBe('writer')
  })

  it('[G-20] are of no use once revoked', async () => {
    const { groups } = await together('Ada')
    const bob = await settle('Bob')
    const { link, id } = await groups[0]!.invite()
    await groups[0]!.revokeInvitation(id)
    expect(groups[0]!.invitations()).toEqual([])
    expect(await code(village.run(bob.groups.join(link)))).toBe('BAD_INVITATION')
  })
})

describe('who is removed', () => {
  it('[G-35] [G-20] is told, reads nothing more, and comes back only in their own name', async () => {
    const { nodes, groups } = await together('Ada', 'Bob', 'Eve')
    const [ada, , eve] = nodes as [BorgoNode, BorgoNode, BorgoNode]
    const [hers, his, eves] = groups as [Group, Group, Group]
    await hers.append(NOTE, 'before')
    await village.until(() => notes(eves).length === 1)
    const { link } = await hers.invite({ uses: 9 })
    await hers.remove(eve.self.account)
    await hers.append(NOTE, 'after')
    await village.until(() => notes(his).length === 2 && eve.groups.list().length === 0)
    expect(notes(his)).toEqual(['before', 'after'])
    expect(eve.groups.lost()).toMatchObject([{ reason: 'removed', by: { name: 'Ada' } }])
    await expect(eves.append(NOTE, 'still here')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    // The open link ended with her, and a new one does not let her in either.
    expect(await code(village.run(eve.groups.join(link)))).toBe('BAD_INVITATION')
    expect(await code(village.run(eve.groups.join((await hers.invite()).link)))).toBe('REMOVED')
    const { link: named } = await hers.invite({ account: eve.self.account })
    const back = await village.run(eve.groups.join(named))
    await village.until(() => notes(back).length === 2)
    expect(eve.groups.lost()).toEqual([])
    expect(ada.groups.get(hers.id)?.key.generation).toBe(1)
  })

  it('[G-19] wrote what who removed them had seen, and no more, on every device', async () => {
    const { nodes, groups } = await together('Ada', 'Bob', 'Eve')
    const [ada, bob, eve] = nodes as [BorgoNode, BorgoNode, BorgoNode]
    const [hers, his, eves] = groups as [Group, Group, Group]
    await eves.append(NOTE, 'seen')
    await village.until(() => notes(hers).length === 1 && notes(his).length === 1)
    // Ada hears of nothing that Eve now writes; Bob does, and answers.
    village.isolate(ada)
    await eves.append(NOTE, 'unseen')
    await village.until(() => notes(his).length === 2)
    await his.append(NOTE, 'an answer')
    await hers.remove(eve.self.account)
    expect(notes(hers)).toEqual(['seen'])
    village.rejoin(ada)
    await village.until(() => notes(hers).includes('an answer') && !notes(his).includes('unseen'))
    for (const group of [hers, his]) expect(notes(group)).toEqual(['seen', 'an answer'])
    expect(hers.nameOf(eve.self.account)).toBe('Eve')
    expect(bob.peers.get(ada.self.device)).toBeDefined()
  })

  it('[G-19] bring along what they wrote while they were out, when they are let back in', async () => {
    const { nodes, groups } = await together('Ada', 'Bob', 'Eve')
    const [ada, , eve] = nodes as [BorgoNode, BorgoNode, BorgoNode]
    const [hers, his, eves] = groups as [Group, Group, Group]
    await eves.append(NOTE, 'seen')
    await village.until(() => notes(hers).length === 1 && notes(his).length === 1)
    village.isolate(ada)
    await eves.append(NOTE, 'meanwhile')
    await village.until(() => notes(his).length === 2)
    await hers.remove(eve.self.account)
    village.rejoin(ada)
    await village.until(() => notes(his).length === 1 && eve.groups.list().length === 0)
    const { link } = await hers.invite({ account: eve.self.account })
    const back = await village.run(eve.groups.join(link))
    await back.append(NOTE, 'back')
    for (const group of [hers, his, back]) {
      await village.until(() => notes(group).length === 3)
      expect(notes(group)).toEqual(['seen', 'meanwhile', 'back'])
    }
  })
})

describe('members', () => {
  it('[G-24] hand a group over, and leave it', async () => {
    const { nodes, groups } = await together('Ada', 'Bob')
    const [ada, bob] = nodes as [BorgoNode, BorgoNode]
    const [hers, his] = groups as [Group, Group]
    await expect(hers.leave()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await hers.transferOwnership(bob.self.account)
    await village.until(() => his.role === 'owner')
    expect(hers.role).toBe('admin')
    await hers.leave()
    expect(ada.groups.list()).toEqual([])
    expect(ada.groups.lost()).toMatchObject([{ id: hers.id, reason: 'left', by: undefined }])
    await village.until(() => his.members().length === 1)
    await his.append(NOTE, 'alone')
    expect(his.key.generation).toBe(1)
  })

  it('[G-32] are called by their new name where they took one', async () => {
    const { nodes, groups } = await together('Ada', 'Bob')
    await nodes[1]!.rename('Roberto')
    await village.until(() => groups[0]!.member(nodes[1]!.self.account)?.name === 'Roberto')
    await nodes[1]!.rename('Roberto')
    expect(groups[0]!.audit({ limit: 3 }).map(({ what }) => what)).toEqual(['rename', 'join', 'invite'])
  })

  it('[G-23] [G-34] act below their own role only, and everybody can see who did what', async () => {
    const { nodes, groups } = await together('Ada', 'Bob', 'Cleo')
    const [ada, bob, cleo] = nodes as [BorgoNode, BorgoNode, BorgoNode]
    const [hers, his, cleos] = groups as [Group, Group, Group]
    await hers.setRole(bob.self.account, 'admin')
    await village.until(() => his.role === 'admin')
    for (const forbidden of [
      his.setRole(bob.self.account, 'owner'),
      his.setRole(cleo.self.account, 'admin'),
      his.remove(ada.self.account),
      his.invite({ role: 'admin' }),
      his.setPolicy({ history: false }),
      his.transferOwnership(cleo.self.account),
      cleos.remove(bob.self.account),
      cleos.setRole(cleo.self.account, 'admin'),
      cleos.rotateKey()
    ])
      expect(await code(forbidden)).toBe('FORBIDDEN')
    await his.setRole(cleo.self.account, 'reader')
    await village.until(() => cleos.role === 'reader')
    const audit = cleos.audit()
    expect(audit.slice(0, 2)).toMatchObject([
      { what: 'setRole', by: { name: 'Bob' }, whom: { name: 'Cleo' }, role: 'reader', void: undefined },
      { what: 'setRole', by: { name: 'Ada' }, whom: { name: 'Bob' }, role: 'admin' }
    ])
    expect(audit.at(-1)).toMatchObject({ what: 'create', by: { name: 'Ada' }, name: 'Il borgo' })
  })

  it('[G-50] find a removal, however many changes a mere reader put on top of it', async () => {
    const { nodes, groups } = await together('Ada', 'Bob', 'Cleo')
    const [, bob, cleo] = nodes as [BorgoNode, BorgoNode, BorgoNode]
    const [hers] = groups as [Group]
    await hers.setRole(bob.self.account, 'reader')
    await hers.remove(cleo.self.account)
    await village.until(() => groups[1]!.members().length === 2)
    for (let number = 1; number <= 12; number++) await bob.rename(`Bob ${number}`)
    await village.until(() => hers.member(bob.self.account)?.name === 'Bob 12')
    const all = hers.audit({ limit: 1_000 })
    expect(all.slice(0, 12).map(({ what }) => what)).toEqual(Array.from({ length: 12 }, () => 'rename'))
    const paged = hers.audit({ limit: 5 })
    for (let page = paged; page.length === 5; paged.push(...page))
      page = hers.audit({ limit: 5, before: paged.at(-1)!.id })
    expect(paged).toEqual(all)
    expect(paged.at(-1)).toMatchObject({ what: 'create' })
    expect(hers.audit({ limit: 5, what: ['remove', 'setRole'] })).toMatchObject([
      { what: 'remove', by: { name: 'Ada' }, whom: { name: 'Cleo' } },
      { what: 'setRole', by: { name: 'Ada' } }
    ])
    expect(hers.audit({ by: bob.self.account }).map(({ what }) => what)).toEqual(
      all.slice(0, 12).map(({ what }) => what)
    )
    expect(() => hers.audit({ before: 'f'.repeat(64) })).toThrow(expect.objectContaining({ code: 'BAD_ID' }))
  })

  it('[G-31] that relay pass on what they cannot read', async () => {
    const { nodes, groups } = await together('Ada', 'Bob')
    const [ada, bob] = nodes as [BorgoNode, BorgoNode]
    const [hers, his] = groups as [Group, Group]
    const rita = await settle('Rita')
    const relay = await village.run(rita.groups.join((await hers.invite({ role: 'relay' })).link))
    await village.until(() => his.members().length === 3)
    village.network.partition(ada.self.device, bob.self.device)
    await hers.append(NOTE, 'through Rita')
    await village.until(() => notes(his).length === 1)
    expect(notes(relay)).toEqual([])
    expect(relay.vector()).toEqual(hers.vector())
    await expect(relay.append(NOTE, 'I')).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('[G-26] get a new key when the old one is old or much used', async () => {
    const { groups } = await together('Ada', 'Bob')
    const [hers, his] = groups as [Group, Group]
    await hers.setPolicy({ keyAgeMs: 3_600_000 })
    await village.clock.advance(3_600_000 + 10 * 60_000)
    await village.until(() => hers.key.generation === 1 && his.key.generation === 1)
    await hers.setPolicy({ keyAgeMs: 365 * 86_400_000, keyRecords: 100 })
    for (let count = 0; count < 100; count++) await his.append(NOTE, `${count}`)
    await village.until(() => notes(hers).length === 50)
    await village.clock.advance(10 * 60_000)
    await village.until(() => his.key.generation === 2)
    await expect(hers.setPolicy({ keyRecords: 1 })).rejects.toThrow(TypeError)
  })

  it('[G-29] that miss a key ask for it', async () => {
    const { nodes, groups } = await together('Ada', 'Bob')
    const [ada, bob] = nodes as [BorgoNode, BorgoNode]
    const [hers, his] = groups as [Group, Group]
    await hers.setRole(bob.self.account, 'admin')
    await village.until(() => his.role === 'admin')
    const { link } = await hers.invite()
    await village.until(() => his.invitations().length === 1)
    village.network.partition(ada.self.device, bob.self.device)
    // Bob changes the key while Ada lets Cleo in: Bob's key is not sealed to her.
    await his.rotateKey()
    const cleo = await settle('Cleo')
    const cleos = await village.run(cleo.groups.join(link))
    village.network.heal(ada.self.device, bob.self.device)
    await village.until(() => cleos.key.generation === 1)
    await his.append(NOTE, 'for Cleo, too')
    await village.until(() => notes(cleos).length === 1)
    await village.run(cleos.append(NOTE, 'thanks'))
    await village.until(() => notes(his).length === 2)
  })
})
