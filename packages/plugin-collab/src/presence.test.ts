import type { AccountId, Broadcast, Group, PeerId } from '@borgo/core'
import { manualClock } from '@borgo/core/testing'
import { describe, expect, it } from 'vitest'
import { DOCUMENT } from '../test/author.ts'
import { clientOf } from './client-id.ts'
import { MAX_PRESENT_SESSIONS } from './protocol.ts'
import type { AwarenessData } from './protocol.ts'
import { PRESENCE_EXPIRES_MS, PRESENCE_RENEW_MS, PRESENCE_THROTTLE_MS, Roster } from './presence.ts'

/** Rosters of several devices that hear each other as long as `wire.isUp`. */
function people(...names: string[]) {
  const clock = manualClock()
  const wire = { isUp: true, sent: [] as AwarenessData[] }
  const rosters = new Map<string, Roster>()
  for (const name of names) {
    const [account, device] = [`z${name}` as AccountId, name as PeerId]
    const send = (data: AwarenessData): void => {
      wire.sent.push(data)
      for (const [to, roster] of rosters) if (wire.isUp && to !== name) roster.receive(message(data, name))
    }
    rosters.set(name, new Roster({ document: DOCUMENT, account, device, clock, send, onChange: () => undefined }))
  }
  return { clock, wire, of: (name: string) => rosters.get(name)! }
}

function message(data: AwarenessData, name: string): Broadcast<AwarenessData> {
  return { group: {} as Group, account: `z${name}` as AccountId, device: name as PeerId, data }
}

const seen = (roster: Roster): string[] => roster.list().map(({ device }) => device).sort() // prettier-ignore
const cursor = { anchor: { letter: null, assoc: 0 }, head: { letter: { client: 4, clock: 2 }, assoc: -1 } }

describe('presence', () => {
  it('[C-30] shows who is here with their cursors, also to who came later', async () => {
    const { clock, of } = people('anna', 'bruno')
    of('anna').set(1, null)
    await clock.advance(PRESENCE_THROTTLE_MS)
    of('bruno').set(1, null)
    await clock.advance(PRESENCE_THROTTLE_MS * 2)
    expect([seen(of('anna')), seen(of('bruno'))]).toEqual([['anna', 'bruno'], ['anna', 'bruno']]) // prettier-ignore
    of('anna').set(1, cursor)
    await clock.advance(PRESENCE_THROTTLE_MS)
    expect(
      of('bruno')
        .list()
        .find(({ local }) => !local)
    ).toMatchObject({
      client: clientOf(DOCUMENT, 'anna' as PeerId, 1),
      account: 'zanna',
      cursor
    })
  })

  it('[C-31] ends at once for who leaves, and after 30 s for who falls silent', async () => {
    const { clock, of, wire } = people('anna', 'bruno', 'carla')
    for (const name of ['anna', 'bruno', 'carla']) of(name).set(1, null)
    await clock.advance(PRESENCE_RENEW_MS * 3)
    expect(seen(of('anna'))).toEqual(['anna', 'bruno', 'carla'])
    of('bruno').leave(1)
    await clock.advance(0)
    expect(seen(of('anna'))).toEqual(['anna', 'carla'])
    wire.isUp = false
    await clock.advance(PRESENCE_EXPIRES_MS - PRESENCE_RENEW_MS - 1)
    expect(seen(of('anna'))).toContain('carla')
    await clock.advance(PRESENCE_RENEW_MS + 1)
    expect(seen(of('anna'))).toEqual(['anna'])
  })

  it('[C-31] is not brought back by a message that was overtaken', async () => {
    const { clock, of } = people('anna')
    const said = (here: boolean, at: number): Broadcast<AwarenessData> =>
      message({ document: DOCUMENT, sessions: [{ session: 1, clock: at, here, cursor: null }] }, 'bruno')
    of('anna').receive(said(true, 10))
    of('anna').receive(said(false, 12))
    of('anna').receive(said(true, 11))
    await clock.advance(0)
    expect(seen(of('anna'))).toEqual([])
    of('anna').receive(said(true, 13))
    expect(seen(of('anna'))).toEqual(['bruno'])
  })

  it('[C-32] lets a device speak of its own sessions only, and of no more than 16', () => {
    const { of } = people('anna')
    const sessions = Array.from({ length: 12 }, (_, session) => ({ session, clock: 1, here: true, cursor: null }))
    of('anna').receive(message({ document: DOCUMENT, sessions }, 'mallory'))
    of('anna').receive(
      message(
        { document: DOCUMENT, sessions: sessions.map(state => ({ ...state, session: state.session + 12 })) },
        'mallory'
      )
    )
    const mallory = of('anna').list()
    expect(mallory).toHaveLength(MAX_PRESENT_SESSIONS)
    expect(mallory[0]!.client).toBe(clientOf(DOCUMENT, 'mallory' as PeerId, 0))
    expect(new Set(mallory.map(({ account }) => account))).toEqual(new Set(['zmallory']))
  })

  it('[C-33] answers newcomers once a second at most, and forgets who comes and goes', async () => {
    const clock = manualClock()
    const waiting = new Set<() => void>()
    const after = (ms: number, work: () => void): (() => void) => {
      const run = (): void => void (waiting.delete(run), work())
      const cancel = clock.after(ms, run)
      waiting.add(run)
      return () => void (waiting.delete(run), cancel())
    }
    let sent = 0
    const self = { document: DOCUMENT, account: 'zanna' as AccountId, device: 'anna' as PeerId }
    const ports = { clock: { ...clock, after }, send: () => void sent++, onChange: () => undefined }
    const roster = new Roster({ ...self, ...ports })
    roster.set(1, null)
    const say = (session: number, at: number, here: boolean): void =>
      roster.receive(message({ document: DOCUMENT, sessions: [{ session, clock: at, here, cursor: null }] }, 'mallory'))
    for (let session = 0; session < 1_000; session++) {
      say(session, 1, true)
      say(session, 2, false)
      await clock.advance(3)
    }
    expect(sent).toBeLessThanOrEqual(5)
    expect(waiting.size).toBeLessThanOrEqual(2)
    say(999, 1, true)
    expect(seen(roster)).toEqual(['anna'])
  })

  it('[C-30] sends cursors at most every 80 ms', async () => {
    const { clock, of, wire } = people('anna')
    for (let index = 0; index < 80; index++) {
      of('anna').set(1, cursor)
      await clock.advance(1)
    }
    expect(wire.sent.length).toBeLessThanOrEqual(2)
  })
})
