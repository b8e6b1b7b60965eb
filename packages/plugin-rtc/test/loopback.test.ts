import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNode } from '@borgo/core'
import type { GroupId } from '@borgo/core'
import { it } from 'vitest'
import { rtc } from '../src/index.ts'
import type { Chat } from '../src/index.ts'

/** Resolves when it is so; looks again whenever something happens in the conversations. */
function until(chat: Chat, isSo: () => boolean): Promise<void> {
  return new Promise(resolve => {
    const look = (): void => {
      if (!isSo()) return
      stop()
      resolve()
    }
    const stop = chat.subscribe(look)
    look()
  })
}

/** Resolves when the conversation holds these texts, in this order. */
function holding(chat: Chat, group: GroupId, ...texts: string[]): Promise<void> {
  const held = (): string[] => chat.page(group).messages.map(({ text }) => text)
  return until(chat, () => chat.conversation(group) !== undefined && held().join() === texts.join())
}

it('[R-3] works over real connections: the author leaves, a third member delivers', async () => {
  const root = await mkdtemp(join(tmpdir(), 'borgo-'))
  const settle = async (name: string) => {
    const node = await createNode({ folder: join(root, name), name, listen: ['/ip4/127.0.0.1/tcp/0'] })
    return { node, chat: (await node.use(rtc())).chat }
  }
  const [ada, ben, cleo] = [await settle('Ada'), await settle('Ben'), await settle('Cleo')]
  try {
    const { id, invite } = await ada.node.groups.create({ name: 'Square' })
    const { link } = await invite({ uses: 2 })
    await ben.node.groups.join(link)
    await cleo.node.groups.join(link)
    await ada.chat.send(id, 'one')
    await Promise.all([holding(ben.chat, id, 'one'), holding(cleo.chat, id, 'one')])
    await cleo.node.stop()
    await ada.chat.send(id, 'two')
    await holding(ben.chat, id, 'one', 'two')
    await ada.node.stop()
    const again = await settle('Cleo')
    await holding(again.chat, id, 'one', 'two')
    await until(again.chat, () => again.chat.conversation(id)?.unread === 2)
    await again.node.stop()
  } finally {
    for (const { node } of [ada, ben, cleo]) await node.stop()
    await rm(root, { recursive: true, force: true })
  }
})
