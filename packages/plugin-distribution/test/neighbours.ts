import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { BorgoNode, Group, Role } from '@borgo/core'
import { createVillage } from '@borgo/core/testing'
import type { Village } from '@borgo/core/testing'
import { distribution } from '../src/index.ts'
import type { Content, ContentInfo, Transfer } from '../src/index.ts'
import { pattern } from './pattern.ts'

/** Stands for the plugin of somebody who has none. */
const unused = {} as Content

export interface Neighbour {
  node: BorgoNode
  content: Content
  group: Group
}

/** People in one group of a village, with a temporary folder for their files. */
export interface Neighbourhood extends AsyncDisposable {
  village: Village
  people: Neighbour[]
  folder: string
  /** Writes a file whose bytes depend on its seed; returns its path. */
  file(name: string, seed: number, bytes: number): Promise<string>
  /** Waits until somebody sees a content in the group. */
  sees(who: Neighbour, info: Pick<ContentInfo, 'cid'>): Promise<void>
  /** Fetches to a path and waits for the end. */
  fetch(who: Neighbour, info: Pick<ContentInfo, 'cid'>, to?: string): Promise<Transfer>
  restart(who: Neighbour): Promise<void>
}

/** `without` names those who run the core alone; their `content` must not be used. */
export async function neighbourhood(
  names: string[],
  options: { role?: Role; latencyMs?: number; without?: string[] } = {}
): Promise<Neighbourhood> {
  const { role = 'writer', latencyMs = 0, without = [] } = options
  const village = await createVillage({ seed: 3, latencyMs })
  const folder = await mkdtemp(join(tmpdir(), 'borgo-files-'))
  const nodes: BorgoNode[] = []
  for (const name of names) nodes.push(await village.settle(name))
  const [first, ...others] = nodes
  const founded = await first!.groups.create({ name: 'Street' })
  const { link } = await founded.invite({ role, uses: Math.max(1, others.length) })
  for (const node of others) await village.run(node.groups.join(link))
  const people: Neighbour[] = []
  for (const node of nodes) {
    await village.until(() => node.groups.get(founded.id)?.members().length === nodes.length)
    await village.until(() => node.peers.list().length >= 1 || nodes.length === 1)
    const content = without.includes(node.self.name) ? unused : (await node.use(distribution())).content
    people.push({ node, content, group: node.groups.get(founded.id)! })
  }

  const sees: Neighbourhood['sees'] = (who, { cid }) =>
    village.until(() => who.content.list(who.group).some(info => info.cid === cid))
  return {
    village,
    people,
    folder,
    sees,
    async file(name, seed, bytes) {
      const path = join(folder, name)
      await writeFile(path, pattern(seed, bytes))
      return path
    },
    async fetch(who, info, to) {
      await sees(who, info)
      const { id } = await who.content.fetch(who.group, info.cid, { to })
      return village.run(who.content.transfers.finished(id))
    },
    async restart(who) {
      who.node = await village.restart(who.node)
      who.content = (await who.node.use(distribution())).content
      who.group = who.node.groups.get(who.group.id)!
    },
    async [Symbol.asyncDispose]() {
      await village.stop()
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** How many pieces of its only unfinished content a node has recorded as on disk; `target` lies in the plugin's folder. */
export function recordedPieces(target: string): number {
  using database = new DatabaseSync(join(target, '..', '..', '..', 'state.db'), { readOnly: true })
  const have = database.prepare('SELECT have FROM holding WHERE have IS NOT NULL').get()?.have
  if (!(have instanceof Uint8Array)) return 0
  return have.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
}

export async function sameBytes(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([readFile(a), readFile(b)])
  return first.equals(second)
}
