import { once } from 'node:events'
import { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { AbortOptions, MessageStream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import { AbstractMessageStream } from '@libp2p/utils'

type Data = Parameters<AbstractMessageStream['sendData']>[0]

/** A connection as a stream that a TLS socket can run on. Ends with the connection. */
export function wireOf(connection: MessageStream): Duplex {
  const pause = (): void => {
    if (!connection.readableEnded) connection.pause()
  }
  const write = (data: Parameters<MessageStream['send']>[0], done: (error?: Error | null) => void): void => {
    try {
      if (connection.send(data)) done()
      else
        connection.onDrain().then(
          () => done(),
          (error: unknown) => done(error as Error)
        )
    } catch (error) {
      done(error as Error)
    }
  }
  const wire = new Duplex({
    read() {
      if (!connection.readableEnded) connection.resume()
    },
    write: (chunk: Buffer, _, done) => write(chunk, done),
    final: done => void connection.close().then(() => done(), done)
  })
  pause()
  connection.addEventListener('message', ({ data }: StreamMessageEvent) => {
    if (wire.destroyed) return
    let wantsMore = true
    for (const chunk of data instanceof Uint8Array ? [data] : data) wantsMore = wire.push(chunk)
    if (!wantsMore) pause()
  })
  connection.addEventListener('close', ({ error }: StreamCloseEvent) => wire.destroy(error))
  return wire
}

/** What is sent and received through a TLS socket on `connection`, once the handshake is over. */
export class EncryptedConnection extends AbstractMessageStream {
  readonly #connection: MessageStream
  readonly #socket: TLSSocket

  constructor(connection: MessageStream, socket: TLSSocket) {
    const { log, direction, inactivityTimeout, maxReadBufferLength } = connection
    super({ log, direction, inactivityTimeout, maxReadBufferLength })
    this.#connection = connection
    this.#socket = socket
    socket.on('data', (data: Buffer) => this.onData(data))
    socket.on('drain', () => this.safeDispatchEvent('drain'))
    socket.on('error', error => connection.abort(error))
    socket.on('close', () => void connection.close().catch((error: unknown) => connection.abort(error as Error)))
    // A reset here or there stays one for whoever uses the connection.
    connection.addEventListener('close', ({ error, local }: StreamCloseEvent) => {
      socket.destroy()
      if (!error) this.onTransportClosed()
      else if (local) this.abort(error)
      else this.onRemoteReset()
    })
  }

  /** Everything at once, so that a multiplexer's header and data become one TLS record. */
  sendData(data: Data): { sentBytes: number; canSendMore: boolean } {
    this.#socket.cork()
    for (const chunk of data) this.#socket.write(chunk)
    this.#socket.uncork()
    return { sentBytes: data.byteLength, canSendMore: !this.#socket.writableNeedDrain }
  }

  sendPause(): void {
    this.#socket.pause()
  }

  sendResume(): void {
    this.#socket.resume()
  }

  sendReset(error: Error): void {
    this.#socket.destroy()
    this.#connection.abort(error)
  }

  /** Sends what is queued, then ends the connection. */
  async close(options: AbortOptions = {}): Promise<void> {
    if (!this.#socket.closed) {
      this.#socket.destroySoon()
      await once(this.#socket, 'close', options)
    }
    await this.#connection.close(options)
  }
}
