import { pipe } from 'it-pipe'
import type { Clock } from '../clock.ts'
import { coreError, hasCode } from '../errors.ts'
import type { GroupId, PeerId } from '../ids.ts'
import type { Protocol, Stream } from '../stream.ts'
import { abortable } from './abortable.ts'
import { deframe, END, frame } from './framing.ts'
import type { FrameLimit } from './framing.ts'
import type { Duplex } from './network.ts'
import { MAX_OPENING_BYTES } from './protocol.ts'

interface FramedStreamOptions {
  peer: PeerId
  duplex: Duplex
  clock: Clock
  /** The peer sent what no honest peer sends. */
  onOffence: (reason: string) => void
  /** Runs once, when the stream is over. */
  onOver: () => void
}

/** What the messages of a stream may use. Promises resolve when it is their turn, also when the stream is over by then. */
export interface Meter {
  /** Whether sending is limited now. */
  readonly isLimited: boolean
  up(bytes: number): Promise<void> | undefined
  down(bytes: number): Promise<void> | undefined
  /** Throws OVER_BUDGET. */
  sending(): void
  received(): Promise<void> | undefined
}

/** Bytes that are sent at a time where sending is limited: small, so that the other end sees that it goes on. */
const LIMITED_BYTES = 16_384

/** Whole messages over a `Duplex`. Until `admit` it carries the opening handshake: short messages and no idle limit. */
export class FramedStream implements Stream {
  readonly peer: PeerId
  group: GroupId | undefined
  readonly #options: FramedStreamOptions
  readonly #controller = new AbortController()
  readonly #limit: FrameLimit = { maxMessageBytes: MAX_OPENING_BYTES }
  readonly #messages: AsyncGenerator<Uint8Array, void>
  #meter: Meter | undefined
  #idleMs = 0
  #cancelIdle: () => void = () => undefined
  #next: Promise<IteratorResult<Uint8Array, void>> | undefined
  #isReceiving = false
  #sent: Promise<void> = Promise.resolve()
  #ending: Promise<void> | undefined
  #hasEndedHere = false
  #hasEndedThere = false
  #failure: Error | undefined

