import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordKind } from './kind.ts'
import { logNode } from '../testing/log-node.ts'
import type { LogNode, Roles } from '../testing/log-node.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { until } from '../testing/turns.ts'
import { jsonLine } from './export.ts'
import type { ExportedRecord } from './export.ts'
import { DEFAULT_QUOTA } from './quota.ts'
import { decodeRecord, isAuthentic } from './record.ts'

const group = groupId('g')
const roles: Roles = { ann: 'owner', ben: 'writer' }
const note: RecordKind<string> = { name: 'test/note', role: 'writer', maxBytes: 4_000, parse: String }
const brief: RecordKind<string> = { ...note, name: 'test/brief', lifetimeMs: 1_000 }

describe('export', () => {
  const clock = manualClock()
  let ann: LogNode
  let ben: LogNode
  const exported = async (node: LogNode): Promise<ExportedRecord[]> => {
    const records: ExportedRecord[] = []
    for await (const record of node.log.export(group)) records.push(record)
    return records
  }

  beforeEach(async () => {
    const net = memoryNetwork({ clock })
    ann = await logNode('ann', { net, clock, groups: { [group]: roles } })
    ben = await logNode('ben', {
      net,
      clock,
      groups: { [group]: roles },
      quotaOf: () => ({ ...DEFAULT_QUOTA, memberBytes: 4_000 })
    })
    for (const node of [ann, ben]) for (const kind of [note, brief]) node.log.define(kind)
  })
  afterEach(async () => {
    await ann.stop()
    await ben.stop()
  })

  it('[L-32] gives every record with all that was signed, each after what it follows, and what it says', async () => {
    for (let index = 0; index < 150; index++) await ann.log.append(group, note, `note ${index}`)
    const records = await exported(ann)
    expect(records.map(({ data }) => data)).toEqual(Array.from({ length: 150 }, (_, index) => `note ${index}`))
    expect(new Set(records.map(({ verified, kind }) => `${verified} ${kind}`))).toEqual(new Set(['true test/note']))
    const known = new Set<string>()
    for (const { account, header, heads, id, prev, signature } of records) {
      const record = decodeRecord(Buffer.from(header, 'base64'), Buffer.from(signature, 'base64'), undefined)
      expect([record.id, isAuthentic(record), account]).toEqual([id, true, ann.identity.account])
      for (const before of prev === undefined ? heads : [prev, ...heads]) expect(known.has(before)).toBe(true)
      known.add(id)
    }
  })

  it('[L-32] says why a record has no data, and which one is not whole', async () => {
    await ann.log.append(group, brief, 'gone')
    await ann.log.append(group, note, 'x'.repeat(3_000))
    await ann.log.append(group, note, 'y'.repeat(3_000))
    ann.members.setEpoch(group, 1)
    ann.members.giveKey(group, 1)
    await ann.log.append(group, note, 'locked')
    await ann.log.append(group, note, 'broken')
    await ann.connect(ben)
    await until(() => ben.log.vector(group).get(ann.device) === 5)
    await clock.advance(2_000)
    const withoutAt = async (node: LogNode) => (await exported(node)).map(({ without }) => without)
    expect(await withoutAt(ann)).toEqual(['expired', undefined, undefined, undefined, undefined])
    expect((await withoutAt(ben)).slice(0, 3)).toEqual(['expired', 'elsewhere', 'elsewhere'])
    await ann.network.hangUp(ben.device)
    ann.database.prepare("UPDATE log_record SET body = x'00' WHERE seq = 5").run()
    expect((await exported(ann)).map(({ verified }) => verified)).toEqual([true, true, true, true, false])
    ann.log.check.start()
    await until(() => ann.log.check.last().state === 'done')
    expect((await withoutAt(ann)).at(-1)).toBe('damaged')
  })

  it('[L-32] ends when told to', async () => {
    await ann.log.append(group, note, 'one')
    const reason = new Error('enough')
    const records = ann.log.export(group, { signal: AbortSignal.abort(reason) })
    await expect(records[Symbol.asyncIterator]().next()).rejects.toBe(reason)
  })

  it('[L-32] writes bytes as DAG-JSON does', () => {
    expect(jsonLine({ a: new Uint8Array([1, 2]), b: [Buffer.from('hi').subarray(0)] })).toContain(
      '{"/":{"bytes":"AQI"}}'
    )
  })
})
