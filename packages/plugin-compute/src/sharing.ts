import { availableParallelism } from 'node:os'
import { listeners } from '@borgo/core'
import type { Journal } from './journal.ts'
import { SLOTS_MAX } from './protocol.ts'

/** What this node gives to jobs. */
export interface Sharing {
  /** Computes for other members of its groups. Its own jobs run here in any case. */
  on: boolean
  /** Parts that run side by side, 1 to 256. @default one less than there are cores, at least 1 */
  slots: number
}

/** The person's choice, kept over restarts. Off until somebody switches it on: it costs current and fans. */
export class SharingSetting {
  readonly #journal: Pick<Journal, 'sharing' | 'setSharing'>
  readonly #changes = listeners()
  readonly onChange = this.#changes.on
  #value: Sharing

  constructor(journal: Pick<Journal, 'sharing' | 'setSharing'>, initial: Partial<Sharing>) {
    this.#journal = journal
    this.#value = journal.sharing() ?? { on: false, slots: Math.max(1, availableParallelism() - 1), ...initial }
  }

  get value(): Sharing {
    return { ...this.#value }
  }

  /** Throws RangeError. */
  set({ on = this.#value.on, slots = this.#value.slots }: Partial<Sharing>): void {
    if (!Number.isInteger(slots) || slots < 1 || slots > SLOTS_MAX) throw new RangeError(`slots: 1 to ${SLOTS_MAX}`)
    this.#journal.setSharing(on, slots)
    this.#value = { on, slots }
    this.#changes.tell()
  }
}
