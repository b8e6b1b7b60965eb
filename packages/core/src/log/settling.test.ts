import { setImmediate } from 'node:timers/promises'
import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordKind } from './kind.ts'
import type { PeerId } from '../ids.ts'
import { silentLogger } from '../logger.ts'
import { openDatabase } from '../store/sqlite.ts'
import { hand } from '../testing/hand.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { until } from '../testing/turns.ts'
import { createSealer } from './body.ts'
import { createJournal } from './journal.ts'
import type { Verdict } from './intake.ts'
import { DEFAULT_QUOTA } from './quota.ts'
import { CORE_MIGRATIONS } from '../schema.ts'
import { LOCKED, SHOWN } from './table/state.ts'

const group = groupId('g')
const NOW = Date.UTC(2026, 5, 1)
/** More than what is done in one go. */
const KEYS = 300

interface Setting {
  of: number
  value: string
}
const setting: RecordKind<Setting> = {
  name: 'test/setting',
  role: 'writer',
  maxBytes: 100,
  parse: value => value as Setting,
  key: ({ of }) => `${of}`
}

describe('settling what counts', () => {
  const roles: Roles = { ann: 'owner', ben: 'writer' }
  const clock = manualClock(NOW)
  let folder: string
  const nodes: LogNode[] = []
  const net = memoryNetwork({ clock })
  const start = async (seed: string): Promise<LogNode> => {
    const node = await logNode(seed, { net, clock, file: join(folder, seed), groups: { [group]: roles } })
    node.log.define(setting)
    nodes.push(node)
    return node
  }
  const values = (node: LogNode): string[] => [
    ...new Set(node.log.page(group, [setting], { limit: 1_000 }).entries.map(({ data }) => data.value))
  ]
  const countOf = (node: LogNode, wanted: string): number =>
    node.log.page(group, [setting], { limit: 1_000 }).entries.filter(({ data }) => data.value === wanted).length

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'borgo-settling-'))
  })
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop()
    await rm(folder, { recursive: true })
  })

  it('[L-56] brings back what a removed member replaced in portions, and goes on after a restart', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    await ann.connect(ben)
    for (const [at, value] of ['old', 'new'].entries()) {
      await Promise.all(Array.from({ length: KEYS }, (_, of) => ben.log.append(group, setting, { of, value })))
      await until(() => ann.log.vector(group).get(ben.device) === (at + 1) * KEYS)
    }
    expect(values(ann)).toEqual(['new'])

    ann.members.limit(group, ben.device, KEYS)
    const atOnce = countOf(ann, 'old')
    expect(atOnce).toBeLessThan(KEYS)
    await setImmediate()
    expect(countOf(ann, 'old')).toBeLessThanOrEqual(2 * atOnce)
    await ann.stop()
    nodes.splice(nodes.indexOf(ann), 1)

    const again = await logNode('ann', { net, clock, file: join(folder, 'ann'), groups: { [group]: roles } })
    nodes.push(again)
    again.log.define(setting)
    expect(countOf(again, 'old')).toBeLessThan(KEYS)
    again.members.limit(group, ben.device, KEYS)
    await until(() => countOf(again, 'old') === KEYS)
    expect(values(again)).toEqual(['old'])
    // The removal is undone while that is under way.
    again.members.limit(group, ben.device, KEYS - 1)
    again.members.limit(group, ben.device, undefined)
    await until(() => countOf(again, 'new') === KEYS && countOf(again, 'old') === 0)
  })
})

describe('a journal of many records', () => {
  const ben = memoryIdentity('ben').device
  const database = openDatabase(':memory:', CORE_MIGRATIONS)
  const limits = new Map<PeerId, number>()
  const epochs = new Set([0])
  let examined = 0
  const { device, deviceKey: key } = memoryIdentity('self')
  const journal = createJournal({
    database,
    device,
    key,
    members: {
      roleAt: () => 'writer',
      holds: () => true,
      wasAdmitted: () => true,
      accountOf: () => undefined,
      epochs: () => epochs,
      lastSeen: (_group, of) => limits.get(of) ?? Infinity
    },
    quotaOf: () => DEFAULT_QUOTA,
    examine({ epoch }): Verdict {
      examined++
      return epochs.has(epoch) ? { kind: 'a/b', state: SHOWN } : { kind: undefined, state: LOCKED }
    },
    sealer: createSealer(() => undefined),
    clock: manualClock(NOW),
    logger: silentLogger
  })
  const shown = (): number => journal.table.after(0, ['a/b'], 10_000).length
  const portions = (): number => [...journal.settle(group)].length

  it('[L-56] looks at no chain whose limit is what it was, and hides what a stopped device wrote at once', () => {
    const [ann, eve] = [hand('ann', { group, startMs: NOW }), hand('ben', { group, startMs: NOW })]
    journal.receive(
      group,
      Array.from({ length: 200 }, () => ann.write())
    )
    const records = Array.from({ length: 200 }, (_, at) => eve.write([], { replaces: at === 0 ? [] : [at] }))
    journal.receive(group, records)
    expect(portions()).toBe(2)
    expect(portions()).toBe(0)
    expect(shown()).toBe(201)
    limits.set(ben, 100)
    expect(portions()).toBe(1)
    expect(portions()).toBe(0)
    expect(shown()).toBe(202)
    limits.delete(ben)
    expect(portions()).toBe(1)
    expect(shown()).toBe(201)

    for (let at = 0; at < 199; at++) eve.forget()
    journal.receive(group, [eve.write()])
    expect(journal.isStopped(group, ben, 2)).toBe(true)
    expect(journal.isStopped(group, ben, 1)).toBe(false)
    expect(portions()).toBeGreaterThan(1)
    expect(shown()).toBe(201)
  })

  it('[L-57] does not look at records under keys that are not here when the membership changes', () => {
    const eve = hand('eve', { group, startMs: NOW })
    journal.receive(
      group,
      Array.from({ length: 300 }, (_, at) => eve.write([], { epoch: at < 200 ? 7 : at }))
    )
    examined = 0
    expect([...journal.unlock(group)]).toEqual([])
    expect(examined).toBe(0)
    epochs.add(7)
    expect([...journal.unlock(group)].length).toBe(2)
    expect(examined).toBe(200)
  })
})
