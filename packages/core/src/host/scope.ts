import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { Logger } from '../logger.ts'

/** How long one undo may take before the next is run all the same, ms. */
export const UNDO_MS = 5_000

/** What one plugin registered, to be undone newest first, exactly once. */
export interface Scope {
  readonly signal: AbortSignal
  /** Throws STOPPED once the scope is closing. */
  add(undo: () => void | Promise<void>): void
  /** Throws STOPPED once the scope is closing. */
  assertOpen(): void
  /** Aborts `signal`, then undoes; an undo that throws or hangs is logged and does not stop the others. */
  close(): Promise<void>
}

export function createScope(name: string, { clock, log }: { clock: Clock; log: Logger }): Scope {
  const undos: (() => void | Promise<void>)[] = []
  const controller = new AbortController()
  let closing: Promise<void> | undefined

  const undoAll = async (): Promise<void> => {
    controller.abort(coreError('STOPPED', `${name} is stopped`))
    for (let undo = undos.pop(); undo; undo = undos.pop()) {
      try {
        await within(clock, undo)
      } catch (error) {
        log.error('an undo failed', { plugin: name, error: String(error) })
      }
    }
  }
  const scope: Scope = {
    signal: controller.signal,
    add(undo) {
      scope.assertOpen()
      undos.push(undo)
    },
    assertOpen() {
      if (closing) throw coreError('STOPPED', `${name} is stopped`)
    },
    close: () => (closing ??= undoAll())
  }
  return scope
}

function within(clock: Clock, work: () => void | Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(UNDO_MS, () => reject(coreError('TIMEOUT', `not done after ${UNDO_MS} ms`)))
    Promise.try(work).then(resolve, reject).finally(cancel)
  })
}
