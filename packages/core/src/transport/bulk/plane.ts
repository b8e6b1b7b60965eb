import type { TLSSocket } from 'node:tls'
import type { Clock } from '../../clock.ts'
import { coreError, hasCode } from '../../errors.ts'
import type { PeerId } from '../../ids.ts'
import { FramedStream } from '../framed-stream.ts'
import type { Duplex } from '../network.ts'
import { listener } from './listener.ts'
import type { ListenerOptions } from './listener.ts'
import { AGREEMENT, decodeOffer, encodeOffer } from './protocol.ts'
import { StreamSocket } from './stream-socket.ts'
import { tickets } from './tickets.ts'
import { dialSocket } from './tls.ts'

/** How long one end tries to connect to the other, and how long they try in all, ms. */
const DIAL_MS = 1_500
const AGREE_MS = 4_000
/** How long it is remembered that no socket can be made to a peer, ms. */
const BLOCKED_MS = 600_000
/** How long a socket that carries nothing is kept by the end that opens streams on it, and by the other, ms. */
const IDLE_MS = 30_000
const IDLE_THERE_MS = 60_000
/** Sockets that one peer, and all together, may have opened here, those that are being made among them. */
const MAX_PER_PEER = 16
const MAX_SOCKETS = 256

export interface BulkOptions extends Omit<ListenerOptions, 'tickets'> {
  /** The IP addresses at which this node is connected to a peer directly, the best first. */
  hostsOf(peer: PeerId): string[]
  /** Opens a stream of the connection. */
  openStream(peer: PeerId, protocol: string, signal: AbortSignal): Promise<Duplex>
  handlerOf(protocol: string): ((duplex: Duplex, from: PeerId) => void) | undefined
  onMoved(peer: PeerId, bytesIn: number, bytesOut: number): void
  /** Told what now carries a peer's bulk. */
  onCarrier(peer: PeerId, carrier: 'socket' | 'stream'): void
  onOffence(peer: PeerId, reason: string): void
  clock: Clock
}

/**
 * Streams on TLS sockets of their own, beside the libp2p connection of the same two peers: for large amounts, a quarter
 * of the work. The ends agree on each socket over that connection, which vouches for who they are.
 */
export interface BulkPlane {
  /** Undefined where no socket can be made. Throws PROTOCOL_UNSUPPORTED, `signal.reason`. */
  open(peer: PeerId, protocol: string, signal: AbortSignal | undefined): Promise<Duplex | undefined>
  /** The other end of an agreement. */
  answer(duplex: Duplex, from: PeerId): Promise<void>
  /** A connection to a peer ended: so do the sockets that were made beside it, unless another goes the same way. */
  drop(peer: PeerId): void
  /** Forgets where no socket could be made: the network changed. */
  retry(): void
  stop(): void
}

