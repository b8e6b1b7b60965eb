import { coreError } from '../errors.ts'

/** Longest prefix: four bytes, so messages below 256 MiB; multiformats/unsigned-varint. */
const MAX_PREFIX_SHIFT = 21
/** Messages up to this many bytes travel in one piece with their prefix; of longer ones this much is copied to it. */
const JOINED_BYTES = 16_384

/** What a side sends last: a frame of length 0, so that an end can be told from a lost connection (ADR 3). */
export const END: Uint8Array = Uint8Array.of(0)

function prefixBytes(length: number): number {
  if (length < 1 << 7) return 1
  if (length < 1 << 14) return 2
  return length < 1 << 21 ? 3 : 4
}

/** A message of at least 1 byte as one or two pieces for the wire; a long one is not copied. */
export function frame(message: Uint8Array): Uint8Array[] {
  const start = prefixBytes(message.length)
  const joined = Math.min(message.length, JOINED_BYTES)
  const head = Buffer.allocUnsafe(start + joined)
  let rest = message.length
  for (let at = 0; at < start - 1; at++, rest >>>= 7) head[at] = (rest & 0x7f) | 0x80
  head[start - 1] = rest
  if (joined === message.length) {
    head.set(message, start)
    return [head]
  }
  head.set(message.subarray(0, joined), start)
  return [head, message.subarray(joined)]
}

/** The longest message that the next prefix may announce; may change between messages. */
export interface FrameLimit {
  maxMessageBytes: number
}

const bad = (what: string): Error => coreError('BAD_MESSAGE', what)

/** Memory that nobody else shares; long ones are not zeroed first. */
function allocate(length: number): Uint8Array {
  if (length <= JOINED_BYTES) return new Uint8Array(length)
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
}

/** Whether a chunk is one long message with its prefix and no memory around it: such a one need not be copied. */
const isWhole = (chunk: Uint8Array, at: number, length: number): boolean =>
  length > JOINED_BYTES && at + length === chunk.length && at <= 4 && chunk.length === chunk.buffer.byteLength

/**
 * Turns chunks into messages, one at a time as they are asked for; a length is checked before anything is kept.
 * Returns at the end marker. Throws BAD_MESSAGE on bytes that no honest peer sends, STREAM_RESET when the chunks end
 * without a marker.
 */
export function deframe(limit: FrameLimit): (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array, void> {
  return async function* (source) {
    let length = 0
    let shift = 0
    let message: Uint8Array | undefined
    let filled = 0
    for await (const chunk of source) {
      let at = 0
      while (at < chunk.length) {
        if (message) {
          const part = chunk.subarray(at, at + message.length - filled)
          message.set(part, filled)
          at += part.length
          filled += part.length
          if (filled < message.length) continue
          const whole = message
          message = undefined
          yield whole
          continue
        }
        const byte = chunk[at++] ?? 0
        length |= (byte & 0x7f) << shift
        if (byte >= 0x80) {
          shift += 7
          if (shift > MAX_PREFIX_SHIFT) throw bad('a length prefix of more than four bytes')
          continue
        }
        if (byte === 0 && shift > 0) throw bad('a length prefix that is not minimal')
        if (length === 0) {
          if (at < chunk.length) throw bad('bytes after the end')
          return
        }
        if (length > limit.maxMessageBytes)
          throw bad(`a message of ${length} bytes; at most ${limit.maxMessageBytes} are allowed`)
        if (isWhole(chunk, at, length)) {
          length = shift = 0
          yield chunk.subarray(at)
          break
        }
        message = allocate(length)
        filled = length = shift = 0
      }
    }
    throw coreError('STREAM_RESET', 'the stream broke off without an end')
  }
}
