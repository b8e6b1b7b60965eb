import type { Clock } from '../../../clock.ts'
import { coreError } from '../../../errors.ts'
import type { LinkEnding } from './protocol.ts'

/** How long people may compare, ms. */
const COMPARE_MS = 10 * 60_000

/** What the person here sees and says of it. */
export interface Comparison {
  readonly words: readonly string[]
  /** What the other side calls itself: the device when this one gives, the person when it joins. */
  readonly other: string
  readonly isAgreed: boolean
  /** Resolves when the person here agrees; rejects as `ended` does. */
  readonly agreed: Promise<void>
  /** Rejects with LINKING_CANCELLED or WORDS_DIFFER when the person here ends it, and after ten minutes. */
  readonly ended: Promise<never>
  /** Undefined until the person here ended it. */
  readonly ending: LinkEnding | undefined
  agree(): void
  end(reason: LinkEnding): void
  /** It is over: time does not end it any more. */
  close(): void
}

export function createComparison(words: readonly string[], other: string, clock: Clock): Comparison {
  const agreed = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<never>()
  let isAgreed = false
  let ending: LinkEnding | undefined
  const end = (reason: LinkEnding): void => {
    ending ??= reason
    cancel()
    const error =
      reason === 'words'
        ? coreError('WORDS_DIFFER', 'the words differ: somebody may stand between. Nothing was passed on')
        : coreError('LINKING_CANCELLED', 'it was ended here')
    ended.reject(error)
    agreed.reject(error)
  }
  const cancel = clock.after(COMPARE_MS, () => end('cancelled'))
  // Whoever waits hears of it; nobody may be waiting.
  for (const one of [agreed, ended]) one.promise.catch(() => undefined)
  return {
    words,
    other,
    get isAgreed() {
      return isAgreed
    },
    agreed: agreed.promise,
    ended: ended.promise,
    get ending() {
      return ending
    },
    agree() {
      if (ending) return
      isAgreed = true
      agreed.resolve()
    },
    end,
    close: cancel
  }
}
