import { expect, it } from 'vitest'
import { BorgoError } from '@borgo/core'
import type { Database, Plugin, Store } from '@borgo/core'
import { createVillage } from '@borgo/core/testing'
import { rtc } from '../src/index.ts'

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

it('[R-11] takes in what came while the disk was full, when there is room again', async () => {
  const village = await createVillage({ seed: 5 })
  const disk = { isFull: false }
  try {
    const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
    const { chat } = await ben.use(onDisk(rtc(), disk))
    const writer = (await ada.use(rtc())).chat
    const { id, invite } = await ada.groups.create({ name: 'Square' })
    const { link } = await invite({ role: 'writer' })
    await village.run(ben.groups.join(link))
    disk.isFull = true
    await writer.send(id, 'while full')
    await village.until(() => chat.page(id).messages.length === 1)
    await village.clock.advance(1_000)
    expect(chat.conversation(id)?.unread).toBe(0)
    disk.isFull = false
    await writer.send(id, 'with room')
    await village.until(() => chat.conversation(id)?.unread === 2)
  } finally {
    await village.stop()
  }
})
