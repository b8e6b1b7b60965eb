/** The tables of the log in the core's database, as they were first. */
export const FIRST_LOG_SCHEMA = `
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
    state INTEGER NOT NULL, -- see state.ts
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
    chain INTEGER NOT NULL REFERENCES log_chain, -- its own, or in a restored folder that of the device before
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (chain, kind, key, seq)
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

/** What was added, so that work on many records is done in portions, and nobody's word counts for of which kind they are. */
export const LOG_PORTIONS_SCHEMA = `
  -- up to which seq records counted when they were last settled, NULL: all, -1: that is under way
  ALTER TABLE log_chain ADD COLUMN settled_to INTEGER;
  UPDATE log_chain SET settled_to = -1;
  ALTER TABLE log_record ADD COLUMN kind_number INTEGER; -- of the kind that its header says, NULL while it is not known
  DROP INDEX log_record_locked;
  DROP INDEX log_record_lacking;
  DROP INDEX log_record_replaced;
  CREATE INDEX log_record_locked ON log_record (grp, epoch, arrival) WHERE state = 2;
  CREATE INDEX log_record_lacking ON log_record (grp, chain, arrival) WHERE state IN (3, 4);
  CREATE INDEX log_record_replaced ON log_record (grp, state, chain, replaced_by, seq, replaced_at, body_bytes)
    WHERE replaced_by > 0;
`