  constructor(options: FramedStreamOptions) {
    this.peer = options.peer
    this.#options = options
    const { duplex } = options
    this.#messages = pipe(duplex.source, chunks => this.#watched(chunks), deframe(this.#limit))
    duplex.closed.addEventListener('abort', () => this.#transportClosed(), { once: true })
    if (duplex.closed.aborted) queueMicrotask(() => this.#transportClosed())
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The handshake is done: from now on the protocol's limits hold. */
  admit(protocol: Protocol, group: GroupId | undefined, meter?: Meter): void {
    this.group = group
    this.#meter = meter
    this.#limit.maxMessageBytes = protocol.maxMessageBytes
    this.#idleMs = protocol.idleMs
    this.#moved()
  }

  async send(message: Uint8Array, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    if (message.length === 0) throw new TypeError('a message has at least one byte')
    if (message.length > this.#limit.maxMessageBytes)
      throw coreError('TOO_LARGE', `a message of ${message.length} bytes; at most ${this.#limit.maxMessageBytes}`)
    if (this.#ending) throw new TypeError('send after end')
    signal?.throwIfAborted()
    this.#meter?.sending()
    const earlier = this.#sent
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#sent = promise
    try {
      await abortable(earlier, signal)
      if (this.#failure) throw this.#failure
    } catch (error) {
      void earlier.then(resolve)
      throw error
    }
    // Handed over whole, so that an abort never leaves half a message on the wire; the next one waits for this.
    this.#write(frame(message)).then(resolve, (error: unknown) => {
      this.fail(error)
      resolve()
    })
  }

  async receive({ signal }: { signal?: AbortSignal } = {}): Promise<Uint8Array | undefined> {
    if (this.#isReceiving) throw new TypeError('one receive at a time')
    if (this.#hasEndedThere) return undefined
    if (this.#failure) throw this.#failure
    signal?.throwIfAborted()
    this.#isReceiving = true
    try {
      const result = await abortable(this.#pull(), signal)
      this.#next = undefined
      if (!result.done) return result.value
      this.#hasEndedThere = true
      this.#finishWhenBothEnded()
      return undefined
    } catch (error) {
      // What was being received stays for the next call.
      if (signal?.aborted && !this.#failure) throw error
      this.fail(error)
      throw this.#failure ?? error
    } finally {
      this.#isReceiving = false
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    for (let message = await this.receive(); message; message = await this.receive()) yield message
  }

  end(): Promise<void> {
    return (this.#ending ??= this.#end())
  }

  reset(reason: unknown = coreError('STREAM_RESET', 'the stream was reset by this side')): void {
    this.fail(reason)
  }

  /** Resets the stream for a reason that stays here; later calls throw it. Does nothing when the stream is over. */
  fail(error: unknown): void {
    if (this.#failure || this.signal.aborted) return
    this.#failure = hasCode(error, 'BAD_MESSAGE', 'STREAM_IDLE', 'STREAM_RESET', 'TIMEOUT')
      ? error
      : coreError('STREAM_RESET', 'the stream was reset', error)
    if (hasCode(error, 'BAD_MESSAGE')) this.#options.onOffence(error.message)
    this.#options.duplex.abort(this.#failure)
    this.#finish()
  }

  #pull(): Promise<IteratorResult<Uint8Array, void>> {
    if (!this.#next) {
      this.#next = this.#inTurn(this.#messages.next())
      // An aborted receive leaves it to the next one, which then throws this; until then nobody waits for it.
      this.#next.catch(() => undefined)
    }
    return this.#next
  }

  async #inTurn(next: Promise<IteratorResult<Uint8Array, void>>): Promise<IteratorResult<Uint8Array, void>> {
    const result = await next
    const turn = result.done ? undefined : this.#meter?.received()
    if (turn) await turn
    return result
  }

  async #end(): Promise<void> {
    await this.#sent
    if (this.#failure) throw this.#failure
    try {
      // Not within any budget: the end must not be overtaken by the closing.
      await Promise.all([this.#options.duplex.write(END), this.#options.duplex.closeWrite()])
      this.#moved()
    } catch (error) {
      this.fail(error)
      throw this.#failure ?? error
    }
    this.#hasEndedHere = true
    this.#finishWhenBothEnded()
  }

  async #write(pieces: Uint8Array[]): Promise<void> {
    this.#moved()
    if (this.#meter?.isLimited) await this.#writeSlowly(pieces, this.#meter)
    else await this.#options.duplex.write(...pieces)
    this.#moved()
  }

  async #writeSlowly(pieces: readonly Uint8Array[], meter: Meter): Promise<void> {
    for (const piece of pieces)
      for (let at = 0; at < piece.length; at += LIMITED_BYTES) {
        const part = piece.subarray(at, at + LIMITED_BYTES)
        await meter.up(part.length)
        this.#moved()
        await this.#options.duplex.write(part)
      }
  }

  async *#watched(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of chunks) {
      this.#moved()
      const turn = this.#meter?.down(chunk.length)
      if (turn) await turn
      yield chunk
    }
  }

  #moved(): void {
    if (this.#idleMs === 0 || this.signal.aborted) return
    this.#cancelIdle()
    this.#cancelIdle = this.#options.clock.after(this.#idleMs, () =>
      this.fail(coreError('STREAM_IDLE', `nothing moved for ${this.#idleMs} ms`))
    )
  }

  #transportClosed(): void {
    const { reason } = this.#options.duplex.closed
    // Both sides may have ended in good order with messages yet to be read: then the reader finds the end.
    if (hasCode(reason, 'STREAM_RESET') || !this.#ending) this.fail(reason)
    else this.#finishWhenBothEnded()
  }

  /** The transport must be done as well: a peer that says its end but does not close still holds a stream here. */
  #finishWhenBothEnded(): void {
    const { closed } = this.#options.duplex
    if (this.#hasEndedHere && this.#hasEndedThere && closed.aborted && !this.signal.aborted) this.#finish()
  }

  #finish(): void {
    this.#cancelIdle()
    this.#controller.abort(this.#failure)
    this.#options.onOver()
  }
}
