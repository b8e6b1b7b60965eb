import type { Clock } from '../clock.ts'

export interface ManualClock extends Clock {
  /** Moves time on by `ms`, running what falls due in order; lets promises settle after each. */
  advance(ms: number): Promise<void>
  /** Moves time on as for a machine that slept: what fell due meanwhile runs once, with the next `advance`. */
  jump(ms: number): void
}

/** A clock that moves only when told to. Starts at `startMs` (default: 2026-01-01). */
export function manualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startMs
  let order = 0
  const due = new Map<number, { at: number; work: () => void }>()

  const schedule = (at: number, work: () => void): number => {
    const id = order++
    due.set(id, { at, work })
    return id
  }
  const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

  return {
    now: () => now,
    after(ms, work) {
      const id = schedule(now + ms, work)
      return () => due.delete(id)
    },
    every(ms, work) {
      let id: number
      const next = (): void => {
        id = schedule(now + ms, () => {
          next()
          work()
        })
      }
      next()
      return () => due.delete(id)
    },
    jump(ms) {
      now += ms
    },
    async advance(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const [next] = [...due].filter(([, { at }]) => at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)
        if (!next) break
        due.delete(next[0])
        now = Math.max(now, next[1].at)
        next[1].work()
        await settle()
      }
      now = end
      await settle()
    }
  }
}
