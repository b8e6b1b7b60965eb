import type { Entry, Groups } from '@borgo/core'
import { silentLogger } from '@borgo/core'
import { manualClock, memoryStores } from '@borgo/core/testing'
import { expect, it } from 'vitest'
import { follow } from './follow.ts'
import { SCHEMA } from './schema.ts'

/** A log to which entries come one by one. */
function setUp() {
  const clock = manualClock()
  const database = memoryStores()
    .of('collab')
    .database([...SCHEMA, 'CREATE TABLE seen (position INTEGER) STRICT'])
  const entries: Entry[] = []
  let wake: () => void = () => undefined
  const groups = {
    async *follow(_kinds: unknown, { after = 0, signal }: { after?: number; signal: AbortSignal }) {
      for (let next = after; !signal.aborted;) {
        const entry = entries[next]
        if (entry) {
          next += 1
          yield entry
        } else
          await new Promise<void>(resolve => {
            wake = resolve
            signal.addEventListener('abort', () => resolve())
          })
      }
    }
  } as unknown as Groups
  const taken: number[] = []
  const disk = { isFull: false, failsAfterCommit: false }
  const start = (stop: AbortController) =>
    follow({
      groups,
      kinds: [],
      database,
      clock,
      log: silentLogger,
      signal: stop.signal,
      store({ position }) {
        if (disk.isFull) throw new Error('disk full')
        database.prepare('INSERT INTO seen VALUES (?)').run(position)
      },
      taken(batch) {
        taken.push(...batch.map(({ position }) => position))
        if (!disk.failsAfterCommit) return
        disk.failsAfterCommit = false
        throw new Error('a reader failed')
      }
    })
  return {
    clock,
    disk,
    start,
    taken,
    add(count: number) {
      for (let index = 0; index < count; index++) entries.push({ position: entries.length + 1 } as Entry)
      wake()
    },
    stored: () =>
      database
        .prepare('SELECT position FROM seen ORDER BY rowid')
        .all()
        .map(row => Number(row.position))
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

it('[C-25] takes every record in exactly once, over failures to write and to use it', async () => {
  const { add, clock, disk, start, stored, taken } = setUp()
  const stop = new AbortController()
  const follower = start(stop)
  add(1_200)
  await follower.until(1_200)
  disk.isFull = true
  add(3)
  await clock.advance(1_000)
  expect(stored()).toEqual(upTo(1_200))
  disk.isFull = false
  disk.failsAfterCommit = true
  await clock.advance(10_000)
  add(2)
  await clock.advance(10_000)
  await follower.until(1_205)
  expect([stored(), taken]).toEqual([upTo(1_205), upTo(1_205)])
  stop.abort()
  await follower.ended
})

it('[C-25] goes on after a restart where it was', async () => {
  const { add, start, stored } = setUp()
  const [first, second] = [new AbortController(), new AbortController()]
  add(5)
  const before = start(first)
  await before.until(5)
  first.abort()
  await before.ended
  await before.until(99)
  add(5)
  const after = start(second)
  await after.until(10)
  expect(stored()).toEqual(upTo(10))
  second.abort()
  await after.ended
})
