import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordKind } from './kind.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { settle, until } from '../testing/turns.ts'
import { DEFAULT_QUOTA, Usage, diskBytes } from './quota.ts'
import type { Quota } from './quota.ts'
import { servingBudget } from './serving-budget.ts'

const group = groupId('g')
const roles: Roles = { ann: 'owner', ben: 'writer', eve: 'writer' }
const note: RecordKind<string> = { name: 'test/note', role: 'writer', maxBytes: 4_000, parse: String }
/** Lives for an hour; its body is deleted a day later. */
const brief: RecordKind<string> = { ...note, name: 'test/brief', lifetimeMs: 3_600_000 }
const LONG = 'x'.repeat(3_000)

describe('usage', () => {
  const [ann, ben, eve] = ['ann', 'ben', 'eve'].map(seed => memoryIdentity(seed))
  const record = (bytes: number) => ({ headerBytes: new Uint8Array(100), body: new Uint8Array(bytes) })

  it('[L-29] counts all devices of a person together, and persons apart', () => {
    const usage = new Usage(
      () => ({ ...DEFAULT_QUOTA, memberBytes: 10_000 }),
      device => (device === eve!.device ? undefined : ann!.account)
    )
    usage.add(ann!.device, 6_000)
    expect(usage.roomFor(ben!.device, record(5_000))).toBe('header')
    expect(usage.roomFor(eve!.device, record(5_000))).toBe('whole')
    usage.add(ben!.device, -4_000)
    expect(usage.roomFor(ben!.device, record(5_000))).toBe('whole')
    expect([usage.total, usage.of(ann!.device)]).toEqual([2_000, 2_000])
  })

  it('[L-29] has room for headers up to twice the quota, and bounds a group as a whole', () => {
    const usage = new Usage(
      () => ({ ...DEFAULT_QUOTA, memberBytes: 10_000, groupBytes: 12_000 }),
      () => undefined
    )
    usage.add(ann!.device, 9_990)
    expect(usage.roomFor(ann!.device, record(1))).toBe('header')
    usage.add(ann!.device, 9_990)
    expect(usage.roomFor(ann!.device, record(1))).toBe('nothing')
    expect(usage.roomFor(ben!.device, record(1))).toBe('header')
    usage.add(ben!.device, 4_000)
    expect(usage.roomFor(ben!.device, record(1))).toBe('nothing')
    expect(diskBytes(record(1_000)) - diskBytes(record(0))).toBe(1_000)
  })
})

