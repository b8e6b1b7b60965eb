import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordKind } from './kind.ts'
import type { SearchOptions } from './search.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { termsOf } from './search.ts'

const group = groupId('g')
const other = groupId('other')
const DAY_MS = 86_400_000

interface Page {
  title: string
  body: string
}
const page: RecordKind<Page> = {
  name: 'test/page',
  role: 'writer',
  maxBytes: 60_000,
  parse: value => value as Page,
  text: ({ title, body }) => ({ title, body })
}
const brief: RecordKind<string> = {
  name: 'test/brief',
  role: 'writer',
  maxBytes: 1_000,
  lifetimeMs: 1_000,
  parse: String,
  text: text => ({ text })
}

describe('search', () => {
  let folder: string
  let node: LogNode
  const clock = manualClock()
  const net = memoryNetwork({ clock })
  const start = (): Promise<LogNode> =>
    logNode('ann', {
      net,
      clock,
      file: join(folder, 'core.db'),
      groups: { [group]: { ann: 'writer' }, [other]: { ann: 'writer' } }
    })
  const write = (title: string, body = '', to = group) => node.log.append(to, page, { title, body })
  const titles = async (query: string, options: Partial<SearchOptions<Page>> = {}): Promise<string[]> =>
    (await node.log.search(query, { kinds: [page], ...options })).entries.map(({ data }) => data.title)

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'borgo-'))
    node = await start()
  })
  afterEach(async () => {
    await node.stop()
    rmSync(folder, { recursive: true })
  })

  it('[L-25] finds words in any case, without accents, at their beginning, and phrases', async () => {
    node.log.define(page)
    await write('Perché no', 'The red house by the lake')
    await write('Why not', 'A house that is red')
    expect(await titles('PERCHE')).toEqual(['Perché no'])
    expect(await titles('red hou')).toEqual(['Why not', 'Perché no'])
    expect(await titles('hou red')).toEqual([])
    expect(await titles('"red house"')).toEqual(['Perché no'])
    expect(await titles('why house')).toEqual([])
    for (const nothing of ['', ' — ', '""', '*', ')', '\0']) expect(await titles(nothing)).toEqual([])
    expect(await titles('text : ( NEAR red* "')).toEqual([])
  })

  it('[L-25] takes a query for words only, whatever is in it', () => {
    expect(termsOf('a "b c" d')).toEqual(['"a"', '"b c"', '"d" *'])
    expect(termsOf('a" OR b')).toEqual(['"a"', '" OR b"'])
    expect(termsOf('x:y AND(')).toEqual(['"x:y"', '"AND(" *'])
    expect(termsOf('a '.repeat(100))).toHaveLength(32)
  })

  it('[L-25] looks within a group, a field, a kind and what one person wrote', async () => {
    node.log.define(page)
    node.log.define(brief)
    await write('lake', 'mountain')
    await write('mountain', 'lake')
    await write('lake elsewhere', '', other)
    await node.log.append(group, brief, 'lake')
    expect(await titles('lake')).toEqual(['lake elsewhere', 'mountain', 'lake'])
    expect(await titles('lake', { group })).toEqual(['mountain', 'lake'])
    expect(await titles('lake', { group, field: 'title' })).toEqual(['lake'])
    expect(await titles('lake', { by: node.identity.account, group: other })).toEqual(['lake elsewhere'])
    expect(await titles('lake', { by: 'z6MkNobody' as never })).toEqual([])
    expect((await node.log.search('lake', { kinds: [brief] })).entries).toHaveLength(1)
  })

  it('[L-25] looks within a time, short or long', async () => {
    node.log.define(page)
    const start = clock.now()
    for (let month = 0; month < 6; month++) {
      await write(`lake ${month}`)
      clock.jump(30 * DAY_MS)
    }
    const at = (month: number): number => start + month * 30 * DAY_MS
    expect(await titles('lake', { since: at(2), until: at(4) })).toEqual(['lake 3', 'lake 2'])
    expect(await titles('lake', { since: at(2) + 1, until: at(4) + 1, limit: 1 })).toEqual(['lake 4'])
    expect(await titles('lake', { since: at(4) })).toEqual(['lake 5', 'lake 4'])
    expect(await titles('lake', { until: at(1) })).toEqual(['lake 0'])
    expect(await titles('lake', { since: at(9), until: at(3) })).toEqual([])
    expect(
      await titles('lake', { since: at(1), until: at(3), by: node.identity.account, group, field: 'title' })
    ).toEqual(['lake 2', 'lake 1'])
  })

  it('[L-25] gives pages that join without gap or repetition', async () => {
    node.log.define(page)
    for (let index = 0; index < 7; index++) await write(`lake ${index}`, 'lake')
    const seen: string[] = []
    let before: number | undefined
    do {
      const found = await node.log.search('lake', { kinds: [page], limit: 3, before })
      seen.push(...found.entries.map(({ data }) => data.title))
      before = found.before
    } while (before !== undefined)
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map(index => `lake ${index}`))
    await expect(node.log.search('lake', { kinds: [page], limit: 0 })).rejects.toThrow(TypeError)
  })

  it('[L-26] takes up, after a restart, kinds that were not defined when their records came', async () => {
    await write('lake')
    expect(await titles('lake')).toEqual([])
    await node.stop()
    node = await start()
    node.log.define(page)
    expect(await titles('lake')).toEqual(['lake'])
    await write('lake again')
    expect(await titles('lake')).toEqual(['lake again', 'lake'])
  })

  it('[L-26] has records in the index two seconds after they came, without being asked', async () => {
    node.log.define(page)
    await write('lake')
    const indexed = () => node.database.prepare("SELECT rowid FROM log_text WHERE log_text MATCH 'lake'").all().length
    expect(indexed()).toBe(0)
    await clock.advance(2_000)
    expect(indexed()).toBe(1)
  })

  it('[L-26] forgets the words of what expired', async () => {
    node.log.define(brief)
    await node.log.append(group, brief, 'lake')
    expect((await node.log.search('lake', { kinds: [brief] })).entries).toHaveLength(1)
    await clock.advance(1_000)
    expect((await node.log.search('lake', { kinds: [brief] })).entries).toEqual([])
    await clock.advance(2 * DAY_MS)
    expect(node.database.prepare("SELECT rowid FROM log_text WHERE log_text MATCH 'lake'").all()).toEqual([])
  })
})
