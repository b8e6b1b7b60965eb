import { multiaddr } from '@multiformats/multiaddr'
import { base58btc } from 'multiformats/bases/base58'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../../testing/manual-clock.ts'
import { memoryIdentity } from '../../testing/identity.ts'
import { FRAMES } from '../../testing/frames.ts'
import { seededRandom } from '../../testing/random.ts'
import { hourlyBudget } from './hourly-budget.ts'
import { decodeFields, encodeFields } from './protobuf.ts'
import {
  decodeHop,
  decodePunch,
  decodeStopStatus,
  encodeHopStatus,
  encodePunch,
  encodeStopConnect,
  STATUS
} from './relay-protocol.ts'

const peer = memoryIdentity('Ada').device
const idBytes = base58btc.decode(`z${peer}`)
const address = multiaddr('/ip4/192.0.2.1/tcp/4001')

describe('relay messages', () => {
  it('[T-26] are those of the specification, byte by byte', () => {
    // HopMessage { type: CONNECT, peer: { id } }
    const connect = encodeFields([
      [1, 1],
      [2, encodeFields([[1, idBytes]])]
    ])
    expect(Buffer.from(connect).toString('hex')).toBe(`080112280a26${Buffer.from(idBytes).toString('hex')}`)
    expect(decodeHop(connect)).toEqual({ type: 'connect', target: peer })
    expect(decodeHop(Uint8Array.of(8, 0))).toEqual({ type: 'reserve' })
    expect([...encodeHopStatus(STATUS.noReservation)]).toEqual([8, 2, 40, 204, 1])
    expect([...encodeStopConnect(Uint8Array.of(7), { seconds: 120, bytes: 131_072 })]).toEqual([
      ...[8, 0, 18, 3, 10, 1, 7],
      ...[26, 6, 8, 120, 16, 128, 128, 8]
    ])
    expect(decodeStopStatus(Uint8Array.of(8, 1, 32, 100))).toBe(true)
    expect(decodeStopStatus(Uint8Array.of(8, 1, 32, 203, 1))).toBe(false)
  })

  it('[T-26] have fields that may be unknown, repeated and large', () => {
    const unknown = Uint8Array.of(...[8, 0], ...[0x79, 1, 2, 3, 4, 5, 6, 7, 8], ...[0x7d, 1, 2, 3, 4])
    expect(decodeHop(unknown)).toEqual({ type: 'reserve' })
    expect(decodeFields(encodeFields([[1, Number.MAX_SAFE_INTEGER]]))).toEqual([[1, Number.MAX_SAFE_INTEGER]])
    for (const cut of [[8], [10, 5, 1], [8, ...Array.from({ length: 10 }, () => 255)], [11]])
      expect(() => decodeFields(Uint8Array.from(cut))).toThrow(RangeError)
  })

  it('[T-30] name at most 16 addresses to dial, and leave out what is none', () => {
    const many = encodePunch(
      'connect',
      Array.from({ length: 20 }, () => address)
    )
    expect(decodePunch(many, 'connect')).toHaveLength(16)
    const odd = encodeFields([
      [1, 100],
      [2, Uint8Array.of(255, 255)],
      [2, address.bytes]
    ])
    expect(decodePunch(odd, 'connect').map(String)).toEqual([address.toString()])
    expect(() => decodePunch(encodePunch('sync'), 'connect')).toThrow(RangeError)
  })

  it(`[T-26] survive ${FRAMES} mutations: they are read, or refused with an error`, () => {
    const random = seededRandom(7)
    const below = (limit: number): number => Math.floor(random() * limit)
    const reservation = { expiresAt: 1_700_000_000_000, addresses: [address] }
    const good = [
      encodeFields([
        [1, 1],
        [2, encodeFields([[1, idBytes]])]
      ]),
      encodeHopStatus(STATUS.ok, { limit: { seconds: 1, bytes: 2 }, reservation }),
      encodePunch('connect', [address, address])
    ]
    let refused = 0
    for (let round = 0; round < FRAMES; round++) {
      const bytes = Uint8Array.from(good[round % good.length] ?? [])
      for (let flip = 0; flip <= below(4); flip++) bytes[below(bytes.length)] = below(256)
      const cut = bytes.subarray(0, round % 5 === 0 ? below(bytes.length) : bytes.length)
      for (const decode of [decodeHop, decodeStopStatus, (all: Uint8Array) => decodePunch(all, 'connect')]) {
        try {
          decode(cut)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
          refused++
        }
      }
    }
    expect(refused).toBeGreaterThan(FRAMES)
  })
})

describe('an hourly budget', () => {
  it('[T-28] is of each peer, and begins again after an hour', async () => {
    const clock = manualClock()
    const budget = hourlyBudget(100, clock)
    const other = memoryIdentity('Ben').device
    expect(budget.take(peer, 100)).toBe(true)
    expect(budget.has(peer)).toBe(false)
    expect(budget.take(peer, 1)).toBe(false)
    expect(budget.take(other, 50)).toBe(true)
    expect(budget.has(other)).toBe(true)
    await clock.advance(3_600_000)
    expect(budget.has(peer)).toBe(true)
    expect(budget.take(peer, 100)).toBe(true)
  })
})
