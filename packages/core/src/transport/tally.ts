import type { Clock } from '../clock.ts'

/** Counts, for each of many, how often something happened within a time that begins with the first. */
export class Tally<Key> {
  readonly #clock: Pick<Clock, 'now'>
  readonly #withinMs: number
  readonly #most: number
  /** The first to be over comes first. */
  readonly #counts = new Map<Key, { count: number; until: number }>()

  /** `most`: that many are remembered; beyond that, whoever came first is forgotten. */
  constructor(clock: Pick<Clock, 'now'>, { withinMs, most }: { withinMs: number; most: number }) {
    this.#clock = clock
    this.#withinMs = withinMs
    this.#most = most
  }

  get size(): number {
    return this.#counts.size
  }

  /** Once more, or less than that; returns how often by now. */
  add(key: Key, by = 1): number {
    const now = this.#clock.now()
    for (const [oldest, { until }] of this.#counts) {
      if (until > now && this.#counts.size < this.#most) break
      this.#counts.delete(oldest)
    }
    const known = this.#counts.get(key) ?? { count: 0, until: now + this.#withinMs }
    this.#counts.set(key, known)
    return (known.count += by)
  }

  delete(key: Key): void {
    this.#counts.delete(key)
  }
}
