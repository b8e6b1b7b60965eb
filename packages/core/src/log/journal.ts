import { coreError, hasCode } from '../errors.ts'
import type { SigningKey } from '../identity/ed25519.ts'
import type { GroupId, PeerId, RecordId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Clock } from '../clock.ts'
import type { Role } from '../groups/group.ts'
import { isAtLeast } from '../groups/role.ts'
import type { Database } from '../store/store.ts'
import type { Place } from './body.ts'
import { canFollow, compareTime, latest, timeAfter } from './hybrid-time.ts'
import type { HybridTime } from './hybrid-time.ts'
import { MAX_HEADS, MAX_MS, isAuthentic, sha256, signRecord } from './record.ts'
import type { Header, SignedRecord } from './record.ts'
import type { Members } from './members.ts'
import { DAMAGED, HIDDEN, LOCKED, SHOWN, logTable } from './table.ts'
import type { ChainRow, HeadRow, LogTable, OutgoingRow, SignedHeader, State } from './table.ts'

/** What can be said of a record's body when it arrives. */
export interface Verdict {
  /** Undefined while it cannot be read. */
  kind: string | undefined
  state: State
}

/** What it takes to read a record's body and judge it. */
export interface Examined extends Place {
  body: Uint8Array | undefined
  /** Its author's when it was written. */
  role: Role
}

/** A record that this device is about to write. */
export interface Draft {
  group: GroupId
  kind: string
  /** The role it is written in, and the membership operations that say so. */
  role: Role
  operations: readonly Uint8Array[]
  epoch: number
  lifetimeMs: number | undefined
  /** Encrypted for the group, this device and the epoch. */
  body: Uint8Array
}

export interface Written {
  record: SignedRecord
  position: number
}

/** A record became part of a group's log here. */
export interface Committed {
  group: GroupId
  device: PeerId
  seq: number
}

export interface Received {
  /** New ones, committed. */
  stored: number
  /** Whether some were left out because what they follow is not here. */
  missing: boolean
}

/** The stored chains of all groups: what may enter them, and in which order it is sent on. */
export interface Journal {
  readonly table: LogTable
  /** Resolves when committed; drafts of one tick share a commit. Throws DISK_FULL, STOPPED. */
  append(draft: Draft): Promise<Written>
  /**
   * Checks and commits what a peer sent, in order, in one transaction; known ones are skipped. At the first that breaks
   * a rule it throws BAD_RECORD: those before it are committed.
   */
  receive(group: GroupId, records: readonly SignedRecord[]): Received
  /** Reads records anew whose epoch key has come. */
  unlock(group: GroupId): void
  /** How many records here are encrypted under one epoch's key. */
  count(group: GroupId, epoch: number): number
  /** Device → its newest record's seq here. */
  vector(group: GroupId): ReadonlyMap<PeerId, number>
  /** Device → its newest record here. */
  tips(group: GroupId): ReadonlyMap<PeerId, Tip>
  /** The id of a device's record number `seq`. */
  idAt(group: GroupId, device: PeerId, seq: number): RecordId | undefined
  /** Devices that wrote two records with one seq, or a record that follows none of theirs. */
  forked(group: GroupId): PeerId[]
  /** Of each such device, from which seq on nothing of it counts, and a hash of all that is known from there on. */
  marks(group: GroupId): ReadonlyMap<PeerId, Mark>
  /** What a device signed between two seqs, in portions: the contradiction, its chain here, and what it wrote beside it. */
  evidence(group: GroupId, device: PeerId, from: number, to: number): Generator<SignedHeader[]>
  /**
   * Stops devices that contradict themselves in these headers or against what is here, and keeps what they signed. What
   * contradicts nothing is left out. Throws BAD_RECORD for a signature that is wrong.
   */
  accuse(group: GroupId, headers: readonly SignedRecord[]): void
  /**
   * What a peer that holds `known` lacks, oldest arrival first, from `cursor` on: at most `maxRecords` and `maxBytes`.
   * `cursor` is undefined at the end.
   */
  outgoing(
    group: GroupId,
    known: ReadonlyMap<PeerId, number>,
    limits: { cursor?: number; maxRecords: number; maxBytes: number }
  ): Outgoing
  /** Shows and sends these no more, until `mend` gets them whole. */
  markDamaged(arrivals: readonly number[]): void
  /** Ids of damaged records, at most `limit`. */
  damaged(group: GroupId, limit: number): RecordId[]
  /** Records by id, as far as they are here and whole. */
  byIds(group: GroupId, ids: readonly RecordId[]): OutgoingRow[]
  /** Puts what a peer sent in the place of damaged records; others are skipped. Throws BAD_RECORD. */
  mend(group: GroupId, records: readonly SignedRecord[]): void
  /** Hides and empties records that expired at `before` or earlier. */
  expire(before: number): number
  /** Runs after each commit; returns its undo. */
  onCommit(listener: (records: readonly Committed[]) => void): () => void
  /** Commits what is pending; later appends throw STOPPED. */
  close(): void
}

