import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

const PORTION_BYTES = 2 ** 20

/** What was read. */
export interface Copied {
  bytes: number
  /** Hex. */
  sha256: string
}

/**
 * Copies a file to one that must not exist, in portions, so that it can be told how far it is, and stopped. On disk when it
 * resolves. Throws `signal.reason`, and what the disk says.
 */
export async function copyFile(
  from: string,
  to: string,
  options: { onBytes(bytes: number): void; signal: AbortSignal | undefined }
): Promise<Copied> {
  await using source = await open(from, 'r')
  const { mode } = await source.stat()
  await using target = await open(to, 'wx', mode & 0o777)
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(PORTION_BYTES)
  let bytes = 0
  for (;;) {
    options.signal?.throwIfAborted()
    const { bytesRead } = await source.read(buffer, 0, PORTION_BYTES)
    if (bytesRead === 0) break
    const portion = buffer.subarray(0, bytesRead)
    hash.update(portion)
    for (let at = 0; at < bytesRead;) at += (await target.write(portion, at)).bytesWritten
    bytes += bytesRead
    options.onBytes(bytesRead)
  }
  await target.sync()
  return { bytes, sha256: hash.digest('hex') }
}
