import type { Clock } from '../clock.ts'
import { agenda } from './agenda.ts'

export interface ManualClock extends Clock {
  /** Moves time on by `ms`, running what falls due in order; lets promises settle after each. */
  advance(ms: number): Promise<void>
  /** Moves time on as for a machine that slept: what fell due meanwhile runs once, with the next `advance`. */
  jump(ms: number): void
}

/** A clock that moves only when told to. Starts at `startMs` (default: 2026-01-01). `settle`: how promises settle. */
export function manualClock(startMs = Date.UTC(2026, 0, 1), { settle = nextTurn } = {}): ManualClock {
  let now = startMs
  const due = agenda()

  return {
    now: () => now,
    after: (ms, work) => due.add(now + ms, work),
    every(ms, work) {
      let cancel: () => void
      const next = (): void => {
        cancel = due.add(now + ms, () => {
          next()
          work()
        })
      }
      next()
      return () => cancel()
    },
    jump(ms) {
      now += ms
    },
    async advance(ms) {
      const end = now + ms
      await settle()
      for (let next = due.take(end); next; next = due.take(end)) {
        now = Math.max(now, next.at)
        next.work?.()
        await settle()
      }
      now = end
      await settle()
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
