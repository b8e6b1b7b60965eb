/**
 * `npm run lab`: real nodes in networks that this script makes and removes, one environment after the other; prints a
 * line of JSON for each step and exits non-zero when something is not as it should be. `npm run lab -- e3 e7` plays
 * those alone, `npm run lab -- --quick` what fits into a few minutes.
 */
import { missing } from './needs.ts'
import { SCENARIOS } from './scenarios/all.ts'
import type { Scenario } from './scene.ts'
import { sweep } from './world.ts'

const args = process.argv.slice(2)
const quick = args.includes('--quick')
const names = args.filter(argument => !argument.startsWith('--'))
const unknown = names.filter(name => !SCENARIOS.some(scenario => scenario.name === name))
const say = (text: string): void => void process.stderr.write(`${text}\n`)

const { promise: interrupted, reject: interrupt } = Promise.withResolvers<never>()
interrupted.catch(() => undefined)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupt(new Error(`ended by ${signal}`)))

/** Nodes wait more than they work. What is measured would be the machine, though: aims are wide in the quick run only. */
const atOnce = quick ? 3 : 1

/** Plays them one after the other; the first failure ends those that are played beside it, too. */
async function play(scenarios: Scenario[]): Promise<void> {
  try {
    for (let next = scenarios.shift(); next; next = scenarios.shift()) {
      say(`\n${next.name}: ${next.title}`)
      await next.play({ quick, interrupted })
    }
  } catch (error) {
    scenarios.length = 0
    interrupt(error)
    throw error
  }
}

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
  // The longest ones are the last.
  if (quick) chosen.reverse()
  try {
    const ends = await Promise.allSettled(Array.from({ length: atOnce }, () => play(chosen)))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
    say(`\nAll as it should be, in ${(performance.now() / 1000).toFixed(0)} s.`)
  } catch (error) {
    say(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    process.exitCode = 1
  }
}
