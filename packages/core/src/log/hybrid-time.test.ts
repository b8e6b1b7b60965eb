import { describe, expect, it } from 'vitest'
import { seededRandom } from '../testing/random.ts'
import { EARLIEST_MS, MOST_LEAD_MS, canFollow, compareTime, isOff, latest, timeAfter } from './hybrid-time.ts'
import type { HybridTime } from './hybrid-time.ts'

const NOW = EARLIEST_MS + 86_400_000
const YEAR_MS = 365 * 86_400_000
const END_OF_TIME = Date.UTC(9999, 11, 31)

describe('hybrid time', () => {
  it('[L-9] is our clock while that is ahead, else one count after what was seen', () => {
    expect(timeAfter(undefined, NOW)).toEqual({ era: 0, ms: NOW, count: 0 })
    expect(timeAfter({ era: 3, ms: NOW - 10, count: 9 }, NOW)).toEqual({ era: 3, ms: NOW, count: 0 })
    expect(timeAfter({ era: 3, ms: NOW, count: 9 }, NOW)).toEqual({ era: 3, ms: NOW, count: 10 })
    const ahead = { era: 3, ms: NOW + MOST_LEAD_MS, count: 0 }
    expect(timeAfter(ahead, NOW)).toEqual({ ...ahead, count: 1 })
  })

  it('[L-9] begins a new era where others lead our clock by more than five minutes, or our clock was never set', () => {
    const ahead = { era: 3, ms: END_OF_TIME, count: 7 }
    const own = timeAfter(ahead, NOW)
    expect(own).toEqual({ era: 4, ms: NOW, count: 0 })
    expect(compareTime(own, ahead)).toBeGreaterThan(0)
    expect(timeAfter(ahead, 0)).toEqual({ ...ahead, count: 8 })
    expect(timeAfter(own, NOW + 1)).toEqual({ era: 4, ms: NOW + 1, count: 0 })
  })

  it('[L-9] can be followed by what timeAfter gives and by nothing else', () => {
    const random = seededRandom(3)
    const below = (limit: number): number => Math.floor(random() * limit)
    const steps = [0, 1, 2, EARLIEST_MS - 1, EARLIEST_MS, NOW, NOW + 1, NOW + MOST_LEAD_MS, NOW + MOST_LEAD_MS + 1]
    const time = (): HybridTime => ({ era: below(3), ms: steps[below(steps.length)] ?? 0, count: below(4) })
    for (let round = 0; round < 20_000; round++) {
      const seen = random() < 0.1 ? undefined : time()
      const next = time()
      // Some clock could have given this time: its own ms is the only one that can differ from what was seen.
      const possible = [next.ms, ...steps].map(now => timeAfter(seen, now))
      expect(canFollow(next, seen)).toBe(possible.some(one => compareTime(one, next) === 0))
    }
  })

  it('[L-9] causes come before effects, and right clocks show right times, whatever clocks others have', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = seededRandom(seed)
      const below = (limit: number): number => Math.floor(random() * limit)
      const skews = [0, 0, 3 * 3_600_000, -7 * 3_600_000, 30 * YEAR_MS, END_OF_TIME - NOW, -NOW]
      const seen: HybridTime[][] = skews.map(() => [])
      for (let step = 0; step < 300; step++) {
        const writer = below(skews.length)
        const known = seen[writer] ?? []
        const before = latest(known)
        const now = NOW + step * below(60_000)
        const time = timeAfter(before, now + (skews[writer] ?? 0))
        expect(canFollow(time, before), `seed ${seed}`).toBe(true)
        for (const cause of known) expect(compareTime(cause, time), `seed ${seed}`).toBeLessThan(0)
        if (writer < 2) expect(Math.abs(time.ms - now), `seed ${seed}`).toBeLessThanOrEqual(MOST_LEAD_MS)
        known.push(time)
        // Somebody hears all that the writer knows.
        if (random() < 0.7) seen[below(skews.length)]?.push(...known.slice(-20))
      }
    }
  })

  it('[L-9] tells which times say nothing', () => {
    expect([0, EARLIEST_MS - 1, NOW + MOST_LEAD_MS + 1, END_OF_TIME].map(ms => isOff({ ms }, NOW))).toEqual([
      true,
      true,
      true,
      true
    ])
    expect([EARLIEST_MS, NOW, NOW + MOST_LEAD_MS].map(ms => isOff({ ms }, NOW))).toEqual([false, false, false])
  })

  it('[L-9] finds the latest of several', () => {
    expect(latest([])).toBeUndefined()
    const times = [
      { era: 0, ms: 9, count: 1 },
      { era: 1, ms: 3, count: 2 },
      { era: 1, ms: 2, count: 9 }
    ]
    expect(latest(times)).toEqual({ era: 1, ms: 3, count: 2 })
  })
})
