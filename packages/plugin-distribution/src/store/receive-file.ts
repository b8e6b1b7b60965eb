import { open } from 'node:fs/promises'
import { diskError } from '../errors.ts'
import { LEAF_BYTES } from '../unixfs/layout.ts'
import { sha256 } from '../unixfs/sha256.ts'

export interface ReceivedFile {
  bytes: number
  /** Digests of the leaves, one after another. */
  digests: Uint8Array
  mtimeMs: number
}

/**
 * Writes a stream of bytes to a new file and hashes its leaves on the way; holds one leaf in memory. On disk when it
 * resolves. Throws TARGET_EXISTS, DISK_FULL, READ_ONLY, `signal.reason`, and what the source throws.
 */
export async function receiveFile(
  path: string,
  source: AsyncIterable<Uint8Array>,
  options: {
    signal: AbortSignal | undefined
    /** Runs before so many bytes more are written; what it throws ends the writing. */
    grow(bytes: number): void
  }
): Promise<ReceivedFile> {
  const { grow, signal } = options
  try {
    await using file = await open(path, 'wx', 0o600)
    const digests: Uint8Array[] = []
    const leaf = Buffer.allocUnsafeSlow(LEAF_BYTES)
    let filled = 0
    let bytes = 0
    const flush = async (): Promise<void> => {
      const part = leaf.subarray(0, filled)
      grow(part.length)
      digests.push(sha256(part))
      for (let done = 0; done < part.length;) done += (await file.write(part, done)).bytesWritten
      filled = 0
    }
    for await (const chunk of source) {
      signal?.throwIfAborted()
      bytes += chunk.length
      for (let at = 0; at < chunk.length;) {
        const part = chunk.subarray(at, at + LEAF_BYTES - filled)
        leaf.set(part, filled)
        filled += part.length
        at += part.length
        if (filled === LEAF_BYTES) await flush()
      }
    }
    if (filled > 0 || bytes === 0) await flush()
    await file.datasync()
    return { bytes, digests: Buffer.concat(digests), mtimeMs: (await file.stat()).mtimeMs }
  } catch (error) {
    throw diskError(error, path)
  }
}
