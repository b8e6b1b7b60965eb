import { silentLogger } from '@borgo/core'
import type { Group, Peer, PeerId, Stream } from '@borgo/core'
import { manualClock } from '@borgo/core/testing'
import { describe, expect, it } from 'vitest'
import type { ContentId } from '../content-id.ts'
import { Swarm } from './swarm.ts'

const CONTENT = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi' as ContentId
const member = (number: number): PeerId => `member ${number}` as PeerId

describe('a swarm in a large group', () => {
  it('[D-29] dials members that are not connected four at a time, first those that said that they have some', async () => {
    const clock = manualClock()
    const devices = Array.from({ length: 40 }, (_, number) => member(number))
    const connected = member(39)
    const asked: PeerId[] = []
    const failing: ((error: Error) => void)[] = []
    const swarm = new Swarm(
      {
        clock,
        log: silentLogger,
        self: { device: 'me' as PeerId, account: 'me' as never, name: 'Me', sign: () => new Uint8Array() },
        peers: {
          list: () => [],
          get: device => (device === connected ? ({ device } as Peer) : undefined),
          onChange: () => () => undefined,
          reachable: () => [connected, ...devices.slice(0, -1)]
        },
        open(device) {
          asked.push(device)
          return new Promise<Stream>((_, reject) => failing.push(reject))
        }
      },
      { members: () => [{ devices }] } as unknown as Group,
      CONTENT,
      new AbortController().signal
    )
    await clock.advance(3_000)
    expect(asked).toEqual([connected, ...devices.slice(0, 4)])
    swarm.notice(member(30))
    expect(asked).toHaveLength(5)
    for (const fail of failing.splice(0)) fail(new Error('nobody there'))
    await clock.advance(1_000)
    expect(asked.slice(5, 7)).toEqual([member(30), member(4)])
    for (const fail of failing.splice(0)) fail(new Error('nobody there'))
    await swarm.close()
  })
})
