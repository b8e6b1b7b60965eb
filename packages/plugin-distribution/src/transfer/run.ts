import { lstat, rm } from 'node:fs/promises'
import type { CID } from 'multiformats/cid'
import type { Group, PeerId } from '@borgo/core'
import type { Listings, Measure } from '../listing/listings.ts'
import { cidFrom, RAW } from '../content-id.ts'
import { contentError } from '../errors.ts'
import { PieceSet } from '../piece-set.ts'
import type { Holding } from '../store/holding.ts'
import type { Holdings } from '../store/holdings.ts'
import { diskPath, makeSkeleton, PieceFiles } from '../store/piece-files.ts'
import { exists, place, taken } from '../store/place.ts'
import type { Keeping } from '../store/keeping.ts'
import type { Shelf } from '../store/shelf.ts'
import { Swarm } from '../swarm/swarm.ts'
import type { SwarmCore } from '../swarm/swarm.ts'
import { nameNode } from '../unixfs/layout.ts'
import { measureOf, placeOf } from '../unixfs/outline.ts'
import type { Outline } from '../unixfs/outline.ts'
import type { TransferRow } from './transfer-table.ts'

/** After a crash, at most what came in since the last record is fetched again: so many ms or bytes, whichever is less. */
const RECORD_EVERY_MS = 1_000
const RECORD_EVERY_BYTES = 32 * 2 ** 20

/** What a run needs from the rest of the plugin. */
export interface RunPorts {
  core: SwarmCore
  shelf: Shelf
  holdings: Holdings
  keeping: Keeping
  listings: Listings
  /** Tells the group that this device has some of it, or now all. */
  announce(group: Group, row: TransferRow): void
}

export type RunPhase = 'seeking' | 'listing' | 'checking' | 'fetching' | 'copying' | 'placing'

/** One run of a transfer, from wherever it stands to its end or the abort. */
export class Run {
  #row: TransferRow
  readonly #group: Group
  readonly #ports: RunPorts
  readonly #signal: AbortSignal
  #swarm: Swarm | undefined
  #phase: RunPhase = 'seeking'
  #doneBytes = 0
  /** What it was promised on disk. */
  #room: Disposable | undefined

  constructor(row: TransferRow, group: Group, ports: RunPorts, signal: AbortSignal) {
    this.#row = row
    this.#group = group
    this.#ports = ports
    this.#signal = signal
  }

  /** What it does now; what needs others is seeking while nobody is linked. */
  get phase(): RunPhase {
    const needsOthers = this.#phase === 'listing' || this.#phase === 'fetching'
    return needsOthers && this.#swarm?.size === 0 ? 'seeking' : this.#phase
  }

  /** Of the whole content, as far as it is known. */
  get bytes(): number {
    return this.#row.bytes
  }

  /** Bytes that are on disk and verified. */
  get doneBytes(): number {
    return this.#doneBytes
  }

  /** What came from whom in this run. */
  get sources(): { device: PeerId; bytes: number }[] {
    return this.#swarm?.members().filter(member => member.bytes > 0) ?? []
  }

  /** A member said that it has some of this content. */
  notice(device: PeerId): void {
    this.#swarm?.notice(device)
  }

  /** Throws STORAGE_LIMIT, DISK_FULL, READ_ONLY, TARGET_EXISTS, FILE_MISSING, BAD_CONTENT, BAD_NAME, TOO_MANY_FILES, `signal.reason`. */
  async go(): Promise<void> {
    try {
      await this.#go()
    } finally {
      this.#room?.[Symbol.dispose]()
    }
  }

