import { CURSOR_TABLE } from '../log/taking.ts'

/** Part of the core's database: what only this device keeps of people. What all devices share is at home. */
export const PEOPLE_SCHEMA = `
  CREATE TABLE contact_request ( -- who asked to become a contact and waits for an answer
    account TEXT PRIMARY KEY,
    card BLOB NOT NULL,
    group_id TEXT, -- the group of two that comes with it, if any
    link TEXT,
    asked_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE direct_sealed (group_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID; -- their invitations were written
  CREATE TABLE direct_offer ( -- groups of two to be joined
    account TEXT PRIMARY KEY,
    group_id TEXT NOT NULL,
    link TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  -- Up to where offers were taken in.
  ${CURSOR_TABLE}
  CREATE TABLE person_seen (account TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE near_me (is_on INTEGER NOT NULL, interests TEXT NOT NULL) STRICT; -- interests: a JSON array
  CREATE TABLE published_object (
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    data BLOB NOT NULL,
    scope TEXT NOT NULL, -- link, contacts, all, or a group's id
    published_at INTEGER NOT NULL,
    expires_at INTEGER
  ) STRICT, WITHOUT ROWID;
`
