import { coreError, hasCode } from '../errors.ts'
import type { SigningKey } from '../identity/ed25519.ts'
import type { AccountId, GroupId, PeerId, RecordId } from '../ids.ts'
import { listeners } from '../listeners.ts'
import type { Logger } from '../logger.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../store/store.ts'
import { kindNumber } from './body.ts'
import type { Sealer } from './body.ts'
import { Chains } from './chains.ts'
import type { Commit, Committed } from './commit.ts'
import { createDrafts } from './drafts.ts'
import type { Draft, Written } from './drafts.ts'
import { createForks } from './forks.ts'
import type { Mark } from './forks.ts'
import { createIntake } from './intake.ts'
import type { Examined, Store, Verdict } from './intake.ts'
import { createReplacing } from './replacing.ts'
import { outgoing } from './outgoing.ts'
import type { Limits, Outgoing } from './outgoing.ts'
import type { HasRoomOf, QuotaOf } from './quota.ts'
import type { SyncScope } from './scope.ts'
import { isAuthentic } from './record.ts'
import type { SignedRecord } from './record.ts'
import { createSettling } from './settling.ts'
import { createSweeping } from './sweeping.ts'
import type { Sweeping } from './sweeping.ts'
import type { Portions } from './tidying.ts'
import type { Members } from './members.ts'
import { logTable } from './table.ts'
import type { LogTable } from './table.ts'
import type { SignedHeader } from './table/row.ts'
import type { OutgoingRow } from './table/sending-table.ts'
import { DAMAGED, WANTED } from './table/state.ts'

export interface Received {
  /** New ones, committed. */
  stored: number
  /** Devices of which some were left out because what they follow is not here: up to which seq, and the first thing that lacks. */
  missing: ReadonlyMap<PeerId, { seq: number; past: RecordId }>
  /** Devices of which no more is stored: their person's quota is used up. */
  full: ReadonlySet<PeerId>
}

/** The stored chains of all groups: what may enter them, and in which order it is sent on. */
export interface Journal extends Sweeping {
  readonly table: LogTable
  /** Resolves when committed; drafts of one tick share a commit. Throws DISK_FULL, QUOTA_EXCEEDED, DEVICE_STOPPED, STOPPED. */
  append(draft: Draft): Promise<Written>
  /**
   * Checks and commits what a peer sent, in order, in one transaction; known ones are skipped. At the first that breaks
   * a rule it throws BAD_RECORD: those before it are committed. `authentic`: those whose signature was checked already.
   */
  receive(group: GroupId, records: readonly SignedRecord[], authentic?: ReadonlySet<SignedRecord>): Received
  /** How many records here are encrypted under one epoch's key. */
  count(group: GroupId, epoch: number): number
  /** What the group's records take here, by person, bytes. */
  usage(group: GroupId): { total: number; owners: ReadonlyMap<AccountId | PeerId, number> }
  /** What each device's records take here. */
  chains(group: GroupId): Iterable<{ device: PeerId; seq: number; bytes: number }>
  /** How many bodies are not here: asked for, and left out. */
  bodiesElsewhere(group: GroupId): { wanted: number; leftOut: number }
  /** Device → its newest record's seq here. */
  vector(group: GroupId): ReadonlyMap<PeerId, number>
  /** Device → its newest record here. */
  tips(group: GroupId): ReadonlyMap<PeerId, Tip>
  /** One device's, without a look at all of them. */
  tip(group: GroupId, device: PeerId): Tip | undefined
  /** Whether a record is here, or at least what its author signed of it. */
  has(group: GroupId, id: RecordId): boolean
  /** The id of a device's record number `seq`. */
  idAt(group: GroupId, device: PeerId, seq: number): RecordId | undefined
  /** Devices that wrote two records with one seq, or a record that follows none of theirs. */
  forked(group: GroupId): PeerId[]
  /** Whether a device was stopped at this record of its, or before. */
  isStopped(group: GroupId, device: PeerId, seq: number): boolean
  marks(group: GroupId): ReadonlyMap<PeerId, Mark>
  /** See `Forks`; empty for a device that is not here. */
  proof(group: GroupId, device: PeerId): SignedHeader[]
  headers(group: GroupId, device: PeerId, from: number, to: number): Iterable<SignedHeader[]>
  beside(group: GroupId, device: PeerId, after: number): Iterable<{ headers: SignedHeader[]; last: number }>
  /**
   * Stops devices that contradict themselves in these headers or against what is here, and keeps what they signed. What
   * contradicts nothing is left out. Throws BAD_RECORD for a signature that is wrong.
   */
  accuse(group: GroupId, headers: readonly SignedRecord[]): void
  outgoing(group: GroupId, known: ReadonlyMap<PeerId, number>, limits: Limits): Outgoing
  /** Shows and sends these no more, until `complete` gets them whole. */
  markDamaged(arrivals: readonly number[]): void
  /** Chains of which bodies are damaged or not here, and wanted: after one, by number, at most `limit`. */
  chainsLacking(group: GroupId, after: number, limit: number): number[]
  /** Ids of such records of a chain: the latest first unless told otherwise, at most `limit`. */
  lacking(group: GroupId, chain: number, limit: number, options?: { earliestFirst?: boolean }): RecordId[]
  /** Records by id, as far as they are here and whole. */
  byIds(group: GroupId, ids: readonly RecordId[]): OutgoingRow[]
  /** Takes what a peer sent of records that are damaged or without their body; others are skipped. Throws BAD_RECORD. */
  complete(group: GroupId, records: readonly SignedRecord[]): void
  scope(group: GroupId): SyncScope
  /** From now on; what is here stays. */
  setScope(group: GroupId, scope: SyncScope): void
  /** Asks for so many bodies that were left out, the latest first, in scope or not; says which. */
  request(group: GroupId, options: { kinds: readonly string[] | undefined; limit: number }): RecordId[]
  /** Those of these records whose body is not here, or damaged. */
  stillLacking(group: GroupId, ids: readonly RecordId[]): RecordId[]
  /**
   * Membership changed: brings back what was replaced by records that do not count any more, at new positions, and hides
   * what is replaced after all.
   */
  settle(group: GroupId): Portions
  /** Bodies of a group that are not kept since later records took their place. */
  replaced(group: GroupId): { records: number; bytes: number }
  /** Runs after each commit; returns its undo. */
  onCommit(listener: (records: readonly Committed[]) => void): () => void
  /** Commits what is pending; later appends throw STOPPED. */
  close(): void
}

