import { manualClock } from '@borgo/core/testing'
import { encode, prepare } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { expect, it } from 'vitest'
import { nameNode } from '../unixfs/layout.ts'
import type { Link } from './link.ts'
import { NodeQuest } from './node-quest.ts'
import type { Ask } from './protocol.ts'

/** A member of which only what it is asked matters. */
function member(): { link: Link; asked: Ask[] } {
  const asked: Ask[] = []
  return { asked, link: { send: (ask: Ask) => void asked.push(ask) } as unknown as Link }
}

const folder = (links: { Name: string; Tsize: number; Hash: ReturnType<typeof nameNode>['cid'] }[]) =>
  nameNode(encode(prepare({ Data: new UnixFS({ type: 'directory' }).marshal(), Links: links })))
const inner = folder([])
const root = folder([{ Name: 'inner', Tsize: inner.bytes.length, Hash: inner.cid }])

it('[D-5] ends when the list of a content is longer than its limit, and keeps no more of it', async () => {
  const kept: Uint8Array[] = []
  const quest = new NodeQuest(root.cid, bytes => kept.push(bytes), manualClock(), root.bytes.length)
  const { link } = member()
  quest.join(link)
  quest.receive(link, root.bytes)
  quest.receive(link, inner.bytes)
  await expect(quest.done).rejects.toMatchObject({ code: 'TOO_MANY_FILES' })
  expect(kept).toEqual([root.bytes])
})

it('[D-13] names who was asked and is silent, as soon as somebody else can be asked', async () => {
  const clock = manualClock()
  const quest = new NodeQuest(root.cid, () => undefined, clock)
  const [silent, honest] = [member(), member()]
  quest.join(silent.link)
  await clock.advance(30_000)
  expect(quest.stalled()).toEqual([])
  quest.join(honest.link)
  expect(quest.stalled()).toEqual([silent.link])
  quest.leave(silent.link)
  expect(honest.asked).toEqual([{ type: 'nodes', cids: [root.cid] }])
  quest.receive(honest.link, root.bytes)
  quest.receive(honest.link, inner.bytes)
  await quest.done
})
