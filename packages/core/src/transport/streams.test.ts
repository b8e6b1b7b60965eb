import { beforeEach, describe, expect, it } from 'vitest'
import { coreError } from '../errors.ts'
import { hashId } from '../ids.ts'
import type { GroupId, PeerId } from '../ids.ts'
import type { LogFields, Logger } from '../logger.ts'
import type { Handler, Protocol, Stream } from '../stream.ts'
import { manualClock } from '../testing/manual-clock.ts'
import type { ManualClock } from '../testing/manual-clock.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import type { MemoryNetwork } from '../testing/memory-network.ts'
import { seededRandom } from '../testing/random.ts'
import { encodeAnswer, encodeOpening } from './protocol.ts'
import { END, frame } from './framing.ts'
import type { Duplex, Network } from './network.ts'
import { createStreams, MAX_INCOMING_STREAMS } from './streams.ts'
import type { Streams } from './streams.ts'

const ECHO: Protocol = {
  id: '/borgo/test/echo/1',
  access: 'anyone',
  maxMessageBytes: 100_000,
  maxStreamsPerPeer: 4,
  idleMs: 60_000
}
const PRIVATE: Protocol = { ...ECHO, id: '/borgo/test/private/1', access: 'members' }
const GROUP = hashId<GroupId>(new Uint8Array(32).fill(1))

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (message: Uint8Array | undefined): string | undefined => message && new TextDecoder().decode(message)

const echo: Handler = async stream => {
  for await (const message of stream) await stream.send(message)
}

