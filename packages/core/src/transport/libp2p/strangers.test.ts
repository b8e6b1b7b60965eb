import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, it } from 'vitest'
import type { PeerId } from '../../ids.ts'
import { STRANGERS_STAY_MS, strangersBound } from './strangers.ts'

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
  seats: ReturnType<typeof seat>[],
  limits: { inAll: number; perHost: number }
): Promise<{ stays: boolean; gone: string[] }> {
  const gone: string[] = []
  const mayStay = strangersBound({
    connections: () => seats,
    isMember: peer => peer.startsWith('member'),
    isNeeded: peer => peer.startsWith('relayed'),
    hangUp: peer => void gone.push(peer),
    limits,
    clock: { now: () => NOW }
  })
  const newcomer = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  return { stays: mayStay(newcomer, multiaddr(`/ip4/${ip}/tcp/1`)), gone }
}

it('[T-49] takes the place for a newcomer from the host that has most', async () => {
  const seats = [
    seat('alone', '10.0.0.1', 0),
    seat('many 1', '10.0.0.2', 2),
    seat('many 2', '10.0.0.2', 1),
    seat('member', '10.0.0.3', 0)
  ]
  expect(await arrive('10.0.0.4', seats, { inAll: 4, perHost: 9 })).toEqual({ stays: true, gone: [] })
  expect(await arrive('10.0.0.4', seats, { inAll: 3, perHost: 9 })).toEqual({ stays: true, gone: ['many 2'] })
  expect(await arrive('10.0.0.1', seats, { inAll: 9, perHost: 1 })).toEqual({ stays: true, gone: ['alone'] })
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
