import type { House } from './house.ts'
import type { Happening, World } from './world.ts'

/** What happens to the members of a group, for `ms`. */
export interface Scenario {
  about: string
  /** Chance that a dial, a gossip hop or a stream is lost. */
  loss: number
  play(world: World, ms: number): Promise<void>
}

/** Somebody writes every second on average, whatever the size of the group. */
const WRITES_MS = 1_000

const writing = (world: World): Happening => ({
  everyMs: WRITES_MS,
  happen() {
    void world.one(world.houses.filter(({ group }) => group))?.write()
  }
})

/** All but the founder and the first admin, who stay. */
const movable = ({ houses }: World): House[] => houses.slice(2)

export const SCENARIOS = {
  calm: {
    about: 'all stay connected and write',
    loss: 0,
    play: (world: World, ms: number) => world.play(ms, [writing(world)])
  },
  churn: {
    about: 'every minute a fifth of the nodes comes or goes, half of these without a word',
    loss: 0,
    async play(world: World, ms: number) {
      const everyMs = (5 * 60_000) / world.houses.length
      const comeOrGo = async (): Promise<void> => {
        const house = world.one(movable(world))
        if (!house?.node) await house?.start()
        else if (world.random() < 0.5) void house.stop()
        else void house.crash()
      }
      await world.play(ms, [writing(world), { everyMs, happen: comeOrGo }])
    }
  },
  partition: {
    about: 'the network is in three parts, where members are removed, get roles and new keys',
    loss: 0,
    async play(world: World, ms: number) {
      const { houses } = world
      await world.play(ms / 4, [writing(world)])
      world.part(({ number }) => number % 3)
      await world.play(ms / 4, [writing(world)])
      const admins = houses.filter(({ group }) => group?.role === 'admin' || group?.role === 'owner')
      for (const [at, admin] of admins.slice(0, 3).entries()) {
        const others = houses.filter(house => house !== admin && house.group?.role === 'writer')
        const [victim, riser] = [world.one(others), world.one(others)]
        if (victim) {
          await admin.group?.remove(victim.account)
          world.exclude(victim)
        }
        if (riser && riser !== victim && admin.group?.member(riser.account))
          await admin.group.setRole(riser.account, at === 0 ? 'admin' : 'reader')
        await admin.group?.rotateKey()
      }
      await world.play(ms / 4, [writing(world)])
      world.part()
      await world.play(ms / 4, [writing(world)])
    }
  },
  flaky: {
    about: 'one in ten dials, streams and gossip hops is lost, connections break all the time',
    loss: 0.1,
    async play(world: World, ms: number) {
      const everyMs = (2 * 60_000) / world.houses.length
      const cut = (): void => {
        const [a, b] = [world.one(world.houses), world.one(world.houses)]
        if (a && b && a !== b) world.cut(a, b)
      }
      await world.play(ms, [writing(world), { everyMs, happen: cut }])
    }
  }
} satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof SCENARIOS
