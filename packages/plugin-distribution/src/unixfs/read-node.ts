import { decode } from '@ipld/dag-pb'
import type { PBLink, PBNode } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import type { CID } from 'multiformats/cid'
import { DAG_PB, isOfProfile, RAW } from '../content-id.ts'
import { contentError } from '../errors.ts'
import { SHARD_WIDTH } from './folder-layout.ts'
import { LEAF_BYTES, MAX_LINKS } from './layout.ts'
import { checkName } from './name.ts'

/** Longest node that is read. The profile's own stay below 300 KiB. */
export const MAX_NODE_BYTES = 524_288

export interface FileNode {
  type: 'file'
  children: { cid: CID; fileBytes: number }[]
}

export interface FolderNode {
  type: 'folder'
  entries: NamedLink[]
  /** Further shards of the same folder. */
  shards: CID[]
}

export interface NamedLink {
  name: string
  cid: CID
  /** For a raw leaf the file's length; for a node the sum of its blocks. */
  totalBytes: number
}

function bad(why: string, cause?: unknown): Error {
  return contentError('BAD_CONTENT', `not made with the UnixFS profile unixfs-v1-2025: ${why}`, cause)
}

/** The one place where a node's bytes, which a peer sent, become values. Throws BAD_CONTENT, BAD_NAME. */
export function readNode(bytes: Uint8Array): FileNode | FolderNode {
  if (bytes.length > MAX_NODE_BYTES) throw bad('a node is too long')
  const { node, data } = parse(bytes)
  for (const { Hash } of node.Links) if (!isOfProfile(Hash)) throw bad(`link to ${Hash.toString()}`)
  switch (data.type) {
    case 'file':
      return readFile(node, data)
    case 'directory':
      return { type: 'folder', entries: unique(node.Links.map(link => named(link, link.Name ?? ''))), shards: [] }
    case 'hamt-sharded-directory':
      return readShard(node, data)
    default:
      throw bad(`a node of type ${data.type}`)
  }
}

function parse(bytes: Uint8Array): { node: PBNode; data: UnixFS } {
  try {
    const node = decode(bytes)
    return { node, data: UnixFS.unmarshal(node.Data ?? new Uint8Array()) }
  } catch (cause) {
    throw bad('a node cannot be decoded', cause)
  }
}

function readFile(node: PBNode, data: UnixFS): FileNode {
  const sizes = data.blockSizes
  if (data.data?.length) throw bad('a file node with data of its own')
  if (sizes.length !== node.Links.length) throw bad('a file node whose sizes and links differ in number')
  if (sizes.length === 0 || sizes.length > MAX_LINKS) throw bad(`a file node with ${sizes.length} links`)
  const children = node.Links.map(({ Hash }, index) => ({ cid: Hash, fileBytes: Number(sizes[index]) }))
  for (const { cid, fileBytes } of children) {
    const isPossible = Number.isSafeInteger(fileBytes) && fileBytes > 0
    if (!isPossible || (cid.code === RAW && fileBytes > LEAF_BYTES)) throw bad(`a block of ${fileBytes} bytes`)
  }
  return { type: 'file', children }
}

function readShard(node: PBNode, data: UnixFS): FolderNode {
  if (data.fanout !== BigInt(SHARD_WIDTH)) throw bad('a shard of another width')
  if (node.Links.length > SHARD_WIDTH) throw bad('a shard with too many links')
  const entries: NamedLink[] = []
  const shards: CID[] = []
  for (const link of node.Links) {
    const name = link.Name ?? ''
    if (!/^[0-9A-F]{2}/.test(name)) throw bad('a shard whose link has no slot')
    if (name.length > 2) entries.push(named(link, name.slice(2)))
    else if (link.Hash.code === DAG_PB) shards.push(link.Hash)
    else throw bad('a shard that leads to a leaf')
  }
  return { type: 'folder', entries: unique(entries), shards }
}

function named({ Hash, Tsize }: PBLink, name: string): NamedLink {
  checkName(name)
  if (Tsize === undefined || !Number.isSafeInteger(Tsize) || Tsize < 0) throw bad('a link without a size')
  if (Hash.code === RAW && Tsize > LEAF_BYTES) throw bad(`a leaf of ${Tsize} bytes`)
  return { name, cid: Hash, totalBytes: Tsize }
}

function unique(entries: NamedLink[]): NamedLink[] {
  if (new Set(entries.map(entry => entry.name)).size !== entries.length) throw bad('a folder with one name twice')
  return entries
}
