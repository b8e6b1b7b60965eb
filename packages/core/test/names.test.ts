import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NameRecord, ResolveOptions } from '../src/names/names.ts'
import type { BorgoNode } from '../src/node.ts'
import { createVillage } from '../src/testing/memory-village.ts'
import type { Village } from '../src/testing/memory-village.ts'

let village: Village
beforeEach(async () => {
  village = await createVillage()
})
afterEach(() => village.stop())

const resolve = (node: BorgoNode, name: string, options?: ResolveOptions): Promise<NameRecord[]> => {
  const search = async (): Promise<NameRecord[]> => {
    const records: NameRecord[] = []
    for await (const record of node.names.resolve(name, options)) records.push(record)
    return records
  }
  return village.run(search())
}

async function three() {
  const [ada, ben, cleo] = [await village.settle('Ada'), await village.settle('Ben'), await village.settle('Cleo')]
  const hers = await ada.groups.create({ name: 'Il borgo' })
  const { link } = await hers.invite({ uses: 2 })
  const his = await village.run(ben.groups.join(link))
  await village.run(cleo.groups.join(link))
  await village.until(() => his.members().length === 3)
  return { ada, ben, cleo, hers, group: hers.id, link }
}

describe('names in a group', () => {
  it('[M-4] are found through another member while their device is away, also after restarts', async () => {
    const { ada, ben, cleo, group } = await three()
    village.isolate(cleo)
    const data = new Uint8Array(16_384).fill(7)
    const { name } = await ada.names.register('board', { scope: 'group', group, comment: 'the board', data })
    await village.until(async () => (await resolve(ben, name)).length === 1)
    village.isolate(ada)
    village.network.heal(ben.self.device, cleo.self.device)
    await village.until(async () => (await resolve(cleo, name)).length === 1)
    const again = await village.restart(cleo)
    const expected = { name, scope: 'group', group, device: ada.self.device, comment: 'the board', data }
    expect(await resolve(again, name, { group })).toMatchObject([expected])
    expect(await resolve(again, name, { scope: 'link' })).toEqual([])
  })

  it('[M-4] are known to members only, and to writers alone to register', async () => {
    const { ada, ben, cleo, hers, group } = await three()
    await hers.setRole(cleo.self.account, 'reader')
    await village.until(() => cleo.groups.get(group)?.role === 'reader')
    const { name } = await ada.names.register('board', { scope: 'group', group })
    const dora = await village.settle('Dora')
    await village.run(dora.dial(ada.addresses()[0]!))
    await village.until(async () => (await resolve(cleo, name)).length === 1)
    expect(await resolve(dora, name)).toEqual([])
    await expect(cleo.names.register('mine', { scope: 'group', group })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(dora.names.register('mine', { scope: 'group', group })).rejects.toMatchObject({
      code: 'GROUP_UNKNOWN'
    })
    await hers.remove(ben.self.account)
    await village.until(() => ben.groups.get(group) === undefined)
    expect(await resolve(ben, name)).toEqual([])
  })

  it('[M-6] change and are withdrawn', async () => {
    const { ada, ben, group } = await three()
    const { name } = await ada.names.register('board', { scope: 'group', group, comment: 'one' })
    await village.until(async () => (await resolve(ben, name)).length === 1)
    await ada.names.update('board', { scope: 'group', group, comment: 'two' })
    await village.until(async () => (await resolve(ben, name))[0]?.comment === 'two')
    await ada.names.withdraw('board', { scope: 'group', group })
    await village.until(async () => (await resolve(ben, name)).length === 0)
    expect(ada.names.registered()).toEqual([])
  })

  it('[M-7] are told to who joined later and may not read the past', async () => {
    const { ada, hers, group } = await three()
    await hers.setPolicy({ history: false })
    const { name } = await ada.names.register('board', { scope: 'group', group })
    await village.until(() => ada.names.registered()[0]?.announcedAt !== undefined)
    const dora = await village.settle('Dora')
    await village.run(dora.groups.join((await hers.invite()).link))
    await village.until(async () => (await resolve(dora, name)).length === 1)
  })
})

it('[M-9] a plugin that stops ends what it resolves, and may register no more', async () => {
  const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
  await village.run(ada.dial(ben.addresses()[0]!))
  const names = await ben.use({ name: 'finder', start: context => context.names })
  await names.register('chess', { scope: 'link' })
  expect(await resolve(ada, `${ben.self.account}/chess`)).toHaveLength(1)
  const search = names.resolve(`${ada.self.account}/chess`)[Symbol.asyncIterator]()
  await village.run(ben.stop())
  await expect(search.next()).rejects.toMatchObject({ code: 'STOPPED' })
  expect(() => names.register('go', { scope: 'link' })).toThrow(expect.objectContaining({ code: 'STOPPED' }))
})
