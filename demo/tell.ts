/** Prints what happens, one line a step, with its figures and its time. */
export interface Teller {
  chapter(title: string): void
  /** Runs one step; `work` returns its figures. Throws what it threw, or that it took too long, having said so. */
  step(title: string, work: () => Promise<string | undefined>): Promise<void>
}

/** A step that takes longer hangs, ms; the longest takes a few seconds on two idle cores. */
const STEP_MS = 60_000

export function teller(write: (text: string) => void, interrupted: Promise<never>): Teller {
  return {
    chapter: title => write(`\n${title}`),
    async step(title, work) {
      const began = performance.now()
      const { promise: late, reject } = Promise.withResolvers<never>()
      const timer = setTimeout(() => reject(new Error(`not done after ${STEP_MS / 1000} s`)), STEP_MS)
      try {
        const figures = await Promise.race([work(), late, interrupted])
        const ms = Math.round(performance.now() - began)
        write(`  ok  ${title.padEnd(72)} ${String(ms).padStart(6)} ms${figures ? `  ${figures}` : ''}`)
      } catch (error) {
        write(`  FAILED  ${title}`)
        throw error
      } finally {
        clearTimeout(timer)
      }
    }
  }
}

/** Throws unless it is so: the demo checks what it shows. */
export function must(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Error(`not as it should be: ${what}`)
}
