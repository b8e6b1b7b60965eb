import { expect } from 'vitest'

const long = process.env.BORGO_KILLS

/** How often the writer of a log and a whole node are killed: `BORGO_KILLS=200` for a long run, as `npm run soak` does. */
export const KILLS = { log: Number(long ?? 20), node: Number(long ?? 3) }

/** Longest time in which a folder is open again after a crash, ms. */
export const RESTART_MS = 3_000

/**
 * Opens what was killed, within RESTART_MS: of work always, which says the same on a machine that is shared with others,
 * and by the clock in a long run.
 */
export async function restarting<T>(open: () => Promise<T>): Promise<T> {
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  const opened = await open()
  const tookMs = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  expect((user + system) / 1_000, 'ms of work for a restart').toBeLessThanOrEqual(RESTART_MS)
  if (long === undefined) return opened
  expect(tookMs, 'ms for a restart').toBeLessThanOrEqual(RESTART_MS)
  longestMs = Math.max(longestMs, tookMs)
  return opened
}

let longestMs = 0

/** For people, after a long run. */
export function sayLongest(kills: number): void {
  if (long !== undefined) console.info(`the longest of ${kills} restarts took ${Math.ceil(longestMs)} ms`)
}
