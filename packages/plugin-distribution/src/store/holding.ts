import type { ContentId } from '../content-id.ts'
import { contentError } from '../errors.ts'
import type { PieceSet } from '../piece-set.ts'
import { isPiece, placeOf } from '../unixfs/outline.ts'
import type { Outline } from '../unixfs/outline.ts'
import type { PieceFiles } from './piece-files.ts'
import type { Shelf } from './shelf.ts'

/** What this device has of one content, open for reading and, while it is fetched, for writing. */
export class Holding {
  readonly cid: ContentId
  readonly outline: Outline
  /** Pieces on disk. */
  readonly have: PieceSet
  readonly #files: PieceFiles
  readonly #shelf: Shelf
  readonly #listeners = new Set<(piece: number) => void>()
  #recording: Promise<void> = Promise.resolve()
  /** There are pieces that no record names yet. */
  #hasNews = false
  #fault: string | undefined

  constructor(cid: ContentId, outline: Outline, have: PieceSet, files: PieceFiles, shelf: Shelf) {
    this.cid = cid
    this.outline = outline
    this.have = have
    this.#files = files
    this.#shelf = shelf
  }

  /** Why it is not served any more. */
  get fault(): string | undefined {
    return this.#fault
  }

  /**
   * Fills `buffer`, which is as long as the piece, and checks that it still is that piece. Throws NOT_HELD,
   * FILE_CHANGED, FILE_MISSING, READ_ONLY; from then on the holding is faulty.
   */
  async read(piece: number, buffer: Uint8Array): Promise<void> {
    if (!this.have.has(piece)) throw contentError('NOT_HELD', `piece ${piece} of ${this.cid} is not here yet`)
    if (this.#fault) throw contentError('FILE_CHANGED', this.#fault)
    try {
      await this.#files.read(piece, buffer)
      if (!isPiece(this.outline, piece, buffer))
        throw contentError(
          'FILE_CHANGED',
          `${this.#name(piece)}: the file changed since it was published: publish it again`
        )
    } catch (error) {
      this.giveUp(error instanceof Error ? error.message : String(error))
      throw error
    }
  }

  /** Nothing of it is served from now on, because of `fault`. */
  giveUp(fault: string): void {
    this.#fault = fault
    this.#shelf.fail(this.cid, fault)
  }

  /** Its files have been given their final name. */
  movedTo(root: string): void {
    this.#files.movedTo(root)
  }

  /** Writes a piece that was verified. */
  async write(piece: number, bytes: Uint8Array): Promise<void> {
    await this.#files.write(piece, bytes)
    if (!this.have.add(piece)) return
    this.#hasNews = true
    for (const listener of this.#listeners) listener(piece)
  }

  /** Brings written pieces to the disk and remembers them: what is remembered survives a crash. One at a time. */
  record(): Promise<void> {
    const next = this.#recording.then(() => this.#record())
    this.#recording = next.catch(() => undefined)
    return next
  }

  async #record(): Promise<void> {
    if (!this.#hasNews) return
    this.#hasNews = false
    const bits = this.have.bits()
    try {
      this.#shelf.record(this.cid, bits, await this.#files.sync())
    } catch (error) {
      this.#hasNews = true
      throw error
    }
  }

  /** Reads and checks pieces again that may have been changed since; forgets those that were. */
  async check(isSuspect: (fileIndex: number) => boolean, signal: AbortSignal): Promise<void> {
    for (let piece = 0; piece < this.have.size; piece++) {
      const { fileIndex, length } = placeOf(this.outline, piece)
      if (!this.have.has(piece) || !isSuspect(fileIndex)) continue
      signal.throwIfAborted()
      const buffer = Buffer.allocUnsafe(length)
      await this.#files.read(piece, buffer)
      if (!isPiece(this.outline, piece, buffer)) this.have.remove(piece)
    }
  }

  /** Runs for every piece that is written; returns its undo. */
  onPiece(listener: (piece: number) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): Promise<void> {
    return this.#files.close()
  }

  #name(piece: number): string {
    return placeOf(this.outline, piece).file.path || this.cid
  }
}
