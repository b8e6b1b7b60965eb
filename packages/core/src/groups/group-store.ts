import { parseGroupId } from '../ids.ts'
import type { GroupId } from '../ids.ts'
import type { Database } from '../store/store.ts'

/** One migration. Keys and links lie here in clear: the folder's mode (0700) protects them (decision 0007). */
export const GROUP_SCHEMA = `
  CREATE TABLE membership_group (id TEXT PRIMARY KEY, joined_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE membership_operation (
    group_id TEXT NOT NULL REFERENCES membership_group,
    id TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (group_id, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE membership_key (
    group_id TEXT NOT NULL REFERENCES membership_group,
    epoch INTEGER NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (group_id, epoch)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE membership_link (
    group_id TEXT NOT NULL REFERENCES membership_group,
    invitation TEXT NOT NULL,
    link TEXT NOT NULL,
    PRIMARY KEY (group_id, invitation)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE membership_waiting ( -- groups that we asked to join
    group_id TEXT PRIMARY KEY,
    link TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    refused TEXT -- a code, once it is decided
  ) STRICT, WITHOUT ROWID;
`

/** What is stored of one group. */
export interface StoredGroup {
  id: GroupId
  joinedAt: number
  operations: Uint8Array[]
  /** Epoch to key. */
  keys: Map<number, Uint8Array>
  /** Invitation key (hex) to link, of those made on this device. */
  links: Map<string, string>
}

/** Keeps groups in a database that has `GROUP_SCHEMA`. Saving what is there already changes nothing. */
export interface GroupStore {
  load(): StoredGroup[]
  saveGroup(group: GroupId, joinedAt: number): void
  saveOperation(group: GroupId, id: string, bytes: Uint8Array): void
  saveKey(group: GroupId, epoch: number, key: Uint8Array): void
  saveLink(group: GroupId, invitation: string, link: string): void
}

export function groupStore(database: Database): GroupStore {
  const rows = (table: string, group: string) =>
    database.prepare(`SELECT * FROM ${table} WHERE group_id = ?`).all(group)
  const insert = (table: string, count: number) => {
    const places = Array.from({ length: count }, () => '?').join(', ')
    return database.prepare(`INSERT INTO ${table} VALUES (${places}) ON CONFLICT DO NOTHING`)
  }
  return {
    load: () =>
      database
        .prepare('SELECT id, joined_at FROM membership_group ORDER BY joined_at, id')
        .all()
        .map(({ id, joined_at }) => ({
          id: parseGroupId(String(id)),
          joinedAt: Number(joined_at),
          operations: rows('membership_operation', String(id)).map(row => blob(row.bytes)),
          keys: new Map(rows('membership_key', String(id)).map(row => [Number(row.epoch), blob(row.key)])),
          links: new Map(rows('membership_link', String(id)).map(row => [String(row.invitation), String(row.link)]))
        })),
    saveGroup: (group, joinedAt) => void insert('membership_group', 2).run(group, joinedAt),
    saveOperation: (group, id, bytes) => void insert('membership_operation', 3).run(group, id, bytes),
    saveKey: (group, epoch, key) => void insert('membership_key', 3).run(group, epoch, key),
    saveLink: (group, invitation, link) => void insert('membership_link', 3).run(group, invitation, link)
  }
}

function blob(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new TypeError('a column that holds bytes holds something else')
}
