import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../../testing/manual-clock.ts'
import { gatherEvidence } from './evidence.ts'

const HOUR_MS = 3_600_000
const [HOME, HOME6, LOOPBACK] = ['/ip4/192.168.1.5/tcp/1', '/ip6/2a00::5/tcp/1', '/ip4/127.0.0.1/tcp/1']
const [FAR, FAR6, NEAR] = ['/ip4/51.0.0.9/tcp/9', '/ip6/2a00::9/tcp/9', '/ip4/192.168.1.9/tcp/9']
const RELAYED = '/ip4/51.0.0.9/tcp/9/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA/p2p-circuit'

function evidenceOf(...listening: string[]) {
  const clock = manualClock()
  const addresses = listening.map(address => multiaddr(address))
  const direct = (): Multiaddr[] => addresses
  let confirmed = 0
  const evidence = gatherEvidence({ own: { direct, interfaces: direct, confirm: () => void confirmed++ }, clock })
  const seen = (direction: 'inbound' | 'outbound', from: string, as?: string, isOwnDial = false): void =>
    evidence.identified({
      direction,
      remoteAddr: multiaddr(from),
      observedAddr: as === undefined ? undefined : multiaddr(as),
      isOwnDial
    })
  return { clock, evidence, seen, confirmed: () => confirmed }
}

describe('whether a node can be reached', () => {
  it('[T-48] is known once somebody came in from a public address, for a day', async () => {
    const { clock, evidence, seen, confirmed } = evidenceOf(HOME)
    expect(evidence.reach()).toEqual({ ipv4: { state: 'unknown' }, ipv6: { state: 'absent' } })
    // From next door, by a relay, or by a hole that this node punched itself: that shows nothing.
    seen('inbound', NEAR)
    seen('inbound', RELAYED)
    seen('inbound', FAR, undefined, true)
    expect([evidence.reach().ipv4.state, evidence.isReachable(), confirmed()]).toEqual(['unknown', false, 0])
    seen('inbound', FAR)
    expect(evidence.reach().ipv4).toEqual({ state: 'reachable', at: clock.now() })
    expect([evidence.isReachable(), confirmed()]).toEqual([true, 1])
    await clock.advance(24 * HOUR_MS)
    expect([evidence.reach().ipv4.state, evidence.isReachable()]).toEqual(['unknown', false])
  })

  it('[T-48] is doubtful where others see an address that no interface has', () => {
    const { evidence, seen } = evidenceOf(HOME)
    // Of who is near, that says nothing of a way out.
    seen('outbound', NEAR, '/ip4/192.168.1.77/tcp/5')
    expect(evidence.reach().ipv4.state).toBe('unknown')
    seen('outbound', FAR, '/ip4/51.0.0.1/tcp/5')
    expect(evidence.reach().ipv4).toEqual({ state: 'behind-nat', seenAs: '51.0.0.1' })
    // The router may pass on what comes in.
    seen('inbound', FAR)
    expect(evidence.reach().ipv4.state).toBe('reachable')
    const server = evidenceOf('/ip4/51.0.0.1/tcp/1')
    server.seen('outbound', FAR, '/ip4/51.0.0.1/tcp/5')
    expect(server.evidence.reach().ipv4.state).toBe('unknown')
  })

  it('[T-48] [T-27] is another thing for each version of IP: who is reached by one needs relays for the other', () => {
    const { evidence, seen } = evidenceOf(HOME, HOME6)
    seen('outbound', FAR, '/ip4/51.0.0.1/tcp/5')
    seen('inbound', FAR6)
    expect(evidence.reach()).toMatchObject({ ipv4: { state: 'behind-nat' }, ipv6: { state: 'reachable' } })
    expect(evidence.isReachable()).toBe(false)
    seen('inbound', FAR)
    expect(evidence.isReachable()).toBe(true)
    const only = evidenceOf(HOME6)
    only.seen('inbound', FAR6)
    expect([only.evidence.reach().ipv4.state, only.evidence.isReachable()]).toEqual(['absent', true])
    expect(evidenceOf(LOOPBACK).evidence.isReachable()).toBe(true)
    expect(evidenceOf().evidence.isReachable()).toBe(false)
  })
})
