/** Times what happens in one scenario: a line of JSON a step on stdout, words for people on stderr. */
export interface Report {
  /**
   * Runs a step. Throws what it threw, or that it took longer than `withinMs`, the aim, or hung. `facts` go into its line.
   */
  step<T>(title: string, work: () => Promise<T>, options?: StepOptions<T>): Promise<T>
}

export interface StepOptions<T> {
  /** The aim. @default none: as long as it does not hang */
  withinMs?: number
  facts?: (result: T) => Readonly<Record<string, string | number>>
}

export interface ReportOptions {
  scenario: string
  /** What belongs to every line: a pair, a round. */
  facts?: Readonly<Record<string, string>>
  /** By how much aims may be missed: a busy machine shows that it works, not how quickly. */
  slack: number
  /** Rejects when the run is to end. */
  interrupted: Promise<never>
}

/** A step that takes longer hangs, ms. */
const HANGS_MS = 180_000

export function createReport({ scenario, facts: always = {}, slack, interrupted }: ReportOptions): Report {
  const name = [scenario, ...Object.values(always)].join(' ').padEnd(6)
  return {
    async step(title, work, { withinMs, facts } = {}) {
      const limitMs = (withinMs ?? HANGS_MS) * slack
      const began = performance.now()
      const { promise: late, reject } = Promise.withResolvers<never>()
      const timer = setTimeout(() => reject(new Error(`${title}: not within ${limitMs / 1000} s`)), limitMs)
      try {
        const result = await Promise.race([work(), late, interrupted])
        const ms = Math.round(performance.now() - began)
        const line = { lab: scenario, ...always, step: title, ms, ...(withinMs && { withinMs }), ...facts?.(result) }
        process.stdout.write(`${JSON.stringify(line)}\n`)
        process.stderr.write(`  ok  ${name} ${title.padEnd(72)} ${String(ms).padStart(6)} ms\n`)
        return result
      } catch (error) {
        process.stderr.write(`  FAILED  ${name} ${title}\n`)
        throw error
      } finally {
        clearTimeout(timer)
      }
    }
  }
}
