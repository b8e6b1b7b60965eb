import { expect, it } from 'vitest'
import { delayLine } from './delay-line.ts'
import type { Weather } from './delay-line.ts'

/** Puts numbered frames in, one each `everyMs`; returns them as they come out, with their times. */
function send(seed: number, count: number, weather: Weather, everyMs = 1): { frame: number; atMs: number }[] {
  const line = delayLine<number>(seed)
  line.weather = weather
  const out: { frame: number; atMs: number }[] = []
  for (let nowMs = 0; nowMs < count * everyMs || line.nextMs() !== undefined; nowMs++) {
    if (nowMs % everyMs === 0 && nowMs < count * everyMs) line.put(nowMs / everyMs, nowMs)
    for (const frame of line.take(nowMs)) out.push({ frame, atMs: nowMs })
  }
  return out
}

it('hands on everything at once in fine weather', () => {
  const out = send(1, 100, {})
  expect(out.map(({ frame, atMs }) => atMs - frame)).toEqual(Array.from({ length: 100 }, () => 0))
})

it('delays every frame by the same time', () => {
  const out = send(1, 100, { delayMs: 40 })
  expect(new Set(out.map(({ frame, atMs }) => atMs - frame))).toEqual(new Set([40]))
})

it('keeps the order under jitter', () => {
  const out = send(1, 1_000, { delayMs: 40, jitterMs: 20 })
  expect(out.map(({ frame }) => frame)).toEqual(Array.from({ length: 1_000 }, (_, frame) => frame))
  const delays = out.map(({ frame, atMs }) => atMs - frame)
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(40)
  expect(Math.max(...delays)).toBeLessThanOrEqual(61)
  expect(new Set(delays).size).toBeGreaterThan(10)
})

it('loses the share that it was told', () => {
  const arrived = send(1, 10_000, { loss: 0.3 }).length
  expect(arrived).toBeGreaterThan(6_800)
  expect(arrived).toBeLessThan(7_200)
})

it('lets some overtake those under way, and loses none of either', () => {
  const out = send(1, 1_000, { delayMs: 20, reorder: 0.25 })
  const overtakers = out.filter(({ frame, atMs }) => atMs === frame)
  expect(overtakers.length).toBeGreaterThan(200)
  expect(overtakers.length).toBeLessThan(300)
  expect(new Set(out.map(({ frame }) => frame)).size).toBe(1_000)
})

it('does the same again for the same seed, and something else for another', () => {
  const storm = { delayMs: 30, jitterMs: 30, loss: 0.2, reorder: 0.1 }
  expect(send(7, 500, storm)).toEqual(send(7, 500, storm))
  expect(send(7, 500, storm)).not.toEqual(send(8, 500, storm))
})
