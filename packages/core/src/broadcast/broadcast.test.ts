import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeCanonical } from '../canonical.ts'
import type { Channel } from '../log/kind.ts'
import { encodeBody } from '../log/body.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { seededRandom } from '../testing/random.ts'
import { DENY_MS } from '../transport/offences.ts'
import type { Heard } from './broadcast.ts'
import { encodeBroadcast, roomOf } from './message.ts'
import type { Room, Said } from './message.ts'
import { FRESH_MS } from './replay-window.ts'

const group = groupId('g')
const roles: Roles = { ann: 'owner', ben: 'writer', cat: 'writer', dan: 'reader' }
const channel: Channel<string> = {
  name: 'test/typing',
  role: 'writer',
  maxBytes: 200,
  parse(value) {
    if (typeof value !== 'string') throw new TypeError('expected text')
    return value
  }
}

describe('broadcast', () => {
  let clock: ReturnType<typeof manualClock>
  let net: ReturnType<typeof memoryNetwork>
  const nodes: LogNode[] = []

  const start = async (seed: string, in_: Roles = roles): Promise<LogNode & { heard: Heard<string>[] }> => {
    const node = await logNode(seed, { net, clock, groups: { [group]: in_ } })
    nodes.push(node)
    const heard: Heard<string>[] = []
    node.broadcast.listen(channel, message => heard.push(message))
    return { ...node, heard }
  }
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await setImmediate()
  }
  const roomAt = (node: LogNode, epoch = 0): Room => roomOf(group, epoch, node.members.key(group, epoch)!)
  /** What `by` says by hand, through the node `at`. */
  const say = async (
    at: LogNode,
    {
      by = 'eve',
      room = roomAt(at),
      data = 'hi' as unknown,
      ...changes
    }: Partial<Said> & { by?: string; room?: Room; data?: unknown } = {}
  ): Promise<Uint8Array> => {
    const { device, deviceKey } = memoryIdentity(by)
    const body = encodeBody({ kind: channel.name, data })
    const message = encodeBroadcast(room, deviceKey, { group, device, ms: clock.now(), count: 1, body, ...changes })
    await at.network.publish(room.topic, message)
    await settle()
    return message
  }
  const isShutOut = (node: LogNode, from: LogNode): boolean =>
    !node.network.connections().some(({ peer }) => peer === from.device)

  beforeEach(() => {
    clock = manualClock()
    net = memoryNetwork({ clock })
  })
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop()
  })

  it('[B-1] reaches the members that are connected, directly or through others, and not the sender', async () => {
    const [ann, ben, cat] = [await start('ann'), await start('ben'), await start('cat')]
    await ann.connect(ben)
    await ben.connect(cat)
    await ann.broadcast.send(group, channel, 'hello')
    await settle()
    const message = { group, account: ann.identity.account, device: ann.device, data: 'hello' }
    expect([ann.heard, ben.heard, cat.heard]).toEqual([[], [message], [message]])
  })

  it('[B-1] passes on what is said on channels that this node has not', async () => {
    const [ann, ben, cat] = [await start('ann'), await start('ben'), await start('cat')]
    await ann.connect(ben)
    await ben.connect(cat)
    const other: Channel<string> = { ...channel, name: 'test/other' }
    const heard: string[] = []
    cat.broadcast.listen(other, ({ data }) => heard.push(data))
    await ann.broadcast.send(group, other, 'psst')
    await settle()
    expect(heard).toEqual(['psst'])
  })

  it('[B-2] hides group, sender and content from whoever has not the key', async () => {
    const ann = await start('ann')
    const room = roomAt(ann)
    const other = groupId('other')
    expect(roomOf(other, 0, ann.members.key(group, 0)!).topic).not.toBe(room.topic)
    expect(room.topic).not.toContain(group)
    const message = Buffer.from(await say(ann, { by: 'ann', data: 'a secret' }))
    for (const part of [
      Buffer.from('secret'),
      Buffer.from(channel.name),
      Buffer.from(ann.identity.deviceKey.publicKey)
    ])
      expect(message.includes(part)).toBe(false)
  })

  it('[B-3] rejects what is not encrypted for the group or not signed by the device that it names', async () => {
    const attempts: Record<string, (eve: LogNode, ann: LogNode, count: number) => Promise<unknown>> = {
      "under another's name": (eve, ann, count) => say(eve, { device: ann.device, count }),
      'for another group': (eve, _, count) => say(eve, { group: groupId('other'), count }),
      'under another key': eve => say(eve, { room: { ...roomAt(eve), key: new Uint8Array(32) } }),
      'in no form at all': (eve, _, count) => eve.network.publish(roomAt(eve).topic, Buffer.from(`garbage ${count}`))
    }
    const both: Roles = { ann: 'owner', eve: 'writer' }
    for (const [what, attempt] of Object.entries(attempts)) {
      const [ann, eve] = [await start('ann', both), await start('eve', both)]
      await eve.connect(ann)
      for (let count = 1; count <= 10; count++) await attempt(eve, ann, count)
      await settle()
      expect(ann.heard, what).toEqual([])
      expect(isShutOut(ann, eve), what).toBe(true)
      for (const node of nodes.splice(0)) await node.stop()
    }
  })

  it('[B-4] lets only members of the role speak, at the sender and at every hearer', async () => {
    const [ann, dan] = [await start('ann'), await start('dan')]
    await ann.connect(dan)
    await expect(dan.broadcast.send(group, channel, 'x')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(dan.broadcast.send(groupId('none'), channel, 'x')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await say(dan, { by: 'dan' })
    await say(dan, { by: 'stranger' })
    expect(ann.heard).toEqual([])
  })

  it('[B-5] hears a message once and only while it is fresh', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    await ann.connect(ben)
    ann.broadcast.stop()
    const message = await say(ann, { by: 'ann' })
    await ann.network.publish(roomAt(ann).topic, Buffer.concat([message]))
    await say(ann, { by: 'ann', data: 'same ms and count' })
    await say(ann, { by: 'ann', ms: clock.now() - FRESH_MS - 1, data: 'stale' })
    await say(ann, { by: 'ann', ms: clock.now() + FRESH_MS + 1, data: 'early' })
    await say(ann, { by: 'ann', ms: clock.now() - FRESH_MS, data: 'just fresh' })
    expect(ben.heard.map(({ data }) => data)).toEqual(['hi', 'just fresh'])
    expect(isShutOut(ben, ann)).toBe(false)
  })

  it('[B-6] refuses what is too long or what the channel itself refuses, here and there', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    await ann.connect(ben)
    await expect(ann.broadcast.send(group, channel, 'x'.repeat(200))).rejects.toMatchObject({ code: 'TOO_LARGE' })
    await expect(ann.broadcast.send(group, channel, 17 as unknown as string)).rejects.toThrow(TypeError)
    expect(() => ann.broadcast.listen({ ...channel, name: 'test/big', maxBytes: 16_385 }, () => undefined)).toThrow(
      TypeError
    )
    await say(ann, { by: 'ann', data: 17, count: 2 })
    await say(ann, { by: 'ann', data: 'x'.repeat(200), count: 3 })
    expect(ben.heard).toEqual([])
  })

  it('[B-7] blames the author for what its channel refuses, and not who passed it on', async () => {
    const [ann, ben, cat] = [await start('ann'), await start('ben'), await start('cat')]
    await ann.connect(ben)
    await ben.connect(cat)
    // Ben has no such channel and cannot know better.
    ben.broadcast.stop()
    const room = roomAt(ben)
    ben.network.subscribe(room.topic, () => 'accept')
    for (let count = 0; count < 12; count++) await say(ann, { by: 'ann', data: 17, count })
    expect(isShutOut(cat, ben)).toBe(false)
    await ann.connect(cat)
    for (let count = 20; count < 32; count++) await say(ann, { by: 'ann', data: 17, count })
    expect(isShutOut(cat, ann)).toBe(true)
  })

  it('[B-7] blames nobody who was let in or given a role before the hearer knew of it', async () => {
    const before: Roles = { ann: 'owner', dan: 'reader' }
    const after: Roles = { ...before, nina: 'writer', dan: 'writer' }
    const [ann, dan, nina] = [await start('ann', before), await start('dan', after), await start('nina', after)]
    // Nobody tells of members.
    for (const { log } of [ann, dan, nina]) await log.stop()
    await ann.connect(dan)
    await ann.connect(nina)
    for (let count = 0; count < 12; count++)
      for (const node of [dan, nina]) await node.broadcast.send(group, channel, `${count}`)
    await settle()
    expect(ann.heard).toEqual([])
    for (const node of [dan, nina]) expect(isShutOut(ann, node)).toBe(false)
    ann.members.grant(group, 'nina', 'writer')
    await nina.broadcast.send(group, channel, 'now')
    await settle()
    expect(ann.heard.map(({ data }) => data)).toEqual(['now'])
  })

  it('[B-8] gives a channel to one listener at a time, whose failure harms nobody else', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    await ann.connect(ben)
    expect(() => ben.broadcast.listen(channel, () => undefined)).toThrow(
      expect.objectContaining({ code: 'KIND_TAKEN' })
    )
    const failing: Channel<string> = { ...channel, name: 'test/failing' }
    const undo = ben.broadcast.listen(failing, () => {
      throw new Error('a bug')
    })
    await ann.broadcast.send(group, failing, 'x')
    await ann.broadcast.send(group, channel, 'y')
    await settle()
    expect(ben.heard).toHaveLength(1)
    undo()
    ben.broadcast.listen(failing, () => undefined)
  })

  it('[B-9] moves to the room of a new epoch and ignores what is said in another one', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    await ann.connect(ben)
    for (const node of [ann, ben]) {
      node.members.giveKey(group, 1)
      node.members.setEpoch(group, 1)
    }
    await ann.broadcast.send(group, channel, 'new')
    const old = roomAt(ann, 0)
    await say(ann, { by: 'ann', room: old, count: 7 })
    for (let count = 0; count < 12; count++) {
      const other = encodeCanonical([1, 9, new Uint8Array(60).fill(count)])
      await ann.network.publish(roomAt(ann, 1).topic, other)
    }
    await settle()
    expect(ben.heard.map(({ data }) => data)).toEqual(['new'])
    expect(isShutOut(ben, ann)).toBe(false)
    ben.members.setEpoch(group, 2)
    await expect(ben.broadcast.send(group, channel, 'x')).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('[B-3] survives 10,000 garbled, cut and random messages, hears none of them and shuts the sender out', async () => {
    const both: Roles = { ann: 'owner', eve: 'writer' }
    const [ann, eve] = [await start('ann', both), await start('eve', both)]
    for (const node of [ann, eve]) await node.log.stop()
    eve.broadcast.stop()
    const seed = 41
    const random = seededRandom(seed)
    const below = (limit: number): number => Math.floor(random() * limit)
    const room = roomAt(eve)
    const { device, deviceKey } = eve.identity
    const body = encodeBody({ kind: channel.name, data: 'hi' })
    // Half of them of mallory, who is no member: what survives the garbling is refused for that.
    const corpus = Array.from({ length: 40 }, (_, count) => {
      const by = count % 2 === 0 ? eve.identity : memoryIdentity('mallory')
      return encodeBroadcast(room, by.deviceKey, { group, device: by.device, ms: clock.now(), count, body })
    })
    const garble = (): Uint8Array => {
      if (random() < 0.2) return Uint8Array.from({ length: 1 + below(300) }, () => below(256))
      const right = corpus[below(corpus.length)]!
      const changed = right.slice(0, random() < 0.3 ? 1 + below(right.length - 1) : right.length)
      changed[below(changed.length)]! ^= 1 + below(255)
      return changed
    }
    let denials = 0
    for (let round = 0; round < 1_000; round++) {
      if (eve.network.connections().length === 0) {
        if (round > 0) denials++
        await clock.advance(DENY_MS)
        await eve.connect(ann)
      }
      for (let one = 0; one < 10; one++) await eve.network.publish(room.topic, garble())
      await setImmediate()
    }
    expect(ann.heard, `seed ${seed}`).toEqual([])
    expect(denials, `seed ${seed}`).toBeGreaterThan(800)
    await clock.advance(DENY_MS)
    await eve.connect(ann)
    await eve.network.publish(
      room.topic,
      encodeBroadcast(room, deviceKey, { group, device, ms: clock.now(), count: 1, body })
    )
    await settle()
    expect(ann.heard).toHaveLength(1)
  })
})
