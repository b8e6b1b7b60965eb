import { vi } from 'vitest'

/** Runs `check` until it passes: for what other processes and sockets do in their own time. Patient with slow machines. */
export async function eventually(check: () => unknown): Promise<void> {
  await vi.waitFor(check, { timeout: 20_000, interval: 20 })
}
