/** A hybrid logical clock's reading: wall time that never runs behind what it has seen (Kulkarni et al., 2014). */
export interface HybridTime {
  /** ms since 1970 */
  ms: number
  /** Tells apart what falls into the same ms. */
  count: number
}

export function compareTime(a: HybridTime, b: HybridTime): number {
  return a.ms - b.ms || a.count - b.count
}

/** The latest of several; undefined for none. */
export function latest(times: Iterable<HybridTime>): HybridTime | undefined {
  let found: HybridTime | undefined
  for (const time of times) if (!found || compareTime(time, found) > 0) found = time
  return found
}

/**
 * The time of a record written at `now` by who has seen `seen`: our clock, or one count after what was seen when our
 * clock is not ahead of it. So a clock that runs ahead drags others no further than to itself.
 */
export function timeAfter(seen: HybridTime | undefined, now: number): HybridTime {
  return !seen || now > seen.ms ? { ms: now, count: 0 } : { ms: seen.ms, count: seen.count + 1 }
}

/** Whether `time` is one that `timeAfter` can give for `seen`, whatever the author's clock showed. */
export function canFollow(time: HybridTime, seen: HybridTime | undefined): boolean {
  if (!seen || time.ms > seen.ms) return time.count === 0
  return time.ms === seen.ms && time.count === seen.count + 1
}
