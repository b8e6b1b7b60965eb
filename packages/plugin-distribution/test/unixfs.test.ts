import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unixfs } from '@helia/unixfs'
import { MemoryBlockstore } from 'blockstore-core/memory'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cidFrom } from '../src/content-id.ts'
import { hashLeaves } from '../src/unixfs/hash-file.ts'
import { layOutFolder } from '../src/unixfs/folder-layout.ts'
import type { FolderEntry } from '../src/unixfs/folder-layout.ts'
import { LEAF_BYTES, layOutFile } from '../src/unixfs/layout.ts'
import type { Node, Tree } from '../src/unixfs/layout.ts'
import { readOutline } from '../src/unixfs/outline.ts'
import { GIBIBYTE, writeGibibyte } from './gibibyte.ts'
import { pattern } from './pattern.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'borgo-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What Helia calls the profile: its defaults, and sharding by the size of the block. */
const PROFILE = { profile: 'unixfs-v1-2025' } as const

async function ofFile(bytes: Uint8Array, keep: (node: Node) => void = () => undefined): Promise<Tree> {
  const path = join(folder, 'file')
  await writeFile(path, bytes)
  await using file = await open(path)
  return layOutFile(await hashLeaves(file, bytes.length), bytes.length, keep)
}

interface Folder {
  [name: string]: Uint8Array | Folder
}

async function ofFolder(tree: Folder, keep: (node: Node) => void): Promise<Tree> {
  const entries: FolderEntry[] = []
  for (const [name, child] of Object.entries(tree))
    entries.push({ name, ...(child instanceof Uint8Array ? await ofFile(child, keep) : await ofFolder(child, keep)) })
  return layOutFolder(entries, keep)
}

async function byHelia(tree: Folder): Promise<string> {
  const fs = unixfs({ blockstore: new MemoryBlockstore() })
  const paths = function* (folder: Folder, prefix: string): Generator<{ path: string; content?: Uint8Array }> {
    if (prefix !== '' && Object.keys(folder).length === 0) yield { path: prefix }
    for (const [name, child] of Object.entries(folder))
      if (child instanceof Uint8Array) yield { path: `${prefix}${name}`, content: child }
      else if (Object.keys(child).length === 0) yield { path: `${prefix}${name}` }
      else yield* paths(child, `${prefix}${name}/`)
  }
  let root = ''
  for await (const entry of fs.addAll(paths(tree, ''), { ...PROFILE, wrapWithDirectory: true }))
    root = entry.cid.toString()
  return root
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('file ids', () => {
  it.each([0, 1, LEAF_BYTES - 1, LEAF_BYTES, LEAF_BYTES + 1, 3 * LEAF_BYTES, 5 * LEAF_BYTES + 12_345])(
    '[D-1] a file of %i bytes has the id that Helia gives it',
    async size => {
      const bytes = pattern(1, size)
      const helia = await unixfs({ blockstore: new MemoryBlockstore() }).addBytes(bytes, PROFILE)
      expect((await ofFile(bytes)).cid.toString()).toBe(helia.toString())
    }
  )
})

describe('a gibibyte', () => {
  /** What Helia 8.0.5 printed for the same bytes: `node test/gibibyte.ts`. */
  const BY_HELIA = 'bafybeifjxux5i62uzpagngmefyaitdktokazmxce3mojpbjdgtjmj6mrkm'

  it('[D-1] has the id that Helia gives it, and is never whole in memory', async () => {
    const path = join(folder, 'gibibyte')
    await writeGibibyte(path)
    await using file = await open(path)
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const digests = await hashLeaves(file, GIBIBYTE, {
      onLeaf: () => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before)
      }
    })
    expect(layOutFile(digests, GIBIBYTE, () => undefined).cid.toString()).toBe(BY_HELIA)
    expect(most).toBeLessThan(4 * LEAF_BYTES)
  })
})

describe('folder ids', () => {
  it.each<[string, Folder]>([
    ['one file', { 'a.txt': text('hello') }],
    ['nested folders', { b: { c: { 'deep.bin': pattern(2, 2 * LEAF_BYTES + 1) }, 'x.txt': text('x') }, a: text('a') }],
    ['an empty file and an empty folder', { empty: text(''), none: {}, more: { none: {} } }],
    [
      'names in many scripts',
      { 'è così.txt': text('1'), 日本語: { 'עברית.txt': text('2') }, '🙂': text('3'), Z: text('4') }
    ]
  ])('[D-1] %s has the id that Helia gives it', async (_, tree) => {
    expect((await ofFolder(tree, () => undefined)).cid.toString()).toBe(await byHelia(tree))
  })

  it('[D-1] the empty folder has the id that everyone knows', async () => {
    const known = 'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354'
    expect((await ofFolder({}, () => undefined)).cid.toString()).toBe(known)
  })

  it('[D-2] a folder too long for one node is sharded as Helia does, and read back whole', async () => {
    const tree: Folder = {}
    for (let i = 0; i < 6_000; i++) tree[`a file with a long enough name ${i}.txt`] = text(`${i % 7}`)
    const nodes = new Map<string, Uint8Array>()
    const { cid } = await ofFolder(tree, node => nodes.set(node.cid.toString(), node.bytes))
    expect(cid.toString()).toBe(await byHelia(tree))
    const outline = readOutline(cid, 0, wanted => nodes.get(wanted.toString())!)
    expect(outline.files.map(file => file.path).sort()).toEqual(Object.keys(tree).sort())
  })
})

describe('outlines', () => {
  it('[D-3] list the files, folders and pieces of a content', async () => {
    const nodes = new Map<string, Uint8Array>()
    const big = pattern(3, 2 * LEAF_BYTES + 5)
    const { cid } = await ofFolder({ b: { 'big.bin': big, none: {} }, a: text(''), c: text('sea') }, node =>
      nodes.set(node.cid.toString(), node.bytes)
    )
    const outline = readOutline(cidFrom(cid.toString()), 0, wanted => nodes.get(wanted.toString())!)
    expect(outline.files).toEqual([
      { path: 'a', bytes: 0, firstPiece: 0 },
      { path: 'b/big.bin', bytes: big.length, firstPiece: 0 },
      { path: 'c', bytes: 3, firstPiece: 3 }
    ])
    expect(outline.folders).toEqual(['b', 'b/none'])
    expect([outline.kind, outline.bytes, outline.pieces]).toEqual(['folder', big.length + 3, 4])
  })
})
