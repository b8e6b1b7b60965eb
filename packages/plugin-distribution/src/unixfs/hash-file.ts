import type { FileHandle } from 'node:fs/promises'
import { DIGEST_BYTES } from '../content-id.ts'
import { contentError } from '../errors.ts'
import { LEAF_BYTES, leafCount } from './layout.ts'
import { sha256 } from './sha256.ts'

/** Fills `buffer` from `position`; returns how much there was. */
export async function readFull(file: FileHandle, buffer: Uint8Array, position: number): Promise<number> {
  let filled = 0
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
}

/**
 * The digests of a file's leaves, one after another. Reads one leaf ahead of the hashing and holds two in memory.
 * Throws FILE_CHANGED when the file is not `bytes` long any more, and `signal.reason`.
 */
export async function hashLeaves(
  file: FileHandle,
  bytes: number,
  options: { signal?: AbortSignal; onLeaf?: (bytes: number) => void } = {}
): Promise<Uint8Array> {
  const count = leafCount(bytes)
  const digests = new Uint8Array(count * DIGEST_BYTES)
  const buffers = [0, 1].map(() => Buffer.allocUnsafeSlow(Math.min(LEAF_BYTES, bytes)))
  const read = (leaf: number): Promise<Uint8Array> => readLeaf(file, buffers[leaf % 2], leaf, bytes)

  let ahead = read(0)
  for (let leaf = 0; leaf < count; leaf++) {
    const filled = await ahead
    options.signal?.throwIfAborted()
    if (leaf + 1 < count) {
      ahead = read(leaf + 1)
      // Its failure is thrown where it is awaited, one round later.
      ahead.catch(() => undefined)
    }
    digests.set(sha256(filled), leaf * DIGEST_BYTES)
    options.onLeaf?.(filled.length)
  }
  return digests
}

async function readLeaf(
  file: FileHandle,
  buffer: Buffer | undefined,
  leaf: number,
  bytes: number
): Promise<Uint8Array> {
  const length = Math.min(LEAF_BYTES, bytes - leaf * LEAF_BYTES)
  const wanted = (buffer ?? Buffer.alloc(0)).subarray(0, length)
  const filled = await readFull(file, wanted, leaf * LEAF_BYTES)
  if (filled < length) throw contentError('FILE_CHANGED', 'the file became shorter while it was read')
  return wanted
}
