import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compareOrder } from './entry.ts'
import type { Entry, Order } from './entry.ts'
import type { RecordKind } from './kind.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'

const group = groupId('g')
const other = groupId('other')

function kindOf(name: string, options: Partial<RecordKind<string>> = {}): RecordKind<string> {
  const parse = (value: unknown): string => {
    if (typeof value !== 'string') throw new TypeError('expected text')
    return value
  }
  return { name, role: 'writer', maxBytes: 1_000, parse, ...options }
}
const note = kindOf('test/note')
const notice = kindOf('test/notice', { role: 'owner' })
/** Like `note`, without its rules: what a program of another version or mind writes. */
const loose: RecordKind<unknown> = { name: note.name, role: 'reader', maxBytes: 60_000, parse: value => value }

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes in use when nothing is left to collect. */
function heapBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

describe('log', () => {
  let node: LogNode
  let folder: string
  const clock = manualClock()
  const net = memoryNetwork({ clock })

  const start = (roles: Roles = { ann: 'writer' }): Promise<LogNode> =>
    logNode('ann', { net, clock, file: join(folder, 'core.db'), groups: { [group]: roles, [other]: roles } })
  const texts = (entries: Entry<unknown>[]): unknown[] => entries.map(({ data }) => data)
  const restart = async (roles?: Roles): Promise<void> => {
    await node.stop()
    node = await start(roles)
  }
  /** The next `count` entries. */
  const take = async <T>(kinds: RecordKind<T>[], count: number, after?: number): Promise<Entry<T>[]> => {
    const controller = new AbortController()
    const entries: Entry<T>[] = []
    for await (const entry of node.log.follow(kinds, { after, signal: controller.signal })) {
      entries.push(entry)
      if (entries.length === count) controller.abort()
    }
    return entries
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'borgo-log-'))
    node = await start()
  })
  afterEach(async () => {
    await node.stop()
    rmSync(folder, { recursive: true })
  })

  it('[L-3] gives the entry that everybody will read, and finds it by its id', async () => {
    node.log.define(note)
    const entry = await node.log.append(group, note, 'ciao')
    expect(entry).toMatchObject({ position: 1, group, kind: note.name, seq: 1, data: 'ciao' })
    expect(entry.account).toBe(node.identity.account)
    expect(entry.device).toBe(node.device)
    await restart()
    expect(node.log.entry(group, entry.id)).toBeUndefined()
    node.log.define(note)
    expect(node.log.entry(group, entry.id)).toEqual(entry)
    expect(node.log.entry(other, entry.id)).toBeUndefined()
    expect(node.log.vector(group)).toEqual(new Map([[node.device, 1]]))
  })

  it('[L-7] shows no record whose schema, length or author the kind refuses', async () => {
    await node.log.append(group, loose, 17)
    await node.log.append(group, loose, 'x'.repeat(2_000))
    await node.log.append(group, note, 'right')
    node.log.define(note)
    expect(texts(node.log.page(group, [note]).entries)).toEqual(['right'])
    expect(texts(await take([note], 1))).toEqual(['right'])
    expect(texts(node.log.page(group, [kindOf(note.name, { role: 'owner' })]).entries)).toEqual([])
  })

  it('[L-7] hides for good what its kind refused when it was read', async () => {
    const { id } = await node.log.append(group, loose, 17)
    expect(node.log.page(group, [note]).entries).toEqual([])
    node.log.define(loose)
    expect(node.log.entry(group, id)).toBeUndefined()
    expect(node.log.page(group, [loose]).entries).toEqual([])
  })

  it('[L-11] lets a name be defined once at a time', () => {
    const undo = node.log.define(note)
    expect(() => node.log.define(kindOf(note.name))).toThrow(expect.objectContaining({ code: 'KIND_TAKEN' }))
    undo()
    undo()
    node.log.define(kindOf(note.name))
    for (const maxBytes of [0, 65_537, 1.5])
      expect(() => node.log.define(kindOf('test/size', { maxBytes }))).toThrow(TypeError)
  })

  it('[L-12] hides an expired record at once, deletes its body a day later and keeps its header', async () => {
    const brief = kindOf('test/brief', { lifetimeMs: 60_000 })
    node.log.define(brief)
    const { id } = await node.log.append(group, brief, 'soon gone')
    const bodies = (): unknown => node.database.prepare('SELECT count(body) AS n FROM log_record').get()?.n
    await clock.advance(59_999)
    expect(texts(node.log.page(group, [brief]).entries)).toEqual(['soon gone'])
    await clock.advance(1)
    expect(node.log.page(group, [brief]).entries).toEqual([])
    expect(node.log.entry(group, id)).toBeUndefined()
    expect(bodies()).toBe(1)
    await clock.advance(25 * 60 * 60_000)
    expect(bodies()).toBe(0)
    for (const lifetimeMs of [0, -1, 1.5, Infinity])
      await expect(node.log.append(group, kindOf('test/odd', { lifetimeMs }), 'x')).rejects.toThrow(TypeError)
    const next = await node.log.append(group, brief, 'still a chain')
    expect(next.seq).toBe(2)
  })

  it('[L-13] shows what was written under a key that came later, at a new position', async () => {
    await node.log.append(group, note, 'before')
    node.members.setEpoch(group, 1)
    await expect(node.log.append(group, note, 'no key')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    node.members.giveKey(group, 1)
    await node.log.append(group, note, 'under the new key')
    expect(texts(node.log.page(group, [note]).entries)).toEqual(['before', 'under the new key'])
  })

  it('[L-14] refuses to write without the role, beyond the length or what the kind itself refuses', async () => {
    await expect(node.log.append(group, notice, 'x')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(node.log.append(groupId('none'), note, 'x')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(node.log.append(group, note, 'x'.repeat(1_000))).rejects.toMatchObject({ code: 'TOO_LARGE' })
    await expect(node.log.append(group, note, 17 as unknown as string)).rejects.toThrow(TypeError)
    await restart({ ann: 'reader' })
    await expect(node.log.append(group, note, 'x')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(node.log.vector(group)).toEqual(new Map())
  })

  it('[L-15] follows what is stored and then what comes, each once, in all groups', async () => {
    await node.log.append(group, note, 'one')
    await node.log.append(other, note, 'two')
    await node.log.append(group, kindOf('test/else'), 'not this')
    const following = take([note], 4)
    await node.log.append(group, note, 'three')
    await node.log.append(other, note, 'four')
    const entries = await following
    expect(texts(entries)).toEqual(['one', 'two', 'three', 'four'])
    const positions = entries.map(({ position }) => position)
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b))
  })

  it('[L-15] goes on exactly after the last position, also over a restart', async () => {
    for (let index = 0; index < 10; index++) await node.log.append(group, note, String(index))
    const [, , third] = await take([note], 3)
    await restart()
    await node.log.append(group, note, '10')
    expect(texts(await take([note], 8, third!.position))).toEqual(['3', '4', '5', '6', '7', '8', '9', '10'])
  })

  it('[L-15] reads the next entry only when the last was consumed, and ends when told', async () => {
    await Promise.all(Array.from({ length: 500 }, (_, index) => node.log.append(group, note, String(index))))
    const controller = new AbortController()
    const entries = node.log.follow([note], { signal: controller.signal })[Symbol.asyncIterator]()
    expect((await entries.next()).value).toMatchObject({ data: '0' })
    await node.log.append(group, note, '500')
    for (let index = 1; index <= 500; index++)
      expect((await entries.next()).value).toMatchObject({ data: String(index) })
    const waiting = entries.next()
    controller.abort()
    expect(await waiting).toEqual({ done: true, value: undefined })
  })

  it('[L-16] pages through all of 10,000 records, oldest first on each page, by index and in little memory', async () => {
    const even = kindOf('test/even')
    const kinds = [note, even]
    for (let index = 0; index < 10_000; index += 500)
      await Promise.all(
        Array.from({ length: 500 }, (_, one) =>
          node.log.append(group, kinds[one % 2]!, `${index + one} ${'x'.repeat(500)}`)
        )
      )
    const read: number[] = []
    let before: Order | undefined
    let last: Order | undefined
    const heapBefore = heapBytes()
    do {
      const page = node.log.page(group, kinds, { before, limit: 100 })
      before = page.before
      const orders = page.entries.map(({ order }) => order)
      if (last) orders.push(last)
      for (const [index, order] of orders.entries())
        if (index > 0) expect(compareOrder(orders[index - 1]!, order)).toBeLessThan(0)
      last = page.entries[0]?.order ?? last
      read.unshift(...page.entries.map(({ data }) => Number.parseInt(data, 10)))
      if (read.length % 2_000 === 0) expect(heapBytes() - heapBefore).toBeLessThan(2 * 2 ** 20)
    } while (before)
    expect(read).toEqual(Array.from({ length: 10_000 }, (_, index) => index))
    const plan = node.database
      .prepare(
        `EXPLAIN QUERY PLAN SELECT id FROM log_record WHERE grp = 1 AND kind = 'a' AND state = 0
          AND (era, ms, count, device) < (0, 1, 2, 'd') ORDER BY era DESC, ms DESC, count DESC, device DESC LIMIT 5`
      )
      .all()
    expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining('USING INDEX log_record_order')])
  })

  it('[L-16] takes a limit of 1 to 1,000', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, index) => node.log.append(group, note, String(index))))
    expect(node.log.page(group, [note]).entries).toHaveLength(50)
    expect(node.log.page(group, [note], { limit: 1 }).entries).toMatchObject([{ data: '59' }])
    expect(node.log.page(group, [note], { limit: 61 }).before).toBeUndefined()
    for (const limit of [0, 1_001, 1.5]) expect(() => node.log.page(group, [note], { limit })).toThrow(TypeError)
  })
})
