import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BorgoNode } from '../src/node.ts'
import { eventually } from '../src/testing/eventually.ts'
import { manualClock } from '../src/testing/manual-clock.ts'
import { household } from './meeting-again.ts'
import type { Household } from './meeting-again.ts'

/** Multicast leaves the machine; without root a network namespace takes a user namespace as well. */
const UNSHARE = process.getuid?.() === 0 ? ['-n'] : ['-Urn']

describe('each means of discovery, with all others off', () => {
  let home: Household
  beforeEach(async () => {
    home = await household()
  })
  afterEach(() => home.end())

  const meets = (one: BorgoNode, other: BorgoNode): void => {
    expect(one.peers.get(other.self.device)?.account).toBe(other.self.account)
  }

  it('[E-18] invitation link: a newcomer is connected to a member that the link names', async () => {
    const [ada, ben] = [await home.start('Ada'), await home.start('Ben')]
    const group = await ada.groups.create({ name: 'Il borgo' })
    await ben.groups.join((await group.invite()).link)
    await eventually(() => meets(ben, ada))
  })

  it('[E-18] hearsay: members that never met are connected, told of each other by a third', async () => {
    const [mill, ada, ben] = [await home.start('Mill'), await home.start('Ada'), await home.start('Ben')]
    const group = await mill.groups.create({ name: 'Il borgo' })
    const { link } = await group.invite({ uses: 2 })
    for (const node of [ada, ben]) await node.groups.join(link)
    await eventually(() => meets(ada, ben))
  })

  it('[E-18] remembered addresses: members are connected again after both restarted, one where it was', async () => {
    const first = await home.start('Ada')
    const [, port] = /tcp\/(\d+)/.exec(first.addresses().join()) ?? []
    const group = await first.groups.create({ name: 'Il borgo' })
    const second = await home.start('Ben')
    await second.groups.join((await group.invite()).link)
    await eventually(() => meets(first, second))
    await home.stop()
    const ada = await home.start('Ada', { listen: [`/ip4/127.0.0.1/tcp/${port}`] })
    const ben = await home.start('Ben')
    await eventually(() => meets(ben, ada))
  })

  it('[E-18] mDNS: members that moved are connected when they come to one link', async () => {
    const set = 'ip link set lo up multicast on && ip route add 224.0.0.0/4 dev lo'
    const script = `${set} && exec ${process.execPath} ${import.meta.dirname}/link-node.ts`
    const { stdout } = await promisify(execFile)('unshare', [...UNSHARE, 'sh', '-c', script])
    expect(stdout).toBe('met\n')
  })

  it.each([
    ['IPv4', '/ip4/127.0.0.1/tcp/0'],
    ['IPv6', '/ip6/::1/tcp/0']
  ])(
    '[E-18] [E-10] DHT: members that moved are connected, knowing only a node that is none, over %s',
    async (_, at) => {
      await home.apart()
      const [clock, listen] = [manualClock(Date.now()), [at]]
      const hub = await home.start('Hub', { dht: 'auto', clock, listen })
      // Who serves the table, too, is met by all others of a small one.
      const options = { dht: 'client', bootstrap: hub.addresses(), clock, listen } as const
      const [ada, ben] = [await home.start('Ada', options), await home.start('Ben', options)]
      expect(ada.peers.get(ben.self.device)).toBeUndefined()
      await eventually(async () => {
        await clock.advance(200)
        meets(ada, ben)
      })
      const { foundAt } = ada.reach().discovery
      expect(foundAt ?? ben.reach().discovery.foundAt).toBeGreaterThan(0)
      expect(hub.reach()).toMatchObject({ dht: { lan: { peers: 0 } }, discovery: { places: 0, foundAt: undefined } })
    }
  )
})
