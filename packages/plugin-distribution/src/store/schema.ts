import { CURSOR_TABLE } from '@borgo/core'

/** Schema versions of this plugin's database, oldest first; released entries are never edited. */
export const MIGRATIONS: readonly string[] = [
  `
  -- What members of a group published, as its log says. The newest word of an account on a content counts.
  CREATE TABLE listing (
    group_id TEXT NOT NULL,
    cid TEXT NOT NULL,
    account TEXT NOT NULL,
    device TEXT NOT NULL,
    ms INTEGER NOT NULL,
    count INTEGER NOT NULL,
    -- Of the account's first word on it in this device's log: nobody can backdate what arrives here.
    position INTEGER NOT NULL,
    is_withdrawn INTEGER NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    files INTEGER,
    mime TEXT,
    PRIMARY KEY (group_id, cid, account)
  ) STRICT, WITHOUT ROWID;

  -- What contents turned out to be, whatever their publishers say. No number of files: a single file.
  CREATE TABLE measured (
    cid TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    files INTEGER
  ) STRICT, WITHOUT ROWID;

  -- The last record that the listing contains.
  ${CURSOR_TABLE}

  -- What this device has of a content. A null bitmap means all of it.
  CREATE TABLE holding (
    cid TEXT PRIMARY KEY,
    root TEXT NOT NULL,
    is_owned INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    have BLOB,
    fault TEXT
  ) STRICT, WITHOUT ROWID;

  -- The files of a holding, in the outline's order, as they were when last read or written.
  CREATE TABLE holding_file (
    cid TEXT NOT NULL REFERENCES holding ON DELETE CASCADE,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    mtime_ms REAL NOT NULL,
    PRIMARY KEY (cid, position)
  ) STRICT, WITHOUT ROWID;

  -- The dag-pb nodes of a content, each checked against its CID.
  CREATE TABLE node (
    content TEXT NOT NULL,
    cid BLOB NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (content, cid)
  ) STRICT;

  CREATE TABLE transfer (
    id TEXT PRIMARY KEY,
    cid TEXT NOT NULL,
    group_id TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    done_bytes INTEGER NOT NULL,
    target TEXT NOT NULL,
    temporary TEXT NOT NULL,
    is_owned INTEGER NOT NULL,
    state TEXT NOT NULL,
    error_code TEXT,
    error_message TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER
  ) STRICT, WITHOUT ROWID;
  `
]
