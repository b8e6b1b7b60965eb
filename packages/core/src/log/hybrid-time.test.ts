import { describe, expect, it } from 'vitest'
import { seededRandom } from '../testing/random.ts'
import { canFollow, compareTime, latest, timeAfter } from './hybrid-time.ts'

describe('hybrid time', () => {
  it('[L-9] is our clock while that is ahead, else one count after what was seen', () => {
    expect(timeAfter(undefined, 50)).toEqual({ ms: 50, count: 0 })
    expect(timeAfter({ ms: 40, count: 9 }, 50)).toEqual({ ms: 50, count: 0 })
    expect(timeAfter({ ms: 50, count: 9 }, 50)).toEqual({ ms: 50, count: 10 })
    expect(timeAfter({ ms: 9_000, count: 0 }, 50)).toEqual({ ms: 9_000, count: 1 })
  })

  it('[L-9] can be followed by what timeAfter gives and by nothing else', () => {
    const random = seededRandom(3)
    const below = (limit: number): number => Math.floor(random() * limit)
    for (let round = 0; round < 2_000; round++) {
      const seen = random() < 0.1 ? undefined : { ms: below(20), count: below(4) }
      const time = { ms: below(20), count: below(4) }
      // Some clock, at some ms, could have given this time.
      const possible = Array.from({ length: 21 }, (_, now) => timeAfter(seen, now))
      expect(canFollow(time, seen)).toBe(possible.some(one => compareTime(one, time) === 0))
    }
  })

  it('[L-9] finds the latest of several', () => {
    expect(latest([])).toBeUndefined()
    const times = [
      { ms: 3, count: 1 },
      { ms: 3, count: 2 },
      { ms: 2, count: 9 }
    ]
    expect(latest(times)).toEqual({ ms: 3, count: 2 })
  })
})
