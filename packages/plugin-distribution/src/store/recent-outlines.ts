import type { ContentId } from '../content-id.ts'
import type { Outline } from '../unixfs/outline.ts'

/** Memory for outlines that are kept, bytes; the latest one is kept however large it is. */
const KEPT_BYTES = 64 * 2 ** 20
/** Rough cost of a file or folder in memory, bytes. */
const ENTRY_BYTES = 256

interface Kept {
  cid: ContentId
  bytes: number
  outline: Outline
}

/**
 * The outlines that were read last: reading one takes seconds for a large folder, and a member may say hello to it as
 * often as it likes.
 */
export class RecentOutlines {
  /** The latest last. */
  #kept: Kept[] = []

  /** `bytes`: see `readOutline`. */
  get(cid: ContentId, bytes: number, read: () => Outline): Outline {
    const known = this.#kept.find(kept => kept.cid === cid && kept.bytes === bytes)
    const latest = known ?? { cid, bytes, outline: read() }
    this.#kept = [...this.#kept.filter(kept => kept !== known), latest]
    let sum = this.#kept.reduce((total, { outline }) => total + costOf(outline), 0)
    while (sum > KEPT_BYTES && this.#kept.length > 1) {
      const [oldest] = this.#kept.splice(0, 1)
      if (oldest) sum -= costOf(oldest.outline)
    }
    return latest.outline
  }

  forget(cid: ContentId): void {
    this.#kept = this.#kept.filter(kept => kept.cid !== cid)
  }
}

function costOf({ digests, files, folders }: Outline): number {
  return digests.length + (files.length + folders.length) * ENTRY_BYTES
}
