import { afterEach, describe, expect, it, vi } from 'vitest'
import { coreError, hasCode } from '../errors.ts'
import type { PeerId } from '../ids.ts'
import type { Inspect } from '../transport/dht.ts'
import type { Plane } from '../stream.ts'
import type { Duplex, Network, Verdict } from '../transport/network.ts'
import { eventually } from './eventually.ts'
import { manualClock } from './manual-clock.ts'
import type { ManualClock } from './manual-clock.ts'

const PROTOCOL = '/suite/bytes/1'
const KIB = 1024
const MIB = 1024 * KIB
/** What may lie between a writer and a reader that does not keep up: two ends' windows and a kernel's socket buffers. */
const MAX_BETWEEN = 24 * MIB

/** The contract of `Network`; every implementation passes it. `make` gives a new node of one shared world, not started. */
export function networkSuite(name: string, world: (clock: ManualClock) => () => Network): void {
  describe(`network: ${name}`, () => {
    const clock = manualClock()
    const running: Network[] = []
    let make: () => Network

    const start = async (count: number): Promise<Network[]> => {
      make = world(clock)
      const nodes = Array.from({ length: count }, make)
      running.push(...nodes)
      await Promise.all(nodes.map(node => node.start()))
      return nodes
    }
    const pair = async (): Promise<[Network, Network]> => {
      const [a, b] = (await start(2)) as [Network, Network]
      const connected = peerEvent(b, 'connect', a.peer)
      await a.dial(b.addresses())
      await connected
      return [a, b]
    }
    /** A stream from the first node to the second, both ends. */
    const stream = async (a: Network, b: Network, plane?: Plane): Promise<[Duplex, Duplex]> => {
      const { promise, resolve } = Promise.withResolvers<Duplex>()
      const undo = b.handle(PROTOCOL, resolve)
      const ours = await a.open(b.peer, PROTOCOL, { plane })
      const theirs = await promise
      undo()
      return [ours, theirs]
    }

    afterEach(async () => {
      await Promise.all(running.splice(0).map(node => node.stop()))
    })

    describe('connections', () => {
      it('[T-1] dials a peer by its addresses and tells both sides', async () => {
        const [a, b] = (await start(2)) as [Network, Network]
        for (const address of b.addresses()) expect(address.endsWith(`/p2p/${b.peer}`)).toBe(true)
        const seen = peerEvent(b, 'connect', a.peer)
        expect(await a.dial(b.addresses())).toBe(b.peer)
        await seen
        const direct = { path: 'direct', relay: undefined, notBetter: undefined }
        expect(a.connections()).toMatchObject([{ peer: b.peer, direction: 'outbound', ...direct }])
        expect(b.connections()).toMatchObject([{ peer: a.peer, direction: 'inbound', ...direct }])
      })

      it('[T-1] does not connect again to a peer that it is connected to', async () => {
        const [a, b] = await pair()
        expect(await a.dial(b.addresses())).toBe(b.peer)
        expect(a.connections()).toHaveLength(1)
      })

      it('[T-1] says when nobody is at an address', async () => {
        const [a, b] = (await start(2)) as [Network, Network]
        const addresses = b.addresses()
        await b.stop()
        await expect(a.dial(addresses)).rejects.toMatchObject({ code: 'UNREACHABLE' })
      })

      it('[T-1] refuses what is no address, none at all, and addresses of several peers', async () => {
        const [a, b, c] = (await start(3)) as [Network, Network, Network]
        for (const addresses of [['nonsense'], [], [...b.addresses(), ...c.addresses()]])
          await expect(a.dial(addresses)).rejects.toMatchObject({ code: 'BAD_ADDRESS' })
      })

      it('[T-15] stops dialling and opening on abort, with its reason', async () => {
        const [a, b] = (await start(2)) as [Network, Network]
        const reason = new Error('changed my mind')
        await expect(a.dial(b.addresses(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
        const controller = new AbortController()
        const dialling = a.dial(b.addresses(), { signal: controller.signal })
        controller.abort(reason)
        await expect(dialling).rejects.toBe(reason)
        await a.dial(b.addresses())
        b.handle(PROTOCOL, () => undefined)
        await expect(a.open(b.peer, PROTOCOL, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
        const late = new AbortController()
        const opening = a.open(b.peer, PROTOCOL, { signal: late.signal })
        late.abort(reason)
        await expect(opening).rejects.toBe(reason)
      })

      it('[T-2] counts several connections to one peer as one peer', async () => {
        const [a, b] = (await start(2)) as [Network, Network]
        const events: string[] = []
        a.onPeer(event => events.push(`a ${event}`))
        b.onPeer(event => events.push(`b ${event}`))
        await Promise.all([a.dial(b.addresses()), b.dial(a.addresses())])
        // A dial may end before the other side has finished its part.
        await eventually(() => {
          expect(count(a, 'inbound')).toBe(count(b, 'outbound'))
          expect(count(b, 'inbound')).toBe(count(a, 'outbound'))
        })
        expect(events.toSorted()).toEqual(['a connect', 'b connect'])
        const gone = Promise.all([peerEvent(a, 'disconnect', b.peer), peerEvent(b, 'disconnect', a.peer)])
        await a.hangUp(b.peer)
        await gone
        expect(events.toSorted()).toEqual(['a connect', 'a disconnect', 'b connect', 'b disconnect'])
        expect(a.connections()).toEqual([])
        expect(b.connections()).toEqual([])
      })

      it('[T-2] stops telling a listener that was undone', async () => {
        const [a, b] = (await start(2)) as [Network, Network]
        const listener = vi.fn()
        a.onPeer(listener)()
        await a.dial(b.addresses())
        expect(listener).not.toHaveBeenCalled()
      })

      it('[T-16] hangs up on a denied peer and refuses it both ways until the time is over', async () => {
        const [a, b] = await pair()
        const gone = peerEvent(b, 'disconnect', a.peer)
        await a.deny(b.peer, 1000, { why: 'asked' })
        await gone
        a.handle(PROTOCOL, duplex => duplex.abort(new Error('reached')))
        await expect(a.dial(b.addresses())).rejects.toMatchObject({ code: 'UNREACHABLE' })
        // The denied side may see a connection for a moment: it learns of the refusal when its own handshake is over.
        const reach = b.dial(a.addresses()).then(() => b.open(a.peer, PROTOCOL))
        await expect(reach).rejects.toMatchObject({ code: 'UNREACHABLE' })
        await eventually(() => expect(b.connections()).toEqual([]))
        await clock.advance(1001)
        expect(await a.dial(b.addresses())).toBe(b.peer)
      })

      it('[T-70] says who is denied, why and until when, and lets them in again when asked to', async () => {
        const [a, b] = await pair()
        const gone = peerEvent(b, 'disconnect', a.peer)
        await a.deny(b.peer, 60_000, { why: 'offences', reason: 'nonsense' })
        await gone
        const now = clock.now()
        const denial = { peer: b.peer, why: 'offences', reason: 'nonsense', since: now, until: now + 60_000 }
        expect(a.denials.list()).toMatchObject([denial])
        await a.deny(b.peer, 1_000, { why: 'asked' })
        expect(a.denials.get(b.peer)).toMatchObject(denial)
        expect(a.denials.lift(b.peer)).toBe(true)
        expect(a.denials.lift(b.peer)).toBe(false)
        expect(a.denials.list()).toEqual([])
        expect(await a.dial(b.addresses())).toBe(b.peer)
      })

      it('[T-18] takes leave of everybody when it stops, and does nothing afterwards', async () => {
        const [a, b] = await pair()
        const [, theirs] = await stream(a, b)
        const gone = peerEvent(b, 'disconnect', a.peer)
        await a.stop()
        await gone
        await aborted(theirs.closed)
        expect(a.connections()).toEqual([])
        expect(a.addresses()).toEqual([])
        await expect(a.dial(b.addresses())).rejects.toMatchObject({ code: 'STOPPED' })
        await expect(a.open(b.peer, PROTOCOL)).rejects.toMatchObject({ code: 'STOPPED' })
        await expect(a.publish('t', Uint8Array.of(1))).rejects.toMatchObject({ code: 'STOPPED' })
        await expect(a.start()).rejects.toMatchObject({ code: 'ALREADY_STARTED' })
        await a.stop()
      })

      it('[T-18] can be stopped while it starts', async () => {
        await start(0)
        const node = make()
        const starting = node.start().catch((error: unknown) => error)
        await node.stop()
        expect(node.addresses()).toEqual([])
        expect([undefined, 'STOPPED']).toContain(((await starting) as { code?: string } | undefined)?.code)
        await expect(node.dial(['/memory/x'])).rejects.toMatchObject({ code: 'STOPPED' })
      })

      it('[T-3] serves what it was told to before it started', async () => {
        const [a] = (await start(1)) as [Network]
        const late = make()
        running.push(late)
        const { promise, resolve } = Promise.withResolvers<PeerId>()
        late.handle(PROTOCOL, (_duplex, from) => resolve(from))
        await late.start()
        await a.dial(late.addresses())
        await a.open(late.peer, PROTOCOL)
        expect(await promise).toBe(a.peer)
      })

      it('[T-18] says when it was not started yet', async () => {
        await start(0)
        const node = make()
        running.push(node)
        await expect(node.dial(['/memory/x'])).rejects.toMatchObject({ code: 'NOT_STARTED' })
        expect(node.addresses()).toEqual([])
      })
    })

    describe.each<Plane>(['messages', 'bulk'])('streams of %s', plane => {
      it('[T-3] serves a protocol once, and again after its undo', async () => {
        const [a, b] = await pair()
        const undo = b.handle(PROTOCOL, () => undefined)
        expect(() => b.handle(PROTOCOL, () => undefined)).toThrow(expect.objectContaining({ code: 'PROTOCOL_TAKEN' }))
        undo()
        undo()
        await expect(a.open(b.peer, PROTOCOL, { plane })).rejects.toMatchObject({ code: 'PROTOCOL_UNSUPPORTED' })
        const { promise, resolve } = Promise.withResolvers<PeerId>()
        b.handle(PROTOCOL, (_duplex, from) => resolve(from))
        await a.open(b.peer, PROTOCOL, { plane })
        expect(await promise).toBe(a.peer)
      })

      it('[T-3] says when it is not connected', async () => {
        const [a, b] = (await start(2)) as [Network, Network]
        await expect(a.open(b.peer, PROTOCOL, { plane })).rejects.toMatchObject({ code: 'UNREACHABLE' })
      })

      it('[T-4] carries bytes whole and in order, both ways at once', async () => {
        const [a, b] = await pair()
        const [ours, theirs] = await stream(a, b, plane)
        const there = pattern(3 * MIB + 7, 1)
        const back = pattern(2 * MIB + 11, 2)
        const [gotThere, gotBack] = await Promise.all([
          readAll(theirs),
          readAll(ours),
          writeAll(ours, there, 100_000),
          writeAll(theirs, back, 33_333)
        ])
        expect(gotThere.equals(there)).toBe(true)
        expect(gotBack.equals(back)).toBe(true)
        await Promise.all([aborted(ours.closed), aborted(theirs.closed)])
        expect(hasCode(ours.closed.reason, 'STREAM_RESET')).toBe(false)
      })

      it('[T-4] keeps the other direction open after a half-close', async () => {
        const [a, b] = await pair()
        const [ours, theirs] = await stream(a, b, plane)
        await ours.write(Uint8Array.of(1))
        await ours.closeWrite()
        expect(await readAll(theirs)).toEqual(Buffer.of(1))
        await expect(ours.write(Uint8Array.of(2))).rejects.toMatchObject({ code: 'STREAM_RESET' })
        await theirs.write(Uint8Array.of(3))
        await theirs.closeWrite()
        expect(await readAll(ours)).toEqual(Buffer.of(3))
      })

      it('[T-4] lets a reader come late: after the end, and after the connection is gone', async () => {
        const [a, b] = await pair()
        const [ours, theirs] = await stream(a, b, plane)
        await ours.write(pattern(50_000, 3))
        await Promise.all([ours.closeWrite(), theirs.closeWrite()])
        await Promise.all([aborted(ours.closed), aborted(theirs.closed)])
        expect((await readAll(theirs)).equals(pattern(50_000, 3))).toBe(true)
      })

      it('[T-5] makes writers wait for slow readers, both ways at once', async () => {
        const [a, b] = await pair()
        const [ours, theirs] = await stream(a, b, plane)
        const worst = await Promise.all([slowTransfer(ours, theirs, 48 * MIB), slowTransfer(theirs, ours, 48 * MIB)])
        for (const { between, held } of worst) {
          expect(between).toBeLessThan(MAX_BETWEEN)
          expect(held).toBeLessThan(6 * MIB)
        }
      })

      it('[T-6] shows a reset to a reader that has not read yet', async () => {
        const [a, b] = await pair()
        const [ours, theirs] = await stream(a, b, plane)
        await ours.write(pattern(100_000, 4))
        ours.abort(new Error('secret reason'))
        await aborted(theirs.closed)
        await expect(readAll(theirs)).rejects.toMatchObject({ code: 'STREAM_RESET' })
        await expect(readAll(ours)).rejects.toMatchObject({ code: 'STREAM_RESET' })
        await expect(theirs.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'STREAM_RESET' })
        await expect(theirs.closeWrite()).rejects.toMatchObject({ code: 'STREAM_RESET' })
        expect(hasCode(theirs.closed.reason, 'STREAM_RESET')).toBe(true)
        expect(theirs.buffered).toEqual({ read: 0, write: 0 })
      })

      it('[T-6] shows a reset to a reader and a writer that are waiting', async () => {
        const [a, b] = await pair()
        const [ours, theirs] = await stream(a, b, plane)
        const reading = expect(readAll(ours)).rejects.toMatchObject({ code: 'STREAM_RESET' })
        const writing = expect(writeAll(ours, new Uint8Array(64 * MIB), MIB)).rejects.toMatchObject({
          code: 'STREAM_RESET'
        })
        for await (const _chunk of theirs.source) break
        theirs.abort(new Error('enough'))
        await Promise.all([reading, writing])
      })

      it('[T-6] ends the streams of a connection that is gone', async () => {
        const [a, b] = await pair()
        const [ours, theirs] = await stream(a, b, plane)
        await a.deny(b.peer, 1, { why: 'asked' })
        await Promise.all([aborted(ours.closed), aborted(theirs.closed)])
        await expect(theirs.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'STREAM_RESET' })
      })

      it('[T-21] counts the bytes of a connection', async () => {
        const [a, b] = await pair()
        const [ours, theirs] = await stream(a, b, plane)
        await Promise.all([writeAll(ours, new Uint8Array(MIB), 65_536), readAll(theirs)])
        await theirs.closeWrite()
        expect(a.connections()[0]?.bytesOut).toBeGreaterThanOrEqual(MIB)
        expect(b.connections()[0]?.bytesIn).toBeGreaterThanOrEqual(MIB)
      })
    })

    describe('gossip', () => {
      /** Three nodes in a row; `judge` is the middle one's. Resolves when a message gets from one end to the other. */
      const row = async (judge: (text: string) => Verdict) => {
        const [a, b, c] = (await start(3)) as [Network, Network, Network]
        // What looks for peers in the distributed table could make a triangle of the row.
        await a.deny(c.peer, 3_600_000, { why: 'asked' })
        await a.dial(b.addresses())
        await c.dial(b.addresses())
        const heard = { b: [] as string[], c: [] as string[], from: new Set<PeerId>() }
        a.subscribe('t', () => 'accept')
        b.subscribe('t', message => {
          heard.b.push(text(message))
          return judge(text(message))
        })
        c.subscribe('t', (message, from) => {
          heard.c.push(text(message))
          heard.from.add(from)
          return 'accept'
        })
        let tries = 0
        await eventually(async () => {
          await a.publish('t', bytes(`hello ${tries++}`))
          expect(heard.c.length).toBeGreaterThan(0)
        })
        return { a, b, c, heard }
      }

      it('[T-17] passes on what is accepted, through neighbours', async () => {
        const { heard, b } = await row(() => 'accept')
        expect(heard.c[0]).toMatch(/^hello/)
        expect([...heard.from]).toEqual([b.peer])
      })

      it('[T-17] stops what is ignored or rejected, and judges each message once', async () => {
        const { a, b, heard } = await row(message =>
          message.startsWith('bad') ? 'ignore' : message === 'worse' ? 'reject' : 'accept'
        )
        await a.publish('t', bytes('bad'))
        await a.publish('t', bytes('worse'))
        await a.publish('t', bytes('good'))
        await a.publish('t', bytes('good'))
        await eventually(() => expect(heard.c).toContain('good'))
        await eventually(() => expect(heard.b).toContain('worse'))
        expect([heard.c.filter(message => !message.startsWith('hello')), [...heard.from], [heard.b]]).toEqual([
          ['good'],
          [b.peer],
          expect.anything()
        ])
        expect(new Set(heard.b).size).toBe(heard.b.length)
      })

      it('[T-17] takes a message that nobody hears, refuses one over 64 KiB, and a second subscription', async () => {
        const [a] = (await start(1)) as [Network]
        await a.publish('t', bytes('into the void'))
        await a.publish('t', new Uint8Array(65_536))
        await expect(a.publish('t', new Uint8Array(65_537))).rejects.toMatchObject({ code: 'TOO_LARGE' })
        const undo = a.subscribe('t', () => 'accept')
        expect(() => a.subscribe('t', () => 'accept')).toThrow(TypeError)
        undo()
        a.subscribe('t', () => 'accept')
      })

      it('[T-9] hangs up on a neighbour after ten rejected messages', async () => {
        const { a, b } = await row(message => (message.startsWith('forged') ? 'reject' : 'accept'))
        const gone = peerEvent(a, 'disconnect', b.peer)
        for (let i = 0; i < 10; i++) await a.publish('t', bytes(`forged ${i}`))
        await gone
        await eventually(() => expect(b.connections().map(connection => connection.peer)).not.toContain(a.peer))
      })
    })

    describe('distributed table', () => {
      const key = Buffer.alloc(32, 7)
      const hour = 3_600_000
      const item = (slot: string, sequence: number, lastsMs = hour): Uint8Array =>
        bytes(`${slot} ${sequence} ${clock.now() + lastsMs}`)
      const inspect: Inspect = (_key, bytes) => {
        const [slot = '', sequence, expiresAt] = text(bytes).split(' ')
        if (slot.startsWith('forged')) throw coreError('BAD_RECORD', 'forged')
        return { slot, sequence: Number(sequence), expiresAt: Number(expiresAt) }
      }
      /** Nodes in a row, each connected to the next one only, until each has heard of some other. */
      const row = async (length: number, inspectors = [inspect]): Promise<Network[]> => {
        const nodes = await start(length)
        for (const [index, node] of nodes.entries()) node.dht.define('suite', inspectors[index] ?? inspect)
        for (let i = 1; i < length; i++) await nodes[i]?.dial(nodes[i - 1]?.addresses() ?? [])
        await eventually(() => {
          for (const { dht } of nodes) expect(dht.status().lan.peers).toBeGreaterThan(0)
        })
        return nodes
      }
      const found = async (node: Network | undefined, at: Uint8Array = key): Promise<string[]> => {
        const items: string[] = []
        for await (const item of node?.dht.get('suite', at) ?? []) items.push(text(item).split(' ', 2).join(' '))
        return items.sort()
      }

      it('[T-40] finds what others put, of several nodes under one key, also through nodes between', async () => {
        const [a, b, c, d] = await row(4)
        expect(await a?.dht.put('suite', key, item('from a', 1))).toBeGreaterThan(0)
        await b?.dht.put('suite', key, item('b', 1))
        await eventually(async () => expect(await found(d)).toContain('b 1'))
        await a?.dht.put('suite', key, item('a', 2))
        await eventually(async () => expect(await found(c)).toEqual(expect.arrayContaining(['a 2', 'b 1'])))
        expect(await found(d, Buffer.alloc(32, 8))).toEqual([])
      })

      it('[T-40] keeps the newest item of a slot, in whatever order they come, until it expires', async () => {
        const [a, b] = await row(2)
        await a?.dht.put('suite', key, item('a', 2))
        await b?.dht.put('suite', key, item('a', 1))
        expect(await found(a)).toEqual(['a 2'])
        expect(await found(b)).toEqual(['a 2'])
        await a?.dht.put('suite', key, item('a', 3, 10))
        await clock.advance(10)
        expect(await found(b)).toEqual([])
        expect(b?.dht.status()).toMatchObject({ keys: 0, bytes: 0 })
      })

      it('[T-40] keeps at most 16 items under a key, those that last the longest', async () => {
        const [a, b] = await row(2)
        for (let index = 0; index < 20; index++) await a?.dht.put('suite', key, item(`s${index}`, 1, hour + index))
        const kept = Array.from({ length: 16 }, (_, index) => `s${index + 4} 1`)
        expect(await found(b)).toEqual(kept.sort())
      })

      it('[T-41] refuses what the rules refuse, at the putter and at the keeper, and shuts out who goes on', async () => {
        const lenient: Inspect = (_key, bytes) => ({ slot: text(bytes), sequence: 1, expiresAt: clock.now() + hour })
        const [mallory, b] = (await row(2, [lenient])) as [Network, Network]
        await expect(b.dht.put('suite', key, bytes('forged 1'))).rejects.toMatchObject({ code: 'BAD_RECORD' })
        await expect(b.dht.put('other', key, bytes('x'))).rejects.toMatchObject({ code: 'BAD_RECORD' })
        await expect(b.dht.put('suite', bytes('short'), item('a', 1))).rejects.toMatchObject({ code: 'BAD_RECORD' })
        const gone = peerEvent(b, 'disconnect', mallory.peer)
        for (let index = 0; index < 10; index++) await mallory.dht.put('suite', key, bytes(`forged ${index}`))
        await gone
        expect(b.dht.status()).toMatchObject({ keys: 0, bytes: 0 })
      })

      it('[T-41] takes no answer that the rules refuse', async () => {
        const lenient: Inspect = (_key, bytes) => ({ slot: text(bytes), sequence: 1, expiresAt: clock.now() + hour })
        const [mallory, b] = (await row(2, [lenient])) as [Network, Network]
        await mallory.dht.put('suite', key, bytes('forged'))
        for (let index = 0; index < 9; index++) expect(await found(b)).toEqual([])
        await eventually(() => expect(b.connections()).toEqual([]))
      })

      it('[T-140] blames nobody for items that have expired or last too long by its own clock', async () => {
        const [a, b] = (await row(2)) as [Network, Network]
        for (const years of [-50, 50])
          for (let index = 0; index < 12; index++)
            await a.dht.put('suite', key, item(`s${index}`, 1, years * 8_760 * hour))
        // Nor for answers: what A keeps lasts as long.
        for (let index = 0; index < 12; index++) expect(await found(b)).toHaveLength(12)
        expect([...a.denials.list(), ...b.denials.list()]).toEqual([])
        expect(b.connections().map(({ peer }) => peer)).toEqual([a.peer])
        clock.jump(49 * hour)
        expect(await found(b)).toEqual([])
      })

      it('[T-42] puts nowhere and finds nothing when nobody is there, at once', async () => {
        const [a] = (await start(1)) as [Network]
        a.dht.define('suite', inspect)
        expect(await a.dht.put('suite', key, item('a', 1))).toBe(0)
        expect(await found(a)).toEqual(['a 1'])
        expect(() => a.dht.define('suite', inspect)).toThrow(expect.objectContaining({ code: 'KIND_TAKEN' }))
      })

      it('[T-42] ends on abort with its reason, and when the consumer has enough', async () => {
        const [a, b] = (await row(2)) as [Network, Network]
        await b.dht.put('suite', key, item('b', 1))
        const reason = new Error('changed my mind')
        const aborted = { signal: AbortSignal.abort(reason) }
        await expect(a.dht.put('suite', key, item('a', 1), aborted)).rejects.toBe(reason)
        await expect(a.dht.get('suite', key, aborted)[Symbol.asyncIterator]().next()).rejects.toBe(reason)
        for await (const _first of a.dht.get('suite', key)) break
        await a.stop()
        await expect(found(a)).rejects.toMatchObject({ code: 'STOPPED' })
        await expect(a.dht.put('suite', key, item('a', 1))).rejects.toMatchObject({ code: 'STOPPED' })
      })
    })
  })
}

const count = (network: Network, direction: 'inbound' | 'outbound'): number =>
  network.connections().filter(connection => connection.direction === direction).length

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function pattern(length: number, seed: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) * seed) & 0xff))
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Resolves at the event, or at once when the peer's state is already so. */
function peerEvent(network: Network, event: 'connect' | 'disconnect', peer: PeerId): Promise<void> {
  const isConnected = network.connections().some(connection => connection.peer === peer)
  if (isConnected === (event === 'connect')) return Promise.resolve()
  return new Promise(resolve => {
    const undo = network.onPeer((kind, who) => {
      if (kind !== event || who !== peer) return
      undo()
      resolve()
    })
  })
}

async function readAll(duplex: Duplex): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of duplex.source) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function writeAll(duplex: Duplex, all: Uint8Array, chunkBytes: number): Promise<void> {
  for (let at = 0; at < all.length; at += chunkBytes) await duplex.write(all.subarray(at, at + chunkBytes))
  await duplex.closeWrite()
}

/** Sends zeros to a reader that lets others run between chunks; the most that was under way, and held by either end. */
async function slowTransfer(from: Duplex, to: Duplex, total: number): Promise<{ between: number; held: number }> {
  let written = 0
  let read = 0
  const worst = { between: 0, held: 0 }
  const write = async (): Promise<void> => {
    const chunk = new Uint8Array(128 * KIB)
    for (; written < total; written += chunk.length) await from.write(chunk)
    await from.closeWrite()
  }
  const reading = async (): Promise<void> => {
    for await (const chunk of to.source) {
      worst.between = Math.max(worst.between, written - read)
      worst.held = Math.max(worst.held, to.buffered.read, from.buffered.write)
      read += chunk.length
      for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
    }
  }
  await Promise.all([write(), reading()])
  expect(read).toBe(total)
  return worst
}
