/**
 * Simulates a group of many nodes on virtual time: `npm run simulate -- --nodes 200 --seed 1 --scenario churn --minutes 5`.
 * Prints one JSON line, and a summary for people on stderr; exit code 1 when something was lost, differed or leaked.
 */
import { parseArgs } from 'node:util'
import { SCENARIOS, simulate, summary } from '../packages/core/src/testing/simulator/index.ts'
import type { ScenarioName } from '../packages/core/src/testing/simulator/index.ts'

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    scenario: { type: 'string', default: 'calm' },
    minutes: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false }
  }
})

if (values.help) {
  console.log('npm run simulate -- [--nodes 200] [--seed 1] [--scenario calm] [--minutes 5]\n')
  for (const [name, { about }] of Object.entries(SCENARIOS)) console.log(`${name.padEnd(10)} ${about}`)
} else {
  const { nodes, seed, minutes } = values
  const options = { nodes: Number(nodes), seed: Number(seed), minutes: Number(minutes) }
  // Checked there.
  const scenario = values.scenario as ScenarioName
  const [report] = await simulate([{ ...options, scenario }], { onProgress: line => console.error(line) })
  if (!report) throw new Error('no report')
  console.log(JSON.stringify(report))
  console.error(`\n${summary(report)}`)
  process.exitCode = report.coverage === 1 && report.convergedMs !== null && report.leaks === 0 ? 0 : 1
}
