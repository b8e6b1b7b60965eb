import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { AppendOptions, RecordKind } from './kind.ts'
import type { Entry } from './entry.ts'
import { isAtLeast } from '../groups/role.ts'
import type { Identity } from '../identity/identity.ts'
import type { AccountId, GroupId, PeerId, RecordId } from '../ids.ts'
import { listeners } from '../listeners.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../store/store.ts'
import { MAX_BODY_BYTES, createSealer, decodeBody, encodeBody } from './body.ts'
import { createChecker } from './check.ts'
import type { Checker } from './check.ts'
import { exportRecords } from './export.ts'
import type { ExportedRecord } from './export.ts'
import { fetchLeftOut } from './fetch.ts'
import type { Fetched } from './fetch.ts'
import { isOff } from './hybrid-time.ts'
import { createJournal } from './journal.ts'
import { createRegistry } from './registry.ts'
import type { Members } from './members.ts'
import { createExaminer, createReader } from './reader.ts'
import type { AnyKind, Reader } from './reader.ts'
import { MAX_OPERATIONS } from './record.ts'
import { DEFAULT_QUOTA } from './quota.ts'
import type { HasRoomOf, QuotaOf } from './quota.ts'
import { checkScope } from './scope.ts'
import type { SyncScope } from './scope.ts'
import { createSearch } from './search.ts'
import type { Search } from './search.ts'
import { searchTable } from './search-table.ts'
import { groupStorage } from './storage.ts'
import type { GroupStorage } from './storage.ts'
import { createSync } from './sync.ts'
import type { Sync } from './sync.ts'
import type { SyncNetwork } from './sync.ts'
import { createTidying } from './tidying.ts'
import { HIDDEN } from './table/state.ts'

/** How often expired records are looked for. */
const SWEEP_MS = 10 * 60_000
/** Bodies outlive their expiry by this much, unseen, so that a carrier whose clock is ahead is not taken for one that strips them. */
const EXPIRY_GRACE_MS = 24 * 60 * 60_000

/**
 * Bodies outlive what takes their place by this much, unseen: who removes somebody whose last records it has not got
 * brings them back.
 */
const REPLACED_GRACE_MS = 7 * 24 * 60 * 60_000
/** Longest key of a record, in UTF-16 units. */
const MAX_KEY_CHARACTERS = 256

/** The records of all groups that this device belongs to. `groups/` offers it to plugins as part of `Group`. */
export interface Log extends Omit<Reader, 'entry'>, Pick<Search, 'search'> {
  /** Resolves when committed to disk here. Throws FORBIDDEN, TOO_LARGE, QUOTA_EXCEEDED, DEVICE_STOPPED, DISK_FULL, STOPPED; TypeError for data that the kind itself refuses. */
  append<T>(group: GroupId, kind: RecordKind<T>, data: T, options?: AppendOptions): Promise<Entry<T>>
  /** Of a defined kind, else undefined. */
  entry(group: GroupId, id: RecordId): Entry | undefined
  /** What a group's records take here. */
  storage(group: GroupId): GroupStorage
  /** What the records of each group take here, by person, bytes. */
  stored(): Map<GroupId, ReadonlyMap<AccountId | PeerId, number>>
  /** What the readable records of each plugin take here, bytes. */
  storedByPlugin(): ReadonlyMap<string, number>
  storedOf(plugin: string): number
  /** Asks for contents that were left out, since there may be room now. */
  reconsider(): void
  /** Which contents of a group this device fetches by itself. */
  scope(group: GroupId): SyncScope
  /** From now on; what is here stays. Throws TypeError for values out of range. */
  setScope(group: GroupId, scope: SyncScope): void
  /** See `fetchLeftOut`. */
  fetch(
    group: GroupId,
    options: { kinds?: readonly string[] | undefined; limit: number; signal?: AbortSignal | undefined }
  ): Promise<Fetched>
  /** All records of a group, verified and decrypted, in an order in which each follows what it needs. */
  export(group: GroupId, options?: { signal?: AbortSignal }): AsyncIterable<ExportedRecord>
  /** Device → seq of its newest record here. */
  vector(group: GroupId): Map<PeerId, number>
  /** How far a device's clock was ahead of ours when it last connected, negative when behind, ms. */
  clockSkewOf(device: PeerId): number | undefined
  /** Records here that are encrypted under one epoch's key. */
  count(group: GroupId, epoch: number): number
  /** Devices caught writing two histories. */
  forked(group: GroupId): PeerId[]
  /** Whether a device was: what it writes counts no more. */
  isStopped(group: GroupId, device: PeerId): boolean
  /** Runs when a device of a group was caught; returns its undo. */
  onStopped(listener: (group: GroupId) => void): () => void
  /** Returns its undo. Throws KIND_TAKEN. */
  define<T>(kind: RecordKind<T>): () => void
  /** Verifies what is on disk, in the background. */
  readonly check: Pick<Checker, 'start' | 'last'>
  /** See `Sync.handOver`. */
  handOver: Sync['handOver']
  /** Ends all streams, commits what is pending. */
  stop(): Promise<void>
}

export interface LogOptions extends SyncNetwork {
  identity: Pick<Identity, 'account' | 'device' | 'deviceKey'>
  /** The core's database, with CORE_MIGRATIONS in it. */
  database: Database
  members: Members
  /** @default DEFAULT_QUOTA */
  quotaOf?: QuotaOf
  /** Whether bodies of a kind may take so much more, bytes. @default always */
  hasRoomOf?: HasRoomOf
  clock: Clock
  logger: Logger
}

