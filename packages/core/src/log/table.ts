import type { Order, Role } from '../groups/group.ts'
import type { GroupId, PeerId, RecordId } from '../ids.ts'
import type { Database, Row } from '../store/store.ts'
import type { HybridTime } from './hybrid-time.ts'
import { diskBytes } from './quota.ts'
import type { SignedRecord } from './record.ts'
import { WHOLE } from './scope.ts'
import type { SyncScope } from './scope.ts'

export const LOG_SCHEMA = `
  CREATE TABLE log_group (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE log_chain ( -- one device's records in one group
    no INTEGER PRIMARY KEY,
    grp INTEGER NOT NULL REFERENCES log_group,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL, -- of its newest record here, 0 for none
    tip TEXT, -- the id of that record, its era, ms and count
    era INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    count INTEGER NOT NULL,
    bytes INTEGER NOT NULL, -- what its records take here
    forked_at INTEGER, -- seq of the first record that contradicts another: from there on nothing counts
    UNIQUE (grp, device)
  ) STRICT;
  CREATE TABLE log_head ( -- records that no other one follows yet
    grp INTEGER NOT NULL REFERENCES log_group,
    id TEXT NOT NULL,
    device TEXT NOT NULL,
    era INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (grp, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE log_record (
    arrival INTEGER PRIMARY KEY, -- never deleted, so it grows; nothing arrives before what it follows
    grp INTEGER NOT NULL REFERENCES log_group,
    chain INTEGER NOT NULL REFERENCES log_chain,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    era INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    count INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    role TEXT NOT NULL, -- its author's when it was written
    expires_at INTEGER,
    header BLOB NOT NULL,
    signature BLOB NOT NULL,
    body BLOB, -- encrypted; NULL once expired, and while it is not here
    body_bytes INTEGER NOT NULL, -- as its author made it
    kind TEXT, -- NULL while the body cannot be read
    state INTEGER NOT NULL, -- see the constants below
    position INTEGER, -- order in which records became readable here
    replaced_by INTEGER, -- seq of the record of its chain that takes its place, 0: none does, NULL: none may
    replaced_at INTEGER, -- since when, ms by our clock; NULL once that cost it its body
    UNIQUE (chain, seq)
  ) STRICT;
  CREATE UNIQUE INDEX log_record_position ON log_record (position, state, kind) WHERE position IS NOT NULL;
  CREATE INDEX log_record_order ON log_record (grp, kind, era, ms, count, device) WHERE state = 0;
  CREATE INDEX log_record_arrival ON log_record (grp, arrival, device, seq);
  CREATE INDEX log_record_locked ON log_record (grp, arrival) WHERE state = 2;
  CREATE INDEX log_record_lacking ON log_record (grp, arrival) WHERE state IN (3, 4);
  CREATE INDEX log_record_left ON log_record (grp, arrival) WHERE state = 5;
  CREATE INDEX log_record_expiry ON log_record (expires_at)
    WHERE expires_at IS NOT NULL AND (body IS NOT NULL OR state IN (4, 5));
  CREATE INDEX log_record_replaced ON log_record (grp, state, chain, replaced_by, replaced_at, body_bytes)
    WHERE replaced_by > 0;
  CREATE INDEX log_record_grace ON log_record (replaced_at) WHERE replaced_at IS NOT NULL;
  CREATE TABLE log_live ( -- what this device wrote of a kind and key that nothing took the place of
    grp INTEGER NOT NULL REFERENCES log_group,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (grp, kind, key, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE log_scope ( -- which contents are fetched, where not all are
    grp INTEGER PRIMARY KEY REFERENCES log_group,
    max_age_ms INTEGER, -- NULL: of any age
    kinds TEXT -- JSON array of names; NULL: all
  ) STRICT;
  CREATE TABLE log_fork ( -- of a stopped device: records beside its chain, proof against it and past of others
    id TEXT PRIMARY KEY,
    chain INTEGER NOT NULL REFERENCES log_chain,
    seq INTEGER NOT NULL,
    era INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    count INTEGER NOT NULL,
    header BLOB NOT NULL,
    signature BLOB NOT NULL
  ) STRICT;
  CREATE INDEX log_fork_chain ON log_fork (chain, seq);
`

