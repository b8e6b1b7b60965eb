import { setImmediate } from 'node:timers/promises'
import type { Logger } from '../logger.ts'

/** Work on many records, in portions: what is left of it when it ends early is found again the next time. */
export type Portions = Generator<void, void, undefined>

/** Work that nobody waits for: one portion at a time, of each work in turn, and everything else has its turn in between. */
export interface Tidying {
  /** Begins a work, or goes through it once more when one of that name is under way. Its first portion may run at once. */
  add(name: string, begin: () => Portions): void
  /** Resolves when nothing is done any more. */
  stop(): Promise<void>
}

export function createTidying({ logger }: { logger: Logger }): Tidying {
  const works = new Map<string, { begin: () => Portions; portions: Portions | undefined; isAsked: boolean }>()
  let isRunning = false
  let run = Promise.resolve()
  let isStopped = false

  /** Runs one portion; false when there was none. */
  const advance = (name: string): boolean => {
    const work = works.get(name)
    if (!work) return false
    if (!work.portions) work.isAsked = false
    try {
      work.portions ??= work.begin()
      if (!work.portions.next().done) return true
    } catch (error) {
      // A full disk must not bring down who happened to cause it.
      logger.error('the log could not be tidied', { name, error: String(error) })
    }
    work.portions = undefined
    if (!work.isAsked) works.delete(name)
    return false
  }
  const goOn = async (): Promise<void> => {
    isRunning = true
    while (works.size > 0 && !isStopped)
      for (const name of works.keys()) {
        if (advance(name)) await setImmediate()
        if (isStopped) break
      }
    isRunning = false
  }

  return {
    add(name, begin) {
      if (isStopped) return
      const work = works.get(name)
      if (work) Object.assign(work, { begin, isAsked: true })
      else works.set(name, { begin, portions: undefined, isAsked: true })
      if (!isRunning) run = goOn()
    },
    async stop() {
      isStopped = true
      await run
    }
  }
}
