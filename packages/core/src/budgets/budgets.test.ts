import { describe, expect, it, vi } from 'vitest'
import type { GroupId, PeerId } from '../ids.ts'
import { CORE_MIGRATIONS } from '../schema.ts'
import type { Database } from '../store/store.ts'
import { manualClock } from '../testing/manual-clock.ts'
import type { ManualClock } from '../testing/manual-clock.ts'
import { memoryStores } from '../testing/memory-stores.ts'
import { seededRandom } from '../testing/random.ts'
import type { Budget, Consumer } from './budget.ts'
import { createBudgets } from './budgets.ts'
import type { Metered } from './budgets.ts'

const KIB = 1_024
const group = 'g' as GroupId
const [ann, ben] = ['ann', 'ben'] as PeerId[] as [PeerId, PeerId]
const rtc: Consumer = { plugin: 'rtc', group, peer: ann }
const NODE = { kind: 'node' } as const
const forever = new AbortController().signal

interface World {
  clock: ManualClock
  database: Database
  budgets: Metered
}

function world(...given: Budget[]): World {
  const clock = manualClock(new Date(2026, 0, 7, 12, 0).getTime())
  const database = memoryStores().of('core').database(CORE_MIGRATIONS)
  const budgets = createBudgets({ database, clock })
  for (const budget of given) budgets.set(budget)
  return { clock, database, budgets }
}

/** Takes `bytes` again and again for `ms`; how much each consumer got. */
async function compete({ budgets, clock }: World, consumers: Consumer[], bytes: number, ms: number): Promise<number[]> {
  const over = new AbortController()
  const got = consumers.map(() => 0)
  const runs = consumers.map(async (consumer, index) => {
    while (!over.signal.aborted) {
      await budgets.take('up', bytes, consumer, over.signal)
      if (over.signal.aborted) return
      got[index] = (got[index] ?? 0) + bytes
    }
  })
  for (let at = 0; at < ms; at += 10) await clock.advance(10)
  over.abort()
  await Promise.all(runs)
  return got
}

