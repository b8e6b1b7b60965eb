import { setTimeout as sleep } from 'node:timers/promises'
import type { House } from '../../demo/house.ts'
import { must } from '../../demo/tell.ts'
import { allConnected, beginFetch, fetched, foundWith, heard, live, publish, say, talk } from '../life.ts'
import { onScene, until } from '../scene.ts'
import type { Scenario } from '../scene.ts'

const SEED = 1
const FAR = { delayMs: 100, jitterMs: 30 }
/** What overtakes takes no time. */
const OVERTAKING = { ...FAR, reorder: 0.005 }
const LOSSY = { delayMs: 20, jitterMs: 10, loss: 0.3 }
const OUTAGE_MS = 5_000
const RESUMED_WITHIN_MS = 15_000
const MESSAGES = 20
const MIB = 2 ** 20
const FILE_BYTES = 16 * MIB
const BYTES_PER_SECOND = 2 * MIB

/** Ada's cable is bad: far, then lossy, then dead for a while. */
export const storm: Scenario = {
  name: 'storm',
  title: 'delay, jitter and reordering; 30 % loss; an outage of 5 s',
  isQuick: true,
  play: options =>
    onScene('storm', options, async scene => {
      const { world, settle, step, quick } = scene
      const lan = world.lan('lan')
      const [a, b, c] = [world.machine('ada'), world.machine('ben'), world.machine('cleo')]
      const cable = await world.connectBadly(a, lan, { addresses: ['192.168.7.10/24'], seed: SEED })
      world.connect(b, lan, { addresses: ['192.168.7.11/24'] })
      world.connect(c, lan, { addresses: ['192.168.7.12/24'] })
      // Before anything is measured over it.
      cable.weather(FAR)
      const houses = await settle(a, b, c)
      const [ada, ben, cleo] = houses
      await step('they find each other on the link', () => allConnected(ada, ben, cleo))
      const group = await foundWith(scene, ada, ben, cleo)
      await step(
        'a round trip takes as long as the cable makes it',
        () =>
          until(async () => {
            const peers = await ada.client.peers.list()
            return peers.find(({ device }) => device === ben.identity().device)?.rttMs
          }),
        { facts: rttMs => ({ rttMs: Math.round(rttMs), ...FAR }) }
      ).then(rttMs => must(rttMs >= 2 * FAR.delayMs, `${rttMs} ms is what the cable takes`))
      cable.weather(OVERTAKING)
      await (quick ? talk : live)(scene, group, { author: ada, carrier: ben, third: cleo })

      cable.weather(LOSSY)
      const messages = quick ? MESSAGES / 4 : MESSAGES
      await step(
        'nearly every third frame is lost, and no message',
        async () => {
          const texts: string[] = []
          const speak = async (at: House): Promise<void> => {
            for (let number = 1; number <= messages; number++) {
              const text = `${at.name} ${number} ${'.'.repeat(1_000)}`
              texts.push(text)
              await say(at, group, text)
            }
          }
          await Promise.all(houses.map(speak))
          await Promise.all(houses.map(at => heard(at, group, ...texts)))
        },
        { facts: () => ({ messages: 3 * messages, ...LOSSY }) }
      )

      cable.weather({})
      await ada.client.budgets.set({ body: { of: 'node', resource: 'up', amount: BYTES_PER_SECOND } })
      const { cid, digest } = await publish(ada, group, FILE_BYTES)
      const transfer = await beginFetch(ben, group, cid)
      const received = async (): Promise<number> =>
        (await ben.client.content.transfer({ params: { transfer } })).doneBytes
      await until(async () => (await received()) > 2 * MIB)
      await step('nothing gets through for 5 s', async () => {
        cable.weather({ loss: 1 })
        await sleep(OUTAGE_MS / 2)
        await say(ada, group, 'Is the line dead?')
        await say(ben, group, 'Hello?')
        await sleep(OUTAGE_MS / 2)
      })
      const before = await received()
      cable.weather({})
      await Promise.all([
        step('talk goes on', () => Promise.all([heard(ben, group, 'Is the line dead?'), heard(ada, group, 'Hello?')]), {
          withinMs: RESUMED_WITHIN_MS,
          facts: () => ({ outageMs: OUTAGE_MS })
        }),
        step('the file goes on', () => until(async () => (await received()) > before), {
          withinMs: RESUMED_WITHIN_MS,
          facts: () => ({ outageMs: OUTAGE_MS })
        })
      ])
      await step('it arrives, verified', () => fetched(ben, transfer, digest))
    })
}
