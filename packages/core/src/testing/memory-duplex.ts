import { coreError, hasCode } from '../errors.ts'
import type { Duplex } from '../transport/network.ts'

interface MemoryDuplexOptions {
  /** Runs `work` at the other end: later, and in order. */
  deliver: (work: () => void) => void
  /** Bytes that one end may have on the way or unread at the other. */
  windowBytes: number
  onSent: (bytes: number) => void
  /** The stream is reset when this end has sent so many bytes. @default never */
  breakAfterBytes?: number
}

const resetError = (cause?: unknown): Error => coreError('STREAM_RESET', 'the stream was reset', cause)

/** Both ends of a stream in memory, with a window in each direction as Yamux has. */
export function duplexPair(ours: MemoryDuplexOptions, theirs: MemoryDuplexOptions): [MemoryDuplex, MemoryDuplex] {
  const a = new MemoryDuplex(ours, () => b)
  const b: MemoryDuplex = new MemoryDuplex(theirs, () => a)
  return [a, b]
}

export class MemoryDuplex implements Duplex {
  readonly source: AsyncIterable<Uint8Array>
  readonly #options: MemoryDuplexOptions
  readonly #other: () => MemoryDuplex
  readonly #controller = new AbortController()
  readonly #outbox: Uint8Array[] = []
  readonly #inbox: Uint8Array[] = []
  #credit: number
  /** Bytes read whose window was not given back yet. */
  #ungranted = 0
  #sentBytes = 0
  #isEnding = false
  #hasEndedHere = false
  #hasEndedThere = false
  #wakeReader: () => void = () => undefined
  #wakeWriters: (() => void)[] = []

  constructor(options: MemoryDuplexOptions, other: () => MemoryDuplex) {
    this.#options = options
    this.#other = other
    this.#credit = options.windowBytes
    this.source = this.#read()
  }

  get closed(): AbortSignal {
    return this.#controller.signal
  }

  get buffered(): { read: number; write: number } {
    return { read: total(this.#inbox), write: total(this.#outbox) }
  }

  async write(...pieces: Uint8Array[]): Promise<void> {
    if (this.#isEnding || this.closed.aborted) throw resetError()
    // A real network never shares memory with the other end.
    this.#outbox.push(copyOf(pieces))
    this.#flush()
    if (this.#isReset()) throw this.closed.reason
    while (this.#outbox.length > 0) await this.#untilSent()
  }

  async closeWrite(): Promise<void> {
    if (this.#isReset()) throw resetError()
    this.#isEnding = true
    this.#flush()
    while (!this.#hasEndedHere) await this.#untilSent()
  }

  abort(reason: Error): void {
    if (this.closed.aborted) return
    this.fail(reason)
    this.#options.deliver(() => this.#other().fail(resetError()))
  }

  /** Breaks this end alone, as a lost connection does. */
  fail(cause: Error): void {
    if (this.closed.aborted) return
    this.#inbox.length = this.#outbox.length = 0
    this.#controller.abort(resetError(cause))
    this.#wake()
  }

  /** The window is given back by quarters; Yamux does so by halves. */
  #consumed(bytes: number): void {
    this.#ungranted += bytes
    if (this.#ungranted < this.#options.windowBytes / 4) return
    const granted = this.#ungranted
    this.#ungranted = 0
    this.#options.deliver(() => this.#other().#grant(granted))
  }

  #isReset(): boolean {
    return hasCode(this.closed.reason, 'STREAM_RESET')
  }

  async *#read(): AsyncGenerator<Uint8Array, void> {
    while (true) {
      if (this.#isReset()) throw this.closed.reason
      const chunk = this.#inbox.shift()
      if (chunk) {
        this.#consumed(chunk.length)
        yield chunk
      } else if (this.#hasEndedThere) {
        return
      } else {
        await new Promise<void>(resolve => (this.#wakeReader = resolve))
      }
    }
  }

  #flush(): void {
    while (this.#credit > 0) {
      const next = this.#outbox.shift()
      if (!next) break
      const part = next.subarray(0, this.#credit)
      if (part.length < next.length) this.#outbox.unshift(next.subarray(part.length))
      this.#credit -= part.length
      this.#sentBytes += part.length
      this.#options.onSent(part.length)
      this.#options.deliver(() => this.#other().#arrive(part))
    }
    if (this.#isEnding && !this.#hasEndedHere && this.#outbox.length === 0) {
      this.#hasEndedHere = true
      this.#options.deliver(() => this.#other().#arriveEnd())
      this.#closeWhenBothEnded()
    }
    this.#wake()
    if (this.#sentBytes > (this.#options.breakAfterBytes ?? Infinity)) this.abort(new Error('lost'))
  }

  #arrive(bytes: Uint8Array): void {
    if (this.closed.aborted) return
    this.#inbox.push(bytes)
    this.#wake()
  }

  #arriveEnd(): void {
    if (this.closed.aborted) return
    this.#hasEndedThere = true
    this.#closeWhenBothEnded()
    this.#wake()
  }

  #grant(bytes: number): void {
    if (this.closed.aborted) return
    this.#credit += bytes
    this.#flush()
  }

  #closeWhenBothEnded(): void {
    if (this.#hasEndedHere && this.#hasEndedThere) this.#controller.abort()
  }

  async #untilSent(): Promise<void> {
    await new Promise<void>(resolve => this.#wakeWriters.push(resolve))
    if (this.#isReset()) throw this.closed.reason
  }

  #wake(): void {
    this.#wakeReader()
    for (const wake of this.#wakeWriters.splice(0)) wake()
  }
}

function copyOf(pieces: readonly Uint8Array[]): Uint8Array {
  const copy = new Uint8Array(total(pieces))
  let at = 0
  for (const piece of pieces) {
    copy.set(piece, at)
    at += piece.length
  }
  return copy
}

const total = (chunks: readonly Uint8Array[]): number => chunks.reduce((sum, chunk) => sum + chunk.length, 0)
