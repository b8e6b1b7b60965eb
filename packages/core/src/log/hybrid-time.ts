/** A hybrid logical clock's reading (Kulkarni et al., 2014), with eras, so that one wrong clock does not bind all others. */
export interface HybridTime {
  /** How often a time far ahead of somebody's clock was overruled before. What overrules it is later, whatever its ms. */
  era: number
  /** ms since 1970; not above the author's clock by more than MOST_LEAD_MS, unless that one was never set. */
  ms: number
  /** Tells apart what falls into the same ms. */
  count: number
}

/** How far what others wrote may lead our own clock, ms. As Kerberos tolerates (RFC 4120). */
export const MOST_LEAD_MS = 5 * 60_000
/** A clock that shows less was never set: this program is younger. */
export const EARLIEST_MS = Date.UTC(2026, 0, 1)

export function compareTime(a: HybridTime, b: HybridTime): number {
  return a.era - b.era || a.ms - b.ms || a.count - b.count
}

/** The latest of several; undefined for none. */
export function latest(times: Iterable<HybridTime>): HybridTime | undefined {
  let found: HybridTime | undefined
  for (const time of times) if (!found || compareTime(time, found) > 0) found = time
  return found
}

/**
 * The time of a record written at `now` by who has seen `seen`: our clock where it is ahead, else one count after what
 * was seen, else, where that leads our clock by too much, our clock in a new era. A clock that was never set follows.
 */
export function timeAfter(seen: HybridTime | undefined, now: number): HybridTime {
  if (!seen) return { era: 0, ms: now, count: 0 }
  if (now > seen.ms) return { era: seen.era, ms: now, count: 0 }
  if (seen.ms - now > MOST_LEAD_MS && now >= EARLIEST_MS) return { era: seen.era + 1, ms: now, count: 0 }
  return { era: seen.era, ms: seen.ms, count: seen.count + 1 }
}

/** Whether `time` is one that `timeAfter` can give for `seen`, whatever the author's clock showed. */
export function canFollow(time: HybridTime, seen: HybridTime | undefined): boolean {
  if (!seen) return time.era === 0 && time.count === 0
  if (time.era === seen.era + 1) return time.count === 0 && seen.ms - time.ms > MOST_LEAD_MS && time.ms >= EARLIEST_MS
  if (time.era !== seen.era) return false
  return time.ms > seen.ms ? time.count === 0 : time.ms === seen.ms && time.count === seen.count + 1
}

/** Whether a time tells nothing of when something happened: its clock was ahead of ours, or never set. */
export function isOff({ ms }: { ms: number }, now: number): boolean {
  return ms < EARLIEST_MS || ms - now > MOST_LEAD_MS
}
