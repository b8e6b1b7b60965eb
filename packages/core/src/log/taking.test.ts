import { expect, it } from 'vitest'
import type { Groups } from '../groups/group.ts'
import { silentLogger } from '../logger.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { memoryStores } from '../testing/memory-stores.ts'
import { until } from '../testing/turns.ts'
import type { Entry } from './entry.ts'
import { CURSOR_TABLE, MOST_AT_ONCE, takeIn } from './taking.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

/** A log to which entries come one by one, and who takes it in. */
function setUp() {
  const clock = manualClock()
  const database = memoryStores()
    .of('notes')
    .database([`${CURSOR_TABLE} CREATE TABLE noted (position INTEGER) STRICT`])
  const entries: Entry[] = []
  const wakers = new Set<() => void>()
  const groups = {
    async *follow(_kinds: unknown, { after = 0, signal }: { after?: number; signal: AbortSignal }) {
      for (let next = after; !signal.aborted;) {
        const entry = entries[next]
        if (entry) {
          next += 1
          yield entry
        } else
          await new Promise<void>(resolve => {
            wakers.add(resolve)
            signal.addEventListener('abort', () => resolve())
          })
      }
    }
  } as unknown as Groups
  const numbers = (sql: string): number[] =>
    database
      .prepare(sql)
      .all()
      .map(({ position }) => Number(position))
  const noted = (): number[] => numbers('SELECT position FROM noted ORDER BY rowid')
  const batches: number[][] = []
  const told: number[] = []
  const fails = { take: 0, taken: false }
  const failures: string[] = []
  const log = { ...silentLogger, error: (message: string) => void failures.push(message) }
  return {
    batches,
    clock,
    fails,
    failures,
    noted,
    told,
    cursor: () => numbers('SELECT position FROM cursor'),
    groups,
    log,
    add(count: number) {
      for (let index = 0; index < count; index++) entries.push({ position: entries.length + 1 } as Entry)
      for (const wake of wakers) wake()
      wakers.clear()
    },
    start(signal: AbortSignal) {
      return takeIn<unknown, number>(
        { groups, clock, log, signal },
        {
          kinds: [],
          place: database,
          take({ position }) {
            database.prepare('INSERT INTO noted VALUES (?)').run(position)
            if (position === fails.take) throw new Error('it cannot be noted')
            return position
          },
          taken(positions) {
            // Whoever is told finds it on disk.
            expect(noted()).toEqual(upTo(positions.at(-1) ?? 0))
            batches.push([...positions])
            told.push(...positions)
            if (!fails.taken) return
            fails.taken = false
            throw new Error('whoever was told failed')
          }
        }
      )
    }
  }
}

it('[L-94] notes what follows from an entry together with the place in the log, or neither', async () => {
  const { add, clock, cursor, fails, failures, noted, start, told } = setUp()
  const stop = new AbortController()
  const taking = start(stop.signal)
  add(2)
  await taking.until(2)
  fails.take = 4
  add(3)
  await until(() => failures.length === 1)
  expect([noted(), told, cursor()]).toEqual([[1, 2], [1, 2], [2]])
  fails.take = 0
  await clock.advance(10_000)
  await taking.until(5)
  expect([noted(), told, cursor()]).toEqual([upTo(5), upTo(5), [5]])
  stop.abort()
  await taking.ended
})

it('[L-94] tells nobody twice, not even when who was told failed', async () => {
  const { add, clock, cursor, fails, noted, start, told } = setUp()
  const stop = new AbortController()
  const taking = start(stop.signal)
  fails.taken = true
  add(3)
  await taking.until(3)
  add(2)
  await clock.advance(10_000)
  await taking.until(5)
  expect([noted(), told, cursor()]).toEqual([upTo(5), upTo(5), [5]])
  stop.abort()
  await taking.ended
})

it('[L-95] takes in with few commits what waits, in order, and what comes alone by itself', async () => {
  const { add, batches, start, told } = setUp()
  const stop = new AbortController()
  add(10 * MOST_AT_ONCE + 1)
  const taking = start(stop.signal)
  await taking.until(10 * MOST_AT_ONCE + 1)
  expect(batches.map(({ length }) => length)).toEqual([...Array<number>(10).fill(MOST_AT_ONCE), 1])
  for (let more = 2; more <= 4; more++) {
    let turned = false
    setImmediate(() => {
      turned = true
    })
    add(1)
    await taking.until(10 * MOST_AT_ONCE + more)
    expect(turned).toBe(false)
    expect(batches.at(-1)).toEqual([10 * MOST_AT_ONCE + more])
  }
  expect(told).toEqual(upTo(10 * MOST_AT_ONCE + 4))
  stop.abort()
  await taking.ended
})

it('[L-95] leaves everything else its turn while it takes in much', async () => {
  const { add, batches, start } = setUp()
  const stop = new AbortController()
  add(10 * MOST_AT_ONCE)
  const taking = start(stop.signal)
  let turns = 0
  const count = (): void => {
    turns += 1
    if (!stop.signal.aborted) setImmediate(count)
  }
  setImmediate(count)
  await taking.until(10 * MOST_AT_ONCE)
  expect(turns).toBeGreaterThanOrEqual(batches.length - 1)
  stop.abort()
  await taking.ended
})

it('[L-94] goes on after a restart where it was, and takes nothing in once it is stopped', async () => {
  const { add, cursor, noted, start, told } = setUp()
  const [first, second] = [new AbortController(), new AbortController()]
  add(5)
  const before = start(first.signal)
  await before.until(5)
  add(5)
  first.abort()
  await before.ended
  // Nobody waits for what does not come any more.
  await before.until(99)
  expect([noted(), cursor()]).toEqual([upTo(5), [5]])
  const after = start(second.signal)
  await after.until(10)
  expect([noted(), told, cursor()]).toEqual([upTo(10), upTo(10), [10]])
  second.abort()
  await after.ended
})

it('[L-94] does not try again when it is stopped after a failure', async () => {
  const { add, cursor, fails, failures, noted, start } = setUp()
  const stop = new AbortController()
  fails.take = 1
  add(1)
  const taking = start(stop.signal)
  const waiting = taking.until(1)
  await until(() => failures.length === 1)
  stop.abort()
  await Promise.all([waiting, taking.ended])
  expect([noted(), cursor()]).toEqual([[], [0]])
})

it('[L-95] takes in one by one what is kept in memory alone, from the place it is told on', async () => {
  const { add, clock, failures, groups, log } = setUp()
  const stop = new AbortController()
  const seen: number[] = []
  add(5)
  const taking = takeIn(
    { groups, clock, log, signal: stop.signal },
    {
      kinds: [],
      place: 2,
      take({ position }) {
        if (position === 4 && failures.length === 0) throw new Error('not now')
        seen.push(position)
      }
    }
  )
  await until(() => failures.length === 1)
  expect(seen).toEqual([3])
  await clock.advance(10_000)
  await taking.until(5)
  expect(seen).toEqual([3, 4, 5])
  stop.abort()
  await taking.ended
})
