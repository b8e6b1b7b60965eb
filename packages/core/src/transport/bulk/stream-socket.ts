import type { Socket } from 'node:net'
import { coreError } from '../../errors.ts'
import { abortable } from '../abortable.ts'
import type { Duplex } from '../network.ts'
import { chunk, chunkReader } from './chunks.ts'
import { SocketDuplex } from './socket-duplex.ts'

/** Longest name of a protocol, bytes. */
const MAX_NAME_BYTES = 256
const [REFUSED, SERVED] = [0, 1]

export interface StreamSocketOptions {
  /** Who serves a protocol that the other end opens; left out at the end that opens. */
  handlerOf?: (protocol: string) => ((duplex: Duplex) => void) | undefined
  /** Bytes that came and went. */
  onMoved(bytesIn: number, bytesOut: number): void
  /** The other end sent what no honest one does. */
  onOffence(reason: string): void
  /** The socket begins to carry a stream, and carries none any more. */
  onBusy(): void
  onIdle(): void
  onClosed(): void
}

/**
 * A socket whose ends know each other. It carries one stream at a time, always opened by the same end: the protocol's
 * name, the answer whether it is served, and then chunks both ways until both ends said their end.
 */
export class StreamSocket {
  readonly #socket: Socket
  readonly #options: StreamSocketOptions
  readonly #control: number[] = []
  #stream: SocketDuplex | undefined
  #answer: ((served: boolean) => void) | undefined
  #isClosed = false

  constructor(socket: Socket, options: StreamSocketOptions) {
    this.#socket = socket
    this.#options = options
    const reader = chunkReader(
      (part, left) => this.#took(part, left),
      () => this.#tookEnd()
    )
    socket.setNoDelay(true)
    socket.on('data', (data: Buffer<ArrayBuffer>) => {
      options.onMoved(data.length, 0)
      reader.push(data)
      // Everything was copied. Left to the garbage collector, these buffers would cost more than the encryption.
      if (data.length === data.buffer.byteLength) data.buffer.transfer(0)
    })
    // A socket that breaks is closed next.
    socket.on('error', () => undefined)
    socket.on('close', () => this.#closed())
  }

  /** Opens a stream on an idle socket. Throws PROTOCOL_UNSUPPORTED, STREAM_RESET, `signal.reason`. */
  async open(protocol: string, signal: AbortSignal | undefined): Promise<Duplex> {
    if (this.#isClosed) throw coreError('STREAM_RESET', 'the socket broke')
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#answer = resolve
    this.#options.onBusy()
    this.#write(Buffer.from(protocol))
    const served = await abortable(promise, signal).catch((error: unknown) => {
      this.destroy()
      throw error
    })
    if (this.#stream) return this.#stream
    if (!served && !this.#isClosed) {
      this.#options.onIdle()
      throw coreError('PROTOCOL_UNSUPPORTED', `the peer does not serve ${protocol}`)
    }
    throw coreError('STREAM_RESET', 'the socket broke')
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #write(bytes: Uint8Array): void {
    this.#options.onMoved(0, bytes.length)
    for (const piece of chunk([bytes])) this.#socket.write(piece)
  }

  #took(part: Uint8Array, left: number): void {
    if (this.#stream && !this.#stream.hasEndedThere) return this.#stream.take(part, left)
    if (this.#stream || this.#control.length + part.length > MAX_NAME_BYTES) return this.#offended()
    this.#control.push(...part)
    if (left > 0) return
    const message = Buffer.from(this.#control.splice(0))
    if (this.#answer) this.#answered(message)
    else if (this.#options.handlerOf) this.#asked(this.#options.handlerOf(message.toString()))
    else this.#offended()
  }

  #tookEnd(): void {
    if (this.#stream && !this.#stream.hasEndedThere) this.#stream.takeEnd()
    else this.#offended()
  }

  #answered(message: Buffer): void {
    if (message.length !== 1 || (message[0] !== REFUSED && message[0] !== SERVED)) return this.#offended()
    const answer = this.#answer
    this.#answer = undefined
    if (message[0] === SERVED) this.#begin()
    answer?.(message[0] === SERVED)
  }

  #asked(handler: ((duplex: Duplex) => void) | undefined): void {
    // An honest end asks again when it has read the answer: whoever does not read could fill the memory with answers.
    if (this.#socket.writableNeedDrain) return this.#offended()
    this.#options.onBusy()
    this.#write(Uint8Array.of(handler ? SERVED : REFUSED))
    if (handler) handler(this.#begin())
    else this.#options.onIdle()
  }

  #begin(): SocketDuplex {
    const stream = new SocketDuplex(
      this.#socket,
      bytes => this.#options.onMoved(0, bytes),
      () => {
        this.#stream = undefined
        this.#options.onIdle()
      }
    )
    this.#stream = stream
    return stream
  }

  #offended(): void {
    if (this.#isClosed) return
    this.#options.onOffence('bytes on a socket that are no stream')
    this.destroy()
  }

  #closed(): void {
    this.#isClosed = true
    this.#stream?.fail(new Error('the socket closed'))
    this.#answer?.(false)
    this.#options.onClosed()
  }
}
