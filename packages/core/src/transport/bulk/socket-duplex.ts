import type { Socket } from 'node:net'
import { coreError } from '../../errors.ts'
import { Inbox } from '../inbox.ts'
import type { Duplex } from '../network.ts'
import { chunk, END_CHUNK } from './chunks.ts'

/** Bytes queued for a reader before the socket is paused. */
const READ_AHEAD_BYTES = 262_144
/** Chunks up to this length are handed over whole. */
const MAX_WHOLE_BYTES = 2 * 1_048_576
/** How often a reader hears that a long chunk is coming in, bytes. */
const PROGRESS_BYTES = 65_536
const PROGRESS = new Uint8Array()

const resetError = (cause?: unknown): Error => coreError('STREAM_RESET', 'the stream was reset', cause)

/** One stream on a socket that may carry others before and after it. The socket's owner feeds it what comes. */
export class SocketDuplex implements Duplex {
  readonly source: AsyncIterable<Uint8Array>
  readonly #socket: Socket
  readonly #onSent: (bytes: number) => void
  readonly #onOver: () => void
  readonly #controller = new AbortController()
  readonly #inbox = new Inbox()
  /** The chunk that is coming in. */
  #partial: Uint8Array | undefined
  #filled = 0
  #told = 0
  #wake: () => void = () => undefined
  #drained: Promise<void> | undefined
  #ending: Promise<void> | undefined
  #hasEndedHere = false
  #hasEndedThere = false
  #failure: Error | undefined

  /** `onOver` runs when both directions ended in good order; the socket is free then. */
  constructor(socket: Socket, onSent: (bytes: number) => void, onOver: () => void) {
    this.#socket = socket
    this.#onSent = onSent
    this.#onOver = onOver
    this.source = this.#read()
  }

  get closed(): AbortSignal {
    return this.#controller.signal
  }

  get buffered(): { read: number; write: number } {
    // What waits in the socket is for whichever stream it carries now.
    if (this.closed.aborted) return { read: this.#inbox.bytes, write: 0 }
    return { read: this.#inbox.bytes + this.#filled + this.#socket.readableLength, write: this.#socket.writableLength }
  }

  async write(...pieces: Uint8Array[]): Promise<void> {
    if (this.#ending || this.closed.aborted) throw resetError(this.#failure)
    for (const piece of chunk(pieces)) {
      this.#onSent(piece.length)
      this.#socket.write(piece)
    }
    if (this.#socket.writableNeedDrain) await (this.#drained ??= this.#untilDrained())
  }

  closeWrite(): Promise<void> {
    if (this.#failure) return Promise.reject(resetError(this.#failure))
    return (this.#ending ??= this.#end())
  }

  abort(reason: Error): void {
    if (this.closed.aborted) return
    this.fail(reason)
    this.#socket.destroy()
  }

  /** The socket broke. */
  fail(cause: Error): void {
    if (this.closed.aborted) return
    this.#failure = cause
    this.#inbox.clear()
    this.#filled = 0
    this.#partial = undefined
    this.#controller.abort(resetError(cause))
    this.#wake()
  }

  /** The other side sent this; `left` more bytes of the same chunk are to come. Copies it. */
  take(part: Uint8Array, left: number): void {
    for (let at = 0; at < part.length && !this.#failure;) {
      this.#partial ??= new Uint8Array(
        Buffer.allocUnsafeSlow(Math.min(part.length - at + left, MAX_WHOLE_BYTES)).buffer
      )
      const fitting = part.subarray(at, at + this.#partial.length - this.#filled)
      this.#partial.set(fitting, this.#filled)
      at += fitting.length
      this.#filled += fitting.length
      if (this.#filled === this.#partial.length) this.#queue(this.#partial)
    }
    if (this.#filled - this.#told >= PROGRESS_BYTES) this.#wake()
  }

  #queue(whole: Uint8Array): void {
    this.#partial = undefined
    this.#filled = this.#told = 0
    this.#inbox.push(whole)
    if (this.#inbox.bytes >= READ_AHEAD_BYTES) this.#socket.pause()
    this.#wake()
  }

  /** The other side will send no more. */
  takeEnd(): void {
    this.#hasEndedThere = true
    this.#wake()
    this.#finishWhenBothEnded()
  }

  get hasEndedThere(): boolean {
    return this.#hasEndedThere
  }

  async *#read(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (this.#failure) throw resetError(this.#failure)
      const part = this.#inbox.shift()
      if (part) {
        if (this.#inbox.bytes < READ_AHEAD_BYTES && !this.closed.aborted) this.#socket.resume()
        yield part
      } else if (this.#filled > this.#told) {
        this.#told = this.#filled
        yield PROGRESS
      } else if (this.#hasEndedThere) {
        return
      } else {
        await new Promise<void>(resolve => (this.#wake = resolve))
      }
    }
  }

  async #end(): Promise<void> {
    await new Promise<void>((resolve, reject) =>
      this.#socket.write(END_CHUNK, error => (error ? reject(resetError(error)) : resolve()))
    )
    if (this.#failure) throw resetError(this.#failure)
    this.#hasEndedHere = true
    this.#finishWhenBothEnded()
  }

  #finishWhenBothEnded(): void {
    if (!this.#hasEndedHere || !this.#hasEndedThere || this.closed.aborted) return
    this.#controller.abort()
    this.#socket.resume()
    this.#onOver()
  }

  #untilDrained(): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#socket.off('drain', done)
        this.#socket.off('close', done)
        this.#drained = undefined
        if (this.#failure) reject(resetError(this.#failure))
        else resolve()
      }
      this.#socket.on('drain', done)
      this.#socket.on('close', done)
    })
  }
}
