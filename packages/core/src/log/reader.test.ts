import { afterEach, expect, it, vi } from 'vitest'
import type { RecordKind } from './kind.ts'
import { createSealer } from './body.ts'
import { createJournal } from './journal.ts'
import { createRegistry } from './registry.ts'
import { DEFAULT_QUOTA } from './quota.ts'
import { createReader } from './reader.ts'
import type { AnyKind, Examiner } from './reader.ts'
import { CORE_MIGRATIONS } from '../schema.ts'
import { SHOWN } from './table/state.ts'
import { silentLogger } from '../logger.ts'
import { openDatabase } from '../store/sqlite.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { groupId } from '../testing/member-list.ts'
import { until } from '../testing/turns.ts'

const controller = new AbortController()
afterEach(() => controller.abort())

it('[L-15] does not look twice at records of other kinds', async () => {
  const self = memoryIdentity('self')
  const group = groupId('g')
  const journal = createJournal({
    database: openDatabase(':memory:', CORE_MIGRATIONS),
    device: self.device,
    key: self.deviceKey,
    members: {
      roleAt: () => 'writer',
      lastSeen: () => Infinity,
      epochs: () => [0],
      holds: () => true,
      wasAdmitted: () => true,
      accountOf: () => undefined
    },
    quotaOf: () => DEFAULT_QUOTA,
    examine: () => ({ kind: 'test/other', state: SHOWN }),
    sealer: createSealer(() => undefined),
    clock: manualClock(),
    logger: silentLogger
  })
  const rare: RecordKind<string> = { name: 'test/rare', role: 'writer', maxBytes: 100, parse: String }
  const read = ({ group, id, position = 0, device, seq }: Parameters<Examiner['read']>[0]): unknown => ({
    ...{ group, id, position, device, seq },
    data: 'rare'
  })
  const reader = createReader({
    journal,
    kinds: createRegistry<AnyKind>(1_000),
    examiner: { examine: () => ({ kind: undefined, state: SHOWN }), body: () => undefined, read: read as never }
  })
  const append = (kind: string): unknown =>
    journal.append({
      ...{ group, kind, role: 'writer', operations: [], epoch: 0, lifetimeMs: undefined },
      body: Buffer.from('body')
    })
  const asked = vi.spyOn(journal.table, 'after')
  const seen: unknown[] = []
  void (async () => {
    for await (const entry of reader.follow([rare], { signal: controller.signal })) seen.push(entry)
  })()
  for (let index = 1; index <= 200; index++) {
    await append('test/other')
    await until(() => asked.mock.calls.length === index + 1)
  }
  await append('test/rare')
  await until(() => seen.length === 1)
  expect(asked.mock.calls.map(([position]) => position)).toEqual([0, ...Array.from({ length: 201 }, (_, at) => at)])
})
