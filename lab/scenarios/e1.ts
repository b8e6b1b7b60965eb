import type { Connection, NodeReach } from '@borgo/api'
import type { House } from '../../demo/house.ts'
import { must } from '../../demo/tell.ts'
import { connections, found, invite, live } from '../life.ts'
import { onScene, until } from '../scene.ts'
import type { Scenario, Scene } from '../scene.ts'
import type { Nat } from '../world.ts'

interface Pair {
  a: Nat
  b: Nat
  /** The best connection that there can be: two cones punch holes; what meets a symmetric NAT stays with the relay. */
  path: Connection['path']
  quick?: true
}

const WITHIN_MS = 15_000
const PAIRS: Pair[] = [
  { a: 'cone', b: 'cone', path: 'hole-punched', quick: true },
  { a: 'cone', b: 'symmetric', path: 'relayed' },
  { a: 'symmetric', b: 'cone', path: 'relayed' },
  { a: 'symmetric', b: 'symmetric', path: 'relayed' },
  { a: 'none', b: 'none', path: 'direct' },
  { a: 'none', b: 'cone', path: 'direct' },
  { a: 'cone', b: 'none', path: 'direct' },
  { a: 'none', b: 'symmetric', path: 'direct' },
  { a: 'symmetric', b: 'none', path: 'direct' }
]

/** A and B each behind a router of their own; a third member in the open relays. */
export const e1: Scenario = {
  name: 'e1',
  title: 'the Internet, both behind NAT',
  isQuick: true,
  async play(options) {
    for (const pair of PAIRS) {
      if (options.quick && !pair.quick) continue
      const { a, b } = pair
      process.stderr.write(` ${a} to ${b}\n`)
      await onScene('e1', options, scene => playPair(scene, pair), { a, b })
    }
  }
}

async function playPair(scene: Scene, { a: natA, b: natB, path }: Pair): Promise<void> {
  const { world, settle, step } = scene
  const internet = world.lan('internet')
  const [a, open, b] = await settle(
    world.internetHost('a', internet, natA),
    world.internetHost('open', internet, 'none'),
    world.internetHost('b', internet, natB)
  )
  const group = await found(a)
  await step('the one in the open joins', async () => {
    // The only way to A, who cannot be dialled: A dials first.
    const address = open.identity().addresses.find(each => each.startsWith('/ip4/198.52.100.')) ?? ''
    await a.client.peers.dial({ body: { address } })
    await invite(a, open, group)
  })
  if (natA !== 'none') {
    await step('A can be reached through it', async () => {
      await until(async () => {
        const { addresses } = (await a.client.status.get()).identity
        return addresses.some(each => each.includes('/p2p-circuit'))
      })
    })
  }
  await step(
    'B joins by a link of A, and is connected with A',
    async () => {
      await invite(a, b, group)
      await until(async () => (await connections(b, a)).length > 0)
    },
    { withinMs: WITHIN_MS }
  )
  await step(
    `their connection is ${path} in the end`,
    async () => {
      const best = await until(async () => {
        const now = await connections(b, a)
        const direct = now.find(each => each.path !== 'relayed')
        return direct ?? now.find(({ notBetter }) => notBetter?.reason === 'hole-punch-failed')
      })
      must(best.path === path, `${best.path}, ${best.notBetter?.reason ?? ''} ${best.notBetter?.code ?? ''}`)
      return best
    },
    { withinMs: WITHIN_MS, facts: best => ({ path: best.path, ...best.notBetter }) }
  )
  await step(
    'the one in the open knows that others can come in; who is behind a NAT knows that they cannot',
    async () => {
      const isIn = (at: House, state: NodeReach['ipv4']['state']): Promise<unknown> =>
        until(async () => (await at.client.status.get()).reach.ipv4.state === state)
      await isIn(open, 'reachable')
      if (natA !== 'none') await isIn(a, 'behind-nat')
      if (natB !== 'none') await isIn(b, 'behind-nat')
    }
  )
  await live(scene, group, { author: a, carrier: open, third: b })
}
