import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { GroupId, PeerId, RecordId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Stream } from '../stream.ts'
import type { Network } from '../transport/network.ts'
import type { Streams } from '../transport/streams.ts'
import type { Addresses } from '../peers/addresses.ts'
import type { Committed } from './commit.ts'
import type { Journal } from './journal.ts'
import type { Members } from './members.ts'
import { LOG_SYNC, decodeMessage } from './protocol.ts'
import type { Message } from './protocol.ts'
import { createSession } from './session.ts'
import type { Session } from './session.ts'
import { servingBudget } from './serving-budget.ts'
import { someOf } from './some-of.ts'

/** How long two devices may take until each knows the other as a member. */
export const HANDSHAKE_MS = 30_000
/** How long an asked peer may send nothing before another is asked. */
export const STALLED_MS = 15_000
/** How long one peer may take, however much it sends, while others offer something as well. */
export const TURN_MS = 60_000
/** First wait before a broken session is opened again, doubled up to the longest. */
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000

/**
 * Members to whom a record or operation of somebody else is announced at once, chosen anew each time: in a group of many, all of them
 * connected, everybody would tell everybody else. Six reach 1,000 in four steps.
 */
const ANNOUNCED_TO = 6
/** The others are told of all that they may have missed. */
export const ANNOUNCE_ALL_MS = 2_000

/** How long a stop waits for members to take in what was written here. */
export const HAND_OVER_MS = 2_000

/** What the log needs of the network. */
export interface SyncNetwork {
  network: Pick<Network, 'connections' | 'onPeer'>
  streams: Pick<Streams, 'handle' | 'open'>
  addresses: Addresses
}

export interface Sync {
  /** How far a device's clock was ahead of ours when it last connected, ms; undefined for one that did not. */
  clockSkewOf(device: PeerId): number | undefined
  /** Lets connected members take in what this device wrote since it started, for 2 s at most, and ends with them. */
  handOver(): Promise<void>
  stop(): Promise<void>
}

/** One device of one group: being opened, in session, or waiting to be opened again. */
interface Link {
  isOpener: boolean
  session: Session | undefined
  end(reason?: unknown): void
}

/** The sessions of one group, and the one that we are catching up from. */
interface Round {
  /** Bodies that are asked for at the moment. */
  underWay: Set<RecordId>
  /** The group's devices, as they were when its membership changed last. */
  devices: Set<PeerId>
  links: Map<PeerId, Link>
  asking: { session: Session; touch(): void; over(): void } | undefined
}

