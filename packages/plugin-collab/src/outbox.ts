import type { Clock } from '@borgo/core'
import * as Y from 'yjs'
import { MAX_UPDATE_BYTES } from './update-check.ts'

/** Local edits are written at once, then merged for this long, ms: at most four records a second for who types. */
export const MERGE_MS = 250
/** So long while nobody else is in the document, ms: each record costs every member some 900 bytes for good (ADR 52). */
export const ALONE_MERGE_MS = 2_000
/** After a failure to write, the next try, ms. */
export const RETRY_MS = 5_000

export interface OutboxOptions {
  clock: Clock
  /** For how long edits are merged from now on, ms. @default MERGE_MS */
  mergeMs?(): number
  /** Writes one merged update; resolves when it is committed. */
  write(update: Uint8Array): Promise<void>
  /** All up to the `saved`th pushed update is committed. */
  onSaved(saved: number): void
  /** A write failed; it is tried again. */
  onFailed(error: unknown): void
}

/** Local updates on their way to the log: in order, merged, and kept until they are committed. */
export class Outbox {
  readonly #options: OutboxOptions
  #updates: Uint8Array[] = []
  #pushed = 0
  #saved = 0
  #writing: Promise<void> | undefined
  #cancelTimer: (() => void) | undefined

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** How many updates were pushed, and how many of them are committed. */
  get pushed(): number {
    return this.#pushed
  }

  get saved(): number {
    return this.#saved
  }

  /** What is not committed yet, oldest first. */
  get unsaved(): readonly Uint8Array[] {
    return this.#updates
  }

  push(update: Uint8Array): void {
    this.#updates.push(update)
    this.#pushed += 1
    if (this.#cancelTimer !== undefined) return
    // Not before the caller's own work is done, so that what it does in one go is one record.
    this.#wait(this.#mergeMs())
    queueMicrotask(() => this.#writeSoon())
  }

  /** Resolves when all that was pushed before the call is committed; throws what prevented it. */
  async flush(): Promise<void> {
    const goal = this.#pushed
    while (this.#saved < goal) await this.#write()
  }

  /** No more timers; what is not committed stays where it is. */
  stop(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #mergeMs(): number {
    return this.#options.mergeMs?.() ?? MERGE_MS
  }

  #wait(ms: number): void {
    this.#cancelTimer = this.#options.clock.after(ms, () => {
      this.#cancelTimer = undefined
      if (this.#updates.length === 0) return
      this.#wait(this.#mergeMs())
      this.#writeSoon()
    })
  }

  #writeSoon(): void {
    this.flush().catch((error: unknown) => {
      this.stop()
      this.#wait(RETRY_MS)
      this.#options.onFailed(error)
    })
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeOnce().finally(() => (this.#writing = undefined))
    return this.#writing
  }

  async #writeOnce(): Promise<void> {
    const count = fitting(this.#updates)
    const batch = this.#updates.slice(0, count)
    const [only] = batch
    await this.#options.write(only !== undefined && count === 1 ? only : Y.mergeUpdates(batch))
    this.#updates = this.#updates.slice(count)
    this.#saved += count
    this.#options.onSaved(this.#saved)
  }
}

/** How many of the updates one record may hold together; at least one. */
function fitting(updates: readonly Uint8Array[]): number {
  let bytes = 0
  const over = updates.findIndex(update => (bytes += update.length) > MAX_UPDATE_BYTES / 2)
  return over === -1 ? updates.length : Math.max(1, over)
}
