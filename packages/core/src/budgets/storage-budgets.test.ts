import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RecordKind } from '../log/kind.ts'
import { DEFAULT_QUOTA } from '../log/quota.ts'
import { CORE_MIGRATIONS } from '../schema.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import type { ManualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { memoryStores } from '../testing/memory-stores.ts'
import { until } from '../testing/turns.ts'
import type { Budget } from './budget.ts'
import { createBudgets } from './budgets.ts'
import { storageBudgets } from './storage-budgets.ts'

const [one, other] = [groupId('g'), groupId('h')]
const roles: Roles = { ann: 'owner', ben: 'writer' }
const note: RecordKind<string> = { name: 'test/note', role: 'writer', maxBytes: 60_000, parse: String }
const picture: RecordKind<string> = { ...note, name: 'gallery/picture' }
const name: RecordKind<string> = { ...note, name: 'core/name' }
const MIB = 2 ** 20
const NODE = { kind: 'node' } as const
/** What a text of so many bytes takes on disk, about. */
const LONG = 50_000

let clock: ManualClock
let net: ReturnType<typeof memoryNetwork>
let stops: (() => unknown)[]

/** A node whose log keeps to budgets. */
async function start(seed: string, ...given: Budget[]) {
  const budgets = createBudgets({ database: memoryStores().of('core').database(CORE_MIGRATIONS), clock })
  for (const budget of given) budgets.set(budget)
  const late: { node?: LogNode } = {}
  const members = {
    accountOf: (...of: Parameters<LogNode['members']['accountOf']>) => late.node?.members.accountOf(...of)
  }
  const storage = storageBudgets({ budgets, members, usual: DEFAULT_QUOTA })
  const node = await logNode(seed, {
    net,
    clock,
    groups: { [one]: roles, [other]: roles },
    quotaOf: storage.quotaOf,
    hasRoomOf: storage.hasRoomOf
  })
  late.node = node
  for (const kind of [note, picture, name]) node.log.define(kind)
  stops.push(storage.limit(node.log), () => node.stop())
  const write = async (group: typeof one, count: number, kind = note): Promise<void> => {
    for (let n = 0; n < count; n++) await node.log.append(group, kind, `${n} `.padEnd(LONG, 'x'))
  }
  const texts = (group: typeof one, kind = note): number =>
    node.log.page(group, [kind], { limit: 1_000 }).entries.length
  return { ...node, budgets, storage, write, texts }
}

beforeEach(() => {
  clock = manualClock()
  net = memoryNetwork({ clock })
  stops = []
})
afterEach(async () => {
  for (const stop of stops) await stop()
})

it('[O-9] budgets for storage limit a group, a person in each group, and the node, whichever is less', async () => {
  const ann = await start('ann')
  const full = { code: 'QUOTA_EXCEEDED' }
  ann.budgets.set({ scope: { kind: 'group', id: one }, resource: 'storage', amount: MIB })
  await expect(ann.write(one, 30)).rejects.toMatchObject(full)
  const held = ann.log.storage(one)
  expect(held.quota).toMatchObject({ groupBytes: MIB, memberBytes: DEFAULT_QUOTA.memberBytes })
  expect(held.bytes).toBeLessThanOrEqual(MIB)
  await ann.write(other, 1)
  ann.budgets.set({ scope: NODE, resource: 'storage', amount: held.bytes + 2 * LONG })
  await expect(ann.write(other, 3)).rejects.toMatchObject(full)
  ann.budgets.clear({ scope: NODE, resource: 'storage' })
  ann.budgets.set({ scope: { kind: 'peer', id: ann.device }, resource: 'storage', amount: MIB })
  await expect(ann.write(other, 30)).rejects.toMatchObject(full)
  expect(ann.log.storage(other).members).toMatchObject([{ account: ann.identity.account, quotaBytes: MIB }])
})

it('[O-9] budgets for storage show what is stored, and by whom', async () => {
  const ann = await start('ann', { scope: { kind: 'group' }, resource: 'storage', amount: 10 * MIB })
  await ann.write(one, 3)
  await ann.write(other, 1)
  ann.budgets.set({ scope: { kind: 'peer', id: ann.device }, resource: 'storage', amount: 9 * MIB })
  ann.budgets.set({ scope: NODE, resource: 'storage', amount: 20 * MIB })
  const [inOne, inOther] = [ann.log.storage(one).bytes, ann.log.storage(other).bytes]
  expect(ann.budgets.list()).toMatchObject([
    { used: inOne, usedBy: one, waiting: 0 },
    { used: inOne, usedBy: ann.identity.account },
    { used: inOne + inOther, usedBy: 'node' }
  ])
})

it('[O-10] what was left out comes when a budget for storage is raised or cleared, without a restart', async () => {
  const [ann, ben] = [await start('ann'), await start('ben', { scope: NODE, resource: 'storage', amount: MIB })]
  await ann.write(one, 30)
  await ben.connect(ann)
  await until(() => ben.log.vector(one).get(ann.device) === 30)
  const [before, limit] = [ben.texts(one), MIB + 5 * LONG]
  expect(before).toBeGreaterThan(10)
  expect(before).toBeLessThan(25)
  ben.budgets.set({ scope: NODE, resource: 'storage', amount: limit })
  await until(() => ben.texts(one) > before + 2)
  expect(ben.log.storage(one).bytes).toBeLessThanOrEqual(limit)
  ben.budgets.clear({ scope: NODE, resource: 'storage' })
  await until(() => ben.texts(one) === 30)
})

