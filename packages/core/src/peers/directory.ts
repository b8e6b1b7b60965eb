import type { Clock } from '../clock.ts'
import { hasCode } from '../errors.ts'
import type { PeerId } from '../ids.ts'
import { listeners } from '../listeners.ts'
import type { Logger } from '../logger.ts'
import type { Handler, Protocol, Stream } from '../stream.ts'
import type { Network } from '../transport/network.ts'
import { Tally } from '../transport/tally.ts'
import type { AddressBook } from './address-book.ts'
import { HELLO, decodeHello, encodeHello } from './hello.ts'
import type { Hello } from './hello.ts'
import type { Peer, Peers } from './peers.ts'

/** Introductions of one device that are taken within a minute: each may be written to disk and told to every plugin. */
export const INTRODUCTIONS_PER_MINUTE = 30
const MINUTE_MS = 60_000
/** Of so many devices it is remembered how often they came. */
const MOST_REMEMBERED = 65_536
/** How long who was dialled waits to be greeted. */
const GREETED_MS = 1_000

export interface Directory extends Peers {
  /** Introduces this device again, after its name or addresses changed. */
  introduce(): void
  stop(): void
}

/** Who is connected and who they say they are: `Peers`, on top of the hello protocol. */
export function createDirectory(options: {
  network: Network
  streams: {
    handle(protocol: Protocol, handler: Handler): () => void
    open(peer: PeerId, protocol: Protocol): Promise<Stream>
  }
  /** What this device says of itself. */
  self: () => { certificate: Uint8Array; name: string }
  book: AddressBook
  /** Whether a device that is not connected may be reached. @default none */
  mayReach?(device: PeerId): boolean
  clock: Clock
  logger: Logger
}): Directory {
  const { network, streams, self, book, mayReach = () => false, clock, logger } = options
  const known = new Map<PeerId, Hello>()
  const { on: onChange, tell } = listeners<Parameters<Parameters<Peers['onChange']>[0]>>(error =>
    logger.error('a listener of peers failed', { error: String(error) })
  )

  const introductions = new Tally<PeerId>(clock, { withinMs: MINUTE_MS, most: MOST_REMEMBERED })

  const hello = (): Uint8Array => encodeHello({ ...self(), addresses: network.addresses() })

  const learn = (bytes: Uint8Array | undefined, from: PeerId): void => {
    if (!bytes) return
    const told = decodeHello(bytes, from)
    // It may have gone while its hello was under way.
    if (!network.connections().some(({ peer }) => peer === from)) return
    const isTooOften = introductions.add(from) > INTRODUCTIONS_PER_MINUTE
    // Who is here is known, also when a bad connection brought it here many times.
    if (isTooOften && known.has(from)) return
    known.set(from, told)
    if (!isTooOften) book.set(from, told.addresses, clock.now())
    tell('introduce', from)
  }

  const greet = async (device: PeerId): Promise<void> => {
    try {
      const stream = await streams.open(device, HELLO)
      await stream.send(hello())
      await stream.end()
      learn(await stream.receive(), device)
    } catch (error) {
      if (!hasCode(error, 'STOPPED')) logger.debug('no introduction', { device, error: String(error) })
    }
  }

  const stopServing = streams.handle(HELLO, async stream => {
    const told = await stream.receive()
    await stream.send(hello())
    learn(told, stream.peer)
  })

  const isStranger = (device: PeerId): boolean =>
    !known.has(device) && network.connections().some(({ peer }) => peer === device)

  const stopWatching = network.onPeer((event, device) => {
    if (event === 'disconnect') known.delete(device)
    tell(event, device)
    if (event !== 'connect') return
    const outbound = network.connections().some(({ peer, direction }) => peer === device && direction === 'outbound')
    if (outbound) void greet(device)
    // Who dialled greets. When both did, each may have met the other's connection first: then nobody would.
    else clock.after(GREETED_MS, () => void (isStranger(device) && greet(device)))
  })

  const describe = (device: PeerId): Peer | undefined => {
    const connections = network.connections().filter(({ peer }) => peer === device)
    if (connections.length === 0) return undefined
    const times = connections.map(({ rttMs }) => rttMs).filter(rttMs => rttMs !== undefined)
    return {
      device,
      account: known.get(device)?.account,
      name: known.get(device)?.name,
      connections,
      rttMs: times.length > 0 ? Math.min(...times) : undefined
    }
  }
  const connected = (): PeerId[] => [...new Set(network.connections().map(({ peer }) => peer))]

  return {
    list: () => connected().flatMap(device => describe(device) ?? []),
    get: describe,
    onChange,
    reachable(candidates) {
      const here = candidates
        .flatMap(device => describe(device) ?? [])
        .sort((a, b) => (a.rttMs ?? Infinity) - (b.rttMs ?? Infinity))
        .map(({ device }) => device)
      const known = new Set(here)
      return [...here, ...candidates.filter(device => !known.has(device) && mayReach(device))]
    },
    introduce() {
      for (const device of connected()) void greet(device)
    },
    stop() {
      stopWatching()
      stopServing()
    }
  }
}
