import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordKind } from './kind.ts'
import { silentLogger } from '../logger.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { settle, until } from '../testing/turns.ts'
import { createSealer, encodeBody, kindNumber } from './body.ts'
import { createRegistry } from './registry.ts'
import type { Members } from './members.ts'
import { createExaminer } from './reader.ts'
import type { AnyKind } from './reader.ts'
import type { SyncScope } from './scope.ts'
import { HIDDEN, SHOWN } from './table/state.ts'
import { WHOLE, checkScope, isInScope } from './scope.ts'

const group = groupId('g')
const roles: Roles = { ann: 'owner', ben: 'writer', cat: 'writer' }
const note: RecordKind<string> = { name: 'test/note', role: 'writer', maxBytes: 4_000, parse: String }
const photo: RecordKind<string> = { ...note, name: 'test/photo' }
const DAY_MS = 86_400_000
const LONG = 'x'.repeat(2_000)

describe('scope', () => {
  let clock: ReturnType<typeof manualClock>
  let net: ReturnType<typeof memoryNetwork>
  const nodes: LogNode[] = []

  const start = async (seed: string, scope: Partial<SyncScope> = {}, file?: string): Promise<LogNode> => {
    const node = await logNode(seed, { net, clock, groups: { [group]: roles }, ...(file && { file }) })
    for (const kind of [note, photo]) node.log.define(kind)
    if (scope.kinds || scope.maxAgeMs !== undefined) node.log.setScope(group, { ...WHOLE, ...scope })
    nodes.push(node)
    return node
  }
  const stop = async (node: LogNode): Promise<void> => {
    nodes.splice(nodes.indexOf(node), 1)
    await node.stop()
  }
  const holds = (node: LogNode, of: LogNode): number => node.log.vector(group).get(of.device) ?? 0
  const texts = (node: LogNode, kind = note): string[] =>
    node.log.page(group, [kind], { limit: 1_000 }).entries.map(({ data }) => data.split(' ')[0]!)
  const write = async (node: LogNode, from: number, count: number, kind = note): Promise<void> => {
    for (let at = from; at < from + count; at++) await node.log.append(group, kind, `${at} ${LONG}`)
  }
  const received = (node: LogNode): number => node.network.connections().reduce((sum, { bytesIn }) => sum + bytesIn, 0)

  beforeEach(() => {
    clock = manualClock()
    net = memoryNetwork({ clock })
  })
  afterEach(async () => {
    for (const node of [...nodes]) await stop(node)
  })

  it('[L-34] is an age, kinds, or both; what is of unknown kind may be in it', () => {
    const now = Date.UTC(2026, 5, 1)
    const scope = { maxAgeMs: 10 * DAY_MS, kinds: ['a'] }
    const old = { kind: kindNumber('a'), ms: now - 11 * DAY_MS }
    expect(
      [old, { ...old, ms: now }, { kind: kindNumber('b'), ms: now }, { kind: undefined, ms: now }].map(one =>
        isInScope(scope, one, now)
      )
    ).toEqual([false, true, false, true])
    expect(isInScope(WHOLE, old, now)).toBe(true)
    // Of a clock that was never set.
    expect(isInScope(scope, { ...old, ms: 1_000 }, now)).toBe(true)
    expect(() => checkScope({ maxAgeMs: -1, kinds: undefined })).toThrow(TypeError)
    expect(() => checkScope({ maxAgeMs: 0.5, kinds: undefined })).toThrow(TypeError)
    expect(() => checkScope({ maxAgeMs: 0, kinds: Array.from({ length: 65 }, String) })).toThrow(TypeError)
  })

  it('[L-34] leaves what is older with the members, and fetches it when asked to, the latest first', async () => {
    const [ann, ben] = [await start('ann'), await start('ben', { maxAgeMs: 30 * DAY_MS })]
    await write(ann, 0, 20)
    clock.jump(40 * DAY_MS)
    await write(ann, 20, 5)
    await ann.connect(ben)
    await until(() => holds(ben, ann) === 25)
    await settle()
    expect(texts(ben)).toEqual(['20', '21', '22', '23', '24'])
    expect(received(ben)).toBeLessThan(20 * 600 + 5 * 2_600)
    expect(ben.log.storage(group)).toMatchObject({ records: 25, leftOut: 20, wanted: 0 })

    expect(await ben.log.fetch(group, { limit: 3 })).toEqual({ came: 3, leftOut: 17 })
    expect(texts(ben)).toEqual(['17', '18', '19', '20', '21', '22', '23', '24'])
    expect(await ben.log.fetch(group, { limit: 1_000 })).toEqual({ came: 17, leftOut: 0 })
    expect(texts(ben)).toEqual(texts(ann))
    // Sweeps take nothing away again.
    await clock.advance(3_600_000)
    expect(texts(ben)).toEqual(texts(ann))
  })

  it('[L-34] leaves other kinds with the members, also new ones, and fetches one kind alone', async () => {
    const [ann, ben] = [await start('ann'), await start('ben', { kinds: [note.name] })]
    await write(ann, 0, 3, photo)
    await write(ann, 3, 3)
    await ann.connect(ben)
    await until(() => holds(ben, ann) === 6)
    await write(ann, 6, 2, photo)
    await write(ann, 8, 1)
    await until(() => holds(ben, ann) === 9)
    expect([texts(ben), texts(ben, photo)]).toEqual([['3', '4', '5', '8'], []])
    expect(received(ben)).toBeLessThan(5 * 600 + 4 * 2_800)
    expect(await ben.log.fetch(group, { kinds: [photo.name], limit: 2 })).toEqual({ came: 2, leftOut: 3 })
    expect(texts(ben, photo)).toEqual(['6', '7'])
  })

  it('[L-34] is kept over restarts; a wider one brings what was left out, in other words all', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'borgo-scope-'))
    const file = join(folder, 'core.db')
    try {
      const ann = await start('ann')
      await write(ann, 0, 3)
      clock.jump(2 * DAY_MS)
      await stop(await start('ben', { maxAgeMs: DAY_MS }, file))
      const ben = await start('ben', {}, file)
      expect(ben.log.scope(group)).toEqual({ maxAgeMs: DAY_MS, kinds: undefined })
      await ann.connect(ben)
      await until(() => holds(ben, ann) === 3)
      await settle()
      expect(texts(ben)).toEqual([])
      ben.log.setScope(group, WHOLE)
      await until(() => texts(ben).length === 3)
      await stop(ben)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('[L-34] stops waiting for what no member sends, and gets it when one comes that has it', async () => {
    const narrow = { maxAgeMs: DAY_MS }
    const [ann, ben, cat] = [await start('ann'), await start('ben', narrow), await start('cat', narrow)]
    await write(ann, 0, 2)
    clock.jump(2 * DAY_MS)
    await ann.connect(ben)
    await until(() => holds(ben, ann) === 2)
    await ben.connect(cat)
    await until(() => holds(cat, ann) === 2)
    const fetching = cat.log.fetch(group, { limit: 10 })
    await settle()
    await clock.advance(10_000)
    expect(await fetching).toEqual({ came: 0, leftOut: 2 })
    await ann.connect(cat)
    await until(() => texts(cat).length === 2)
    await expect(cat.log.fetch(group, { limit: 0 })).rejects.toThrow(TypeError)
    const reason = new Error('enough')
    await expect(cat.log.fetch(group, { limit: 1, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it('[L-15] who follows gets what is fetched after all, though it passed that place', async () => {
    const ann = await start('ann')
    const ben = await start('ben', { kinds: [note.name] })
    await ann.connect(ben)
    const controller = new AbortController()
    const seen: string[] = []
    const following = (async () => {
      for await (const { data } of ben.log.follow([note, photo], { signal: controller.signal })) seen.push(data)
    })()
    await ann.log.append(group, photo, 'photo')
    await ann.log.append(group, note, 'note')
    await until(() => seen.length === 1)
    await ben.log.fetch(group, { kinds: [photo.name], limit: 10 })
    await until(() => seen.length === 2)
    expect(seen).toEqual(['note', 'photo'])
    controller.abort()
    await following
  })

  it('[L-34] believes nobody that something is not wanted: it comes from the next member that has it', async () => {
    const [ann, ben, cat] = [await start('ann'), await start('ben', { kinds: [note.name] }), await start('cat')]
    await write(ann, 0, 3)
    await write(ann, 3, 3, photo)
    await ann.connect(cat)
    await until(() => texts(cat).length === 3)
    await ann.network.hangUp(cat.device)
    // From now on it says of everything that nobody wants it.
    cat.database.exec('UPDATE log_record SET state = 6')
    await cat.connect(ben)
    await until(() => holds(ben, ann) === 6)
    await settle()
    expect(ben.log.storage(group)).toMatchObject({ wanted: 3, leftOut: 3 })
    await ann.connect(ben)
    await until(() => texts(ben).length === 3)
    expect(ben.log.storage(group)).toMatchObject({ wanted: 0, leftOut: 3 })
  })

  it('[L-59] a header says of which kind a record is to who has the key alone, and a body of another is shown to nobody', () => {
    const sealer = createSealer((_group, epoch) => (epoch === 0 ? new Uint8Array(32).fill(7) : undefined))
    const place = { group, device: memoryIdentity('ann').device, epoch: 0 }
    const said = [1, 2, 2 ** 40].map(seq => sealer.sealKind({ ...place, seq }, note.name)!)
    expect(new Set(said.map(bytes => Buffer.from(bytes).toString('hex'))).size).toBe(3)
    expect(sealer.kindOf({ ...place, seq: 2 }, said[1]!)).toBe(kindNumber(note.name))
    expect(sealer.kindOf({ ...place, seq: 3 }, said[1]!)).not.toBe(kindNumber(note.name))
    expect(sealer.kindOf({ ...place, epoch: 1, seq: 2 }, said[1]!)).toBeUndefined()
    expect(sealer.sealKind({ ...place, epoch: 1, seq: 2 }, note.name)).toBeUndefined()

    const kinds = createRegistry<AnyKind>(65_536)
    kinds.define(note as RecordKind<unknown>)
    const members = { accountOf: () => undefined } as unknown as Members
    const deps = { sealer, kinds, members, hide: () => undefined, isStopped: () => false, clock, logger: silentLogger }
    const { examine } = createExaminer(deps)
    const body = sealer.seal(place, encodeBody({ kind: note.name, data: 'hello' }))
    const examined = { ...place, body, role: 'writer', isReplaceable: false } as const
    expect(examine({ ...examined, kindNumber: kindNumber(note.name) }).state).toBe(SHOWN)
    expect(examine({ ...examined, kindNumber: undefined }).state).toBe(SHOWN)
    expect(examine({ ...examined, kindNumber: kindNumber(photo.name) }).state).toBe(HIDDEN)
  })
})
