/**
 * `npm run soak`: the tests that find rare failures, for as long as that takes: 10,000 random groups for each rule about
 * membership, and 200 kills of a log and of a whole node, each with a restart within 3 s. `npm run soak -- kill` runs only
 * those with that in their path or name. Says on stdout what it does, a line for each part when it is done, and the
 * verdict; the exit code is the verdict.
 */
import { spawnSync } from 'node:child_process'

const DAGS = '10000'
const KILLS = '200'
const PARTS = [
  { what: `${DAGS} random groups for each rule`, file: 'src/groups/random-dags.test.ts', env: { BORGO_DAGS: DAGS } },
  { what: `${KILLS} kills of a log`, file: 'test/log-crash.test.ts', env: { BORGO_KILLS: KILLS } },
  { what: `${KILLS} kills of a node`, file: 'test/node-crash.test.ts', env: { BORGO_KILLS: KILLS } }
]

const words = process.argv.slice(2)
const chosen = PARTS.filter(
  ({ file, what }) => words.length === 0 || words.some(word => `${file} ${what}`.includes(word))
)

if (chosen.length === 0) {
  console.error(`npm run soak -- [part of ${PARTS.map(({ what }) => `"${what}"`).join(', ')} …]`)
  process.exitCode = 2
} else {
  console.log(`soaking: ${chosen.map(({ what }) => what).join(', ')}`)
  const failed: string[] = []
  for (const { what, file, env } of chosen) {
    const began = performance.now()
    const { status } = spawnSync('vitest', ['run', '--root', 'packages/core', file, '--reporter=verbose'], {
      stdio: ['ignore', process.stderr.fd, 'inherit'],
      env: { ...process.env, ...env }
    })
    const seconds = Math.round((performance.now() - began) / 1_000)
    console.log(`${status === 0 ? 'passed' : 'FAILED'}: ${what}, ${seconds} s`)
    if (status !== 0) failed.push(what)
  }
  console.log(failed.length === 0 ? 'verdict: everything held' : `verdict: failed: ${failed.join(', ')}`)
  if (failed.length > 0) process.exitCode = 1
}
