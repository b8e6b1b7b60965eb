import { expect, it, vi } from 'vitest'
import type { PeerId } from '../ids.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { Denials } from './denials.ts'
import { Tally } from './tally.ts'

const HOUR_MS = 3_600_000
const peer: PeerId = memoryIdentity('eve').device

it('[T-118] keeps every reason, of which the longest counts, and ends each alone', async () => {
  const clock = manualClock()
  const denials = new Denials(clock)
  const told = vi.fn()
  denials.onChange(told)
  denials.add({ peer }, 3 * HOUR_MS, { why: 'blocked' })
  denials.add({ peer }, HOUR_MS, { why: 'asked' })
  denials.add({ peer }, 2 * HOUR_MS, { why: 'asked' })
  denials.add({ peer }, HOUR_MS, { why: 'asked' })
  expect(told).toHaveBeenCalledTimes(3)
  expect(denials.list()).toHaveLength(2)
  expect(denials.get(peer)).toMatchObject({ why: 'blocked' })
  expect(denials.lift(peer, ['blocked'])).toBe(true)
  expect(denials.lift(peer, ['blocked'])).toBe(false)
  expect(denials.get(peer)).toMatchObject({ why: 'asked', until: clock.now() + 2 * HOUR_MS })

  denials.add({ peer }, HOUR_MS, { why: 'offences', reason: 'nonsense' })
  await clock.advance(HOUR_MS)
  expect(denials.list()).toMatchObject([{ why: 'asked' }])
  expect(denials.lift(peer, ['offences'])).toBe(false)
  expect(denials.lift(peer)).toBe(true)
  expect([denials.get(peer), denials.lift(peer)]).toEqual([undefined, false])
})

it('[T-119] forgets what is over, and of too many whoever came first', async () => {
  const clock = manualClock()
  const tally = new Tally<number>(clock, { withinMs: HOUR_MS, most: 1_000 })
  for (let at = 0; at < 5_000; at++) tally.add(at)
  expect(tally.size).toBe(1_000)
  expect([tally.add(4_500), tally.add(0)]).toEqual([2, 1])
  await clock.advance(HOUR_MS)
  expect(tally.add(4_500)).toBe(1)
  expect(tally.size).toBe(1)
})
