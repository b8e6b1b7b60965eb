import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNode } from '@borgo/core'
import type { BorgoNode, Group } from '@borgo/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { distribution } from '../src/index.ts'
import type { Content, Listing, Transfer } from '../src/index.ts'
import { LEAF_BYTES } from '../src/unixfs/layout.ts'
import { recordedPieces, sameBytes } from './neighbours.ts'
import { pattern } from './pattern.ts'

let root: string
let nodes: BorgoNode[]
let children: ChildProcess[]
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'borgo-'))
  nodes = []
  children = []
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const node of nodes) await node.stop()
  await rm(root, { recursive: true, force: true })
})

interface Person {
  node: BorgoNode
  content: Content
}

async function settle(name: string): Promise<Person> {
  const node = await createNode({ folder: join(root, name), name, listen: ['/ip4/127.0.0.1/tcp/0'] })
  nodes.push(node)
  return { node, content: (await node.use(distribution())).content }
}

async function fetched({ node, content }: Person, { group: id, cid }: Listing, to?: string): Promise<Transfer> {
  const group: Group = node.groups.get(id)!
  await new Promise<void>(resolve => {
    const look = (): void => {
      if (!content.list(group).some(info => info.cid === cid)) return
      undo()
      resolve()
    }
    const undo = content.subscribe(look)
    look()
  })
  return content.transfers.finished((await content.fetch(group, cid, { to })).id)
}

describe('over real connections', () => {
  it('[D-21] [D-22] one to one, two to one, one to three, and on when the source is gone', async () => {
    const people = [await settle('Ada'), await settle('Ben'), await settle('Cleo'), await settle('Dan')]
    const [ada, ben, cleo, dan] = people
    const group = await ada!.node.groups.create({ name: 'Street' })
    const { link } = await group.invite({ uses: 3 })
    for (const { node } of [ben!, cleo!, dan!]) await node.groups.join(link)
    const path = join(root, 'film.bin')
    await writeFile(path, pattern(1, 32 * LEAF_BYTES + 3))

    const film = await ada!.content.publish(group, path)
    const one = await fetched(ben!, film)
    expect(one.sources.map(source => source.device)).toEqual([ada!.node.self.device])
    const two = await fetched(cleo!, film)
    expect(new Set(two.sources.map(source => source.device))).toEqual(
      new Set([ada!.node.self.device, ben!.node.self.device])
    )

    await writeFile(join(root, 'song.bin'), pattern(2, 16 * LEAF_BYTES))
    const song = await ada!.content.publish(group, join(root, 'song.bin'))
    const three = await Promise.all([ben!, cleo!, dan!].map(person => fetched(person, song)))
    for (const { target } of three) expect(await sameBytes(join(root, 'song.bin'), target)).toBe(true)

    await ada!.node.stop()
    const last = await fetched(dan!, film)
    expect(last.sources.map(source => source.device)).not.toContain(ada!.node.self.device)
    for (const { target } of [one, two, last]) expect(await sameBytes(path, target)).toBe(true)
  })

  it('[D-30] goes on after kill -9 with every piece that was recorded', async () => {
    const ada = await settle('Ada')
    const group = await ada.node.groups.create({ name: 'Street' })
    const { link } = await group.invite()
    const path = join(root, 'film.bin')
    await writeFile(path, pattern(1, 96 * LEAF_BYTES))
    const { cid } = await ada.content.publish(group, path)
    const target = join(root, 'Ben', 'distribution', 'files', cid, 'film.bin')

    const run = (mode: string): ChildProcess => {
      const child = fork(join(import.meta.dirname, 'fetcher.ts'), [mode, join(root, 'Ben'), link, cid, target])
      children.push(child)
      return child
    }
    const [, signal] = (await once(run('die'), 'exit')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
    const recorded = recordedPieces(target)
    expect(recorded).toBeGreaterThanOrEqual(4)
    expect(recorded).toBeLessThan(96)

    const [transfer] = (await once(run('finish'), 'message')) as [Transfer]
    expect(transfer.state).toBe('done')
    expect(transfer.sources.map(source => source.bytes)).toEqual([(96 - recorded) * LEAF_BYTES])
    expect(await sameBytes(path, target)).toBe(true)
  })
})
