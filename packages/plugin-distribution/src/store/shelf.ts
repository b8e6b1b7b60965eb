import type { Database } from '@borgo/core'
import type { CID } from 'multiformats/cid'
import { cidFrom } from '../content-id.ts'
import type { ContentId } from '../content-id.ts'
import { contentError } from '../errors.ts'
import { LEAF_BYTES } from '../unixfs/layout.ts'
import type { Node } from '../unixfs/layout.ts'
import { RecentOutlines } from './recent-outlines.ts'
import { readOutline } from '../unixfs/outline.ts'
import type { Outline } from '../unixfs/outline.ts'

/** What this device has of one content, as it is remembered. */
export interface HoldingRow {
  cid: ContentId
  /** The file or folder on disk. */
  root: string
  /** It lies in the plugin's folder or is an unfinished download: the plugin may delete it. */
  isOwned: boolean
  bytes: number
  /** A bitmap; undefined: all. */
  have: Uint8Array | undefined
  /** Why it cannot be served any more; undefined when it can. */
  fault: string | undefined
}

export interface HeldFile {
  /** Below the root, as it is on disk. */
  path: string
  bytes: number
  mtimeMs: number
}

/** What lies on disk and is the plugin's, bytes. */
export interface Kept {
  /** Of contents that are here whole. */
  whole: number
  /** Of those of which a part is here, as far as that was recorded. */
  parts: ReadonlyMap<ContentId, number>
}

/** The memory of what this device holds: holdings, their files, and the nodes that describe them. */
export class Shelf {
  readonly #db: Database
  readonly #outlines = new RecentOutlines()
  #kept: Kept | undefined

  constructor(db: Database) {
    this.#db = db
  }

  get(cid: ContentId): HoldingRow | undefined {
    const row = this.#db.prepare('SELECT * FROM holding WHERE cid = ?').get(cid)
    if (!row) return undefined
    return {
      cid,
      root: String(row.root),
      isOwned: row.is_owned === 1,
      bytes: Number(row.bytes),
      have: row.have instanceof Uint8Array ? row.have : undefined,
      fault: row.fault === null ? undefined : String(row.fault)
    }
  }

  /** Replaces what was remembered of this content. */
  put(holding: HoldingRow, files: readonly HeldFile[]): void {
    const { cid, root, isOwned, bytes, have, fault } = holding
    this.#kept = undefined
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM holding WHERE cid = ?').run(cid)
      this.#db
        .prepare('INSERT INTO holding VALUES (?, ?, ?, ?, ?, ?)')
        .run(cid, root, isOwned ? 1 : 0, bytes, have ?? null, fault ?? null)
      const insert = this.#db.prepare('INSERT INTO holding_file VALUES (?, ?, ?, ?, ?)')
      for (const [position, file] of files.entries()) insert.run(cid, position, file.path, file.bytes, file.mtimeMs)
    })
  }

  /** Of the plugin's own files; read again only after something changed. */
  kept(): Kept {
    this.#kept ??= this.#readKept()
    return this.#kept
  }

  #readKept(): Kept {
    const rows = this.#db.prepare('SELECT cid, bytes, have FROM holding WHERE is_owned = 1').iterate()
    let whole = 0
    const parts = new Map<ContentId, number>()
    for (const { bytes, cid, have } of rows)
      if (have instanceof Uint8Array)
        parts.set(String(cid) as ContentId, Math.min(Number(bytes), bitsIn(have) * LEAF_BYTES))
      else whole += Number(bytes)
    return { whole, parts }
  }

  files(cid: ContentId): HeldFile[] {
    const rows = this.#db.prepare('SELECT * FROM holding_file WHERE cid = ? ORDER BY position').all(cid)
    return rows.map(row => ({ path: String(row.path), bytes: Number(row.bytes), mtimeMs: Number(row.mtime_ms) }))
  }

  /** Remembers which pieces are on disk, and how their files looked then. */
  record(cid: ContentId, have: Uint8Array, files: readonly { index: number; mtimeMs: number }[]): void {
    this.#kept = undefined
    this.#db.transaction(() => {
      this.#db.prepare('UPDATE holding SET have = ? WHERE cid = ?').run(have, cid)
      const update = this.#db.prepare('UPDATE holding_file SET mtime_ms = ? WHERE cid = ? AND position = ?')
      for (const { index, mtimeMs } of files) update.run(mtimeMs, cid, index)
    })
  }

  /** Remembers that all of it is there now, under its final name. */
  complete(cid: ContentId, root: string, isOwned: boolean): void {
    this.#kept = undefined
    this.#db
      .prepare('UPDATE holding SET root = ?, is_owned = ?, have = NULL, fault = NULL WHERE cid = ?')
      .run(root, isOwned ? 1 : 0, cid)
  }

  fail(cid: ContentId, fault: string): void {
    this.#db.prepare('UPDATE holding SET fault = ? WHERE cid = ?').run(fault, cid)
  }

  /** Forgets a holding but not its nodes; files are the caller's to delete. */
  removeHolding(cid: ContentId): void {
    this.#kept = undefined
    this.#db.prepare('DELETE FROM holding WHERE cid = ?').run(cid)
  }

  /** Forgets a holding and its nodes; files are the caller's to delete. */
  remove(cid: ContentId): void {
    this.#outlines.forget(cid)
    this.#kept = undefined
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM holding WHERE cid = ?').run(cid)
      this.#db.prepare('DELETE FROM node WHERE content = ?').run(cid)
    })
  }

  addNodes(content: ContentId, nodes: readonly Node[]): void {
    const insert = this.#db.prepare('INSERT OR IGNORE INTO node VALUES (?, ?, ?)')
    this.#db.transaction(() => {
      for (const { cid, bytes } of nodes) insert.run(content, cid.bytes, bytes)
    })
  }

  node(content: ContentId, cid: CID): Uint8Array | undefined {
    const row = this.#db.prepare('SELECT bytes FROM node WHERE content = ? AND cid = ?').get(content, cid.bytes)
    return row?.bytes instanceof Uint8Array ? row.bytes : undefined
  }

  /** Reads a content's outline from its nodes. Throws NOT_HELD when some are not here, BAD_CONTENT. */
  outline(content: ContentId, bytes: number): Outline {
    const load = (cid: CID): Uint8Array => {
      const node = this.node(content, cid)
      if (!node) throw contentError('NOT_HELD', `${content}: the list of its pieces is not here yet`)
      return node
    }
    return this.#outlines.get(content, bytes, () => readOutline(cidFrom(content), bytes, load))
  }
}

function bitsIn(bitmap: Uint8Array): number {
  let count = 0
  for (const byte of bitmap) for (let rest = byte; rest > 0; rest &= rest - 1) count++
  return count
}
