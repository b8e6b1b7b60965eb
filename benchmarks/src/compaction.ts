/**
 * compaction: what it saves that later records take the place of earlier ones. In a conversation of eight, each device
 * confirms every message; and cards of 2,000 bytes are written again and again. Bytes on disk before and a week later, and
 * what a newcomer fetches. Nodes in one process, on real disks.
 */
import type { BorgoNode, Group, GroupId, Plugin, RecordKind } from '@borgo/core'
import { createVillage } from '@borgo/core/testing'
import { rtc } from '@borgo/plugin-rtc'
import type { Chat } from '@borgo/plugin-rtc'
import { report } from './report.ts'

const PEOPLE = 8
const MESSAGES = Number(process.env.BORGO_BENCH_RECORDS ?? 100)
const CHARACTERS = 120
/** The grace of replaced bodies, and the next tidying. */
const GRACE_MS = 7 * 86_400_000
const SWEEP_MS = 600_000

/** Things that are said anew now and then, such as where somebody can be reached, or what a name means. */
const CARDS = 20
const CARD_BYTES = 2_000
const CARD: RecordKind<{ of: string; bytes: Uint8Array }> = {
  name: 'cards/card',
  role: 'writer',
  maxBytes: 4_096,
  parse: value => value as { of: string; bytes: Uint8Array },
  key: ({ of }) => of
}
const setting: Plugin<{ set(group: Group, of: string): Promise<unknown> }> = {
  name: 'cards',
  start({ groups }) {
    groups.define(CARD)
    return { set: (group, of) => group.append(CARD, { of, bytes: new Uint8Array(CARD_BYTES) }) }
  }
}

const figure = (metric: string, value: number, unit: string): void =>
  report({ bench: 'compaction', system: 'borgo', metric, value, unit, run: 1 })

const village = await createVillage({ seed: 1 })
try {
  const settle = async (name: string): Promise<{ node: BorgoNode; chat: Chat }> => {
    const node = await village.settle(name)
    return { node, chat: (await node.use(rtc())).chat }
  }
  const people = await Promise.all(Array.from({ length: PEOPLE }, (_, at) => settle(`Person ${at}`)))
  const [first] = people
  if (!first) throw new Error('nobody came')
  const { id } = await first.node.groups.create({ name: 'Square' })
  const link = async (): Promise<string> => (await first.node.groups.get(id)?.invite({ uses: PEOPLE }))?.link ?? ''
  const open = await link()
  for (const { node } of people.slice(1)) await village.run(node.groups.join(open))
  const storage = ({ node }: { node: BorgoNode }, of: GroupId = id) => {
    const group = node.groups.get(of)
    if (!group) throw new Error('not in the group')
    return group.storage()
  }
  for (let at = 0; at < MESSAGES; at++) {
    const author = people[at % PEOPLE] ?? first
    const { id: message } = await author.chat.send(id, `${at} `.padEnd(CHARACTERS, 'ciao '))
    await village.until(() => author.chat.message(message, id)?.delivered.length === PEOPLE - 1)
  }
  const before = storage(first)
  village.clock.jump(GRACE_MS)
  await village.clock.advance(SWEEP_MS)
  const { bytes, records, replaced } = storage(first)
  figure('records, messages and receipts', records, 'records')
  figure('records replaced', replaced.records, 'records')
  figure('on disk', before.bytes, 'B')
  figure('on disk a week later', bytes, 'B')

  const newcomer = await settle('Newcomer')
  const again = await link()
  await village.run(newcomer.node.groups.join(again))
  await village.until(() => storage(newcomer).records >= records)
  figure('fetched by a newcomer', storage(newcomer).bytes, 'B')

  const cards = await first.node.use(setting)
  const home = await first.node.groups.create({ name: 'Cards' })
  for (let at = 0; at < 10 * MESSAGES; at++) await cards.set(home, String(at % CARDS))
  const full = storage(first, home.id)
  village.clock.jump(GRACE_MS)
  await village.clock.advance(SWEEP_MS)
  const left = storage(first, home.id)
  figure(`cards of ${CARD_BYTES} B, written`, full.records, 'records')
  figure('cards, on disk', full.bytes, 'B')
  figure('cards, on disk a week later', left.bytes, 'B')
} finally {
  await village.stop()
}
