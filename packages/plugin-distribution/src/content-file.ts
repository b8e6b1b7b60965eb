import type { Lease } from './store/holdings.ts'
import { LEAF_BYTES } from './unixfs/layout.ts'
import { placeOf } from './unixfs/outline.ts'
import type { OutlineFile } from './unixfs/outline.ts'

/** Reads bytes `start` to `end` (exclusive) of one file of a held content, each piece checked; holds one in memory. */
export async function* readFile(
  { holding }: Lease,
  file: OutlineFile,
  { start, end, signal }: { start: number; end: number; signal?: AbortSignal | undefined }
): AsyncGenerator<Uint8Array, void> {
  for (let at = start; at < end;) {
    signal?.throwIfAborted()
    const { offset, length } = placeOf(holding.outline, file.firstPiece + Math.floor(at / LEAF_BYTES))
    const buffer = Buffer.allocUnsafe(length)
    await holding.read(file.firstPiece + Math.floor(at / LEAF_BYTES), buffer)
    const part = buffer.subarray(at - offset, Math.min(length, end - offset))
    yield part
    at += part.length
  }
}
