import { DatabaseSync } from 'node:sqlite'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { coreError } from '../src/errors.ts'
import type { Identity } from '../src/identity/identity.ts'
import type { PeerId } from '../src/ids.ts'
import { LOG_SYNC, decodeMessage, encodeAddresses } from '../src/log/protocol.ts'
import { silentLogger } from '../src/logger.ts'
import type { BorgoNode } from '../src/node.ts'
import { SOMEBODY_ELSE_MS } from '../src/peers/address-book.ts'
import { MOST_STRANGERS } from '../src/peers/meet-on-link.ts'
import { eventually } from '../src/testing/eventually.ts'
import { memoryIdentity } from '../src/testing/identity.ts'
import { manualClock } from '../src/testing/manual-clock.ts'
import { createVillage } from '../src/testing/memory-village.ts'
import { frame } from '../src/transport/framing.ts'
import { libp2pNetwork } from '../src/transport/libp2p.ts'
import type { Duplex, Network } from '../src/transport/network.ts'
import { household } from './meeting-again.ts'
import type { Household } from './meeting-again.ts'

const LISTEN = '/ip4/127.0.0.1/tcp/0'

let home: Household
beforeEach(async () => {
  home = await household()
})
afterEach(() => home.end())

const overLoopback = (listen: string, { deviceSeed }: Pick<Identity, 'deviceSeed'>): Network =>
  libp2pNetwork({ deviceKey: deviceSeed, listen: [listen], mdns: false, clock: systemClock, logger: silentLogger })

/** Runs `onTold` for what a node tells others of addresses; what that returns is told them, too. */
const telling =
  (onTold: (told: ReadonlyMap<PeerId, readonly string[]>) => Iterable<Uint8Array>) =>
  (identity: Identity): Network => {
    const network = overLoopback(LISTEN, identity)
    const tapped = (duplex: Duplex): Duplex => {
      const write: Duplex['write'] = async (...pieces) => {
        await Promise.all([
          duplex.write(...pieces),
          ...addressesIn(pieces).flatMap(told => [...onTold(told)].map(more => duplex.write(...frame(more))))
        ])
      }
      return Object.create(duplex, { write: { value: write } }) as Duplex
    }
    return {
      ...network,
      handle: (protocol, handler) =>
        network.handle(protocol, (duplex, from) => handler(protocol === LOG_SYNC.id ? tapped(duplex) : duplex, from)),
      async open(peer, protocol, options) {
        const duplex = await network.open(peer, protocol, options)
        return protocol === LOG_SYNC.id ? tapped(duplex) : duplex
      }
    }
  }

/** Of one frame, where it is a message that tells addresses. */
function addressesIn(pieces: readonly Uint8Array[]): ReadonlyMap<PeerId, readonly string[]>[] {
  const bytes = Buffer.concat(pieces)
  const prefix = bytes.findIndex(byte => byte < 0x80) + 1
  try {
    const message = decodeMessage(bytes.subarray(prefix))
    return message.type === 'addresses' ? [message.addresses] : []
  } catch {
    return []
  }
}

/** What the node of that name remembers of where a device is. */
function remembered(name: string, device: PeerId): string {
  const database = new DatabaseSync(join(home.root, name, 'core', 'state.db'), { readOnly: true })
  try {
    return String(database.prepare('SELECT list FROM addresses WHERE device = ?').get(device)?.list)
  } finally {
    database.close()
  }
}

it('[E-43] no member makes another undialable by naming what is no address of theirs', async () => {
  const told: string[] = []
  const listening = telling(addresses => {
    told.push(...(addresses.get(dan.self.device) ?? []))
    return []
  })
  let ada = await home.start('Ada', { network: listening })
  const group = await ada.groups.create({ name: 'Il borgo' })
  const { link } = await group.invite({ uses: 3 })
  const dan = await home.start('Dan')
  const { device } = dan.self
  const there = dan.addresses()
  const [, port] = /tcp\/(\d+)/.exec(there.join()) ?? []
  const eve = await home.start('Eve')
  await dan.groups.join(link)
  await eve.groups.join(link)
  await eventually(() => expect(remembered('Eve', device)).toContain(`/tcp/${port}/`))
  await dan.stop()
  await eve.stop()

  const lies = ['x', '/ip4/127.0.0.1/tcp/1', `/ip4/127.0.0.1/tcp/1/p2p/${eve.self.device}`, `/unix/x/p2p/${device}`]
  const elsewhere = `/ip4/127.0.0.1/tcp/2/p2p/${device}`
  await home.start('Eve', { network: telling(() => encodeAddresses(new Map([[device, [...lies, elsewhere]]]))) })
  await eventually(() => expect(remembered('Ada', device)).toContain(elsewhere))
  const cleo = await home.start('Cleo')
  await cleo.groups.join(link)
  await eventually(() => expect(told).toContain(elsewhere))
  expect(new Set(told)).toEqual(new Set([...there, elsewhere]))

  /** Waits to be dialled, where it was. */
  const waiting = (identity: Identity): Network => ({
    ...overLoopback(`/ip4/127.0.0.1/tcp/${port}`, identity),
    dial: () => Promise.reject(coreError('UNREACHABLE', 'waits'))
  })
  const meets = (node: BorgoNode): void => expect(node.peers.get(device)?.connections[0]?.direction).toBe('outbound')
  await home.start('Dan', { network: waiting })
  await eventually(() => meets(ada))
  await ada.stop()
  ada = await home.start('Ada')
  await eventually(() => meets(ada))
})

it('[E-45] of 300 strangers on the link a node calls 32', async () => {
  const village = await createVillage({ latencyMs: 5 })
  const ada = await village.settle('Ada')
  const strangers = Array.from({ length: 300 }, (_, index) => village.network.node(memoryIdentity(`${index}`).device))
  await Promise.all(strangers.map(stranger => stranger.start()))
  for (let round = 0; round < 40; round++) {
    for (const { peer } of strangers) village.network.discover(ada.self.device, peer)
    await village.clock.advance(100)
  }
  expect(ada.peers.list()).toHaveLength(MOST_STRANGERS)
  await village.stop()
})

it('[E-46] a member is not called again and again where somebody else answers', async () => {
  const [ada, ben] = [await home.start('Ada'), await home.start('Ben')]
  const group = await ada.groups.create({ name: 'Il borgo' })
  await ben.groups.join((await group.invite()).link)
  const there = ben.addresses()
  await eventually(() => expect(remembered('Ada', ben.self.device)).toContain(there[0]))
  await home.stop()
  const [listen = ''] = there.map(address => address.replace(/\/p2p\/.*/, ''))
  const cleo = overLoopback(listen, { deviceSeed: randomBytes(32) })
  await cleo.start()

  const dials: { addresses: string[]; done: Promise<unknown> }[] = []
  const counting = (identity: Identity): Network => {
    const network = overLoopback(LISTEN, identity)
    const dial: Network['dial'] = (addresses, options) => {
      const dialled = network.dial(addresses, options)
      dials.push({ addresses, done: dialled.catch(() => undefined) })
      return dialled
    }
    return { ...network, dial }
  }
  const clock = manualClock(Date.now())
  await home.start('Ada', { network: counting, clock })
  const pass = async (ms: number): Promise<void> => {
    for (const end = clock.now() + ms; clock.now() < end;) {
      await clock.advance(500)
      await dials.at(-1)?.done
    }
  }
  await pass(600_000)
  expect(dials.map(({ addresses }) => addresses)).toEqual([there])
  clock.jump(SOMEBODY_ELSE_MS)
  await pass(600_000)
  expect(dials).toHaveLength(2)
  await cleo.stop()
})
