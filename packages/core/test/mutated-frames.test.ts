import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hasCode } from '../src/errors.ts'
import { JOIN } from '../src/groups/protocol.ts'
import { LOG_SYNC } from '../src/log/protocol.ts'
import { NAMES } from '../src/names/protocol.ts'
import type { BorgoNode } from '../src/node.ts'
import { createNode } from '../src/node.ts'
import type { PeerId } from '../src/ids.ts'
import type { Logger } from '../src/logger.ts'
import { HELLO } from '../src/peers/hello.ts'
import { CONTACT } from '../src/people/contacts/protocol.ts'
import { LINK } from '../src/people/devices/linking/protocol.ts'
import { RETURN } from '../src/people/recovery/protocol.ts'
import { PEOPLE } from '../src/people/watch/protocol.ts'
import { FRAMES } from '../src/testing/frames.ts'
import { heapBytes } from '../src/testing/heap.ts'
import { manualClock } from '../src/testing/manual-clock.ts'
import { memoryNetwork } from '../src/testing/memory-network.ts'
import { memoryStores } from '../src/testing/memory-stores.ts'
import { seededRandom } from '../src/testing/random.ts'
import type { Duplex, Network } from '../src/transport/network.ts'
import { MAX_OFFENCES } from '../src/transport/offences.ts'

const SEED = Number(process.env.BORGO_SEED ?? 20261122)
const TIMEOUT_MS = 120_000 + 20 * FRAMES

/** Every protocol of the core that is one on any network; the others are in `hostile-bytes.test.ts`. */
const PROTOCOLS = [HELLO, JOIN, LOG_SYNC, PEOPLE, CONTACT, NAMES, LINK, RETURN].map(({ id }) => id).sort()
/** What the heap may have grown by once all that is remembered of the attackers is over. */
const MAX_GROWTH_BYTES = 32 * 1_048_576
/** Hardly any time passes while they come; who was shut out is let in again after ten minutes. */
const FORGOTTEN_MS = 660_000

/** What one end of a stream sent: its opening, or its answer to one, and what came then. */
interface Recording {
  device: PeerId
  isOpener: boolean
  frames: Uint8Array[]
}

