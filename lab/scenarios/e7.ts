import { setTimeout as sleep } from 'node:timers/promises'
import type { House } from '../../demo/house.ts'
import { allConnected, foundWith, heard, live, say, talk } from '../life.ts'
import { onScene } from '../scene.ts'
import type { Scenario } from '../scene.ts'
import type { Cable } from '../world.ts'

const HEALS_WITHIN_MS = 10_000
/** After 60 s every connection was given up; after 25 s none, and TCP may sleep for as long again. */
const PARTITIONS_MS = { long: [60_000, 25_000], quick: [15_000] }
/** How long the switch works and does not work, in turn. */
const FLAP_MS = 5_000
const FLAPS = { long: 8, quick: 1 }

/** A switch that drops, without a word, what would go from some of its ports to others. */
export const e7: Scenario = {
  name: 'e7',
  title: 'partitions, and what comes after them',
  isQuick: true,
  play: options =>
    onScene('e7', options, async scene => {
      const { world, settle, step, quick } = scene
      const lan = world.lan('lan')
      const [a, b, c] = [10, 11, 12].map(number => {
        const machine = world.machine(`host${number}`)
        return { machine, cable: world.connect(machine, lan, { addresses: [`192.168.7.${number}/24`] }) }
      })
      if (!a || !b || !c) throw new TypeError('three machines')
      const houses = await settle(a.machine, b.machine, c.machine)
      const [ada, ben, cleo] = houses
      await step('they find each other on the link', () => allConnected(ada, ben, cleo), { withinMs: 15_000 })
      const group = await foundWith(scene, ada, ben, cleo)
      await (quick ? talk : live)(scene, group, { author: ada, carrier: ben, third: cleo })

      const isolated: [Cable, Cable][] = [b, c].flatMap(({ cable }): [Cable, Cable][] => [
        [a.cable, cable],
        [cable, a.cable]
      ])
      const deaf = isolated.filter(([, to]) => to === a.cable)
      const everybodySpeaks = async (when: string): Promise<string[]> =>
        await Promise.all(
          houses.map(async at => {
            const text = `${at.name}, ${when}`
            await say(at, group, text)
            return text
          })
        )
      const everybodyHears = async (texts: string[]): Promise<unknown> =>
        await Promise.all(houses.map((at: House) => heard(at, group, ...texts)))

      const patterns = { 'Ada is cut off': isolated, 'Ada can be heard, but hears nobody': deaf }
      const partitions = quick ? PARTITIONS_MS.quick : PARTITIONS_MS.long
      for (const [pattern, dropped] of Object.entries(patterns)) {
        for (const partitionMs of partitions) {
          const title = `${pattern} for ${partitionMs / 1000} s`
          const texts = await step(title, async () => {
            lan.drop(...dropped)
            const early = await everybodySpeaks(`at the beginning: ${title}`)
            await sleep(partitionMs)
            return [...early, ...(await everybodySpeaks(`in the end: ${title}`))]
          })
          lan.drop()
          await step('healed: everybody has everything', () => everybodyHears(texts), {
            withinMs: HEALS_WITHIN_MS,
            facts: () => ({ after: title })
          })
        }
      }

      const flaps = quick ? FLAPS.quick : FLAPS.long
      const texts = await step(`the switch works every other ${FLAP_MS / 1000} s`, async () => {
        const said: string[] = []
        for (let flap = 1; flap <= flaps; flap++) {
          lan.drop(...isolated)
          said.push(...(await everybodySpeaks(`flap ${flap}`)))
          await sleep(FLAP_MS)
          lan.drop()
          await sleep(FLAP_MS)
        }
        return said
      })
      await step('healed: everybody has everything', () => everybodyHears(texts), {
        withinMs: HEALS_WITHIN_MS,
        facts: () => ({ after: 'flapping' })
      })
    })
}
