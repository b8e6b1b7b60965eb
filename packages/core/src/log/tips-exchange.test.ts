import { describe, expect, it } from 'vitest'
import type { PeerId, RecordId } from '../ids.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { settle, until } from '../testing/turns.ts'
import type { Tip } from './journal.ts'
import type { RecordKind } from './kind.ts'
import { DIGEST_PARTS, decodeMessage, encodeDiffering, encodeDigest } from './protocol.ts'
import type { Message } from './protocol.ts'
import { NAMED_AT_ONCE, createTipsExchange } from './tips-exchange.ts'

const group = groupId('g')
const note: RecordKind<string> = { name: 'test/note', role: 'writer', maxBytes: 2_000, parse: String }
const DEVICES = Array.from({ length: 300 }, (_, index) => memoryIdentity(`writer ${index}`).device)
const tipsOf = (devices: readonly PeerId[]): Map<PeerId, Tip> =>
  new Map(devices.map((device, index) => [device, { seq: index + 1, id: groupId(`${device}`) as string as RecordId }]))

function setUp(tips: Map<PeerId, Tip>) {
  const sent: Uint8Array[] = []
  const same = new Map<PeerId, number>()
  const exchange = createTipsExchange({
    group,
    stream: { send: async message => void sent.push(message) },
    journal: { tips: () => tips },
    onSame(those) {
      for (const [device, { seq }] of those) same.set(device, seq)
    }
  })
  const take = (): Message[] => sent.splice(0).map(message => decodeMessage(message))
  return { exchange, same, sent, take }
}
const named = (messages: Message[]): PeerId[] =>
  messages.flatMap(message => (message.type === 'have' ? [...message.tips.keys()] : []))

describe('tips', () => {
  it('[L-51] are named when they are few', async () => {
    const few = DEVICES.slice(0, NAMED_AT_ONCE)
    const { exchange, take } = setUp(tipsOf(few))
    await exchange.begin()
    expect(named(take())).toEqual(few)
    expect(() => exchange.onDiffering([1])).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }))
  })

  it('[L-51] cost two short messages when both hold the same', async () => {
    const [one, other] = [setUp(tipsOf(DEVICES)), setUp(tipsOf(DEVICES))]
    await one.exchange.begin()
    expect(one.sent.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(1_000)
    for (const message of one.take()) if (message.type === 'digest') other.exchange.onDigest(message.hashes)
    await other.exchange.tell()
    expect(other.take()).toEqual([])
    expect(other.same).toEqual(new Map([...tipsOf(DEVICES)].map(([device, { seq }]) => [device, seq])))
  })

  it('[L-51] are named where they differ, whatever the other lacks', async () => {
    const theirs = tipsOf(DEVICES)
    const [changed = '' as PeerId, missing = '' as PeerId] = DEVICES.slice(7)
    theirs.set(changed, { seq: 999, id: groupId('other') as string as RecordId })
    theirs.delete(missing)
    const [one, other] = [setUp(tipsOf(DEVICES)), setUp(theirs)]
    await one.exchange.begin()
    for (const message of one.take()) if (message.type === 'digest') other.exchange.onDigest(message.hashes)
    await other.exchange.tell()
    for (const message of other.take()) if (message.type === 'differing') one.exchange.onDiffering(message.parts)
    await one.exchange.tell()
    const told = named(one.take())
    expect(told).toEqual(expect.arrayContaining([changed, missing]))
    expect(told.length).toBeLessThan((6 * DEVICES.length) / DIGEST_PARTS)
    for (const device of told) expect(other.same.has(device)).toBe(false)
    expect(other.same.size + told.length).toBe(DEVICES.length)
    // A newcomer gets all.
    const newcomer = setUp(new Map())
    const host = setUp(tipsOf(DEVICES))
    await host.exchange.begin()
    for (const message of host.take()) if (message.type === 'digest') newcomer.exchange.onDigest(message.hashes)
    await newcomer.exchange.tell()
    for (const message of newcomer.take()) if (message.type === 'differing') host.exchange.onDiffering(message.parts)
    await host.exchange.tell()
    expect(new Set(named(host.take()))).toEqual(new Set(DEVICES))
  })

  it('[L-51] are asked for once', async () => {
    const { exchange } = setUp(tipsOf(DEVICES))
    await exchange.begin()
    exchange.onDiffering([1, 2])
    expect(() => exchange.onDiffering([1])).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }))
    const hashes = Array.from({ length: DIGEST_PARTS }, () => new Uint8Array(8))
    exchange.onDigest(hashes)
    expect(() => exchange.onDigest(hashes)).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }))
    expect(() => decodeMessage(encodeDigest(hashes.slice(1)))).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }))
    const many = Array.from({ length: DIGEST_PARTS + 1 }, (_, part) => part)
    expect(() => decodeMessage(encodeDiffering(many))).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }))
  })

  it('[L-51] bring over what is lacking, both ways, when devices of many meet again', async () => {
    const clock = manualClock()
    const net = memoryNetwork({ clock })
    const writers = Array.from({ length: NAMED_AT_ONCE + 4 }, (_, index) => `writer ${index}`)
    const roles: Roles = { ann: 'owner', ben: 'writer', ...Object.fromEntries(writers.map(seed => [seed, 'writer'])) }
    const start = async (seed: string): Promise<LogNode> => {
      const node = await logNode(seed, { net, clock, groups: { [group]: roles } })
      node.log.define(note)
      return node
    }
    const [ann, ben] = [await start('ann'), await start('ben')]
    const count = (node: LogNode): number => node.log.page(group, [note], { limit: 1_000 }).entries.length
    for (const seed of writers) {
      const writer = await start(seed)
      await writer.connect(ann)
      await writer.log.append(group, note, seed)
      await until(() => ann.log.vector(group).has(writer.device))
      await writer.stop()
    }
    await ben.connect(ann)
    await until(() => count(ben) === writers.length)
    await ben.network.hangUp(ann.device)
    await settle()
    await ann.log.append(group, note, 'of ann')
    await ben.log.append(group, note, 'of ben')
    await ben.connect(ann)
    await until(() => count(ann) === writers.length + 2 && count(ben) === writers.length + 2)
    await ann.stop()
    await ben.stop()
  })
})
