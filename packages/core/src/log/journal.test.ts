import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Role } from '../groups/role.ts'
import type { GroupId, PeerId, RecordId } from '../ids.ts'
import { silentLogger } from '../logger.ts'
import { openDatabase } from '../store/sqlite.ts'
import { hand as handOf } from '../testing/hand.ts'
import type { Changes } from '../testing/hand.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { seededRandom } from '../testing/random.ts'
import { createSealer } from './body.ts'
import { createJournal } from './journal.ts'
import type { Committed } from './commit.ts'
import type { Journal } from './journal.ts'
import { compareTime } from './hybrid-time.ts'
import { DEFAULT_QUOTA } from './quota.ts'
import { MAX_MS, decodeRecord, signRecord } from './record.ts'
import type { SignedRecord } from './record.ts'
import { CORE_MIGRATIONS } from '../schema.ts'
import { SHOWN } from './table/state.ts'
import type { Portions } from './tidying.ts'

const group = groupId('g')
/** To the end. */
const all = (portions: Portions): void => void [...portions]
const NOW = Date.UTC(2026, 0, 1)

const hand = (seed: string) => handOf(seed, { group, startMs: NOW })

describe('journal', () => {
  let journal: Journal
  let database: ReturnType<typeof openDatabase>
  let roles: Map<PeerId, Role>
  let clock: ReturnType<typeof manualClock>
  const quotaOf = () => DEFAULT_QUOTA
  const self = memoryIdentity('self')

  const open = (options: Pick<Parameters<typeof createJournal>[0], 'hasRoomOf'> = {}): Journal =>
    createJournal({
      ...options,
      database,
      device: self.device,
      key: self.deviceKey,
      members: {
        roleAt: (_group, device) => roles.get(device),
        lastSeen: () => Infinity,
        epochs: () => [0],
        holds: () => true,
        wasAdmitted: (_group, device) => roles.has(device),
        accountOf: () => undefined
      },
      quotaOf,
      examine: () => ({ kind: 'a/b', state: SHOWN }),
      sealer: createSealer(() => undefined),
      onStopped: of => all(journal.settle(of)),
      clock,
      logger: silentLogger
    })
  const append = (to: GroupId = group, body = 'body') =>
    journal.append({
      group: to,
      kind: 'a/b',
      role: 'writer',
      operations: [],
      epoch: 0,
      lifetimeMs: undefined,
      body: Buffer.from(body)
    })
  const lackingAll = (): RecordId[] =>
    journal.chainsLacking(group, 0, 10).flatMap(chain => journal.lacking(group, chain, 10))
  const idsInOrder = (): RecordId[] =>
    journal.table
      .after(0, ['a/b'], 10_000)
      .sort((a, b) => compareTime(a, b) || (a.device < b.device ? -1 : 1))
      .map(({ id }) => id)

  beforeEach(() => {
    clock = manualClock(NOW)
    database = openDatabase(':memory:', CORE_MIGRATIONS)
    roles = new Map(['self', 'ann', 'ben', 'eve'].map(seed => [memoryIdentity(seed).device, 'writer']))
    journal = open()
  })
  afterEach(() => {
    journal.close()
    database.close()
  })

  it('[L-15] what had no room gets its position when it comes, after what was read meanwhile', () => {
    let hasRoom = false
    journal.close()
    journal = open({ hasRoomOf: () => hasRoom })
    const first = hand('ann').write()
    journal.receive(group, [first])
    expect(idsInOrder()).toEqual([])
    hasRoom = true
    const later = hand('ben').write()
    journal.receive(group, [later])
    journal.request(group, { kinds: undefined, limit: 1 })
    journal.complete(group, [first])
    expect(journal.table.after(0, ['a/b'], 10).map(({ id }) => id)).toEqual([later.id, first.id])
  })

  it('[L-39] brings back what a stopped device took the place of after the place where it stopped', () => {
    const ann = hand('ann')
    const [first, second] = [ann.write([], { replaces: [] }), ann.write([], { replaces: [] })]
    const third = ann.write([], { replaces: [2, 1] })
    journal.receive(group, [first, second, third])
    expect(idsInOrder()).toEqual([third.id])
    ann.forget()
    journal.receive(group, [ann.write()])
    expect(journal.forked(group)).toEqual([ann.device])
    expect(idsInOrder()).toEqual([first.id, second.id])
    all(journal.compact(NOW + 10 ** 10))
    expect(journal.replaced(group).records).toBe(0)
  })

  it('[L-35] keeps a body while what takes its place is not here whole', () => {
    const ann = hand('ann')
    const [first, second] = [ann.write([], { replaces: [] }), ann.write([], { replaces: [1] })]
    journal.receive(group, [first, { ...second, body: undefined }])
    expect(idsInOrder()).toEqual([])
    all(journal.compact(NOW + 10 ** 10))
    expect(journal.replaced(group).records).toBe(0)
    journal.complete(group, [second])
    expect(idsInOrder()).toEqual([second.id])
    all(journal.compact(NOW + 10 ** 10))
    expect(journal.replaced(group)).toEqual({ records: 1, bytes: first.header.bodyBytes })
    expect([...journal.usage(group).owners.values()]).toEqual([journal.usage(group).total])
  })

  it('[L-28] takes what is replaced and damaged for whole again when its header has come', () => {
    const ann = hand('ann')
    const [first, second] = [ann.write([], { replaces: [] }), ann.write([], { replaces: [1] })]
    journal.receive(group, [first])
    journal.markDamaged([1])
    journal.receive(group, [second])
    expect(lackingAll()).toEqual([first.id])
    journal.complete(group, [{ ...first, body: undefined }])
    expect(lackingAll()).toEqual([])
    expect(journal.byIds(group, [first.id])).toMatchObject([{ isLeftOut: true, body: undefined }])
  })

  it('[L-2] numbers its own records 1, 2, 3 …, each after the one before, also over a restart', async () => {
    const before = await Promise.all([append(), append()])
    journal.close()
    journal = open()
    const { record } = await append()
    const chain = [...before.map(written => written.record), record]
    expect(chain.map(({ header }) => header.seq)).toEqual([1, 2, 3])
    expect(chain.map(({ header }) => header.prev)).toEqual([undefined, chain[0]!.id, chain[1]!.id])
  })

  it('[L-2] numbers each group for itself', async () => {
    await append()
    const { record } = await append(groupId('other'))
    expect(record.header.seq).toBe(1)
    expect(journal.vector(groupId('other'))).toEqual(new Map([[self.device, 1]]))
  })

  it('[L-3] commits the appends of one tick together, before any is acknowledged', async () => {
    const commits: (readonly Committed[])[] = []
    journal.onCommit(records => commits.push(records))
    const written = await Promise.all([append(), append(), append()])
    expect(commits.map(({ length }) => length)).toEqual([3])
    expect(written.map(({ position }) => position)).toEqual([1, 2, 3])
  })

  it('[L-4] rejects what could not be committed, and goes on from what is on disk', async () => {
    await append()
    database.exec('PRAGMA query_only = ON')
    await expect(Promise.all([append(), append()])).rejects.toThrow()
    expect(() => journal.receive(group, [hand('ann').write()])).toThrow()
    database.exec('PRAGMA query_only = OFF')
    expect(journal.vector(group)).toEqual(new Map([[self.device, 1]]))
    const { record, position } = await append()
    expect(record.header.seq).toBe(2)
    expect(position).toBe(2)
  })

  it('[L-4] a page limit that is reached is DISK_FULL, and loses nothing', async () => {
    await append()
    const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count)
    database.exec(`PRAGMA max_page_count = ${pages + 1}`)
    await expect(append(group, 'x'.repeat(60_000))).rejects.toMatchObject({ code: 'DISK_FULL' })
    database.exec('PRAGMA max_page_count = 1000000')
    expect((await append(group, 'x'.repeat(60_000))).record.header.seq).toBe(2)
  })

  it('[L-5] takes records of whoever was a member when they wrote, and of nobody else', () => {
    const [ann, out] = [hand('ann'), hand('out')]
    expect(journal.receive(group, [ann.write()])).toMatchObject({ stored: 1, missing: new Map() })
    expect(() => journal.receive(group, [out.write()])).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }))
    expect(journal.vector(group)).toEqual(new Map([[ann.device, 1]]))
  })

  it('[L-5] takes no record of a relay, which only carries those of others', () => {
    const ray = hand('ray')
    roles.set(ray.device, 'relay')
    expect(() => journal.receive(group, [ray.write()])).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }))
    expect(journal.vector(group)).toEqual(new Map())
  })

  it('[L-6] keeps what came before a bad record, and nothing from there on', () => {
    const ann = hand('ann')
    const records = [ann.write(), ann.write(), ann.write()]
    const forged = { ...records[1]!, signature: new Uint8Array(64) }
    expect(() => journal.receive(group, [records[0]!, forged, records[2]!])).toThrow(
      expect.objectContaining({ code: 'BAD_RECORD' })
    )
    expect(journal.vector(group)).toEqual(new Map([[ann.device, 1]]))
    expect(journal.receive(group, records)).toMatchObject({ stored: 2, missing: new Map() })
  })

  it('[L-6] takes no record of another group, however right it is there', () => {
    const record = hand('ann').write([], { group: groupId('other') })
    expect(() => journal.receive(group, [record])).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }))
    expect(journal.receive(groupId('other'), [record]).stored).toBe(1)
  })

  it('[L-6] takes a body of other bytes for a forgery, and a known record for nothing', () => {
    const record = hand('ann').write()
    const swapped = { ...record, body: Buffer.from('another') }
    expect(() => journal.receive(group, [swapped])).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }))
    expect(journal.receive(group, [record]).stored).toBe(1)
    expect(journal.receive(group, [record, record])).toMatchObject({ stored: 0, missing: new Map() })
  })

  it('[L-8] stores a record only after the one before it and the heads it names', () => {
    const [ann, ben] = [hand('ann'), hand('ben')]
    const first = ann.write()
    const second = ann.write()
    const answer = ben.write([second])
    const lacking = (device: PeerId, seq: number, past: SignedRecord) => ({
      stored: 0,
      missing: new Map([[device, { seq, past: past.id }]])
    })
    expect(journal.receive(group, [answer])).toMatchObject(lacking(ben.device, 1, second))
    expect(journal.receive(group, [second])).toMatchObject(lacking(ann.device, 2, first))
    expect(journal.receive(group, [first, second, answer])).toMatchObject({ stored: 3, missing: new Map() })
  })

  it('[L-8] takes no record of another group for a past', () => {
    const elsewhere = hand('ann').write([], { group: groupId('other') })
    journal.receive(groupId('other'), [elsewhere])
    expect(journal.receive(group, [hand('ben').write([elsewhere])])).toMatchObject({ stored: 0 })
  })

  it('[L-8] names the newest heads, at most 16, and the others later', async () => {
    const seeds = Array.from({ length: 20 }, (_, index) => `many ${index}`)
    for (const seed of seeds) roles.set(memoryIdentity(seed).device, 'writer')
    const records = seeds.map((seed, index) => hand(seed).write([], { ms: NOW + index }))
    journal.receive(group, records)
    const newest = records.map(({ id }) => id).reverse()
    expect((await append()).record.header.heads).toEqual(newest.slice(0, 16))
    expect((await append()).record.header.heads).toEqual(newest.slice(16))
    expect((await append()).record.header.heads).toEqual([])
  })

  it('[L-9] writes after everything seen, and by its own clock where the others lead it by too much', async () => {
    journal.receive(group, [hand('ann').write([], { ms: NOW + 1_000 })])
    expect((await append()).record.header).toMatchObject({ era: 0, ms: NOW + 1_000, count: 1 })
    const endOfTime = hand('ben').write([], { ms: MAX_MS })
    journal.receive(group, [endOfTime])
    const own = await append()
    expect(own.record.header).toMatchObject({ era: 1, ms: NOW, count: 0 })
    expect(compareTime(own.record.header, endOfTime.header)).toBeGreaterThan(0)
    await clock.advance(10)
    expect((await append()).record.header).toMatchObject({ era: 1, ms: NOW + 10, count: 0 })
  })

  it('[L-9] refuses a time that is not the next after what the record follows', () => {
    const wrong: Changes[] = [
      { ms: NOW },
      { ms: NOW, count: 2 },
      { ms: NOW - 1 },
      { ms: NOW + 1, count: 1 },
      { era: 1, ms: NOW + 1 },
      { era: 2, ms: NOW - 1e6 }
    ]
    for (const [index, changes] of wrong.entries()) {
      const ann = hand('ann')
      const first = ann.write([], {})
      const second = ann.write([], changes)
      expect(() => journal.receive(group, [first, second]), `case ${index}`).toThrow(
        expect.objectContaining({ code: 'BAD_RECORD' })
      )
    }
    const ben = hand('ben')
    expect(journal.receive(group, [ben.write(), ben.write([], { ms: NOW, count: 1 })]).stored).toBe(2)
    expect(() => journal.receive(group, [hand('eve').write([], { count: 1 })])).toThrow(
      expect.objectContaining({ code: 'BAD_RECORD' })
    )
  })

  it('[L-10] keeps two records with one seq as proof and marks their author', async () => {
    const eve = hand('eve')
    const one = eve.write()
    eve.forget()
    const other = eve.write([], { ms: NOW + 7 })
    expect(journal.receive(group, [one, other]).stored).toBe(2)
    expect(journal.forked(group)).toEqual([eve.device])
    const [proof] = journal.table.forks(1)
    expect(decodeRecord(proof!.headerBytes, proof!.signature, undefined).id).toBe(other.id)
    journal.close()
    journal = open()
    expect(journal.forked(group)).toEqual([eve.device])
    expect(journal.receive(group, [one, other]).stored).toBe(0)
  })

  it('[L-10] hides what a marked device writes, yet keeps it, so that others can follow it', async () => {
    const [ann, eve] = [hand('ann'), hand('eve')]
    const common = eve.write()
    const ours = eve.write()
    eve.forget()
    const theirs = [eve.write([], { ms: NOW + 7 }), eve.write()]
    journal.receive(group, [common, ours])
    // Ann saw the other history before she could know.
    const answer = ann.write([theirs[1]!])
    expect(journal.receive(group, [...theirs, answer])).toMatchObject({ stored: 3, missing: new Map() })
    expect(idsInOrder()).toEqual([common.id, answer.id])
    expect(journal.vector(group).get(eve.device)).toBe(2)
  })

  it('[L-10] a record that follows none of its own marks its author and moves no clock', async () => {
    const eve = hand('eve')
    const first = eve.write()
    const second = eve.write([], { prev: hand('ann').write().id, ms: NOW + 1e9 })
    expect(journal.receive(group, [first, second]).stored).toBe(2)
    expect(journal.forked(group)).toEqual([eve.device])
    expect(idsInOrder()).toEqual([first.id])
    expect((await append()).record.header).toMatchObject({ heads: [first.id], ms: NOW, count: 1 })
  })

  it('[L-27] headers alone prove a fork, to who has one of the two histories, the other, or none', () => {
    const eve = hand('eve')
    const common = eve.write()
    const ours = [eve.write(), eve.write()]
    for (const _one of ours) eve.forget()
    const theirs = [eve.write([], { ms: NOW + 7 }), eve.write()]
    const proof = [...theirs, ...ours].map(record => ({ ...record, body: undefined }))
    for (const held of [[common, ...ours], [common, ...theirs], [common], []]) {
      database = openDatabase(':memory:', CORE_MIGRATIONS)
      journal = open()
      journal.receive(group, held)
      journal.accuse(group, proof)
      expect(journal.forked(group)).toEqual([eve.device])
      if (held.length === 0) journal.receive(group, [common])
      expect(idsInOrder()).toEqual([common.id])
      expect(journal.marks(group).get(eve.device)).toEqual({ from: 2, digest: expect.any(String) })
      journal.close()
    }
  })

  it('[L-61] what stands for all that is known of a stopped device follows piece by piece what a look at all would give', () => {
    const eve = hand('eve')
    const common = [eve.write(), eve.write(), eve.write()]
    journal.receive(group, common)
    const markOf = (of: Journal) => of.marks(group).get(eve.device)
    const digests = new Set<string | undefined>()
    const check = (from: number): void => {
      const mark = markOf(journal)
      expect(mark?.from).toBe(from)
      // A journal that is opened anew looks at all.
      expect(markOf(open())).toEqual(mark)
      digests.add(mark?.digest)
    }
    const beside = (prev: SignedRecord | undefined, seq: number, ms: number): SignedRecord =>
      hand('eve').write([], { prev: prev?.id, seq, ms: NOW + ms })
    journal.receive(group, [beside(common[1], 3, 100)])
    check(3)
    journal.accuse(group, [beside(common[1], 3, 101), beside(common[2], 4, 102)])
    check(3)
    journal.receive(group, [beside(common[2], 4, 103)])
    check(3)
    journal.receive(group, [beside(common[0], 2, 104)])
    check(2)
    journal.accuse(group, [beside(undefined, 1, 105)])
    check(1)
    expect(digests.size).toBe(5)
  })

  it('[L-27] what proves nothing is left out, and a wrong signature is refused', () => {
    const [ann, eve] = [hand('ann'), hand('eve')]
    const records = [eve.write(), eve.write(), eve.write()]
    journal.receive(group, records.slice(0, 2))
    journal.accuse(group, records)
    expect(journal.forked(group)).toEqual([])
    expect(journal.vector(group)).toEqual(new Map([[eve.device, 2]]))
    const framed = { ...eve.write(), signature: ann.write().signature, body: undefined }
    expect(() => journal.accuse(group, [framed])).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }))
  })

  it('[L-27] a device that learns of its own second history writes no more', async () => {
    const { record } = await append()
    const header = { ...record.header, ms: record.header.ms + 1 }
    journal.accuse(group, [signRecord(self.deviceKey, header, Buffer.from('another body'))])
    await expect(append()).rejects.toMatchObject({ code: 'DEVICE_STOPPED' })
  })

  it('[L-12] takes a record without its body, and wants that unless it has expired', () => {
    const [ann, ben, eve] = [hand('ann'), hand('ben'), hand('eve')]
    const stripped = (record: SignedRecord): SignedRecord => ({ ...record, body: undefined })
    const whole = [ann.write(), ben.write([], { expiresAt: NOW + 1 })]
    const expired = eve.write([], { expiresAt: NOW })
    expect(journal.receive(group, [...whole, expired].map(stripped)).stored).toBe(3)
    expect(lackingAll().sort()).toEqual(whole.map(({ id }) => id).sort())
    expect(idsInOrder()).toEqual([])
    expect(
      journal.byIds(
        group,
        [...whole, expired].map(({ id }) => id)
      )
    ).toHaveLength(1)
    journal.complete(group, [...whole, ann.write()])
    expect(lackingAll()).toEqual([])
    expect([...idsInOrder()].sort()).toEqual(whole.map(({ id }) => id).sort())
  })

  it('[L-12] takes no other body for one that it lacks', () => {
    const record = hand('ann').write()
    journal.receive(group, [{ ...record, body: undefined }])
    expect(() => journal.complete(group, [{ ...record, body: Buffer.from('other') }])).toThrow(
      expect.objectContaining({ code: 'BAD_RECORD' })
    )
    journal.complete(group, [{ ...record, body: undefined }])
    expect(lackingAll()).toEqual([record.id])
  })

  it('[L-19] sends what a peer lacks in an order in which each follows what it needs, within the limits', () => {
    const random = seededRandom(11)
    const hands = ['ann', 'ben', 'eve'].map(hand)
    const all: SignedRecord[] = []
    for (let index = 0; index < 300; index++) {
      const writer = hands[Math.floor(random() * 3)]!
      const seen = all.filter(({ header }) => header.device !== writer.device && random() < 0.1).slice(-2)
      all.push(writer.write(seen))
    }
    journal.receive(group, all)
    const known = new Map([[hands[0]!.device, 40]])
    const sent: SignedRecord[] = []
    let cursor: number | undefined
    do {
      const batch = journal.outgoing(group, known, { cursor, maxRecords: 17, maxBytes: 4_000, wants: () => true })
      cursor = batch.cursor
      expect(batch.records.length).toBeLessThanOrEqual(17)
      const bytes = batch.records.reduce((sum, row) => sum + row.headerBytes.length + (row.body?.length ?? 0), 0)
      expect(bytes).toBeLessThanOrEqual(4_000)
      sent.push(...batch.records.map(row => decodeRecord(row.headerBytes, row.signature, row.body)))
    } while (cursor !== undefined)
    expect(sent.map(({ id }) => id)).toEqual(
      all.filter(({ header }) => header.seq > (known.get(header.device) ?? 0)).map(({ id }) => id)
    )
    expect(
      journal.outgoing(group, journal.vector(group), { maxRecords: 1, maxBytes: 1, wants: () => true })
    ).toMatchObject({
      records: [],
      cursor: undefined
    })
  })

  it('[L-14] writes nothing after close', async () => {
    const last = append()
    journal.close()
    await expect(last).resolves.toMatchObject({ position: 1 })
    await expect(append()).rejects.toMatchObject({ code: 'STOPPED' })
  })
})
