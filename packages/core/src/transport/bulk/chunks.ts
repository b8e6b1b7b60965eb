/** Bytes before each chunk: its length, 32 bits, big-endian. */
const HEADER_BYTES = 4

/** What ends one direction of a stream: a chunk without bytes. */
export const END_CHUNK: Uint8Array = Buffer.alloc(HEADER_BYTES)

/** First pieces up to this many bytes travel together with the header. */
const JOINED_BYTES = 16_384

/** Pieces, less than 4 GiB in all, as one chunk; the first is copied when it is short. */
export function chunk(pieces: readonly Uint8Array[]): Uint8Array[] {
  const [first = new Uint8Array(), ...rest] = pieces
  const head = Buffer.allocUnsafe(HEADER_BYTES)
  head.writeUInt32BE(pieces.reduce((sum, piece) => sum + piece.length, 0))
  return first.length <= JOINED_BYTES ? [Buffer.concat([head, first]), ...rest] : [head, first, ...rest]
}

/**
 * Finds the chunks in what a socket brings, without keeping or copying their bytes: `onPart` gets views of `push`'s
 * argument and how many bytes of the same chunk are to come; `onEnd` is told of empty ones.
 */
export function chunkReader(
  onPart: (part: Uint8Array, left: number) => void,
  onEnd: () => void
): { push(data: Uint8Array): void } {
  let header = 0
  let headerBytes = 0
  let left = 0

  return {
    push(data) {
      for (let at = 0; at < data.length;) {
        if (left === 0) {
          header = header * 256 + (data[at++] ?? 0)
          if (++headerBytes < HEADER_BYTES) continue
          left = header
          header = headerBytes = 0
          if (left === 0) onEnd()
          continue
        }
        const part = data.subarray(at, at + left)
        at += part.length
        left -= part.length
        onPart(part, left)
      }
    }
  }
}
