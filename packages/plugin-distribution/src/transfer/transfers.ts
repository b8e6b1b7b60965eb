import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BorgoError } from '@borgo/core'
import type { Group, GroupId, PeerId } from '@borgo/core'
import type { ContentId } from '../content-id.ts'
import { contentError } from '../errors.ts'
import type { Listing } from '../listing/listings.ts'
import { TEMPORARY_PREFIX } from '../unixfs/name.ts'
import { Run } from './run.ts'
import type { RunPhase, RunPorts } from './run.ts'
import type { TransferRow, TransferState, TransferTable } from './transfer-table.ts'

/** Transfers that run at the same time; others wait their turn. */
const MAX_RUNNING = 4
/** How often progress is told, ms. */
const PROGRESS_EVERY_MS = 500
/** Weight of the newest measurement in the shown rate. */
const RATE_WEIGHT = 0.3

/** A transfer as it stands now. */
export interface Transfer {
  id: string
  cid: ContentId
  group: GroupId
  name: string
  /** Absolute path of the file or folder when it is done. */
  target: string
  state: TransferState
  /** What a running one does; `queued` until others are done, `seeking` while nobody who has it is connected. */
  phase: RunPhase | 'queued' | undefined
  bytes: number
  /** Verified and on disk. */
  doneBytes: number
  bytesPerSecond: number
  /** Expected time to the end; undefined when nothing moves. */
  etaMs: number | undefined
  /** What came from whom since it was started or resumed. */
  sources: { device: PeerId; bytes: number }[]
  /** Why it failed; resume tries again. */
  error: { code: string; message: string } | undefined
  /** ms since 1970 */
  startedAt: number
  endedAt: number | undefined
}

export interface TransfersPorts extends RunPorts {
  table: TransferTable
  group(id: GroupId): Group | undefined
  /** Aborts when the plugin stops; transfers go on when it starts again. */
  signal: AbortSignal
  onChange(transfer: Transfer): void
  /** It was cancelled, or is so old that it is not remembered. */
  onRemove(id: string): void
}

interface Live {
  row: TransferRow
  run: Run | undefined
  stop: AbortController | undefined
  ended: Promise<void>
  bytesPerSecond: number
  /** Of the run that ended last. */
  sources: Transfer['sources']
}

/** All transfers of this device: the running, the paused, the failed and the latest finished. */
export class Transfers {
  readonly #ports: TransfersPorts
  readonly #all = new Map<string, Live>()
  readonly #waiters = new Map<string, PromiseWithResolvers<Transfer>>()

  constructor(ports: TransfersPorts) {
    this.#ports = ports
    for (const row of ports.table.all()) this.#add(row)
  }

  /** Goes on with what was running when the plugin stopped or the process died. */
  start(): void {
    const undo = this.#ports.core.clock.every(PROGRESS_EVERY_MS, () => this.#progress())
    this.#ports.signal.addEventListener('abort', undo, { once: true })
    this.#fill()
  }

