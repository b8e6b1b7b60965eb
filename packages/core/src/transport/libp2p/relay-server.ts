import type { Connection, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../../clock.ts'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import type { Duplex } from '../network.ts'
import { isRelayed } from './address.ts'
import { duplexOf } from './duplex.ts'
import { hourlyBudget } from './hourly-budget.ts'
import { relayLimits } from './limits.ts'
import type { PathPolicy } from './path-policy.ts'
import {
  decoded,
  decodeHop,
  decodeStopStatus,
  encodeHopStatus,
  encodeStopConnect,
  STATUS,
  type Limit,
  type Status
} from './relay-protocol.ts'

export const HOP = '/libp2p/circuit/relay/0.2.0/hop'
export const STOP = '/libp2p/circuit/relay/0.2.0/stop'

export interface RelayServerOptions {
  /** Whom it serves beyond members: reservations of anyone, or of members only. */
  serves: 'members' | 'anyone'
  /** Whether this node shares a group with the peer. */
  isMember(peer: PeerId): boolean
  /** Bytes that each peer may send and receive through this relay within an hour. */
  bytesPerPeerHour: number
  spend?: PathPolicy['spend']
  /** Where this relay can be reached. */
  addresses(): Multiaddr[]
  /** Connections to a peer, best first. */
  connectionsTo(peer: PeerId): Connection[]
  /** A peer sent what no honest one does. */
  onOffence(peer: PeerId, reason: string): void
  clock: Clock
  logger: Logger
}

/** A circuit relay (v2) for members; libp2p's own joins streams without back-pressure and knows no budgets. */
export interface RelayServer {
  /** Answers one stream of the hop protocol; resolves when that is over, a connection that it asked for included. */
  serve(stream: Stream, connection: Connection): Promise<void>
  /** Whether a peer is reached through this relay. */
  serves(peer: PeerId): boolean
  /** Ends what is relayed. */
  stop(): void
}

/** A relayed connection, from when it is asked for. */
interface Circuit {
  source: PeerId
  target: PeerId
  over: AbortController
}

/** Messages of these protocols are far shorter. */
const MAX_MESSAGE_BYTES = 4_096

export function relayServer(options: RelayServerOptions): RelayServer {
  const { serves, isMember, addresses, connectionsTo, onOffence, spend, clock, logger } = options
  const budget = hourlyBudget(options.bytesPerPeerHour, clock)
  /** By peer, until when; a reservation also ends with the connection it was made on. */
  const reservations = new Map<PeerId, { until: number; connection: Connection }>()
  const circuits = new Set<Circuit>()

  const reservationOf = (peer: PeerId): Connection | undefined => {
    const found = reservations.get(peer)
    if (found && found.until > clock.now() && found.connection.status === 'open') return found.connection
    reservations.delete(peer)
    return undefined
  }

  const reserve = (peer: PeerId, connection: Connection): Uint8Array => {
    if (isRelayed(connection.remoteAddr) || !(serves === 'anyone' || isMember(peer)))
      return encodeHopStatus(STATUS.permissionDenied)
    for (const known of [...reservations.keys()]) reservationOf(known)
    const others = [...reservations.keys()].filter(other => other !== peer)
    const isFull =
      others.length >= relayLimits.maxReservations ||
      (!isMember(peer) && others.filter(other => !isMember(other)).length >= relayLimits.strangers.reservations)
    if (isFull) return encodeHopStatus(STATUS.reservationRefused)
    const expiresAt = clock.now() + relayLimits.reservationMs
    reservations.set(peer, { until: expiresAt, connection })
    const limit = isMember(peer) ? undefined : relayLimits.strangers
    const told = addresses().slice(0, relayLimits.maxAddresses)
    return encodeHopStatus(STATUS.ok, { limit, reservation: { expiresAt, addresses: told } })
  }

  /** Asks the target to take the connection; undefined when it does not. */
  const reach = async (
    target: Connection,
    source: Connection,
    limit: Limit | undefined,
    signal: AbortSignal
  ): Promise<Stream | undefined> => {
    const stream = await target.newStream(STOP, { signal, maxOutboundStreams: relayLimits.maxCircuits })
    try {
      const messages = lpStream(stream, { maxDataLength: MAX_MESSAGE_BYTES })
      await messages.write(encodeStopConnect(source.remotePeer.toMultihash().bytes, limit), { signal })
      const answer = await messages.read({ signal })
      const isTaken = decoded(answer, decodeStopStatus, () => onOffence(peerOf(target), "answer of a relay's target"))
      if (isTaken) return messages.unwrap()
      stream.abort(new Error('not taken'))
      return undefined
    } catch (error) {
      stream.abort(asError(error))
      throw error
    }
  }

  /** Why a peer may not connect to another through this relay now, if so. */
  const refusal = (source: PeerId, connection: Connection, target: PeerId): Status | undefined => {
    if (isRelayed(connection.remoteAddr)) return STATUS.permissionDenied
    if (!reservationOf(target)) return STATUS.noReservation
    if (!budget.has(source) || !budget.has(target)) return STATUS.resourceLimitExceeded
    const all = [...circuits]
    const isFull =
      all.length >= relayLimits.maxCircuits ||
      all.filter(circuit => circuit.source === source).length >= relayLimits.maxCircuitsPerPeer ||
      (limitOf(source, target) && all.filter(isOfStrangers).length >= relayLimits.strangers.circuits)
    return isFull ? STATUS.resourceLimitExceeded : undefined
  }

  /** A stranger gets through to a member, but for no more than it takes to join a group. */
  const limitOf = (one: PeerId, other: PeerId): Limit | undefined =>
    isMember(one) && isMember(other) ? undefined : relayLimits.strangers
  const isOfStrangers = ({ source, target }: Circuit): boolean => limitOf(source, target) !== undefined

  /** Carries bytes both ways until both sides ended, one broke, or a limit is reached. */
  const carryBoth = async ({ source, target, over }: Circuit, near: Duplex, far: Duplex): Promise<void> => {
    // Asked again each time: who came as a stranger may have joined.
    const limit = (): Limit | undefined => limitOf(source, target)
    let carried = 0
    const take = (bytes: number): void => {
      carried += bytes
      const isLimited = limit() !== undefined
      // Strangers do not use up what a member has. All are asked, so that all are charged.
      const payers = [source, target].filter(peer => !isLimited || !isMember(peer))
      const paid = payers.map(peer => budget.take(peer, bytes))
      if ((isLimited && carried > relayLimits.strangers.bytes) || paid.includes(false))
        throw new Error('a limit of this relay is reached')
    }
    const carry = async (from: Duplex, sender: PeerId, to: Duplex, receiver: PeerId): Promise<void> => {
      for await (const chunk of from.source) {
        take(chunk.byteLength)
        await spend?.('down', chunk.byteLength, sender, over.signal)
        await spend?.('up', chunk.byteLength, receiver, over.signal)
        await to.write(chunk)
      }
      await to.closeWrite()
    }
    const end = (): void => [near, far].forEach(duplex => duplex.abort(asError(over.signal.reason)))
    if (over.signal.aborted) return end()
    over.signal.addEventListener('abort', end, { once: true })
    const cancel = clock.after(relayLimits.strangers.seconds * 1_000, () => {
      if (limit()) over.abort(new Error('time is up'))
    })
    try {
      await Promise.all([carry(near, source, far, target), carry(far, target, near, source)])
    } catch (error) {
      over.abort(error)
    } finally {
      cancel()
    }
  }

  /** The answer with why not; or undefined, once the two were connected and that is over. */
  const connect = async (
    stream: Stream,
    connection: Connection,
    target: PeerId,
    signal: AbortSignal
  ): Promise<Uint8Array | undefined> => {
    const source = peerOf(connection)
    const refused = refusal(source, connection, target)
    if (refused) return encodeHopStatus(refused)
    const [direct] = connectionsTo(target).filter(({ remoteAddr }) => !isRelayed(remoteAddr))
    if (!direct) return encodeHopStatus(STATUS.noReservation)
    const circuit = { source, target, over: new AbortController() }
    circuits.add(circuit)
    const since = clock.now()
    try {
      const limit = limitOf(source, target)
      const far = await reach(direct, connection, limit, signal).catch((error: unknown) => {
        logger.debug('relaying failed', { source, target, error: String(error) })
      })
      if (!far) return encodeHopStatus(STATUS.connectionFailed)
      const messages = lpStream(stream)
      await messages.write(encodeHopStatus(STATUS.ok, { limit }), { signal })
      logger.debug('relaying', { source, target, limited: limit !== undefined })
      await carryBoth(circuit, duplexOf(messages.unwrap()), duplexOf(far))
      return undefined
    } finally {
      const leftMs = isOfStrangers(circuit) ? since + relayLimits.strangers.placeMs - clock.now() : 0
      if (leftMs > 0) clock.after(leftMs, () => void circuits.delete(circuit))
      else circuits.delete(circuit)
    }
  }

  return {
    async serve(stream, connection) {
      const signal = AbortSignal.timeout(relayLimits.requestMs)
      const messages = lpStream(stream, { maxDataLength: MAX_MESSAGE_BYTES })
      let answer: Uint8Array | undefined
      try {
        const peer = peerOf(connection)
        const request = decoded(await messages.read({ signal }), decodeHop, () => onOffence(peer, 'request to a relay'))
        if (request.type === 'reserve') answer = reserve(peer, connection)
        else answer = await connect(messages.unwrap(), connection, request.target, signal)
      } catch (error) {
        logger.debug('a request of the relay failed', { peer: connection.remotePeer.toString(), error: String(error) })
        stream.abort(asError(error))
        return
      }
      if (!answer) return
      await lpStream(stream).write(answer, { signal })
      await stream.close({ signal })
    },
    serves: peer => reservationOf(peer) !== undefined,
    stop() {
      reservations.clear()
      for (const { over } of [...circuits]) over.abort(new Error('the relay stops'))
    }
  }
}

const peerOf = (connection: Connection): PeerId => parsePeerId(connection.remotePeer.toString())

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