export interface Outgoing {
  records: (OutgoingRow & { device: PeerId; seq: number })[]
  cursor: number | undefined
}

export interface Tip {
  seq: number
  id: RecordId
}

export interface Mark {
  from: number
  digest: string
}

/** A group's chains as they are stored, kept in memory. */
interface GroupState {
  no: number
  chains: Map<PeerId, ChainRow>
  heads: Map<RecordId, HeadRow>
  /** Of stopped devices; computed when asked for. */
  digests: Map<PeerId, string>
}

/** Headers in one portion of evidence: 100 longest fit into a message. */
export const EVIDENCE_HEADERS = 100
/** What is kept of a stopped device beside its chain. */
const MOST_EVIDENCE = 10_000

/** Rows of the arrival index that are looked at in one go. */
const SCANNED_ROWS = 1_024
/** Locked records read anew in one go. */
const UNLOCKED_ROWS = 256

export function createJournal(options: {
  database: Database
  device: PeerId
  key: SigningKey
  members: Pick<Members, 'roleAt' | 'wasAdmitted'>
  /** Reads a record's body as far as it can be read. */
  examine(record: Examined): Verdict
  clock: Clock
  logger: Logger
}): Journal {
  const { database, device: self, key, members, examine, clock, logger } = options
  const table = logTable(database)
  const states = new Map<GroupId, GroupState>()
  const listeners = new Set<(records: readonly Committed[]) => void>()
  let lastPosition = table.lastPosition()
  let pending: { draft: Draft; resolve(written: Written): void; reject(error: unknown): void }[] = []
  let cancelFlush: (() => void) | undefined
  let closed = false

  const stateOf = (group: GroupId): GroupState => {
    const known = states.get(group)
    if (known) return known
    const no = table.group(group)
    const state: GroupState = {
      no,
      chains: new Map(table.chains(no).map(chain => [chain.device, chain])),
      heads: new Map(table.heads(no).map(head => [head.id, head])),
      digests: new Map()
    }
    states.set(group, state)
    return state
  }

  /** Runs `work` in a transaction and tells of it; when it fails, memory is read anew from what is on disk. */
  const commit = <T>(work: (done: Committed[]) => T): T => {
    const done: Committed[] = []
    let result: T
    try {
      result = database.transaction(() => work(done))
    } catch (error) {
      states.clear()
      lastPosition = table.lastPosition()
      throw error
    }
    if (done.length > 0) for (const listener of [...listeners]) listener(done)
    return result
  }

  const store = (state: GroupState, record: SignedRecord, role: Role, verdict: Verdict, position?: number): void => {
    const { id, header } = record
    const { device, seq, era, ms, count } = header
    let chain = state.chains.get(device)
    if (chain) Object.assign(chain, { seq, tip: id, era, ms, count })
    else {
      const first = { device, seq, tip: id, era, ms, count }
      chain = { ...first, no: table.addChain(state.no, first), forkedAt: undefined }
      state.chains.set(device, chain)
    }
    table.updateChain(chain)
    table.add({ ...verdict, role, group: state.no, chain: chain.no, position }, record)
    follow(state, { id, device, era, ms, count }, header)
  }

  const follow = (state: GroupState, head: HeadRow, { prev, heads }: Header): void => {
    for (const id of prev === undefined ? heads : [prev, ...heads]) {
      if (state.heads.delete(id)) table.removeHead(state.no, id)
    }
    state.heads.set(head.id, head)
    table.addHead(state.no, head)
  }

  const write = (draft: Draft, done: Committed[]): Written => {
    const state = stateOf(draft.group)
    const own = state.chains.get(self)
    if (own?.forkedAt !== undefined)
      throw coreError('DEVICE_STOPPED', 'this device wrote two histories here: link it to your account anew')
    const others = [...state.heads.values()].filter(({ id }) => id !== own?.tip)
    const heads = others.sort((a, b) => compareTime(b, a)).slice(0, MAX_HEADS)
    const time = timeAfter(latest(own ? [own, ...heads] : heads), clock.now())
    const seq = (own?.seq ?? 0) + 1
    const header = {
      group: draft.group,
      device: self,
      seq,
      prev: own?.tip,
      heads: heads.map(({ id }) => id),
      operations: [...draft.operations],
      ...time,
      epoch: draft.epoch,
      // A clock may be wrong by as much as there is.
      expiresAt: draft.lifetimeMs === undefined ? undefined : Math.min(MAX_MS, time.ms + draft.lifetimeMs)
    }
    const record = signRecord(key, header, draft.body)
    const position = ++lastPosition
    store(state, record, draft.role, { kind: draft.kind, state: SHOWN }, position)
    done.push({ group: draft.group, device: self, seq })
    return { record, position }
  }

  const flush = (): void => {
    cancelFlush = undefined
    const batch = pending
    pending = []
    try {
      const done = commit(done => batch.map(({ draft, resolve }) => ({ resolve, written: write(draft, done) })))
      for (const { resolve, written } of done) resolve(written)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  /** Nothing of a device counts from its first contradiction on, whichever of its histories came here first. */
  const mark = (state: GroupState, chain: ChainRow, seq: number): void => {
    if (chain.forkedAt !== undefined && chain.forkedAt <= seq) return
    chain.forkedAt = seq
    table.updateChain(chain)
    table.hideFrom(chain.no, seq)
    state.digests.delete(chain.device)
    logger.warn('a device wrote two histories and is stopped', { device: chain.device, seq })
  }
  /** Others may have followed it before they could know, and could not be understood without it. */
  const keep = (state: GroupState, chain: ChainRow, record: SignedRecord): boolean => {
    if (table.forkCount(chain.no) >= MOST_EVIDENCE) return false
    table.addFork(chain.no, record)
    state.digests.delete(chain.device)
    return true
  }

  /** The first seq at which a device's headers contradict each other or what is here. */
  const contradiction = (chain: ChainRow | undefined, records: readonly SignedRecord[]): number | undefined => {
    const ids = new Map<number, RecordId>()
    const idAt = (seq: number): RecordId | undefined => ids.get(seq) ?? (chain && table.idAt(chain.no, seq))
    let first: number | undefined
    const sorted = [...records].sort((a, b) => a.header.seq - b.header.seq)
    for (const { id, header } of sorted) {
      const { seq, prev } = header
      const before = idAt(seq - 1)
      const isOther = (idAt(seq) ?? id) !== id || (before !== undefined && before !== prev)
      if (isOther && (first === undefined || seq < first)) first = seq
      ids.set(seq, idAt(seq) ?? id)
    }
    return first
  }

  const accuseOne = (state: GroupState, device: PeerId, records: readonly SignedRecord[]): boolean => {
    const known = state.chains.get(device)
    const first = contradiction(known, records)
    if (first === undefined && known?.forkedAt === undefined) return false
    const none = { device, seq: 0, tip: undefined, era: 0, ms: 0, count: 0 }
    const chain = known ?? { ...none, no: table.addChain(state.no, none), forkedAt: undefined }
    state.chains.set(device, chain)
    const before = chain.forkedAt
    if (first !== undefined) mark(state, chain, first)
    const from = chain.forkedAt ?? Infinity
    let isNew = from !== before
    for (const record of records) {
      if (record.header.seq < from || table.timeOf(state.no, record.id)) continue
      if (keep(state, chain, record)) isNew = true
    }
    return isNew
  }

  const accept = (state: GroupState, record: SignedRecord): 'stored' | 'known' | 'missing' => {
    const { id, header, body } = record
    const { group, device, epoch, seq, prev, heads, operations } = header
    if (table.timeOf(state.no, id)) return 'known'
    if (!isAuthentic(record)) throw coreError('BAD_RECORD', 'its signature or its body is wrong')
    const chain = state.chains.get(device)
    if (chain && seq >= (chain.forkedAt ?? Infinity)) return keep(state, chain, record) ? 'stored' : 'known'
    if (!body && (header.expiresAt ?? Infinity) > clock.now()) throw coreError('BAD_RECORD', 'its body is left out')

    const role = members.roleAt(group, device, operations)
    if (!role || !isAtLeast(role, 'reader')) throw coreError('BAD_RECORD', 'its author may not write')
    if (seq > (chain?.seq ?? 0) + 1) return 'missing'
    if (chain && (seq <= chain.seq || prev !== chain.tip)) {
      keep(state, chain, record)
      mark(state, chain, seq)
      return 'stored'
    }
    const times = heads.map(head => state.heads.get(head) ?? table.timeOf(state.no, head))
    if (!times.every(time => time !== undefined)) return 'missing'
    const seen: HybridTime[] = chain && chain.seq > 0 ? [chain, ...times] : times
    if (!canFollow(header, latest(seen))) throw coreError('BAD_RECORD', 'its time does not follow from what it follows')
    const verdict = examine({ group, device, epoch, body, role })
    store(state, record, role, verdict, verdict.kind === undefined ? undefined : ++lastPosition)
    return 'stored'
  }

  const journal: Journal = {
    table,
    append(draft) {
      if (closed) return Promise.reject(coreError('STOPPED', 'the node is stopped'))
      return new Promise((resolve, reject) => {
        pending.push({ draft, resolve, reject })
        if (cancelFlush) return
        const immediate = setImmediate(flush)
        cancelFlush = () => clearImmediate(immediate)
      })
    },
    receive(group, records) {
      let refused: unknown
      const received = commit(done => {
        const state = stateOf(group)
        const result: Received = { stored: 0, missing: false }
        for (const record of records) {
          try {
            if (record.header.group !== group) throw coreError('BAD_RECORD', "another group's")
            const outcome = accept(state, record)
            if (outcome === 'missing') result.missing = true
            if (outcome !== 'stored') continue
            result.stored++
            done.push({ group, device: record.header.device, seq: record.header.seq })
          } catch (error) {
            if (!hasCode(error, 'BAD_RECORD')) throw error
            refused = error
            break
          }
        }
        return result
      })
      if (refused !== undefined) throw refused
      return received
    },
    unlock(group) {
      let after = 0
      for (let more = true; more;) {
        commit(done => {
          const state = stateOf(group)
          const rows = table.locked(state.no, after, UNLOCKED_ROWS)
          more = rows.length === UNLOCKED_ROWS
          for (const row of rows) {
            after = row.arrival
            const verdict = examine(row)
            if (verdict.state === LOCKED) continue
            const hidden = row.seq >= (state.chains.get(row.device)?.forkedAt ?? Infinity)
            const position = verdict.kind === undefined ? undefined : ++lastPosition
            table.unlock(row.arrival, verdict.kind, hidden ? HIDDEN : verdict.state, position)
            done.push({ group, device: row.device, seq: row.seq })
          }
        })
      }
    },
    count: (group, epoch) => table.count(stateOf(group).no, epoch),
    vector: group => new Map([...journal.tips(group)].map(([device, { seq }]) => [device, seq])),
    tips: group =>
      new Map(
        [...stateOf(group).chains.values()].flatMap(({ device, seq, tip }): [PeerId, Tip][] =>
          tip === undefined ? [] : [[device, { seq, id: tip }]]
        )
      ),
    idAt(group, device, seq) {
      const chain = stateOf(group).chains.get(device)
      return chain && table.idAt(chain.no, seq)
    },
    forked: group =>
      [...stateOf(group).chains.values()].filter(chain => chain.forkedAt !== undefined).map(chain => chain.device),
    marks(group) {
      const state = stateOf(group)
      const marks = new Map<PeerId, Mark>()
      for (const { device, forkedAt, no } of state.chains.values()) {
        if (forkedAt === undefined) continue
        const digest = state.digests.get(device) ?? digestOf(forkedAt, table.idsFrom(no, forkedAt))
        state.digests.set(device, digest)
        marks.set(device, { from: forkedAt, digest })
      }
      return marks
    },
    *evidence(group, device, from, to) {
      const chain = stateOf(group).chains.get(device)
      if (!chain) return
      const { forkedAt } = chain
      if (forkedAt !== undefined)
        yield [...table.headersBetween(chain.no, forkedAt - 1, forkedAt, 2), ...table.forksAt(chain.no, forkedAt, 2)]
      for (let next: number | undefined = from; next !== undefined;) {
        const portion: (SignedHeader & { seq: number })[] = table.headersBetween(chain.no, next, to, EVIDENCE_HEADERS)
        if (portion.length > 0) yield portion
        next = portion.length < EVIDENCE_HEADERS ? undefined : (portion.at(-1)?.seq ?? to) + 1
      }
      for (let after: string | undefined = ''; after !== undefined;) {
        const portion: SignedHeader[] = table.forks(chain.no, after, EVIDENCE_HEADERS)
        if (portion.length > 0) yield portion
        after = portion.length < EVIDENCE_HEADERS ? undefined : portion.at(-1)?.id
      }
    },
    accuse(group, records) {
      commit(done => {
        const state = stateOf(group)
        const byDevice = new Map<PeerId, SignedRecord[]>()
        for (const record of records) {
          const { device } = record.header
          if (record.header.group !== group) throw coreError('BAD_RECORD', "another group's")
          if (!members.wasAdmitted(group, device)) continue
          if (!table.timeOf(state.no, record.id) && !isAuthentic(record))
            throw coreError('BAD_RECORD', 'its signature is wrong')
          byDevice.set(device, [...(byDevice.get(device) ?? []), record])
        }
        for (const [device, of] of byDevice)
          if (accuseOne(state, device, of)) done.push({ group, device, seq: state.chains.get(device)?.forkedAt ?? 0 })
      })
    },
    outgoing(group, known, { cursor, maxRecords, maxBytes }) {
      const state = stateOf(group)
      let from = cursor ?? firstLacking(table, state, known)
      const records: Outgoing['records'] = []
      let bytes = 0
      while (from !== undefined) {
        const rows = table.arrivals(state.no, from, SCANNED_ROWS)
        for (const { arrival, device, seq } of rows) {
          from = arrival
          if (seq <= (known.get(device) ?? 0) || seq >= (state.chains.get(device)?.forkedAt ?? Infinity)) continue
          const row = table.outgoing(arrival)
          if (!row) continue
          bytes += row.headerBytes.length + (row.body?.length ?? 0) + ROW_OVERHEAD_BYTES
          if (records.length === maxRecords || (bytes > maxBytes && records.length > 0))
            return { records, cursor: arrival }
          records.push({ ...row, device, seq })
        }
        from = rows.length < SCANNED_ROWS ? undefined : from + 1
      }
      return { records, cursor: undefined }
    },
    markDamaged(arrivals) {
      commit(done => {
        for (const arrival of arrivals) {
          table.setState(arrival, DAMAGED)
          const owner = table.ownerOf(arrival)
          if (owner) done.push(owner)
        }
      })
    },
    damaged: (group, limit) => table.damaged(stateOf(group).no, limit),
    byIds: (group, ids) => table.byIds(stateOf(group).no, ids),
    mend(group, records) {
      commit(done => {
        const state = stateOf(group)
        for (const record of records) {
          const place = table.placeOfDamaged(state.no, record.id)
          if (!place) continue
          const { body, header } = record
          const { device, epoch, operations, seq } = header
          if (!isAuthentic(record)) throw coreError('BAD_RECORD', 'its signature or its body is wrong')
          const role = members.roleAt(group, device, operations)
          if (!role || (!body && (header.expiresAt ?? Infinity) > clock.now())) continue
          const { kind, ...verdict } = examine({ group, device, epoch, body, role })
          const isStopped = seq >= (state.chains.get(device)?.forkedAt ?? Infinity)
          const position = place.position ?? (kind === undefined ? undefined : ++lastPosition)
          table.mend(place.arrival, { role, kind, state: isStopped ? HIDDEN : verdict.state, position }, record)
          done.push({ group, device, seq })
        }
      })
    },
    expire: before => commit(() => table.expire(before)),
    onCommit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      closed = true
      if (!cancelFlush) return
      cancelFlush()
      flush()
    }
  }
  return journal
}

/** Signature and framing of one record on the wire. */
const ROW_OVERHEAD_BYTES = 64 + 16

function digestOf(from: number, ids: readonly RecordId[]): string {
  return Buffer.from(sha256(Buffer.from(`${from} ${ids.join(' ')}`))).toString('hex')
}

/** The earliest arrival that a peer with `known` has not. */
function firstLacking(table: LogTable, state: GroupState, known: ReadonlyMap<PeerId, number>): number | undefined {
  let first: number | undefined
  for (const { no, device, forkedAt = Infinity, seq } of state.chains.values()) {
    const has = known.get(device) ?? 0
    if (has >= Math.min(seq, forkedAt - 1)) continue
    const arrival = table.arrivalOf(no, has + 1)
    if (arrival !== undefined && (first === undefined || arrival < first)) first = arrival
  }
  return first
}
