import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { must } from '../../demo/tell.ts'
import { allConnected, foundWith, live, talk } from '../life.ts'
import { onScene } from '../scene.ts'
import type { Scenario } from '../scene.ts'
import type { Machine } from '../world.ts'

const HALF_OPEN = 300
const DIALS = { long: 40, quick: 10 }
const P95_MS = 2_000

/** Somebody opens connections to Ada and leaves them half open. Who comes from elsewhere gets in as before. */
export const siege: Scenario = {
  name: 'siege',
  title: `${HALF_OPEN} half-open connections of one attacker`,
  isQuick: false,
  play: options =>
    onScene('siege', options, async scene => {
      const { world, folder, settle, step, quick } = scene
      const lan = world.lan('lan')
      const machines = [10, 11, 12, 13, 66].map(number => {
        const machine = world.machine(`host${number}`)
        world.connect(machine, lan, { addresses: [`192.168.7.${number}/24`] })
        return machine
      })
      const [a, b, c, outside, enemy] = machines
      if (!a || !b || !c || !outside || !enemy) throw new TypeError('five machines')
      const [ada, ben, cleo] = await settle(a, b, c)
      await step('they find each other on the link', () => allConnected(ada, ben, cleo), { withinMs: 15_000 })
      const address = ada.identity().addresses.find(each => /\/ip4\/192.*\/tcp\/\d+\/p2p/.test(each)) ?? ''
      const [, , host = '', , port = ''] = address.split('/')
      const attack = start(enemy, 'besieger.ts', host, port, String(HALF_OPEN))
      await once(attack, 'message')

      const dials = quick ? DIALS.quick : DIALS.long
      await step(
        'newcomers from elsewhere get in',
        async () => {
          const times: number[] = []
          const newcomer = start(outside, 'newcomer.ts', address, String(dials), folder)
          newcomer.on('message', ms => times.push(Number(ms)))
          await once(newcomer, 'exit')
          must(times.length === dials, `${times.length} of ${dials} got in`)
          return times.toSorted((one, other) => one - other)
        },
        {
          facts: times => ({ dials, p50Ms: Math.round(quantile(times, 0.5)), p95Ms: Math.round(quantile(times, 0.95)) })
        }
      ).then(times => must(quantile(times, 0.95) <= P95_MS * scene.slack, 'they get in as quickly as ever'))
      const group = await foundWith(scene, ada, ben, cleo)
      await (quick ? talk : live)(scene, group, { author: ada, carrier: ben, third: cleo })
      must(attack.exitCode === null, 'the attack went on all the time')
    })
}

function start({ inside }: Machine, script: string, ...args: string[]): ChildProcess {
  const [program = '', ...rest] = [...inside, process.execPath, join(import.meta.dirname, '../siege', script), ...args]
  return spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

/** Of numbers in order. */
function quantile(numbers: readonly number[], share: number): number {
  return numbers[Math.ceil(numbers.length * share) - 1] ?? Number.POSITIVE_INFINITY
}