function recorder(): Logger & { lines: { level: string; message: string; fields: LogFields }[] } {
  const lines: { level: string; message: string; fields: LogFields }[] = []
  const log =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      void lines.push({ level, message, fields })
  const logger = { lines, debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
  return { ...logger, child: () => ({ ...logger, child: () => recorder() }) }
}

describe('streams', () => {
  let clock: ManualClock
  let network: MemoryNetwork
  let alice: Network
  let bruno: Network
  let ofAlice: Streams
  let ofBruno: Streams
  let log: ReturnType<typeof recorder>
  let members: Set<PeerId>

  const join = async (name: string): Promise<[Network, Streams]> => {
    const node = network.node(name as PeerId)
    await node.start()
    const isMember = (group: GroupId, peer: PeerId): boolean => group === GROUP && members.has(peer)
    return [node, createStreams({ network: node, clock, logger: log, isMember })]
  }
  /** Bruno's end of the next stream, and a handler that keeps it open. */
  const incoming = (protocol = ECHO): Promise<Stream> =>
    new Promise(resolve =>
      ofBruno.handle(protocol, stream => {
        resolve(stream)
        return new Promise((_resolve, reject) =>
          stream.signal.addEventListener('abort', () => reject(stream.signal.reason as Error))
        )
      })
    )
  const pair = async (): Promise<[Stream, Stream]> => {
    const theirs = incoming()
    return [await ofAlice.open(bruno.peer, ECHO), await theirs]
  }

  /** Alice's stream to an acceptor that lets it in and does nothing more. */
  const silentPair = async (): Promise<[Stream, Duplex]> => {
    const { promise, resolve } = Promise.withResolvers<Duplex>()
    bruno.handle(ECHO.id, duplex => {
      resolve(duplex)
      void duplex.write(Buffer.concat(frame(encodeAnswer(undefined))))
    })
    return [await ofAlice.open(bruno.peer, ECHO), await promise]
  }

  beforeEach(async () => {
    clock = manualClock()
    network = memoryNetwork({ clock })
    log = recorder()
    members = new Set(['alice', 'bruno'] as PeerId[])
    ;[alice, ofAlice] = await join('alice')
    ;[bruno, ofBruno] = await join('bruno')
    await alice.dial(bruno.addresses())
  })

  const settled = (): Promise<void> => clock.advance(0)

  describe('messages', () => {
    it('[E-21] say whether a plugin uses a peer, at both ends and until the stream is over', async () => {
      const [ours, theirs] = await pair()
      expect([ofAlice.isUsed(bruno.peer), ofBruno.isUsed(alice.peer)]).toEqual([true, true])
      await Promise.all([ours.end(), theirs.end()])
      await Promise.all([ours.receive(), theirs.receive()])
      ours.reset()
      theirs.reset()
      expect([ofAlice.isUsed(bruno.peer), ofBruno.isUsed(alice.peer)]).toEqual([false, false])
      const core: Protocol = { ...ECHO, id: '/borgo/core/echo/1' }
      ofBruno.handle(core, echo)
      await ofAlice.open(bruno.peer, core)
      expect(ofAlice.isUsed(bruno.peer)).toBe(false)
    })

    it('[T-7] carries whole messages both ways, then both ends', async () => {
      ofBruno.handle(ECHO, echo)
      const stream = await ofAlice.open(bruno.peer, ECHO)
      expect(stream.peer).toBe(bruno.peer)
      const sent = ['one', 'x'.repeat(100_000), 'three']
      for (const message of sent) await stream.send(bytes(message))
      await stream.end()
      const got: (string | undefined)[] = []
      for await (const message of stream) got.push(text(message))
      expect(got).toEqual(sent)
      expect(await stream.receive()).toBeUndefined()
      await settled()
      expect(stream.signal.aborted).toBe(true)
      expect([ofAlice.count(), ofBruno.count()]).toEqual([0, 0])
    })

    it('[T-7] throws STREAM_RESET when the connection is lost, also to whoever waits', async () => {
      const [ours, theirs] = await pair()
      await ours.send(bytes('half a conversation'))
      expect(text(await theirs.receive())).toBe('half a conversation')
      const waiting = expect(theirs.receive()).rejects.toMatchObject({ code: 'STREAM_RESET' })
      network.partition(alice.peer, bruno.peer)
      await waiting
      await expect(ours.receive()).rejects.toMatchObject({ code: 'STREAM_RESET' })
      await expect(ours.send(bytes('more'))).rejects.toMatchObject({ code: 'STREAM_RESET' })
      await expect(ours.end()).rejects.toMatchObject({ code: 'STREAM_RESET' })
      expect(ours.signal.reason).toMatchObject({ code: 'STREAM_RESET' })
      await settled()
      expect([ofAlice.count(), ofBruno.count()]).toEqual([0, 0])
    })

    it('[T-7] takes a half-close without an end for a lost connection', async () => {
      bruno.handle(ECHO.id, duplex => void answer(duplex))
      const answer = async (duplex: Duplex): Promise<void> => {
        for (const piece of [...frame(encodeAnswer(undefined)), ...frame(bytes('and then'))]) await duplex.write(piece)
        await duplex.closeWrite()
      }
      const stream = await ofAlice.open(bruno.peer, ECHO)
      expect(text(await stream.receive())).toBe('and then')
      await expect(stream.receive()).rejects.toMatchObject({ code: 'STREAM_RESET' })
    })

    it('[T-6] shows a reset to the other side, without a reason', async () => {
      const [ours, theirs] = await pair()
      await ours.send(bytes('unread'))
      ours.reset()
      await settled()
      await expect(theirs.receive()).rejects.toMatchObject({ code: 'STREAM_RESET' })
      expect(ours.signal.aborted).toBe(true)
      ours.reset()
    })

    it('[T-8] refuses to send nothing, too much, or anything after the end', async () => {
      const [ours] = await pair()
      await expect(ours.send(new Uint8Array(0))).rejects.toThrow(TypeError)
      await expect(ours.send(new Uint8Array(100_001))).rejects.toMatchObject({ code: 'TOO_LARGE' })
      await ours.end()
      await expect(ours.send(bytes('late'))).rejects.toThrow(TypeError)
    })

    it('[T-5] makes send wait while the reader does not read, one message ahead', async () => {
      const [ours, theirs] = await pair()
      let sent = 0
      const sending = (async () => {
        for (; sent < 50; sent++) await ours.send(new Uint8Array(100_000))
        await ours.end()
      })()
      await settled()
      // The third fills the window of 256 KiB; the fourth waits for it.
      expect(sent).toBe(3)
      let received = 0
      while (await theirs.receive()) received++
      await sending
      expect(received).toBe(50)
    })

    it('[T-5] keeps the order of sends that were not awaited', async () => {
      const [ours, theirs] = await pair()
      const sending = Array.from({ length: 30 }, (_, index) => ours.send(new Uint8Array(50_000).fill(index)))
      const got: number[] = []
      for (let i = 0; i < 30; i++) got.push((await theirs.receive())?.[49_999] ?? -1)
      await Promise.all(sending)
      expect(got).toEqual(Array.from({ length: 30 }, (_, index) => index))
    })

    it('[T-15] leaves the stream whole when a send or a receive is aborted', async () => {
      const [ours, theirs] = await pair()
      const reason = new Error('changed my mind')
      const controller = new AbortController()
      const receiving = expect(theirs.receive({ signal: controller.signal })).rejects.toBe(reason)
      controller.abort(reason)
      await receiving
      await expect(theirs.receive({ signal: controller.signal })).rejects.toBe(reason)
      for (let i = 0; i < 4; i++) await ours.send(new Uint8Array(100_000).fill(i))
      const late = new AbortController()
      const dropped = expect(ours.send(bytes('dropped'), { signal: late.signal })).rejects.toBe(reason)
      const kept = ours.send(bytes('kept'))
      late.abort(reason)
      await dropped
      for (let i = 0; i < 4; i++) expect((await theirs.receive())?.[0]).toBe(i)
      await kept
      expect(text(await theirs.receive())).toBe('kept')
    })

    it('[T-15] lets one receive at a time', async () => {
      const [ours, theirs] = await pair()
      const first = theirs.receive()
      await expect(theirs.receive()).rejects.toThrow(TypeError)
      await ours.send(bytes('for the first'))
      expect(text(await first)).toBe('for the first')
    })
  })

  describe('opening', () => {
    it('[T-10] names the reason of a refusal', async () => {
      await expect(ofAlice.open(bruno.peer, ECHO)).rejects.toMatchObject({ code: 'PROTOCOL_UNSUPPORTED' })
      await expect(ofAlice.open('nobody' as PeerId, ECHO)).rejects.toMatchObject({ code: 'UNREACHABLE' })
      ofBruno.handle(ECHO, echo)
      const open = [1, 2, 3, 4].map(() => ofAlice.open(bruno.peer, ECHO))
      const [first] = await Promise.all(open)
      await expect(ofAlice.open(bruno.peer, ECHO)).rejects.toMatchObject({ code: 'TOO_MANY_STREAMS' })
      const [, ofCarla] = await join('carla')
      await network.node('dora' as PeerId).start()
      await expect(ofCarla.open(bruno.peer, ECHO)).rejects.toMatchObject({ code: 'UNREACHABLE' })
      first?.reset()
      await settled()
      expect(await ofAlice.open(bruno.peer, ECHO)).toBeDefined()
    })

    it('[T-10] counts the streams of each peer and protocol by themselves', async () => {
      ofBruno.handle(ECHO, echo)
      ofBruno.handle(PRIVATE, echo)
      const [carla, ofCarla] = await join('carla')
      await carla.dial(bruno.addresses())
      for (let i = 0; i < ECHO.maxStreamsPerPeer; i++) {
        await ofAlice.open(bruno.peer, ECHO)
        await ofAlice.open(bruno.peer, PRIVATE, { group: GROUP })
        await ofCarla.open(bruno.peer, ECHO)
      }
      expect(ofBruno.count()).toBe(12)
    })

    it('[T-10] is busy when all peers together hold too many', async () => {
      const crowded: Protocol = { ...ECHO, maxStreamsPerPeer: MAX_INCOMING_STREAMS + 1 }
      ofBruno.handle(crowded, echo)
      for (let i = 0; i < MAX_INCOMING_STREAMS; i++) await ofAlice.open(bruno.peer, crowded)
      await expect(ofAlice.open(bruno.peer, crowded)).rejects.toMatchObject({ code: 'BUSY' })
    })

    it('[T-10] lets in only who the other side let in', async () => {
      let answer: (duplex: Duplex) => void = () => undefined
      bruno.handle(ECHO.id, duplex => answer(duplex))
      answer = duplex => void duplex.write(Buffer.concat(frame(encodeAnswer('BUSY'))))
      await expect(ofAlice.open(bruno.peer, ECHO)).rejects.toMatchObject({ code: 'BUSY' })
      answer = duplex => duplex.abort(new Error('no'))
      await expect(ofAlice.open(bruno.peer, ECHO)).rejects.toMatchObject({ code: 'UNREACHABLE' })
      answer = duplex => void duplex.write(Uint8Array.of(2, 0xff, 0xff))
      await expect(ofAlice.open(bruno.peer, ECHO)).rejects.toMatchObject({ code: 'UNREACHABLE' })
      answer = duplex => void duplex.write(END)
      await expect(ofAlice.open(bruno.peer, ECHO)).rejects.toMatchObject({ code: 'UNREACHABLE' })
      await settled()
      expect(ofAlice.count()).toBe(0)
    })

    it('[T-11] gives up on an acceptor that hangs after 10 s', async () => {
      const { promise, resolve } = Promise.withResolvers<Duplex>()
      bruno.handle(ECHO.id, resolve)
      const opening = ofAlice.open(bruno.peer, ECHO)
      const failing = expect(opening).rejects.toMatchObject({ code: 'TIMEOUT' })
      await clock.advance(9_999)
      expect(ofAlice.count()).toBe(1)
      await clock.advance(1)
      await failing
      expect(ofAlice.count()).toBe(0)
      expect((await promise).closed.aborted).toBe(true)
    })

    it('[T-11] gives up on an opener that says nothing after 10 s', async () => {
      ofBruno.handle(ECHO, echo)
      const duplex = await alice.open(bruno.peer, ECHO.id)
      expect(ofBruno.count()).toBe(1)
      await clock.advance(10_000)
      expect(duplex.closed.aborted).toBe(true)
      expect(ofBruno.count()).toBe(0)
    })

    it('[T-15] stops opening on abort, with its reason', async () => {
      bruno.handle(ECHO.id, () => undefined)
      const reason = new Error('changed my mind')
      await expect(ofAlice.open(bruno.peer, ECHO, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      const controller = new AbortController()
      const opening = expect(ofAlice.open(bruno.peer, ECHO, { signal: controller.signal })).rejects.toBe(reason)
      await settled()
      controller.abort(reason)
      await opening
      expect(ofAlice.count()).toBe(0)
    })

    it('[T-12] lets members in and tells the handler their group', async () => {
      const theirs = incoming(PRIVATE)
      const ours = await ofAlice.open(bruno.peer, PRIVATE, { group: GROUP })
      expect(ours.group).toBe(GROUP)
      expect((await theirs).group).toBe(GROUP)
    })

    it('[T-12] keeps strangers out, at both ends', async () => {
      ofBruno.handle(PRIVATE, echo)
      await expect(ofAlice.open(bruno.peer, PRIVATE)).rejects.toThrow(TypeError)
      const other = hashId<GroupId>(new Uint8Array(32).fill(2))
      await expect(ofAlice.open(bruno.peer, PRIVATE, { group: other })).rejects.toMatchObject({ code: 'FORBIDDEN' })
      members.delete(alice.peer)
      await expect(ofAlice.open(bruno.peer, PRIVATE, { group: GROUP })).rejects.toMatchObject({ code: 'FORBIDDEN' })
      const duplex = await alice.open(bruno.peer, PRIVATE.id)
      await duplex.write(Buffer.concat(frame(encodeOpening(undefined))))
      const answer = frame(encodeAnswer('FORBIDDEN'))
      for await (const chunk of duplex.source) {
        expect(Buffer.from(chunk)).toEqual(Buffer.concat(answer))
        break
      }
    })

    it('[T-12] passes on the group of an open protocol as a claim', async () => {
      members.clear()
      const theirs = incoming()
      await ofAlice.open(bruno.peer, ECHO, { group: GROUP })
      expect((await theirs).group).toBe(GROUP)
    })
  })

  describe('deadlines and handlers', () => {
    it('[T-13] resets a stream on which nothing moved, and only then', async () => {
      const [ours, theirs] = await silentPair()
      for (let i = 0; i < 3; i++) {
        await clock.advance(ECHO.idleMs - 1)
        await ours.send(bytes('still here'))
        await clock.advance(ECHO.idleMs - 1)
        for (const piece of frame(bytes('and here'))) await theirs.write(piece)
        await ours.receive()
      }
      const waiting = expect(ours.receive()).rejects.toMatchObject({ code: 'STREAM_IDLE' })
      await clock.advance(ECHO.idleMs - 1)
      expect(ours.signal.aborted).toBe(false)
      await clock.advance(1)
      await waiting
      expect(ours.signal.reason).toMatchObject({ code: 'STREAM_IDLE' })
      expect(theirs.closed.reason).toMatchObject({ code: 'STREAM_RESET' })
      expect(ofAlice.count()).toBe(0)
    })

    it('[T-13] resets a stream whose reader stopped for good', async () => {
      const [ours] = await silentPair()
      const sending = (async () => {
        while (true) await ours.send(new Uint8Array(100_000))
      })()
      const failing = expect(sending).rejects.toMatchObject({ code: 'STREAM_IDLE' })
      await clock.advance(ECHO.idleMs)
      await failing
    })

    it('[T-13] counts a stream until its peer has closed it, not only said so', async () => {
      ofBruno.handle(ECHO, echo)
      const duplex = await alice.open(bruno.peer, ECHO.id)
      await duplex.write(Buffer.concat([...frame(encodeOpening(undefined)), END]))
      await settled()
      expect(ofBruno.count()).toBe(1)
      await clock.advance(ECHO.idleMs)
      expect(ofBruno.count()).toBe(0)
      expect(duplex.closed.reason).toMatchObject({ code: 'STREAM_RESET' })
    })

    it('[T-14] ends the stream when the handler resolves', async () => {
      ofBruno.handle(ECHO, async stream => stream.send(bytes('goodbye')))
      const stream = await ofAlice.open(bruno.peer, ECHO)
      expect(text(await stream.receive())).toBe('goodbye')
      expect(await stream.receive()).toBeUndefined()
      await stream.send(bytes('what I still had to say'))
      await stream.end()
      await settled()
      expect([ofAlice.count(), ofBruno.count()]).toEqual([0, 0])
    })

    it('[T-14] resets the stream of a peer that does not end its side within 10 s of it', async () => {
      ofBruno.handle(ECHO, async () => undefined)
      const stream = await ofAlice.open(bruno.peer, ECHO)
      expect(await stream.receive()).toBeUndefined()
      await clock.advance(9_999)
      expect(stream.signal.aborted).toBe(false)
      await clock.advance(1)
      expect(stream.signal.aborted).toBe(true)
      expect([ofAlice.count(), ofBruno.count()]).toEqual([0, 0])
    })

    it('[T-14] resets the stream when the handler throws, and keeps the error here', async () => {
      ofBruno.handle(ECHO, async () => {
        throw new Error('the password is 1234')
      })
      const duplex = await alice.open(bruno.peer, ECHO.id)
      await duplex.write(Buffer.concat(frame(encodeOpening(undefined))))
      const seen: Uint8Array[] = []
      const reading = (async () => {
        for await (const chunk of duplex.source) seen.push(chunk)
      })()
      await expect(reading).rejects.toMatchObject({ code: 'STREAM_RESET' })
      expect(Buffer.concat(seen)).toEqual(Buffer.concat(frame(encodeAnswer(undefined))))
      expect(duplex.closed.reason).not.toMatchObject({ message: expect.stringContaining('1234') })
      expect(log.lines).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          fields: expect.objectContaining({ error: expect.stringContaining('1234') })
        })
      )
    })

    it('[T-18] resets what it served on undo, and everything on close', async () => {
      const undo = ofBruno.handle(ECHO, echo)
      const first = await ofAlice.open(bruno.peer, ECHO)
      undo()
      await settled()
      expect(first.signal.aborted).toBe(true)
      ofBruno.handle(ECHO, echo)
      ofAlice.handle(PRIVATE, echo)
      const [one, two] = [
        await ofAlice.open(bruno.peer, ECHO),
        await ofBruno.open(alice.peer, PRIVATE, { group: GROUP })
      ]
      ofAlice.close()
      await settled()
      expect([one.signal.aborted, two.signal.aborted]).toEqual([true, true])
      expect([ofAlice.count(), ofBruno.count()]).toEqual([0, 0])
      await expect(ofAlice.open(bruno.peer, ECHO)).rejects.toMatchObject({ code: 'STOPPED' })
      expect(() => ofAlice.handle(ECHO, echo)).toThrow(expect.objectContaining({ code: 'STOPPED' }))
      await expect(ofBruno.open(alice.peer, PRIVATE, { group: GROUP })).rejects.toMatchObject({
        code: 'PROTOCOL_UNSUPPORTED'
      })
    })
  })

  describe('offences', () => {
    const offend = async (): Promise<void> => {
      const duplex = await alice.open(bruno.peer, ECHO.id)
      await duplex.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff))
      await settled()
    }
    const denials = () => log.lines.filter(line => line.fields.event === 'peer-denied')

    it('[T-9] shuts a peer out for ten minutes after ten, with one line of a fixed form', async () => {
      ofBruno.handle(ECHO, echo)
      for (let i = 0; i < 9; i++) await offend()
      expect(alice.connections()).toHaveLength(1)
      await offend()
      expect(alice.connections()).toEqual([])
      expect(denials()).toEqual([
        {
          level: 'warn',
          message: 'peer denied',
          fields: {
            event: 'peer-denied',
            peer: 'alice',
            address: '/memory/alice/p2p/alice',
            reason: expect.stringContaining('length prefix'),
            seconds: 600
          }
        }
      ])
      await expect(alice.dial(bruno.addresses())).rejects.toMatchObject({ code: 'UNREACHABLE' })
      await clock.advance(600_000)
      await alice.dial(bruno.addresses())
      expect(await ofAlice.open(bruno.peer, ECHO)).toBeDefined()
    })

    it('[T-9] forgets offences after ten minutes', async () => {
      ofBruno.handle(ECHO, echo)
      for (let i = 0; i < 9; i++) await offend()
      await clock.advance(600_000)
      for (let i = 0; i < 9; i++) await offend()
      expect(alice.connections()).toHaveLength(1)
    })

    it('[T-9] counts what a handler calls a bad message', async () => {
      ofBruno.handle(ECHO, async stream => {
        await stream.receive()
        throw coreError('BAD_MESSAGE', `no such verb: hello\n${'x'.repeat(1000)}`)
      })
      for (let i = 0; i < 10; i++) {
        const stream = await ofAlice.open(bruno.peer, ECHO)
        await stream.send(bytes('gibberish'))
        await expect(stream.receive()).rejects.toMatchObject({ code: 'STREAM_RESET' })
      }
      await settled()
      const reason = `no such verb: hello?${'x'.repeat(180)}`
      expect(denials()).toMatchObject([{ fields: { reason } }])
    })

    it('[T-9] counts a stream that is reset for a bad message', async () => {
      ofBruno.handle(ECHO, async stream => stream.reset(coreError('BAD_MESSAGE', 'out of turn')))
      for (let i = 0; i < 10; i++) {
        const stream = await ofAlice.open(bruno.peer, ECHO)
        await expect(stream.receive()).rejects.toMatchObject({ code: 'STREAM_RESET' })
      }
      await settled()
      expect(denials()).toMatchObject([{ fields: { reason: 'out of turn' } }])
    })

    it('[T-9] counts nothing against peers that break off, are refused or fall silent', async () => {
      ofBruno.handle(PRIVATE, echo)
      members.delete(alice.peer)
      for (let i = 0; i < 20; i++) {
        const duplex = await alice.open(bruno.peer, PRIVATE.id)
        await duplex.write(Buffer.concat(frame(encodeOpening(GROUP))))
        await settled()
        if (i % 2) duplex.abort(new Error('gone'))
        else await clock.advance(10_000)
      }
      await settled()
      expect(denials()).toEqual([])
      expect(ofBruno.count()).toBe(0)
    })

    it('[T-9] holds out against 10,000 forged openings and first messages, and keeps nothing of them', async () => {
      const ends: Duplex[] = []
      const handle = bruno.handle.bind(bruno)
      bruno.handle = (protocol, handler) =>
        handle(protocol, (duplex, from) => {
          ends.push(duplex)
          handler(duplex, from)
        })
      ofBruno.handle(ECHO, echo)
      const random = seededRandom(20261122)
      const below = (limit: number): number => Math.floor(random() * limit)
      const genuine = Buffer.concat([...frame(encodeOpening(GROUP)), ...frame(new Uint8Array(40).fill(9)), END])
      const forge = (): Uint8Array => {
        const bytes = Buffer.from(genuine)
        switch (below(5)) {
          case 0:
            return bytes.subarray(0, below(bytes.length))
          case 1:
            bytes[below(bytes.length)] = below(256)
            return bytes
          case 2:
            return Buffer.concat([bytes.subarray(0, below(bytes.length)), bytes])
          case 3:
            return Buffer.concat([Buffer.of(0xff, 0xff, 0xff, below(256)), bytes])
          default:
            return Buffer.from(Array.from({ length: 1 + below(100) }, () => below(256)))
        }
      }
      const attempts = new Map<PeerId, number>()
      let attacker: Network | undefined
      for (let i = 0; i < 10_000; i++) {
        if (!attacker?.connections().length) {
          attacker = network.node(`attacker-${i}` as PeerId)
          await attacker.start()
          await attacker.dial(bruno.addresses())
        }
        attempts.set(attacker.peer, (attempts.get(attacker.peer) ?? 0) + 1)
        const duplex = await attacker.open(bruno.peer, ECHO.id)
        await duplex.write(forge())
        if (below(2)) duplex.closeWrite().catch(ignored)
        await settled()
        if (i % 100 === 0) await clock.advance(10_000)
      }
      expect(denials().length).toBeGreaterThan(100)
      for (const { fields } of denials()) expect(attempts.get(fields.peer as PeerId)).toBeGreaterThanOrEqual(10)
      await clock.advance(ECHO.idleMs)
      expect(ofBruno.count()).toBe(0)
      expect(ends).toHaveLength(10_000)
      for (const { closed, buffered } of ends)
        expect([closed.aborted, buffered.read, buffered.write]).toEqual([true, 0, 0])
      const honest = await ofAlice.open(bruno.peer, ECHO)
      await honest.send(bytes('still there?'))
      expect(text(await honest.receive())).toBe('still there?')
    })
  })
})

/** The target may have reset the stream already, which is what the test is about. */
const ignored = (): void => undefined
