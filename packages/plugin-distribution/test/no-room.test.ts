import { expect, it } from 'vitest'
import { BorgoError } from '@borgo/core'
import type { Database, Plugin, Store } from '@borgo/core'
import { distribution } from '../src/index.ts'
import { neighbourhood } from './neighbours.ts'

/** A plugin whose disk is full when told so. */
function onDisk<Api>(plugin: Plugin<Api>, disk: { isFull: boolean }): Plugin<Api> {
  const guarded = (database: Database): Database => ({
    ...database,
    transaction(work) {
      if (disk.isFull) throw new BorgoError('DISK_FULL', 'the disk is full')
      return database.transaction(work)
    }
  })
  return {
    name: plugin.name,
    start(context) {
      const { store } = context
      const full: Store = { folder: store.folder, database: migrations => guarded(store.database(migrations)) }
      return plugin.start({ ...context, store: full })
    }
  }
}

it('[D-37] lists what was published while the disk was full, when there is room again', async () => {
  await using street = await neighbourhood(['Ada', 'Ben'], { without: ['Ben'] })
  const [ada, ben] = street.people
  const disk = { isFull: true }
  const { content } = await ben!.node.use(onDisk(distribution(), disk))
  const { cid } = await ada!.content.publish(ada!.group, await street.file('film.bin', 1, 100))
  await street.village.clock.advance(10_000)
  expect(content.list(ben!.group)).toEqual([])
  disk.isFull = false
  await street.village.until(() => content.list(ben!.group).some(listing => listing.cid === cid))
})