it('[O-10] a budget for storage that is lowered deletes nothing', async () => {
  const ann = await start('ann')
  await ann.write(one, 25)
  ann.budgets.set({ scope: { kind: 'group' }, resource: 'storage', amount: MIB })
  expect(ann.texts(one)).toBe(25)
  await expect(ann.write(one, 1)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' })
})

it('[O-9] budgets for storage are not for the core alone, and not too small to be meant', async () => {
  const { budgets } = await start('ann')
  for (const wrong of [
    { scope: { kind: 'plugin', id: 'core' }, resource: 'storage', amount: MIB },
    { scope: NODE, resource: 'storage', amount: MIB - 1 }
  ] as const)
    expect(() => budgets.set(wrong)).toThrow(expect.objectContaining({ code: 'BAD_BUDGET' }))
})

const ofPlugin = (id?: string): Budget => ({ scope: { kind: 'plugin', id }, resource: 'storage', amount: MIB })
const LIMIT = { code: 'STORAGE_LIMIT' }

it('[O-11] a budget for storage of a plugin limits the records of its kinds, in all groups together', async () => {
  const ann = await start('ann', ofPlugin('gallery'))
  await ann.write(one, 10, picture)
  await expect(ann.write(other, 15, picture)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' })
  await ann.write(one, 25)
  await ann.write(one, 25, name)
  expect(ann.budgets.list()).toMatchObject([{ usedBy: 'gallery', used: ann.log.storedOf('gallery') }])
  expect(ann.log.storedOf('gallery')).toBeGreaterThan(MIB - 2 * LONG)
  expect(ann.log.storedOf('gallery')).toBeLessThanOrEqual(MIB)
})

it('[O-11] each plugin on its own is limited, and the core is not', async () => {
  const ann = await start('ann', ofPlugin())
  await ann.write(one, 12, picture)
  await ann.write(one, 12)
  await ann.write(one, 25, name)
  await expect(ann.write(one, 12)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' })
  expect(ann.budgets.list()).toMatchObject([{ usedBy: 'test', used: ann.log.storedOf('test') }])
})

it('[O-11] contents that a plugin has no room for are left out, and come when there is', async () => {
  const [ann, ben] = [await start('ann'), await start('ben', ofPlugin('gallery'))]
  await ann.write(one, 30, picture)
  await ann.write(one, 30)
  await ben.connect(ann)
  await until(() => ben.texts(one) === 30)
  const before = ben.texts(one, picture)
  expect(before).toBeGreaterThan(10)
  expect(before).toBeLessThan(25)
  expect(ben.log.storedOf('gallery')).toBeLessThanOrEqual(MIB)
  ben.budgets.set({ ...ofPlugin('gallery'), amount: MIB + 5 * LONG })
  await until(() => ben.texts(one, picture) > before + 2)
  expect(ben.log.storedOf('gallery')).toBeLessThanOrEqual(MIB + 5 * LONG)
  ben.budgets.clear({ scope: { kind: 'plugin', id: 'gallery' }, resource: 'storage' })
  await until(() => ben.texts(one, picture) === 30)
})

it('[O-11] what a plugin takes follows its records, whatever becomes of them', async () => {
  const shortLived: RecordKind<string> = { ...note, name: 'brief/note', lifetimeMs: 1_000 }
  const ann = await start('ann')
  ann.log.define(shortLived)
  await ann.write(one, 3, shortLived)
  await ann.write(one, 2, picture)
  expect(ann.log.storedOf('brief')).toBeGreaterThan(3 * LONG)
  await clock.advance(3 * 86_400_000)
  await until(() => ann.log.storedOf('brief') === 0)
  expect([...ann.log.storedByPlugin().keys()]).toEqual(['gallery'])
  const sum = 'SELECT sum(512 + length(header) + length(body)) AS n FROM log_record WHERE kind LIKE ?'
  expect(ann.log.storedOf('gallery')).toBe(Number(ann.database.prepare(sum).get('gallery/%')?.n))
})

it('[O-12] what plugins keep beside counts for the plugin and the node, and is refused when there is no room', async () => {
  const ann = await start('ann', ofPlugin('gallery'))
  const gallery = ann.storage.of('gallery')
  let kept = 0
  const stop = gallery.count(() => kept)
  await ann.write(one, 10, picture)
  const records = ann.log.storedOf('gallery')
  gallery.claim(MIB - records)
  kept = MIB - records
  expect(() => gallery.claim(1)).toThrow(expect.objectContaining(LIMIT))
  gallery.claim(0)
  await expect(ann.write(one, 1, picture)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' })
  expect(ann.budgets.list()).toMatchObject([{ used: MIB, usedBy: 'gallery' }])
  expect(ann.storage.use()).toMatchObject({
    plugins: [{ plugin: 'gallery', recordBytes: records, keptBytes: kept, limitBytes: MIB }],
    bytes: ann.log.storage(one).bytes + kept
  })
  ann.budgets.clear({ scope: { kind: 'plugin', id: 'gallery' }, resource: 'storage' })
  const limit = ann.log.storage(one).bytes + kept + 2 * LONG
  ann.budgets.set({ scope: NODE, resource: 'storage', amount: limit })
  gallery.claim(LONG)
  expect(() => gallery.claim(3 * LONG)).toThrow(expect.objectContaining(LIMIT))
  await expect(ann.write(other, 3)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' })
  expect(ann.budgets.list()).toMatchObject([{ usedBy: 'node' }])
  stop()
  await ann.write(other, 3)
})

it('[O-12] a budget that is lowered deletes nothing of what a plugin keeps, and says so when it is asked', async () => {
  const ann = await start('ann')
  const gallery = ann.storage.of('gallery')
  gallery.count(() => 2 * MIB)
  gallery.claim(0)
  ann.budgets.set(ofPlugin('gallery'))
  expect(() => gallery.claim(0)).toThrow(/raise the budget/)
  ann.budgets.set({ ...ofPlugin('gallery'), amount: 2 * MIB })
  gallery.claim(0)
})
