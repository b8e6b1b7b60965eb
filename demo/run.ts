/**
 * `npm run demo`: three nodes in processes of their own on loopback, with fresh folders, do everything that Borgo does;
 * each step is checked. Exits non-zero when anything is not as it should be, and leaves nothing behind.
 * `npm run demo -- --keep` leaves the nodes running until Ctrl-C and prints their console links.
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildConsole } from '../scripts/build-console.ts'
import { chatChapter } from './chat.ts'
import { computeChapter } from './compute.ts'
import { contentChapter } from './content.ts'
import { house } from './house.ts'
import { teller } from './tell.ts'
import { workspaceChapter } from './workspace.ts'

const keep = process.argv.includes('--keep')
// A node looks for the console when it starts.
if (keep) buildConsole()
const write = (text: string): void => void process.stdout.write(`${text}\n`)
const interrupted = Promise.race(
  ['SIGINT', 'SIGTERM'].map(async signal => {
    await once(process, signal)
    throw new Error(`ended by ${signal}`)
  })
)
interrupted.catch(() => undefined)
const tell = teller(write, interrupted)
const began = performance.now()
const root = await mkdtemp(join(tmpdir(), 'borgo-demo-'))
const [ada, ben, cleo] = [house(root, 'Ada'), house(root, 'Ben'), house(root, 'Cleo')]
const houses = [ada, ben, cleo]

async function play(): Promise<void> {
  tell.chapter('Three nodes')
  await tell.step('start, each a process of its own', async () => {
    await Promise.all(houses.map(({ start }) => start()))
    return undefined
  })
  let group = ''
  await tell.step('Ada founds a group; Ben and Cleo join by a link', async () => {
    const { id } = await ada.client.groups.create({ body: { name: 'Village' } })
    const { link = '' } = await ada.client.groups.invite({ params: { group: id }, body: { uses: 2 } })
    for (const { client } of [ben, cleo]) await client.groups.join({ body: { link } })
    group = id
    return undefined
  })
  await tell.step('everybody knows everybody', async () => {
    for (const each of houses) {
      await each.until(['groups', 'peers'], async () => {
        const { members } = await each.client.groups.get({ params: { group } })
        return members.length === 3 && members.every(({ online }) => online)
      })
    }
    return 'three members, all online'
  })
  await chatChapter(tell, [ada, ben, cleo], group)
  await contentChapter(tell, [ada, ben, cleo], group)
  await workspaceChapter(tell, [ada, ben, cleo], group)
  await computeChapter(tell, [ada, ben, cleo], group)
}

let failed = false
try {
  await play()
  write(`\nAll as it should be, in ${((performance.now() - began) / 1000).toFixed(1)} s.`)
  if (keep) {
    write('\nThe nodes stay until Ctrl-C. Their consoles (each link works once):\n')
    for (const each of houses) write(`  ${each.name.padEnd(6)}${await each.link()}`)
    await interrupted.catch(() => undefined)
  }
} catch (error) {
  failed = true
  write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
} finally {
  await Promise.all(houses.map(({ stop }) => stop()))
  await rm(root, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0
