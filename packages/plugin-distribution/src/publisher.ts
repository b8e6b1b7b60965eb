import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Group } from '@borgo/core'
import { contentIdOf } from './content-id.ts'
import type { ContentId } from './content-id.ts'
import { contentError } from './errors.ts'
import type { Listing, Listings } from './listing/listings.ts'
import { CONTENT, isMime } from './listing/records.ts'
import type { ContentRecord } from './listing/records.ts'
import type { Keeping } from './store/keeping.ts'
import { place } from './store/place.ts'
import { receiveFile } from './store/receive-file.ts'
import type { HeldFile, Shelf } from './store/shelf.ts'
import { layOutFile } from './unixfs/layout.ts'
import type { Node } from './unixfs/layout.ts'
import { measureOf } from './unixfs/outline.ts'
import { checkName, TEMPORARY_PREFIX } from './unixfs/name.ts'
import { scan } from './unixfs/scan.ts'
import type { ScanOptions } from './unixfs/scan.ts'

export interface PublisherPorts {
  /** The plugin's folder. */
  folder: string
  shelf: Shelf
  listings: Listings
  keeping: Keeping
  /** True while a content is being fetched, so that its holding must not be touched. */
  isFetching(cid: ContentId): boolean
}

export interface PublishOptions extends ScanOptions {
  /** Instead of the file's or folder's own name. */
  name?: string
  /** Media type, as others will see it. */
  mime?: string
}

/** Where finished files of the plugin lie: a folder for each content. */
export function ownPlace(folder: string, cid: ContentId, name: string): string {
  return join(folder, 'files', cid, name)
}

/** Publishes a file or folder that stays where it is. */
export async function publishPath(
  ports: PublisherPorts,
  group: Group,
  path: string,
  options: PublishOptions
): Promise<Listing> {
  const mime = checkMime(options.mime)
  const given = options.name === undefined ? undefined : checkName(options.name)
  const { cid, root, name, kind, bytes, files, nodes } = await scan(path, options)
  const record = recordOf({
    cid,
    name: given ?? checkName(name),
    bytes,
    mime,
    files: kind === 'folder' ? files.size : undefined
  })
  hold(ports, { cid, root, bytes, nodes, isOwned: false }, files)
  return append(ports, group, record)
}

/** Publishes a stream of bytes as a file that the plugin keeps. */
export async function publishUpload(
  ports: PublisherPorts,
  group: Group,
  name: string,
  source: AsyncIterable<Uint8Array>,
  options: Pick<PublishOptions, 'mime' | 'signal'>
): Promise<Listing> {
  checkName(name)
  const mime = checkMime(options.mime)
  using room = ports.keeping.upload()
  const incoming = join(ports.folder, `${TEMPORARY_PREFIX}${randomUUID()}`)
  try {
    const { bytes, digests, mtimeMs } = await receiveFile(incoming, source, {
      signal: options.signal,
      grow: more => room.grow(more)
    })
    const nodes: Node[] = []
    const cid = contentIdOf(layOutFile(digests, bytes, node => nodes.push(node)).cid)
    if (!isHeld(ports, cid)) {
      const root = ownPlace(ports.folder, cid, name)
      // What is there, if anything, is a faulty copy of this plugin's own.
      await rm(join(ports.folder, 'files', cid), { recursive: true, force: true })
      await mkdir(join(ports.folder, 'files', cid), { recursive: true })
      await place(incoming, root, 'file')
      // Counted by what is held from here on.
      room[Symbol.dispose]()
      hold(ports, { cid, root, bytes, nodes, isOwned: true }, new Map([['', { path: '', bytes, mtimeMs }]]))
    }
    room[Symbol.dispose]()
    return await append(ports, group, recordOf({ cid, name, bytes, mime, files: undefined }))
  } finally {
    await rm(incoming, { force: true })
  }
}

interface Held {
  cid: ContentId
  root: string
  bytes: number
  nodes: Node[]
  isOwned: boolean
}

/** Remembers that all of a content is here; `files` by published path. What is here and in order is kept. */
function hold(ports: PublisherPorts, held: Held, files: ReadonlyMap<string, HeldFile>): void {
  const { shelf, listings } = ports
  if (isHeld(ports, held.cid)) return
  const { nodes, ...row } = held
  shelf.addNodes(held.cid, nodes)
  const outline = shelf.outline(held.cid, held.bytes)
  const inOrder = outline.files.map(({ path }) => {
    const file = files.get(path)
    if (!file) throw new TypeError(`no file for ${path}`)
    return file
  })
  shelf.put({ ...row, have: undefined, fault: undefined }, inOrder)
  listings.measured(held.cid, measureOf(outline))
}

function isHeld({ shelf, isFetching }: PublisherPorts, cid: ContentId): boolean {
  if (isFetching(cid))
    throw contentError('TRANSFER_RUNNING', 'the very same is being fetched: wait for it or cancel it')
  const known = shelf.get(cid)
  return known !== undefined && !known.have && known.fault === undefined
}

async function append({ listings }: PublisherPorts, group: Group, record: ContentRecord): Promise<Listing> {
  const entry = await group.append(CONTENT, record)
  listings.apply(entry)
  const listing = listings.get(group.id, record.cid)
  if (!listing) throw new TypeError('what was just published is not listed')
  return listing
}

function recordOf({
  files,
  mime,
  ...rest
}: Omit<ContentRecord, 'files' | 'mime'> &
  Record<'files', number | undefined> &
  Record<'mime', string | undefined>): ContentRecord {
  return { ...rest, ...(files === undefined ? {} : { files }), ...(mime === undefined ? {} : { mime }) }
}

function checkMime(mime: string | undefined): string | undefined {
  if (mime !== undefined && !isMime(mime)) throw new TypeError(`not a media type: ${mime}`)
  return mime
}