export function createLog(options: LogOptions): Log {
  const { identity, database, members, quotaOf = () => DEFAULT_QUOTA, hasRoomOf = () => true, clock, logger } = options
  const { account, device } = identity
  const tidying = createTidying({ logger })
  const { on: onStopped, tell: stopped } = listeners<[group: GroupId]>()
  const texts = searchTable(database)
  const kinds = createRegistry<AnyKind>(MAX_BODY_BYTES)
  const sealer = createSealer((group, epoch) => members.key(group, epoch))
  const examiner = createExaminer({
    sealer,
    kinds,
    members,
    hide: arrival => journal.table.setState(arrival, HIDDEN),
    isStopped: (group, device, seq) => journal.isStopped(group, device, seq),
    clock,
    logger
  })
  const journal = createJournal({
    database,
    device,
    key: identity.deviceKey,
    members,
    quotaOf,
    hasRoomOf,
    examine: examiner.examine,
    sealer,
    forget: positions => texts.forget(positions),
    onStopped(group) {
      settle(group)
      stopped(group)
    },
    clock,
    logger
  })
  const reader = createReader({ journal, examiner, kinds })
  const search = createSearch({ journal, table: texts, database, examiner, kinds, clock, logger })
  const check = createChecker({ journal, clock, logger })
  const sync = createSync({ ...options, device, journal })
  const settle = (group: GroupId): void => tidying.add(`settle ${group}`, () => journal.settle(group))
  const unlock = (group: GroupId): void => tidying.add(`unlock ${group}`, () => journal.unlock(group))
  const stopWatching = members.onChange(group => {
    unlock(group)
    settle(group)
  })
  const reconsider = (): void => tidying.add('reconsider', () => journal.reconsider())
  const sweep = (): void => {
    // What could not be done, or was interrupted.
    for (const group of members.groups()) {
      unlock(group)
      settle(group)
    }
    tidying.add('expire', () => journal.expire(clock.now() - EXPIRY_GRACE_MS))
    tidying.add('compact', () => journal.compact(clock.now() - REPLACED_GRACE_MS))
    // The quota may be another one than the last time.
    reconsider()
  }
  const stopSweeping = clock.every(SWEEP_MS, sweep)
  sweep()

  return {
    async append<T>(
      group: GroupId,
      kind: RecordKind<T>,
      data: T,
      { adds = false }: AppendOptions = {}
    ): Promise<Entry<T>> {
      const operations = members.heads(group).slice(0, MAX_OPERATIONS)
      const role = members.roleAt(group, device, operations)
      if (!role || !isAtLeast(role, kind.role))
        throw coreError('FORBIDDEN', `writing a ${kind.name} here takes the role ${kind.role}`)
      const plain = encodeBody({ kind: kind.name, data })
      if (plain.length > Math.min(kind.maxBytes, MAX_BODY_BYTES))
        throw coreError('TOO_LARGE', `a ${kind.name} has at most ${kind.maxBytes} bytes, this one ${plain.length}`)
      const read = parsed(kind, plain)
      const epoch = members.epoch(group)
      const body = sealer.seal({ group, device, epoch }, plain)
      if (!body) throw coreError('FORBIDDEN', "the group's present key has not reached this device yet")
      const { name, lifetimeMs } = kind
      if (lifetimeMs !== undefined && !isLifetime(lifetimeMs)) throw new TypeError(`${name}: not a lifetime in ms`)
      const key = kind.key?.(read)
      if (key !== undefined && (key.length < 1 || key.length > MAX_KEY_CHARACTERS))
        throw new TypeError(`${name}: a key has 1 to ${MAX_KEY_CHARACTERS} characters`)
      const { record, position } = await journal.append({
        group,
        kind: name,
        role,
        operations,
        epoch,
        lifetimeMs,
        keyed: key === undefined ? undefined : { key, adds },
        body
      })
      const { seq, era, ms, count } = record.header
      const order = { era, ms, count, device }
      const isTimeOff = isOff(order, clock.now())
      return { position, group, id: record.id, kind: name, account, device, seq, order, isTimeOff, data: read }
    },
    page: reader.page,
    follow: reader.follow,
    search: search.search,
    entry(group, id) {
      const entry = reader.entry(id)
      return entry?.group === group ? entry : undefined
    },
    storage: group => groupStorage(group, { account, journal, members, quotaOf }),
    stored: () => new Map(journal.table.groups().map(({ id }) => [id, journal.usage(id).owners])),
    storedByPlugin: () => journal.table.bytesOfPlugins(),
    storedOf: plugin => journal.table.bytesOfPlugin(plugin),
    reconsider,
    scope: journal.scope,
    setScope(group, scope) {
      journal.setScope(group, checkScope(scope))
      reconsider()
    },
    fetch: (group, options) => fetchLeftOut(group, options, { clock, journal }),
    export: (group, { signal } = {}) => exportRecords(group, { journal, examiner, members, clock }, signal),
    vector: group => new Map(journal.vector(group)),
    clockSkewOf: sync.clockSkewOf,
    handOver: sync.handOver,
    count: journal.count,
    forked: journal.forked,
    isStopped: (group, device) => journal.isStopped(group, device, Number.MAX_SAFE_INTEGER),
    onStopped,
    check,
    define: kind => kinds.define(kind),
    async stop() {
      stopSweeping()
      stopWatching()
      await tidying.stop()
      await sync.stop()
      await search.stop()
      await check.stop()
      journal.close()
    }
  }
}

/** Whole milliseconds, up to a thousand years. */
function isLifetime(ms: number): boolean {
  return Number.isSafeInteger(ms) && ms > 0 && ms <= 1_000 * 365 * 86_400_000
}

/** What others will read: the data after a round trip. */
function parsed<T>(kind: RecordKind<T>, plain: Uint8Array): T {
  try {
    return kind.parse(decodeBody(plain).data)
  } catch (cause) {
    throw new TypeError(`the data is not a ${kind.name}`, { cause })
  }
}
