/**
 * `npm run lab`: real nodes in networks that this script makes and removes, one environment after the other; prints a
 * line of JSON for each step and exits non-zero when something is not as it should be. `npm run lab -- e3 e7` plays
 * those alone, `npm run lab -- --quick` what fits into a few minutes.
 */
import { once } from 'node:events'
import { missing } from './needs.ts'
import { SCENARIOS } from './scenarios/all.ts'
import { sweep } from './world.ts'

const args = process.argv.slice(2)
const quick = args.includes('--quick')
const names = args.filter(argument => !argument.startsWith('--'))
const unknown = names.filter(name => !SCENARIOS.some(scenario => scenario.name === name))
const say = (text: string): void => void process.stderr.write(`${text}\n`)

const interrupted = Promise.race(
  ['SIGINT', 'SIGTERM'].map(async signal => {
    await once(process, signal)
    throw new Error(`ended by ${signal}`)
  })
)
interrupted.catch(() => undefined)

const needs = missing()
if (unknown.length > 0 || args.some(argument => argument.startsWith('--') && argument !== '--quick')) {
  say(
    `npm run lab -- [--quick] [name …]\n${SCENARIOS.map(({ name, title }) => `  ${name.padEnd(8)}${title}`).join('\n')}`
  )
  process.exitCode = 2
} else if (needs.length > 0) {
  say(`the laboratory needs ${needs.join(', ')}`)
  process.exitCode = 2
} else {
  sweep()
  const chosen = SCENARIOS.filter(({ name, isQuick }) => (names.length > 0 ? names.includes(name) : !quick || isQuick))
  try {
    for (const { name, title, play } of chosen) {
      say(`\n${name}: ${title}`)
      await play({ quick, interrupted })
    }
    say(`\nAll as it should be, in ${(performance.now() / 1000).toFixed(0)} s.`)
  } catch (error) {
    say(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    process.exitCode = 1
  }
}