  async #go(): Promise<void> {
    const { shelf, core } = this.#ports
    const held = shelf.get(this.#row.cid)
    if (held && !held.have && held.fault === undefined) return this.#copy()
    // A faulty copy is forgotten, not deleted: its file may be somebody's.
    if (held && !held.have) shelf.removeHolding(this.#row.cid)
    for (let isDone = false; !isDone;) {
      const swarm = new Swarm(core, this.#group, this.#row.cid, this.#signal)
      this.#swarm = swarm
      try {
        isDone = await this.#fetch(swarm)
      } finally {
        await swarm.close()
      }
    }
  }

  /** False when the content turned out to be of another length than was said, and so has to be begun again. */
  async #fetch(swarm: Swarm): Promise<boolean> {
    const outline = await this.#outline(swarm)
    await this.#prepare(outline)
    this.#phase = 'checking'
    await using lease = await this.#ports.holdings.leasePart(this.#row.cid, this.#signal)
    const { holding } = lease
    for (let piece = 0; piece < outline.pieces; piece++)
      if (holding.have.has(piece)) this.#doneBytes += placeOf(outline, piece).length
    this.#phase = 'fetching'
    const length = await this.#fetchPieces(swarm, holding)
    if (length !== undefined) {
      await this.#beginAgain(length)
      return false
    }
    this.#phase = 'placing'
    this.#ports.listings.measured(this.#row.cid, measureOf(outline))
    await this.#finish(holding)
    return true
  }

  /** Of a content that is one leaf, only its publisher says the length; in every other the nodes do, and lied. */
  async #beginAgain(leafBytes: number): Promise<void> {
    const { cid, temporary } = this.#row
    if (cidFrom(cid).code !== RAW) throw contentError('BAD_CONTENT', `${cid}: a file in it is not as long as it says`)
    this.#ports.shelf.remove(cid)
    await rm(temporary, { recursive: true, force: true })
    this.#accept({ bytes: leafBytes, files: undefined })
  }

