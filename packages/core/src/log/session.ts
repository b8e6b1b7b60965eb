import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { coreError, hasCode } from '../errors.ts'
import type { CoreCode } from '../errors.ts'
import type { GroupId, PeerId, RecordId } from '../ids.ts'
import type { Stream } from '../stream.ts'
import { createAddressExchange } from './address-exchange.ts'
import type { Addresses } from '../peers/addresses.ts'
import { createBodyExchange } from './body-exchange.ts'
import { createEvidenceExchange } from './evidence-exchange.ts'
import type { Committed } from './commit.ts'
import type { Journal } from './journal.ts'
import type { Members } from './members.ts'
import { createMembershipExchange } from './membership-exchange.ts'
import * as wire from './protocol.ts'
import type { Message, Vector } from './protocol.ts'
import { authenticOf } from './record.ts'
import type { SignedRecord } from './record.ts'
import { createRecordsExchange } from './records-exchange.ts'
import { createTipsExchange } from './tips-exchange.ts'

/** Membership operations that a device may send before they make it a member, bytes. */
const UNPROVEN_BYTES = 4 * 2 ** 20

/** Membership operations that are checked before everything else has its turn. */
const TAKEN_OPERATIONS = 32
/** Each may follow others than the one before it, so that all has to be gone through for it: some 50 ms. */
const TAKEN_EFFORT = 5_000

/** Records of one message from which on their signatures are checked on other threads. */
const BATCH_PROVED = 32

export interface SessionOptions {
  group: GroupId
  self: PeerId
  stream: Stream
  /** An opener knows the other as a member; the other may have to learn that it is one. */
  isOpener: boolean
  journal: Journal
  members: Members
  addresses: Addresses
  clock: Pick<Clock, 'now'>
  /** Bodies that sessions of this group ask for at the moment. */
  underWay: Set<RecordId>
  /** Counts what answering the peer costs; false when it had enough within the hour. */
  mayServe(bytes: number): boolean
  /** Whether this device knows so few members that it asks where the others are. */
  seeks(): boolean
  /** Both sides know each other as members. */
  onLive(): void
  /** Takes in what others did to the membership. */
  onHearsay(work: () => void): void
  /** The peer has, or may have, something that we lack. */
  onOffer(): void
  /** Something new of what `want` asked for came in. */
  onProgress(): void
  /** All that `want` asked for came. */
  onDone(): void
  /** How far the peer's clock is ahead of ours, negative when behind, ms; the way here is part of it. */
  onClock(skewMs: number): void
  /** The peer said which bodies it has. */
  onFound(): void
}

/** One group's exchange with one device, over one stream. */
export interface Session {
  /** Devices of which the peer holds more than we do → what we hold. */
  lag(): Vector
  /** Asks for all that we lack; one at a time. */
  want(lag: Vector): void
  /** Records were committed here; others' are announced at once or by the next `announceAll`. */
  onCommitted(records: readonly Committed[], options: { announce: boolean }): void
  announceAll(): void
  /** Bodies may be asked for. */
  onChange(): void
  /** Membership changed; by others' operations that are announced by the next `announceAll`, or by ones to tell at once. */
  onMembership(options: { announce: boolean }): void
  /** Addresses of these devices changed, or they are members now. */
  onMoved(devices: Iterable<PeerId>): void
  /** Ends the stream when the peer was sent all that there is for it; `run` resolves when it has taken that in. */
  leave(): void
  /** Runs until either side ends it. `first`: the greeting, when it was read already. Throws as a `Handler` does. */
  run(first?: Message): Promise<void>
  /** Resets the stream; see `Stream.reset`. */
  end(reason?: unknown): void
}

