import type { GroupId, PeerId } from './ids.ts'

/** `messages`: streams of the connection. `bulk`: less work for large amounts, more round trips to begin. */
export type Plane = 'messages' | 'bulk'

/** One value, imported by both ends. Ids are never reused for another format: a new format is a new number. */
export interface Protocol {
  /** `/borgo/<plugin>/<topic>/<number>`. */
  id: `/borgo/${string}/${number}` | `/borgo/${string}/${string}/${number}`
  /**
   * Who may open it; the core checks that first. `contacts`: people whom this person counts as a contact, and who do the
   * same. `members`: both ends are members of the group that the opener names.
   */
  access: 'anyone' | 'contacts' | 'members'
  /** Longest message either side may send, in bytes; a longer one resets the stream and counts against its sender. */
  maxMessageBytes: number
  /** Open streams of this protocol that one peer may hold here; the next one is refused with TOO_MANY_STREAMS. */
  maxStreamsPerPeer: number
  /** A stream on which nothing moved in either direction for this long is reset with STREAM_IDLE. */
  idleMs: number
  /** What carries its streams; where bulk cannot go its own way, messages carry it. @default 'messages' */
  plane?: Plane
}

/**
 * Whole messages, in order, both ways, with back-pressure: `send` waits while the reader is slow, and a reader that
 * does not read holds at most its window (SPEC T-5). A message is 1 to `maxMessageBytes` bytes.
 * Iterating yields messages until the other side called `end`; a lost connection throws STREAM_RESET instead.
 */
export interface Stream extends AsyncIterable<Uint8Array> {
  readonly peer: PeerId
  /** The group that the opener named; always set when the protocol's access is `members`. */
  readonly group: GroupId | undefined
  /** Aborts when the stream is over, for whatever reason, and when the node stops. */
  readonly signal: AbortSignal
  /**
   * Resolves when the transport took the message, which must not be changed afterwards: it is not copied. Throws
   * STREAM_RESET, TOO_LARGE, or `signal.reason`.
   */
  send(message: Uint8Array, options?: { signal?: AbortSignal }): Promise<void>
  /** The next message, or undefined after the other side's `end`. Throws STREAM_RESET, STREAM_IDLE, BAD_MESSAGE. */
  receive(options?: { signal?: AbortSignal }): Promise<Uint8Array | undefined>
  /** Says that nothing more will be sent; resolves when all of it is with the transport. */
  end(): Promise<void>
  /** Drops the stream at once; the other side sees STREAM_RESET. A BAD_MESSAGE as `reason` counts against it (SPEC T-9). */
  reset(reason?: unknown): void
}

/**
 * Serves one incoming stream. When it resolves, the stream is ended; when it throws, the stream is reset and the error
 * logged here: no text of it reaches the peer. Throwing BAD_MESSAGE also counts against the peer (SPEC T-9).
 */
export type Handler = (stream: Stream) => Promise<void>
