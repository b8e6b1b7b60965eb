import { afterEach, expect, it } from 'vitest'
import type { RecordKind } from './kind.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { until } from '../testing/turns.ts'

const group = groupId('g')
const note: RecordKind<string> = { name: 'test/note', role: 'writer', maxBytes: 100, parse: String }
const roles: Roles = { ann: 'owner', ben: 'writer', eve: 'writer', eva: 'writer' }

const clock = manualClock(Date.UTC(2026, 5, 1))
const net = memoryNetwork({ clock })
const nodes: LogNode[] = []
const start = async (seed: string): Promise<LogNode> => {
  const node = await logNode(seed, { net, clock, groups: { [group]: roles } })
  node.log.define(note)
  nodes.push(node)
  return node
}
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.stop()
})

async function write(node: LogNode, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, at) => node.log.append(group, note, `${at}`)))
}

it('[L-58] many bodies that nobody has keep away nobody else’s, wherever these stand', async () => {
  const [ann, ben] = [await start('ann'), await start('ben')]
  const [eve, eva] = [await start('eve'), await start('eva')]
  const all = [ann, ben, eve, eva]
  for (const node of [ben, eve, eva]) await ann.connect(node)
  const total = (node: LogNode): number => [...node.log.vector(group).values()].reduce((sum, seq) => sum + seq, 0)
  let written = 0
  for (const [node, count] of [
    [eve, 300],
    [eva, 300],
    [ann, 20],
    [eve, 300],
    [eva, 300]
  ] as const) {
    await write(node, count)
    written += count
    await until(() => all.every(one => total(one) === written))
  }
  for (const node of [eve, eva]) await node.stop()
  nodes.splice(2, 2)
  for (const { peer } of ann.network.connections()) await ann.network.hangUp(peer)
  const lose = (node: LogNode, who: string): void =>
    node.database.exec(`UPDATE log_record SET state = 4, body = NULL WHERE device IN (${who})`)
  const theirs = `'${eve.device}', '${eva.device}'`
  lose(ann, theirs)
  lose(ben, `${theirs}, '${ann.device}'`)
  // So that this is seen.
  await ben.log.append(group, note, 'mine')
  expect(ben.log.storage(group).wanted).toBe(1_220)
  await ben.connect(ann)
  await until(() => ben.log.storage(group).wanted === 1_200)
  expect(
    ben.log.page(group, [note], { limit: 1_000 }).entries.filter(({ device }) => device === ann.device)
  ).toHaveLength(20)
})
