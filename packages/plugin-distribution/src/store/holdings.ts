import { lstat } from 'node:fs/promises'
import type { ContentId } from '../content-id.ts'
import { PieceSet } from '../piece-set.ts'
import { Holding } from './holding.ts'
import { diskPath, PieceFiles } from './piece-files.ts'
import type { HoldingRow, Shelf } from './shelf.ts'

/** Up to so many files are looked at before a holding is offered; of larger folders, each when it is served. */
const MAX_LOOKED_AT = 1_000

/** A holding that stays open until the lease is disposed of. */
export interface Lease extends AsyncDisposable {
  readonly holding: Holding
}

interface Shared {
  holding: Promise<Holding>
  users: number
}

/** The holdings that are open now, each once however many use it. */
export class Holdings {
  readonly #shelf: Shelf
  readonly #open = new Map<ContentId, Shared>()

  constructor(shelf: Shelf) {
    this.#shelf = shelf
  }

  /** Opens what can be served: a whole content, or a part while it is being fetched. undefined when there is none. */
  async lease(cid: ContentId): Promise<Lease | undefined> {
    if (!this.#open.has(cid)) {
      const row = this.#shelf.get(cid)
      if (!row || row.have || row.fault !== undefined) return undefined
    }
    const lease = await this.#use(cid, () => this.#openWhole(cid))
    if (lease.holding.fault === undefined) return lease
    await lease[Symbol.asyncDispose]()
    return undefined
  }

  /** Opens a part for writing. Pieces in files that changed since they were recorded are checked again. */
  leasePart(cid: ContentId, signal: AbortSignal): Promise<Lease> {
    // A faulty whole that is still open is left to those who use it.
    this.#open.delete(cid)
    return this.#use(cid, () => this.#openPart(cid, signal))
  }

  async #use(cid: ContentId, open: () => Promise<Holding>): Promise<Lease> {
    const known = this.#open.get(cid)
    const shared = known ?? { holding: open(), users: 0 }
    this.#open.set(cid, shared)
    shared.users++
    const release = async (): Promise<void> => {
      if (--shared.users > 0) return
      if (this.#open.get(cid) === shared) this.#open.delete(cid)
      const holding = await shared.holding.catch(() => undefined)
      await holding?.close()
    }
    try {
      return { holding: await shared.holding, [Symbol.asyncDispose]: release }
    } catch (error) {
      await release()
      throw error
    }
  }

  async #openWhole(cid: ContentId): Promise<Holding> {
    const row = this.#row(cid)
    const outline = this.#shelf.outline(cid, row.bytes)
    const files = this.#shelf.files(cid)
    const paths = files.map(file => file.path)
    const holding = new Holding(
      cid,
      outline,
      PieceSet.full(outline.pieces),
      new PieceFiles(row.root, outline, { isWritable: false, paths }),
      this.#shelf
    )
    if (files.length > MAX_LOOKED_AT) return holding
    for (const file of files) {
      const path = diskPath(row.root, outline, file.path)
      const mtimeMs = await modified(path)
      if (mtimeMs !== file.mtimeMs) holding.giveUp(`${path}: the file changed since it was published: publish it again`)
    }
    return holding
  }

  async #openPart(cid: ContentId, signal: AbortSignal): Promise<Holding> {
    const row = this.#row(cid)
    const outline = this.#shelf.outline(cid, row.bytes)
    const files = new PieceFiles(row.root, outline, { isWritable: true })
    const have = new PieceSet(outline.pieces, row.have)
    const holding = new Holding(cid, outline, have, files, this.#shelf)
    const suspects = new Set<number>()
    for (const [index, file] of this.#shelf.files(cid).entries())
      if ((await modified(diskPath(row.root, outline, file.path))) !== file.mtimeMs) suspects.add(index)
    try {
      await holding.check(index => suspects.has(index), signal)
    } catch (error) {
      await holding.close()
      throw error
    }
    return holding
  }

  #row(cid: ContentId): HoldingRow {
    const row = this.#shelf.get(cid)
    if (!row) throw new TypeError(`no holding of ${cid}`)
    return row
  }
}

/** When a file was last changed, ms; undefined when it is gone. Its length need not be asked: a new one changes this too. */
async function modified(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).mtimeMs
  } catch {
    return undefined
  }
}
