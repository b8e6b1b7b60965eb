import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BorgoNode } from '../src/node.ts'
import type { Plugin, PluginContext } from '../src/plugin.ts'
import type { Protocol } from '../src/stream.ts'
import { createVillage } from '../src/testing/memory-village.ts'
import type { Village } from '../src/testing/memory-village.ts'
import type { Group } from '../src/groups/group.ts'

let village: Village
beforeEach(async () => {
  village = await createVillage()
})
afterEach(() => village.stop())

const roles = (group: Group): Record<string, string> =>
  Object.fromEntries(group.members().map(({ name, role }) => [name, role]))

async function two(): Promise<{ ada: BorgoNode; bob: BorgoNode; hers: Group; his: Group }> {
  const ada = await village.settle('Ada')
  const bob = await village.settle('Bob')
  const hers = await ada.groups.create({ name: 'Il borgo' })
  const { link } = await hers.invite()
  const his = await village.run(bob.groups.join(link))
  return { ada, bob, hers, his }
}

describe('groups of a node', () => {
  it('[G-14] are founded and joined, and are there after a restart', async () => {
    const { ada, bob, hers, his } = await two()
    expect(his).toMatchObject({ id: hers.id, name: 'Il borgo', kind: 'shared', role: 'writer' })
    expect(hers.role).toBe('owner')
    for (const group of [hers, his]) expect(roles(group)).toEqual({ Ada: 'owner', Bob: 'writer' })
    const again = await village.restart(bob)
    expect(again.groups.list().map(({ id }) => id)).toEqual([hers.id])
    expect(roles(again.groups.get(hers.id)!)).toEqual({ Ada: 'owner', Bob: 'writer' })
    expect(again.groups.get(hers.id)?.joinedAt).toBe(his.joinedAt)
    expect(ada.groups.get(hers.id)).toBe(hers)
  })

  it('[G-14] are joined once, however often the link is used', async () => {
    const { bob, hers, his } = await two()
    const { link } = await hers.invite({ uses: 5 })
    expect(await village.run(bob.groups.join(link))).toBe(his)
    expect(hers.invitations()).toMatchObject([{ uses: 5, used: 0 }])
  })

  it('[G-14] are joined once when the link is used twice at a time', async () => {
    const [ada, bob] = [await village.settle('Ada'), await village.settle('Bob')]
    const group = await ada.groups.create({ name: 'Il borgo' })
    const { link } = await group.invite()
    const [one, other] = await village.run(Promise.all([bob.groups.join(link), bob.groups.join(link)]))
    expect(one).toBe(other)
    expect(roles(one)).toEqual({ Ada: 'owner', Bob: 'writer' })
  })

  it('[G-14] are joined through a member whose address came from another member', async () => {
    const { ada, hers, his } = await two()
    const cleo = await village.settle('Cleo')
    const { link } = await hers.invite()
    await village.until(() => his.invitations().length === 1)
    village.isolate(ada)
    const theirs = await village.run(cleo.groups.join(link))
    expect(roles(theirs)).toEqual({ Ada: 'owner', Bob: 'writer', Cleo: 'writer' })
    village.rejoin(ada)
    await village.until(() => hers.members().length === 3)
  })

  it('[E-22] let a plugin reach a member that is not connected', async () => {
    const { ada, bob, hers } = await two()
    await village.until(() => ada.peers.get(bob.self.device)?.account === bob.self.account)
    const protocol: Protocol = {
      id: '/borgo/talk/talk/1',
      access: 'members',
      maxMessageBytes: 9,
      maxStreamsPerPeer: 1,
      idleMs: 60_000
    }
    const talk: Plugin<PluginContext> = {
      name: 'talk',
      start(context) {
        context.handle(protocol, stream => stream.end())
        return context
      }
    }
    const [here] = [await ada.use(talk), await bob.use(talk)]
    await ada.shutOut.disconnect(bob.self.device)
    expect(ada.peers.reachable([bob.self.device])).toEqual([bob.self.device])
    // No time passes in which it would be connected again anyway.
    const stream = await here.open(bob.self.device, protocol, { group: hers })
    expect(await stream.receive()).toBeUndefined()
    village.isolate(bob)
    await village.until(() => ada.peers.reachable([bob.self.device]).length === 0)
  })

  it('[G-3] obey owners only', async () => {
    const { ada, bob, hers, his } = await two()
    await expect(his.invite()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(his.setRole(ada.self.account, 'reader')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await hers.setRole(bob.self.account, 'owner')
    await village.until(() => his.role === 'owner')
    expect((await his.invite()).link).toMatch(/^borgo:join\//)
    await expect(his.setRole(ada.self.account, 'reader')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const nobody = 'z6MkecW139dWP271Ad4FEVsVhbNwoYbC3KBtKsjDpLfYEVbj' as typeof bob.self.account
    await expect(hers.setRole(nobody, 'reader')).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' })
  })

  it('[G-6] keep their last owner', async () => {
    const { ada, hers } = await two()
    await expect(hers.setRole(ada.self.account, 'reader')).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('[G-4] show the invitations that can still be used, with the links made here', async () => {
    const { hers, his } = await two()
    expect(hers.invitations()).toEqual([])
    const made = await hers.invite({ role: 'reader', uses: 2, expiresInMs: 60_000 })
    await village.until(() => his.invitations().length === 1)
    expect(hers.invitations()).toEqual([made])
    expect(his.invitations()).toEqual([{ ...made, link: undefined }])
    await village.clock.advance(61_000)
    expect(hers.invitations()).toEqual([])
  })

  it.each([{ uses: 0 }, { uses: 10_001 }, { uses: 1.5 }, { expiresInMs: 0 }, { expiresInMs: 366 * 86_400_000 }])(
    '[G-4] make no invitation with %o',
    async options => {
      const ada = await village.settle('Ada')
      const group = await ada.groups.create({ name: 'Il borgo' })
      await expect(group.invite(options)).rejects.toThrow(TypeError)
    }
  )

  it('[G-9] hold two people when direct', async () => {
    const [ada, bob, cleo] = [await village.settle('Ada'), await village.settle('Bob'), await village.settle('Cleo')]
    const hers = await ada.groups.create({ name: 'Ada and Bob', kind: 'direct' })
    await expect(hers.invite({ uses: 2 })).rejects.toThrow(TypeError)
    const [one, two] = [await hers.invite(), await hers.invite()]
    expect((await village.run(bob.groups.join(one.link))).kind).toBe('direct')
    await expect(village.run(cleo.groups.join(two.link))).rejects.toMatchObject({ code: 'INVITATION_USED_UP' })
    expect(cleo.groups.list()).toEqual([])
  })

  it.each(['', 'borgo:join/', 'borgo:join/AAAA', 'https://example.org'])('[G-11] refuse the link %j', async link => {
    const ada = await village.settle('Ada')
    await expect(ada.groups.join(link)).rejects.toMatchObject({ code: 'BAD_INVITATION' })
  })

  it('[G-16] tell of members, roles and presence', async () => {
    const { ada, bob, hers, his } = await two()
    const told: string[] = []
    const note = (): void => {
      const member = hers.member(bob.self.account)
      told.push(`${member?.name} ${member?.role} ${member?.online}`)
    }
    const undo = ada.groups.onChange(group => group === hers && note())
    await hers.setRole(bob.self.account, 'reader')
    expect(told).toEqual(['Bob reader true'])
    await village.until(() => his.role === 'reader')
    village.isolate(bob)
    expect(told.at(-1)).toBe('Bob reader false')
    expect(hers.member(bob.self.device)?.online).toBe(false)
    expect(hers.member(ada.self.account)?.online).toBe(true)
    village.rejoin(bob)
    await village.until(() => told.at(-1) === 'Bob reader true')
    undo()
    const before = told.length
    await hers.setRole(bob.self.account, 'writer')
    expect(told).toHaveLength(before)
  })

  it("[G-16] are told to all listeners, also when one's code fails", async () => {
    const ada = await village.settle('Ada')
    const told: string[] = []
    ada.groups.onChange(() => {
      throw new Error('broken')
    })
    ada.groups.onChange(({ name }) => told.push(name))
    await ada.groups.create({ name: 'Il borgo' })
    expect(told).toEqual(['Il borgo'])
  })

  it('[G-17] carry what only one member can read', async () => {
    const { ada, bob, hers, his } = await two()
    const secret = new TextEncoder().encode('for Bob')
    const sealed = await hers.seal(bob.self.account, secret)
    expect(his.unseal(sealed)).toEqual(secret)
    expect(hers.unseal(sealed)).toBeUndefined()
    expect(his.unseal(new Uint8Array(100))).toBeUndefined()
    const other = await bob.groups.create({ name: 'Another' })
    expect(other.unseal(sealed)).toBeUndefined()
    await expect(other.seal(ada.self.account, secret)).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' })
  })

  it('[G-4] tell who came once too many, also when that person was away meanwhile', async () => {
    const { ada, bob, hers, his } = await two()
    const [cleo, dan] = [await village.settle('Cleo'), await village.settle('Dan')]
    const { link } = await hers.invite()
    await village.until(() => his.invitations().length === 1)
    // Ada and Bob cannot see each other: each admits somebody.
    village.network.partition(ada.self.device, bob.self.device)
    village.network.partition(bob.self.device, cleo.self.device)
    village.network.partition(ada.self.device, dan.self.device)
    village.network.partition(cleo.self.device, dan.self.device)
    await village.run(cleo.groups.join(link))
    await village.run(dan.groups.join(link))
    for (const away of [cleo, dan]) village.isolate(away)
    village.network.heal(ada.self.device, bob.self.device)
    await village.until(() => hers.members().length === 3 && his.members().length === 3)
    const told: string[] = []
    for (const node of [cleo, dan])
      node.groups.onChange(({ members }) => members().length === 0 && told.push(node.self.name))
    for (const back of [cleo, dan]) village.rejoin(back)
    await village.until(() => told.length > 0)
    const lost = [cleo, dan].filter(node => node.groups.list().length === 0)
    expect(lost.map(({ self }) => self.name)).toEqual(told)
    expect(lost).toHaveLength(1)
    expect(hers.member(lost[0]!.self.account)).toBeUndefined()
  })
})
