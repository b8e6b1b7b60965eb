import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { hasCode } from '../../errors.ts'
import { silentLogger } from '../../logger.ts'
import { eventually } from '../../testing/eventually.ts'
import { manualClock } from '../../testing/manual-clock.ts'
import { FRAMES } from '../../testing/frames.ts'
import { seededRandom } from '../../testing/random.ts'
import { libp2pNetwork } from '../libp2p.ts'
import type { Network } from '../network.ts'
import type { DhtMode } from './dht.ts'
import { decodeItems, encodeItems } from './dht-value.ts'
import { dhtLimits } from './limits.ts'

const LAN_PROTOCOL = '/borgo/lan/kad/1'
const KEY = Buffer.alloc(32, 1)

describe('DHT over libp2p', () => {
  const clock = manualClock()
  const running: Network[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map(node => node.stop()))
  })

  const start = async (dht: DhtMode): Promise<Network> => {
    const listen = ['/ip4/127.0.0.1/tcp/0']
    const node = libp2pNetwork({ deviceKey: randomBytes(32), listen, mdns: false, dht, clock, logger: silentLogger })
    node.dht.define('test', (_key, item) => ({
      slot: Buffer.from(item).toString('hex', 0, 8),
      sequence: 1,
      expiresAt: clock.now() + 1_000
    }))
    running.push(node)
    await node.start()
    return node
  }
  const joined = (node: Network): Promise<void> =>
    eventually(() => expect(node.dht.status().lan.peers).toBeGreaterThan(0))

  it('[T-43] asks, answers and keeps nothing when it is off', async () => {
    const [off, on, other] = [await start('off'), await start('auto'), await start('auto')]
    await off.dial(on.addresses())
    await other.dial(on.addresses())
    await Promise.all([joined(on), joined(other)])
    expect(await off.dht.put('test', KEY, Buffer.from('mine'))).toBe(0)
    for await (const item of off.dht.get('test', KEY)) expect.unreachable(String(item))
    await on.dht.put('test', KEY, Buffer.from('theirs'))
    const table = { mode: 'off', peers: 0 }
    expect(off.dht.status()).toEqual({ lan: table, wan: table, keys: 0, bytes: 0 })
    expect(on.dht.status().lan.peers).toBe(1)
    await expect(on.open(off.peer, LAN_PROTOCOL)).rejects.toMatchObject({ code: 'PROTOCOL_UNSUPPORTED' })
  })

  it('[T-43] only asks as a client: it is in nobody’s table', async () => {
    const [client, a, b] = [await start('client'), await start('auto'), await start('auto')]
    await a.dial(b.addresses())
    await client.dial(a.addresses())
    await Promise.all([joined(client), joined(a), joined(b)])
    expect(await client.dht.put('test', KEY, Buffer.from('found'))).toBeGreaterThan(0)
    const items: string[] = []
    for await (const item of b.dht.get('test', KEY)) items.push(Buffer.from(item).toString())
    expect(items).toEqual(['found'])
    expect(client.dht.status()).toMatchObject({ lan: { mode: 'client' }, wan: { mode: 'client' } })
    expect([a.dht.status().lan.peers, b.dht.status().lan.peers]).toEqual([1, 1])
    await expect(a.open(client.peer, LAN_PROTOCOL)).rejects.toMatchObject({ code: 'PROTOCOL_UNSUPPORTED' })
  })

  it('[T-41] cuts off who sends what is no request, or too long a one', async () => {
    const [mallory, ben] = [await start('off'), await start('auto')]
    await mallory.dial(ben.addresses())
    await eventually(() => expect(ben.connections()).toHaveLength(1))
    const random = seededRandom(5)
    for (let round = 0; round < 10; round++) {
      const length = round % 2 === 0 ? 64 : 2 * dhtLimits.messageBytes
      const noise = Uint8Array.from({ length }, () => Math.floor(random() * 256))
      // A length of its own before it, or one that leaves room for all of it.
      const head = round % 2 === 0 ? [63] : [0xff, 0xff, 0x7f]
      try {
        const duplex = await mallory.open(ben.peer, LAN_PROTOCOL)
        await duplex.write(Uint8Array.from([...head, ...noise]))
        for await (const answer of duplex.source) expect.unreachable(String(answer))
      } catch (error) {
        if (!hasCode(error, 'STREAM_RESET', 'UNREACHABLE')) throw error
      }
    }
    await eventually(() => expect([...ben.connections(), ...mallory.connections()]).toEqual([]))
  })

  it(`[T-41] reads ${FRAMES} mutated lists of items, or refuses them`, () => {
    const good = encodeItems([Buffer.from('one'), Buffer.alloc(300, 2), Buffer.from('three')])
    const random = seededRandom(9)
    const below = (limit: number): number => Math.floor(random() * limit)
    let refused = 0
    for (let round = 0; round < FRAMES; round++) {
      const bytes = good.slice(0, round % 3 === 0 ? below(good.length) : good.length)
      for (let flip = 0; flip <= below(4) && bytes.length > 0; flip++) bytes[below(bytes.length)] = below(256)
      try {
        expect(decodeItems(bytes).length).toBeLessThanOrEqual(16)
      } catch (error) {
        if (!hasCode(error, 'BAD_RECORD')) throw error
        refused++
      }
    }
    expect(refused).toBeGreaterThan(0.3 * FRAMES)
  })
})
