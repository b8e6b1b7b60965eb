import { murmur3128 } from '@multiformats/murmur3'
import type { PBLink } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { makeNode } from './layout.ts'
import type { Node, Tree } from './layout.ts'

/** A folder whose node would be longer than this is sharded. Profile unixfs-v1-2025. */
const SHARD_ABOVE_BYTES = 262_144
/** Children of one shard: one byte of the hash a level. */
export const SHARD_WIDTH = 256
/** Multicodec `murmur3-x64-64`, the hash of UnixFS shards. */
const SHARD_HASH = 0x22n
/** Go's implementation uses the first 8 of the 16 bytes, and so does everyone. */
const SHARD_HASH_BYTES = 8

/** One name in a folder. */
export interface FolderEntry extends Tree {
  name: string
}

/** The node of a folder, or its shards when it has too many names; all go to `keep`, children first. */
export async function layOutFolder(entries: readonly FolderEntry[], keep: (node: Node) => void): Promise<Tree> {
  const flat = makeNode(new UnixFS({ type: 'directory' }), entries.map(link))
  if (flat.bytes.length > SHARD_ABOVE_BYTES) {
    const hashed = await Promise.all(entries.map(hash))
    return layOutShard(hashed, 0, keep)
  }
  keep(flat)
  return treeOf(flat, entries)
}

interface HashedEntry extends FolderEntry {
  hash: Uint8Array
}

async function hash(entry: FolderEntry): Promise<HashedEntry> {
  const digest = await murmur3128.encode(new TextEncoder().encode(entry.name))
  return { ...entry, hash: digest.subarray(0, SHARD_HASH_BYTES) }
}

/** A hash array mapped trie: a slot with one name holds it, a slot with several is a shard of the next level. */
function layOutShard(entries: readonly HashedEntry[], level: number, keep: (node: Node) => void): Tree {
  const slots = new Map<number, HashedEntry[]>()
  for (const entry of entries) {
    const slot = entry.hash[level]
    if (slot === undefined) throw new TypeError('two names of one folder share all 64 bits of their hash')
    const taken = slots.get(slot)
    if (taken) taken.push(entry)
    else slots.set(slot, [entry])
  }
  const children: FolderEntry[] = []
  for (const [slot, held] of [...slots].sort(([a], [b]) => a - b)) {
    const label = slotLabel(slot)
    const [only] = held
    if (held.length === 1 && only) children.push({ ...only, name: label + only.name })
    else children.push({ name: label, ...layOutShard(held, level + 1, keep) })
  }
  const data = new UnixFS({
    type: 'hamt-sharded-directory',
    data: bitField([...slots.keys()]),
    fanout: BigInt(SHARD_WIDTH),
    hashType: SHARD_HASH
  })
  const node = makeNode(data, children.map(link))
  keep(node)
  return treeOf(node, children)
}

/** Two upper-case hexadecimal digits, as every link of a shard begins. */
function slotLabel(slot: number): string {
  return slot.toString(16).toUpperCase().padStart(2, '0')
}

/** The slots in use as a big-endian number without leading zeros. */
function bitField(slots: readonly number[]): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(SHARD_WIDTH / 8)
  for (const slot of slots) {
    const index = bits.length - 1 - (slot >> 3)
    bits[index] = (bits[index] ?? 0) | (1 << (slot & 7))
  }
  return bits.slice(bits.findIndex(byte => byte !== 0))
}

function link(entry: FolderEntry): PBLink {
  return { Name: entry.name, Tsize: entry.totalBytes, Hash: entry.cid }
}

function treeOf(node: Node, children: readonly FolderEntry[]): Tree {
  return { cid: node.cid, totalBytes: children.reduce((sum, child) => sum + child.totalBytes, node.bytes.length) }
}
