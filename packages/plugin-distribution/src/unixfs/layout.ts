import { encode, prepare } from '@ipld/dag-pb'
import type { PBLink } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import type { CID } from 'multiformats/cid'
import { cidOf, DAG_PB, DIGEST_BYTES, RAW } from '../content-id.ts'
import { sha256 } from './sha256.ts'

/** Bytes per leaf, which is also our piece. Profile unixfs-v1-2025, https://github.com/ipfs/specs/pull/499. */
export const LEAF_BYTES = 1_048_576
/** Most links of a file node. Profile unixfs-v1-2025. */
export const MAX_LINKS = 1_024

/** One dag-pb block. */
export interface Node {
  cid: CID
  bytes: Uint8Array
}

/** A finished subtree: what a parent needs to link to it. */
export interface Tree {
  cid: CID
  /** Bytes of all its blocks: dag-pb's `Tsize`. */
  totalBytes: number
}

/** How many leaves a file of `bytes` has; an empty file has one, empty. */
export function leafCount(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / LEAF_BYTES))
}

/** Encodes a dag-pb node and names it. */
export function makeNode(data: UnixFS, links: PBLink[]): Node {
  return nameNode(encode(prepare({ Data: data.marshal(), Links: links })))
}

/** Names a dag-pb node by its bytes. */
export function nameNode(bytes: Uint8Array): Node {
  return { cid: cidOf(DAG_PB, sha256(bytes)), bytes }
}

interface Branch extends Tree {
  fileBytes: number
}

/**
 * The balanced tree over a file's leaves, given their digests one after another. Its nodes go to `keep`, children
 * first. A file of one leaf is that leaf, without any node.
 */
export function layOutFile(digests: Uint8Array, fileBytes: number, keep: (node: Node) => void): Tree {
  const count = digests.length / DIGEST_BYTES
  let level: Branch[] = Array.from({ length: count }, (_, index) => {
    const bytes = Math.min(LEAF_BYTES, fileBytes - index * LEAF_BYTES)
    const digest = digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)
    return { cid: cidOf(RAW, digest), totalBytes: bytes, fileBytes: bytes }
  })
  while (level.length > 1) {
    const parents: Branch[] = []
    for (let start = 0; start < level.length; start += MAX_LINKS)
      parents.push(joinBranches(level.slice(start, start + MAX_LINKS), keep))
    level = parents
  }
  const [root] = level
  if (!root) throw new TypeError('a file has at least one leaf')
  return root
}

function joinBranches(children: Branch[], keep: (node: Node) => void): Branch {
  const data = new UnixFS({ type: 'file' })
  for (const child of children) data.addBlockSize(BigInt(child.fileBytes))
  const links = children.map(({ cid, totalBytes }) => ({ Name: '', Tsize: totalBytes, Hash: cid }))
  const node = makeNode(data, links)
  keep(node)
  return { cid: node.cid, ...sums(node, children) }
}

function sums(node: Node, children: Branch[]): { totalBytes: number; fileBytes: number } {
  let totalBytes = node.bytes.length
  let fileBytes = 0
  for (const child of children) {
    totalBytes += child.totalBytes
    fileBytes += child.fileBytes
  }
  return { totalBytes, fileBytes }
}