export function createSession(options: SessionOptions): Session {
  const { group, self, stream, isOpener, journal, members, clock } = options
  const membership = createMembershipExchange(options)
  const whereabouts = createAddressExchange(options)
  const bodies = createBodyExchange(options)
  const evidence = createEvidenceExchange(options)
  const records = createRecordsExchange({
    ...options,
    tellMembership: membership.tell,
    onContradiction: evidence.suspect,
    isOver: () => isOver
  })
  const tips = createTipsExchange({
    ...options,
    onSame: same => records.onSame([...same].map(([device, { seq }]) => [device, seq]))
  })
  let phase: 'greeting' | 'proving' | 'live' = 'greeting'
  let unprovenBytes = 0
  /** What others did may be told. */
  let mayAnnounce = false
  let stirred = false
  let isLeaving = false
  let isOver = false
  let woken = Promise.withResolvers<void>()

  const stir = (): void => {
    stirred = true
    woken.resolve()
  }
  const stop = (): void => {
    isOver = true
    woken.resolve()
  }
  /** Waits for a condition that `stir` may have made true; false when the session is over first. */
  const until = async (condition: () => boolean): Promise<boolean> => {
    while (!isOver && !condition()) {
      woken = Promise.withResolvers()
      await woken.promise
    }
    return !isOver
  }
  const isMember = (): boolean => members.roleOf(group, stream.peer) !== undefined
  const wasAdmitted = (): boolean => isMember() || members.wasAdmitted(group, stream.peer)
  // What comes in.

  const takeOperations = async ({ operations, last }: Extract<Message, { type: 'operations' }>): Promise<void> => {
    if (!isMember()) {
      unprovenBytes += operations.reduce((sum, { length }) => sum + length, 0)
      if (unprovenBytes > UNPROVEN_BYTES) throw coreError('BAD_MESSAGE', 'too much to prove a membership')
    }
    membership.onShown(operations)
    for (let from = 0; from < operations.length;) {
      const portion = operations.slice(from, from + TAKEN_OPERATIONS)
      options.onHearsay(() => {
        const take = (): number => members.receive(group, portion, { mostEffort: TAKEN_EFFORT })
        from += blaming('BAD_OPERATION', take)
      })
      await setImmediate()
    }
    if (members.roleOf(group, self) === undefined) throw coreError('FORBIDDEN', 'this device is no member any more')
    if (!last || phase === 'live') return
    if (!wasAdmitted()) throw coreError('FORBIDDEN', 'a device that is no member asked for the log')
    phase = 'live'
  }

  const take = async (message: Message, authentic?: ReadonlySet<SignedRecord>): Promise<void> => {
    if ((message.type === 'hello') !== (phase === 'greeting'))
      throw coreError('BAD_MESSAGE', 'a greeting comes first and once')
    if (phase === 'proving' && message.type !== 'operations') throw coreError('BAD_MESSAGE', 'operations come second')
    // Its membership was undone, which it is being told.
    if (phase === 'live' && !isMember() && message.type !== 'operations') return
    switch (message.type) {
      case 'hello':
        if (message.group !== group) throw coreError('BAD_MESSAGE', 'a greeting for another group')
        membership.onGreeting(message.heads)
        phase = 'proving'
        break
      case 'scope':
        records.onScope(message.scope)
        break
      case 'clock':
        options.onClock(message.now - clock.now())
        break
      case 'operations':
        await takeOperations(message)
        break
      case 'heads':
        membership.onHeads(message.heads, message.wants)
        break
      case 'where':
        whereabouts.onAsked()
        break
      case 'addresses':
        whereabouts.onTold(message.addresses)
        break
      case 'marks':
        evidence.onMarks(message.marks)
        break
      case 'evidence':
        blaming('BAD_RECORD', () => journal.accuse(group, message.headers))
        await setImmediate()
        break
      case 'lost':
        bodies.onAsked(message.ids)
        break
      case 'found':
        blaming('BAD_RECORD', () => bodies.onFound(message.records, message.last))
        if (message.last) options.onFound()
        await setImmediate()
        break
      case 'have':
        records.onOffered(message.tips)
        await setImmediate()
        break
      case 'digest':
        tips.onDigest(message.hashes)
        break
      case 'differing':
        tips.onDiffering(message.parts)
        break
      case 'want':
        records.onAsked(message.vector, message.last)
        break
      case 'records':
        blaming('BAD_RECORD', () => records.onRecords(message.records, authentic))
        // Checking a batch takes long enough that others must get a turn before the next.
        await setImmediate()
        break
      case 'done':
        records.onDone()
    }
    stir()
  }

  const read = async (first: Message | undefined): Promise<void> => {
    if (first) await take(first)
    let taking = Promise.resolve()
    try {
      for await (const bytes of stream) {
        const message = wire.decodeMessage(bytes)
        const proving = isBatch(message) && phase === 'live' ? authenticOf(message.records) : undefined
        await taking
        taking = (async () => await take(message, await proving))()
        taking.catch((error: unknown) => stream.reset(error))
      }
    } finally {
      await taking
    }
  }

  // What goes out: always the membership before what depends on it.

  /** What the peer could not take in before it knew who is stopped is offered anew. */
  const tellMarks = async (): Promise<void> => {
    if (await evidence.tellMarks(membership.tell)) await records.offer()
  }

  const write = async (): Promise<void> => {
    const hello = wire.encodeHello(group, members.heads(group))
    if (isOpener) await stream.send(hello)
    if (!(await until(() => phase !== 'greeting'))) return
    if (!isOpener) await stream.send(hello)
    // Nobody is shown who is in the group before it is known to be in it itself.
    if (!(await until(wasAdmitted))) return
    await membership.tell()
    if (!(await until(() => isMember() || phase === 'live'))) return
    if (!isMember()) return await stream.end()
    records.begin()
    await stream.send(wire.encodeMarks(journal.marks(group)))
    await tips.begin()
    if (!(await until(() => phase === 'live'))) return
    options.onLive()
    await stream.send(wire.encodeClock(clock.now()))
    if (options.seeks()) await stream.send(wire.encodeWhere())
    whereabouts.onMoved([self])
    membership.onChange('news')
    stirred = true
    while (await until(() => stirred)) {
      stirred = false
      if (membership.untold() === 'news' || !isMember()) await membership.tell()
      if (!isMember()) return await stream.end()
      await membership.tellHeads({ mayAnnounce })
      await tips.tell()
      await evidence.showSuspects()
      await tellMarks()
      await whereabouts.tell()
      await records.tellScope()
      await bodies.ask()
      await bodies.answer()
      await records.ask()
      await records.serve()
      if (isLeaving) records.hurry()
      await records.push()
      if (mayAnnounce) {
        mayAnnounce = false
        await records.announce()
      }
      if (isLeaving && !stirred) return await stream.end()
    }
  }

  const session: Session = {
    lag: records.lag,
    want(lag) {
      records.want(lag)
      stir()
    },
    onCommitted(committed, { announce }) {
      records.onCommitted(committed)
      mayAnnounce ||= announce
      stir()
    },
    announceAll() {
      if (!records.hasNews() && membership.untold() === 'nothing') return
      mayAnnounce = true
      stir()
    },
    onChange: stir,
    onMembership({ announce }) {
      membership.onChange(announce ? 'news' : 'hearsay')
      stir()
    },
    onMoved(devices) {
      if (phase !== 'live') return
      whereabouts.onMoved(devices)
      stir()
    },
    leave() {
      isLeaving = true
      stir()
    },
    async run(first) {
      const writing = write()
      writing.catch((error: unknown) => session.end(error))
      try {
        await read(first)
      } finally {
        stop()
        bodies.end()
      }
      await writing
      await stream.end()
    },
    end(reason) {
      stop()
      stream.reset(reason)
    }
  }
  return session
}

/** Whether checking signatures on other threads, while what came before is taken in, is worth the way there. */
function isBatch(message: Message): message is Extract<Message, { type: 'records' }> {
  return message.type === 'records' && message.records.length >= BATCH_PROVED
}

/** Runs what checks the peer's word; its refusal is the peer's offence. */
function blaming<T>(code: CoreCode, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (hasCode(error, code)) throw coreError('BAD_MESSAGE', error.message, error)
    throw error
  }
}
