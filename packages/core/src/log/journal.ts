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
import { MAX_HEADS, isAuthentic, signRecord } from './record.ts'
import type { Header, SignedRecord } from './record.ts'
import type { Members } from './members.ts'
import { HIDDEN, LOCKED, SHOWN, logTable } from './table.ts'
import type { ChainRow, HeadRow, LogTable, OutgoingRow, State } from './table.ts'

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
  /** Device → its newest record's seq here. */
  vector(group: GroupId): ReadonlyMap<PeerId, number>
  /** Devices that wrote two records with one seq, or a record that follows none of theirs. */
  forked(group: GroupId): PeerId[]
  /**
   * What a peer that holds `known` lacks, oldest arrival first, from `cursor` on: at most `maxRecords` and `maxBytes`.
   * `cursor` is undefined at the end.
   */
  outgoing(
    group: GroupId,
    known: ReadonlyMap<PeerId, number>,
    limits: { cursor?: number; maxRecords: number; maxBytes: number }
  ): Outgoing
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

/** A group's chains as they are stored, kept in memory. */
interface GroupState {
  no: number
  chains: Map<PeerId, ChainRow>
  heads: Map<RecordId, HeadRow>
}

/** Rows of the arrival index that are looked at in one go. */
const SCANNED_ROWS = 1_024
/** Locked records read anew in one go. */
const UNLOCKED_ROWS = 256

export function createJournal(options: {
  database: Database
  device: PeerId
  key: SigningKey
  members: Pick<Members, 'roleAt'>
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
      heads: new Map(table.heads(no).map(head => [head.id, head]))
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
    const { device, seq, ms, count } = header
    let chain = state.chains.get(device)
    if (chain) Object.assign(chain, { seq, tip: id, ms, count })
    else {
      const first = { device, seq, tip: id, ms, count }
      chain = { ...first, no: table.addChain(state.no, first), forkedAt: undefined }
      state.chains.set(device, chain)
    }
    const forked = chain.forkedAt !== undefined
    const shown: Verdict = forked ? { ...verdict, state: HIDDEN } : verdict
    table.updateChain(chain)
    table.add({ ...shown, role, group: state.no, chain: chain.no, position }, record)
    // What is never shown needs nothing after it, and must not move anyone's clock.
    if (!forked) follow(state, { id, device, ms, count }, header)
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
      expiresAt: draft.lifetimeMs === undefined ? undefined : time.ms + draft.lifetimeMs
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

  /** Keeps the proof that a device contradicted itself. Its later records are kept, so that others' can follow them, but hidden. */
  const mark = (chain: ChainRow, seq: number): void => {
    if (chain.forkedAt !== undefined && chain.forkedAt <= seq) return
    chain.forkedAt = seq
    table.updateChain(chain)
    logger.warn('a device wrote two histories; what it writes from now on is hidden', { device: chain.device, seq })
  }

  const accept = (state: GroupState, record: SignedRecord): 'stored' | 'known' | 'missing' => {
    const { id, header, body } = record
    const { group, device, epoch, seq, prev, heads, operations } = header
    if (table.timeOf(state.no, id)) return 'known'
    if (!isAuthentic(record)) throw coreError('BAD_RECORD', 'its signature or its body is wrong')
    if (!body && (header.expiresAt ?? Infinity) > clock.now()) throw coreError('BAD_RECORD', 'its body is left out')

    const role = members.roleAt(group, device, operations)
    if (!role || !isAtLeast(role, 'reader')) throw coreError('BAD_RECORD', 'its author may not write')
    const chain = state.chains.get(device)
    if (seq > (chain?.seq ?? 0) + 1) return 'missing'
    if (chain && seq <= chain.seq) {
      table.addFork(chain.no, record)
      mark(chain, seq)
      return 'stored'
    }
    const times = heads.map(head => state.heads.get(head) ?? table.timeOf(state.no, head))
    if (!times.every(time => time !== undefined)) return 'missing'
    if (chain && prev !== chain.tip) mark(chain, seq)
    const seen: HybridTime[] = chain ? [chain, ...times] : times
    if (chain?.forkedAt === undefined && !canFollow(header, latest(seen)))
      throw coreError('BAD_RECORD', 'its time does not follow from what it follows')
    const verdict = examine({ group, device, epoch, body, role })
    store(state, record, role, verdict, verdict.kind === undefined ? undefined : ++lastPosition)
    return 'stored'
  }

  return {
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
            const hidden = state.chains.get(row.device)?.forkedAt !== undefined
            const position = verdict.kind === undefined ? undefined : ++lastPosition
            table.unlock(row.arrival, verdict.kind, hidden ? HIDDEN : verdict.state, position)
            done.push({ group, device: row.device, seq: row.seq })
          }
        })
      }
    },
    vector: group => new Map([...stateOf(group).chains.values()].map(({ device, seq }) => [device, seq])),
    forked: group =>
      [...stateOf(group).chains.values()].filter(chain => chain.forkedAt !== undefined).map(chain => chain.device),
    outgoing(group, known, { cursor, maxRecords, maxBytes }) {
      const state = stateOf(group)
      let from = cursor ?? firstLacking(table, state, known)
      const records: Outgoing['records'] = []
      let bytes = 0
      while (from !== undefined) {
        const rows = table.arrivals(state.no, from, SCANNED_ROWS)
        for (const { arrival, device, seq } of rows) {
          from = arrival
          if (seq <= (known.get(device) ?? 0)) continue
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
}

/** Signature and framing of one record on the wire. */
const ROW_OVERHEAD_BYTES = 64 + 16

/** The earliest arrival that a peer with `known` has not. */
function firstLacking(table: LogTable, state: GroupState, known: ReadonlyMap<PeerId, number>): number | undefined {
  let first: number | undefined
  for (const { no, device, seq } of state.chains.values()) {
    const has = known.get(device) ?? 0
    if (has >= seq) continue
    const arrival = table.arrivalOf(no, has + 1)
    if (arrival !== undefined && (first === undefined || arrival < first)) first = arrival
  }
  return first
}