describe('budgets', () => {
  it('[O-1] let bytes through at their rate, after one second of it at once', async () => {
    const all = world({ scope: NODE, resource: 'up', amount: 100 * KIB })
    const [got = 0] = await compete(all, [rtc], 10 * KIB, 10_000)
    expect(got / KIB).toBeGreaterThanOrEqual(1_090)
    expect(got / KIB).toBeLessThanOrEqual(1_120)
  })

  it('[O-1] let a message through that is longer than what there is, and make the next one wait for it', async () => {
    const { budgets, clock } = world({ scope: NODE, resource: 'down', amount: 100 * KIB })
    expect(budgets.take('down', 1_000 * KIB, rtc, forever)).toBeUndefined()
    const turn = vi.fn()
    const waiting = budgets.take('down', 1, rtc, forever)?.then(turn)
    await clock.advance(8_900)
    expect(turn).not.toHaveBeenCalled()
    await clock.advance(200)
    expect(turn).toHaveBeenCalled()
    await waiting
  })

  it('[O-1] take nothing from who does not wait any more', async () => {
    const { budgets, clock } = world({ scope: NODE, resource: 'up', amount: 100 * KIB })
    void budgets.take('up', 200 * KIB, rtc, forever)
    const controller = new AbortController()
    const given = budgets.take('up', 10_000 * KIB, rtc, controller.signal)
    const next = vi.fn()
    const patient = budgets.take('up', 1, rtc, forever)?.then(next)
    controller.abort()
    await given
    await clock.advance(1_100)
    expect(next).toHaveBeenCalled()
    await patient
  })

  it('[O-2] of a node, a plugin, a group and a peer all hold, each for its own', async () => {
    const slow: Budget[] = [
      { scope: { kind: 'plugin', id: 'rtc' }, resource: 'up', amount: 50 * KIB },
      { scope: { kind: 'group', id: group }, resource: 'up', amount: 40 * KIB },
      { scope: { kind: 'peer', id: ann }, resource: 'up', amount: 20 * KIB }
    ]
    for (const budget of slow) {
      const other: Consumer = { plugin: 'collab', group: undefined, peer: ben }
      const [own = 0, others = 0] = await compete(
        world({ scope: NODE, resource: 'up', amount: 500 * KIB }, budget),
        [rtc, other],
        4 * KIB,
        5_000
      )
      const expected = budget.amount * 6
      expect(own).toBeGreaterThanOrEqual(expected * 0.95)
      expect(own).toBeLessThanOrEqual(expected * 1.1)
      expect(others).toBeGreaterThan(2_000 * KIB)
    }
  })

  it('[O-2] for each peer count each one on its own', async () => {
    const all = world({ scope: { kind: 'peer' }, resource: 'up', amount: 100 * KIB })
    const [one = 0, two = 0] = await compete(all, [rtc, { ...rtc, peer: ben }], 10 * KIB, 5_000)
    for (const got of [one, two]) expect(got / KIB).toBeGreaterThanOrEqual(580)
    expect(all.budgets.list()[0]?.used).toBeLessThan(150 * KIB)
  })

  it('[O-3] give plugins equal shares, and peers within one, however many streams each has', async () => {
    const greedy = Array.from({ length: 50 }, () => rtc)
    const consumers = [...greedy, { ...rtc, peer: ben }, { plugin: 'collab', group: undefined, peer: ann }]
    const got = await compete(world({ scope: NODE, resource: 'up', amount: 400 * KIB }), consumers, 4 * KIB, 10_000)
    const greedyGot = got.slice(0, 50).reduce((sum, bytes) => sum + bytes, 0)
    const [benGot = 0, collabGot = 0] = got.slice(50)
    const total = greedyGot + benGot + collabGot
    expect(collabGot / total).toBeGreaterThan(0.4)
    expect(benGot / total).toBeGreaterThan(0.2)
    expect(greedyGot / total).toBeGreaterThan(0.2)
  })

  it('[O-3] do not let one that waits for its own budget hold up the others', async () => {
    const all = world(
      { scope: { kind: 'peer', id: ann }, resource: 'up', amount: 16 * KIB },
      { scope: NODE, resource: 'up', amount: 1_000 * KIB }
    )
    const [, others = 0] = await compete(all, [rtc, { ...rtc, peer: ben }], 16 * KIB, 5_000)
    expect(others / KIB).toBeGreaterThan(4_500)
  })

  it('[O-4] refuse messages and streams that are too many', async () => {
    const { budgets, clock } = world(
      { scope: { kind: 'plugin' }, resource: 'messages', amount: 3 },
      { scope: NODE, resource: 'streams', amount: 2 }
    )
    for (let count = 0; count < 3; count++) budgets.send(rtc)
    expect(() => budgets.send(rtc)).toThrow(expect.objectContaining({ code: 'OVER_BUDGET' }))
    budgets.send({ ...rtc, plugin: 'collab' })
    await clock.advance(400)
    budgets.send(rtc)
    const leave = budgets.openStream(rtc)
    budgets.openStream({ ...rtc, peer: ben })
    expect(() => budgets.openStream(rtc)).toThrow(expect.objectContaining({ code: 'OVER_BUDGET' }))
    leave()
    leave()
    budgets.openStream(rtc)
    expect(() => budgets.openStream(rtc)).toThrow(expect.objectContaining({ code: 'OVER_BUDGET' }))
  })

  it('[O-4] count streams that were open before the budget was set', () => {
    const { budgets } = world()
    budgets.openStream(rtc)
    budgets.set({ scope: NODE, resource: 'streams', amount: 1 })
    expect(() => budgets.openStream(rtc)).toThrow(expect.objectContaining({ code: 'OVER_BUDGET' }))
    expect(budgets.list()).toMatchObject([{ used: 1, usedBy: 'node' }])
  })

  it('[O-5] hold at their times of the week only', async () => {
    const { budgets, clock } = world({ scope: NODE, resource: 'streams', amount: 1, when: 'mon-fri 08:00-18:00' })
    budgets.openStream(rtc)
    expect(() => budgets.openStream(rtc)).toThrow(expect.objectContaining({ code: 'OVER_BUDGET' }))
    expect(budgets.list()[0]?.isActive).toBe(true)
    await clock.advance(6 * 3_600_000)
    expect(budgets.list()[0]?.isActive).toBe(false)
    budgets.openStream(rtc)
  })

  it('[O-6] change at once, for those who wait too, and tell', async () => {
    const { budgets } = world({ scope: NODE, resource: 'up', amount: 16 * KIB })
    const told = vi.fn()
    budgets.onChange(told)
    void budgets.take('up', 10_000 * KIB, rtc, forever)
    const turn = budgets.take('up', 1, rtc, forever)
    expect(budgets.list()[0]?.waiting).toBe(1)
    budgets.clear({ scope: NODE, resource: 'up' })
    await turn
    expect(told).toHaveBeenCalledOnce()
    expect(() => budgets.clear({ scope: NODE, resource: 'up' })).toThrow(
      expect.objectContaining({ code: 'BUDGET_UNKNOWN' })
    )
  })

  it('[O-6] are the same after a restart', () => {
    const { budgets, database, clock } = world(
      { scope: { kind: 'peer' }, resource: 'up', amount: 20 * KIB, when: 'DAILY  22:00-06:00' },
      { scope: NODE, resource: 'up', amount: 1_000_000 }
    )
    budgets.set({ scope: NODE, resource: 'up', amount: 2_000_000 })
    const again = createBudgets({ database, clock })
    expect(again.list()).toEqual(budgets.list())
    expect(again.list()).toMatchObject([{ when: 'daily 22:00-06:00' }, { amount: 2_000_000 }])
  })

  it.each<[string, Budget]>([
    ['no bytes', { scope: NODE, resource: 'up', amount: 0 }],
    ['too few bytes to live on', { scope: NODE, resource: 'down', amount: 16_383 }],
    ['half a stream', { scope: NODE, resource: 'streams', amount: 1.5 }],
    ['no number', { scope: NODE, resource: 'messages', amount: NaN }]
  ])('[O-6] cannot be %s', (_, budget) => {
    const { budgets } = world()
    expect(() => budgets.set(budget)).toThrow(expect.objectContaining({ code: 'BAD_BUDGET' }))
    expect(budgets.list()).toEqual([])
  })

  it('[O-7] show what is used, by whom, and who waits', async () => {
    const all = world({ scope: { kind: 'peer' }, resource: 'up', amount: 100 * KIB })
    await compete(all, [rtc], 10 * KIB, 20_000)
    const [state] = all.budgets.list()
    expect(state).toMatchObject({ usedBy: ann, isActive: true, waiting: 0 })
    expect((state?.used ?? 0) / KIB).toBeGreaterThan(80)
    expect((state?.used ?? 0) / KIB).toBeLessThan(120)
  })

  it('[O-3] never grant more than the rate, whatever is asked', async () => {
    const random = seededRandom(11)
    const all = world({ scope: NODE, resource: 'up', amount: 64 * KIB })
    const consumers = Array.from({ length: 8 }, (_, index) => ({
      plugin: `p${index % 3}`,
      group: undefined,
      peer: `peer${Math.floor(random() * 4)}` as PeerId
    }))
    const got = await compete(all, consumers, 3_000, 10_000)
    expect(got.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(64 * KIB * 11 + 3_000)
  })
})
