import type { PeerId } from '@borgo/core'

/** Streams served at the same time. Each holds at most two pieces in memory: 64 MiB in all. */
const MAX_SERVED = 32
/** Streams of one peer served at the same time. */
const MAX_SERVED_PER_PEER = 4

/** Bounds how many are served at once, so that memory and uplink are not spread over too many. */
export class UploadSlots {
  readonly #taken = new Map<PeerId, number>()
  #count = 0

  /** A slot until it is disposed of; undefined when there is none. */
  take(peer: PeerId): Disposable | undefined {
    const own = this.#taken.get(peer) ?? 0
    if (this.#count >= MAX_SERVED || own >= MAX_SERVED_PER_PEER) return undefined
    this.#count++
    this.#taken.set(peer, own + 1)
    return { [Symbol.dispose]: () => this.#release(peer) }
  }

  #release(peer: PeerId): void {
    this.#count--
    const own = (this.#taken.get(peer) ?? 1) - 1
    if (own === 0) this.#taken.delete(peer)
    else this.#taken.set(peer, own)
  }
}
