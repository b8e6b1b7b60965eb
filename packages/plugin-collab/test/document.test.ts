import type { Village } from '@borgo/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bytesOf, createVillage, found, gather, move, openAt, settle } from './people.ts'

let village: Village
beforeEach(async () => {
  village = await createVillage({ seed: 11 })
})
afterEach(() => village.stop())

describe('a document in a workspace', () => {
  it('[C-12] two people type at once, one offline for a while, and end byte-equal', async () => {
    const people = await settle(village, 'Ada', 'Ben')
    const group = await gather(village, people)
    const place = await found(village, people, group.id)
    const [ada, ben] = people.map(person => openAt(person, place))
    ada!.insert(0, 'Bread, cheese. ')
    ben!.insert(0, 'Shopping: ')
    await village.until(() => bytesOf(ada!) === bytesOf(ben!) && ada!.text().length === 25)
    village.isolate(people[1]!.node)
    ada!.replace(ada!.text().replace('cheese', 'old cheese'))
    ben!.insert(ben!.text().length, 'Wine!')
    ben!.delete(ben!.text().indexOf('Shopping: '), 10)
    await village.run(Promise.all([ada!.flush(), ben!.flush()]))
    expect(bytesOf(ada!)).not.toBe(bytesOf(ben!))
    village.rejoin(people[1]!.node)
    await village.until(() => bytesOf(ada!) === bytesOf(ben!))
    expect(ada!.text()).toBe('Bread, old cheese. Wine!')
  })

  it('[C-44] who types alone writes few records; who is there sees each edit soon, and who comes later all of them', async () => {
    const people = await settle(village, 'Ada', 'Ben')
    const group = await gather(village, people)
    const place = await found(village, people, group.id)
    const ada = openAt(people[0]!, place)
    const records = (): number => group.storage().records
    const type = async (letters: number): Promise<void> => {
      for (let n = 0; n < letters; n++) {
        ada.insert(ada.text().length, 'x')
        await village.clock.advance(100)
      }
    }
    const before = records()
    await type(200)
    await village.run(ada.flush())
    expect(records() - before).toBeLessThanOrEqual(12)
    const ben = openAt(people[1]!, place)
    await village.until(() => ben.text().length === 200)
    ben.enter()
    await village.until(() => ada.here().length === 1)
    await type(30)
    await village.until(() => ben.text().length === 230, 300)
    expect(bytesOf(ben)).toBe(bytesOf(ada))
  })

  it('[C-30] shows presence while people are in it', async () => {
    const people = await settle(village, 'Ada', 'Ben')
    const group = await gather(village, people)
    const place = await found(village, people, group.id)
    const [ada, ben] = people.map(person => openAt(person, place))
    const names = (): string[] => ben!.here().map(({ name }) => name)
    ada!.enter()
    await village.until(() => names().includes('Ada'))
    await ada!.close()
    await village.until(() => names().length === 0, 1_000)
  })

  it('[C-23] opens again with everything that was flushed', async () => {
    let [ada] = await settle(village, 'Ada')
    const group = await gather(village, [ada!])
    const place = await found(village, [ada!], group.id)
    const document = openAt(ada!, place)
    document.insert(0, 'x'.repeat(1_000_000))
    await village.run(document.flush())
    ada = await move(await village.restart(ada!.node))
    const again = openAt(ada, place)
    expect(again.text()).toHaveLength(1_000_000)
    again.insert(0, 'y')
    await village.run(again.close())
    expect(openAt(ada, place).text()).toHaveLength(1_000_001)
  })
})
