import { delay } from './clock.ts'
import type { Clock } from './clock.ts'

/** After a failure, e.g. a full disk, the next try, ms. */
export const RETRY_MS = 5_000

export interface KeepTryingOptions {
  clock: Clock
  signal: AbortSignal
  /** Told of every failure but those of the abort. */
  failed(error: unknown): void
}

/** Runs `work` until it is done or `signal` aborts; again 5 s after it failed. Never rejects. */
export async function keepTrying(work: () => Promise<void>, options: KeepTryingOptions): Promise<void> {
  const { clock, failed, signal } = options
  while (!signal.aborted) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) return
      failed(error)
    }
    // Rejects with the abort, which the loop sees.
    await delay(clock, RETRY_MS, signal).catch(() => undefined)
  }
}
