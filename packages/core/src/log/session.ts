import { setImmediate } from 'node:timers/promises'
import { coreError, hasCode } from '../errors.ts'
import type { CoreCode } from '../errors.ts'
import type { GroupId, PeerId, RecordId } from '../ids.ts'
import type { Stream } from '../stream.ts'
import { EVIDENCE_HEADERS } from './journal.ts'
import type { Committed, Journal, Outgoing, Tip } from './journal.ts'
import type { Members } from './members.ts'
import * as wire from './protocol.ts'
import type { Message, Vector } from './protocol.ts'
import type { OutgoingRow } from './table.ts'

/** Membership operations that a device may send before they make it a member, bytes. */
const UNPROVEN_BYTES = 4 * 2 ** 20

/** Damaged records that one session looks after. */
const MAX_ASKED_LOST = 1_000

/** Where members can be reached: kept by the core's address book. */
export interface Addresses {
  addressesOf(device: PeerId): readonly string[]
  /** What a member says of another: hearsay. */
  onAddresses(device: PeerId, addresses: readonly string[]): void
}

export interface SessionOptions {
  group: GroupId
  self: PeerId
  stream: Stream
  /** An opener knows the other as a member; the other may have to learn that it is one. */
  isOpener: boolean
  journal: Journal
  members: Members
  addresses: Addresses
  /** Both sides know each other as members. */
  onLive(): void
  /** The peer has, or may have, something that we lack. */
  onOffer(): void
  /** What `want` asked for is coming in. */
  onProgress(): void
  /** All that `want` asked for came. */
  onDone(): void
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
  /** Membership or addresses changed. */
  onChange(): void
  /** Runs until either side ends it. `first`: the greeting, when it was read already. Throws as a `Handler` does. */
  run(first?: Message): Promise<void>
  /** Resets the stream; see `Stream.reset`. */
  end(reason?: unknown): void
}

