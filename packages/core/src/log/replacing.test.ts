import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordKind } from './kind.ts'
import type { PeerId } from '../ids.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { seededRandom } from '../testing/random.ts'
import { settle, until } from '../testing/turns.ts'

const group = groupId('g')
const DAY_MS = 86_400_000
const LONG = 'x'.repeat(2_000)
/** `BORGO_SEEDS=500` for a long run. */
const SEEDS = Number(process.env.BORGO_SEEDS ?? 4)

interface Setting {
  of: string
  value: string
}
const setting: RecordKind<Setting> = {
  name: 'test/setting',
  role: 'writer',
  maxBytes: 4_000,
  parse: value => value as Setting,
  text: ({ value }) => ({ value }),
  key: ({ of }) => of
}
const note: RecordKind<string> = { name: 'test/note', role: 'writer', maxBytes: 4_000, parse: String }

describe('replacing', () => {
  let clock: ReturnType<typeof manualClock>
  let net: ReturnType<typeof memoryNetwork>
  const nodes: LogNode[] = []
  const roles: Roles = { ann: 'owner', ben: 'writer', cat: 'writer', rob: 'relay' }

  const start = async (seed: string, { reads = true } = {}): Promise<LogNode> => {
    const node = await logNode(seed, { net, clock, groups: reads ? { [group]: roles } : {} })
    if (!reads) for (const [who, role] of Object.entries(roles)) node.members.grant(group, who, role)
    for (const kind of [setting, note]) node.log.define<unknown>(kind as RecordKind<unknown>)
    nodes.push(node)
    return node
  }
  const set = (node: LogNode, value: string, of = 'a', adds = false) =>
    node.log.append(group, setting, { of, value }, { adds })
  const shown = (node: LogNode): string[] =>
    node.log.page(group, [setting], { limit: 1_000 }).entries.map(({ data }) => data.value.split(' ')[0] ?? '')
  const holds = (node: LogNode, of: LogNode): number => node.log.vector(group).get(of.device) ?? 0
  const meet = async (a: LogNode, b: LogNode): Promise<void> => {
    await a.connect(b)
    await until(() => JSON.stringify(vectorOf(a)) === JSON.stringify(vectorOf(b)))
    await settle()
  }
  const vectorOf = (node: LogNode): [PeerId, number][] =>
    [...node.log.vector(group)].sort(([one], [other]) => (one < other ? -1 : 1))
  const part = async (): Promise<void> => {
    for (const node of nodes) for (const { peer } of node.network.connections()) await node.network.hangUp(peer)
    await settle()
  }
  const limit = (device: PeerId, seq: number | undefined, of: readonly LogNode[] = nodes): void => {
    for (const node of of) node.members.limit(group, device, seq)
  }

  /** Days go by, and then the next tidying. */
  const wait = async (count: number): Promise<void> => {
    clock.jump(count * DAY_MS)
    await clock.advance(600_000)
  }

  beforeEach(() => {
    clock = manualClock(Date.UTC(2026, 5, 1))
    net = memoryNetwork({ clock })
  })
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop()
  })

  it('[L-35] shows of each device and key the latest record alone, and deletes the bodies of others after a week', async () => {
    const ann = await start('ann')
    const first = await set(ann, `1 ${LONG}`)
    await set(ann, `2 ${LONG}`, 'b')
    await ann.log.append(group, note, 'kept')
    await set(ann, `3 ${LONG}`)
    expect(shown(ann)).toEqual(['2', '3'])
    expect(ann.log.entry(group, first.id)).toBeUndefined()
    expect((await ann.log.search('1', { kinds: [setting] })).entries).toEqual([])
    expect(ann.log.storage(group).replaced).toEqual({ records: 0, bytes: 0 })

    const before = ann.log.storage(group).bytes
    await wait(6)
    expect(ann.log.storage(group).bytes).toBe(before)
    await wait(1)
    const { bytes, replaced } = ann.log.storage(group)
    expect(replaced.records).toBe(1)
    expect(replaced.bytes).toBe(before - bytes)
    expect(replaced.bytes).toBeGreaterThan(LONG.length)
    expect(shown(ann)).toEqual(['2', '3'])

    ann.log.check.start()
    await until(() => ann.log.check.last().state === 'done')
    expect(ann.log.check.last()).toMatchObject({ checked: 4, damaged: 0 })
    const lines = []
    for await (const line of ann.log.export(group)) lines.push([line.seq, line.verified, line.without])
    expect(lines).toEqual([
      [1, true, 'replaced'],
      [2, true, undefined],
      [3, true, undefined],
      [4, true, undefined]
    ])
  })

  it('[L-35] tells apart devices and kinds, and refuses keys that are empty or long', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    await set(ann, '1')
    await meet(ann, ben)
    await set(ben, '2')
    await until(() => holds(ann, ben) === 1)
    expect([shown(ann), shown(ben)]).toEqual([
      ['1', '2'],
      ['1', '2']
    ])
    for (const of of ['', 'k'.repeat(257)]) await expect(set(ann, '3', of)).rejects.toThrow(TypeError)
  })

  it('[L-35] passes over to followers what is left', async () => {
    const ann = await start('ann')
    for (const value of ['1', '2', '3']) await set(ann, value)
    const stopping = new AbortController()
    const seen: string[] = []
    const following = (async () => {
      for await (const { data } of ann.log.follow([setting], { signal: stopping.signal })) seen.push(data.value)
    })()
    await until(() => seen.length > 0)
    await set(ann, '4')
    await until(() => seen.length === 2)
    expect(seen).toEqual(['3', '4'])
    stopping.abort()
    await following
  })

  it('[L-36] sends newcomers no bodies that were replaced, from whichever member, and asks for none', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    for (let at = 0; at < 300; at++) await set(ann, `${at} ${LONG}`, `${at % 3}`)
    await meet(ann, ben)
    const cat = await start('cat')
    await meet(ben, cat)
    const received = (node: LogNode): number =>
      node.network.connections().reduce((sum, { bytesIn }) => sum + bytesIn, 0)
    expect([shown(ben), shown(cat)]).toEqual([
      ['297', '298', '299'],
      ['297', '298', '299']
    ])
    // Headers alone are some 400 bytes.
    expect(received(cat)).toBeLessThan(300 * 400 + 3 * 2_500)
    for (const node of [ben, cat]) {
      expect(node.log.storage(group)).toMatchObject({ records: 300, wanted: 0, leftOut: 0, replaced: { records: 297 } })
    }
    const sent = received(cat)
    await clock.advance(3_600_000)
    expect(received(cat) - sent).toBeLessThan(5_000)
  })

  it('[L-36] lets go of them also where nothing can be read, such as on a relay', async () => {
    const [ann, rob] = [await start('ann'), await start('rob', { reads: false })]
    for (let at = 0; at < 10; at++) await set(ann, `${at} ${LONG}`)
    await meet(ann, rob)
    for (let at = 10; at < 20; at++) await set(ann, `${at} ${LONG}`)
    await until(() => holds(rob, ann) === 20)
    await wait(7)
    expect(shown(rob)).toEqual([])
    expect(rob.log.storage(group).replaced.records).toBe(19)
    expect(rob.log.storage(group).bytes).toBeLessThan(20 * 1_000 + 2_500)
  })

  it('[L-37] keeps what adds beside the earlier ones, until one takes the place of all, at most 64 at once', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    for (const value of ['1', '2', '3']) await set(ann, value, 'a', true)
    await meet(ann, ben)
    expect(shown(ben)).toEqual(['1', '2', '3'])
    await set(ann, '4')
    await set(ann, '5', 'a', true)
    await until(() => holds(ben, ann) === 5)
    expect(shown(ben)).toEqual(['4', '5'])
    for (let at = 6; at < 76; at++) await set(ann, String(at), 'a', true)
    await set(ann, '76')
    await until(() => holds(ben, ann) === 76)
    // Of 72 the latest eight were too many: the next one takes their place.
    expect(shown(ben)).toEqual(['68', '69', '70', '71', '72', '73', '74', '75', '76'])
    await set(ann, '77')
    await until(() => holds(ben, ann) === 77)
    expect([shown(ann), shown(ben)]).toEqual([['77'], ['77']])
  })

  describe('of a removed member', () => {
    it('[L-39] comes back when what took its place does not count, at a new position', async () => {
      const [ann, ben] = [await start('ann'), await start('ben')]
      await set(ben, '1')
      await set(ben, '2')
      await meet(ann, ben)
      const stopping = new AbortController()
      const seen: string[] = []
      const following = (async () => {
        for await (const { data } of ann.log.follow([setting], { signal: stopping.signal })) seen.push(data.value)
      })()
      await until(() => seen.length === 1)
      limit(ben.device, 1)
      await until(() => seen.length === 2)
      expect(seen).toEqual(['2', '1'])
      expect(shown(ann)).toEqual(['1'])
      expect((await ann.log.search('1', { kinds: [setting] })).entries).toHaveLength(1)
      // The removal is undone.
      limit(ben.device, undefined)
      await until(() => shown(ann).length === 1 && shown(ann)[0] === '2')
      stopping.abort()
      await following
    })

    it('[L-39] comes back from whoever removed it, when its body was deleted elsewhere', async () => {
      const [ann, ben, cat] = [await start('ann'), await start('ben'), await start('cat')]
      await set(ben, '1')
      await meet(ann, ben)
      await part()
      await set(ben, '2')
      await meet(ben, cat)
      await wait(8)
      expect(cat.log.storage(group).replaced.records).toBe(1)
      // Ann, who has only seen the first, removes Ben; that Cat hears of first.
      limit(ben.device, 1)
      expect(shown(cat)).toEqual([])
      await meet(ann, cat)
      await until(() => shown(cat).length === 1)
      expect([shown(ann), shown(cat)]).toEqual([['1'], ['1']])
      await wait(8)
      expect([shown(ann), shown(cat)]).toEqual([['1'], ['1']])
    })
  })

  it('[L-40] shows the same on all devices that met, whoever was parted, removed and let in again meanwhile', async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = seededRandom(seed)
      const any = (below: number): number => Math.floor(random() * below)
      const all = [await start('ann'), await start('ben'), await start('cat')]
      const one = (): LogNode => all[any(all.length)] as LogNode
      const written: { device: PeerId; seq: number; of: string; adds: boolean; value: string }[] = []
      const limits = new Map<PeerId, number>()
      for (let step = 0; step < 40; step++) {
        const [node, other] = [one(), one()]
        const what = any(10)
        if (what < 5) {
          const [of, adds] = [`${any(2)}`, any(3) === 0]
          const value = `${seed}.${step}`
          const { device, seq } = await set(node, value, of, adds)
          written.push({ device, seq, of, adds, value })
        } else if (what < 7 && node !== other) await meet(node, other)
        else if (what === 7) await part()
        else if (what === 8) await wait(any(9))
        else if (limits.delete(other.device)) limit(other.device, undefined, all)
        else if (node !== other) {
          limits.set(other.device, holds(node, other))
          limit(other.device, holds(node, other), all)
        }
      }
      for (const [a, b] of [...pairs(all), ...pairs(all)]) await meet(a, b)
      const counts = ({ device, seq }: (typeof written)[number]): boolean => seq <= (limits.get(device) ?? Infinity)
      const left = written.filter(
        (record, at) =>
          counts(record) &&
          !written
            .slice(at + 1)
            .some(
              ({ device, of, adds, ...more }) =>
                device === record.device && of === record.of && !adds && counts({ device, of, adds, ...more })
            )
      )
      const expected = left.map(({ value }) => value).sort()
      const isSame = (node: LogNode): boolean => JSON.stringify(shown(node).sort()) === JSON.stringify(expected)
      // Bodies that were deleted come from others; those of what does not count may be nowhere.
      await until(() => all.every(isSame)).catch((cause: unknown) => {
        throw new Error(`seed ${seed}`, { cause })
      })
      for (const node of nodes.splice(0)) await node.stop()
    }
  })
})

function pairs<T>([first, second, third]: readonly T[]): [T, T][] {
  return [
    [first as T, second as T],
    [second as T, third as T],
    [first as T, third as T]
  ]
}
