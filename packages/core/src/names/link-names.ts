import type { Clock } from '../clock.ts'
import { coreError, hasCode } from '../errors.ts'
import type { PeerId } from '../ids.ts'
import { inTime } from '../in-time.ts'
import type { Logger } from '../logger.ts'
import { merge } from '../merge.ts'
import type { Handler, Protocol, Stream } from '../stream.ts'
import type { Network } from '../transport/network.ts'
import { isNearby } from '../transport/private-host.ts'
import type { Name } from './name.ts'
import { MAX_ANSWERS, NAMES, decodeAnswer, decodeQuestion, encodeQuestion } from './protocol.ts'
import type { SignedName } from './record.ts'

/** Longest that one device is waited for, ms. */
const ASK_MS = 5_000

/** Asking the devices themselves. */
export interface LinkNames {
  /** What the neighbours on the link say of a name of theirs. */
  find(name: Name, signal: AbortSignal): AsyncIterable<SignedName>
  /** How long a device takes to answer for a name, ms; undefined when it does not. */
  distance(
    of: Name & { device: PeerId },
    addresses: readonly string[],
    signal: AbortSignal
  ): Promise<number | undefined>
  stop(): void
}

export function linkNames(options: {
  network: Pick<Network, 'connections' | 'dial'>
  streams: {
    handle(protocol: Protocol, handler: Handler): () => void
    open(peer: PeerId, protocol: Protocol, options: { signal: AbortSignal }): Promise<Stream>
  }
  /** What this device says of a name. */
  said(name: Name): SignedName[]
  clock: Clock
  logger: Logger
}): LinkNames {
  const { network, streams, said, clock, logger } = options

  const isOnLink = (device: PeerId): boolean =>
    network.connections().some(({ peer, path, address }) => peer === device && path === 'direct' && isNearby(address))

  const stopServing = streams.handle(NAMES, async stream => {
    const question = await stream.receive()
    if (!question) return
    const near = isOnLink(stream.peer)
    for (const { place, bytes } of said(decodeQuestion(question)))
      if (place === 'global' || (place === 'link' && near)) await stream.send(bytes)
  })

  const ask = async (device: PeerId, name: Name, signal: AbortSignal): Promise<SignedName[]> => {
    const stream = await streams.open(device, NAMES, { signal })
    const answers: SignedName[] = []
    try {
      await stream.send(encodeQuestion(name), { signal })
      await stream.end()
      for (;;) {
        const bytes = await stream.receive({ signal })
        if (!bytes) return answers
        if (answers.length === MAX_ANSWERS) throw coreError('BAD_MESSAGE', 'more answers than there can be')
        answers.push(decodeAnswer(bytes, name, device))
      }
    } catch (error) {
      stream.reset(error)
      throw error
    }
  }
  const answersOf = (device: PeerId, name: Name) =>
    async function* (signal: AbortSignal): AsyncGenerator<SignedName> {
      try {
        yield* await inTime(within => ask(device, name, within), { clock, limitMs: ASK_MS, signal })
      } catch (error) {
        signal.throwIfAborted()
        // A device without this protocol, or gone: one answer less.
        if (!hasCode(error, 'STOPPED')) logger.debug('no answer about a name', { device, error: String(error) })
      }
    }

  return {
    find(name, signal) {
      const devices = [...new Set(network.connections().map(({ peer }) => peer))].filter(isOnLink)
      return merge(
        devices.map(device => answersOf(device, name)),
        signal
      )
    },
    async distance({ device, ...name }, addresses, signal) {
      const connected = network.connections().find(({ peer, rttMs }) => peer === device && rttMs !== undefined)
      if (connected) return connected.rttMs
      if (addresses.length === 0) return undefined
      try {
        const measure = async (within: AbortSignal): Promise<number> => {
          // An address is a claim: only one that proves to be this device's is of use.
          const own = addresses.filter(address => address.endsWith(`/p2p/${device}`))
          await network.dial(own, { signal: within })
          const begin = clock.now()
          await ask(device, name, within)
          return clock.now() - begin
        }
        return await inTime(measure, { clock, limitMs: ASK_MS, signal })
      } catch (error) {
        signal.throwIfAborted()
        logger.debug('a device with a name cannot be reached', { device, error: String(error) })
        return undefined
      }
    },
    stop: stopServing
  }
}
