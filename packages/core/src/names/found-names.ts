import type { Clock } from '../clock.ts'
import type { SignedName } from './record.ts'

/** How long what was found counts without asking again, ms; and that nothing was. */
const FRESH_MS = 30_000
const FRESH_NOTHING_MS = 5_000
/** Answers that are kept, and their bytes; the oldest go first. */
const MAX_ANSWERS = 512
const MAX_BYTES = 8 * 1024 * 1024

/** What was asked of others lately and answered to the end. */
export interface FoundNames {
  get(question: string): SignedName[] | undefined
  set(question: string, found: readonly SignedName[]): void
}

export function foundNames(clock: Clock): FoundNames {
  const answers = new Map<string, { found: readonly SignedName[]; bytes: number; until: number }>()
  let total = 0
  const drop = (question: string): void => {
    total -= answers.get(question)?.bytes ?? 0
    answers.delete(question)
  }
  return {
    get(question) {
      const answer = answers.get(question)
      if (answer && answer.until > clock.now()) return [...answer.found]
      drop(question)
      return undefined
    },
    set(question, found) {
      drop(question)
      const bytes = found.reduce((sum, one) => sum + one.bytes.length, 0)
      const until = clock.now() + (found.length > 0 ? FRESH_MS : FRESH_NOTHING_MS)
      answers.set(question, { found, bytes, until })
      total += bytes
      for (const oldest of answers.keys()) {
        if (answers.size <= MAX_ANSWERS && total <= MAX_BYTES) return
        drop(oldest)
      }
    }
  }
}
