import type { CID } from 'multiformats/cid'
import { DIGEST_BYTES, RAW } from '../content-id.ts'
import { contentError } from '../errors.ts'
import { LEAF_BYTES } from './layout.ts'
import { readNode } from './read-node.ts'
import type { FileNode, FolderNode } from './read-node.ts'
import { sha256 } from './sha256.ts'

/** Most pieces of one content: 4 TiB in one file. Its table takes 128 MiB of memory. */
const MAX_PIECES = 4_194_304
/** Most files and folders of one content. */
export const MAX_FILES = 200_000
/** Most links read for one content: every piece, file, folder and shard is one. */
const MAX_LINKS = MAX_PIECES + 2 * MAX_FILES
/** Most shards and branches read for one content: 200,000 names need at most 60,000 shards, 4 TiB 4,100 branches. */
export const MAX_INNER_NODES = 100_000
/** Deepest nesting of folders, of shards within one folder, and of a file's tree. */
const MAX_DEPTH = 64

/** One file of a content. */
export interface OutlineFile {
  /** Its path below the content's root with `/` between safe names; empty when the content is this one file. */
  path: string
  bytes: number
  /** Its first piece; the next ones follow. An empty file has none. */
  firstPiece: number
}

/** What a content consists of, as its nodes say: the files, and the SHA-256 of every piece. */
export interface Outline {
  kind: 'file' | 'folder'
  files: OutlineFile[]
  /** Paths of all folders below the root, parents first. */
  folders: string[]
  bytes: number
  pieces: number
  /** Digests of the pieces, one after another. */
  digests: Uint8Array
}

/** How large it is, and for a folder, how many files it has. */
export function measureOf({ kind, bytes, files }: Outline): { bytes: number; files: number | undefined } {
  return { bytes, files: kind === 'folder' ? files.length : undefined }
}

/** Where one piece lies. */
export interface PiecePlace {
  file: OutlineFile
  /** Its place in `files`. */
  fileIndex: number
  offset: number
  length: number
}

/** The place of a piece, found by bisection. */
export function placeOf(outline: Outline, piece: number): PiecePlace {
  let low = 0
  let high = outline.files.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const file = outline.files[middle]
    if (file && file.firstPiece <= piece) low = middle
    else high = middle - 1
  }
  const file = outline.files[low]
  if (!file || piece < 0 || piece >= outline.pieces) throw new TypeError(`no piece ${piece}`)
  const offset = (piece - file.firstPiece) * LEAF_BYTES
  return { file, fileIndex: low, offset, length: Math.min(LEAF_BYTES, file.bytes - offset) }
}

export function digestOf(outline: Outline, piece: number): Uint8Array {
  return outline.digests.subarray(piece * DIGEST_BYTES, (piece + 1) * DIGEST_BYTES)
}

/** True when `bytes` are exactly that piece. */
export function isPiece(outline: Outline, piece: number, bytes: Uint8Array): boolean {
  return bytes.length === placeOf(outline, piece).length && sha256(bytes).equals(digestOf(outline, piece))
}

/** True when `bytes` are that piece and prove that whoever made the content lied about its length. */
export function isPieceOfOtherLength(outline: Outline, piece: number, bytes: Uint8Array): boolean {
  return bytes.length !== placeOf(outline, piece).length && sha256(bytes).equals(digestOf(outline, piece))
}

/** The CIDs of the nodes that a node needs besides itself. */
export function nodesBelow(bytes: Uint8Array): CID[] {
  const node = readNode(bytes)
  const links = node.type === 'file' ? node.children : node.entries
  return [...links.map(link => link.cid), ...(node.type === 'folder' ? node.shards : [])].filter(
    cid => cid.code !== RAW
  )
}

/**
 * Reads a content's nodes. `load` gives the bytes of one, already checked against its CID; `bytes` is the length of a
 * content that is a single leaf, which no node states. Throws BAD_CONTENT, BAD_NAME, TOO_MANY_FILES.
 */
export function readOutline(root: CID, bytes: number, load: (cid: CID) => Uint8Array): Outline {
  const builder = new OutlineBuilder(load)
  return builder.build(root, bytes)
}

class OutlineBuilder {
  readonly #load: (cid: CID) => Uint8Array
  readonly #files: OutlineFile[] = []
  readonly #folders: string[] = []
  readonly #digests = new DigestList()
  #bytes = 0
  #links = 0
  #innerNodes = 0
  /** The file being read has had a leaf shorter than the profile's, which only its last may be. */
  #hasShortLeaf = false

  constructor(load: (cid: CID) => Uint8Array) {
    this.#load = load
  }

