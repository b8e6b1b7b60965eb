import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RecordKind } from './kind.ts'
import type { PeerId, RecordId } from '../ids.ts'
import type { Stream } from '../stream.ts'
import { hand } from '../testing/hand.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { seededRandom } from '../testing/random.ts'
import { settle, until } from '../testing/turns.ts'
import { LOG_SYNC, decodeMessage, encodeHave, encodeHello, encodeOperations, encodeRecords } from './protocol.ts'
import { ANNOUNCE_ALL_MS, STALLED_MS, HAND_OVER_MS, TURN_MS } from './sync.ts'

const group = groupId('g')
const note: RecordKind<string> = { name: 'test/note', role: 'writer', maxBytes: 2_000, parse: String }
const everyone: Roles = { ann: 'owner', ben: 'writer', cat: 'writer', dan: 'reader' }

describe('log sync', () => {
  let clock: ReturnType<typeof manualClock>
  let net: ReturnType<typeof memoryNetwork>
  const nodes: LogNode[] = []

  const start = async (seed: string, roles: Roles = everyone): Promise<LogNode> => {
    const node = await logNode(seed, { net, clock, groups: { [group]: roles } })
    node.log.define(note)
    nodes.push(node)
    return node
  }
  const stop = async (node: LogNode): Promise<void> => {
    nodes.splice(nodes.indexOf(node), 1)
    await node.stop()
  }
  const holds = (node: LogNode, of: LogNode): number => node.log.vector(group).get(of.device) ?? 0
  const texts = (node: LogNode): string[] =>
    node.log.page(group, [note], { limit: 1_000 }).entries.map(({ data }) => data)
  const write = (node: LogNode, count: number, text = node.device.slice(-4)): Promise<unknown> =>
    Promise.all(Array.from({ length: count }, (_, index) => node.log.append(group, note, `${text} ${index}`)))
  /** Bytes that went over the connection of two nodes, both ways. */
  const traffic = (node: LogNode, other: LogNode): number => {
    const found = node.network.connections().filter(({ peer }) => peer === other.device)
    return found.reduce((sum, { bytesIn, bytesOut }) => sum + bytesIn + bytesOut, 0)
  }

  beforeEach(() => {
    clock = manualClock()
    net = memoryNetwork({ clock })
  })
  afterEach(async () => {
    for (const node of [...nodes]) await stop(node)
  })

  it('[L-50] who is connected has what was just written before a device is gone', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    await ann.connect(ben)
    await write(ann, 300)
    await ann.log.handOver()
    await stop(ann)
    expect(holds(ben, ann)).toBe(300)
    // Written before the two met: there is no time to be asked for it.
    const cat = await start('cat')
    await write(cat, 300)
    await cat.connect(ben)
    await cat.log.handOver()
    await stop(cat)
    expect(holds(ben, cat)).toBe(300)
  })

  it('[L-50] a device that leaves waits no longer than two seconds for others to take that in', async () => {
    net = memoryNetwork({ clock, latencyMs: 1_500 })
    const [ann, ben] = [await start('ann'), await start('ben')]
    const dialled = ann.connect(ben)
    for (let minute = 0; minute < 10; minute++) await clock.advance(6_000)
    await dialled
    await write(ann, 1)
    let isOver = false
    const leaving = ann.log.handOver().then(() => (isOver = true))
    await clock.advance(HAND_OVER_MS - 1)
    expect(isOver).toBe(false)
    await clock.advance(1)
    await leaving
    const stopped = stop(ann)
    await clock.advance(10_000)
    await stopped
  })

  it('[L-17] holds one session with a member for each shared group, though both sides open one', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    const second = groupId('second')
    for (const node of [ann, ben])
      for (const seed of ['ann', 'ben']) {
        node.members.grant(second, seed, 'owner')
        node.members.giveKey(second)
      }
    await ann.connect(ben)
    await until(() => ann.streams.count() === 2 && ben.streams.count() === 2)
    await settle()
    expect([ann.streams.count(), ben.streams.count()]).toEqual([2, 2])
    await ben.log.append(second, note, 'hello')
    await until(() => ann.log.vector(second).get(ben.device) === 1)
  })

  it('[L-18] tells a stranger nothing but the newest hashes of the membership', async () => {
    const [ann, eve] = [await start('ann'), await start('eve', {})]
    await write(ann, 3)
    await eve.connect(ann)
    const stream = await eve.streams.open(ann.device, LOG_SYNC)
    await stream.send(encodeHello(group, []))
    for (const message of encodeOperations([], true)) await stream.send(message)
    const heard: string[] = []
    await expect(
      (async () => {
        for await (const message of stream) heard.push(decodeMessage(message).type)
      })()
    ).rejects.toMatchObject({ code: 'STREAM_RESET' })
    expect(heard).toEqual(['hello'])
  })

  it('[L-18] ends without a word what is opened for a group that it is not in', async () => {
    const [ann, eve] = [await start('ann'), await start('eve', {})]
    await eve.connect(ann)
    const stream = await eve.streams.open(ann.device, LOG_SYNC)
    await stream.send(encodeHello(groupId('unknown'), []))
    expect(await stream.receive()).toBeUndefined()
  })

  it('[L-18] lets in a member whose admission it has not heard of, once shown it', async () => {
    const before: Roles = { ann: 'owner', ben: 'writer' }
    const [ann, ben, cat] = [await start('ann', before), await start('ben', before), await start('cat', {})]
    await write(ann, 2)
    for (const node of [ben, cat]) {
      for (const [seed, role] of Object.entries(before)) if (node === cat) node.members.grant(group, seed, role)
      node.members.grant(group, 'cat', 'writer')
      node.members.giveKey(group)
    }
    await cat.connect(ann)
    await until(() => holds(cat, ann) === 2)
    await write(cat, 1)
    await until(() => holds(ann, cat) === 1)
    expect(ann.members.roleOf(group, cat.device)).toBe('writer')
  })

  it('[L-60] checks operations in portions, with turns for everything else in between', async () => {
    const before: Roles = { ann: 'owner', ben: 'writer' }
    const [ann, ben] = [await start('ann', before), await start('ben', before)]
    for (let at = 0; at < 100; at++) ann.members.grant(group, `person ${at}`, 'reader')
    const receive = vi.spyOn(ben.members, 'receive')
    await ann.connect(ben)
    await until(() => ben.members.devices(group).length === 102)
    const lengths = receive.mock.calls.map(([, operations]) => operations.length)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(32)
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeGreaterThanOrEqual(100)
  })

  it('[L-18] shows a device whose membership was undone what undid it, and no more', async () => {
    const [ann, cat] = [await start('ann'), await start('cat')]
    ann.members.grant(group, 'cat', 'none')
    await write(ann, 2)
    await cat.connect(ann)
    await until(() => cat.members.roleOf(group, cat.device) === undefined)
    await until(() => ann.streams.count() + cat.streams.count() === 0)
    expect(cat.log.vector(group)).toEqual(new Map())
  })

  it('[L-18] ends the session with a member that is removed meanwhile', async () => {
    const [ann, cat] = [await start('ann'), await start('cat')]
    await ann.connect(cat)
    await write(ann, 1)
    await until(() => holds(cat, ann) === 1)
    ann.members.grant(group, 'cat', 'none')
    await write(ann, 1)
    await until(() => cat.members.roleOf(group, cat.device) === undefined)
    await until(() => ann.streams.count() + cat.streams.count() === 0)
    expect(holds(cat, ann)).toBe(1)
  })

  it('[L-19] delivers through a third member when the author is gone', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    await ann.connect(ben)
    await write(ann, 300)
    await until(() => holds(ben, ann) === 300)
    await stop(ann)
    const cat = await start('cat')
    await cat.connect(ben)
    await until(() => cat.log.vector(group).get(ann.device) === 300)
    expect(texts(cat)).toEqual(texts(ben))
    expect(texts(cat)).toHaveLength(300)
  })

  it('[L-19] catches up from one member at a time, so that nothing comes twice', async () => {
    const [ann, ben, cat] = [await start('ann'), await start('ben'), await start('cat')]
    await ann.connect(ben)
    await write(ann, 600, 'x'.repeat(500))
    await until(() => holds(ben, ann) === 600)
    const once = traffic(ann, ben)
    await Promise.all([cat.connect(ann), cat.connect(ben)])
    await until(() => holds(cat, ann) === 600)
    await settle()
    expect(traffic(cat, ann) + traffic(cat, ben)).toBeLessThan(1.1 * once)
  })

  it('[L-20] sends new records to connected members at once, and on to those the author does not reach', async () => {
    const [ann, ben, cat, dan] = [await start('ann'), await start('ben'), await start('cat'), await start('dan')]
    await ann.connect(ben)
    await ben.connect(cat)
    await cat.connect(dan)
    await settle()
    await write(ann, 1)
    await until(() => holds(dan, ann) === 1)
    await write(cat, 1)
    await until(() => holds(ann, cat) === 1)
    expect(texts(dan)).toEqual(texts(ann))
  })

  it('[L-20] does not send on what the others have from the author', async () => {
    const [ann, ben, cat] = [await start('ann'), await start('ben'), await start('cat')]
    await Promise.all([ann.connect(ben), ann.connect(cat), ben.connect(cat)])
    await settle()
    const before = traffic(ben, cat)
    for (let index = 0; index < 20; index++) {
      await write(ann, 1, 'y'.repeat(1_000))
      await until(() => holds(ben, ann) === index + 1 && holds(cat, ann) === index + 1)
    }
    await settle()
    expect(traffic(ben, cat) - before).toBeLessThan(20 * 200)
  })

  it('[L-20] brings members to the newest membership before what depends on it', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    await ann.connect(ben)
    await settle()
    ann.members.grant(group, 'eve', 'writer')
    await write(ann, 1)
    await until(() => holds(ben, ann) === 1)
    expect(ben.members.devices(group)).toEqual(ann.members.devices(group))
  })

  /** Nine, all connected to each other, but the last one not to the first. */
  const startCrowd = async (): Promise<LogNode[]> => {
    const seeds = Array.from({ length: 9 }, (_, index) => `member ${index}`)
    const roles: Roles = Object.fromEntries(seeds.map(name => [name, 'writer']))
    const crowd: LogNode[] = []
    for (const seed of seeds) {
      const node = await start(seed, roles)
      for (const other of crowd.slice(seed === seeds.at(-1) ? 1 : 0)) await node.connect(other)
      crowd.push(node)
    }
    await until(() => crowd.every(node => node.streams.count() >= 7))
    return crowd
  }

  it('[L-20] in a crowd, a record reaches also who is not connected to its author', async () => {
    const crowd = await startCrowd()
    await write(crowd[0]!, 1)
    const hasIt = (): boolean => crowd.every(node => holds(node, crowd[0]!) === 1)
    await until(() => crowd.slice(0, -1).every(node => holds(node, crowd[0]!) === 1))
    await clock.advance(ANNOUNCE_ALL_MS)
    await until(hasIt)
  })

  it('[L-20] in a crowd, membership reaches also who is not connected to who changed it, and nobody twice', async () => {
    const crowd = await startCrowd()
    const bytes = (): number => crowd.reduce((sum, a) => sum + crowd.reduce((of, b) => of + traffic(a, b), 0), 0)
    const knows = ({ members }: LogNode): boolean => members.devices(group).length === 10
    crowd[0]!.members.grant(group, 'eve', 'writer')
    await until(() => crowd.slice(0, -1).every(knows))
    await clock.advance(ANNOUNCE_ALL_MS)
    await until(() => crowd.every(knows))
    await settle()
    const before = bytes()
    await clock.advance(2 * ANNOUNCE_ALL_MS)
    await settle()
    expect(bytes()).toBe(before)
  })

  it('[L-9] clocks that are hours apart neither lose nor reorder what follows one another', async () => {
    const hours = [-5, 0, 7]
    const talkers: LogNode[] = []
    for (const [index, seed] of ['ann', 'ben', 'cat'].entries()) {
      const skewed = { ...clock, now: () => clock.now() + (hours[index] ?? 0) * 3_600_000 }
      const node = await logNode(seed, { net, clock: skewed, groups: { [group]: everyone } })
      node.log.define(note)
      nodes.push(node)
      for (const other of talkers) await node.connect(other)
      talkers.push(node)
    }
    const said: string[] = []
    for (let turn = 0; turn < 30; turn++) {
      const text = `turn ${turn}`
      said.push(text)
      await talkers[(turn * 7) % 3]!.log.append(group, note, text)
      await until(() => talkers.every(node => texts(node).length === said.length))
      await clock.advance(turn * 60_000)
    }
    for (const node of talkers) expect(texts(node)).toEqual(said)
  })

  it('[L-33] tells whose clock is how far off, and which times say nothing', async () => {
    const [ann, dan] = [await start('ann'), await start('dan')]
    const year = 365 * 86_400_000
    for (const [seed, ms] of [
      ['ben', year],
      ['cat', -100 * year]
    ] as const) {
      const skewed = { ...clock, now: () => Math.max(0, clock.now() + ms) }
      const node = await logNode(seed, { net, clock: skewed, groups: { [group]: everyone } })
      node.log.define(note)
      nodes.push(node)
      await node.log.append(group, note, `by ${seed}`)
      await ann.connect(node)
    }
    await write(ann, 1, 'by ann')
    await ann.connect(dan)
    await until(() => [ann, dan].every(node => texts(node).length === 3))
    const [ben, cat] = [nodes[2]!, nodes[3]!]
    await until(() => ann.log.clockSkewOf(cat.device) !== undefined && dan.log.clockSkewOf(ann.device) === 0)
    expect(ann.log.clockSkewOf(ben.device)).toBe(year)
    expect(ann.log.clockSkewOf(cat.device)).toBe(-clock.now())
    expect(dan.log.clockSkewOf(ben.device)).toBeUndefined()
    const off = (node: LogNode) =>
      new Map(node.log.page(group, [note]).entries.map(({ data, isTimeOff }) => [data, isTimeOff]))
    for (const node of [ann, dan])
      expect(off(node)).toEqual(
        new Map([
          ['by ben', true],
          ['by cat', true],
          ['by ann 0', false]
        ])
      )
  })

  it('[L-21] drops a member that offers what it does not send, and asks another', async () => {
    const [ann, ben, cat] = [await start('ann'), await start('ben'), await start('cat')]
    await write(ann, 5)
    // Ben's place is taken by a program of its own: it offers, and then says no more.
    await ben.log.stop()
    const offered = Promise.withResolvers<void>()
    ben.streams.handle(LOG_SYNC, async stream => {
      await stream.receive()
      await stream.send(encodeHello(group, ben.members.heads(group)))
      for (const message of encodeOperations([], true)) await stream.send(message)
      for (const have of encodeHave(new Map([[ann.device, { seq: 5, id: 'b'.padEnd(53, 'a') as RecordId }]])))
        await stream.send(have)
      for await (const message of stream) if (decodeMessage(message).type === 'want') offered.resolve()
    })
    await cat.connect(ben)
    await offered.promise
    await cat.connect(ann)
    await settle()
    expect(holds(cat, ann)).toBe(0)
    await clock.advance(STALLED_MS)
    await until(() => holds(cat, ann) === 5)
  })

  /** A program in Ben's place: it offers what Ann wrote, and answers what it is asked for in its own way. */
  const pretend = async (ann: LogNode, ben: LogNode, answer: (stream: Stream) => Promise<void>): Promise<void> => {
    await ben.log.stop()
    ben.streams.handle(LOG_SYNC, async stream => {
      await stream.receive()
      await stream.send(encodeHello(group, ben.members.heads(group)))
      for (const message of encodeOperations([], true)) await stream.send(message)
      for (const have of encodeHave(new Map([[ann.device, { seq: 5, id: 'b'.padEnd(53, 'a') as RecordId }]])))
        await stream.send(have)
      for await (const message of stream) if (decodeMessage(message).type === 'want') await answer(stream)
    })
  }

  it('[L-21] drops a member that sends nothing new, however often', async () => {
    const [ann, ben, cat] = [await start('ann'), await start('ben'), await start('cat')]
    await write(ann, 5)
    let stop: (() => void) | undefined
    await pretend(ann, ben, async stream => {
      stop = clock.every(5_000, () => void stream.send(encodeRecords([])).catch(() => stop?.()))
    })
    await cat.connect(ben)
    await until(() => stop !== undefined)
    await cat.connect(ann)
    await settle()
    expect(holds(cat, ann)).toBe(0)
    await clock.advance(STALLED_MS)
    await until(() => holds(cat, ann) === 5)
    stop?.()
  })

  it('[L-62] a member that sends a little now and then does not keep others from being asked', async () => {
    const [ann, ben, cat] = [await start('ann'), await start('ben'), await start('cat')]
    await write(ann, 5)
    const hers = hand('ben', { group, startMs: clock.now() })
    const operations = cat.members.heads(group)
    let stop: (() => void) | undefined
    await pretend(ann, ben, async stream => {
      stop?.()
      stop = clock.every(5_000, () => {
        stream.send(encodeRecords([hers.write([], { operations })])).catch(() => stop?.())
      })
    })
    await cat.connect(ben)
    await until(() => stop !== undefined)
    await cat.connect(ann)
    await settle()
    for (let at = 0; at < 11; at++) await clock.advance(5_000)
    expect([holds(cat, ann), holds(cat, ben)]).toEqual([0, 11])
    await clock.advance(TURN_MS - 55_000)
    await until(() => holds(cat, ann) === 5)
    stop?.()
  })

  it('[L-22] gives equal logs in equal order after a partition in which both sides wrote', async () => {
    for (const seed of [1, 2, 3]) {
      const random = seededRandom(seed)
      const [ann, ben, cat] = [await start('ann'), await start('ben'), await start('cat')]
      const all = [ann, ben, cat]
      await Promise.all([ann.connect(ben), ben.connect(cat), cat.connect(ann)])
      const writeSome = async (): Promise<void> => {
        for (let turn = 0; turn < 20; turn++) {
          const writer = all[Math.floor(random() * 3)]!
          await write(writer, 1 + Math.floor(random() * 3), `${turn}`)
          if (random() < 0.3) await clock.advance(Math.floor(random() * 10))
        }
      }
      await writeSome()
      net.partition(ann.device, ben.device)
      net.partition(ann.device, cat.device)
      await writeSome()
      net.heal(ann.device, ben.device)
      await ann.connect(ben)
      await writeSome()
      const same = (): boolean => {
        const vectors = all.map(node => JSON.stringify([...node.log.vector(group)].sort()))
        return new Set(vectors).size === 1
      }
      await until(same)
      expect(texts(ben), `seed ${seed}`).toEqual(texts(ann))
      expect(texts(cat), `seed ${seed}`).toEqual(texts(ann))
      for (const node of all) await stop(node)
      net.heal(ann.device, cat.device)
    }
  })

  it('[L-22] converges over a network that delays, loses and breaks', async () => {
    for (const seed of [1, 2, 3, 4]) {
      net = memoryNetwork({ clock, seed, latencyMs: 20, loss: 0.05 })
      const random = seededRandom(seed)
      const all = [await start('ann'), await start('ben'), await start('cat'), await start('dan', everyone)]
      const writers = all.slice(0, 3)
      const reconnect = (): void => {
        for (const [index, node] of all.entries())
          for (const other of all.slice(index + 1))
            if (!node.network.connections().some(({ peer }) => peer === other.device) && random() < 0.5)
              node.connect(other).catch((error: unknown) => expect(error).toMatchObject({ code: 'UNREACHABLE' }))
      }
      let written = 0
      for (let turn = 0; turn < 60; turn++) {
        reconnect()
        const writer = writers[Math.floor(random() * 3)]!
        const count = Math.floor(random() * 5)
        await write(writer, count, `${turn}`)
        written += count
        if (random() < 0.2) await writer.network.hangUp(all[Math.floor(random() * 4)]!.device)
        await clock.advance(Math.floor(random() * 100))
      }
      const isDone = (): boolean => all.every(node => texts(node).length === written)
      for (let turn = 0; !isDone(); turn++) {
        expect(turn, `seed ${seed}`).toBeLessThan(1_000)
        reconnect()
        await clock.advance(100)
      }
      for (const node of all) expect(texts(node), `seed ${seed}`).toEqual(texts(all[0]!))
      await clock.advance(1_000)
      for (const node of all) await stop(node)
    }
  })

  it('[L-22] loses and doubles nothing when connections keep breaking', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    const random = seededRandom(5)
    for (let round = 0; round < 12; round++) {
      await ann.connect(ben)
      const writing = Promise.all([write(ann, 40, `${round} ann`), write(ben, 40, `${round} ben`)])
      for (let turn = Math.floor(random() * 60); turn > 0; turn--) await setImmediate()
      await ann.network.hangUp(ben.device)
      await writing
    }
    await ann.connect(ben)
    await until(() => holds(ann, ben) === 480 && holds(ben, ann) === 480)
    expect(texts(ben)).toEqual(texts(ann))
    expect(new Set(texts(ann)).size).toBe(960)
  })

  it('[L-5] refuses at every replica what a reader wrote, on any way there', async () => {
    const [ann, ben, dan] = [await start('ann'), await start('ben'), await start('dan')]
    const loose: RecordKind<string> = { ...note, role: 'reader' }
    const receipt: RecordKind<string> = { ...loose, name: 'test/receipt' }
    await dan.log.append(group, loose, 'I am a writer')
    await dan.log.append(group, receipt, 'read')
    await dan.connect(ann)
    await until(() => holds(ann, dan) === 2)
    await ann.connect(ben)
    await until(() => holds(ben, dan) === 2)
    for (const node of [ann, ben]) {
      expect(texts(node)).toEqual([])
      expect(node.log.page(group, [receipt]).entries).toMatchObject([{ data: 'read' }])
    }
  })

  it('[L-23] tells members where the others can be reached', async () => {
    const [ann, ben, cat] = [await start('ann'), await start('ben'), await start('cat')]
    await ann.connect(ben)
    await until(() => ben.learned.has(ann.device))
    await ben.connect(cat)
    await until(() => cat.learned.has(ann.device))
    expect(cat.learned.get(ann.device)).toEqual(ann.network.addresses())
    ben.members.grant(group, 'eve', 'writer')
    const eve = await start('eve', {})
    ben.meet(eve.device, eve.network.addresses())
    await until(() => ann.learned.has(eve.device) && cat.learned.has(eve.device))
  })

  it('[L-23] tells a change to six members, not to all', async () => {
    const crowd = await startCrowd()
    const [first] = crowd
    await settle()
    const before = traffic(crowd[1]!, crowd[2]!)
    first!.meet(crowd[1]!.device, ['/memory/elsewhere'])
    await settle()
    const told = crowd.slice(2).filter(({ learned }) => learned.get(crowd[1]!.device)?.includes('/memory/elsewhere'))
    expect(told).toHaveLength(6)
    expect(traffic(crowd[1]!, crowd[2]!)).toBe(before)
  })

  it.each(['ann', 'ben'])(
    '[L-24] has a session at once with %s, who crashed and is back before that is known',
    async who => {
      net = memoryNetwork({ clock, silenceMs: 30_000 })
      const pair = [await start('ann'), await start('ben')]
      const [lost, left] = who === 'ann' ? pair : pair.reverse()
      await lost!.connect(left!)
      await until(() => pair.every(({ streams }) => streams.count() === 1))
      net.unplug(lost!.device)
      await stop(lost!)
      const back = await start(who)
      await back.connect(left!)
      await until(() => back.streams.count() === 1)
      await write(left!, 1)
      await until(() => holds(back, left!) === 1)
      await clock.advance(60_000)
      await write(back, 1)
      await until(() => holds(left!, back) === 1)
    }
  )

  it('[L-24] opens a session again after one that broke or was refused, with growing waits', async () => {
    const ann = await start('ann')
    const ben = await start('ben')
    await ben.log.stop()
    let tries = 0
    const stopCounting = ben.streams.handle(LOG_SYNC, async () => {
      tries++
      throw new Error('not yet')
    })
    await ann.connect(ben)
    await until(() => tries === 1)
    await settle()
    await clock.advance(999)
    expect(tries).toBe(1)
    await clock.advance(1)
    await until(() => tries === 2)
    await settle()
    await clock.advance(1_999)
    expect(tries).toBe(2)
    await clock.advance(1)
    await until(() => tries === 3)
    stopCounting()
  })

  it('[L-24] starts anew at once with a device that comes back', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    await ann.connect(ben)
    await write(ann, 1)
    await until(() => holds(ben, ann) === 1)
    await stop(ben)
    const again = await start('ben')
    await again.connect(ann)
    await until(() => holds(again, ann) === 1)
  })

  it('[L-17] ends all sessions when it stops, and the other side notices', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    await ann.connect(ben)
    await until(() => ann.streams.count() === 1 && ben.streams.count() === 1)
    await ann.log.stop()
    await until(() => ann.streams.count() === 0)
    await until(() => ben.streams.count() === 0)
    const peers: PeerId[] = ben.network.connections().map(({ peer }) => peer)
    expect(peers).toEqual([ann.device])
  })
})
