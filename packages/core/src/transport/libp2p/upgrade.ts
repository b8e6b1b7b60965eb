import type { Connection, IdentifyResult, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { delay, systemClock } from '../../clock.ts'
import type { Clock } from '../../clock.ts'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import type { NotBetter } from '../network.ts'
import { isLocal, isRelayed, peerIn } from './address.ts'
import { failureCode } from './dialer.ts'
import { dialLimits } from './limits.ts'
import type { Links } from './links.ts'
import { decoded, decodePunch, encodePunch } from './relay-protocol.ts'

export const DCUTR = '/libp2p/dcutr'

export interface UpgraderOptions {
  links: Pick<Links, 'to' | 'punched' | 'explain'>
  /** Whether this node shares a group with the peer: a stranger's word is not enough to dial machines near this one. */
  isMember(peer: PeerId): boolean
  /** Dials addresses of a peer directly. */
  dial(addresses: Multiaddr[], signal: AbortSignal): Promise<Connection>
  /** Dials from the port that others have seen; the side that does not initiate waits for the other's first word. */
  punch(address: Multiaddr, initiator: boolean, signal: AbortSignal): Promise<Connection>
  /** Own addresses that the other side may dial: those listened on, and those that relays have seen. */
  addresses(): { listening: Multiaddr[]; seen: Multiaddr[] }
  /** A peer sent what no honest one does. */
  onOffence(peer: PeerId, reason: string): void
  clock: Clock
  logger: Logger
}

/**
 * Replaces relayed connections by direct ones (DCUtR): the side that was reached through the relay dials the other's
 * addresses, and when that fails both dial at the same moment. The relayed connection stays when both fail, and 30 s when
 * one succeeds, for what runs on it. libp2p's own closes it at once, tells nobody what became of it, and cannot punch.
 */
export interface Upgrader {
  /** To be told of every peer that identified itself. */
  identified(result: IdentifyResult): void
  /** Answers one stream of the protocol. */
  serve(stream: Stream, connection: Connection): Promise<void>
}

const MAX_MESSAGE_BYTES = 4_096

export function upgrader(options: UpgraderOptions): Upgrader {
  const { links, isMember, dial, punch, addresses, onOffence, clock, logger } = options
  const running = new Set<PeerId>()
  /** What ends the attempt of each peer that is being answered. */
  const answering = new Map<PeerId, AbortController>()

  const peerOf = (connection: Connection): PeerId => parsePeerId(connection.remotePeer.toString())
  const read = (bytes: { subarray(): Uint8Array }, expected: 'connect' | 'sync', from: PeerId): Multiaddr[] =>
    decoded(
      bytes,
      message => decodePunch(message, expected),
      () => onOffence(from, 'hole punching')
    )
  const direct = (peer: PeerId): Connection | undefined =>
    links.to(peer).find(({ remoteAddr }) => !isRelayed(remoteAddr))

  const mayDial = (peer: PeerId, address: Multiaddr): boolean =>
    !isRelayed(address) && (isMember(peer) || !isLocal(address))

  /** Lets go of the relayed connection some time after there is a better one. */
  const succeed = (peer: PeerId, relayed: Connection): void => {
    clock.after(dialLimits.relayGraceMs, () => {
      if (direct(peer)) relayed.close().catch((error: unknown) => relayed.abort(asError(error)))
    })
  }

  const dialTogether = async (
    peer: PeerId,
    to: Multiaddr[],
    initiator: boolean,
    signal: AbortSignal
  ): Promise<void> => {
    const dialable = to.filter(address => mayDial(peer, address))
    if (dialable.length === 0) throw new Error('the other side named no address')
    const over = new AbortController()
    const either = AbortSignal.any([signal, over.signal])
    try {
      const named = dialable.map(address => (peerIn(address) ? address : address.encapsulate(`/p2p/${peer}`)))
      links.punched(await Promise.any(named.map(address => punch(address, initiator, either))))
    } finally {
      over.abort(new Error('connected'))
    }
  }

  /** The side that the relay reached: asks for the other's addresses, and says when to dial. */
  const askAndPunch = async (relayed: Connection): Promise<void> => {
    const signal = AbortSignal.timeout(dialLimits.punchMs)
    const stream = await relayed.newStream(DCUTR, { signal, runOnLimitedConnection: true })
    try {
      const messages = lpStream(stream, { maxDataLength: MAX_MESSAGE_BYTES })
      const asked = performance.now()
      const { listening, seen } = addresses()
      await messages.write(encodePunch('connect', [...seen, ...listening]), { signal })
      const theirs = read(await messages.read({ signal }), 'connect', peerOf(relayed))
      const halfWay = (performance.now() - asked) / 2
      await messages.write(encodePunch('sync'), { signal })
      await delay(systemClock, halfWay, signal)
      await dialTogether(peerOf(relayed), theirs, false, signal)
      await stream.close({ signal })
    } catch (error) {
      stream.abort(asError(error))
      throw error
    }
  }

  const upgrade = async (relayed: Connection, known: Multiaddr[], speaksDcutr: boolean): Promise<void> => {
    const peer = peerOf(relayed)
    let failure: NotBetter = { reason: 'no-direct-address', code: undefined }
    const dialable = known.filter(address => mayDial(peer, address))
    if (dialable.length > 0) {
      try {
        await dial(dialable, AbortSignal.timeout(dialLimits.punchMs))
        return
      } catch (error) {
        failure = { reason: 'dial-failed', code: failureCode(error) }
      }
    }
    for (let attempt = 0; speaksDcutr && attempt < dialLimits.punches; attempt++) {
      if (relayed.status !== 'open') return
      try {
        await askAndPunch(relayed)
        return
      } catch (error) {
        // The other side may have got through to an address that it was told.
        if (direct(peer)) return
        logger.debug('hole punching failed', { peer, attempt, error: String(error) })
        if (addresses().seen.length > 0) failure = { reason: 'hole-punch-failed', code: failureCode(error) }
      }
    }
    links.explain(peer, failure)
  }

  const answer = async (stream: Stream, relayed: Connection, signal: AbortSignal): Promise<void> => {
    const peer = peerOf(relayed)
    const messages = lpStream(stream, { maxDataLength: MAX_MESSAGE_BYTES })
    const theirs = read(await messages.read({ signal }), 'connect', peer)
    const { seen } = addresses()
    await messages.write(encodePunch('connect', seen), { signal })
    read(await messages.read({ signal }), 'sync', peer)
    try {
      await dialTogether(peer, theirs, true, signal)
      succeed(peer, relayed)
    } catch (error) {
      // Where nothing could be tried, what is known of the dial before stays.
      if (direct(peer) || theirs.length === 0) return
      const reason = seen.length > 0 ? 'hole-punch-failed' : 'dial-failed'
      links.explain(peer, { reason, code: failureCode(error) })
    }
    await stream.close({ signal })
  }

  return {
    identified({ connection, listenAddrs, protocols }) {
      if (!isRelayed(connection.remoteAddr) || connection.direction !== 'inbound') return
      const peer = peerOf(connection)
      if (running.has(peer) || direct(peer)) return
      running.add(peer)
      const named = listenAddrs.map(address => address.encapsulate(`/p2p/${peer}`))
      upgrade(connection, named, protocols.includes(DCUTR))
        .then(() => {
          if (direct(peer)) succeed(peer, connection)
        })
        .catch((error: unknown) => logger.debug('no upgrade', { peer, error: String(error) }))
        .finally(() => running.delete(peer))
    },

    async serve(stream, connection) {
      const peer = peerOf(connection)
      if (!isRelayed(connection.remoteAddr)) throw new Error('this connection is direct')
      // Who asks again has given up before; who only wants us to dial gets one place after the other.
      answering.get(peer)?.abort(new Error('asked again'))
      const attempt = new AbortController()
      answering.set(peer, attempt)
      try {
        await answer(stream, connection, AbortSignal.any([attempt.signal, AbortSignal.timeout(dialLimits.punchMs)]))
      } finally {
        if (answering.get(peer) === attempt) answering.delete(peer)
      }
    }
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
