import type { Consumer } from '../budgets/budget.ts'
import type { Metered } from '../budgets/budgets.ts'
import type { Clock } from '../clock.ts'
import { coreError, hasCode } from '../errors.ts'
import type { GroupId, PeerId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Handler, Protocol, Stream } from '../stream.ts'
import { FramedStream } from './framed-stream.ts'
import type { Meter } from './framed-stream.ts'
import type { Duplex, Network } from './network.ts'
import { offences } from './offences.ts'
import { decodeAnswer, decodeOpening, encodeAnswer, encodeOpening } from './protocol.ts'
import type { Refusal } from './protocol.ts'

/** How long either side waits for the other's part of the opening, ms. */
const OPEN_TIMEOUT_MS = 10_000
/** How long a peer has to end its side after a handler resolved or a stream was refused, ms. */
export const LINGER_MS = 10_000
/**
 * Incoming streams of all peers and protocols together; the next is refused with BUSY. Unread ones hold 256 KiB each, so
 * 512 MiB at worst: a window grows only where it is read.
 */
export const MAX_INCOMING_STREAMS = 2_048

/** The plugin that the core's own protocols name. Its messages and streams are not limited: the rest hangs on them. */
const CORE = 'core'

export interface StreamsOptions {
  network: Network
  clock: Clock
  logger: Logger
  /** Whether this node and `peer` are both members of `group`. */
  isMember: (group: GroupId, peer: PeerId) => boolean
  /** Whether the peer's person is a contact of this one. @default nobody is */
  isContact?: (peer: PeerId) => boolean
  /** What streams may use. @default everything */
  budgets?: Pick<Metered, 'limits' | 'take' | 'send' | 'openStream'>
}

/** Serves and opens message streams on a network. */
export interface Streams {
  /** Serves a protocol; the undo stops that and resets its incoming streams. Throws PROTOCOL_TAKEN, STOPPED. */
  handle(protocol: Protocol, handler: Handler): () => void
  /**
   * Throws UNREACHABLE, PROTOCOL_UNSUPPORTED, FORBIDDEN, TOO_MANY_STREAMS, BUSY, OVER_BUDGET, TIMEOUT (10 s), STOPPED,
   * `signal.reason`.
   */
  open(peer: PeerId, protocol: Protocol, options?: { group?: GroupId; signal?: AbortSignal }): Promise<Stream>
  /** Streams that are not over, both ways. */
  count(): number
  /** Whether a plugin has a stream to a peer, or the other way around. */
  isUsed(peer: PeerId): boolean
  /** Undoes everything and resets every stream. */
  close(): void
}

