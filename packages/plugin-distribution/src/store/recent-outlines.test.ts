import { expect, it } from 'vitest'
import type { ContentId } from '../content-id.ts'
import type { Outline } from '../unixfs/outline.ts'
import { RecentOutlines } from './recent-outlines.ts'

const cid = (name: string): ContentId => name as ContentId
const outline = (mebibytes: number): Outline => ({
  kind: 'file',
  files: [],
  folders: [],
  bytes: 0,
  pieces: 0,
  digests: new Uint8Array(mebibytes * 2 ** 20)
})

it('[D-28] a list of pieces is read once, however often somebody asks for the content', () => {
  const recent = new RecentOutlines()
  let reads = 0
  const ask = (name: string, bytes = 0): Outline => recent.get(cid(name), bytes, () => (reads++, outline(1)))
  expect(ask('a')).toBe(ask('a'))
  expect(reads).toBe(1)
  ask('a', 7)
  expect(reads).toBe(2)
  recent.forget(cid('a'))
  ask('a')
  expect(reads).toBe(3)
})

it('[D-28] the lists that are kept take 64 MiB, or are one', () => {
  const recent = new RecentOutlines()
  const reads: string[] = []
  const ask = (name: string, mebibytes: number): Outline =>
    recent.get(cid(name), 0, () => (reads.push(name), outline(mebibytes)))
  for (const name of ['a', 'b', 'a', 'c', 'a']) ask(name, 30)
  expect(reads).toEqual(['a', 'b', 'c'])
  ask('b', 30)
  ask('large', 100)
  ask('large', 100)
  ask('a', 30)
  expect(reads).toEqual(['a', 'b', 'c', 'b', 'large', 'a'])
})
