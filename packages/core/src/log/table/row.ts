import type { Role } from '../../groups/role.ts'
import type { GroupId, PeerId, RecordId } from '../../ids.ts'
import type { Row } from '../../store/store.ts'
import type { HybridTime } from '../hybrid-time.ts'

/** What a device signed of a record; a proof needs no more. */
export interface SignedHeader {
  id: RecordId
  headerBytes: Uint8Array
  signature: Uint8Array
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
  /** See `kindNumber`; undefined where it is not known. */
  kindNumber: number | undefined
}

/** Columns for `stored`. */
export const READ = `arrival, (SELECT id FROM log_group WHERE no = grp) AS grp_id, device, seq, id, era, ms, count, epoch, role,
  expires_at, body, position, replaced_by, kind_number FROM log_record`

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
    isReplaceable: row.replaced_by !== null,
    kindNumber: optional(row.kind_number)
  }
}

export function signedHeader(row: Row): SignedHeader {
  return {
    id: row.id as RecordId,
    headerBytes: row.header as Uint8Array,
    signature: row.signature as Uint8Array
  }
}

export function timeOf({ era, ms, count }: Row): HybridTime {
  return { era: Number(era), ms: Number(ms), count: Number(count) }
}

export function optional(value: Row[string] | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}

export function blob(value: Row[string] | undefined): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined
}
