import { join } from 'node:path'
import type { Plugin, PluginContext } from '@borgo/core'
import { expect, it } from 'vitest'
import { CONTENT } from '../src/listing/records.ts'
import type { ContentRecord } from '../src/listing/records.ts'
import { LEAF_BYTES } from '../src/unixfs/layout.ts'
import { scan } from '../src/unixfs/scan.ts'
import { neighbourhood, sameBytes } from './neighbours.ts'
import type { Neighbour, Neighbourhood } from './neighbours.ts'

/** A plugin that publishes whatever it is told to. */
const forger: Plugin<PluginContext> = {
  name: 'distribution',
  start(context) {
    context.groups.define(CONTENT)
    return context
  }
}

interface Slander {
  street: Neighbourhood
  ada: Neighbour
  ben: Neighbour
  /** Ada's file, about which Eve said something before anybody else did. */
  path: string
  cid: ContentRecord['cid']
  /** Resolves when Ben has heard everything that Ada published. */
  heard(): Promise<void>
}

async function slandered(street: Neighbourhood, bytes: number, lie: Partial<ContentRecord>): Promise<Slander> {
  const [ben, ada, eve] = street.people as [Neighbour, Neighbour, Neighbour]
  const path = await street.file('film.bin', 1, bytes)
  const { cid } = await scan(path)
  const context = await eve.node.use(forger)
  await context.groups.get(eve.group.id)!.append(CONTENT, { cid, name: 'lie.bin', bytes, ...lie })
  await street.sees(ada, { cid })
  await street.sees(ben, { cid })
  const heard = async (): Promise<void> =>
    street.sees(ben, await ada.content.publish(ada.group, await street.file('last.bin', 2, 10)))
  return { street, ada, ben, path, cid, heard }
}

const street = (): Promise<Neighbourhood> => neighbourhood(['Ben', 'Ada', 'Eve'], { without: ['Eve'] })

const SIZES: [string, number, number][] = [
  ['a file of one leaf', 1_000, 1_001],
  ['a larger file', 2 * LEAF_BYTES, LEAF_BYTES]
]

it.each(SIZES)('[D-38] a listing of %s with a wrong size loses against a right one', async (_, real, said) => {
  await using place = await street()
  const { ada, ben, cid, path, heard } = await slandered(place, real, { bytes: said })
  await ada.content.publish(ada.group, path)
  expect(ada.content.get(ada.group, cid)).toMatchObject({ name: 'film.bin', bytes: real })
  await heard()
  expect(ben.content.get(ben.group, cid)).toMatchObject({ name: 'lie.bin', bytes: said })
  const target = join(place.folder, 'copy.bin')
  const transfer = await place.fetch(ben, { cid }, target)
  expect(transfer).toMatchObject({ state: 'done', bytes: real, doneBytes: real })
  expect(await sameBytes(path, target)).toBe(true)
  expect(ben.content.get(ben.group, cid)).toMatchObject({ name: 'film.bin', bytes: real })
})

it.each(SIZES)('[D-38] a wrong size of %s is put right, and the second try works', async (_, real, said) => {
  await using place = await street()
  const { ada, ben, cid, path, heard } = await slandered(place, real, { bytes: said })
  await ada.content.publish(ada.group, path)
  await ada.content.withdraw(ada.group, cid)
  await heard()
  const target = join(place.folder, 'copy.bin')
  await expect(place.fetch(ben, { cid }, target)).rejects.toThrow(expect.objectContaining({ code: 'BAD_CONTENT' }))
  expect(ben.content.get(ben.group, cid)).toMatchObject({ name: 'lie.bin', bytes: real })
  expect(await place.fetch(ben, { cid }, target)).toMatchObject({ state: 'done', bytes: real, doneBytes: real })
  expect(await sameBytes(path, target)).toBe(true)
})

it('[D-38] of several who publish the same, the first that came here counts, and before it one’s own', async () => {
  await using place = await street()
  const { ada, ben, cid, path, heard } = await slandered(place, 1_000, {})
  await ada.content.publish(ada.group, path)
  await heard()
  expect(ben.content.get(ben.group, cid).name).toBe('lie.bin')
  expect(ben.content.list(ben.group).filter(info => info.cid === cid)).toHaveLength(1)
  await ben.content.publish(ben.group, path, { name: 'mine.bin' })
  expect(ben.content.get(ben.group, cid)).toMatchObject({ name: 'mine.bin', mayWithdraw: true })
})

it('[D-38] a listing that no content can be is not taken in', () => {
  const cid = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
  expect(CONTENT.parse({ cid, name: 'a', bytes: LEAF_BYTES })).toMatchObject({ cid })
  expect(() => CONTENT.parse({ cid, name: 'a', bytes: LEAF_BYTES + 1 })).toThrow(TypeError)
  expect(() => CONTENT.parse({ cid, name: 'a', bytes: 1, files: 1 })).toThrow(TypeError)
})