export function bulkPlane(options: BulkOptions): BulkPlane {
  const { hostsOf, clock, logger } = options
  const door = listener({ ...options, tickets: tickets(clock) })
  const blocked = new Map<PeerId, number>()
  const idle = new Map<PeerId, Set<StreamSocket>>()
  /** With the address at which the peer was connected when each was made. */
  const socketsOf = new Map<PeerId, Map<StreamSocket, string>>()
  const stopped = new AbortController()
  /** Sockets that others are making here, by peer. */
  const coming = new Map<PeerId, number>()
  let accepted = 0

  /** Takes over a socket that is bound to `peer`, at the end that opens streams or at the other. */
  const adopt = (peer: PeerId, host: string, raw: TLSSocket, isOpener: boolean): StreamSocket => {
    const own = socketsOf.get(peer) ?? new Map<StreamSocket, string>()
    socketsOf.set(peer, own)
    let cancelIdle: () => void = () => undefined
    const socket: StreamSocket = new StreamSocket(raw, {
      ...(!isOpener && {
        handlerOf: protocol => {
          const handler = options.handlerOf(protocol)
          return handler && (duplex => handler(duplex, peer))
        }
      }),
      onMoved: (bytesIn, bytesOut) => options.onMoved(peer, bytesIn, bytesOut),
      onOffence: reason => options.onOffence(peer, reason),
      onBusy: () => cancelIdle(),
      onIdle() {
        cancelIdle = clock.after(isOpener ? IDLE_MS : IDLE_THERE_MS, () => socket.destroy())
        if (isOpener) idle.set(peer, (idle.get(peer) ?? new Set()).add(socket))
      },
      onClosed() {
        cancelIdle()
        own.delete(socket)
        idle.get(peer)?.delete(socket)
        if (own.size === 0 && socketsOf.get(peer) === own) socketsOf.delete(peer)
        if (!isOpener) accepted--
      }
    })
    own.set(socket, host)
    logger.debug('a socket for bulk', { peer, isOpener })
    if (!isOpener) {
      accepted++
      cancelIdle = clock.after(IDLE_THERE_MS, () => socket.destroy())
    }
    options.onCarrier(peer, 'socket')
    // The peer may have gone while its socket came, or made others with older tickets.
    if (!isOpener && (own.size > MAX_PER_PEER || accepted > MAX_SOCKETS)) socket.destroy()
    if (!hostsOf(peer).includes(host) || stopped.signal.aborted) socket.destroy()
    return socket
  }

  const framed = (duplex: Duplex, peer: PeerId): FramedStream =>
    new FramedStream({
      peer,
      duplex,
      clock,
      onOffence: reason => options.onOffence(peer, reason),
      onOver: () => undefined
    })

  /** Sockets live in real time, so this does not ask the node's clock. */
  const within = (ms: number, signal?: AbortSignal): AbortSignal =>
    AbortSignal.any([AbortSignal.timeout(ms), stopped.signal, ...(signal ? [signal] : [])])

  /** Makes a socket: connects to the peer, or else lets it connect here. Throws when neither works. */
  const agree = async (peer: PeerId, host: string, signal: AbortSignal): Promise<TLSSocket> => {
    const stream = framed(await options.openStream(peer, AGREEMENT, signal), peer)
    const { promise: arrival, resolve } = Promise.withResolvers<TLSSocket>()
    let isOver = false
    try {
      const theirs = await stream.receive({ signal })
      const offer = theirs && decodeOffer(theirs)
      const socket = offer && (await dialSocket(host, offer, within(DIAL_MS, signal)).catch(() => undefined))
      if (socket) return socket
      signal.throwIfAborted()
      const own = await door.offer(peer, late => (isOver ? late.destroy() : resolve(late)))
      if (!own) throw coreError('UNREACHABLE', 'neither end can be connected to')
      await stream.send(encodeOffer(own), { signal })
      const refusal = stream.receive({ signal }).then(() => {
        throw coreError('UNREACHABLE', 'the other end could not connect either')
      })
      return await Promise.race([arrival, refusal])
    } catch (error) {
      stream.fail(error)
      throw error
    } finally {
      isOver = true
      stream.reset()
    }
  }

  /** Takes the place of a socket to come; the result gives it back, once. Undefined when none is left. */
  const takePlace = (peer: PeerId): (() => void) | undefined => {
    const ofPeer = coming.get(peer) ?? 0
    if ((socketsOf.get(peer)?.size ?? 0) + ofPeer >= MAX_PER_PEER || accepted >= MAX_SOCKETS) return undefined
    coming.set(peer, ofPeer + 1)
    accepted++
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      accepted--
      const left = (coming.get(peer) ?? 1) - 1
      if (left > 0) coming.set(peer, left)
      else coming.delete(peer)
    }
  }

  const respond = async (stream: FramedStream, peer: PeerId): Promise<void> => {
    const signal = within(2 * AGREE_MS)
    const [host] = hostsOf(peer)
    const leave = host === undefined ? undefined : takePlace(peer)
    const take = (at: string, socket: TLSSocket): void => {
      leave?.()
      adopt(peer, at, socket, false)
    }
    try {
      const own = leave && host !== undefined ? await door.offer(peer, socket => take(host, socket)) : undefined
      await stream.send(encodeOffer(own), { signal })
      // A reset instead: the other end connected, or gave up.
      const turned = await stream.receive({ signal })
      const offer = turned && decodeOffer(turned)
      if (offer && host !== undefined && leave) take(host, await dialSocket(host, offer, within(DIAL_MS, signal)))
      else await stream.end()
      await stream.receive({ signal })
    } finally {
      leave?.()
    }
  }

  const socketTo = async (peer: PeerId, signal: AbortSignal | undefined): Promise<StreamSocket | undefined> => {
    const [host] = hostsOf(peer)
    if (host === undefined || (blocked.get(peer) ?? 0) > clock.now()) return undefined
    try {
      return adopt(peer, host, await agree(peer, host, within(AGREE_MS, signal)), true)
    } catch (error) {
      signal?.throwIfAborted()
      logger.debug('no socket for bulk', { peer, host, error: String(error) })
      blocked.set(peer, clock.now() + BLOCKED_MS)
      return undefined
    }
  }

  return {
    async open(peer, protocol, signal) {
      for (;;) {
        const waiting = idle.get(peer)?.values().next().value
        if (waiting) idle.get(peer)?.delete(waiting)
        const socket = waiting ?? (await socketTo(peer, signal))
        if (!socket) break
        try {
          return await socket.open(protocol, signal)
        } catch (error) {
          // One that waited may have broken; a new one has no excuse.
          if (!hasCode(error, 'STREAM_RESET')) throw error
          if (!waiting) break
        }
      }
      options.onCarrier(peer, 'stream')
      return undefined
    },

    async answer(duplex, from) {
      const stream = framed(duplex, from)
      try {
        await respond(stream, from)
      } catch (error) {
        stream.fail(error)
      } finally {
        stream.reset()
      }
    },

    drop(peer) {
      blocked.delete(peer)
      const hosts = hostsOf(peer)
      for (const [socket, host] of [...(socketsOf.get(peer) ?? [])]) if (!hosts.includes(host)) socket.destroy()
    },
    retry: () => blocked.clear(),

    stop() {
      stopped.abort(coreError('STOPPED', 'the network is stopped'))
      door.stop()
      for (const sockets of [...socketsOf.values()]) for (const socket of [...sockets.keys()]) socket.destroy()
    }
  }
}
