import { allConnected, beginFetch, connections, fetched, foundWith, heard, live, publish, say, talk } from '../life.ts'
import { onScene, until } from '../scene.ts'
import type { Scenario } from '../scene.ts'

const MOVED_WITHIN_MS = 15_000
const MIB = 2 ** 20
/** So that the file is on its way for some seconds. */
const BYTES_PER_SECOND = 2 * MIB
const FILE_BYTES = 16 * MIB

/** Everybody is on a wired and on a wireless network. Ada's cable is pulled, and plugged in again. */
export const e6: Scenario = {
  name: 'e6',
  title: 'several interfaces, of which one goes and comes back',
  isQuick: true,
  play: options =>
    onScene('e6', options, async scene => {
      const { world, settle, step, quick } = scene
      const wired = world.lan('wired')
      const wireless = world.lan('wireless')
      const [a, b, c] = [10, 11, 12].map(number => {
        const machine = world.machine(`host${number}`)
        const addresses = (net: number): string[] => [`10.${net}.0.${number}/24`]
        const cable = world.connect(machine, wired, { device: 'eth0', addresses: addresses(1) })
        const air = world.connect(machine, wireless, { device: 'wlan0', addresses: addresses(2) })
        return { machine, cable, air }
      })
      if (!a || !b || !c) throw new TypeError('three machines')
      const [ada, ben, cleo] = await settle(a.machine, b.machine, c.machine)
      await step('they find each other on the links', () => allConnected(ada, ben, cleo), { withinMs: 15_000 })
      const group = await foundWith(scene, ada, ben, cleo)
      await ada.client.budgets.set({ body: { of: 'node', resource: 'up', amount: BYTES_PER_SECOND } })
      const { cid, digest } = await publish(ada, group, FILE_BYTES)
      const transfer = await beginFetch(ben, group, cid)
      const received = async (): Promise<number> =>
        (await ben.client.content.transfer({ params: { transfer } })).doneBytes
      await until(async () => (await received()) > 2 * MIB)

      // The one on which they are connected.
      const isWired = (await connections(ada, ben)).some(({ address }) => /\/(10\.1\.)/.test(address))
      const first = isWired ? a.cable : a.air
      first.pull()
      await step(
        'its cable is pulled: talk goes on by the other, both ways',
        async () => {
          await say(ada, group, 'Now without a cable')
          await heard(ben, group, 'Now without a cable')
          await say(ben, group, 'I hear you')
          await heard(ada, group, 'I hear you')
        },
        { withinMs: MOVED_WITHIN_MS }
      )
      const before = await received()
      await step('the file goes on', async () => await until(async () => (await received()) > before + MIB), {
        withinMs: MOVED_WITHIN_MS
      })
      await step('it arrives, verified', () => fetched(ben, transfer, digest))
      await ada.client.budgets.clear({ body: { of: 'node', resource: 'up' } })
      first.plugIn()
      const other = isWired ? a.air : a.cable
      await step('both are there again, the other is pulled: talk goes on', async () => {
        // As soon as Ada knows of it.
        const net = isWired ? '/10.1.' : '/10.2.'
        await until(async () =>
          (await ada.client.status.get()).identity.addresses.some(address => address.includes(net))
        )
        other.pull()
        await say(ada, group, 'Back on the first')
        await heard(ben, group, 'Back on the first')
        await say(ben, group, 'So am I')
        await heard(ada, group, 'So am I')
      })
      await (quick ? talk : live)(scene, group, { author: ada, carrier: ben, third: cleo })
    })
}
