/** How far a backup or its restoring is. The totals are those of its beginning: a node that runs writes on meanwhile. */
export interface BackupProgress {
  doneFiles: number
  files: number
  doneBytes: number
  bytes: number
}

/** Counts what is done and tells it; never more than there was at the beginning. */
export class CopyProgress {
  readonly #total: Pick<BackupProgress, 'files' | 'bytes'>
  readonly #tell: (progress: BackupProgress) => void
  #doneFiles = 0
  /** Of files that are done, and of the one that is being copied. */
  #doneBytes = 0
  #partBytes = 0

  constructor(sizes: readonly number[], tell: (progress: BackupProgress) => void = () => undefined) {
    this.#total = { files: sizes.length, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) }
    this.#tell = tell
    this.#now()
  }

  /** So much more of a file. */
  add(bytes: number): void {
    this.#partBytes += bytes
    this.#now()
  }

  /** A file is done that had so many bytes at the beginning. */
  file(bytes: number): void {
    this.#doneFiles++
    this.#doneBytes += bytes
    this.#partBytes = 0
    this.#now()
  }

  #now(): void {
    const { bytes } = this.#total
    const doneBytes = Math.min(bytes, this.#doneBytes + this.#partBytes)
    this.#tell({ ...this.#total, doneFiles: this.#doneFiles, doneBytes })
  }
}
