import { describe, expect, it } from 'vitest'
import { seededRandom } from '../testing/random.ts'
import { FRESH_MS, replayWindow } from './replay-window.ts'

describe('replay window', () => {
  const NOW = 1_000_000

  it('[B-5] passes each message once, in any order', () => {
    const window = replayWindow()
    const messages = [
      { ms: NOW, count: 1 },
      { ms: NOW - 5, count: 0 },
      { ms: NOW, count: 0 }
    ]
    expect(messages.map(message => window.pass(message, NOW))).toEqual([true, true, true])
    expect(messages.map(message => window.pass(message, NOW))).toEqual([false, false, false])
  })

  it('[B-5] passes nothing that is too old or too early', () => {
    const window = replayWindow()
    const at = [-FRESH_MS - 1, -FRESH_MS, FRESH_MS, FRESH_MS + 1]
    expect(at.map(offset => window.pass({ ms: NOW + offset, count: 0 }, NOW))).toEqual([false, true, true, false])
  })

  it('[B-10] never passes one twice, however many come between, and forgets what is stale', () => {
    const random = seededRandom(9)
    const window = replayWindow()
    const passed = new Set<string>()
    for (let round = 0; round < 20_000; round++) {
      const message = { ms: NOW + Math.floor(random() * 3_000), count: Math.floor(random() * 3) }
      const name = `${message.ms} ${message.count}`
      if (!window.pass(message, NOW)) continue
      expect(passed.has(name)).toBe(false)
      passed.add(name)
    }
    expect(passed.size).toBeGreaterThan(500)
    expect(window.isStale(NOW)).toBe(false)
    expect(window.isStale(NOW + 3_000 + FRESH_MS + 1)).toBe(true)
  })
})
