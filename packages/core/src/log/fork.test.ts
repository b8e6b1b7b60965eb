import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordKind } from './kind.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { settle, until } from '../testing/turns.ts'

const group = groupId('g')
const note: RecordKind<string> = { name: 'test/note', role: 'writer', maxBytes: 2_000, parse: String }
const roles: Roles = { ann: 'owner', ben: 'writer', cat: 'writer', dan: 'writer', eve: 'writer' }

describe('a device with two histories', () => {
  let net: ReturnType<typeof memoryNetwork>
  const clock = manualClock()
  const nodes: LogNode[] = []

  const start = async (seed: string): Promise<LogNode> => {
    const node = await logNode(seed, { net, clock, groups: { [group]: roles } })
    node.log.define(note)
    nodes.push(node)
    return node
  }
  const stop = async (node: LogNode): Promise<void> => {
    nodes.splice(nodes.indexOf(node), 1)
    await node.stop()
  }
  const texts = (node: LogNode): string[] =>
    node.log.page(group, [note], { limit: 1_000 }).entries.map(({ data }) => data)
  const write = (node: LogNode, ...all: string[]) => Promise.all(all.map(text => node.log.append(group, note, text)))
  /** Eve, from an empty folder, tells one of the two what nobody else hears. */
  const tell = async (to: LogNode, ...all: string[]): Promise<void> => {
    const eve = await start('eve')
    await write(eve, ...all)
    await eve.connect(to)
    await until(() => texts(to).includes(all.at(-1) ?? ''))
    await stop(eve)
  }

  beforeEach(() => {
    net = memoryNetwork({ clock })
  })
  afterEach(async () => {
    for (const node of [...nodes]) await stop(node)
  })

  for (const [name, first, second] of [
    ['as long', ['a1', 'a2', 'a3'], ['b1', 'b2', 'b3']],
    ['longer than the other', ['a1'], ['b1', 'b2', 'b3']],
    ['longer than one portion of proof', Array.from({ length: 250 }, (_, at) => `a${at}`), ['b1']]
  ] as const)
    it(`[L-27] one ${name}: every member stops the device, and loses nothing of the others`, async () => {
      const [ann, ben] = [await start('ann'), await start('ben')]
      await tell(ann, ...first)
      await clock.advance(1_000)
      await tell(ben, ...second)
      // Both follow what they had before they could know.
      await write(ann, 'from ann')
      await write(ben, 'from ben')
      await ann.connect(ben)
      const all = [ann, ben]
      await until(() => all.every(node => texts(node).length === 2))
      const cat = await start('cat')
      await cat.connect(ben)
      all.push(cat)
      await until(() => all.every(node => node.log.forked(group).length === 1))
      await write(cat, 'from cat')
      await ann.connect(cat)
      await until(() => all.every(node => texts(node).length === 3))
      for (const node of all) {
        expect(texts(node)).toEqual(texts(ann))
        expect([...texts(node)].sort()).toEqual(['from ann', 'from ben', 'from cat'])
      }
    })

  it('[L-27] what the device wrote before is there, also for who joins later', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    const eve = await start('eve')
    await write(eve, 'true')
    await eve.connect(ann)
    await eve.connect(ben)
    await until(() => texts(ann).length + texts(ben).length === 2)
    await stop(eve)
    await tellAgain(ann, 'to ann')
    await tellAgain(ben, 'to ben')
    await ann.connect(ben)
    await until(() => [ann, ben].every(node => node.log.forked(group).length === 1))
    const dan = await start('dan')
    await dan.connect(ann)
    await until(() => texts(dan).length === 1)
    await settle()
    for (const node of [ann, ben, dan]) expect(texts(node)).toEqual(['true'])
  })

  /** Eve, who has only what `from` has, tells it what nobody else hears. */
  const tellAgain = async (from: LogNode, text: string): Promise<void> => {
    const eve = await start('eve')
    await eve.connect(from)
    await until(() => texts(eve).length === 1)
    await write(eve, text)
    await until(() => texts(from).includes(text))
    await stop(eve)
  }

  it('[L-27] once all know as much, nothing of it is sent again', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    await tell(ann, ...Array.from({ length: 50 }, (_, at) => `a${at}`))
    await clock.advance(1_000)
    await tell(ben, ...Array.from({ length: 50 }, (_, at) => `b${at}`))
    await ann.connect(ben)
    await until(() => [ann, ben].every(node => node.log.forked(group).length === 1))
    await settle()
    await ann.network.hangUp(ben.device)
    await ann.connect(ben)
    await settle()
    const bytes = ann.network.connections().reduce((sum, { bytesIn, bytesOut }) => sum + bytesIn + bytesOut, 0)
    expect(bytes).toBeLessThan(2_000)
  })
})
