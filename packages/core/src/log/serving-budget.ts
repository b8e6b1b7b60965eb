import type { Clock } from '../clock.ts'
import type { GroupId, PeerId } from '../ids.ts'

const HOUR_MS = 3_600_000
/** What is answered in any case, bytes. */
const BASE_BYTES = 64 * 2 ** 20
/** How often a peer may be sent a whole group within an hour: it joins, and loses its disk once. */
const WHOLE_GROUPS = 2

/**
 * What one peer may be sent within an hour in answer to what it asks, so that a small question, asked again and again,
 * is not a cheap way to keep this device busy. The hour begins with its first question.
 */
export interface ServingBudget {
  /** Counts bytes; false when that was more than the peer has left. */
  take(group: GroupId, peer: PeerId, bytes: number): boolean
}

export function servingBudget(clock: Clock, sizeOf: (group: GroupId) => number): ServingBudget {
  const spent = new Map<string, { bytes: number; until: number }>()
  return {
    take(group, peer, bytes) {
      const now = clock.now()
      for (const [name, { until }] of spent) {
        // In the order in which they began.
        if (until > now) break
        spent.delete(name)
      }
      const name = `${group} ${peer}`
      const hour = spent.get(name) ?? { bytes: 0, until: now + HOUR_MS }
      spent.set(name, hour)
      hour.bytes += bytes
      return hour.bytes <= BASE_BYTES + WHOLE_GROUPS * sizeOf(group)
    }
  }
}
