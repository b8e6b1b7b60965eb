import { mkdir, rm, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { hasCode } from '@borgo/core'
import type { AccountId, Group, Listeners, PeerId, PluginContext } from '@borgo/core'
import type { ContentId } from './content-id.ts'
import { readFile } from './content-file.ts'
import { contentError } from './errors.ts'
import { mayWithdraw } from './listing/listings.ts'
import type { Listing, Listings } from './listing/listings.ts'
import { HOLDER, WITHDRAW } from './listing/records.ts'
import { PieceSet } from './piece-set.ts'
import { ownPlace, publishPath, publishUpload } from './publisher.ts'
import type { PublisherPorts, PublishOptions } from './publisher.ts'
import type { Holdings } from './store/holdings.ts'
import type { Shelf } from './store/shelf.ts'
import { askHolders } from './swarm/ask-holders.ts'
import type { Transfer, Transfers } from './transfer/transfers.ts'

/** How much of a content this device has. */
export type Held =
  | { state: 'none' }
  | { state: 'part' }
  /** At `path`, all of it; `isOwned`: in the plugin's folder, else the person's own file or folder. */
  | { state: 'whole'; path: string; isOwned: boolean }
  /** It was here, but cannot be served any more: `fault` says why. */
  | { state: 'faulty'; path: string; fault: string }

/** Something published to a group, and what this device has of it. */
export interface ContentInfo extends Listing {
  held: Held
  /** This person may take it back. */
  mayWithdraw: boolean
}

/** A device that has some of a content. */
export interface Holder {
  device: PeerId
  account: AccountId | undefined
  name: string
  isSelf: boolean
  /** 0 to 100; 100 means all of it. undefined: it has some, but is too busy to serve now. */
  percent: number | undefined
  rttMs: number | undefined
}

/** One file of a content. */
export interface ContentFile {
  /** With `/` between names; empty when the content is this one file. */
  path: string
  bytes: number
}

export type ContentEvent =
  | { type: 'content'; group: Group['id']; cid: ContentId }
  | { type: 'publishing'; group: Group['id']; path: string; doneBytes: number; bytes: number }
  | { type: 'transfer'; transfer: Transfer }
  | { type: 'transfer-removed'; id: string }

export interface FetchOptions {
  /**
   * Absolute path: of a folder that exists, to put it there under its own name; or of the file or folder to make.
   * Nothing that exists is overwritten. Default: a folder of the plugin's own.
   */
  to?: string
  /** Abort cancels the transfer and deletes what was fetched. */
  signal?: AbortSignal
}

/** Files and folders that the members of a group share; each stays with those who have it. */
export interface Content {
  /**
   * Publishes a file or folder that stays where it is; it is checked again whenever it is served. Resolves when the
   * record is committed. Throws FILE_MISSING, FILE_CHANGED, READ_ONLY, BAD_NAME, TOO_MANY_FILES, TRANSFER_RUNNING, FORBIDDEN,
   * `signal.reason`.
   */
  publish(group: Group, path: string, options?: PublishOptions): Promise<ContentInfo>
  /** Publishes a stream of bytes as a file that the plugin keeps. Throws as `publish`, and DISK_FULL, STORAGE_LIMIT. */
  upload(
    group: Group,
    name: string,
    source: AsyncIterable<Uint8Array>,
    options?: Pick<PublishOptions, 'mime' | 'signal'>
  ): Promise<ContentInfo>
  /**
   * Gives up this device's copy: it is not served any more, and deleted where it lies in the plugin's folder; a file or
   * folder of the person's own stays. Throws CONTENT_UNKNOWN, NOT_HELD, TRANSFER_RUNNING (cancel that instead).
   */
  discard(group: Group, cid: ContentId): Promise<void>
  /** Takes back what this person published, or as an admin what anybody did. Copies that others have stay theirs. */
  withdraw(group: Group, cid: ContentId): Promise<void>
  /** Newest first. */
  list(group: Group): ContentInfo[]
  /** Throws CONTENT_UNKNOWN. */
  get(group: Group, cid: ContentId): ContentInfo
  /** Its files, once their list is here; undefined before. */
  files(group: Group, cid: ContentId): ContentFile[] | undefined
  /** Asks the connected members who has it; takes up to 5 s. This device comes first, then the nearest. */
  holders(group: Group, cid: ContentId, options?: { signal?: AbortSignal }): Promise<Holder[]>
  /**
   * Begins to fetch from everybody who has it; goes on after a restart. What is here already is copied, or when no
   * place is named, left where it is. Throws CONTENT_UNKNOWN, TRANSFER_RUNNING, FILE_MISSING, READ_ONLY.
   */
  fetch(group: Group, cid: ContentId, options?: FetchOptions): Promise<Transfer>
  /** Bytes of a file that is here, checked. Throws NOT_HELD, CONTENT_UNKNOWN, FILE_CHANGED. */
  read(
    group: Group,
    cid: ContentId,
    options?: { path?: string; start?: number; end?: number; signal?: AbortSignal }
  ): AsyncIterable<Uint8Array>
  readonly transfers: Pick<Transfers, 'list' | 'get' | 'pause' | 'resume' | 'cancel' | 'finished'>
  /** Returns its undo. A listener that throws is logged. */
  subscribe(listener: (event: ContentEvent) => void): () => void
}

export interface ContentParts {
  context: PluginContext
  shelf: Shelf
  holdings: Holdings
  listings: Listings
  transfers: Transfers
  publisher: PublisherPorts
  events: Listeners<[event: ContentEvent]>
}

/** The plugin's API over its parts. */
export function createContent(parts: ContentParts): Content {
  const { context, shelf, holdings, listings, transfers, publisher, events } = parts

  const listed = (group: Group, cid: ContentId): Listing => {
    const listing = listings.get(group.id, cid)
    if (listing) return listing
    throw contentError('CONTENT_UNKNOWN', `${group.name} has nothing with the id ${cid}`)
  }

  const heldOf = (cid: ContentId): Held => {
    const row = shelf.get(cid)
    if (!row) return { state: 'none' }
    if (row.fault !== undefined) return { state: 'faulty', path: row.root, fault: row.fault }
    return row.have ? { state: 'part' } : { state: 'whole', path: row.root, isOwned: row.isOwned }
  }

  const infoOf = (group: Group, listing: Listing): ContentInfo => ({
    ...listing,
    held: heldOf(listing.cid),
    mayWithdraw: mayWithdraw(group, listing, context.self.account)
  })

  const published = (group: Group, listing: Listing): ContentInfo => {
    events.tell({ type: 'content', group: group.id, cid: listing.cid })
    announce(group, listing.cid)
    return infoOf(group, listing)
  }

  const announce = (group: Group, cid: ContentId): void => {
    group
      .broadcast(HOLDER, { cid })
      .catch((error: unknown) => context.log.debug('nobody was told', { cid, error: String(error) }))
  }

  const self = (cid: ContentId): Holder[] => {
    const row = shelf.get(cid)
    if (!row || row.fault !== undefined) return []
    const outlinePieces = row.have ? shelf.outline(cid, row.bytes).pieces : 0
    const percent = row.have ? percentOf(new PieceSet(outlinePieces, row.have)) : 100
    const { device, account, name } = context.self
    return [{ device, account, name, isSelf: true, percent, rttMs: undefined }]
  }

  return {
    async publish(group, path, options = {}) {
      const onProgress = (doneBytes: number, bytes: number): void => {
        options.onProgress?.(doneBytes, bytes)
        events.tell({ type: 'publishing', group: group.id, path, doneBytes, bytes })
      }
      const signal = AbortSignal.any([context.signal, ...(options.signal ? [options.signal] : [])])
      return published(group, await publishPath(publisher, group, path, { ...options, signal, onProgress }))
    },

    async upload(group, name, source, options = {}) {
      const signal = AbortSignal.any([context.signal, ...(options.signal ? [options.signal] : [])])
      return published(group, await publishUpload(publisher, group, name, source, { ...options, signal }))
    },

    async withdraw(group, cid) {
      const listing = listed(group, cid)
      if (!mayWithdraw(group, listing, context.self.account))
        throw contentError('NOT_YOURS', 'only who published it, or an admin, can take it back')
      listings.apply(await group.append(WITHDRAW, { cid }))
      const row = shelf.get(cid)
      const isUpload = listing.device === context.self.device && row?.isOwned && !row.have
      if (row && isUpload && listings.groupsOf(cid).length === 0) {
        shelf.remove(cid)
        await rm(dirname(row.root), { recursive: true, force: true })
      }
      events.tell({ type: 'content', group: group.id, cid })
    },

    async discard(group, cid) {
      listed(group, cid)
      const fetching = transfers.unfinished(cid)
      if (fetching) throw contentError('TRANSFER_RUNNING', `${fetching.name} is being fetched: cancel that instead`)
      const row = shelf.get(cid)
      if (!row) throw contentError('NOT_HELD', `${cid} is not here`)
      // A part lies beside where it was to go, which may be anywhere.
      if (row.isOwned) await rm(row.have ? row.root : dirname(row.root), { recursive: true, force: true })
      shelf.remove(cid)
      for (const each of listings.groupsOf(cid)) events.tell({ type: 'content', group: each, cid })
    },

    list: group => listings.list(group.id).map(listing => infoOf(group, listing)),

    get: (group, cid) => infoOf(group, listed(group, cid)),

    files(group, cid) {
      const { bytes } = listed(group, cid)
      try {
        return shelf.outline(cid, bytes).files.map(file => ({ path: file.path, bytes: file.bytes }))
      } catch (error) {
        if (hasCode(error, 'NOT_HELD')) return undefined
        throw error
      }
    },

    async holders(group, cid, { signal } = {}) {
      listed(group, cid)
      const others = await askHolders(context, group, cid, signal)
      return [
        ...self(cid),
        ...others.map(({ device, holding }) => {
          const member = group.member(device)
          const name = member?.name ?? device
          const percent = holding === 'complete' ? 100 : holding === 'busy' ? undefined : percentOf(holding)
          return {
            device,
            account: member?.account,
            name,
            isSelf: false,
            percent,
            rttMs: context.peers.get(device)?.rttMs
          }
        })
      ]
    },

    async fetch(group, cid, { to, signal } = {}) {
      signal?.throwIfAborted()
      const listing = listed(group, cid)
      const held = heldOf(cid)
      if (to === undefined && held.state === 'whole') return transfers.noteDone(listing, held.path, false)
      const target =
        to === undefined ? ownPlace(context.store.folder, cid, listing.name) : await targetOf(to, listing.name)
      if (to === undefined) await mkdir(dirname(target), { recursive: true })
      const transfer = transfers.begin(listing, target, to === undefined)
      const cancel = (): void => {
        if (transfers.get(transfer.id).state === 'done') return
        transfers
          .cancel(transfer.id)
          .catch((error: unknown) => context.log.error('a transfer cannot be cancelled', { error: String(error) }))
      }
      signal?.addEventListener('abort', cancel, { once: true })
      return transfer
    },

    async *read(group, cid, { path = '', start = 0, end, signal } = {}) {
      listed(group, cid)
      await using lease = await holdings.lease(cid)
      const file = lease?.holding.outline.files.find(candidate => candidate.path === path)
      const held = heldOf(cid)
      if (held.state === 'faulty') throw contentError('FILE_CHANGED', held.fault)
      if (!lease) throw contentError('NOT_HELD', `${cid} is not here, or not all of it: fetch it first`)
      if (!file) throw contentError('CONTENT_UNKNOWN', `no such file: ${path}`)
      yield* readFile(lease, file, { start, end: Math.min(end ?? file.bytes, file.bytes), signal })
    },

    transfers,

    subscribe: events.on
  }
}

function percentOf(have: PieceSet): number {
  return have.size === 0 ? 100 : Math.floor((have.count / have.size) * 100)
}

/** Where a content goes when it is fetched to `to`. */
async function targetOf(to: string, name: string): Promise<string> {
  if (!isAbsolute(to)) throw new TypeError(`not an absolute path: ${to}`)
  if (await isFolder(to)) return join(to, name)
  if (await isFolder(dirname(to))) return to
  throw contentError('FILE_MISSING', `${dirname(to)}: there is no such folder`)
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
}
