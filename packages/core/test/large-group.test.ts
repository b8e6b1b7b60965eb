import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BorgoNode } from '../src/node.ts'
import type { Group } from '../src/groups/group.ts'
import type { RecordKind } from '../src/log/kind.ts'
import { createVillage } from '../src/testing/memory-village.ts'
import type { Village } from '../src/testing/memory-village.ts'

/** More than are all connected to each other. */
const NODES = 35
const note: RecordKind<string> = { name: 'notes/note', role: 'writer', maxBytes: 64, parse: String }

describe('a group of thirty-five', () => {
  let village: Village
  let nodes: BorgoNode[]
  const groups: Group[] = []
  const heard = new Map<BorgoNode, string[]>()

  beforeAll(async () => {
    village = await createVillage({ latencyMs: 5 })
    nodes = []
    for (let number = 0; number < NODES; number++) nodes.push(await village.settle(`Person ${number}`))
    const [founder, ...others] = nodes
    const founded = await founder!.groups.create({ name: 'Village' })
    groups.push(founded)
    const { link } = await founded.invite({ uses: NODES })
    for (const node of others) groups.push(await village.run(node.groups.join(link)))
    for (const node of nodes)
      await node.use({
        name: 'notes',
        start({ groups: all, signal }) {
          all.define(note)
          const follow = async (): Promise<void> => {
            for await (const { data } of all.follow([note], { signal }))
              heard.set(node, [...(heard.get(node) ?? []), data])
          }
          void follow()
        }
      })
    await village.until(() => groups.every(group => group.members().length === NODES))
    // The one who let all of them in had a connection to each.
    await village.clock.advance(120_000)
  }, 300_000)
  afterAll(() => village.stop())

  it('[E-19] brings what anybody writes to everybody, over few connections', async () => {
    const counts = nodes.map(node => node.peers.list().length)
    expect(Math.max(...counts)).toBeLessThan(NODES - 1)
    await groups[7]!.append(note, 'hello')
    await village.until(() => nodes.every(node => heard.get(node)?.includes('hello')))
  })

  it('[E-23] says of nobody that they are offline who may be there', async () => {
    for (const [at, group] of groups.entries()) {
      const connected = new Set(nodes[at]!.peers.list().map(({ device }) => device))
      for (const { devices, mayBeOnline, online } of group.members()) {
        const isHere = devices.some(device => connected.has(device) || device === nodes[at]!.self.device)
        expect(online).toBe(isHere)
        expect(mayBeOnline).toBe(!isHere)
      }
    }
    const [one] = groups
    const neighbour = nodes.find(({ self }) => self !== nodes[0]!.self && one!.member(self.device)?.online)
    if (!neighbour) throw new TypeError('everybody has neighbours')
    await neighbour.stop()
    await village.until(() => one!.member(neighbour.self.device)?.online === false)
    const asNeighbour = groups.filter(group => group.member(neighbour.self.device)?.mayBeOnline === false)
    // Those beside whom it should be know that it is not there.
    expect(asNeighbour.length).toBeGreaterThan(4)
    expect(asNeighbour.length).toBeLessThan(NODES / 2)
  })
})