export const SHOWN = 0
export const HIDDEN = 1
/** The key of its epoch is not here yet. */
export const LOCKED = 2
/** On disk: it comes again from a member. */
export const DAMAGED = 3
/** Its body is not here, and asked for. */
export const WANTED = 4
/** Its body is not here, and not asked for. */
export const LEFT = 5
/** A later one of its chain takes its place; its body goes after a while. */
export const REPLACED = 6
export type State =
  typeof SHOWN | typeof HIDDEN | typeof LOCKED | typeof DAMAGED | typeof WANTED | typeof LEFT | typeof REPLACED

export interface ChainRow extends HybridTime {
  no: number
  device: PeerId
  /** 0: nothing of it is here but the proof that it was stopped for. */
  seq: number
  tip: RecordId | undefined
  /** What its records take here. */
  bytes: number
  forkedAt: number | undefined
}

export interface HeadRow extends HybridTime {
  id: RecordId
  device: PeerId
}

/** What reading a record's body needs. */
export interface StoredRecord extends HybridTime {
  arrival: number
  group: GroupId
  device: PeerId
  seq: number
  id: RecordId
  epoch: number
  /** Its author's when it was written. */
  role: Role
  expiresAt: number | undefined
  body: Uint8Array | undefined
  /** Undefined while it is locked or unreadable. */
  position: number | undefined
  /** A later one may take its place. */
  isReplaceable: boolean
}

/** A record as it is on disk, for comparing it with itself. */
export interface CheckedRow extends SignedHeader, HybridTime {
  arrival: number
  group: GroupId
  device: PeerId
  seq: number
  epoch: number
  expiresAt: number | undefined
  body: Uint8Array | undefined
  /** False where it was left out. */
  isBodyHere: boolean
}

/** A record with all that is here of it. */
export interface ExportedRow extends StoredRecord, SignedHeader {
  state: State
}

/** What a device signed of a record; a proof needs no more. */
export interface SignedHeader {
  id: RecordId
  headerBytes: Uint8Array
  signature: Uint8Array
}

/** A body that another record took the place of. */
export interface Outdated {
  arrival: number
  group: GroupId
  device: PeerId
  /** Since when, ms by our clock. */
  at: number
  isNeeded: boolean
  position: number | undefined
  bytes: number
}

/** A record as it is sent on. */
export interface OutgoingRow {
  headerBytes: Uint8Array
  signature: Uint8Array
  body: Uint8Array | undefined
  /** The receiver does not want the body, or nobody needs it. */
  isLeftOut?: boolean
}

/** What a sweep empties: also what is not here any more can be given up. */
const EXPIRED = `expires_at IS NOT NULL AND (body IS NOT NULL OR state IN (4, 5)) AND expires_at <= ? AND state <> ${DAMAGED}`

export const READ = `arrival, (SELECT id FROM log_group WHERE no = grp) AS grp_id, device, seq, id, era, ms, count, epoch, role,
  expires_at, body, position, replaced_by FROM log_record`

function signedHeader(row: Row): SignedHeader {
  return {
    id: row.id as RecordId,
    headerBytes: row.header as Uint8Array,
    signature: row.signature as Uint8Array
  }
}

function timeOf({ era, ms, count }: Row): HybridTime {
  return { era: Number(era), ms: Number(ms), count: Number(count) }
}

/** Nobody needs the body of what another record took the place of. */
function sentBody({ body, state }: Row): Pick<OutgoingRow, 'body' | 'isLeftOut'> {
  return Number(state) === REPLACED ? { body: undefined, isLeftOut: true } : { body: blob(body) }
}

function optional(value: Row[string] | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}

function blob(value: Row[string] | undefined): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined
}