/** The network of an honest node, whose frames are kept by protocol. */
function recording(network: Network, all: Map<string, Recording[]>): Network {
  const kept = (protocol: string, duplex: Duplex, isOpener: boolean): Duplex => {
    const own: Recording = { device: network.peer, isOpener, frames: [] }
    all.set(protocol, [...(all.get(protocol) ?? []), own])
    // The methods of a duplex look for their own object.
    return new Proxy(duplex, {
      get(target, name) {
        if (name === 'write')
          return (...pieces: Uint8Array[]) => {
            own.frames.push(Buffer.concat(pieces))
            return target.write(...pieces)
          }
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      }
    })
  }
  return new Proxy(network, {
    get(target, name) {
      if (name === 'open')
        return async (...[peer, protocol, options]: Parameters<Network['open']>) =>
          kept(protocol, await target.open(peer, protocol, options), true)
      if (name === 'handle')
        return (...[protocol, handler]: Parameters<Network['handle']>) =>
          target.handle(protocol, (duplex, from) => handler(kept(protocol, duplex, false), from))
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
}

describe('mutated frames of a member', () => {
  it(
    `[T-9] do no harm, and every tenth offence shuts it out (${FRAMES} for each protocol, seed ${SEED})`,
    async () => {
      const random = seededRandom(SEED)
      const below = (limit: number): number => Math.floor(random() * limit)
      const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
      const clock = manualClock()
      const world = memoryNetwork({ clock, seed: SEED })
      const offences = { all: 0, most: 0, last: 0 }
      let denials = 0
      const count = (nth: number): void => {
        offences.all++
        offences.most = Math.max(offences.most, nth)
        if (nth === MAX_OFFENCES) offences.last++
      }
      const logger: Logger = {
        debug: (message, fields) => message === 'offence' && count(Number(fields?.count)),
        info: () => undefined,
        warn: message => message === 'peer denied' && denials++,
        error: (message, fields) => expect.unreachable(`${message} ${JSON.stringify(fields)}`),
        child: () => logger
      }
      const corpus = new Map<string, Recording[]>()
      const start = (name: string, own: Partial<Parameters<typeof createNode>[0]> = {}): Promise<BorgoNode> =>
        createNode({
          folder: '',
          name,
          clock,
          stores: memoryStores(),
          network: ({ device }) => world.node(device),
          ...own
        })
      const run = async <T>(promise: Promise<T>): Promise<T> => {
        let isSettled = false
        promise.finally(() => (isSettled = true)).catch(() => undefined)
        while (!isSettled) await clock.advance(100)
        return await promise
      }

      const recorded = (name: string, own = {}): Promise<BorgoNode> =>
        start(name, { network: ({ device }) => recording(world.node(device), corpus), ...own })

      const ann = await start('Ann', { logger })
      const [ben, phone] = [await recorded('Ben'), await recorded('Phone')]
      const [here = ''] = ann.addresses()
      const group = await run(ann.groups.create({ name: 'Piazza' }))
      await run(ben.groups.join((await group.invite()).link))
      await run(ann.groups.create({ name: 'Other' }).then(other => other.invite()))
      await run(ben.rename('Benno'))
      await run(ben.people.contacts.add(ann.people.contacts.card()))
      const { name } = await run(ann.names.register('well', { scope: 'global' }))
      for await (const found of ben.names.resolve(name)) expect(found).toMatchObject({ name })
      await run(phone.linking.open(ann.linking.offer().link))
      await clock.advance(1_000)
      const linked = new Promise<void>(resolve => {
        ann.linking.onChange(({ phase }) => phase === 'linked' && resolve())
      })
      for (const { linking } of [ann, phone]) linking.confirm()
      await run(linked)
      const folder = await mkdtemp(join(tmpdir(), 'borgo-'))
      onTestFinished(() => rm(folder, { recursive: true }))
      const onDisk = { folder, stores: undefined }
      const empty = await start('Tablet', onDisk)
      await run(empty.recovery.byWords(await ann.recovery.words(), { from: here }))
      await run(empty.stop())
      const tablet = await recorded('Tablet', onDisk)
      await clock.advance(30_000)
      await run(Promise.all([ben, phone, tablet].map(node => node.stop())))
      expect([...corpus.keys()].sort()).toEqual(PROTOCOLS)

      const mutated = (frame: Uint8Array): Uint8Array => {
        const bytes = Uint8Array.from(frame)
        for (let flips = below(4); flips >= 0; flips--) bytes[below(bytes.length)] = below(256)
        return below(5) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes
      }
      /** Sends the beginning of a genuine stream, and then what is no longer that. */
      const play = async (duplex: Duplex, { frames }: Recording): Promise<void> => {
        const from = Math.min(frames.length - 1, below(frames.length + 1))
        const played = frames.slice(0, from + 2).map((frame, at) => (at < from ? frame : mutated(frame)))
        for (const frame of played) await duplex.write(frame)
      }
      /** Ten minutes later would do as well, but ten minutes of a node are long. */
      const reconnect = async (attacker: Network): Promise<void> => {
        if (attacker.connections().length > 0) return
        if (ann.shutOut.list().some(({ peer }) => peer === attacker.peer)) {
          // A test keeps all that it awaited of `expect`, which would be most of the heap.
          const isRefused = await attacker.dial([here]).catch((error: unknown) => hasCode(error, 'UNREACHABLE'))
          if (isRefused !== true) expect.unreachable('who was shut out came in')
          ann.shutOut.lift(attacker.peer)
        }
        await attacker.dial([here])
      }
      /** Says what others once said in a protocol, opening streams and answering those that are opened. */
      const attack = async (protocol: string, recordings: readonly Recording[]): Promise<void> => {
        const [opened, answered] = [recordings.filter(each => each.isOpener), recordings.filter(each => !each.isOpener)]
        const attacker = world.node(pick(opened).device)
        await attacker.start()
        attacker.handle(protocol, duplex => {
          if (answered.length > 0) play(duplex, pick(answered)).catch(() => undefined)
        })
        for (let frame = 0; frame < FRAMES; frame++) {
          await reconnect(attacker)
          const duplex = await attacker.open(ann.self.device, protocol).catch(() => undefined)
          if (duplex) play(duplex, pick(opened)).catch(() => undefined)
          await clock.advance(0)
          duplex?.abort(new Error('next'))
        }
        await attacker.stop()
      }

      const before = heapBytes()
      for (const [protocol, recordings] of corpus) {
        const known = offences.all
        await attack(protocol, recordings)
        expect(offences.all - known, protocol).toBeGreaterThan(FRAMES / 10)
      }
      await clock.advance(FORGOTTEN_MS)
      expect(heapBytes() - before).toBeLessThan(MAX_GROWTH_BYTES)

      expect(offences.all).toBeGreaterThan(FRAMES / 2)
      expect(offences.most).toBe(MAX_OFFENCES)
      expect(denials).toBe(offences.last)
      const eve = await start('Eve')
      await run(eve.groups.join((await group.invite()).link))
      await run(Promise.all([ann.stop(), eve.stop()]))
    },
    TIMEOUT_MS
  )
})
