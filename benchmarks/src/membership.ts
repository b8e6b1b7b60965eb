/**
 * membership: how long it takes to resolve 10,000 operations on four branches that meet now and then, as they are stored
 * and in any order; and to remove one of 1,000 people: the removal, a new key sealed to all others, both committed to
 * disk (`remove`), and another member taking that in (`receive`).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskStores } from '@borgo/core'
import { largeGroup, longHistory, resolve, seededRandom } from '@borgo/core/testing'
import { report } from './report.ts'

const RUNS = Number(process.env.BORGO_BENCH_RUNS ?? 3)
const OPERATIONS = Number(process.env.BORGO_BENCH_OPERATIONS ?? 10_000)
const PEOPLE = Number(process.env.BORGO_BENCH_PEOPLE ?? 1_000)
const SEED = 20261122

function measure(metric: string, run: number, work: () => void): void {
  const start = performance.now()
  work()
  report({ bench: 'membership', system: 'borgo', metric, value: performance.now() - start, unit: 'ms', run })
}

const random = seededRandom(SEED)
const history = longHistory(OPERATIONS)
const shuffled = history
  .map(operation => ({ operation, place: random() }))
  .sort((a, b) => a.place - b.place)
  .map(({ operation }) => operation)

for (let run = 1; run <= RUNS; run++) {
  measure('resolve_ms', run, () => void resolve(history))
  measure('resolve_shuffled_ms', run, () => void resolve(shuffled))
}

for (let run = 1; run <= RUNS; run++) {
  const folder = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
  const stores = diskStores(folder)
  try {
    const { owner, member, some } = largeGroup(PEOPLE, stores)
    const [group] = owner.members.groups()
    if (group === undefined) throw new TypeError('no group')
    const heads = owner.members.heads(group)
    measure('remove_ms', run, () => owner.members.act(group, { type: 'remove', account: some, seen: new Map() }))
    const news = owner.members.since(group, heads)
    measure('receive_ms', run, () => member.members.receive(group, news))
    const bytes = news.reduce((sum, { length }) => sum + length, 0)
    report({ bench: 'membership', system: 'borgo', metric: 'remove_bytes', value: bytes, unit: 'B', run })
  } finally {
    stores.close()
    await rm(folder, { recursive: true, force: true })
  }
}
