/**
 * What passes between a slot and its host process: a header in JSON and a body of bytes, each with its length (32 bits,
 * big-endian) in front. The host process reads this file too, so it imports nothing.
 */
export interface Frame {
  header: string
  body: Uint8Array
}

const PREFIX_BYTES = 8
/** Longest header, bytes. */
const HEADER_MAX = 4096
/** Longest body, bytes: the largest module. */
const BODY_MAX = 16 * 1024 * 1024

export function encodeFrame(header: string, body: Uint8Array = new Uint8Array()): Uint8Array[] {
  const text = Buffer.from(header)
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(text.length, 0)
  prefix.writeUInt32BE(body.length, 4)
  return [Buffer.concat([prefix, text]), body]
}

const uint32 = (bytes: Uint8Array, at: number): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at)

/** Cuts a byte stream into frames; throws RangeError when a length is over the limit. */
export function frameReader(receive: (frame: Frame) => void): (chunk: Uint8Array) => void {
  let chunks: Uint8Array[] = []
  let held = 0
  return chunk => {
    chunks.push(chunk)
    held += chunk.length
    while (held >= PREFIX_BYTES) {
      if ((chunks[0]?.length ?? 0) < PREFIX_BYTES) chunks = [Buffer.concat(chunks)]
      const first = chunks[0]
      if (!first) return
      const headerBytes = uint32(first, 0)
      const bodyBytes = uint32(first, 4)
      if (headerBytes > HEADER_MAX || bodyBytes > BODY_MAX) throw new RangeError('a frame over the limit')
      const bodyAt = PREFIX_BYTES + headerBytes
      const end = bodyAt + bodyBytes
      if (held < end) return
      const all = Buffer.concat(chunks)
      chunks = held > end ? [all.subarray(end)] : []
      held -= end
      receive({ header: all.toString('utf8', PREFIX_BYTES, bodyAt), body: all.subarray(bodyAt, end) })
    }
  }
}
