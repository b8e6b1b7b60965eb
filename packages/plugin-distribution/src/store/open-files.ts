import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { contentError, diskError } from '../errors.ts'

/** Files of one content that are open at the same time. */
const MAX_OPEN = 32

/** Links are not followed, and a pipe put in a file's place does not block; both flags are 0 where unknown. */
const SAFE = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
const READ = constants.O_RDONLY | SAFE
const WRITE = constants.O_RDWR | SAFE

interface OpenFile {
  handle: Promise<FileHandle>
  users: number
}

/** Opens the files of a content when they are needed and closes the longest unused ones. */
export class OpenFiles {
  readonly #pathOf: (index: number) => string
  readonly #flags: number
  /** Longest unused first. */
  readonly #open = new Map<number, OpenFile>()

  constructor(pathOf: (index: number) => string, options: { isWritable: boolean }) {
    this.#pathOf = pathOf
    this.#flags = options.isWritable ? WRITE : READ
  }

  /** Runs `work` on an open file. Throws FILE_MISSING, READ_ONLY, BAD_NAME, DISK_FULL and what `work` throws. */
  async use<T>(index: number, work: (file: FileHandle) => Promise<T>): Promise<T> {
    const known = this.#open.get(index)
    const file = known ?? { handle: openRegular(this.#pathOf(index), this.#flags), users: 0 }
    this.#open.delete(index)
    this.#open.set(index, file)
    file.users++
    try {
      return await work(await file.handle)
    } catch (error) {
      throw diskError(error, this.#pathOf(index))
    } finally {
      file.users--
      await this.#evict()
    }
  }

  async close(): Promise<void> {
    const files = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(files.map(closeFile))
  }

  async #evict(): Promise<void> {
    for (const [index, file] of this.#open) {
      if (this.#open.size <= MAX_OPEN) return
      if (file.users > 0) continue
      this.#open.delete(index)
      await closeFile(file)
    }
  }
}

async function closeFile(file: OpenFile): Promise<void> {
  const handle = await file.handle.catch(() => undefined)
  await handle?.close()
}

async function openRegular(path: string, flags: number): Promise<FileHandle> {
  const handle = await open(path, flags)
  const stat = await handle.stat()
  if (stat.isFile()) return handle
  await handle.close()
  throw contentError('FILE_CHANGED', `${path}: this is not a file any more`)
}
