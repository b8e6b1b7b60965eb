import { CURSOR_TABLE } from '@borgo/core'

/** The plugin's tables. All but `own_session` follow from the log and are written together with `cursor`. */
export const SCHEMA = [
  `
  ${CURSOR_TABLE}

  CREATE TABLE workspace (
    id TEXT PRIMARY KEY, grp TEXT NOT NULL, name TEXT NOT NULL, account TEXT NOT NULL, ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE document (
    id TEXT PRIMARY KEY, grp TEXT NOT NULL, workspace TEXT NOT NULL, title TEXT NOT NULL,
    account TEXT NOT NULL, ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX document_workspace ON document (workspace);

  CREATE TABLE post ( -- a thread is its first post, with thread = id
    id TEXT PRIMARY KEY, grp TEXT NOT NULL, thread TEXT NOT NULL, workspace TEXT, account TEXT NOT NULL,
    era INTEGER NOT NULL, ms INTEGER NOT NULL, count INTEGER NOT NULL, device TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX post_thread ON post (thread, era, ms, count, device);
  CREATE INDEX post_workspace ON post (workspace) WHERE workspace IS NOT NULL;

  CREATE TABLE change ( -- edits and removals of posts; whose count is decided when they are read
    id TEXT PRIMARY KEY, grp TEXT NOT NULL, post TEXT NOT NULL, account TEXT NOT NULL, removal INTEGER NOT NULL,
    era INTEGER NOT NULL, ms INTEGER NOT NULL, count INTEGER NOT NULL, device TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX change_post ON change (post, era, ms, count, device);

  CREATE TABLE part ( -- parts of updates that no snapshot holds yet
    position INTEGER PRIMARY KEY, grp TEXT NOT NULL, document TEXT NOT NULL, device TEXT NOT NULL,
    sessions TEXT NOT NULL, part INTEGER NOT NULL, parts INTEGER NOT NULL, bytes BLOB NOT NULL, ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX part_document ON part (document, position);

  CREATE TABLE snapshot ( -- Yjs state, format 2
    document TEXT PRIMARY KEY, state BLOB NOT NULL, changed_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE client ( -- how far each session's text is in the snapshot
    document TEXT NOT NULL, client INTEGER NOT NULL, device TEXT NOT NULL, session INTEGER NOT NULL,
    clock INTEGER NOT NULL,
    PRIMARY KEY (document, client)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE refusal ( -- devices whose updates were refused
    document TEXT NOT NULL, device TEXT NOT NULL, count INTEGER NOT NULL, last TEXT NOT NULL,
    PRIMARY KEY (document, device)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE own_session ( -- sessions that this device gave out; never given out again
    document TEXT NOT NULL, session INTEGER NOT NULL, client INTEGER NOT NULL,
    PRIMARY KEY (document, session)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX own_session_client ON own_session (document, client);
  `
]
