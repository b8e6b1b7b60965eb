import type { Job } from '@borgo/api'

const STATES = { running: 'running', done: 'done', failed: 'failed', cancelled: 'paused' } as const

/** How a job's bar looks. */
export function progressState({ state }: Job): (typeof STATES)[Job['state']] {
  return STATES[state]
}
