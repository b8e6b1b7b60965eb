/** Up to here a chunk is short. */
const SHORT_BYTES = 256
/** Short chunks are put together in buffers of this many bytes. */
const GATHERED_BYTES = 1_024

/**
 * Chunks that wait for a reader. Each is an object of its own, which costs more than a short one's bytes: short ones are
 * put together, so that who sends a byte at a time fills no more memory than the bytes that are counted.
 */
export class Inbox {
  readonly #chunks: Uint8Array[] = []
  /** What the last chunk is the beginning of, when short ones were put together in it. */
  #gathered: Uint8Array | undefined
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  /** Keeps a chunk, which must not change any more. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    this.#bytes += chunk.length
    const last = this.#chunks.at(-1)
    if (!last || chunk.length > SHORT_BYTES || !this.#gather(last, chunk)) this.#append(chunk)
  }

  /** The next bytes; undefined when none wait. */
  shift(): Uint8Array | undefined {
    const chunk = this.#chunks.shift()
    if (this.#chunks.length === 0) this.#gathered = undefined
    this.#bytes -= chunk?.length ?? 0
    return chunk
  }

  clear(): void {
    this.#chunks.length = this.#bytes = 0
    this.#gathered = undefined
  }

  #append(chunk: Uint8Array): void {
    this.#gathered = undefined
    this.#chunks.push(chunk)
  }

  /** Puts a short chunk behind the last one; false when there is no room. */
  #gather(last: Uint8Array, chunk: Uint8Array): boolean {
    if (!this.#gathered) {
      if (last.length > SHORT_BYTES) return false
      this.#gathered = Buffer.allocUnsafe(GATHERED_BYTES)
      this.#gathered.set(last)
    }
    const length = last.length + chunk.length
    if (length > GATHERED_BYTES) return false
    this.#gathered.set(chunk, last.length)
    this.#chunks[this.#chunks.length - 1] = this.#gathered.subarray(0, length)
    return true
  }
}