/** Keeps one session with every connected member device of every group, and asks one at a time for what we lack. */
export function createSync(
  options: SyncNetwork & { device: PeerId; journal: Journal; members: Members; clock: Clock; logger: Logger }
): Sync {
  const { network, streams, addresses, device: self, journal, members, clock, logger } = options
  const rounds = new Map<GroupId, Round>()
  const failures = new Map<string, number>()
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  /** Whether what changes the membership now came from somebody else. */
  let isHearsay = false
  /** Groups in which this device wrote. */
  const written = new Set<GroupId>()
  let isLeaving = false
  /** Of these, who took in what was written, by group and device, since this device is leaving. */
  const handedOver = new Set<string>()
  const left = Promise.withResolvers<void>()
  /** Of members only, so that there are not more than there are devices. */
  const skews = new Map<PeerId, number>()
  const budget = servingBudget(clock, group => journal.usage(group).total)

  const roundOf = (group: GroupId): Round => {
    const known = rounds.get(group)
    if (known) return known
    const round: Round = {
      underWay: new Set(),
      devices: new Set(members.devices(group)),
      links: new Map(),
      asking: undefined
    }
    rounds.set(group, round)
    return round
  }

  // Catching up: from one device at a time, so that nothing comes twice and what comes is in causal order.

  const catchUp = (group: GroupId): void => {
    const round = roundOf(group)
    if (round.asking || stopping.signal.aborted) return
    for (const { session } of round.links.values()) {
      const lag = session?.lag()
      if (!session || !lag || lag.size === 0) continue
      round.asking = askingOf(group, session)
      session.want(lag)
      return
    }
  }

  const askingOf = (group: GroupId, session: Session): NonNullable<Round['asking']> => {
    const stalled = (): void => session.end(coreError('TIMEOUT', 'a member stopped sending what it offered'))
    let cancel = clock.after(STALLED_MS, stalled)
    let cancelTurn: () => void
    /** Nobody who sends a little now and then keeps others from being asked. */
    const beginTurn = (): void => {
      cancelTurn = clock.after(TURN_MS, () => {
        const others = sessionsOf(roundOf(group)).filter(other => other !== session)
        if (!others.some(other => other.lag().size > 0)) return beginTurn()
        session.end(coreError('TIMEOUT', 'it is the turn of other members'))
      })
    }
    beginTurn()
    return {
      session,
      touch() {
        cancel()
        cancel = clock.after(STALLED_MS, stalled)
      },
      over() {
        cancel()
        cancelTurn()
        roundOf(group).asking = undefined
        catchUp(group)
      }
    }
  }

  const onHearsay = (work: () => void): void => {
    isHearsay = true
    try {
      work()
    } finally {
      isHearsay = false
    }
  }

  // Sessions: one for each group and device, whichever side opened it.

  const converse = async (group: GroupId, stream: Stream, link: Link, first?: Message): Promise<void> => {
    const round = roundOf(group)
    const cancelDeadline = clock.after(HANDSHAKE_MS, () => session.end(coreError('TIMEOUT', 'no handshake')))
    const asking = (): Round['asking'] => (round.asking?.session === session ? round.asking : undefined)
    const session = createSession({
      group,
      self,
      stream,
      isOpener: link.isOpener,
      journal,
      members,
      addresses,
      clock,
      underWay: round.underWay,
      mayServe: bytes => budget.take(group, stream.peer, bytes),
      onLive() {
        cancelDeadline()
        failures.delete(`${group} ${stream.peer}`)
        link.session = session
        catchUp(group)
        if (isLeaving) session.leave()
      },
      seeks: () => sessionsOf(round).length <= ANNOUNCED_TO,
      onHearsay,
      onOffer: () => catchUp(group),
      onProgress: () => asking()?.touch(),
      onDone: () => asking()?.over(),
      onClock: skewMs => void skews.set(stream.peer, skewMs),
      onFound: () => stirAll(group)
    })
    link.end = reason => session.end(reason)
    try {
      await session.run(first)
      // One that the other side had no use for ends as well, before it is live.
      if (isLeaving && link.session) handedOver.add(`${group} ${stream.peer}`)
    } finally {
      cancelDeadline()
      link.session = undefined
      asking()?.over()
      // What it did not send any more others may have.
      stirAll(group)
    }
  }

  /** Holds the place of (group, peer) while `work` runs. */
  const occupy = async (group: GroupId, peer: PeerId, link: Link, work: () => Promise<void>): Promise<void> => {
    const { links } = roundOf(group)
    links.set(peer, link)
    try {
      await work()
    } finally {
      if (links.get(peer) === link) links.delete(peer)
      lookWhoLacks()
    }
  }

  const open = async (group: GroupId, peer: PeerId): Promise<void> => {
    const controller = new AbortController()
    const signal = AbortSignal.any([stopping.signal, controller.signal])
    const link: Link = { isOpener: true, session: undefined, end: reason => controller.abort(reason) }
    await occupy(group, peer, link, async () => {
      const stream = await streams.open(peer, LOG_SYNC, { signal })
      try {
        signal.throwIfAborted()
        await converse(group, stream, link)
      } catch (error) {
        stream.reset(error)
        throw error
      }
    })
  }

  const openLater = (group: GroupId, peer: PeerId): void => {
    const name = `${group} ${peer}`
    const before = failures.get(name) ?? 0
    failures.set(name, before + 1)
    clock.after(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** before), () => connect(group, peer))
  }

  const connected = (): Set<PeerId> => new Set(network.connections().map(({ peer }) => peer))
  const isConnected = (peer: PeerId): boolean => connected().has(peer)

  const connect = (group: GroupId, peer: PeerId): void => {
    if (stopping.signal.aborted || peer === self || roundOf(group).links.has(peer)) return
    if (members.roleOf(group, peer) === undefined || !isConnected(peer)) return
    keep(
      open(group, peer).catch((error: unknown) => {
        if (stopping.signal.aborted || !isConnected(peer)) return
        logger.debug('no session with a member', { group, peer, error: String(error) })
        if (!roundOf(group).links.has(peer)) openLater(group, peer)
      })
    )
  }

  /** Members that are connected and were not handed over yet what was written here. */
  const lacking = (): [GroupId, PeerId][] => {
    const here = connected()
    return [...written].flatMap(group =>
      members
        .devices(group)
        .filter(peer => peer !== self && here.has(peer) && !handedOver.has(`${group} ${peer}`))
        .map((peer): [GroupId, PeerId] => [group, peer])
    )
  }
  const lookWhoLacks = (): void => {
    if (isLeaving && lacking().length === 0) left.resolve()
  }

  const keep = (work: Promise<void>): void => {
    running.add(work)
    void work.finally(() => running.delete(work))
  }

  /**
   * Both sides may open at once: then the stream of the one with the smaller id stays. Who opens later, during a session,
   * has lost that one: it crashed, and is back before its old connection is known to be dead.
   */
  const isOneTooMany = (peer: PeerId, link: Link | undefined): boolean =>
    link?.isOpener === true && !link.session && self < peer

  const answer = async (stream: Stream): Promise<void> => {
    const cancelDeadline = clock.after(HANDSHAKE_MS, () => stream.reset(coreError('TIMEOUT', 'no greeting')))
    const bytes = await stream.receive().finally(cancelDeadline)
    if (!bytes) return
    const greeting = decodeMessage(bytes)
    if (greeting.type !== 'hello') throw coreError('BAD_MESSAGE', 'a greeting comes first')
    const { group } = greeting
    const { peer } = stream
    // Neither is the peer's fault: the end of the stream says that there is nothing to do here.
    const present = rounds.get(group)?.links.get(peer)
    if (!members.groups().includes(group) || isOneTooMany(peer, present)) return
    present?.end()
    const link: Link = { isOpener: false, session: undefined, end: reason => stream.reset(reason) }
    await occupy(group, peer, link, () => converse(group, stream, link, greeting))
  }

  const sessionsOf = ({ links }: Round, except?: PeerId): Session[] =>
    [...links].flatMap(([peer, { session }]) => (session && peer !== except ? [session] : []))

  const stirAll = (group: GroupId): void => {
    for (const session of sessionsOf(roundOf(group))) session.onChange()
  }

  const tellOf = (group: GroupId, records: readonly Committed[]): void => {
    const sessions = sessionsOf(roundOf(group))
    const chosen = someOf(sessions, ANNOUNCED_TO)
    for (const session of sessions) session.onCommitted(records, { announce: chosen.has(session) })
  }

  const stopServing = streams.handle(LOG_SYNC, async stream => {
    const answering = answer(stream)
    keep(answering.catch(() => undefined))
    await answering
  })

  const undos = [
    stopServing,
    network.onPeer((event, peer) => {
      if (event === 'disconnect') return lookWhoLacks()
      for (const group of members.groups()) {
        failures.delete(`${group} ${peer}`)
        connect(group, peer)
      }
    }),
    members.onChange(group => {
      const round = roundOf(group)
      const devices = members.devices(group)
      const newcomers = devices.filter(device => !round.devices.has(device))
      round.devices = new Set(devices)
      for (const peer of connected()) if (round.devices.has(peer)) connect(group, peer)
      const sessions = sessionsOf(round)
      const chosen = isHearsay ? someOf(sessions, ANNOUNCED_TO) : new Set(sessions)
      for (const session of sessions) {
        if (newcomers.length > 0 && chosen.has(session)) session.onMoved(newcomers)
        session.onMembership({ announce: chosen.has(session) })
      }
    }),
    addresses.onChange(device => {
      for (const [group, round] of rounds) {
        if (members.roleOf(group, device) === undefined) continue
        const others = sessionsOf(round, device)
        for (const session of someOf(others, ANNOUNCED_TO)) session.onMoved([device])
      }
    }),
    journal.onCommit(records => {
      for (const group of new Set(records.map(record => record.group))) tellOf(group, records)
      for (const { device, group } of records) if (device === self) written.add(group)
    }),
    clock.every(ANNOUNCE_ALL_MS, () => {
      for (const round of rounds.values()) for (const session of sessionsOf(round)) session.announceAll()
    })
  ]
  for (const group of members.groups()) for (const { peer } of network.connections()) connect(group, peer)

  const handOver = async (): Promise<void> => {
    isLeaving = true
    for (const [group, peer] of lacking()) {
      roundOf(group).links.get(peer)?.session?.leave()
      // With who just let this device in there may be no session yet.
      connect(group, peer)
    }
    lookWhoLacks()
    const cancel = clock.after(HAND_OVER_MS, left.resolve)
    await left.promise
    cancel()
  }

  return {
    clockSkewOf: device => skews.get(device),
    handOver,
    async stop() {
      stopping.abort(coreError('STOPPED', 'the node stops'))
      for (const undo of undos) undo()
      for (const { links } of rounds.values()) for (const link of links.values()) link.end(stopping.signal.reason)
      await Promise.all(running)
    }
  }
}
