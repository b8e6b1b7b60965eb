import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Entry } from './entry.ts'
import type { RecordKind } from './kind.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { seededRandom } from '../testing/random.ts'
import { until } from '../testing/turns.ts'

const group = groupId('g')
const note: RecordKind<string> = { name: 'test/note', role: 'writer', maxBytes: 2_000, parse: String }
const roles: Roles = { ann: 'owner', ben: 'writer' }

describe('check and repair', () => {
  const clock = manualClock()
  let net: ReturnType<typeof memoryNetwork>
  let ann: LogNode
  let ben: LogNode
  const entries = (node: LogNode): Entry<string>[] => node.log.page(group, [note], { limit: 1_000 }).entries
  const check = async (node: LogNode): Promise<void> => {
    node.log.check.start()
    await until(() => node.log.check.last().state !== 'running')
  }

  beforeEach(async () => {
    net = memoryNetwork({ clock })
    ann = await logNode('ann', { net, clock, groups: { [group]: roles } })
    ben = await logNode('ben', { net, clock, groups: { [group]: roles } })
    for (const node of [ann, ben]) node.log.define(note)
    await ann.connect(ben)
    await Promise.all(Array.from({ length: 100 }, (_, index) => ann.log.append(group, note, `${index}`)))
    await ben.log.append(group, note, 'from ben')
    await until(() => [ann, ben].every(node => entries(node).length === 101))
  })
  afterEach(async () => {
    await ann.stop()
    await ben.stop()
  })

  it('[L-28] finds nothing wrong with what is whole', async () => {
    expect(ann.log.check.last()).toMatchObject({ state: 'never', damaged: 0 })
    await check(ann)
    expect(ann.log.check.last()).toMatchObject({ state: 'done', total: 101, checked: 101, damaged: 0 })
  })

  it('[L-28] finds every flipped bit, and fetches what is damaged again, in its place', async () => {
    const random = seededRandom(28)
    const before = entries(ann)
    await ann.network.hangUp(ben.device)
    const columns = ['header', 'signature', 'body'] as const
    const broken = new Set<number>()
    for (let turn = 0; turn < 60; turn++) {
      const arrival = 1 + Math.floor(random() * 101)
      if (broken.has(arrival)) continue
      broken.add(arrival)
      const column = columns[turn % columns.length] ?? 'body'
      const row = ann.database.prepare(`SELECT ${column} AS bytes FROM log_record WHERE arrival = ?`).get(arrival)
      const bytes = Buffer.from(row?.bytes as Uint8Array)
      const at = Math.floor(random() * bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8))
      ann.database.prepare(`UPDATE log_record SET ${column} = ? WHERE arrival = ?`).run(bytes, arrival)
    }
    await check(ann)
    expect(ann.log.check.last()).toMatchObject({ checked: 101, damaged: broken.size })
    expect(entries(ann)).toHaveLength(101 - broken.size)
    await ann.connect(ben)
    await until(() => ann.log.check.last().damaged === 0)
    expect(entries(ann)).toEqual(before)
    await check(ann)
    expect(ann.log.check.last()).toMatchObject({ state: 'done', damaged: 0 })
  })

  it('[L-28] gets what is damaged again, though somebody wrote many records later whose bodies nobody has', async () => {
    await Promise.all(Array.from({ length: 400 }, () => ben.log.append(group, note, 'gone')))
    await until(() => entries(ann).length === 501)
    await ann.network.hangUp(ben.device)
    for (const { database } of [ann, ben])
      database.prepare('UPDATE log_record SET body = NULL, state = 4 WHERE device = ? AND seq > 1').run(ben.device)
    ann.database.prepare('UPDATE log_record SET signature = zeroblob(64) WHERE arrival = 1').run()
    await check(ann)
    expect(ann.log.check.last().damaged).toBe(1)
    await ann.connect(ben)
    await until(() => ann.log.check.last().damaged === 0)
    expect(entries(ann)).toHaveLength(101)
  })

  it('[L-28] sends nothing damaged to others', async () => {
    await ben.stop()
    ann.database.prepare("UPDATE log_record SET body = x'00' WHERE seq = 50").run()
    await check(ann)
    ben = await logNode('ben', { net, clock, groups: { [group]: roles } })
    ben.log.define(note)
    await ben.connect(ann)
    await until(() => ben.log.vector(group).get(ann.device) === 49)
    expect(ann.network.connections()).toHaveLength(1)
    expect(entries(ben).filter(({ device }) => device === ann.device)).toHaveLength(49)
  })
})
