/** How far a message's time may be from ours, either way, ms: clocks of people's machines are seldom further off. */
export const FRESH_MS = 120_000
/** Messages of one device that are remembered. */
const REMEMBERED = 512

/**
 * What one device has said lately. Passes each message once and only while it is fresh, in bounded memory: when there is
 * more to remember than fits, everything as old as the oldest of it counts as seen.
 */
export interface ReplayWindow {
  /** Whether the message is fresh and was not passed before. */
  pass(message: { ms: number; count: number }, now: number): boolean
  /** Whether nothing in it could be fresh any more. */
  isStale(now: number): boolean
}

export function replayWindow(): ReplayWindow {
  const seen = new Map<string, number>()
  let floorMs = -Infinity
  let newestMs = -Infinity

  const forgetOldest = (): void => {
    const [oldest] = seen
    if (!oldest) return
    seen.delete(oldest[0])
    floorMs = Math.max(floorMs, oldest[1])
  }

  return {
    pass({ ms, count }, now) {
      const name = `${ms} ${count}`
      if (Math.abs(ms - now) > FRESH_MS || ms <= floorMs || seen.has(name)) return false
      if (seen.size === REMEMBERED) forgetOldest()
      seen.set(name, ms)
      newestMs = Math.max(newestMs, ms)
      return true
    },
    isStale: now => newestMs < now - FRESH_MS
  }
}