export function createSession(options: SessionOptions): Session {
  const { group, self, stream, isOpener, journal, members, addresses } = options
  const theirs = new Map<PeerId, number>()
  const changed = new Set<PeerId>()
  const toldAddresses = new Map<PeerId, string>()
  let phase: 'greeting' | 'proving' | 'live' = 'greeting'
  let theirHeads: readonly Uint8Array[] = []
  let unprovenBytes = 0
  let saidHeads: readonly Uint8Array[] | undefined
  /** What the peer knows of devices that were stopped, and what we showed it. */
  let theirMarks: Map<PeerId, string> | undefined
  const toldMarks = new Map<PeerId, string>()
  /** Devices of which the peer holds another record than we do → its seq. */
  const suspects = new Map<PeerId, number>()
  /** Damaged records: what the peer asks of us, and what we asked of it. */
  let lost: RecordId[] = []
  const askedLost = new Set<RecordId>()
  let isAwaitingLost = false
  let asked: Vector | undefined
  let isAsking = false
  let isServing = false
  let pushed = 0
  let mayAnnounce = false
  let stirred = false
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
  const learn = (vector: Iterable<[PeerId, number]>): void => {
    for (const [device, seq] of vector) theirs.set(device, Math.max(seq, theirs.get(device) ?? 0))
    if (theirs.size > wire.MAX_VECTOR) throw coreError('BAD_MESSAGE', 'more devices than a group may have')
  }

  const compare = (device: PeerId, seq: number, tip: string): void => {
    learn([[device, seq]])
    const ours = journal.idAt(group, device, seq)
    if (ours !== undefined && wire.tipOf(ours) !== tip) suspects.set(device, seq)
  }

  // What comes in.

  const takeOperations = ({ operations, last }: Extract<Message, { type: 'operations' }>): void => {
    if (!isMember()) {
      unprovenBytes += operations.reduce((sum, { length }) => sum + length, 0)
      if (unprovenBytes > UNPROVEN_BYTES) throw coreError('BAD_MESSAGE', 'too much to prove a membership')
    }
    blaming('BAD_OPERATION', () => members.receive(group, operations))
    if (members.roleOf(group, self) === undefined) throw coreError('FORBIDDEN', 'this device is no member any more')
    if (!last || phase === 'live') return
    if (!wasAdmitted()) throw coreError('FORBIDDEN', 'a device that is no member asked for the log')
    phase = 'live'
  }

  const take = async (message: Message): Promise<void> => {
    if ((message.type === 'hello') !== (phase === 'greeting'))
      throw coreError('BAD_MESSAGE', 'a greeting comes first and once')
    if (phase === 'proving' && message.type !== 'operations') throw coreError('BAD_MESSAGE', 'operations come second')
    // Its membership was undone, which it is being told.
    if (phase === 'live' && !isMember() && message.type !== 'operations') return
    switch (message.type) {
      case 'hello':
        if (message.group !== group) throw coreError('BAD_MESSAGE', 'a greeting for another group')
        theirHeads = message.heads
        phase = 'proving'
        break
      case 'operations':
        takeOperations(message)
        break
      case 'addresses':
        for (const [device, list] of message.addresses)
          if (device !== self && members.roleOf(group, device)) addresses.onAddresses(device, list)
        break
      case 'marks':
        theirMarks = new Map([...(theirMarks ?? []), ...message.marks])
        break
      case 'evidence':
        blaming('BAD_RECORD', () => journal.accuse(group, message.headers))
        await setImmediate()
        break
      case 'lost':
        if (lost.length > 0) throw coreError('BAD_MESSAGE', 'asked again before the answer was sent')
        lost = message.ids
        break
      case 'found':
        blaming('BAD_RECORD', () => journal.mend(group, message.records))
        isAwaitingLost = false
        await setImmediate()
        break
      case 'have':
        for (const [device, { seq, tip }] of message.tips) compare(device, seq, tip)
        options.onOffer()
        break
      case 'want':
        if (isServing) throw coreError('BAD_MESSAGE', 'asked again before the answer ended')
        for (const [device, seq] of message.vector) theirs.set(device, seq)
        learn([])
        isServing = message.last
        break
      case 'records': {
        learn(message.records.map(({ header }) => [header.device, header.seq]))
        const { missing } = blaming('BAD_RECORD', () => journal.receive(group, message.records))
        options.onProgress()
        if (missing) options.onOffer()
        // Checking a batch takes long enough that others must get a turn before the next.
        await setImmediate()
        break
      }
      case 'done':
        if (!isAsking) throw coreError('BAD_MESSAGE', 'an answer to nothing')
        isAsking = false
        forgetLag()
        options.onDone()
    }
    stir()
  }

  /** What the peer did not send it has not, or is of no use: it is not asked for again until it is offered anew. */
  const forgetLag = (): void => {
    for (const [device, seq] of session.lag()) theirs.set(device, seq)
  }

  const read = async (first: Message | undefined): Promise<void> => {
    if (first) await take(first)
    for await (const bytes of stream) await take(wire.decodeMessage(bytes))
  }

  // What goes out: always the membership before what depends on it.

  const tellOperations = async (): Promise<void> => {
    const heads = members.heads(group)
    if (saidHeads && sameHeads(saidHeads, heads)) return
    const isFirst = saidHeads === undefined
    const operations = members.since(group, saidHeads ?? theirHeads)
    saidHeads = heads
    for (const message of wire.encodeOperations(operations, isFirst)) await stream.send(message)
  }

  const tellAddresses = async (): Promise<void> => {
    const news = new Map<PeerId, readonly string[]>()
    for (const device of members.devices(group)) {
      const list = addresses.addressesOf(device)
      const text = JSON.stringify(list)
      if (device === stream.peer || text === (toldAddresses.get(device) ?? '[]')) continue
      toldAddresses.set(device, text)
      news.set(device, list)
    }
    for (const message of wire.encodeAddresses(news)) await stream.send(message)
  }

  const ask = async (): Promise<void> => {
    if (!asked) return
    const messages = wire.encodeWant(asked)
    asked = undefined
    for (const message of messages) await stream.send(message)
  }

  /** Whoever holds another record than we do is shown ours: one side or the other then holds the proof. */
  const showSuspects = async (): Promise<void> => {
    for (const [device, seq] of suspects) {
      suspects.delete(device)
      if (journal.marks(group).has(device)) continue
      for (const portion of journal.evidence(group, device, Math.max(1, seq - EVIDENCE_HEADERS + 1), seq))
        await stream.send(wire.encodeEvidence(portion))
    }
  }

  /** Shows all that stopped devices signed, until the peer knows as much as we do. */
  const tellMarks = async (): Promise<void> => {
    const known = theirMarks
    if (!known) return
    const news = [...journal.marks(group)].filter(
      ([device, { digest }]) => known.get(device) !== digest && toldMarks.get(device) !== digest
    )
    if (news.length === 0) return
    await tellOperations()
    for (const [device, { digest, from }] of news) {
      toldMarks.set(device, digest)
      for (const portion of journal.evidence(group, device, Math.max(1, from - EVIDENCE_HEADERS), Infinity))
        await stream.send(wire.encodeEvidence(portion))
    }
    await stream.send(wire.encodeMarks(new Map(news)))
    // What the peer could not take in without this is offered anew.
    for (const message of wire.encodeHave(journal.tips(group))) await stream.send(message)
  }

  const sendRecords = async ({ records }: Outgoing): Promise<void> => {
    if (records.length === 0) return
    // After the records were read, so that no operation which they depend on is left behind.
    await tellOperations()
    learn(records.map(({ device, seq }) => [device, seq]))
    await stream.send(wire.encodeRecords(records))
  }

  /** Once for each: who did not send it has not got it. */
  const askLost = async (): Promise<void> => {
    if (isAwaitingLost) return
    const ids = journal
      .damaged(group, MAX_ASKED_LOST)
      .filter(id => !askedLost.has(id))
      .slice(0, wire.MAX_LOST)
    if (ids.length === 0) return
    for (const id of ids) askedLost.add(id)
    isAwaitingLost = true
    await stream.send(wire.encodeLost(ids))
  }

  const sendLost = async (): Promise<void> => {
    if (lost.length === 0) return
    const rows = journal.byIds(group, lost)
    lost = []
    let portion: OutgoingRow[] = []
    let bytes = 0
    for (const row of rows) {
      const size = row.headerBytes.length + (row.body?.length ?? 0)
      if (portion.length > 0 && bytes + size > wire.BATCH_BYTES) {
        await stream.send(wire.encodeRecords(portion, 'found'))
        ;[portion, bytes] = [[], 0]
      }
      portion.push(row)
      bytes += size
    }
    await stream.send(wire.encodeRecords(portion, 'found'))
  }

  const limits = { maxRecords: wire.BATCH_RECORDS, maxBytes: wire.BATCH_BYTES }

  const serve = async (): Promise<void> => {
    if (!isServing) return
    let cursor: number | undefined
    do {
      const batch = journal.outgoing(group, theirs, { ...limits, cursor })
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
    while (pushed < (journal.vector(group).get(self) ?? 0)) {
      const known = new Map(journal.vector(group)).set(self, Math.max(pushed, theirs.get(self) ?? 0))
      const batch = journal.outgoing(group, known, limits)
      pushed = batch.records.at(-1)?.seq ?? journal.vector(group).get(self) ?? 0
      await sendRecords(batch)
    }
  }

  const announce = async (): Promise<void> => {
    if (!mayAnnounce) return
    mayAnnounce = false
    const tips = journal.tips(group)
    const news = [...changed].flatMap((device): [PeerId, Tip][] => {
      const tip = tips.get(device)
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
    await tellOperations()
    if (!(await until(() => isMember() || phase === 'live'))) return
    if (!isMember()) return await stream.end()
    const tips = journal.tips(group)
    pushed = tips.get(self)?.seq ?? 0
    changed.clear()
    await stream.send(wire.encodeMarks(journal.marks(group)))
    for (const message of wire.encodeHave(tips)) await stream.send(message)
    if (!(await until(() => phase === 'live'))) return
    options.onLive()
    stirred = true
    while (await until(() => stirred)) {
      stirred = false
      await tellOperations()
      if (!isMember()) return await stream.end()
      await showSuspects()
      await tellMarks()
      await tellAddresses()
      await askLost()
      await sendLost()
      await ask()
      await serve()
      await push()
      await announce()
    }
  }

  const session: Session = {
    lag() {
      const ours = journal.vector(group)
      const behind = new Map<PeerId, number>()
      const marks = journal.marks(group)
      for (const [device, seq] of theirs) {
        const has = ours.get(device) ?? 0
        if (Math.min(seq, (marks.get(device)?.from ?? Infinity) - 1) > has) behind.set(device, has)
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
      stir()
    },
    announceAll() {
      if (changed.size === 0) return
      mayAnnounce = true
      stir()
    },
    onChange: stir,
    async run(first) {
      const writing = write()
      writing.catch((error: unknown) => session.end(error))
      try {
        await read(first)
      } finally {
        stop()
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

/** Runs what checks the peer's word; its refusal is the peer's offence. */
function blaming<T>(code: CoreCode, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (hasCode(error, code)) throw coreError('BAD_MESSAGE', error.message, error)
    throw error
  }
}

function sameHeads(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((head, index) => Buffer.from(head).equals(b[index] ?? new Uint8Array()))
}
