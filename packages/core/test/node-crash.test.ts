import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { hasCode } from '../src/errors.ts'
import type { Group } from '../src/groups/group.ts'
import type { Order } from '../src/log/entry.ts'
import { createNode } from '../src/node.ts'
import type { BorgoNode, NodeOptions } from '../src/node.ts'
import { eventually } from '../src/testing/eventually.ts'
import { memoryNetwork } from '../src/testing/memory-network.ts'
import { seededRandom } from '../src/testing/random.ts'
import { NOTE, notebook } from './notebook.ts'
import { KILLS, restarting, sayLongest } from './restarting.ts'

/** How often one node is killed before another takes its place, so that groups stay as large as people's. */
const KILLS_OF_ONE = 20
/** What the others write while the node is down. */
const MISSED = 60

/** Until two that met have the same, ms. */
const AGREEMENT_MS = 300_000

const NOT_IN = ['UNREACHABLE', 'BAD_INVITATION', 'INVITATION_USED_UP', 'REMOVED']

/** What a killed node had acknowledged. */
interface Acknowledged {
  records: Set<string>
  operations: Set<string>
  generation: number
}

async function settle(folder: string, name: string, options: Partial<NodeOptions> = {}): Promise<BorgoNode> {
  const listen = ['/ip4/127.0.0.1/tcp/0']
  const node = await createNode({ folder: join(folder, name), name, listen, dht: 'off', ...options })
  await node.use(notebook())
  return node
}

function records(group: Group): Set<string> {
  const found = new Set<string>()
  let before: Order | undefined
  do {
    const page = group.page([NOTE], { before, limit: 1_000 })
    for (const { device, seq } of page.entries) found.add(`${device} ${seq}`)
    before = page.before
  } while (before)
  return found
}

const operations = (group: Group): Set<string> => new Set(group.audit({ limit: 100_000 }).map(({ id }) => id))

/** Ann, with whom Vic shares a group that both own; Bob comes and goes. */
interface Party {
  folder: string
  ann: BorgoNode
  bob: BorgoNode
  group: Group
}

