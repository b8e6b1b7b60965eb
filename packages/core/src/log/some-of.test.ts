import { expect, it } from 'vitest'
import { seededRandom } from '../testing/random.ts'
import { someOf } from './some-of.ts'

it('[L-20] announces to all of a few, and to any few of many, each as often', () => {
  const random = seededRandom(20)
  expect(someOf([1, 2, 3], 6, random)).toEqual(new Set([1, 2, 3]))
  const times = new Map<number, number>()
  const all = Array.from({ length: 30 }, (_, index) => index)
  for (let turn = 0; turn < 1_000; turn++) {
    const some = someOf(all, 6, random)
    expect(some.size).toBe(6)
    for (const one of some) times.set(one, (times.get(one) ?? 0) + 1)
  }
  for (const one of all) expect(times.get(one), `${one}`).toSatisfy((count: number) => count > 140 && count < 260)
})
