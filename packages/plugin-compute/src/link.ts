import { BorgoError, type Stream } from '@borgo/core'
import { Queue } from './queue.ts'

/** Messages both ways between a coordinator and one worker: over a stream, or within this node. */
export interface Link<Out, In> {
  /** Resolves when the message may be followed by another. Rejects when the link is over. */
  send(message: Out): Promise<void>
  /** Ends when the other side ended; throws when the link broke. Single use. */
  readonly messages: AsyncIterable<In>
  /** Says that nothing more will be sent. */
  end(): Promise<void>
  /** Drops the link at once. */
  reset(): void
  /** Aborts when the link is over. */
  readonly signal: AbortSignal
}

/** A link over a stream; `decode` throws BAD_MESSAGE for what no honest peer sends, which ends it. */
export function streamLink<Out, In>(
  stream: Stream,
  encode: (message: Out) => Uint8Array,
  decode: (bytes: Uint8Array) => In
): Link<Out, In> {
  return {
    send: message => stream.send(encode(message)),
    messages: (async function* () {
      for await (const bytes of stream) {
        try {
          yield decode(bytes)
        } catch (error) {
          stream.reset(error)
          throw error
        }
      }
    })(),
    end: () => stream.end(),
    reset: () => stream.reset(),
    signal: stream.signal
  }
}

/** The two ends of a link within this node. */
export function localLink<A extends object, B extends object>(): [Link<A, B>, Link<B, A>] {
  const there = new Queue<A>()
  const back = new Queue<B>()
  const over = new AbortController()
  const end = <Out extends object, In extends object>(to: Queue<Out>, from: Queue<In>): Link<Out, In> => ({
    async send(message) {
      if (over.signal.aborted) throw new BorgoError('STREAM_RESET', 'the link is over')
      to.push(message)
    },
    messages: from,
    async end() {
      to.end()
    },
    reset() {
      over.abort()
      there.end()
      back.end()
    },
    signal: over.signal
  })
  return [end(there, back), end(back, there)]
}
