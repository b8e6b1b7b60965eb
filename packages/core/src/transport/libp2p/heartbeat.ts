import { PING_PROTOCOL } from '@libp2p/ping'
import { byteStream } from '@libp2p/utils'
import type { Connection, Stream } from '@libp2p/interface'
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../clock.ts'

/** How often a connection is pinged, ms. js-libp2p's connection monitor; also keeps its socket from idling out. */
export const PING_EVERY_MS = 10_000
/** Pings in a row without an answer and without any other byte coming in, before a connection counts as dead. */
const SILENT_PINGS = 3
/** Longer than it takes to call a connection dead, so that opening the ping does not give up first. */
const OPEN_PING_MS = PING_EVERY_MS * SILENT_PINGS * 2
/** How long the other end has to say anything after this machine slept or changed its interfaces, ms. */
export const AWAKE_MS = 5_000
/** Libp2p ping specification. */
const PING_BYTES = 32
/** Weight of a new sample in the smoothed time; RFC 6298, section 2. */
const NEW_SAMPLE = 1 / 8

export interface Heartbeat {
  /** Smoothed round-trip time, ms; undefined before the first answer. */
  rttMs(): number | undefined
  /** Whether a ping was left unanswered until the next was due, and nothing else came in since. */
  isSilent(): boolean
  /** Whether it is to end soon, unless the other end says something. */
  isDoubted(): boolean
  /** Ends the connection unless the other end says something within 5 s. */
  check(): void
  stop(): void
}

/**
 * Measures a connection's round-trip time and ends it when its other end fell silent. A stalled event loop at either
 * end does not count as silence: three pings must go unanswered while not a byte comes in.
 */
export function heartbeat(connection: Connection, clock: Clock, bytesIn: () => number): Heartbeat {
  let rtt: number | undefined
  let busy = false
  let silent = 0
  let lastBytes = 0

  const beat = (): void => {
    const heard = bytesIn() !== lastBytes
    lastBytes = bytesIn()
    if (busy) {
      silent = heard ? 0 : silent + 1
      if (silent >= SILENT_PINGS) connection.abort(new Error('the other end fell silent'))
      return
    }
    busy = true
    silent = 0
    ping(connection).then(
      ms => {
        busy = false
        rtt = rtt === undefined ? ms : rtt + (ms - rtt) * NEW_SAMPLE
      },
      () => {
        // It failed, rather than stayed silent: the connection is closing, or the other end does not speak ping.
        busy = false
      }
    )
  }

  const checks = new Set<() => void>()
  /** The bytes that had come in when the last check began. */
  let checkedAt: number | undefined
  const check = (): void => {
    const before = bytesIn()
    checkedAt = before
    // What it says to this does not matter; a ping that is out may have been lost.
    ping(connection).catch(() => undefined)
    const cancel = clock.after(AWAKE_MS, () => {
      checks.delete(cancel)
      if (bytesIn() === before) connection.abort(new Error('the other end is gone'))
    })
    checks.add(cancel)
  }

  const cancel = clock.every(PING_EVERY_MS, beat)
  beat()
  return {
    rttMs: () => rtt,
    isSilent: () => busy && silent > 0 && bytesIn() === lastBytes,
    isDoubted: () => bytesIn() === checkedAt,
    check,
    stop() {
      cancel()
      for (const each of checks) each()
    }
  }
}

/** One round trip on a stream of its own, ms; opening it does not count. */
async function ping(connection: Connection): Promise<number> {
  const stream: Stream = await connection.newStream(PING_PROTOCOL, {
    signal: AbortSignal.timeout(OPEN_PING_MS),
    runOnLimitedConnection: true
  })
  try {
    const bytes = byteStream(stream)
    const start = performance.now()
    await bytes.write(randomBytes(PING_BYTES))
    await bytes.read({ bytes: PING_BYTES })
    const ms = performance.now() - start
    await stream.close()
    return ms
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error('ping failed'))
    throw error
  }
}