export function stored(row: Row): StoredRecord {
  return {
    arrival: Number(row.arrival),
    group: row.grp_id as GroupId,
    device: row.device as PeerId,
    seq: Number(row.seq),
    id: row.id as RecordId,
    ...timeOf(row),
    epoch: Number(row.epoch),
    role: row.role as Role,
    expiresAt: optional(row.expires_at),
    body: blob(row.body),
    position: optional(row.position),
    isReplaceable: row.replaced_by !== null
  }
}

/** The log's statements on the core's database, by name and typed. Rules live in `journal.ts`. */
export type LogTable = ReturnType<typeof logTable>

export function logTable(database: Database) {
  const sql = (text: string) => database.prepare(text)
  return {
    groups(): { no: number; id: GroupId }[] {
      const rows = sql('SELECT no, id FROM log_group').all()
      return rows.map(row => ({ no: Number(row.no), id: row.id as GroupId }))
    },
    group(id: GroupId): number {
      const find = sql('SELECT no FROM log_group WHERE id = ?')
      const known = find.get(id)
      return Number(known ? known.no : sql('INSERT INTO log_group (id) VALUES (?)').run(id).lastInsertRowid)
    },

    chains(group: number): ChainRow[] {
      const rows = sql('SELECT * FROM log_chain WHERE grp = ?').all(group)
      return rows.map(row => ({
        no: Number(row.no),
        device: row.device as PeerId,
        seq: Number(row.seq),
        tip: typeof row.tip === 'string' ? (row.tip as RecordId) : undefined,
        ...timeOf(row),
        bytes: Number(row.bytes),
        forkedAt: optional(row.forked_at)
      }))
    },
    addChain(group: number, { device, seq, tip, era, ms, count, bytes }: Omit<ChainRow, 'no' | 'forkedAt'>): number {
      const insert = sql(
        'INSERT INTO log_chain (grp, device, seq, tip, era, ms, count, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
      )
      return Number(insert.run(group, device, seq, tip ?? null, era, ms, count, bytes).lastInsertRowid)
    },
    /** Of all groups' records. */
    bytes(): number {
      return Number(sql('SELECT coalesce(sum(bytes), 0) AS bytes FROM log_chain').get()?.bytes)
    },
    updateChain({ no, seq, tip, era, ms, count, bytes, forkedAt }: ChainRow): void {
      const update = sql(
        'UPDATE log_chain SET seq = ?, tip = ?, era = ?, ms = ?, count = ?, bytes = ?, forked_at = ? WHERE no = ?'
      )
      update.run(seq, tip ?? null, era, ms, count, bytes, forkedAt ?? null, no)
    },

    scope(group: number): SyncScope {
      const row = sql('SELECT max_age_ms, kinds FROM log_scope WHERE grp = ?').get(group)
      if (!row) return WHOLE
      const kinds = row.kinds === null ? undefined : (JSON.parse(String(row.kinds)) as string[])
      return { maxAgeMs: optional(row.max_age_ms), kinds }
    },
    setScope(group: number, { kinds, maxAgeMs }: SyncScope): void {
      const upsert = sql('INSERT OR REPLACE INTO log_scope VALUES (?, ?, ?)')
      upsert.run(group, maxAgeMs ?? null, kinds ? JSON.stringify(kinds) : null)
    },

    heads(group: number): HeadRow[] {
      const rows = sql('SELECT * FROM log_head WHERE grp = ?').all(group)
      return rows.map(row => ({ id: row.id as RecordId, device: row.device as PeerId, ...timeOf(row) }))
    },
    addHead(group: number, { id, device, era, ms, count }: HeadRow): void {
      const insert = sql('INSERT INTO log_head (grp, id, device, era, ms, count) VALUES (?, ?, ?, ?, ?, ?)')
      insert.run(group, id, device, era, ms, count)
    },
    removeHead(group: number, id: RecordId): void {
      sql('DELETE FROM log_head WHERE grp = ? AND id = ?').run(group, id)
    },

    lastPosition(): number {
      const row = sql('SELECT max(position) AS last FROM log_record WHERE position IS NOT NULL').get()
      return optional(row?.last) ?? 0
    },
    add(
      at: {
        group: number
        chain: number
        role: Role
        kind: string | undefined
        state: State
        position: number | undefined
      },
      { id, header, headerBytes, signature, body }: SignedRecord
    ): void {
      sql(
        `INSERT INTO log_record (grp, chain, device, seq, id, era, ms, count, epoch, role, expires_at, header, signature,
          body, body_bytes, kind, state, position, replaced_by)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
      ).run(
        at.group,
        at.chain,
        header.device,
        header.seq,
        id,
        header.era,
        header.ms,
        header.count,
        header.epoch,
        at.role,
        header.expiresAt ?? null,
        headerBytes,
        signature,
        body ?? null,
        header.bodyBytes,
        at.kind ?? null,
        at.state,
        at.position ?? null,
        header.replaces ? 0 : null
      )
    },
    addFork(chain: number, { id, header, headerBytes, signature }: SignedRecord): void {
      const insert = sql('INSERT INTO log_fork VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      insert.run(id, chain, header.seq, header.era, header.ms, header.count, headerBytes, signature)
    },
    forkCount(chain: number): number {
      return Number(sql('SELECT count(*) AS n FROM log_fork WHERE chain = ?').get(chain)?.n)
    },
    /** As they came, from after one row on. */
    forks(chain: number, after = 0, limit = -1): (SignedHeader & { row: number })[] {
      const select = sql(
        'SELECT rowid, id, header, signature FROM log_fork WHERE chain = ? AND rowid > ? ORDER BY rowid LIMIT ?'
      )
      return select.all(chain, after, limit).map(row => ({ ...signedHeader(row), row: Number(row.rowid) }))
    },
    forksAt(chain: number, seq: number, limit: number): SignedHeader[] {
      const select = sql('SELECT id, header, signature FROM log_fork WHERE chain = ? AND seq = ? LIMIT ?')
      return select.all(chain, seq, limit).map(signedHeader)
    },
    /** Of a chain's own records, by seq. */
    headersBetween(chain: number, from: number, to: number, limit: number): (SignedHeader & { seq: number })[] {
      const select = sql(
        'SELECT id, seq, header, signature FROM log_record WHERE chain = ? AND seq BETWEEN ? AND ? AND state <> 3 ORDER BY seq LIMIT ?'
      )
      return select.all(chain, from, to, limit).map(row => ({ ...signedHeader(row), seq: Number(row.seq) }))
    },
    /** Ids of all that is here of a chain from a seq on: its own records and those beside them. */
    idsFrom(chain: number, seq: number): RecordId[] {
      const select = sql(
        `SELECT id FROM log_record WHERE chain = ? AND seq >= ? UNION SELECT id FROM log_fork WHERE chain = ? AND seq >= ?
          ORDER BY id`
      )
      return select.all(chain, seq, chain, seq).map(row => row.id as RecordId)
    },
    idAt(chain: number, seq: number): RecordId | undefined {
      return sql('SELECT id FROM log_record WHERE chain = ? AND seq = ?').get(chain, seq)?.id as RecordId | undefined
    },
    hideFrom(chain: number, seq: number): void {
      sql(`UPDATE log_record SET state = ${HIDDEN}, replaced_at = NULL WHERE chain = ? AND seq >= ?`).run(chain, seq)
    },
    /** When a group's record, proof of a fork or not, was written; undefined when it is not here. */
    timeOf(group: number, id: RecordId): HybridTime | undefined {
      const fork =
        'SELECT f.era, f.ms, f.count FROM log_fork f JOIN log_chain c ON c.no = f.chain WHERE f.id = ? AND c.grp = ?'
      const row =
        sql('SELECT era, ms, count FROM log_record WHERE id = ? AND grp = ?').get(id, group) ?? sql(fork).get(id, group)
      return row && timeOf(row)
    },

    setState(arrival: number, state: State): void {
      sql('UPDATE log_record SET state = ? WHERE arrival = ?').run(state, arrival)
    },
    unlock(arrival: number, kind: string | undefined, state: State, position: number | undefined): void {
      const update = sql('UPDATE log_record SET kind = ?, state = ?, position = ? WHERE arrival = ?')
      update.run(kind ?? null, state, position ?? null, arrival)
    },
    locked(group: number, after: number, limit: number): StoredRecord[] {
      const select = sql(`SELECT ${READ} WHERE grp = ? AND state = 2 AND arrival > ? ORDER BY arrival LIMIT ?`)
      return select.all(group, after, limit).map(stored)
    },
    /** Hides and empties what expired at `before` or earlier. */
    expire(before: number): void {
      sql(`UPDATE log_record SET body = NULL, state = ${HIDDEN}, replaced_at = NULL WHERE ${EXPIRED}`).run(before)
    },
    /** By device, what the bodies take that expired at `before` or earlier. */
    expiring(before: number): { group: GroupId; device: PeerId; bytes: number }[] {
      const select = sql(
        `SELECT (SELECT id FROM log_group WHERE no = grp) AS grp_id, device, coalesce(sum(length(body)), 0) AS bytes
          FROM log_record WHERE ${EXPIRED} GROUP BY chain`
      )
      return select.all(before).map(row => ({
        group: row.grp_id as GroupId,
        device: row.device as PeerId,
        bytes: Number(row.bytes)
      }))
    },

    /** Records that are encrypted under one epoch's key. */
    count(group: number, epoch: number): number {
      const row = sql('SELECT count(*) AS n FROM log_record WHERE grp = ? AND epoch = ?').get(group, epoch)
      return Number(row?.n)
    },

    byId(id: RecordId): (StoredRecord & { kind: string | undefined }) | undefined {
      const row = sql(`SELECT kind, ${READ} WHERE id = ? AND state = 0`).get(id)
      return row && { ...stored(row), kind: typeof row.kind === 'string' ? row.kind : undefined }
    },
    /** Shown records of these kinds in all groups, by position. */
    after(position: number, kinds: readonly string[], limit: number): (StoredRecord & { kind: string })[] {
      const select = sql(
        `SELECT kind, ${READ} WHERE position > ? AND state = 0 AND kind IN (SELECT value FROM json_each(?))
          ORDER BY position LIMIT ?`
      )
      return select.all(position, JSON.stringify(kinds), limit).map(row => ({ ...stored(row), kind: String(row.kind) }))
    },
    /** Shown records of one kind before a place (undefined: the newest), newest first. */
    before(group: GroupId, kind: string, place: Order | undefined, limit: number): StoredRecord[] {
      const found = `SELECT ${READ} WHERE grp = (SELECT no FROM log_group WHERE id = ?) AND kind = ? AND state = 0`
      const newest = 'ORDER BY era DESC, ms DESC, count DESC, device DESC LIMIT ?'
      if (!place) return sql(`${found} ${newest}`).all(group, kind, limit).map(stored)
      const { era, ms, count, device } = place
      const select = sql(`${found} AND (era, ms, count, device) < (?, ?, ?, ?) ${newest}`)
      return select.all(group, kind, era, ms, count, device, limit).map(stored)
    },

    /** All that is here of a group's records, in order of arrival. */
    exported(group: GroupId, after: number, limit: number): ExportedRow[] {
      const select = sql(
        `SELECT header, signature, state, ${READ} WHERE grp = (SELECT no FROM log_group WHERE id = ?) AND arrival > ?
          ORDER BY arrival LIMIT ?`
      )
      return select
        .all(group, after, limit)
        .map(row => ({ ...signedHeader(row), ...stored(row), state: Number(row.state) as State }))
    },
    recordCount: (): number => Number(sql('SELECT count(*) AS n FROM log_record').get()?.n),
    toCheck(after: number, limit: number): CheckedRow[] {
      const select = sql(
        `SELECT arrival, (SELECT id FROM log_group WHERE no = grp) AS grp_id, device, seq, id, era, ms, count, epoch,
          expires_at, header, signature, body, state FROM log_record WHERE arrival > ? ORDER BY arrival LIMIT ?`
      )
      return select.all(after, limit).map(row => ({
        ...signedHeader(row),
        arrival: Number(row.arrival),
        group: row.grp_id as GroupId,
        device: row.device as PeerId,
        seq: Number(row.seq),
        ...timeOf(row),
        epoch: Number(row.epoch),
        expiresAt: optional(row.expires_at),
        body: blob(row.body),
        isBodyHere: Number(row.state) < WANTED
      }))
    },
    damagedCount: (): number => Number(sql('SELECT count(*) AS n FROM log_record WHERE state = 3').get()?.n),
    /** Damaged records, and those whose body is wanted: what came last first. */
    lacking(group: number, limit: number): RecordId[] {
      const select = sql('SELECT id FROM log_record WHERE grp = ? AND state IN (3, 4) ORDER BY arrival DESC LIMIT ?')
      return select.all(group, limit).map(row => row.id as RecordId)
    },
    bodiesElsewhere(group: number): { wanted: number; leftOut: number } {
      const wanted = sql('SELECT count(*) AS n FROM log_record WHERE grp = ? AND state IN (3, 4) AND state = 4').get(
        group
      )
      const leftOut = sql('SELECT count(*) AS n FROM log_record WHERE grp = ? AND state = 5').get(group)
      return { wanted: Number(wanted?.n), leftOut: Number(leftOut?.n) }
    },
    stillLacking(group: number, ids: readonly RecordId[]): RecordId[] {
      const select = sql(
        'SELECT id FROM log_record WHERE grp = ? AND state IN (3, 4, 5) AND id IN (SELECT value FROM json_each(?))'
      )
      return select.all(group, JSON.stringify(ids)).map(row => row.id as RecordId)
    },
    /** Bodies that were left out, of these kinds or, unless `isKnown`, of unknown kind: what came last first. */
    left(
      group: number,
      options: {
        kinds?: readonly string[] | undefined
        isKnown?: boolean
        since?: number
        before?: number | undefined
      },
      limit: number
    ): { arrival: number; id: RecordId; device: PeerId; seq: number; bodyBytes: number }[] {
      const { before = Number.MAX_SAFE_INTEGER, isKnown = false, kinds, since = 0 } = options
      const select = sql(
        `SELECT arrival, id, device, seq, body_bytes FROM log_record
          WHERE grp = ?1 AND state = 5 AND arrival < ?2 AND ms >= ?3
            AND (?4 IS NULL OR kind IN (SELECT value FROM json_each(?4)) OR (kind IS NULL AND NOT ?5))
          ORDER BY arrival DESC LIMIT ?6`
      )
      const rows = select.all(group, before, since, kinds ? JSON.stringify(kinds) : null, isKnown ? 1 : 0, limit)
      return rows.map(row => ({
        arrival: Number(row.arrival),
        id: row.id as RecordId,
        device: row.device as PeerId,
        seq: Number(row.seq),
        bodyBytes: Number(row.body_bytes)
      }))
    },
    /** Where a record is that is damaged or without its body, which position it had, and what it takes. */
    placeOfLacking(
      group: number,
      id: RecordId
    ): { arrival: number; position: number | undefined; bytes: number; replacedBy: number } | undefined {
      const row = sql(
        `SELECT arrival, position, replaced_by, header, body FROM log_record WHERE id = ? AND grp = ? AND state IN (3, 4, 5)`
      ).get(id, group)
      if (!row) return undefined
      const bytes = diskBytes({ headerBytes: row.header as Uint8Array, body: blob(row.body) })
      const replacedBy = optional(row.replaced_by) ?? 0
      return { arrival: Number(row.arrival), position: optional(row.position), bytes, replacedBy }
    },
    /** Of which chain a record is: its group's number, the device and the seq. */
    ownerOf(arrival: number): { group: GroupId; device: PeerId; seq: number } | undefined {
      const select = sql(
        `SELECT (SELECT id FROM log_group WHERE no = grp) AS grp_id, device, seq FROM log_record WHERE arrival = ?`
      )
      const row = select.get(arrival)
      return row && { group: row.grp_id as GroupId, device: row.device as PeerId, seq: Number(row.seq) }
    },
    complete(
      arrival: number,
      at: { role: Role; kind: string | undefined; state: State; position: number | undefined },
      { header, headerBytes, signature, body }: SignedRecord
    ): void {
      sql(
        `UPDATE log_record SET device = ?, seq = ?, era = ?, ms = ?, count = ?, epoch = ?, role = ?, expires_at = ?, header = ?,
          signature = ?, body = ?, kind = ?, state = ?, position = ? WHERE arrival = ?`
      ).run(
        header.device,
        header.seq,
        header.era,
        header.ms,
        header.count,
        header.epoch,
        at.role,
        header.expiresAt ?? null,
        headerBytes,
        signature,
        body ?? null,
        at.kind ?? null,
        at.state,
        at.position ?? null,
        arrival
      )
    },
    byIds(group: number, ids: readonly RecordId[]): OutgoingRow[] {
      const select = sql(
        `SELECT header, signature, body, state FROM log_record WHERE grp = ? AND state IN (0, 1, 2, ${REPLACED})
          AND id IN (SELECT value FROM json_each(?))`
      )
      return select.all(group, JSON.stringify(ids)).map(row => ({
        headerBytes: row.header as Uint8Array,
        signature: row.signature as Uint8Array,
        ...sentBody(row)
      }))
    },

    // What takes the place of what; see `replacing.ts`.

    /** `counts`: else it is only noted, for when it does. */
    replace(chain: number, seq: number, { by, counts, now }: { by: number; counts: boolean; now: number }): void {
      const note = 'UPDATE log_record SET replaced_by = ? WHERE chain = ? AND seq = ? AND replaced_by = 0'
      const noted = sql(note).run(by, chain, seq)
      if (!counts || Number(noted.changes) === 0) return
      sql(
        `UPDATE log_record SET state = ${REPLACED}, replaced_at = iif(body IS NULL, NULL, ?)
          WHERE chain = ? AND seq = ? AND state <> ${DAMAGED}`
      ).run(now, chain, seq)
    },
    /** Of a chain up to a seq, what its records after that take the place of. */
    replacedAfter(group: number, chain: number, seq: number, limit: number): StoredRecord[] {
      const select = sql(
        `SELECT ${READ} WHERE grp = ? AND state = ${REPLACED} AND chain = ? AND replaced_by > ? AND replaced_by > 0
          AND seq <= ? LIMIT ?`
      )
      return select.all(group, chain, seq, seq, limit).map(stored)
    },
    /** What is shown again, or wanted, since what took its place did not count. */
    revived(group: number): { arrival: number; device: PeerId; replacedBy: number }[] {
      const select = sql(
        `SELECT arrival, device, replaced_by FROM log_record
          WHERE grp = ? AND state IN (0, 2, 4, 5) AND replaced_by > 0`
      )
      return select.all(group).map(row => ({
        arrival: Number(row.arrival),
        device: row.device as PeerId,
        replacedBy: Number(row.replaced_by)
      }))
    },
    revive(arrival: number, at: { kind: string | undefined; state: State; position: number | undefined }): void {
      sql('UPDATE log_record SET kind = ?, state = ?, position = ?, replaced_at = NULL WHERE arrival = ?').run(
        at.kind ?? null,
        at.state,
        at.position ?? null,
        arrival
      )
    },
    replaceAgain(arrival: number, now: number): void {
      sql(`UPDATE log_record SET state = ${REPLACED}, replaced_at = iif(body IS NULL, NULL, ?) WHERE arrival = ?`).run(
        now,
        arrival
      )
    },
    /** Bodies that were replaced at `before` or earlier; needed still while what takes their place is not here whole. */
    outdated(before: number, after: { at: number; arrival: number }, limit: number): Outdated[] {
      const select = sql(
        `SELECT arrival, replaced_at, (SELECT id FROM log_group WHERE no = grp) AS grp_id, device, position,
            length(body) AS bytes, EXISTS (SELECT 1 FROM log_record n
              WHERE n.chain = r.chain AND n.seq = r.replaced_by AND n.state IN (3, 4, 5)) AS is_needed
          FROM log_record r WHERE replaced_at IS NOT NULL AND replaced_at <= ? AND (replaced_at, arrival) > (?, ?)
          ORDER BY replaced_at, arrival LIMIT ?`
      )
      return select.all(before, after.at, after.arrival, limit).map(row => ({
        arrival: Number(row.arrival),
        at: Number(row.replaced_at),
        isNeeded: Number(row.is_needed) === 1,
        group: row.grp_id as GroupId,
        device: row.device as PeerId,
        position: optional(row.position),
        bytes: Number(row.bytes)
      }))
    },
    empty(arrival: number): void {
      sql('UPDATE log_record SET body = NULL, replaced_at = NULL WHERE arrival = ?').run(arrival)
    },
    /** Records whose body is not kept since another one took their place, and how long these bodies were. */
    replacedCount(group: number): { records: number; bytes: number } {
      const row = sql(
        `SELECT count(*) AS n, coalesce(sum(body_bytes), 0) AS bytes FROM log_record
          WHERE grp = ? AND state = ${REPLACED} AND replaced_by > 0 AND replaced_at IS NULL`
      ).get(group)
      return { records: Number(row?.n), bytes: Number(row?.bytes) }
    },
    /** Seqs of what this device wrote of a kind and key that nothing took the place of, the earliest first. */
    live(group: number, kind: string, key: string, limit: number): number[] {
      const select = sql('SELECT seq FROM log_live WHERE grp = ? AND kind = ? AND key = ? ORDER BY seq LIMIT ?')
      return select.all(group, kind, key, limit).map(row => Number(row.seq))
    },
    addLive(group: number, kind: string, key: string, seq: number): void {
      sql('INSERT INTO log_live VALUES (?, ?, ?, ?)').run(group, kind, key, seq)
    },
    removeLive(group: number, kind: string, key: string, seq: number): void {
      sql('DELETE FROM log_live WHERE grp = ? AND kind = ? AND key = ? AND seq = ?').run(group, kind, key, seq)
    },

    /** Where a chain's record number `seq` stands in the order of arrival. */
    arrivalOf(chain: number, seq: number): number | undefined {
      return optional(sql('SELECT arrival FROM log_record WHERE chain = ? AND seq = ?').get(chain, seq)?.arrival)
    },
    /** From the index alone: what arrived in a group from `from` on. */
    arrivals(group: number, from: number, limit: number): { arrival: number; device: PeerId; seq: number }[] {
      const select = sql(
        'SELECT arrival, device, seq FROM log_record WHERE grp = ? AND arrival >= ? ORDER BY arrival LIMIT ?'
      )
      return select.all(group, from, limit).map(row => ({
        arrival: Number(row.arrival),
        device: row.device as PeerId,
        seq: Number(row.seq)
      }))
    },
    outgoing(arrival: number): (OutgoingRow & { ms: number; kind: string | undefined }) | undefined {
      const select = sql(
        'SELECT header, signature, body, state, ms, kind FROM log_record WHERE arrival = ? AND state <> 3'
      )
      const row = select.get(arrival)
      return (
        row && {
          headerBytes: row.header as Uint8Array,
          signature: row.signature as Uint8Array,
          ...sentBody(row),
          ms: Number(row.ms),
          kind: typeof row.kind === 'string' ? row.kind : undefined
        }
      )
    }
  }
}