  build(root: CID, bytes: number): Outline {
    const node = root.code === RAW ? undefined : this.#read(root)
    if (node?.type === 'folder') this.#folder(node, '', 0)
    else this.#file('', root, node, bytes)
    return {
      kind: node?.type ?? 'file',
      files: this.#files,
      folders: this.#folders,
      bytes: this.#bytes,
      pieces: this.#digests.count,
      digests: this.#digests.bytes()
    }
  }

  /** `names`: those that other shards of the same folder have. */
  #folder(node: FolderNode, prefix: string, depth: number, names = new Set<string>()): void {
    checkDepth(depth)
    for (const { name, cid, totalBytes } of node.entries) {
      if (names.size === names.add(name).size) throw contentError('BAD_CONTENT', 'a folder has one name twice')
      const path = prefix + name
      const child = cid.code === RAW ? undefined : this.#read(cid)
      if (child?.type === 'folder') {
        this.#folders.push(path)
        this.#checkCount()
        this.#folder(child, `${path}/`, depth + 1)
      } else this.#file(path, cid, child, totalBytes)
    }
    for (const cid of node.shards) {
      const shard = this.#readInner(cid)
      if (shard.type !== 'folder') throw contentError('BAD_CONTENT', 'a shard of a folder is a file')
      this.#folder(shard, prefix, depth + 1, names)
    }
  }

  #file(path: string, cid: CID, node: FileNode | undefined, leafBytes: number): void {
    const firstPiece = this.#digests.count
    this.#hasShortLeaf = false
    const bytes = node ? this.#tree(node, 0) : this.#leaf(cid, leafBytes)
    this.#bytes += bytes
    this.#files.push({ path, bytes, firstPiece })
    this.#checkCount()
  }

  #tree(node: FileNode, depth: number): number {
    checkDepth(depth)
    let sum = 0
    for (const { cid, fileBytes } of node.children) {
      const bytes = cid.code === RAW ? this.#leaf(cid, fileBytes) : this.#branch(cid, depth)
      if (bytes !== fileBytes) throw contentError('BAD_CONTENT', 'a file node lies about the size of its children')
      sum += bytes
    }
    return sum
  }

  #branch(cid: CID, depth: number): number {
    const node = this.#readInner(cid)
    if (node.type !== 'file') throw contentError('BAD_CONTENT', 'a file has a folder inside')
    return this.#tree(node, depth + 1)
  }

  #leaf(cid: CID, bytes: number): number {
    const { digest } = cid.multihash
    if (bytes > LEAF_BYTES || this.#hasShortLeaf)
      throw contentError('BAD_CONTENT', 'not made with the UnixFS profile unixfs-v1-2025: leaves of other than 1 MiB')
    this.#hasShortLeaf = bytes < LEAF_BYTES
    if (bytes > 0) this.#digests.push(digest)
    else if (!sha256(new Uint8Array()).equals(digest))
      throw contentError('BAD_CONTENT', 'a leaf that is not empty is said to be')
    return bytes
  }

  /** Counts links, because a small number of nodes that repeat each other can stand for endlessly many. */
  #read(cid: CID): FileNode | FolderNode {
    const node = readNode(this.#load(cid))
    this.#links += node.type === 'file' ? node.children.length : node.entries.length + node.shards.length
    if (this.#links > MAX_LINKS) throw contentError('TOO_MANY_FILES', 'too large to share: share it in parts')
    return node
  }

  /** A node that by itself is no file or folder, and so is not counted with them. */
  #readInner(cid: CID): FileNode | FolderNode {
    if (++this.#innerNodes > MAX_INNER_NODES)
      throw contentError('TOO_MANY_FILES', 'its list is longer than any of its size can be')
    return this.#read(cid)
  }

  #checkCount(): void {
    if (this.#files.length + this.#folders.length > MAX_FILES)
      throw contentError('TOO_MANY_FILES', `more than ${MAX_FILES} files: share it in parts or as one archive`)
  }
}

function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw contentError('BAD_CONTENT', `nested deeper than ${MAX_DEPTH} levels`)
}

/** Grows by doubling, so that a table of millions stays one array. */
class DigestList {
  #array = new Uint8Array(1_024 * DIGEST_BYTES)
  count = 0

  push(digest: Uint8Array): void {
    if (this.count === MAX_PIECES) throw contentError('BAD_CONTENT', `larger than ${MAX_PIECES} MiB`)
    const start = this.count * DIGEST_BYTES
    if (start === this.#array.length) {
      const larger = new Uint8Array(this.#array.length * 2)
      larger.set(this.#array)
      this.#array = larger
    }
    this.#array.set(digest, start)
    this.count++
  }

  bytes(): Uint8Array {
    return this.#array.slice(0, this.count * DIGEST_BYTES)
  }
}
