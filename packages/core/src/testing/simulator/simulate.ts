import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { SCENARIOS } from './scenarios.ts'
import type { ScenarioName } from './scenarios.ts'

/** MiB of the thread's heap: what a node allocates for one message is gone with it. */
const MEMORY = { maxYoungGenerationSizeMb: 128, maxOldGenerationSizeMb: 12_288 }

export interface SimulationOptions {
  /** @default 1 */
  seed?: number
  /** 2 to 2,000. @default 200 */
  nodes?: number
  /** @default 'calm' */
  scenario?: ScenarioName
  /** How long the scenario lasts once everybody has joined, of the nodes' time. @default 5 */
  minutes?: number
}

/**
 * What came of a simulation: all but the last two follow from the options. Times are the nodes' own; bytes are those in
 * streams and gossip, without what a transport adds.
 */
export interface SimulationReport extends Required<SimulationOptions> {
  /** A hash of who sent how much to whom when. */
  trace: string
  records: number
  /** Share of the records that reached the members that are to have them. */
  coverage: number
  /** From the end of the scenario until all members had the same group and records; null when that did not come. */
  convergedMs: number | null
  /** How often somebody read a record whose author knew them to be out. */
  leaks: number
  /** From when the reader could have had it. */
  deliveryMs: { p50: number; p99: number; max: number }
  /** Sent and received. */
  bytesPerNode: {
    mean: number
    max: number
    /** Within an hour in which nothing happens. */
    idleHour: number
    byPhase: Record<string, number>
    byProtocol: Record<string, number>
  }
  connectionsPerNode: { mean: number; max: number }
  /** Warnings and errors of all nodes. */
  complaints: Record<string, number>
  wallSeconds: number
  cpuSeconds: number
}

/**
 * Simulates, one after the other, in a thread of their own in which nothing is left to chance. Throws TypeError for
 * options out of range. `onProgress` is told what is done.
 */
export async function simulate(
  runs: readonly SimulationOptions[],
  { onProgress }: { onProgress?: (line: string) => void } = {}
): Promise<SimulationReport[]> {
  const workerData = runs.map(complete)
  const reports: SimulationReport[] = []
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData, resourceLimits: MEMORY })
  worker.on('message', (message: string | SimulationReport) => {
    if (typeof message === 'string') onProgress?.(message)
    else reports.push(message)
  })
  // Rejects with what the thread did not catch.
  await once(worker, 'exit')
  if (reports.length < runs.length)
    throw new Error('a simulation came to nothing: its nodes wait for what never happens')
  return reports
}

function complete(options: SimulationOptions): Required<SimulationOptions> {
  const { seed = 1, nodes = 200, scenario = 'calm', minutes = 5 } = options
  if (!Number.isSafeInteger(seed) || seed < 0) throw new TypeError('a seed is a whole number from 0')
  if (!Number.isSafeInteger(nodes) || nodes < 2 || nodes > 2_000)
    throw new TypeError('a simulation has 2 to 2,000 nodes')
  if (!(minutes > 0 && minutes <= 1_440)) throw new TypeError('a scenario lasts up to 1,440 minutes')
  if (!Object.hasOwn(SCENARIOS, scenario)) throw new TypeError(`scenarios are ${Object.keys(SCENARIOS).join(', ')}`)
  return { seed, nodes, scenario, minutes }
}
