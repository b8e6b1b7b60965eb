import { systemClock, type Clock } from '@borgo/core'
import { EXIT } from '../cli/exit.ts'

/** A node that has not stopped by itself by now is ended, ms. */
export const STOP_MS = 10_000
/** Signals closer together than this are one: Ctrl-C reaches a whole process group and npm passes it on as well, ms. */
export const SAME_SIGNAL_MS = 500

/** What is used of `process`. */
export interface Signalled {
  on(signal: 'SIGTERM' | 'SIGINT' | 'disconnect', listener: () => void): unknown
  exit(code: number): void
  readonly channel?: { unref(): void } | null | undefined
}

/**
 * Waits for SIGTERM or SIGINT, or for the end of a channel that whoever started it left open, then stops; a second signal,
 * or STOP_MS without an end, exits at once with 1.
 */
export async function stopWhenTold(
  stop: () => Promise<void>,
  { process: own = process, clock = systemClock }: { process?: Signalled; clock?: Clock } = {}
): Promise<void> {
  await new Promise<void>(resolve => {
    let first: number | undefined
    const told = (): void => {
      first ??= clock.now()
      if (clock.now() - first > SAME_SIGNAL_MS) own.exit(EXIT.error)
      resolve()
    }
    own.on('SIGTERM', told)
    own.on('SIGINT', told)
    own.on('disconnect', resolve)
    // Listening to its end would keep the process from its own.
    own.channel?.unref()
  })
  const cancel = clock.after(STOP_MS, () => own.exit(EXIT.error))
  await stop()
  cancel()
}
