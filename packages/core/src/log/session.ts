import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { coreError, hasCode } from '../errors.ts'
import type { CoreCode } from '../errors.ts'
import type { GroupId, PeerId, RecordId } from '../ids.ts'
import type { Stream } from '../stream.ts'
import { createAddressExchange } from './address-exchange.ts'
import type { Addresses } from './address-exchange.ts'
import { createBodyExchange } from './body-exchange.ts'
import { createEvidenceExchange } from './evidence-exchange.ts'
import type { Committed } from './commit.ts'
import type { Journal, Tip } from './journal.ts'
import type { Members } from './members.ts'
import { createMembershipExchange } from './membership-exchange.ts'
import * as wire from './protocol.ts'
import type { Outgoing } from './outgoing.ts'
import { WHOLE, isInScope } from './scope.ts'
import type { SyncScope } from './scope.ts'
import type { Message, Vector } from './protocol.ts'
import { authenticOf } from './record.ts'
import type { SignedRecord } from './record.ts'
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
  const { group, self, stream, isOpener, journal, members, clock, mayServe } = options
  const membership = createMembershipExchange(options)
  const whereabouts = createAddressExchange(options)
  const bodies = createBodyExchange(options)
  const evidence = createEvidenceExchange(options)
  const tips = createTipsExchange({
    ...options,
    onSame: same => learn([...same].map(([device, { seq }]) => [device, seq]))
  })
  const theirs = new Map<PeerId, number>()
  /** Devices of which the peer may hold more than we do: all others need no look. */
  const ahead = new Set<PeerId>()
  const changed = new Set<PeerId>()
  let phase: 'greeting' | 'proving' | 'live' = 'greeting'
  let unprovenBytes = 0
  /** Which bodies the peer wants, and what we said that we want. */
  let theirScope = WHOLE
  let saidScope: SyncScope | undefined
  /** Devices of which the peer sent what we could not store yet, for want of `past`. */
  const blocked = new Map<PeerId, { seq: number; past: RecordId }>()
  let asked: Vector | undefined
  let isAsking = false
  let isServing = false
  let pushed = 0
  let mayAnnounce = false
  let stirred = false
  let isLeaving = false
  let isHurrying = false
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
  const held = (device: PeerId): number => journal.tip(group, device)?.seq ?? 0
  const note = (device: PeerId, seq: number): void => {
    theirs.set(device, seq)
    if (seq > held(device)) ahead.add(device)
  }
  const learn = (vector: Iterable<[PeerId, number]>): void => {
    for (const [device, seq] of vector) if (seq > (theirs.get(device) ?? 0)) note(device, seq)
    if (theirs.size > wire.MAX_VECTOR) throw coreError('BAD_MESSAGE', 'more devices than a group may have')
  }

  const compare = (device: PeerId, seq: number, tip: string): void => {
    learn([[device, seq]])
    const ours = journal.idAt(group, device, seq)
    if (ours !== undefined && wire.tipOf(ours) !== tip) evidence.suspect(device, seq)
  }

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
        theirScope = message.scope
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
        for (const [device, { seq, tip }] of message.tips) compare(device, seq, tip)
        options.onOffer()
        await setImmediate()
        break
      case 'digest':
        tips.onDigest(message.hashes)
        break
      case 'differing':
        tips.onDiffering(message.parts)
        break
      case 'want':
        if (isServing) throw coreError('BAD_MESSAGE', 'asked again before the answer ended')
        for (const [device, seq] of message.vector) note(device, seq)
        learn([])
        isServing = message.last
        break
      case 'records': {
        learn(message.records.map(({ header }) => [header.device, header.seq]))
        const { full, missing, stored } = blaming('BAD_RECORD', () =>
          journal.receive(group, message.records, authentic)
        )
        for (const device of full) forgetLag(device)
        if (stored > 0) options.onProgress()
        for (const [device, what] of missing) blocked.set(device, what)
        if (missing.size > 0) options.onOffer()
        // Checking a batch takes long enough that others must get a turn before the next.
        await setImmediate()
        break
      }
      case 'done':
        if (!isAsking) throw coreError('BAD_MESSAGE', 'an answer to nothing')
        isAsking = false
        forgetLag()
        unblock()
        options.onDone()
    }
    stir()
  }

  /** What the peer did not send it has not, or is of no use: it is not asked for again until it is offered anew. */
  const forgetLag = (of?: PeerId): void => {
    for (const [device, seq] of session.lag()) if (of === undefined || device === of) theirs.set(device, seq)
  }

  /** What could not be stored for want of something that others have brought meanwhile counts as offered anew. */
  const unblock = (): boolean => {
    const free = [...blocked].filter(([, { past }]) => journal.has(group, past))
    for (const [device, { seq }] of free) {
      blocked.delete(device)
      learn([[device, seq]])
    }
    return free.length > 0
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

  const ask = async (): Promise<void> => {
    if (!asked) return
    const messages = wire.encodeWant(asked)
    asked = undefined
    for (const message of messages) await stream.send(message)
  }

  const sendRecords = async ({ records }: Outgoing): Promise<void> => {
    if (records.length === 0) return
    // After the records were read, so that no operation which they depend on is left behind.
    await membership.tell()
    learn(records.map(({ device, seq }) => [device, seq]))
    await stream.send(wire.encodeRecords(records))
  }

  /** What the peer could not take in before it knew who is stopped is offered anew. */
  const tellMarks = async (): Promise<void> => {
    if (!(await evidence.tellMarks(membership.tell))) return
    for (const message of wire.encodeHave(journal.tips(group))) await stream.send(message)
  }

  const limits = {
    maxRecords: wire.BATCH_RECORDS,
    maxBytes: wire.BATCH_BYTES,
    wants: (record: { ms: number; kind: number | undefined }): boolean => isInScope(theirScope, record, clock.now())
  }

  const tellScope = async (): Promise<void> => {
    const scope = journal.scope(group)
    if (scope === (saidScope ?? WHOLE)) return
    saidScope = scope
    await stream.send(wire.encodeScope(scope))
  }

  const serve = async (): Promise<void> => {
    if (!isServing) return
    let cursor: number | undefined
    do {
      const batch = journal.outgoing(group, theirs, { ...limits, cursor })
      // Who has asked for too much is told that this is all, and asks others.
      if (!mayServe(batch.cost)) break
      cursor = batch.cursor
      await sendRecords(batch)
      await ask()
      await setImmediate()
    } while (cursor !== undefined && !isOver)
    isServing = false
    pushed = Math.max(pushed, theirs.get(self) ?? 0)
    await stream.send(wire.encodeDone())
  }

  /** Our own new records go to everyone at once; others are announced, since somebody else may have brought them. */
  const push = async (): Promise<void> => {
    for (let last = 0; pushed < (last = held(self)); pushed = last) {
      const known = new Map(journal.vector(group)).set(self, Math.max(pushed, theirs.get(self) ?? 0))
      let cursor: number | undefined
      do {
        const batch = journal.outgoing(group, known, { ...limits, cursor })
        cursor = batch.cursor
        await sendRecords(batch)
      } while (cursor !== undefined && !isOver)
    }
  }

  /** What the peer would have asked for is pushed: there is no time left to be asked. */
  const hurry = (): void => {
    if (isHurrying) return
    isHurrying = true
    pushed = Math.min(pushed, theirs.get(self) ?? 0)
  }

  const announce = async (): Promise<void> => {
    if (!mayAnnounce) return
    mayAnnounce = false
    const news = [...changed].flatMap((device): [PeerId, Tip][] => {
      const tip = journal.tip(group, device)
      return tip && device !== self && tip.seq > (theirs.get(device) ?? 0) ? [[device, tip]] : []
    })
    changed.clear()
    if (news.length === 0) return
    for (const message of wire.encodeHave(new Map(news))) await stream.send(message)
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
    pushed = held(self)
    changed.clear()
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
      await tellScope()
      await bodies.ask()
      await bodies.answer()
      await ask()
      await serve()
      if (isLeaving) hurry()
      await push()
      await announce()
      if (isLeaving && !stirred) return await stream.end()
    }
  }

  const session: Session = {
    lag() {
      const behind = new Map<PeerId, number>()
      if (ahead.size === 0) return behind
      const marks = journal.marks(group)
      for (const device of ahead) {
        const has = held(device)
        const last = Math.min(theirs.get(device) ?? 0, (marks.get(device)?.from ?? Infinity) - 1)
        if (last > has) behind.set(device, has)
        else ahead.delete(device)
      }
      return behind
    },
    want(lag) {
      asked = lag
      isAsking = true
      stir()
    },
    onCommitted(records, { announce }) {
      for (const record of records) if (record.group === group) changed.add(record.device)
      mayAnnounce ||= announce
      if (!isAsking && unblock()) options.onOffer()
      stir()
    },
    announceAll() {
      if (changed.size === 0 && membership.untold() === 'nothing') return
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
