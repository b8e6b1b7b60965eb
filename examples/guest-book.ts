/**
 * A plugin of your own: a guest book that every member of a group keeps, and a knock at the others' doors. Needs
 * @borgo/core alone. It shows the two ways in which a plugin speaks: records, which last and come through any member, and
 * a protocol, which reaches who is there.
 *
 *   node guest-book.ts open                    founds a group and prints its link; Ctrl-C ends
 *   node guest-book.ts sign <link> <words…>    joins it, signs, and knocks at everybody's door
 */
import { createNode, readMap, readText } from '@borgo/core'
import type { Group, Plugin, Protocol, RecordKind } from '@borgo/core'

/** `parse` is the only way in for what others wrote: it returns a value or throws. */
const signature: RecordKind<{ words: string }> = {
  name: 'guest-book/signature',
  role: 'writer',
  maxBytes: 1_024,
  parse: value => ({ words: readText(readMap(value, 'words').words, 200) })
}

const knock: Protocol = {
  id: '/borgo/guest-book/knock/1',
  access: 'members',
  maxMessageBytes: 64,
  maxStreamsPerPeer: 1,
  idleMs: 10_000
}

interface GuestBook {
  sign(group: Group, words: string): Promise<unknown>
  /** How many of the members' devices answered. */
  knock(group: Group): Promise<number>
}

/** `tell` gets every signature once, and again when the program starts again. */
const guestBook = (tell: (text: string) => void): Plugin<GuestBook> => ({
  name: 'guest-book',
  start({ groups, handle, log, open, self, signal }) {
    groups.define(signature)
    const read = async (): Promise<void> => {
      for await (const { account, data, group } of groups.follow([signature], { signal }))
        tell(`${groups.get(group)?.nameOf(account)}: ${data.words}`)
    }
    read().catch((error: unknown) => signal.aborted || log.error('no longer reading', { error: String(error) }))

    handle(knock, async stream => {
      await stream.receive()
      tell('Somebody knocks')
      await stream.send(Buffer.from('Come in!'))
    })
    const knockAt = async (group: Group, device: Parameters<typeof open>[0]): Promise<void> => {
      const stream = await open(device, knock, { group, signal })
      await stream.send(Buffer.from('Hello?'))
      if (!(await stream.receive())) throw new Error('nobody opened')
    }
    return {
      sign: (group, words) => group.append(signature, { words }),
      async knock(group) {
        const doors = group.members().flatMap(({ devices }) => devices.filter(device => device !== self.device))
        const answers = await Promise.allSettled(doors.map(device => knockAt(group, device)))
        return answers.filter(({ status }) => status === 'fulfilled').length
      }
    }
  }
})

const [action = 'open', link = '', ...words] = process.argv.slice(2)
const node = await createNode({ folder: `./guest-book-${action}`, listen: process.env.LISTEN?.split(' ') })
const book = await node.use(guestBook(console.log))
if (action === 'sign') {
  const group = await node.groups.join(link)
  await book.sign(group, words.join(' '))
  console.log(`Signed. ${await book.knock(group)} at home.`)
  await node.stop()
} else {
  const group = node.groups.list()[0] ?? (await node.groups.create({ name: 'Guest book' }))
  console.log((await group.invite({ uses: 100 })).link)
  process.once('SIGINT', () => void node.stop())
}
