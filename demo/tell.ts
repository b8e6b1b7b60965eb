/** Prints what happens, one line a step, with its figures and its time. */
export interface Teller {
  chapter(title: string): void
  /** Runs one step; `work` returns its figures. Throws what it threw, having said so. */
  step(title: string, work: () => Promise<string | undefined>): Promise<void>
}

export function teller(write: (text: string) => void): Teller {
  return {
    chapter: title => write(`\n${title}`),
    async step(title, work) {
      const began = performance.now()
      try {
        const figures = await work()
        const ms = Math.round(performance.now() - began)
        write(`  ok  ${title.padEnd(66)} ${String(ms).padStart(6)} ms${figures ? `  ${figures}` : ''}`)
      } catch (error) {
        write(`  FAILED  ${title}`)
        throw error
      }
    }
  }
}

/** Throws unless it is so: the demo checks what it shows. */
export function must(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Error(`not as it should be: ${what}`)
}
