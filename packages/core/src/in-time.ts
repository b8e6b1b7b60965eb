import type { Clock } from './clock.ts'

/** Runs `work` with a signal that aborts with `signal`, or when there is no answer after `limitMs`; throws what `work` throws. */
export async function inTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { clock, limitMs, signal }: { clock: Pick<Clock, 'after'>; limitMs: number; signal: AbortSignal }
): Promise<T> {
  const late = new AbortController()
  const cancel = clock.after(limitMs, () => late.abort(new Error('no answer')))
  try {
    return await work(AbortSignal.any([signal, late.signal]))
  } finally {
    cancel()
  }
}
