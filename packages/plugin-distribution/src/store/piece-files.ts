import { mkdir, open, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { contentError, diskError } from '../errors.ts'
import { readFull } from '../unixfs/hash-file.ts'
import { placeOf } from '../unixfs/outline.ts'
import type { Outline } from '../unixfs/outline.ts'
import { OpenFiles } from './open-files.ts'

/** The path on disk of one file of a content. */
export function diskPath(root: string, outline: Outline, path: string): string {
  return outline.kind === 'file' ? root : join(root, ...path.split('/'))
}

/** The pieces of a content as they lie in its files. */
export class PieceFiles {
  readonly #outline: Outline
  readonly #files: OpenFiles
  #root: string
  /** Files written to since the last `sync`. */
  #dirty = new Set<number>()

  /** `paths` are those on disk, in the outline's order, where they differ from the published ones. */
  constructor(root: string, outline: Outline, options: { isWritable: boolean; paths?: readonly string[] }) {
    this.#outline = outline
    this.#root = root
    const pathOf = (index: number): string =>
      diskPath(this.#root, outline, options.paths?.[index] ?? outline.files[index]?.path ?? '')
    this.#files = new OpenFiles(pathOf, options)
  }

  /** Fills `buffer`, which is as long as the piece. Throws FILE_CHANGED when the file is too short now. */
  async read(piece: number, buffer: Uint8Array): Promise<void> {
    const { fileIndex, offset } = placeOf(this.#outline, piece)
    const filled = await this.#files.use(fileIndex, file => readFull(file, buffer, offset))
    if (filled < buffer.length) throw contentError('FILE_CHANGED', 'the file is shorter than when it was published')
  }

  /** Writes a piece in its place. Throws DISK_FULL, FILE_MISSING, READ_ONLY. */
  async write(piece: number, bytes: Uint8Array): Promise<void> {
    const { fileIndex, offset } = placeOf(this.#outline, piece)
    await this.#files.use(fileIndex, async file => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done)
        done += bytesWritten
      }
    })
    // Not before: a sync that runs meanwhile must leave it to the next one.
    this.#dirty.add(fileIndex)
  }

  /** Brings all that was written to the disk. Returns the files concerned and when they were last changed. */
  async sync(): Promise<{ index: number; mtimeMs: number }[]> {
    const dirty = this.#dirty
    this.#dirty = new Set()
    const synced: { index: number; mtimeMs: number }[] = []
    for (const index of dirty)
      await this.#files.use(index, async file => {
        // Before the sync: what is written meanwhile makes the file look changed, and is checked on resume.
        const { mtimeMs } = await file.stat()
        await file.datasync()
        synced.push({ index, mtimeMs })
      })
    return synced
  }

  /** The content has another root now; files that are open stay so. */
  movedTo(root: string): void {
    this.#root = root
  }

  close(): Promise<void> {
    return this.#files.close()
  }
}

/**
 * Makes the empty files and folders of a content below `root`, which must not exist, each file at its full length.
 * Throws DISK_FULL before anything is made when there is no room, TARGET_EXISTS, READ_ONLY, FILE_MISSING.
 */
export async function makeSkeleton(root: string, outline: Outline): Promise<void> {
  await checkRoom(dirname(root), outline.bytes)
  try {
    if (outline.kind === 'folder') await mkdir(root, { mode: 0o755 })
    for (const folder of outline.folders) await mkdir(diskPath(root, outline, folder))
    for (const { path, bytes } of outline.files) {
      await using file = await open(diskPath(root, outline, path), 'wx', 0o644)
      if (bytes > 0) await file.truncate(bytes)
    }
  } catch (error) {
    throw diskError(error, root)
  }
}

/** Throws DISK_FULL unless `bytes` more fit on the disk that holds `folder`. */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  try {
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    if (free < bytes)
      throw contentError('DISK_FULL', `${folder}: ${bytes} bytes do not fit into the ${free} that are free`)
  } catch (error) {
    throw diskError(error, folder)
  }
}