export interface Tip {
  seq: number
  id: RecordId
}

export function createJournal(options: {
  database: Database
  device: PeerId
  key: SigningKey
  members: Pick<Members, 'roleAt' | 'holds' | 'wasAdmitted' | 'accountOf' | 'epochs' | 'lastSeen'>
  quotaOf: QuotaOf
  /** @default always */
  hasRoomOf?: HasRoomOf
  /** Reads a record's body as far as it can be read. */
  examine(record: Examined): Verdict
  sealer: Pick<Sealer, 'kindOf' | 'sealKind'>
  /** Runs in the transaction in which what was at these positions goes. */
  forget?(positions: readonly number[]): void
  /** A device of a group contradicts itself: the group is to be settled. */
  onStopped?(group: GroupId): void
  clock: Clock
  logger: Logger
}): Journal {
  const { database, device: self, key, members, quotaOf, examine, sealer, clock, logger } = options
  const { hasRoomOf = () => true, forget = () => undefined, onStopped = () => undefined } = options
  const table = logTable(database)
  const chains = new Chains(table, quotaOf, (group, device) => members.accountOf(group, device))
  let lastPosition = table.lastPosition()
  const nextPosition = (): number => ++lastPosition
  const replacing = createReplacing({ table, members, clock })
  const forks = createForks({
    table,
    chains,
    onStopped: group => void stopped.add(group),
    logger
  })
  /** Groups of devices that were stopped in the transaction that is under way. */
  const stopped = new Set<GroupId>()
  const { on: onCommit, tell: committed } = listeners<[records: readonly Committed[]]>()
  /** Groups of which nothing is lacking, until something is committed: every session asks after every record. */
  const lackingNothing = new Set<GroupId>()

  /** When `work` fails, memory is read anew from what is on disk. */
  const commit: Commit = work => {
    const done: Committed[] = []
    let result
    lackingNothing.clear()
    stopped.clear()
    try {
      result = database.transaction(() => {
        const made = work(done)
        chains.flush()
        return made
      })
    } catch (error) {
      chains.reset()
      lastPosition = table.lastPosition()
      throw error
    }
    if (done.length > 0) committed(done)
    for (const group of [...stopped]) onStopped(group)
    return result
  }

  const store: Store = (state, record, at) => {
    const chain = chains.extend(state, record)
    table.add({ ...at, group: state.no, chain: chain.no }, record)
    replacing.take(chain, record.header)
    return chain
  }
  const shared = { chains, replacing, hasRoomOf, store, nextPosition, clock }
  const tidied = { ...shared, table, commit, examine, forget }
  const settle = createSettling(tidied)
  const sweeping = createSweeping({ ...tidied, ...sealer, members })
  const drafts = createDrafts({ ...shared, ...sealer, device: self, key, commit })
  const intake = createIntake({ ...shared, ...sealer, table, members, forks, examine })

  const chainOf = (group: GroupId, device: PeerId) => chains.of(group).chains.get(device)

  const journal: Journal = {
    table,
    ...sweeping,
    settle,
    append: drafts.append,
    receive(group, records, authentic = new Set()) {
      let refused: unknown
      const full = new Set<PeerId>()
      const missing = new Map<PeerId, { seq: number; past: RecordId }>()
      const received = commit(done => {
        const state = chains.of(group)
        const result: Received = { stored: 0, missing, full }
        for (const record of records) {
          const { device, seq } = record.header
          if (full.has(device)) continue
          try {
            if (record.header.group !== group) throw coreError('BAD_RECORD', "another group's")
            const outcome = intake.accept(state, record, authentic.has(record))
            if (typeof outcome === 'object')
              missing.set(device, { past: missing.get(device)?.past ?? outcome.past, seq })
            if (outcome === 'full') full.add(device)
            if (outcome !== 'stored') continue
            result.stored++
            done.push({ group, device, seq })
          } catch (error) {
            if (!hasCode(error, 'BAD_RECORD', 'PAST_MISSING')) throw error
            refused = error
            break
          }
        }
        return result
      })
      if (refused !== undefined) throw refused
      return received
    },
    count: (group, epoch) => table.count(chains.of(group).no, epoch),
    usage: group => chains.of(group).usage,
    chains: group => chains.of(group).chains.values(),
    bodiesElsewhere: group => table.bodiesElsewhere(chains.of(group).no),
    vector: group => new Map([...journal.tips(group)].map(([device, { seq }]) => [device, seq])),
    tips: group =>
      new Map(
        [...chains.of(group).chains.values()].flatMap(({ device, seq, tip }): [PeerId, Tip][] =>
          tip === undefined ? [] : [[device, { seq, id: tip }]]
        )
      ),
    tip(group, device) {
      const chain = chainOf(group, device)
      return chain?.tip === undefined ? undefined : { seq: chain.seq, id: chain.tip }
    },
    has: (group, id) => table.timeOf(chains.of(group).no, id) !== undefined,
    idAt(group, device, seq) {
      const chain = chainOf(group, device)
      if (chain?.seq === seq && chain.forkedAt === undefined) return chain.tip
      return chain && table.idAt(chain.no, seq)
    },
    forked: group =>
      [...chains.of(group).chains.values()].filter(chain => chain.forkedAt !== undefined).map(chain => chain.device),
    isStopped: (group, device, seq) => seq >= (chainOf(group, device)?.forkedAt ?? Infinity),
    marks: group => forks.marks(chains.of(group)),
    proof(group, device) {
      const chain = chainOf(group, device)
      return chain ? forks.proof(chain) : []
    },
    headers(group, device, from, to) {
      const chain = chainOf(group, device)
      return chain ? forks.headers(chain, from, to) : []
    },
    beside(group, device, after) {
      const chain = chainOf(group, device)
      return chain ? forks.beside(chain, after) : []
    },
    accuse(group, records) {
      commit(done => {
        const state = chains.of(group)
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
          if (forks.accuse(state, device, of))
            done.push({ group, device, seq: state.chains.get(device)?.forkedAt ?? 0 })
      })
    },
    outgoing: (group, known, limits) => outgoing(table, chains.of(group), known, limits),
    markDamaged(arrivals) {
      commit(done => {
        for (const arrival of arrivals) {
          table.setState(arrival, DAMAGED)
          const owner = table.ownerOf(arrival)
          if (owner) done.push(owner)
        }
      })
    },
    chainsLacking(group, after, limit) {
      if (lackingNothing.has(group)) return []
      const found = table.chainsLacking(chains.of(group).no, after, limit)
      if (found.length === 0 && after === 0) lackingNothing.add(group)
      return found
    },
    lacking: (group, chain, limit, options) => table.lacking(chains.of(group).no, chain, limit, options),
    byIds: (group, ids) => table.byIds(chains.of(group).no, ids),
    complete(group, records) {
      commit(done => {
        const state = chains.of(group)
        for (const record of records) {
          if (!intake.complete(state, record)) continue
          const { device, seq } = record.header
          done.push({ group, device, seq })
        }
      })
    },
    scope: group => chains.of(group).scope,
    setScope(group, scope) {
      commit(done => {
        const state = chains.of(group)
        table.setScope(state.no, scope)
        state.scope = scope
        done.push({ group, device: self, seq: state.chains.get(self)?.seq ?? 0 })
      })
    },
    request(group, { kinds, limit }) {
      return commit(done =>
        table
          .left(chains.of(group).no, { kinds: kinds?.map(kindNumber) }, limit)
          .map(({ arrival, device, id, seq }) => {
            table.setState(arrival, WANTED)
            done.push({ group, device, seq })
            return id
          })
      )
    },
    stillLacking: (group, ids) => table.stillLacking(chains.of(group).no, ids),
    replaced: group => table.replacedCount(chains.of(group).no),
    onCommit,
    close: drafts.close
  }
  return journal
}
