import type { Clock } from '../../clock.ts'
import type { PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'

/** Relays that one node is reachable through; the second is there when the first fails. */
const WANTED = 2
const LOOK_MS = 5_000
/** How long a peer that refused is not asked again, ms: at first, doubling up to the longest. */
const REFUSED_MS = 60_000
const LONGEST_REFUSED_MS = 3_600_000

export interface ReservationsOptions {
  /** Whether this node wants to be reached through relays now. */
  isNeeded(): boolean
  /** Connected peers that may relay, best first. */
  offers(): PeerId[]
  holds(relay: PeerId): boolean
  /** Reserves a place; throws when that fails. */
  reserve(relay: PeerId): Promise<void>
  clock: Clock
  logger: Logger
}

/** Keeps places at two relays as long as they are needed. Returns `look`, for when something changed, and `stop`. */
export function keepReservations(options: ReservationsOptions): { look(): void; stop(): void } {
  const { isNeeded, offers, holds, reserve, clock, logger } = options
  const refused = new Map<PeerId, { waitMs: number; until: number }>()
  let isLooking = false
  let isStopped = false

  const lookOnce = async (): Promise<void> => {
    const offered = offers()
    let held = offered.filter(holds).length
    for (const relay of offered) {
      if (held >= WANTED || isStopped) return
      if (holds(relay) || (refused.get(relay)?.until ?? 0) > clock.now()) continue
      try {
        await reserve(relay)
        refused.delete(relay)
        held++
        logger.info('reachable through a relay', { relay })
      } catch (error) {
        const waitMs = Math.min(LONGEST_REFUSED_MS, (refused.get(relay)?.waitMs ?? REFUSED_MS / 2) * 2)
        refused.set(relay, { waitMs, until: clock.now() + waitMs })
        logger.debug('no place at a relay', { relay, error: String(error) })
      }
    }
  }

  const look = (): void => {
    if (isLooking || isStopped || !isNeeded()) return
    isLooking = true
    void lookOnce().finally(() => (isLooking = false))
  }

  const cancel = clock.every(LOOK_MS, look)
  return {
    look,
    stop() {
      isStopped = true
      cancel()
    }
  }
}
