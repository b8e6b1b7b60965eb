/** What is saved up for later use, seconds of the rate; smooths over bursts without letting idle time pile up. */
const BURST_SECONDS = 1
/** Over how long use is averaged, ms. */
const USE_MS = 5_000

/**
 * Tokens that come back at a steady rate. The last who gets some may take more than there are: the next waits until that is
 * paid back, so that a long message passes a small bucket.
 */
export class Bucket {
  readonly #perSecond: number
  #tokens: number
  #at: number
  #used = 0
  #usedAt: number

  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond
    this.#tokens = perSecond * BURST_SECONDS
    this.#at = now
    this.#usedAt = now
  }

  /** How long until something can be taken, ms; 0 when now. */
  waitMs(now: number): number {
    this.#fill(now)
    return this.#tokens > 0 ? 0 : Math.max(1, Math.ceil((-this.#tokens / this.#perSecond) * 1_000))
  }

  take(amount: number, now: number): void {
    this.#fill(now)
    this.#tokens -= amount
    this.#used = this.#decayed(now) + amount
    this.#usedAt = now
  }

  /** What was taken lately, in tokens per second. */
  usedPerSecond(now: number): number {
    return (this.#decayed(now) / USE_MS) * 1_000
  }

  /** Whether nothing of it is used: forgetting it changes nothing. */
  isFull(now: number): boolean {
    this.#fill(now)
    return this.#tokens >= this.#perSecond * BURST_SECONDS && this.usedPerSecond(now) < 1
  }

  #fill(now: number): void {
    const most = this.#perSecond * BURST_SECONDS
    this.#tokens = Math.min(most, this.#tokens + ((now - this.#at) / 1_000) * this.#perSecond)
    this.#at = now
  }

  #decayed(now: number): number {
    return this.#used * Math.exp(-(now - this.#usedAt) / USE_MS)
  }
}
