import { once } from 'node:events'
import { connect } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../logger.ts'
import { memoryIdentity } from '../../testing/identity.ts'
import { manualClock } from '../../testing/manual-clock.ts'
import { listener } from './listener.ts'
import type { Listener } from './listener.ts'
import { decodeOffer, encodeOffer } from './protocol.ts'
import type { Offer } from './protocol.ts'
import { tickets, TICKET_MS } from './tickets.ts'
import { dialSocket } from './tls.ts'

const HOST = '127.0.0.1'
const clock = manualClock()
const patience = (): AbortSignal => AbortSignal.timeout(5_000)

describe('the way in for sockets', () => {
  const { device: peer } = memoryIdentity('A')
  const doors: Listener[] = []
  const made: TLSSocket[] = []
  const ended: boolean[] = []

  const open = (admits = true): Listener => {
    const door = listener({
      hosts: () => [HOST],
      port: 0,
      tickets: tickets(clock),
      admit: () => (admits ? isWell => void ended.push(isWell) : undefined),
      logger: silentLogger
    })
    doors.push(door)
    return door
  }
  const offered = async (door: Listener): Promise<Offer> => {
    const offer = await door.offer(peer, socket => void made.push(socket))
    return offer ?? expect.unreachable()
  }

  afterEach(() => {
    for (const door of doors.splice(0)) door.stop()
    for (const socket of made.splice(0)) socket.destroy()
    ended.length = 0
  })

  it('[T-101] lets in who has a ticket, over TLS 1.3 with a key exchange', async () => {
    const { promise: arrival, resolve } = Promise.withResolvers<TLSSocket>()
    const offer = await open().offer(peer, resolve)
    const socket = await dialSocket(HOST, offer ?? expect.unreachable(), patience())
    made.push(socket)
    expect(socket.getProtocol()).toBe('TLSv1.3')
    expect(socket.getEphemeralKeyInfo()).not.toBeNull()
    socket.write('hello')
    const far = await arrival
    made.push(far)
    expect(String((await once(far, 'data'))[0])).toBe('hello')
    expect(ended).toEqual([true])
  })

  it('[T-101] takes a ticket once, for ten seconds, and with its own key only', async () => {
    const door = open()
    const used = await offered(door)
    made.push(await dialSocket(HOST, used, patience()))
    await offered(door)
    await expect(dialSocket(HOST, used, patience())).rejects.toThrow()
    await expect(dialSocket(HOST, { ...(await offered(door)), key: Buffer.alloc(32) }, patience())).rejects.toThrow()
    const late = await offered(door)
    await clock.advance(TICKET_MS + 1)
    await offered(door)
    await expect(dialSocket(HOST, late, patience())).rejects.toThrow()
    expect(made).toHaveLength(2)
  })

  it('[T-101] speaks with nobody while no ticket is out', async () => {
    const offer = await offered(open())
    await clock.advance(TICKET_MS + 1)
    const caller = connect({ host: HOST, port: offer.port })
    caller.on('error', () => undefined)
    const heard: Buffer[] = []
    caller.on('data', data => heard.push(data))
    await once(caller, 'close')
    expect(heard).toEqual([])
    expect(ended).toEqual([])
  })

  it('[T-24] refuses whoever has too many half open, and counts handshakes that were not finished', async () => {
    const offer = await offered(open(false))
    await expect(dialSocket(HOST, offer, patience())).rejects.toThrow()
    const next = await offered(open())
    const caller = connect({ host: HOST, port: next.port })
    await once(caller, 'connect')
    caller.end('nothing that is TLS')
    caller.resume()
    await once(caller, 'close')
    expect(ended).toEqual([false])
  })

  it('[T-101] gives one peer no more than sixteen tickets at a time', async () => {
    const door = open()
    for (let count = 0; count < 16; count++) await offered(door)
    expect(await door.offer(peer, () => undefined)).toBeUndefined()
    await clock.advance(TICKET_MS + 1)
    await offered(door)
  })

  it('[T-101] reads offers as they were written, and nothing else', async () => {
    const offer = await offered(open())
    expect(decodeOffer(encodeOffer(offer))).toEqual({ ...offer, key: Uint8Array.from(offer.key) })
    expect(decodeOffer(encodeOffer(undefined))).toBeUndefined()
    const bytes = encodeOffer(offer)
    for (let at = 0; at < bytes.length; at++)
      for (const flip of [1, 128, 255]) {
        const changed = Uint8Array.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ flip
        try {
          const read = decodeOffer(changed)
          expect(read?.port ?? 1).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_MESSAGE' })
        }
      }
  })
})
