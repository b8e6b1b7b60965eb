import { encode, prepare } from '@ipld/dag-pb'
import type { PBLink } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import { cidOf, DAG_PB, RAW } from '../content-id.ts'
import { LEAF_BYTES, nameNode } from './layout.ts'
import type { Node } from './layout.ts'
import { MAX_INNER_NODES, readOutline } from './outline.ts'
import type { Outline } from './outline.ts'
import { sha256 } from './sha256.ts'

const leaf = (text: string): CID => cidOf(RAW, sha256(new TextEncoder().encode(text)))

function make(type: string, links: PBLink[], sizes: bigint[] = [], data?: Uint8Array<ArrayBuffer>): Node {
  const unixfs = new UnixFS({ type: type as 'file', blockSizes: sizes, data })
  return nameNode(encode(prepare({ Data: unixfs.marshal(), Links: links })))
}

const file = (leaves: [CID, number][]): Node =>
  make(
    'file',
    leaves.map(([Hash, Tsize]) => ({ Name: '', Tsize, Hash })),
    leaves.map(([, size]) => BigInt(size))
  )
const folder = (entries: [string, CID, number][]): Node =>
  make(
    'directory',
    entries.map(([Name, Hash, Tsize]) => ({ Name, Tsize, Hash }))
  )

const shard = (links: PBLink[]): Node => {
  const unixfs = new UnixFS({ type: 'hamt-sharded-directory', data: new Uint8Array(), fanout: 256n, hashType: 0x22n })
  return nameNode(encode(prepare({ Data: unixfs.marshal(), Links: links })))
}

function read(root: CID, nodes: Node[], bytes = 0): Outline {
  const all = new Map(nodes.map(node => [node.cid.toString(), node.bytes]))
  return readOutline(root, bytes, cid => all.get(cid.toString())!)
}

const refused = (code: string): unknown => expect.objectContaining({ code })

describe('an outline is refused', () => {
  it('[D-5] when leaves are not of 1 MiB', () => {
    const node = file([
      [leaf('a'), 300_000],
      [leaf('b'), 300_000]
    ])
    expect(() => read(node.cid, [node])).toThrow(refused('BAD_CONTENT'))
    const large = file([
      [leaf('a'), LEAF_BYTES + 1],
      [leaf('b'), 1]
    ])
    expect(() => read(large.cid, [large])).toThrow(refused('BAD_CONTENT'))
    expect(() => read(leaf('a'), [], LEAF_BYTES + 1)).toThrow(refused('BAD_CONTENT'))
  })

  it('[D-5] when sizes lie', () => {
    const inner = file([
      [leaf('a'), LEAF_BYTES],
      [leaf('b'), 5]
    ])
    const outer = make('file', [{ Name: '', Tsize: 1, Hash: inner.cid }], [5n])
    expect(() => read(outer.cid, [inner, outer])).toThrow(refused('BAD_CONTENT'))
    const uneven = make('file', [{ Name: '', Tsize: 1, Hash: leaf('a') }], [1n, 2n])
    expect(() => read(uneven.cid, [uneven])).toThrow(refused('BAD_CONTENT'))
    const empty = folder([['a', leaf('not empty'), 0]])
    expect(() => read(empty.cid, [empty])).toThrow(refused('BAD_CONTENT'))
  })

  it('[D-5] when it is of another kind or hash', () => {
    for (const node of [
      make('symlink', [], [], new Uint8Array([97])),
      make('raw', [], [], new Uint8Array([97])),
      file([])
    ])
      expect(() => read(node.cid, [node])).toThrow(refused('BAD_CONTENT'))
    const inline = make('file', [], [], new Uint8Array([1, 2, 3]))
    expect(() => read(inline.cid, [inline])).toThrow(refused('BAD_CONTENT'))
    const foreign = CID.parse('QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn')
    const linked = folder([['a', foreign, 1]])
    expect(() => read(linked.cid, [linked])).toThrow(refused('BAD_CONTENT'))
  })

  it('[D-4] when a name would leave its folder', () => {
    for (const name of ['..', 'a/b', '/etc', 'a\\b', '']) {
      const node = folder([[name, leaf('x'), 1]])
      expect(() => read(node.cid, [node])).toThrow(refused('BAD_NAME'))
    }
  })

  it('[D-5] when a folder has one name twice', () => {
    const node = folder([
      ['a', leaf('x'), 1],
      ['a', leaf('y'), 1]
    ])
    expect(() => read(node.cid, [node])).toThrow(refused('BAD_CONTENT'))
  })

  it('[D-5] when few nodes stand for endlessly many files', () => {
    const nodes = [folder(Array.from({ length: 1_000 }, (_, i) => [`f${i}`, leaf('x'), 1]))]
    for (let level = 0; level < 4; level++)
      nodes.push(folder(Array.from({ length: 1_000 }, (_, i) => [`d${i}`, nodes.at(-1)!.cid, 1])))
    expect(() => read(nodes.at(-1)!.cid, nodes)).toThrow(refused('TOO_MANY_FILES'))
  })

  it('[D-5] when a folder has one name twice, in two of its shards', () => {
    const entry = { Name: '07twice', Tsize: 1, Hash: leaf('a') }
    const inner = shard([entry])
    const outer = shard([entry, { Name: '08', Tsize: 1, Hash: inner.cid }])
    expect(() => read(outer.cid, [inner, outer])).toThrow(refused('BAD_CONTENT'))
  })

  it('[D-5] when few nodes stand for endlessly many shards, before many were read', () => {
    const nodes = [shard([])]
    for (let level = 0; level < 3; level++) {
      const below = nodes.at(-1)!.cid
      const labels = Array.from({ length: 256 }, (_, slot) => slot.toString(16).toUpperCase().padStart(2, '0'))
      nodes.push(shard(labels.map(Name => ({ Name, Tsize: 1, Hash: below }))))
    }
    const all = new Map(nodes.map(node => [node.cid.toString(), node.bytes]))
    let reads = 0
    const load = (cid: CID): Uint8Array => (reads++, all.get(cid.toString())!)
    expect(() => readOutline(nodes.at(-1)!.cid, 0, load)).toThrow(refused('TOO_MANY_FILES'))
    expect(reads).toBe(MAX_INNER_NODES + 1)
  })

  it('[D-5] when it nests without end', () => {
    const nodes = [folder([])]
    for (let level = 0; level < 100; level++) nodes.push(folder([['d', nodes.at(-1)!.cid, 1]]))
    expect(() => read(nodes.at(-1)!.cid, nodes)).toThrow(refused('BAD_CONTENT'))
    const shard = (links: PBLink[]): Node => {
      const data = new UnixFS({
        type: 'hamt-sharded-directory',
        data: new Uint8Array([1]),
        fanout: 256n,
        hashType: 0x22n
      })
      return nameNode(encode(prepare({ Data: data.marshal(), Links: links })))
    }
    const shards = [shard([])]
    for (let level = 0; level < 100; level++)
      shards.push(
        shard(
          Array.from({ length: 256 }, (_, slot) => ({
            Name: slot.toString(16).toUpperCase().padStart(2, '0'),
            Tsize: 1,
            Hash: shards.at(-1)!.cid
          }))
        )
      )
    expect(() => read(shards.at(-1)!.cid, shards)).toThrow(refused('BAD_CONTENT'))
  })

  it('[D-5] when a node is no node', () => {
    for (const bytes of [new Uint8Array(), new Uint8Array([255, 1, 2]), new Uint8Array(600_000)])
      expect(() => readOutline(cidOf(DAG_PB, sha256(bytes)), 0, () => bytes)).toThrow(refused('BAD_CONTENT'))
  })
})
