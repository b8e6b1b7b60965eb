import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeCanonical } from '../canonical.ts'
import type { RecordKind } from './kind.ts'
import type { Stream } from '../stream.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { seededRandom } from '../testing/random.ts'
import { until } from '../testing/turns.ts'
import { DENY_MS } from '../transport/offences.ts'
import { createSealer, encodeBody } from './body.ts'
import * as wire from './protocol.ts'
import { sha256, signRecord } from './record.ts'
import type { Header, SignedRecord } from './record.ts'

const group = groupId('g')
const roles: Roles = { ann: 'owner', ben: 'writer', eve: 'writer' }
const note: RecordKind<string> = {
  name: 'test/note',
  role: 'writer',
  maxBytes: 2_000,
  parse(value) {
    if (typeof value !== 'string') throw new TypeError('expected text')
    return value
  }
}

describe('log against a hostile member', () => {
  const clock = manualClock()
  let net: ReturnType<typeof memoryNetwork>
  let ann: LogNode
  /** Runs no log of her own: speaks the protocol by hand. */
  let eve: LogNode

  beforeEach(async () => {
    net = memoryNetwork({ clock })
    ann = await logNode('ann', { net, clock, groups: { [group]: roles } })
    eve = await logNode('eve', { net, clock, groups: { [group]: roles } })
    ann.log.define(note)
    await eve.log.stop()
    await eve.connect(ann)
  })
  afterEach(async () => {
    await ann.stop()
    await eve.stop()
  })

  const operations = (): Uint8Array[] => [...wire.encodeOperations([], true)]
  /** Opens a stream and shakes hands. */
  const greet = async (): Promise<Stream> => {
    const stream = await eve.streams.open(ann.device, wire.LOG_SYNC)
    await stream.send(wire.encodeHello(group, eve.members.heads(group)))
    for (const message of operations()) await stream.send(message)
    return stream
  }
  /** Reads to the end, so that the other side never waits. */
  const drain = async (stream: Stream): Promise<unknown> => {
    try {
      for await (const _message of stream);
      return 'ended'
    } catch (error) {
      return error
    }
  }
  const sealer = createSealer((of, epoch) => eve.members.key(of, epoch) ?? sha256(Buffer.from('another key')))
  const forge = (
    changes: Partial<Header> = {},
    { by = 'eve', data = 'hi' as unknown, kind = note.name } = {}
  ): SignedRecord => {
    const { device, deviceKey } = memoryIdentity(by)
    const header = {
      group,
      device,
      seq: 1,
      prev: undefined,
      heads: [],
      operations: eve.members.heads(group),
      era: 0,
      ms: clock.now(),
      count: 0,
      epoch: 0,
      expiresAt: undefined,
      ...changes
    }
    const body = sealer.seal({ group, device, epoch: header.epoch }, encodeBody({ kind, data }))!
    return signRecord(deviceKey, header, body)
  }
  const send = async (...records: SignedRecord[]): Promise<unknown> => {
    const stream = await greet()
    const over = drain(stream)
    await stream.send(wire.encodeRecords(records))
    await stream.end()
    return await over
  }
  const shown = (): string[] => ann.log.page(group, [note]).entries.map(({ data }) => data)
  const cutOff = expect.objectContaining({ code: 'STREAM_RESET' })

  it('[L-6] takes the right record, so that the next tests refuse the wrong ones for their fault alone', async () => {
    expect(await send(forge())).toBe('ended')
    expect(shown()).toEqual(['hi'])
  })

  it('[L-6] refuses forged, foreign, altered and ill-timed records and cuts off who sends them', async () => {
    const right = forge()
    const wrong: Record<string, SignedRecord> = {
      'of a stranger': forge({}, { by: 'mallory' }),
      'under another name': { ...forge({ device: ann.device }) },
      'of another group': forge({ group: groupId('other') }),
      'with a signature of nothing': { ...right, signature: new Uint8Array(64) },
      'with the body of another': { ...right, body: forge({}, { data: 'other' }).body },
      'as of no operations': forge({ operations: [] }),
      'with a count out of nowhere': forge({ count: 1 }),
      'with an era out of nowhere': forge({ era: 1 })
    }
    for (const [what, record] of Object.entries(wrong)) {
      expect(await send(record), what).toEqual(cutOff)
      expect(ann.log.vector(group), what).toEqual(new Map())
    }
    // The ninth and the tenth offence.
    for (let more = 0; more < 2; more++) expect(await send(wrong['of a stranger']!)).toEqual(cutOff)
    await expect(eve.connect(ann)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  it('[L-88] ends the session, without offence, over a record that names operations that are not here', async () => {
    const record = forge({ operations: [sha256(Buffer.from('none'))] })
    for (let round = 0; round < 12; round++) expect(await send(record)).toEqual(cutOff)
    expect(ann.log.vector(group)).toEqual(new Map())
    expect(await send(forge())).toBe('ended')
    expect(ann.network.denials.list()).toEqual([])
  })

  it('[L-6] takes a replayed record for known', async () => {
    const record = forge()
    for (let round = 0; round < 3; round++) expect(await send(record, record)).toBe('ended')
    expect(shown()).toEqual(['hi'])
  })

  it('[L-8] leaves out what has no past, without offence', async () => {
    expect(await send(forge({ seq: 2, prev: forge().id }))).toBe('ended')
    expect(await send(forge({ heads: [forge({}, { data: 'elsewhere' }).id], count: 1 }))).toBe('ended')
    expect(ann.log.vector(group)).toEqual(new Map())
  })

  it('[L-8] asks again for what it left out as soon as the past of that has come', async () => {
    const ben = await logNode('ben', { net, clock, groups: { [group]: roles } })
    const { id } = await ben.log.append(group, note, 'question')
    const answer = forge({ heads: [id], count: 1 })
    const stream = await greet()
    let wants = 0
    const reading = (async () => {
      for await (const bytes of stream) {
        if (wire.decodeMessage(bytes).type !== 'want') continue
        if (++wants === 2) await stream.send(wire.encodeRecords([answer]))
        await stream.send(wire.encodeDone())
        if (wants === 1) await ben.connect(ann)
        else await stream.end()
      }
    })()
    await stream.send(wire.encodeRecords([answer]))
    await reading
    expect(wants).toBe(2)
    expect(shown()).toEqual(['question', 'hi'])
    await ben.stop()
  })

  it('[L-38] lets nobody take back what a kind keeps, and takes records of kinds with keys back for their device alone', async () => {
    const setting: RecordKind<string> = { ...note, name: 'test/setting', key: () => 'one' }
    ann.log.define(setting)
    const values = (): string[] => ann.log.page(group, [setting]).entries.map(({ data }) => data)
    await ann.log.append(group, setting, 'of ann')
    const first = forge()
    const second = forge({ seq: 2, prev: first.id, count: 1, replaces: [] }, { data: 'could be taken back' })
    const third = forge({ seq: 3, prev: second.id, count: 2, replaces: [] }, { data: 'before', kind: setting.name })
    const all = { seq: 4, prev: third.id, count: 3, replaces: [3, 2, 1] }
    const fourth = forge(all, { data: 'after', kind: setting.name })
    expect(await send(first, second, third)).toBe('ended')
    expect([shown(), values()]).toEqual([['hi'], ['of ann', 'before']])
    expect(await send(fourth)).toBe('ended')
    expect([shown(), values()]).toEqual([['hi'], ['of ann', 'after']])
  })

  it('[L-34] asks others at once for what a member says to be nothing that this device wants', async () => {
    const record = forge()
    expect(await send({ ...record, body: undefined, isLeftOut: true })).toBe('ended')
    expect(ann.log.storage(group)).toMatchObject({ wanted: 1, leftOut: 0 })
  })

  it('[L-7] shows nothing of a body under another key, of no body, or of another shape', async () => {
    const first = forge({ epoch: 1 })
    const second = forge({ seq: 2, prev: first.id, count: 1 }, { data: { not: 'text' } })
    const junk = { ...forge({ seq: 3, prev: second.id, count: 2 }) }
    const { bodyHash: _, bodyBytes: __, ...header } = junk.header
    const third = signRecord(
      memoryIdentity('eve').deviceKey,
      header,
      Buffer.from('not encrypted at all, but long enough')
    )
    const nested = Uint8Array.from({ length: 60_000 }, () => 0x81)
    const deep = sealer.seal({ group, device: eve.device, epoch: 0 }, nested)!
    const fourth = signRecord(eve.identity.deviceKey, { ...header, seq: 4, prev: third.id, count: 3 }, deep)
    expect(await send(first, second, third, fourth)).toBe('ended')
    expect(ann.log.vector(group).get(eve.device)).toBe(4)
    expect(shown()).toEqual([])
    ann.members.giveKey(group, 1)
    expect(shown()).toEqual([])
  })

  it('[L-6] cuts off who speaks out of turn', async () => {
    const hello = wire.encodeHello(group, [])
    const [last] = operations()
    const records = wire.encodeRecords([forge()])
    const have = [...wire.encodeHave(new Map())][0]!
    const want = [...wire.encodeWant(new Map())][0]!
    const turns: Uint8Array[][] = [
      [records],
      [hello, have],
      [hello, records],
      [hello, last!, hello],
      [hello, last!, wire.encodeDone()],
      [hello, last!, wire.encodeWhere(), wire.encodeWhere()],
      [hello, last!, wire.encodeFound([], true)],
      [hello, last!, wire.encodeFound([forge()], true)],
      [wire.encodeHello(groupId('other'), []), have].slice(1)
    ]
    for (const [index, messages] of turns.entries()) {
      const stream = await eve.streams.open(ann.device, wire.LOG_SYNC)
      for (const message of messages) await stream.send(message)
      expect(await drain(stream), `case ${index}`).toEqual(cutOff)
    }
    const stream = await greet()
    await stream.send(want)
    await stream.send(want)
    expect(await drain(stream)).toEqual(cutOff)
    expect(ann.log.vector(group)).toEqual(new Map())
  })

  it('[L-6] counts it against whom it opened the stream to as well, and shuts that out', async () => {
    let answers = 0
    eve.streams.handle(wire.LOG_SYNC, async stream => {
      await stream.receive()
      answers++
      await stream.send(wire.encodeRecords([forge()]))
      await drain(stream)
    })
    await eve.network.hangUp(ann.device)
    await ann.connect(eve)
    await until(
      () => ann.network.connections().length === 0,
      () => clock.advance(1_000)
    )
    expect(answers).toBe(10)
    await expect(ann.connect(eve)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(ann.log.vector(group)).toEqual(new Map())
  })

  it('[L-6] asks no more than it is offered, whatever is offered', async () => {
    const stream = await greet()
    const wants: wire.Vector[] = []
    const offer = (seq: number): Uint8Array =>
      [...wire.encodeHave(new Map([[eve.device, { seq, id: group as never }]]))][0]!
    const reading = (async () => {
      for await (const bytes of stream) {
        const message = wire.decodeMessage(bytes)
        if (message.type !== 'want') continue
        wants.push(message.vector)
        await stream.send(wire.encodeDone())
        if (wants.length === 1) await stream.send(offer(9))
        else await stream.end()
      }
    })()
    await stream.send(offer(Number.MAX_SAFE_INTEGER))
    await reading
    expect(wants).toEqual([new Map([[eve.device, 0]]), new Map([[eve.device, 0]])])
  })

  it('[L-31] answers a peer that asks for all again and again so often and no more', async () => {
    const long: RecordKind<string> = { ...note, name: 'test/long', maxBytes: 65_000 }
    await Promise.all(Array.from({ length: 64 }, () => ann.log.append(group, long, 'x'.repeat(60_000))))
    const stream = await greet()
    let answers = 0
    let received = 0
    const ask = async (): Promise<void> => {
      for (const message of wire.encodeWant(new Map([[ann.device, 0]]))) await stream.send(message)
    }
    await ask()
    for await (const bytes of stream) {
      const message = wire.decodeMessage(bytes)
      if (message.type === 'records') received += bytes.length
      if (message.type !== 'done') continue
      if (++answers === 30) await stream.end()
      else await ask()
    }
    expect(received).toBeGreaterThan(60 * 2 ** 20)
    expect(received).toBeLessThan(75 * 2 ** 20)
  })

  it('[L-23] listens to so much hearsay and no more', async () => {
    const stream = await greet()
    const over = drain(stream)
    const { device } = memoryIdentity('ben')
    for (let index = 1; index <= 200; index++)
      for (const message of wire.encodeAddresses(new Map([[device, [`/memory/${index}`]]]))) await stream.send(message)
    await stream.end()
    await over
    expect(ann.learned.get(device)).toEqual([`/memory/${4 * 3 + 64}`])
  })

  it('[L-6] survives 10,000 garbled, cut and random messages, stores nothing of them and shuts the sender out', async () => {
    for (const node of [ann, eve]) node.broadcast.stop()
    const seed = 20_261_122
    const random = seededRandom(seed)
    const below = (limit: number): number => Math.floor(random() * limit)
    // Records that no garbling can make right: of somebody who is no member.
    const forged = Array.from({ length: 3 }, (_, index) => forge({ count: index }, { by: 'mallory' }))
    const corpus = [
      wire.encodeHello(group, eve.members.heads(group)),
      ...operations(),
      ...wire.encodeOperations(eve.members.since(group, []), true),
      ...wire.encodeAddresses(new Map([[eve.device, ['/memory/x', '/memory/y']]])),
      ...wire.encodeHave(new Map([[ann.device, { seq: 3, id: forged[0]!.id }]])),
      ...wire.encodeWant(new Map([[ann.device, 0]])),
      wire.encodeMarks(new Map([[ann.device, { digest: '00'.repeat(32) }]])),
      wire.encodeDigest(Array.from({ length: wire.DIGEST_PARTS }, () => new Uint8Array(wire.DIGEST_BYTES))),
      wire.encodeDiffering([0, 1, 63]),
      wire.encodeEvidence(forged),
      wire.encodeRecords(forged),
      wire.encodeScope({ maxAgeMs: 1_000, kinds: ['a/b'] }),
      wire.encodeClock(1),
      wire.encodeWhere(),
      wire.encodeHeads(eve.members.heads(group), false),
      wire.encodeLost([forged[0]!.id]),
      wire.encodeFound(forged, true),
      wire.encodeDone(),
      encodeCanonical(['records', []])
    ]
    const garble = (): Uint8Array => {
      const source = corpus[below(corpus.length)]!
      switch (below(4)) {
        case 0:
          return Uint8Array.from({ length: 1 + below(200) }, () => below(256))
        case 1:
          return source.slice(0, 1 + below(source.length))
        case 2:
          return Buffer.concat([source, Uint8Array.from({ length: 1 + below(20) }, () => below(256))])
        default: {
          const changed = Uint8Array.from(source)
          for (let flips = 1 + below(3); flips > 0; flips--) changed[below(changed.length)] = below(256)
          return changed
        }
      }
    }
    let cuts = 0
    let denials = 0
    for (let round = 0; round < 10_000; round++) {
      if (eve.network.connections().length === 0) {
        denials++
        await clock.advance(DENY_MS)
        await eve.connect(ann)
      }
      let over: Promise<unknown>
      try {
        const stream = random() < 0.5 ? await greet() : await eve.streams.open(ann.device, wire.LOG_SYNC)
        over = drain(stream)
        await stream.send(garble())
        await stream.end()
      } catch (error) {
        over = Promise.resolve(error)
      }
      if ((await over) !== 'ended') cuts++
    }
    await setImmediate()
    expect(ann.log.vector(group), `seed ${seed}`).toEqual(new Map())
    expect(ann.streams.count()).toBe(0)
    expect(cuts, `seed ${seed}`).toBeGreaterThan(8_000)
    expect(denials, `seed ${seed}`).toBeGreaterThan(500)
    await ann.log.append(group, note, 'alive')
    expect(shown()).toEqual(['alive'])
  })
})
