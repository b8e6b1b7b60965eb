import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'

const PATIENCE_MS = 20_000
const SETTLING_TURNS = 100
/** Threads on which libuv does work such as checking signatures, in order of asking. */
const POOL_THREADS = 4

const onPool = promisify(randomBytes)

/**
 * Resolves once `condition` holds: for what nodes in this process do in their own time, on other threads too. Patient
 * with slow machines; `meanwhile` runs between two looks.
 */
export async function until(condition: () => boolean, meanwhile?: () => Promise<void>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still not: ${condition}`)
    await meanwhile?.()
    await setImmediate()
  }
}

/** Gives nodes in this process every chance to do something, on other threads too: before a test says that they did not. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLING_TURNS; turn++) {
    await Promise.all(Array.from({ length: 2 * POOL_THREADS }, () => onPool(1)))
    await setImmediate()
  }
}