export function createStreams(options: StreamsOptions): Streams {
  const { network, clock, logger, isMember, isContact = () => false, budgets } = options
  const streams = new Set<FramedStream>()
  const undos = new Set<() => void>()
  /** Streams of plugins, by peer. */
  const used = new Map<PeerId, number>()
  const offend = offences(network, clock, logger)
  let incoming = 0
  let isClosed = false

  const framed = (duplex: Duplex, peer: PeerId, onOver: () => void): FramedStream => {
    const stream: FramedStream = new FramedStream({
      peer,
      duplex,
      clock,
      onOffence: reason => offend(peer, reason),
      onOver: () => {
        streams.delete(stream)
        onOver()
      }
    })
    if (!stream.signal.aborted) streams.add(stream)
    return stream
  }

  const consumerOf = (protocol: Protocol, group: GroupId | undefined, peer: PeerId): Consumer => ({
    plugin: protocol.id.split('/')[2] ?? CORE,
    group,
    peer
  })
  /** Takes a stream's place within the budgets; the result gives it back. Throws OVER_BUDGET. */
  const takePlace = (consumer: Consumer): (() => void) =>
    budgets && consumer.plugin !== CORE ? budgets.openStream(consumer) : () => undefined
  const leaveWith = (stream: FramedStream, leave: () => void): void => {
    if (stream.signal.aborted) leave()
    else stream.signal.addEventListener('abort', leave, { once: true })
  }
  const count = (peer: PeerId, change: 1 | -1): void => {
    const now = (used.get(peer) ?? 0) + change
    if (now > 0) used.set(peer, now)
    else used.delete(peer)
  }
  const admit = (stream: FramedStream, protocol: Protocol, group: GroupId | undefined): void => {
    const consumer = consumerOf(protocol, group, stream.peer)
    stream.admit(protocol, group, budgets && meterOf(budgets, consumer, stream.signal))
    if (consumer.plugin === CORE) return
    count(stream.peer, 1)
    leaveWith(stream, () => count(stream.peer, -1))
  }

  /** Drops what still comes until the peer ends its side, and the stream if it does not. */
  const linger = async (stream: FramedStream): Promise<void> => {
    const cancel = clock.after(LINGER_MS, () => stream.reset())
    try {
      while (await stream.receive());
    } finally {
      cancel()
    }
  }

  const isAllowed = ({ access }: Protocol, group: GroupId | undefined, peer: PeerId): boolean => {
    if (access === 'members') return group !== undefined && isMember(group, peer)
    return access === 'anyone' || isContact(peer)
  }
  const refusalOf = (protocol: Protocol, group: GroupId | undefined, from: PeerId): Refusal | undefined => {
    return isAllowed(protocol, group, from) ? undefined : 'FORBIDDEN'
  }

  /** Hears the opening, answers it, and says whether the stream is let in. */
  const letIn = async (stream: FramedStream, protocol: Protocol, full: Refusal | undefined): Promise<boolean> => {
    const cancel = clock.after(OPEN_TIMEOUT_MS, () => stream.fail(coreError('TIMEOUT', 'no opening came')))
    try {
      const opening = await stream.receive()
      if (!opening) throw coreError('BAD_MESSAGE', 'a stream without an opening')
      const group = decodeOpening(opening)
      let refusal = full ?? refusalOf(protocol, group, stream.peer)
      try {
        if (!refusal) leaveWith(stream, takePlace(consumerOf(protocol, group, stream.peer)))
      } catch (error) {
        if (!hasCode(error, 'OVER_BUDGET')) throw error
        refusal = 'BUSY'
      }
      await stream.send(encodeAnswer(refusal))
      if (!refusal) admit(stream, protocol, group)
      return !refusal
    } finally {
      cancel()
    }
  }

  const serve = async (stream: FramedStream, protocol: Protocol, handler: Handler, full?: Refusal): Promise<void> => {
    try {
      if (await letIn(stream, protocol, full)) await handler(stream)
      await stream.end()
      await linger(stream)
    } catch (error) {
      const fields = { protocol: protocol.id, peer: stream.peer, error: String(error) }
      // A stream that broke is the network's doing; anything else that a handler throws is worth a look.
      if (stream.signal.aborted) logger.debug('stream broke', fields)
      else logger.warn('handler failed', fields)
      stream.fail(error)
    }
  }

  const open = async (
    peer: PeerId,
    protocol: Protocol,
    group: GroupId | undefined,
    signal: AbortSignal
  ): Promise<FramedStream> => {
    const duplex = await network.open(peer, protocol.id, { plane: protocol.plane, signal })
    const stream = framed(duplex, peer, () => undefined)
    try {
      await stream.send(encodeOpening(group), { signal })
      const answer = await stream.receive({ signal })
      if (!answer) throw coreError('BAD_MESSAGE', 'an end instead of an answer')
      const refusal = decodeAnswer(answer)
      if (refusal) throw coreError(refusal, `${peer} refused ${protocol.id}: ${refusal}`)
      if (isClosed) throw coreError('STOPPED', 'the node stops')
      return stream
    } catch (error) {
      stream.fail(error)
      if (hasCode(error, 'BAD_MESSAGE', 'STREAM_RESET'))
        throw coreError('UNREACHABLE', `${peer} broke off the opening of ${protocol.id}`, error)
      throw error
    }
  }

  return {
    handle(protocol, handler) {
      if (isClosed) throw coreError('STOPPED', 'the node stops')
      const served = new Map<PeerId, Set<FramedStream>>()
      const stop = network.handle(protocol.id, (duplex, from) => {
        const ofPeer = served.get(from) ?? new Set()
        served.set(from, ofPeer)
        const stream = framed(duplex, from, () => {
          incoming--
          ofPeer.delete(stream)
          if (ofPeer.size === 0) served.delete(from)
        })
        const full = ofPeer.size >= protocol.maxStreamsPerPeer ? 'TOO_MANY_STREAMS' : undefined
        incoming++
        if (!full) ofPeer.add(stream)
        void serve(stream, protocol, handler, full ?? (incoming > MAX_INCOMING_STREAMS ? 'BUSY' : undefined))
      })
      const undo = (): void => {
        if (!undos.delete(undo)) return
        stop()
        for (const stream of [...served.values()].flatMap(ofPeer => [...ofPeer])) stream.reset()
      }
      undos.add(undo)
      return undo
    },

    async open(peer, protocol, { group, signal } = {}) {
      if (isClosed) throw coreError('STOPPED', 'the node stops')
      signal?.throwIfAborted()
      if (protocol.access === 'members' && group === undefined)
        throw new TypeError(`${protocol.id} is for members: name a group`)
      if (!isAllowed(protocol, group, peer))
        throw coreError('FORBIDDEN', `${peer} is not among the ${protocol.access} of ${group ?? 'this person'}`)
      const deadline = new AbortController()
      const abort = (): void => deadline.abort(signal?.reason)
      const cancel = clock.after(OPEN_TIMEOUT_MS, () =>
        deadline.abort(coreError('TIMEOUT', `${peer} did not answer the opening of ${protocol.id}`))
      )
      signal?.addEventListener('abort', abort, { once: true })
      const leave = takePlace(consumerOf(protocol, group, peer))
      try {
        const stream = await open(peer, protocol, group, deadline.signal)
        leaveWith(stream, leave)
        admit(stream, protocol, group)
        return stream
      } catch (error) {
        leave()
        throw error
      } finally {
        cancel()
        signal?.removeEventListener('abort', abort)
      }
    },

    count: () => streams.size,
    isUsed: peer => used.has(peer),

    close() {
      isClosed = true
      for (const undo of [...undos]) undo()
      for (const stream of [...streams]) stream.reset()
    }
  }
}

function meterOf(budgets: NonNullable<StreamsOptions['budgets']>, consumer: Consumer, signal: AbortSignal): Meter {
  const isCore = consumer.plugin === CORE
  return {
    get isLimited() {
      return budgets.limits('up', consumer)
    },
    up: bytes => budgets.take('up', bytes, consumer, signal),
    down: bytes => budgets.take('down', bytes, consumer, signal),
    sending() {
      if (!isCore) budgets.send(consumer)
    },
    received: () => (isCore ? undefined : budgets.take('messages', 1, consumer, signal))
  }
}
