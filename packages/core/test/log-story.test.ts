import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Broadcast, Groups } from '../src/groups/group.ts'
import type { Channel, RecordKind } from '../src/log/kind.ts'
import type { Entry } from '../src/log/entry.ts'
import { createNode } from '../src/node.ts'
import type { BorgoNode } from '../src/node.ts'
import type { Plugin } from '../src/plugin.ts'

const NOTE: RecordKind<string> = { name: 'story/note', role: 'writer', maxBytes: 1_000, parse: String }
const WAVE: Channel<string> = { name: 'story/wave', role: 'reader', maxBytes: 100, parse: String }

interface Story {
  groups: Groups
  /** Reads notes after a position until one satisfies `isLast`. */
  read(isLast: (entry: Entry<string>) => boolean, after?: number): Promise<Entry<string>[]>
  /** Resolves with the first message that comes from now on. */
  nextWave(): Promise<Broadcast<string>>
}

const story: Plugin<Story> = {
  name: 'story',
  start({ groups, signal }) {
    const waiting = new Set<(message: Broadcast<string>) => void>()
    groups.define(NOTE)
    groups.listen(WAVE, message => {
      for (const resolve of waiting) resolve(message)
      waiting.clear()
    })
    return {
      groups,
      async read(isLast, after) {
        const entries: Entry<string>[] = []
        for await (const entry of groups.follow([NOTE], { after, signal })) {
          entries.push(entry)
          if (isLast(entry)) break
        }
        return entries
      },
      nextWave: () => new Promise(resolve => waiting.add(resolve))
    }
  }
}

let root: string
const nodes = new Map<string, BorgoNode>()

async function start(name: string): Promise<Story & { node: BorgoNode }> {
  const node = await createNode({ folder: join(root, name), name, listen: ['/ip4/127.0.0.1/tcp/0'] })
  nodes.set(name, node)
  return { node, ...(await node.use(story)) }
}
async function stop(name: string): Promise<void> {
  await nodes.get(name)?.stop()
  nodes.delete(name)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'borgo-story-'))
})
afterEach(async () => {
  await Promise.all([...nodes.keys()].map(stop))
  rmSync(root, { recursive: true, force: true })
})

it('[L-19] brings what was written to somebody who was away, through a third member, its author gone', async () => {
  let ann = await start('ann')
  const ben = await start('ben')
  let cat = await start('cat')
  const group = await ann.groups.create({ name: 'Story' })
  const { link } = await group.invite({ uses: 2 })
  await ben.groups.join(link)
  await cat.groups.join(link)
  await group.append(NOTE, 'all are here')
  const [seen] = await cat.read(({ data }) => data === 'all are here')
  await stop('cat')

  for (let index = 0; index < 200; index++) void group.append(NOTE, `note ${index}`)
  await ben.read(({ data }) => data === 'note 199')
  await stop('ann')

  cat = await start('cat')
  const missed = await cat.read(({ data }) => data === 'note 199', seen?.position)
  expect(missed.map(({ data }) => data)).toEqual(Array.from({ length: 200 }, (_, index) => `note ${index}`))
  await cat.groups.get(group.id)?.append(NOTE, 'thank you')

  ann = await start('ann')
  await ann.read(({ data }) => data === 'thank you')
  const orders = [ann, ben, cat].map(({ groups }) => groups.get(group.id)?.page([NOTE], { limit: 1_000 }).entries)
  expect(orders[0]).toHaveLength(202)
  expect(orders[1]?.map(({ id }) => id)).toEqual(orders[0]?.map(({ id }) => id))
  expect(orders[2]?.map(({ id }) => id)).toEqual(orders[0]?.map(({ id }) => id))
})

it('[B-1] reaches the other members over real gossip, both ways', async () => {
  const ann = await start('ann')
  const ben = await start('ben')
  const group = await ann.groups.create({ name: 'Story' })
  const { link } = await group.invite({ role: 'reader', uses: 1 })
  const joined = await ben.groups.join(link)
  // Gossip needs a moment to know who listens: waving goes on until it was seen.
  const seen = ben.nextWave()
  const controller = new AbortController()
  void seen.then(() => controller.abort())
  while (!controller.signal.aborted) {
    await group.broadcast(WAVE, 'ciao')
    await new Promise(resolve => setImmediate(resolve))
  }
  expect(await seen).toMatchObject({ device: ann.node.self.device, account: ann.node.self.account, data: 'ciao' })
  const answer = ann.nextWave()
  await joined.broadcast(WAVE, 'ciao a te')
  expect(await answer).toMatchObject({ device: ben.node.self.device, data: 'ciao a te' })
})