async function party(): Promise<Party> {
  const folder = await mkdtemp(join(tmpdir(), 'borgo-crash-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const [ann, bob, vic] = [await settle(folder, 'Ann'), await settle(folder, 'Bob'), await settle(folder, 'Vic')]
  onTestFinished(() => Promise.all([ann.stop(), bob.stop()]).then(() => undefined))
  const group = await ann.groups.create({ name: 'Village' })
  const theirs = await vic.groups.join((await group.invite()).link)
  await group.setRole(vic.self.account, 'owner')
  await eventually(() => expect(theirs.role).toBe('owner'))
  await vic.stop()
  return { folder, ann, bob, group }
}

/** Lets the node run and kills it at a random moment: while it starts, catches up, or works. */
async function killed({ folder, ann, bob, group }: Party, seed: number, acknowledged: Acknowledged): Promise<void> {
  const random = seededRandom(seed)
  const args = [join(folder, 'Vic'), ann.addresses()[0] ?? '', bob.self.account, String(seed)]
  const victim = spawn(process.execPath, [join(import.meta.dirname, 'node-victim.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const exit = once(victim, 'exit')
  const isEarly = random() < 0.25
  const lines = isEarly ? 1 : 1 + Math.floor(random() * 200)
  const laterMs = random() * (isEarly ? 800 : 30)
  const over = new AbortController()
  const others: Promise<unknown>[] = []
  let count = 0
  for await (const line of createInterface({ input: victim.stdout })) {
    count += 1
    const [what = '', first = '', second = ''] = line.split(' ')
    if (what === 'record') acknowledged.records.add(`${first} ${second}`)
    else if (what === 'operation') acknowledged.operations.add(first)
    else if (what === 'key') acknowledged.generation = Math.max(acknowledged.generation, Number(first))
    else if (what === 'invitation') others.push(comesIn(bob, first, over.signal))
    if (count === lines) others.push(setTimeout(laterMs).then(() => victim.kill('SIGKILL')))
    if (victim.killed) continue
    others.push(count % 10 === 0 ? group.rotateKey() : group.append(NOTE, 'y'.repeat(count)))
  }
  expect(await exit, `seed ${seed}`).toEqual([null, 'SIGKILL'])
  over.abort()
  await Promise.all(others)
}

/** Whether somebody gets in by a node that dies, or that takes the invitation back, is open. */
async function comesIn(bob: BorgoNode, link: string, signal: AbortSignal): Promise<void> {
  try {
    await bob.groups.join(link, { signal })
  } catch (error) {
    if (!signal.aborted && !hasCode(error, ...NOT_IN)) throw error
  }
}

const sorted = (vector: ReadonlyMap<string, number>): [string, number][] =>
  [...vector].sort(([a], [b]) => (a < b ? -1 : 1))

const isWithin = (some: ReadonlySet<string>, all: ReadonlySet<string>): string[] =>
  [...some].filter(one => !all.has(one))

/** Opens the node's folder where nobody can help it, and looks for everything that was acknowledged. */
async function expectWhole({ folder, group }: Party, seed: number, acknowledged: Acknowledged): Promise<void> {
  const network: NodeOptions['network'] = ({ device }) => memoryNetwork().node(device)
  const [vic, theirs] = await restarting(async () => {
    const node = await settle(folder, 'Vic', { network })
    const opened = node.groups.get(group.id)
    opened?.page([NOTE])
    return [node, opened] as const
  })
  try {
    if (!theirs) throw new TypeError(`seed ${seed}: the group is gone`)
    expect(isWithin(acknowledged.records, records(theirs)), `seed ${seed}`).toEqual([])
    expect(isWithin(acknowledged.operations, operations(theirs)), `seed ${seed}`).toEqual([])
    expect(theirs.key.generation, `seed ${seed}`).toBeGreaterThanOrEqual(acknowledged.generation)
    vic.check.start()
    await eventually(() => expect(vic.check.last(), `seed ${seed}`).toMatchObject({ state: 'done', damaged: 0 }))
  } finally {
    await vic.stop()
  }
}

/** After all that, both have the same, and each reads what the other writes now. */
async function expectAgreement({ folder, ann, group }: Party): Promise<void> {
  const vic = await restarting(() => settle(folder, 'Vic'))
  try {
    const theirs = vic.groups.get(group.id)!
    await vic.dial(ann.addresses()[0]!)
    // Thousands of records may be missing, more than pass within the time of `eventually` on a busy machine.
    const patience = { timeout: AGREEMENT_MS, interval: 200 }
    await vi.waitFor(() => expect(sorted(theirs.vector())).toEqual(sorted(group.vector())), patience)
    await eventually(() => expect(theirs.key).toEqual(group.key))
    expect(operations(theirs)).toEqual(operations(group))
    expect(records(theirs)).toEqual(records(group))
    const [hers, other] = [await group.append(NOTE, 'from Ann'), await theirs.append(NOTE, 'from Vic')]
    await eventually(() => {
      expect(theirs.entry(hers.id)?.data).toBe('from Ann')
      expect(group.entry(other.id)?.data).toBe('from Vic')
    })
  } finally {
    await vic.stop()
  }
}

it(
  '[L-85] [L-86] keeps what it acknowledged when a whole node is killed while it receives, changes members and keys, and is open again in time',
  async () => {
    for (let seed = 1; seed <= KILLS.node; seed += KILLS_OF_ONE) {
      const all = await party()
      const acknowledged: Acknowledged = { records: new Set(), operations: new Set(), generation: 0 }
      for (let at = seed; at < seed + KILLS_OF_ONE && at <= KILLS.node; at++) {
        await killed(all, at, acknowledged)
        await expectWhole(all, at, acknowledged)
        await Promise.all(Array.from({ length: MISSED }, () => all.group.append(NOTE, 'while Vic is down')))
      }
      await expectAgreement(all)
    }
    sayLongest(KILLS.node)
  },
  60_000 + KILLS.node * 30_000
)
