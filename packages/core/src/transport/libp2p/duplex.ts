import type { Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import { coreError } from '../../errors.ts'
import { Inbox } from '../inbox.ts'
import type { Duplex } from '../network.ts'
import { READ_AHEAD_BYTES } from './limits.ts'

/**
 * A libp2p stream as a `Duplex`. libp2p's own ways of reading have no back-pressure, can hang and lose resets; each odd
 * step below answers one of its traps, and the contract suite holds every one of them.
 */
export function duplexOf(stream: Stream): Duplex {
  const closed = new AbortController()
  const reading = readable(stream)
  const drained = writable(stream)

  const onClose = (event: { error?: Error }): void => {
    if (!closed.signal.aborted) closed.abort(event.error ? resetError(event.error) : undefined)
  }
  stream.addEventListener('close', onClose)
  // 'close' fires once and may be over already.
  if (isReset(stream)) onClose({ error: resetError() })
  else if (stream.status === 'closed') onClose({})

  return {
    source: reading.source,
    closed: closed.signal,
    async write(...pieces) {
      if (stream.writeStatus !== 'writable') throw resetError()
      try {
        for (const piece of pieces) stream.send(piece)
      } catch (cause) {
        throw resetError(cause)
      }
      await drained()
    },
    async closeWrite() {
      if (isReset(stream)) throw resetError()
      try {
        await stream.close()
      } catch (cause) {
        throw resetError(cause)
      }
    },
    abort: reason => stream.abort(reason),
    get buffered() {
      return { read: reading.queued() + stream.readBufferLength, write: stream.writeBufferLength }
    }
  }
}

const isReset = (stream: Stream): boolean => stream.status === 'reset' || stream.status === 'aborted'

const resetError = (cause?: unknown): Error => coreError('STREAM_RESET', 'the stream was reset', cause)

/** Waits until the stream wants more; all waiters share one pair of listeners. */
function writable(stream: Stream): () => Promise<void> {
  let waiting: Promise<void> | undefined

  const wait = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        stream.removeEventListener('drain', onDrain)
        stream.removeEventListener('close', onClose)
        waiting = undefined
        settle()
      }
      // The stream continues with what is queued in a microtask of its own and may fill up again.
      const onDrain = (): void =>
        queueMicrotask(() => {
          if (!stream.writableNeedsDrain) done(resolve)
        })
      const onClose = (event: StreamCloseEvent): void => done(() => reject(resetError(event.error)))
      stream.addEventListener('drain', onDrain)
      stream.addEventListener('close', onClose)
    })

  return () => {
    if (!stream.writableNeedsDrain) return Promise.resolve()
    return (waiting ??= wait())
  }
}

/** Reads by pausing and resuming; holds at most the read-ahead, one window and one frame. */
function readable(stream: Stream): { source: AsyncIterable<Uint8Array>; queued(): number } {
  const inbox = new Inbox()
  let resuming = false
  let error: Error | undefined
  let wake: (() => void) | undefined

  const notify = (): void => {
    wake?.()
    wake = undefined
  }
  const pause = (): void => {
    if (stream.readStatus === 'readable') stream.pause()
  }
  const pauseWhenFull = (): void => {
    if (inbox.bytes >= READ_AHEAD_BYTES) pause()
  }
  const resume = (): void => {
    if (stream.readStatus !== 'paused') return
    resuming = true
    try {
      stream.resume()
    } catch (cause) {
      // It hands over what it holds first; then a connection that is gone cannot carry the new window.
      if (stream.status === 'open') throw cause
    } finally {
      resuming = false
    }
    pauseWhenFull()
  }

  // Until someone listens, a stream grants its sender new windows for ever and then resets itself.
  pause()
  stream.addEventListener('message', (event: StreamMessageEvent) => {
    const chunks = event.data instanceof Uint8Array ? [event.data] : event.data
    for (const chunk of chunks) inbox.push(chunk)
    // A pause inside resume() would be lost: it grants the window after it has dispatched.
    if (!resuming) pauseWhenFull()
    notify()
  })
  stream.addEventListener('end', notify)
  stream.addEventListener('remoteCloseWrite', notify)
  stream.addEventListener('close', event => {
    error ??= event.error
    if (error) {
      inbox.clear()
      // libp2p would keep what was not read.
      void stream.closeRead()
    }
    notify()
  })

  // 'end' can fire before bytes that the negotiation read ahead are pushed back.
  const isAtEnd = (): boolean =>
    (stream.readableEnded || stream.remoteWriteStatus === 'closed') && stream.readBufferLength === 0

  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      while (true) {
        if (error || isReset(stream)) throw resetError(error)
        const chunk = inbox.shift()
        if (chunk) {
          if (inbox.bytes < READ_AHEAD_BYTES) resume()
          yield chunk
          continue
        }
        resume()
        if (inbox.bytes > 0 || isReset(stream)) continue
        if (isAtEnd()) return
        await new Promise<void>(resolve => (wake = resolve))
      }
    } finally {
      pause()
    }
  }

  return { source: read(), queued: () => inbox.bytes }
}
