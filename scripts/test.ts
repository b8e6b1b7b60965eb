/**
 * `npm test`: everything, in order of how quickly it fails; ends with `N passed, N failed`. What did not change since
 * the last run comes from nx's cache (`npm test -- --fresh` runs it all). `npm test -- core` tests one project.
 */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { missing, missingPackages } from '../lab/needs.ts'
import { findChromium } from './chromium.ts'
import { install } from './debian.ts'

interface Outcome {
  name: string
  passed: number
  failed: number
}

/** What belongs to no project. */
const ROOT_FOLDERS = ['scripts', 'demo', 'lab']

const args = process.argv.slice(2)
const fresh = args.includes('--fresh')
const projects = args.filter(argument => !argument.startsWith('--')).map(name => `@borgo/${name}`)
const outcomes: Outcome[] = []

function run(command: string, ...parameters: string[]): boolean {
  const { status } = spawnSync(command, parameters, { stdio: 'inherit', env: { ...process.env, FORCE_COLOR: '0' } })
  return status === 0
}

function check(name: string, command: string, ...parameters: string[]): void {
  console.log(`\n== ${name}`)
  const passed = run(command, ...parameters)
  outcomes.push({ name, passed: Number(passed), failed: Number(!passed) })
}

/** Every project's target of this name, through nx. */
function target(name: string): [string, ...string[]] {
  const only = projects.length > 0 ? ['--projects', projects.join(',')] : []
  const cache = fresh ? ['--skip-nx-cache'] : []
  return ['nx', 'run-many', '-t', name, '--outputStyle=stream', '--nxBail=false', ...only, ...cache]
}

/** Real nodes in networks of their own, where this user may make those. */
function laboratory(): void {
  const packages = missingPackages()
  try {
    if (process.platform === 'linux' && packages.length > 0) install(...packages)
  } catch (error) {
    console.error(String(error))
  }
  const needs = missing()
  if (needs.length > 0) console.log(`\n== laboratory: not run, it needs ${needs.join(', ')}`)
  else check('laboratory', process.execPath, 'lab/run.ts', '--quick')
}

/** What vitest counted, project by project; a run that ended without a report counts as a failure. */
function tests(): void {
  console.log('\n== tests')
  // One project at a time: each brings workers, nodes and a browser of its own.
  const ran = run(...target('test'), '--parallel=1')
  const reports = globSync('{packages/*,apps/*,examples}/.vitest/results.json').sort()
  for (const report of reports) {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>
    outcomes.push({
      name: basename(dirname(dirname(report))),
      passed: numPassedTests ?? 0,
      failed: numFailedTests ?? 1
    })
  }
  if (!ran && outcomes.every(({ failed }) => failed === 0)) outcomes.push({ name: 'tests', passed: 0, failed: 1 })
}

process.env.CHROMIUM_PATH = findChromium()
if (projects.length === 0) {
  check('format', 'prettier', '--check', '--log-level=warn', '.')
  check('rules and tests agree', process.execPath, 'scripts/spec-check.ts')
  check('types of scripts, demo and laboratory', 'tsc', '-p', '.')
  check('tests of the laboratory', 'vitest', 'run', '--root', 'lab')
}
check('types', ...target('typecheck'))
check('lint', ...target('lint'))
// After nx, which leaves the graph of projects behind that the rule of their boundaries reads.
if (projects.length === 0) check('lint of scripts, demo and laboratory', 'eslint', ...ROOT_FOLDERS)
tests()
if (projects.length === 0) laboratory()

console.log('')
for (const { name, passed, failed } of outcomes) console.log(`${failed ? 'FAILED' : 'ok    '} ${name} (${passed})`)
const sum = (key: 'passed' | 'failed'): number => outcomes.reduce((total, outcome) => total + outcome[key], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') > 0 ? 1 : 0