  /** Resolves when no run is under way; call after `signal` aborted. */
  async stopped(): Promise<void> {
    await Promise.all([...this.#all.values()].map(live => live.ended))
  }

  /** Newest first. */
  list(): Transfer[] {
    return [...this.#all.values()].map(snapshot).reverse()
  }

  get(id: string): Transfer {
    return snapshot(this.#live(id))
  }

  /** The transfer of a content that is not done. */
  unfinished(cid: ContentId): Transfer | undefined {
    const live = [...this.#all.values()].find(({ row }) => row.cid === cid && row.state !== 'done')
    return live && snapshot(live)
  }

  /** Begins to fetch to `target`. The same again returns the one that is under way; throws TRANSFER_RUNNING for another place. */
  begin(listing: Listing, target: string, isOwned: boolean): Transfer {
    const known = this.unfinished(listing.cid)
    if (known) {
      if (known.target !== target)
        throw contentError('TRANSFER_RUNNING', `${known.name} is already being fetched to ${known.target}`)
      return known.state === 'running' ? known : this.resume(known.id)
    }
    return snapshot(this.#insert(listing, target, isOwned, 'running'))
  }

  /** Notes a fetch of what was here already. */
  noteDone(listing: Listing, target: string, isOwned: boolean): Transfer {
    return snapshot(this.#insert(listing, target, isOwned, 'done'))
  }

  /** Stops a running transfer; what was fetched stays. */
  async pause(id: string): Promise<Transfer> {
    const live = this.#live(id)
    if (live.row.state !== 'running') return snapshot(live)
    this.#set(live, { state: 'paused' })
    await this.#interrupt(live)
    this.#tell(live)
    return snapshot(live)
  }

  /** Goes on with a paused or failed transfer. */
  resume(id: string): Transfer {
    const live = this.#live(id)
    if (live.row.state === 'paused' || live.row.state === 'failed') {
      this.#set(live, { state: 'running', error: undefined })
      this.#tell(live)
      this.#fill()
    }
    return snapshot(live)
  }

  /** Ends a transfer and deletes what was fetched of it; of a finished one only the note goes. */
  async cancel(id: string): Promise<void> {
    const live = this.#live(id)
    const { row } = live
    if (row.state !== 'done') {
      this.#set(live, { state: 'paused' })
      await this.#interrupt(live)
      const held = this.#ports.shelf.get(row.cid)
      if (held?.root === row.temporary) this.#ports.shelf.remove(row.cid)
      await rm(row.temporary, { recursive: true, force: true })
    }
    this.#all.delete(id)
    this.#ports.table.remove(id)
    this.#waiters.get(id)?.reject(contentError('TRANSFER_CANCELLED', `fetching ${row.name} was cancelled`))
    this.#waiters.delete(id)
    this.#ports.onRemove(id)
  }

  /** Resolves when the transfer is done; rejects when it failed or was cancelled. A pause is waited out. */
  finished(id: string): Promise<Transfer> {
    const live = this.#live(id)
    if (live.row.state === 'done') return Promise.resolve(snapshot(live))
    if (live.row.error) return Promise.reject(asError(live.row.error))
    const waiter = this.#waiters.get(id) ?? Promise.withResolvers<Transfer>()
    this.#waiters.set(id, waiter)
    return waiter.promise
  }

  /** A member said that it has some of a content. */
  notice(group: GroupId, cid: ContentId, device: PeerId): void {
    for (const { row, run } of this.#all.values()) if (row.cid === cid && row.group === group) run?.notice(device)
  }

  #live(id: string): Live {
    const live = this.#all.get(id)
    if (!live) throw contentError('TRANSFER_UNKNOWN', `no such transfer: ${id}`)
    return live
  }

  #add(row: TransferRow): Live {
    const live: Live = {
      row,
      run: undefined,
      stop: undefined,
      ended: Promise.resolve(),
      bytesPerSecond: 0,
      sources: []
    }
    this.#all.set(row.id, live)
    return live
  }

  #insert(listing: Listing, target: string, isOwned: boolean, state: 'running' | 'done'): Live {
    const { cid, group, name, bytes } = listing
    const id = randomUUID()
    const now = this.#ports.core.clock.now()
    const temporary = join(dirname(target), `${TEMPORARY_PREFIX}${id}`)
    const row: TransferRow = {
      id,
      cid,
      group,
      name,
      bytes,
      doneBytes: state === 'done' ? bytes : 0,
      target,
      temporary,
      isOwned,
      state,
      error: undefined,
      startedAt: now,
      endedAt: state === 'done' ? now : undefined
    }
    this.#ports.table.put(row)
    const live = this.#add(row)
    this.#tell(live)
    this.#fill()
    return live
  }

  /** On a full disk the change is remembered by this process only. */
  #set(live: Live, change: Partial<TransferRow>): void {
    live.row = { ...live.row, ...change }
    try {
      this.#ports.table.put(live.row)
    } catch (error) {
      this.#ports.core.log.error('the state of a transfer cannot be written', { error: String(error) })
    }
  }

  #tell(live: Live): void {
    this.#ports.onChange(snapshot(live))
  }

  /** Starts as many as may run. */
  #fill(): void {
    if (this.#ports.signal.aborted) return
    const running = [...this.#all.values()].filter(live => live.row.state === 'running')
    let free = MAX_RUNNING - running.filter(live => live.run).length
    for (const live of running) {
      if (free <= 0) return
      if (live.run) continue
      free--
      live.ended = this.#run(live)
    }
  }

  async #run(live: Live): Promise<void> {
    const stop = new AbortController()
    live.stop = stop
    const signal = AbortSignal.any([stop.signal, this.#ports.signal])
    const group = this.#ports.group(live.row.group)
    try {
      if (!group) throw contentError('CONTENT_UNKNOWN', `you are not in the group of ${live.row.name} any more`)
      live.run = new Run(live.row, group, this.#ports, signal)
      this.#tell(live)
      await live.run.go()
      const { bytes } = live.run
      this.#ended(live, { state: 'done', bytes, doneBytes: bytes, endedAt: this.#ports.core.clock.now() })
    } catch (error) {
      if (!signal.aborted) this.#failed(live, error)
    } finally {
      if (live.row.state !== 'done' && live.run) {
        const { bytes, doneBytes } = live.run
        this.#set(live, { bytes, doneBytes })
      }
      live.sources = live.run?.sources ?? []
      live.run = undefined
      live.bytesPerSecond = 0
      if (live.row.state !== 'running') this.#tell(live)
      this.#fill()
    }
  }

  #failed(live: Live, error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL'
    const message = error instanceof Error ? error.message : String(error)
    this.#ports.core.log.warn('a transfer failed', { name: live.row.name, code, error: message })
    this.#ended(live, { state: 'failed', error: { code, message } })
  }

  #ended(live: Live, change: Partial<TransferRow>): void {
    this.#set(live, change)
    const waiter = this.#waiters.get(live.row.id)
    this.#waiters.delete(live.row.id)
    if (live.row.error) waiter?.reject(asError(live.row.error))
    else waiter?.resolve(snapshot(live))
    for (const id of this.#ports.table.prune()) {
      this.#all.delete(id)
      this.#ports.onRemove(id)
    }
  }

  async #interrupt(live: Live): Promise<void> {
    live.stop?.abort(contentError('TRANSFER_CANCELLED', 'the transfer was stopped'))
    await live.ended
  }

  #progress(): void {
    for (const live of this.#all.values()) {
      if (!live.run) continue
      const { doneBytes } = live.run
      const measured = Math.max(0, doneBytes - live.row.doneBytes) / (PROGRESS_EVERY_MS / 1_000)
      live.bytesPerSecond += RATE_WEIGHT * (measured - live.bytesPerSecond)
      live.row = { ...live.row, doneBytes }
      this.#tell(live)
    }
  }
}

function snapshot({ row, run, bytesPerSecond, sources }: Live): Transfer {
  const { temporary: _temporary, isOwned: _isOwned, ...shown } = row
  const bytes = run?.bytes ?? row.bytes
  const done = row.state === 'running' && run ? Math.max(run.doneBytes, row.doneBytes) : row.doneBytes
  return {
    ...shown,
    bytes,
    phase: row.state === 'running' ? (run?.phase ?? 'queued') : undefined,
    doneBytes: done,
    bytesPerSecond: Math.round(bytesPerSecond),
    etaMs: bytesPerSecond > 0 ? Math.round(((bytes - done) / bytesPerSecond) * 1_000) : undefined,
    sources: run?.sources ?? sources
  }
}

function asError({ code, message }: { code: string; message: string }): Error {
  return new BorgoError(code, message)
}
