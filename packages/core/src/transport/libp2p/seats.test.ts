import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, it } from 'vitest'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import { CONNECTIONS_PER_PEER, FEW_OF_A_HOST, seats, STRANGERS_STAY_MS } from './seats.ts'

const NOW = 10 * STRANGERS_STAY_MS
const LONG_AGO = NOW - STRANGERS_STAY_MS

const seat = (peer: string, ip: string, since: number, direction: 'inbound' | 'outbound' = 'inbound') => ({
  peer: peer as PeerId,
  address: `/ip4/${ip}/tcp/4001`,
  since,
  direction
})

/** What a newcomer meets: whether it may stay, and who goes for it. */
async function arrive(
  ip: string,
  taken: ReturnType<typeof seat>[],
  strangers: { inAll: number; perHost: number }
): Promise<{ stays: boolean; gone: string[] }> {
  const gone: string[] = []
  const newcomer = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  const mayStay = seats({
    connections: () => taken.map(one => (one.peer === 'newcomer' ? { ...one, peer: parsePeerId(`${newcomer}`) } : one)),
    isMember: peer => peer.startsWith('member'),
    isNeeded: peer => peer.startsWith('relayed'),
    end: peer => void gone.push(peer),
    strangers,
    clock: { now: () => NOW }
  })
  return { stays: mayStay(newcomer, multiaddr(`/ip4/${ip}/tcp/1`)), gone }
}

it('[T-49] takes the place for a newcomer from the host that has most', async () => {
  const taken = [
    seat('alone', '10.0.0.1', 0),
    seat('many 1', '10.0.0.2', 2),
    seat('many 2', '10.0.0.2', 1),
    seat('member', '10.0.0.3', 0)
  ]
  expect(await arrive('10.0.0.4', taken, { inAll: 4, perHost: 9 })).toEqual({ stays: true, gone: [] })
  expect(await arrive('10.0.0.4', taken, { inAll: 3, perHost: 9 })).toEqual({ stays: true, gone: ['many 2'] })
  expect(await arrive('10.0.0.1', taken, { inAll: 9, perHost: 1 })).toEqual({ stays: true, gone: ['alone'] })
})

it('[T-49] takes it from nobody who came lately, was called, or through whom others are reached', async () => {
  const limits = { inAll: 3, perHost: 9 }
  const kept = [
    seat('late', '10.0.0.1', LONG_AGO + 1),
    seat('called', '10.0.0.2', 0, 'outbound'),
    seat('relayed', '10.0.0.3', 0)
  ]
  expect(await arrive('10.0.0.4', kept, limits)).toEqual({ stays: false, gone: [] })
  expect(await arrive('10.0.0.4', [...kept, seat('old', '10.0.0.5', LONG_AGO)], limits)).toEqual({
    stays: true,
    gone: ['old']
  })
})

it('[T-49] lets a few hosts with many each keep nobody out, however late these came', async () => {
  const taken = Array.from({ length: 20 }, (_, at) => seat(`${at}`, `10.0.0.${at % 2}`, NOW + at - 20))
  expect(await arrive('10.0.0.9', taken, { inAll: 20, perHost: 10 })).toEqual({ stays: true, gone: ['0'] })
  const few = taken.slice(0, 2 * FEW_OF_A_HOST)
  expect(await arrive('10.0.0.9', few, { inAll: few.length, perHost: 10 })).toEqual({ stays: false, gone: [] })
})

it('[T-132] lets no peer have more than a few connections', async () => {
  const all = Array.from({ length: CONNECTIONS_PER_PEER }, (_, at) => seat('newcomer', `10.0.0.${at}`, 0))
  const roomy = { inAll: 100, perHost: 100 }
  expect(await arrive('10.0.0.9', all.slice(1), roomy)).toEqual({ stays: true, gone: [] })
  expect(await arrive('10.0.0.9', all, roomy)).toEqual({ stays: false, gone: [] })
})
