import { describe, expect, it } from 'vitest'
import type { BorgoNode } from '../src/node.ts'
import { createNode } from '../src/node.ts'
import type { PeerId } from '../src/ids.ts'
import type { LogFields, Logger } from '../src/logger.ts'
import { manualClock } from '../src/testing/manual-clock.ts'
import { memoryNetwork } from '../src/testing/memory-network.ts'
import { memoryStores } from '../src/testing/memory-stores.ts'
import { seededRandom } from '../src/testing/random.ts'
import type { Duplex, Network } from '../src/transport/network.ts'
import { DENY_MS, MAX_OFFENCES } from '../src/transport/offences.ts'

/** Frames for each protocol; 100,000 take some minutes. */
const FRAMES = Number(process.env.BORGO_FRAMES ?? 300)
const SEED = Number(process.env.BORGO_SEED ?? 20261122)

/** What one end of a stream sent: its opening, or its answer to one, and what came then. */
interface Recording {
  isOpener: boolean
  frames: Uint8Array[]
}

/** The network of an honest node, whose frames are kept by protocol. */
function recording(network: Network, all: Map<string, Recording[]>): Network {
  const kept = (protocol: string, duplex: Duplex, isOpener: boolean): Duplex => {
    const own: Recording = { isOpener, frames: [] }
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
  it(`[T-9] do no harm, and every tenth offence shuts it out (${FRAMES} for each protocol, seed ${SEED})`, async () => {
    const random = seededRandom(SEED)
    const below = (limit: number): number => Math.floor(random() * limit)
    const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
    const clock = manualClock()
    const world = memoryNetwork({ clock, seed: SEED })
    const offences: number[] = []
    const denials: LogFields[] = []
    const logger: Logger = {
      debug: (message, fields) => void (message === 'offence' && offences.push(Number(fields?.count))),
      info: () => undefined,
      warn: (message, fields) => void (message === 'peer denied' && denials.push(fields ?? {})),
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

    const ann = await start('Ann', { logger })
    const ben = await start('Ben', { network: ({ device }) => recording(world.node(device), corpus) })
    const group = await run(ann.groups.create({ name: 'Piazza' }))
    await run(ben.groups.join((await group.invite()).link))
    await run(ann.groups.create({ name: 'Other' }).then(other => other.invite()))
    await run(ben.rename('Benno'))
    await clock.advance(30_000)
    const device = ben.self.device
    await run(ben.stop())
    expect([...corpus.keys()]).toEqual(
      expect.arrayContaining(['/borgo/core/hello/1', '/borgo/core/join/1', '/borgo/core/log/1'])
    )

    const attacker = world.node(device)
    await attacker.start()
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
    const reconnect = async (target: PeerId): Promise<void> => {
      while (attacker.connections().length === 0) {
        await attacker.dial([`/memory/${target}/p2p/${target}`]).catch(() => undefined)
        if (attacker.connections().length === 0) await clock.advance(DENY_MS + 1)
      }
    }

    for (const [protocol, recordings] of corpus) {
      const [opened, answered] = [recordings.filter(each => each.isOpener), recordings.filter(each => !each.isOpener)]
      const undo = attacker.handle(protocol, duplex => {
        if (answered.length > 0) play(duplex, pick(answered)).catch(() => undefined)
      })
      for (let frame = 0; frame < FRAMES && opened.length > 0; frame++) {
        await reconnect(ann.self.device)
        const duplex = await attacker.open(ann.self.device, protocol).catch(() => undefined)
        if (duplex) play(duplex, pick(opened)).catch(() => undefined)
        await clock.advance(0)
        duplex?.abort(new Error('next'))
      }
      undo()
    }
    await attacker.stop()

    expect(offences.length).toBeGreaterThan(FRAMES / 2)
    expect(Math.max(...offences)).toBe(MAX_OFFENCES)
    expect(denials).toHaveLength(offences.filter(count => count === MAX_OFFENCES).length)
    const eve = await start('Eve')
    await run(eve.groups.join((await group.invite()).link))
    await run(Promise.all([ann.stop(), eve.stop()]))
  })
})