  /** Takes the size that a content turned out to have; throws BAD_CONTENT when nobody had said so. */
  #accept(measure: Measure): void {
    const { cid, bytes, group } = this.#row
    const { listings } = this.#ports
    listings.measured(cid, measure)
    this.#row = { ...this.#row, bytes: measure.bytes }
    if (bytes === measure.bytes || listings.isListedWith(group, cid, measure.bytes)) return
    const wrong = `${cid} has ${measure.bytes} bytes, but was published as one of ${bytes}`
    throw contentError('BAD_CONTENT', `${wrong}: resume to take it as it is`)
  }

  /** The list of files and pieces: from the shelf, or from whoever has it. */
  async #outline(swarm: Swarm): Promise<Outline> {
    const { cid, bytes } = this.#row
    const root = cidFrom(cid)
    if (root.code !== RAW && !this.#ports.shelf.node(cid, root)) await this.#fetchNodes(swarm, root)
    const outline = this.#ports.shelf.outline(cid, bytes)
    if (root.code !== RAW) this.#accept(measureOf(outline))
    return outline
  }

  async #fetchNodes(swarm: Swarm, root: CID): Promise<void> {
    this.#phase = 'listing'
    const nodes: Uint8Array[] = []
    await swarm.fetchNodes(root, bytes => nodes.push(bytes))
    this.#ports.shelf.addNodes(this.#row.cid, nodes.map(nameNode))
  }

  /** Makes the files at their full length, or finds those of an earlier run. */
  async #prepare(outline: Outline): Promise<void> {
    const { cid, target, temporary } = this.#row
    const { keeping, shelf } = this.#ports
    this.#room = keeping.fetch(cid, outline.bytes)
    const held = shelf.get(cid)
    if (held) {
      if (await exists(held.root)) return
      // Killed between giving the name and writing that down?
      if (held.have && (await exists(target))) return this.#adopt(outline, held.have)
      shelf.removeHolding(cid)
    }
    if (await exists(target)) throw taken(target)
    await rm(temporary, { recursive: true, force: true })
    await makeSkeleton(temporary, outline)
    this.#put(outline, temporary, new PieceSet(outline.pieces).bits())
  }

  #adopt(outline: Outline, have: Uint8Array): void {
    if (!new PieceSet(outline.pieces, have).isFull) throw taken(this.#row.target)
    this.#put(outline, this.#row.target, have)
  }

  /** Times of 0 make every file suspect, so that pieces said to be there are checked. */
  #put(outline: Outline, root: string, have: Uint8Array): void {
    const { cid, bytes } = this.#row
    const files = outline.files.map(({ path, bytes }) => ({ path, bytes, mtimeMs: 0 }))
    this.#ports.shelf.put({ cid, root, isOwned: true, bytes, have, fault: undefined }, files)
  }

  async #fetchPieces(swarm: Swarm, holding: Holding): Promise<number | undefined> {
    const { core, keeping } = this.#ports
    const { promise: failure, reject } = Promise.withResolvers<never>()
    // It is awaited below; this is for a failure after the last piece.
    failure.catch(() => undefined)
    let isKnown = holding.have.count > 0
    if (isKnown) this.#ports.announce(this.#group, this.#row)
    let unrecorded = 0
    const record = (): void => {
      unrecorded = 0
      holding.record().catch(reject)
    }
    const undoPiece = holding.onPiece(piece => {
      const { length } = placeOf(holding.outline, piece)
      this.#doneBytes += length
      unrecorded += length
      try {
        keeping.check()
      } catch (error) {
        reject(error)
      }
      if (unrecorded >= RECORD_EVERY_BYTES) record()
      if (!isKnown) this.#ports.announce(this.#group, this.#row)
      isKnown = true
    })
    const undoRecording = core.clock.every(RECORD_EVERY_MS, record)
    try {
      return await Promise.race([swarm.fetchPieces(holding), failure])
    } finally {
      undoRecording()
      undoPiece()
      // At once, because a node that stops does not wait long; then what came in meanwhile.
      await Promise.all([holding.record(), swarm.close()])
      await holding.record()
    }
  }

  async #finish(holding: Holding): Promise<void> {
    const { cid, target, isOwned } = this.#row
    const root = this.#ports.shelf.get(cid)?.root
    if (root !== target) await place(this.#row.temporary, target, holding.outline.kind)
    holding.movedTo(target)
    await this.#touch(holding.outline)
    this.#room?.[Symbol.dispose]()
    this.#ports.shelf.complete(cid, target, isOwned)
    this.#ports.announce(this.#group, this.#row)
  }

  /** Remembers how the finished files look, empty ones too. */
  async #touch(outline: Outline): Promise<void> {
    const { cid, target } = this.#row
    const times = await Promise.all(
      outline.files.map(async ({ path }, index) => {
        const { mtimeMs } = await lstat(diskPath(target, outline, path))
        return { index, mtimeMs }
      })
    )
    this.#ports.shelf.record(cid, PieceSet.full(outline.pieces).bits(), times)
  }

  /** What is here already is not fetched: it is copied, each piece checked on the way. Not resumed: begun again. */
  async #copy(): Promise<void> {
    const { cid, target, temporary } = this.#row
    this.#phase = 'copying'
    await using lease = await this.#ports.holdings.lease(cid)
    if (!lease) throw contentError('FILE_CHANGED', `${cid}: your own copy changed: fetch it again`)
    const { outline } = lease.holding
    this.#room = this.#ports.keeping.fetch(cid, outline.bytes)
    if (await exists(target)) throw taken(target)
    await rm(temporary, { recursive: true, force: true })
    await makeSkeleton(temporary, outline)
    const files = new PieceFiles(temporary, outline, { isWritable: true })
    try {
      for (let piece = 0; piece < outline.pieces; piece++) {
        this.#signal.throwIfAborted()
        const buffer = Buffer.allocUnsafe(placeOf(outline, piece).length)
        this.#ports.keeping.check()
        await lease.holding.read(piece, buffer)
        await files.write(piece, buffer)
        this.#doneBytes += buffer.length
      }
      await files.sync()
    } finally {
      await files.close()
    }
    this.#phase = 'placing'
    await place(temporary, target, outline.kind)
  }
}