describe('quota', () => {
  let clock: ReturnType<typeof manualClock>
  let net: ReturnType<typeof memoryNetwork>
  const nodes: LogNode[] = []

  const start = async (seed: string, quota: Partial<Quota> = {}): Promise<LogNode> => {
    const quotaOf = () => ({ ...DEFAULT_QUOTA, ...quota })
    const node = await logNode(seed, { net, clock, groups: { [group]: roles }, quotaOf })
    node.log.define(note)
    node.log.define(brief)
    nodes.push(node)
    return node
  }
  const holds = (node: LogNode, of: LogNode): number => node.log.vector(group).get(of.device) ?? 0
  const texts = (node: LogNode, kind = note): string[] =>
    node.log.page(group, [kind], { limit: 1_000 }).entries.map(({ data }) => data)
  const write = (node: LogNode, count: number, kind = note): Promise<unknown[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => node.log.append(group, kind, `${index} ${LONG}`)))
  const traffic = (node: LogNode): number =>
    node.network.connections().reduce((sum, { bytesIn, bytesOut }) => sum + bytesIn + bytesOut, 0)

  beforeEach(() => {
    clock = manualClock()
    net = memoryNetwork({ clock })
  })
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop()
  })

  it('[L-29] refuses what this device itself writes beyond its quota, and nothing else of the same moment', async () => {
    const ann = await start('ann', { memberBytes: 12_100 })
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => ann.log.append(group, note, LONG)))
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected'
    ])
    expect(outcomes[4]).toMatchObject({ reason: { code: 'QUOTA_EXCEEDED' } })
    expect(holds(ann, ann)).toBe(3)
    await expect(ann.log.append(group, note, 'short')).resolves.toMatchObject({ seq: 4 })
    const again = groupId('other')
    ann.members.grant(again, 'ann', 'owner')
    ann.members.giveKey(again)
    await expect(ann.log.append(again, note, LONG)).resolves.toMatchObject({ seq: 1 })
  })

  it('[L-29] keeps headers alone of what a member writes beyond it, so that what follows them can be stored', async () => {
    const [ann, ben, eve] = [await start('ann', { memberBytes: 30_000 }), await start('ben'), await start('eve')]
    await write(eve, 12)
    await eve.connect(ben)
    await until(() => holds(ben, eve) === 12)
    await ben.log.append(group, note, 'after eve')
    await ben.connect(ann)
    await until(() => holds(ann, ben) === 1)
    expect(holds(ann, eve)).toBe(12)
    expect(texts(ann).length).toBeLessThan(12)
    expect(texts(ann).at(-1)).toBe('after eve')
    expect(texts(ben)).toHaveLength(13)
    await ann.log.append(group, note, 'and on')
    await until(() => holds(ben, ann) === 1)
  })

  it('[L-29] stores nothing more of who has filled twice the quota, without offence and without asking on', async () => {
    const [ann, eve] = [await start('ann', { memberBytes: 5_000 }), await start('eve')]
    await ann.connect(eve)
    await write(eve, 40)
    await settle()
    const held = holds(ann, eve)
    expect(held).toBeGreaterThan(1)
    expect(held).toBeLessThan(15)
    const before = traffic(ann)
    await settle()
    expect(traffic(ann)).toBe(before)
    await ann.log.append(group, note, 'still here')
    await until(() => holds(eve, ann) === 1)
  })

  it('[L-30] fetches what was left out when there is room again, the latest first', async () => {
    const [ann, eve] = [await start('ann', { memberBytes: 38_000 }), await start('eve')]
    await write(eve, 5, brief)
    await clock.advance(1_000)
    await write(eve, 8)
    await eve.connect(ann)
    await until(() => holds(ann, eve) === 13)
    expect(texts(ann).length).toBeLessThan(8)
    const stored = ann.log.storage(group)
    expect(stored).toMatchObject({ records: 13, wanted: 0 })
    expect(stored.leftOut).toBe(13 - 5 - texts(ann).length)
    // What was brief is deleted by then.
    await clock.advance(26 * 3_600_000)
    await until(() => texts(ann).length === 8)
    expect(ann.log.storage(group)).toMatchObject({ records: 13, leftOut: 0, wanted: 0 })
  })

  it('[L-12] gets a body from any member that has it, when who brought the record had not', async () => {
    const ann = await start('ann')
    const [ben, eve] = [await start('ben', { memberBytes: 10_000 }), await start('eve')]
    await write(eve, 5)
    await eve.connect(ben)
    await until(() => holds(ben, eve) === 5)
    await ann.connect(ben)
    await until(() => holds(ann, eve) === 5)
    await settle()
    expect(texts(ann).length).toBe(texts(ben).length)
    expect(ann.log.storage(group).wanted).toBe(5 - texts(ben).length)
    await eve.connect(ann)
    await until(() => texts(ann).length === 5)
    expect(texts(ann)).toEqual(texts(eve))
  })
})

describe('serving budget', () => {
  it('[L-31] is twice the group and 64 MiB within an hour, for each group and peer', async () => {
    const clock = manualClock()
    const budget = servingBudget(clock, () => 1_000)
    const [ben, eve] = ['ben', 'eve'].map(seed => memoryIdentity(seed).device)
    const all = 64 * 2 ** 20 + 2_000
    expect(budget.take(group, eve!, all)).toBe(true)
    expect(budget.take(group, eve!, 1)).toBe(false)
    expect(budget.take(group, ben!, all)).toBe(true)
    expect(budget.take(groupId('other'), eve!, all)).toBe(true)
    await clock.advance(3_600_000)
    expect(budget.take(group, eve!, all)).toBe(true)
  })
})
