import type { Clock } from '../../clock.ts'
import type { PeerId } from '../../ids.ts'

const HOUR_MS = 3_600_000

/** Bytes that each peer may use up within an hour; the hour begins with its first byte. */
export interface HourlyBudget {
  /** Counts bytes; false when that is more than the peer has left. */
  take(peer: PeerId, bytes: number): boolean
  has(peer: PeerId): boolean
}

export function hourlyBudget(bytesPerHour: number, clock: Clock): HourlyBudget {
  const used = new Map<PeerId, { bytes: number; until: number }>()

  const entry = (peer: PeerId): { bytes: number; until: number } | undefined => {
    const found = used.get(peer)
    if (found && found.until > clock.now()) return found
    used.delete(peer)
    return undefined
  }
  const begin = (peer: PeerId): { bytes: number; until: number } => {
    for (const known of [...used.keys()]) entry(known)
    const fresh = { bytes: 0, until: clock.now() + HOUR_MS }
    used.set(peer, fresh)
    return fresh
  }

  return {
    take(peer, bytes) {
      const now = entry(peer) ?? begin(peer)
      now.bytes += bytes
      return now.bytes <= bytesPerHour
    },
    has: peer => (entry(peer)?.bytes ?? 0) < bytesPerHour
  }
}
