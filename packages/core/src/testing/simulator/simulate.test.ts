import { beforeAll, describe, expect, it } from 'vitest'
import { EVERYBODY } from '../../peers/lanes.ts'
import { SCENARIOS, simulate, summary } from './index.ts'
import type { ScenarioName, SimulationOptions, SimulationReport } from './index.ts'

const SMALL = { nodes: 8, minutes: 0.6 }
/** For all of them together, on a machine that does many other things. */
const PATIENCE_MS = 900_000
/** Just large enough that not all are connected: some ten seconds of CPU. */
const LARGE = { nodes: EVERYBODY + 4, minutes: 0.3, scenario: 'partition', seed: 1 } as const
const RUNS: SimulationOptions[] = [
  ...(Object.keys(SCENARIOS) as ScenarioName[]).map(scenario => ({ ...SMALL, seed: 1, scenario })),
  { ...SMALL, seed: 2, scenario: 'churn' },
  LARGE
]

describe('simulation', () => {
  let reports: SimulationReport[]
  const reportOf = (scenario: ScenarioName, { nodes = SMALL.nodes, seed = 1 } = {}): SimulationReport => {
    const report = reports.find(one => one.scenario === scenario && one.nodes === nodes && one.seed === seed)
    if (!report) throw new TypeError(`${scenario} was not simulated`)
    return report
  }
  /** What has to be so however the network was. */
  const GOOD = { coverage: 1, convergedMs: expect.any(Number), leaks: 0, complaints: {} }

  beforeAll(async () => {
    reports = await simulate(RUNS)
  }, PATIENCE_MS)

  it('[V-1] repeats a seed exactly, in another thread and after other simulations, and no other seed', async () => {
    const churn = { ...SMALL, scenario: 'churn' } as const
    const [again] = await simulate([{ ...churn, seed: 1 }])
    const figures = (report?: SimulationReport) => ({ ...report, wallSeconds: 0, cpuSeconds: 0 })
    expect(figures(again)).toEqual(figures(reportOf('churn')))
    expect(reportOf('churn', { seed: 2 }).trace).not.toBe(again?.trace)
  })

  it('[V-2] brings every record to every member within half a second when nothing is wrong', () => {
    const { connectionsPerNode, deliveryMs, records, ...calm } = reportOf('calm')
    expect(calm).toMatchObject(GOOD)
    expect(records).toBeGreaterThan(20)
    expect(deliveryMs.max).toBeLessThan(500)
    // The link that a node joined by named one member; the others it heard of.
    expect(connectionsPerNode.mean).toBe(SMALL.nodes - 1)
  })

  it('[V-3] loses nothing when nodes come, go and crash', () => {
    expect(reportOf('churn')).toMatchObject(GOOD)
    expect(reportOf('churn', { seed: 2 })).toMatchObject(GOOD)
  })

  it('[V-4] makes one group of parts that removed, promoted and changed keys apart; who is out reads nothing', () => {
    expect(reportOf('partition')).toMatchObject(GOOD)
    const large = reportOf('partition', LARGE)
    expect(large).toMatchObject(GOOD)
    expect(large.connectionsPerNode.mean).toBeLessThan(0.75 * LARGE.nodes)
  })

  it('[V-5] loses nothing on a network that loses dials, streams and connections', () => {
    expect(reportOf('flaky')).toMatchObject(GOOD)
  })

  it('[V-6] shows what a group costs in which nothing happens', () => {
    expect(reportOf('calm').bytesPerNode.idleHour).toBeLessThan(20_000)
  })

  it('[V-7] ends its summary with the command that repeats it', () => {
    expect(summary(reportOf('churn'))).toMatch(
      /\nnpm run simulate -- --nodes 8 --seed 1 --scenario churn --minutes 0\.6$/
    )
  })

  it('[V-8] refuses options that are out of range', async () => {
    const bad = [{ nodes: 1 }, { nodes: 3.5 }, { seed: -1 }, { minutes: 0 }, { scenario: 'toString' as ScenarioName }]
    for (const options of bad) await expect(simulate([options])).rejects.toThrow(TypeError)
  })
})
