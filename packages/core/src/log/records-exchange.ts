import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { GroupId, PeerId, RecordId } from '../ids.ts'
import type { Stream } from '../stream.ts'
import type { Committed } from './commit.ts'
import type { Journal, Tip } from './journal.ts'
import type { Outgoing } from './outgoing.ts'
import * as wire from './protocol.ts'
import type { Message, Vector } from './protocol.ts'
import type { SignedRecord } from './record.ts'
import { WHOLE, isInScope } from './scope.ts'
import type { SyncScope } from './scope.ts'

/** Asking one peer for records and sending it some: what was asked for, what is new of ours, and what others wrote. */
export interface RecordsExchange {
  /** The peer has as much as we have of these devices. Throws BAD_MESSAGE. */
  onSame(vector: Iterable<[PeerId, number]>): void
  /** The peer has so much. Throws BAD_MESSAGE. */
  onOffered(tips: Extract<Message, { type: 'have' }>['tips']): void
  /** Which bodies the peer wants. */
  onScope(scope: SyncScope): void
  /** The peer asks for what it lacks; of these devices it has so much. Throws BAD_MESSAGE. */
  onAsked(vector: Vector, last: boolean): void
  /** Throws BAD_MESSAGE, BAD_RECORD. `authentic`: those whose signatures were checked, when they were. */
  onRecords(records: SignedRecord[], authentic?: ReadonlySet<SignedRecord>): void
  /** The peer sent all that was asked for. Throws BAD_MESSAGE. */
  onDone(): void
  /** Records were committed here. */
  onCommitted(records: readonly Committed[]): void
  /** Whether there may be something to announce. */
  hasNews(): boolean
  /** Devices of which the peer holds more than we do → what we hold. */
  lag(): Vector
  /** Asks for all that we lack; one at a time. */
  want(lag: Vector): void
  /** What the peer would ask for is pushed from now on: there is no time left to be asked. */
  hurry(): void

  // In the order in which they are sent.

  /** From here on what is written here is pushed. */
  begin(): void
  /** Says how much we have of all devices. */
  offer(): Promise<void>
  tellScope(): Promise<void>
  ask(): Promise<void>
  serve(): Promise<void>
  /** Our own new records go to everyone at once. */
  push(): Promise<void>
  /** Others' are announced, since somebody else may have brought them. */
  announce(): Promise<void>
}

