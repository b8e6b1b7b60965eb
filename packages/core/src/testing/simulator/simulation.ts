import type { SimulationOptions, SimulationReport } from './simulate.ts'
import { SCENARIOS } from './scenarios.ts'
import { createWorld } from './world.ts'
import type { World } from './world.ts'

/** How long it takes until all have joined, ms for each node. */
const JOINING_MS = 1_000
/** Longest that is waited until all members have the same. */
const CONVERGING_MS = 600_000
/** How long nothing happens in the end. */
const IDLE_MS = 300_000
const HOUR_MS = 3_600_000

/** Runs a simulation in this thread, whose chance is seeded. `say` is told what is done. */
export async function simulation(
  options: Required<SimulationOptions>,
  say: (line: string) => void
): Promise<Omit<SimulationReport, 'wallSeconds' | 'cpuSeconds'>> {
  const { seed, nodes, scenario, minutes } = options
  const script = SCENARIOS[scenario]
  const world = await createWorld({ seed, nodes, loss: script.loss })
  const { ledger, traffic } = world
  const byPhase: Record<string, number> = {}
  let before = 0
  const phase = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const result = await work
    const total = sum(traffic.perNode().values())
    byPhase[name] = Math.round((total - before) / nodes)
    before = total
    say(`${name}: ${byPhase[name]} bytes a node, ${Math.round(world.now() / 1_000)} s of its time`)
    return result
  }

  await phase('joining', world.gather(nodes * JOINING_MS))
  await phase(
    'settling',
    world.until(() => world.isOne(), CONVERGING_MS)
  )
  await phase(scenario, script.play(world, minutes * 60_000))
  const convergedMs = await phase('converging', converge(world))
  await phase('idle', world.pass(IDLE_MS))

  const { due, seen } = world.coverage()
  const delays = ledger.delays()
  const perNode = [...traffic.perNode().values()]
  const connections = world.houses.map(({ node }) => node?.peers.list().length ?? 0)
  const report = {
    ...options,
    trace: traffic.trace(),
    records: ledger.written.size,
    coverage: due === 0 ? 1 : seen / due,
    convergedMs,
    leaks: ledger.leaks(),
    deliveryMs: { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), max: quantile(delays, 1) },
    bytesPerNode: {
      mean: Math.round(sum(perNode) / nodes),
      max: Math.max(...perNode),
      idleHour: Math.round(((byPhase.idle ?? 0) * HOUR_MS) / IDLE_MS),
      byPhase,
      // What one sends another gets.
      byProtocol: mapValues(traffic.perProtocol(), bytes => Math.round((2 * bytes) / nodes))
    },
    connectionsPerNode: { mean: sum(connections) / nodes, max: Math.max(...connections) },
    complaints: mapValues(world.complaints, count => count)
  }
  await world.end()
  return report
}

/** Switches on who is off, and waits until all is said; how long that took, ms. */
async function converge(world: World): Promise<number | null> {
  const start = world.now()
  await world.until(() => world.houses.every(({ isOff, node }) => node ?? isOff), CONVERGING_MS)
  for (const house of world.houses) await house.start()
  const isDone = (): boolean => {
    const { due, seen } = world.coverage()
    return due === seen && world.isOne()
  }
  return (await world.until(isDone, CONVERGING_MS)) ? world.now() - start : null
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

function sum(all: Iterable<number>): number {
  let total = 0
  for (const one of all) total += one
  return total
}

function mapValues(map: ReadonlyMap<string, number>, change: (value: number) => number): Record<string, number> {
  return Object.fromEntries([...map].map(([key, value]) => [key, change(value)]))
}
