import type { PluginStorage } from '@borgo/core'
import type { ContentId } from '../content-id.ts'
import type { Shelf } from './shelf.ts'

/** What is being written, and what it will take. */
export interface Promised extends Disposable {
  /** So many bytes more. Throws STORAGE_LIMIT. */
  grow(bytes: number): void
}

/**
 * What this plugin keeps on disk: uploads, what was fetched to its folder, and what is being fetched, wherever to. A fetch
 * is promised room for all of it before the first byte, so that several at once do not fill what each has found free.
 */
export class Keeping {
  readonly #storage: PluginStorage
  readonly #shelf: Shelf
  readonly #fetching = new Map<ContentId, number>()
  #uploading = 0

  constructor(storage: PluginStorage, shelf: Shelf) {
    this.#storage = storage
    this.#shelf = shelf
    storage.count(() => this.bytes)
  }

  get bytes(): number {
    const { whole, parts } = this.#shelf.kept()
    let sum = whole + this.#uploading
    for (const bytes of this.#fetching.values()) sum += bytes
    for (const [cid, bytes] of parts) if (!this.#fetching.has(cid)) sum += bytes
    return sum
  }

  /** Promises a content room for all of it; what is here of it already counts. Throws STORAGE_LIMIT. */
  fetch(cid: ContentId, bytes: number): Disposable {
    const here = this.#fetching.get(cid) ?? this.#shelf.kept().parts.get(cid) ?? 0
    this.#storage.claim(Math.max(0, bytes - here))
    this.#fetching.set(cid, bytes)
    return { [Symbol.dispose]: () => void this.#fetching.delete(cid) }
  }

  /** Room for an upload, whose length nobody knows. */
  upload(): Promised {
    let taken = 0
    return {
      grow: bytes => {
        this.#storage.claim(bytes)
        taken += bytes
        this.#uploading += bytes
      },
      [Symbol.dispose]: () => {
        this.#uploading -= taken
        taken = 0
      }
    }
  }

  /** Throws STORAGE_LIMIT when a budget was lowered so that no more may be written. */
  check(): void {
    this.#storage.claim(0)
  }
}