export function createRecordsExchange(options: {
  group: GroupId
  self: PeerId
  stream: Pick<Stream, 'send'>
  journal: Pick<Journal, 'has' | 'idAt' | 'marks' | 'outgoing' | 'receive' | 'scope' | 'tip' | 'tips' | 'vector'>
  clock: Pick<Clock, 'now'>
  /** Whether the peer may be sent so many bytes more. */
  mayServe(bytes: number): boolean
  /** Tells the membership that records depend on. */
  tellMembership(): Promise<void>
  /** The peer has another record than we in this place. */
  onContradiction(device: PeerId, seq: number): void
  /** The peer has, or may have, something that we lack. */
  onOffer(): void
  /** Something new of what `want` asked for came in. */
  onProgress(): void
  /** All that `want` asked for came. */
  onDone(): void
  isOver(): boolean
}): RecordsExchange {
  const { group, self, stream, journal, clock, mayServe, tellMembership, isOver } = options
  const theirs = new Map<PeerId, number>()
  /** Devices of which the peer may hold more than we do: all others need no look. */
  const ahead = new Set<PeerId>()
  /** Devices of which there is news to announce. */
  const changed = new Set<PeerId>()
  /** Devices of which the peer sent what we could not store yet, for want of `past`. */
  const blocked = new Map<PeerId, { seq: number; past: RecordId }>()
  /** Which bodies the peer wants, and what we said that we want. */
  let theirScope = WHOLE
  let saidScope: SyncScope | undefined
  let asked: Vector | undefined
  let isAsking = false
  let isServing = false
  let isHurrying = false
  let pushed = 0

  const held = (device: PeerId): number => journal.tip(group, device)?.seq ?? 0
  const note = (device: PeerId, seq: number): void => {
    theirs.set(device, seq)
    if (seq > held(device)) ahead.add(device)
  }
  const learn = (vector: Iterable<[PeerId, number]>): void => {
    for (const [device, seq] of vector) if (seq > (theirs.get(device) ?? 0)) note(device, seq)
    if (theirs.size > wire.MAX_VECTOR) throw coreError('BAD_MESSAGE', 'more devices than a group may have')
  }

  /** What the peer did not send it has not, or is of no use: it is not asked for again until it is offered anew. */
  const forgetLag = (of?: PeerId): void => {
    for (const [device, seq] of exchange.lag()) if (of === undefined || device === of) theirs.set(device, seq)
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

  const limits = {
    maxRecords: wire.BATCH_RECORDS,
    maxBytes: wire.BATCH_BYTES,
    wants: (record: { ms: number; kind: number | undefined }): boolean => isInScope(theirScope, record, clock.now())
  }

  const sendRecords = async ({ records }: Outgoing): Promise<void> => {
    if (records.length === 0) return
    // After the records were read, so that no operation which they depend on is left behind.
    await tellMembership()
    learn(records.map(({ device, seq }) => [device, seq]))
    await stream.send(wire.encodeRecords(records))
  }

  const offer = async (tips: ReadonlyMap<PeerId, Tip>): Promise<void> => {
    for (const message of wire.encodeHave(tips)) await stream.send(message)
  }

  const exchange: RecordsExchange = {
    onSame: learn,
    onOffered(tips) {
      for (const [device, { seq, tip }] of tips) {
        learn([[device, seq]])
        const ours = journal.idAt(group, device, seq)
        if (ours !== undefined && wire.tipOf(ours) !== tip) options.onContradiction(device, seq)
      }
      options.onOffer()
    },
    onScope(scope) {
      theirScope = scope
    },
    onAsked(vector, last) {
      if (isServing) throw coreError('BAD_MESSAGE', 'asked again before the answer ended')
      for (const [device, seq] of vector) note(device, seq)
      learn([])
      isServing = last
    },
    onRecords(records, authentic) {
      learn(records.map(({ header }) => [header.device, header.seq]))
      const { full, missing, stored } = journal.receive(group, records, authentic)
      for (const device of full) forgetLag(device)
      if (stored > 0) options.onProgress()
      for (const [device, what] of missing) blocked.set(device, what)
      if (missing.size > 0) options.onOffer()
    },
    onDone() {
      if (!isAsking) throw coreError('BAD_MESSAGE', 'an answer to nothing')
      isAsking = false
      forgetLag()
      unblock()
      options.onDone()
    },
    onCommitted(records) {
      for (const record of records) if (record.group === group) changed.add(record.device)
      if (!isAsking && unblock()) options.onOffer()
    },
    hasNews: () => changed.size > 0,
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
    },
    hurry() {
      if (isHurrying) return
      isHurrying = true
      pushed = Math.min(pushed, theirs.get(self) ?? 0)
    },
    begin() {
      pushed = held(self)
      changed.clear()
    },
    offer: () => offer(journal.tips(group)),
    async tellScope() {
      const scope = journal.scope(group)
      if (scope === (saidScope ?? WHOLE)) return
      saidScope = scope
      await stream.send(wire.encodeScope(scope))
    },
    async ask() {
      if (!asked) return
      const messages = wire.encodeWant(asked)
      asked = undefined
      for (const message of messages) await stream.send(message)
    },
    async serve() {
      if (!isServing) return
      let cursor: number | undefined
      do {
        const batch = journal.outgoing(group, theirs, { ...limits, cursor })
        // Who has asked for too much is told that this is all, and asks others.
        if (!mayServe(batch.cost)) break
        cursor = batch.cursor
        await sendRecords(batch)
        await exchange.ask()
        await setImmediate()
      } while (cursor !== undefined && !isOver())
      isServing = false
      pushed = Math.max(pushed, theirs.get(self) ?? 0)
      await stream.send(wire.encodeDone())
    },
    async push() {
      for (let last = 0; pushed < (last = held(self)); pushed = last) {
        const known = new Map(journal.vector(group)).set(self, Math.max(pushed, theirs.get(self) ?? 0))
        let cursor: number | undefined
        do {
          const batch = journal.outgoing(group, known, { ...limits, cursor })
          cursor = batch.cursor
          await sendRecords(batch)
        } while (cursor !== undefined && !isOver())
      }
    },
    async announce() {
      const news = [...changed].flatMap((device): [PeerId, Tip][] => {
        const tip = journal.tip(group, device)
        return tip && device !== self && tip.seq > (theirs.get(device) ?? 0) ? [[device, tip]] : []
      })
      changed.clear()
      if (news.length > 0) await offer(new Map(news))
    }
  }
  return exchange
}
