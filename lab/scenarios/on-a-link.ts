import { allConnected, foundWith, live } from '../life.ts'
import { onScene } from '../scene.ts'
import type { Scenario } from '../scene.ts'
import type { Machine, World } from '../world.ts'

/** Nobody knows an address of anybody: they find each other by multicast, which asks every 10 s. */
const FOUND_WITHIN_MS = 15_000

type Three = [Machine, Machine, Machine]
const three = (build: (number: number) => Machine): Three => [build(10), build(11), build(12)]

/** Three neighbours, who are told nothing of each other. */
export const [e2, e3, e4, e5] = [
  neighbours('e2', 'a LAN with a router, but no Internet', false, world => {
    const lan = world.lan('lan')
    const router = world.machine('router')
    world.connect(router, lan, { addresses: ['192.168.7.1/24'] })
    // What is sent beyond the LAN vanishes, as behind a router whose line is dead.
    router.nft('table ip filter { chain through { type filter hook forward priority 0; policy drop; }; }')
    router.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
    return three(number => {
      const machine = world.machine(`host${number}`)
      world.connect(machine, lan, { addresses: [`192.168.7.${number}/24`] })
      machine.run('ip', 'route', 'add', 'default', 'via', '192.168.7.1')
      return machine
    })
  }),
  neighbours('e3', 'an ad hoc link: link-local addresses, no DHCP, no DNS', true, world => {
    const lan = world.lan('lan')
    const nowhere = world.lan('nowhere')
    return three(number => {
      const machine = world.machine(`host${number}`)
      // An address of IPv6 alone does not say which of them it is on.
      world.connect(machine, nowhere).pull()
      // Not every system gives itself an IPv4 address; each has one of IPv6.
      world.connect(machine, lan, { device: 'wlan0', addresses: number === 12 ? [] : [`169.254.7.${number}/16`] })
      return machine
    })
  }),
  neighbours('e4', 'IPv4 only', false, world => {
    const lan = world.lan('lan')
    return three(number => {
      const machine = world.machine(`host${number}`, { ipv6: false })
      world.connect(machine, lan, { addresses: [`192.168.7.${number}/24`] })
      return machine
    })
  }),
  neighbours('e5', 'IPv6 only', false, world => {
    const lan = world.lan('lan')
    return three(number => {
      const machine = world.machine(`host${number}`)
      world.connect(machine, lan, { addresses: [`fd5e:7::${number}/64`] })
      return machine
    })
  })
]

function neighbours(name: string, title: string, isQuick: boolean, build: (world: World) => Three): Scenario {
  return {
    name,
    title,
    isQuick,
    play: options =>
      onScene(name, options, async scene => {
        const [ada, ben, cleo] = await scene.settle(...build(scene.world))
        await scene.step('they find each other on the link', () => allConnected(ada, ben, cleo), {
          withinMs: FOUND_WITHIN_MS
        })
        const group = await foundWith(scene, ada, ben, cleo)
        await live(scene, group, { author: ada, carrier: ben, third: cleo })
      })
  }
}
