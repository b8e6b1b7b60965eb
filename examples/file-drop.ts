/**
 * Drops a file or folder for whoever has the link. Needs @borgo/core and @borgo/plugin-distribution.
 *
 *   node file-drop.ts give <path>            prints a link, and serves until Ctrl-C
 *   node file-drop.ts take <link> <folder>   fetches it into a folder that exists
 *
 * Everybody who has taken it can give it on: the giver may leave.
 */
import { once } from 'node:events'
import { basename, resolve } from 'node:path'
import { createNode } from '@borgo/core'
import type { Group } from '@borgo/core'
import { distribution } from '@borgo/plugin-distribution'
import type { ContentInfo } from '@borgo/plugin-distribution'

const [action, what = '', into = '.'] = process.argv.slice(2)
if (!(action === 'give' || action === 'take') || what === '') {
  console.error('Usage: node file-drop.ts give <path> | take <link> <folder>')
  process.exit(2)
}
const node = await createNode({ folder: `./file-drop-${action}`, listen: process.env.LISTEN?.split(' ') })
const { content } = await node.use(distribution())

async function give(path: string): Promise<void> {
  const group = await node.groups.create({ name: basename(resolve(path)) })
  const { bytes } = await content.publish(group, resolve(path))
  const { link } = await group.invite({ role: 'reader', uses: 100 })
  console.log(`${bytes} bytes wait for whoever has this link, as long as this program runs:\n\n  ${link}\n`)
  await once(process, 'SIGINT')
}

async function take(link: string, folder: string): Promise<void> {
  const group = await node.groups.join(link)
  const { cid, name } = await firstIn(group)
  content.subscribe(event => {
    if (event.type === 'transfer') console.log(`${event.transfer.doneBytes} of ${event.transfer.bytes} bytes`)
  })
  const { id } = await content.fetch(group, cid, { to: resolve(folder) })
  await content.transfers.finished(id)
  console.log(`${name} is in ${resolve(folder)}`)
}

/** What the group shares, once the list of it has come. */
function firstIn(group: Group): Promise<ContentInfo> {
  return new Promise(found => {
    const look = (): void => content.list(group).slice(0, 1).forEach(found)
    content.subscribe(look)
    look()
  })
}

await (action === 'give' ? give(what) : take(what, into))
await node.stop()
