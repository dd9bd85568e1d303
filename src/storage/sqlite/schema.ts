/**
 * What brings a database from one version to the next: a store of version n has run the first n of these. One that was
 * published is never changed, another is added.
 *
 * An account's blocks and references hang on a `copy`. A repository that is taken in aside is a copy too, so to adopt it is
 * to point the account at it. `came` is the rev that something came with; empty stands for the rev that its copy was adopted at. Accounts
 * and events hang on a `host`, whose first row is nameless until names are given.
 */
export const MIGRATIONS: readonly string[] = [`
  CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    did TEXT NOT NULL UNIQUE,
    handle TEXT UNIQUE,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    copy INTEGER REFERENCES copy (id),
    head_cid BLOB,
    head_rev TEXT,
    head_data BLOB,
    told_seq INTEGER,
    told_time INTEGER,
    signing_key TEXT,
    bytes INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX account_by_copy ON account (copy);

  CREATE TABLE collection (
    account INTEGER NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    records INTEGER NOT NULL,
    PRIMARY KEY (account, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE copy (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id),
    state TEXT NOT NULL CHECK (state IN ('staged', 'current', 'replaced', 'removed')),
    adopted TEXT NOT NULL DEFAULT '',
    replaced_at INTEGER
  ) STRICT;
  CREATE INDEX copy_by_account ON copy (account, state);
  CREATE INDEX copy_by_state ON copy (state, replaced_at);

  CREATE TABLE block (
    id INTEGER PRIMARY KEY,
    copy INTEGER NOT NULL REFERENCES copy (id),
    cid BLOB NOT NULL,
    came TEXT NOT NULL,
    died INTEGER,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX block_by_cid ON block (copy, cid);
  CREATE INDEX block_by_rev ON block (copy, came);
  CREATE INDEX block_dead ON block (died) WHERE died IS NOT NULL;

  CREATE TABLE reference (
    copy INTEGER NOT NULL REFERENCES copy (id),
    cid TEXT NOT NULL,
    path TEXT NOT NULL,
    came TEXT NOT NULL,
    PRIMARY KEY (copy, path, cid)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reference_by_cid ON reference (copy, cid, came);

  CREATE TABLE blob (
    account INTEGER NOT NULL REFERENCES account (id),
    cid TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    temporary_since INTEGER NOT NULL,
    PRIMARY KEY (account, cid)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blob_by_cid ON blob (cid);
  CREATE TABLE loose_file (cid TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

  CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id),
    type TEXT NOT NULL,
    time INTEGER NOT NULL,
    head_cid BLOB,
    head_rev TEXT,
    frame BLOB NOT NULL
  ) STRICT;
  CREATE INDEX event_by_head ON event (account, head_cid);
  CREATE INDEX event_by_time ON event (time);

  CREATE TABLE log (last_seq INTEGER NOT NULL, pruned_seq INTEGER NOT NULL) STRICT;
  INSERT INTO log VALUES (0, 0);

  CREATE TABLE token (
    iss TEXT NOT NULL,
    jti TEXT NOT NULL,
    exp INTEGER NOT NULL,
    PRIMARY KEY (iss, jti)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX token_by_exp ON token (exp);

  CREATE TABLE fact (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
`, `
  ALTER TABLE account ADD COLUMN looked_at INTEGER;

  CREATE TABLE operation (
    account INTEGER NOT NULL REFERENCES account (id),
    cid TEXT NOT NULL,
    claimed INTEGER NOT NULL DEFAULT 0,
    body BLOB,
    created_at INTEGER,
    nullified INTEGER,
    seen_at INTEGER,
    shown INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, cid)
  ) STRICT, WITHOUT ROWID;
`, `
  CREATE TABLE kit (
    account INTEGER NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    file BLOB NOT NULL,
    signing_key TEXT NOT NULL,
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (account, kind)
  ) STRICT, WITHOUT ROWID;
`, `
  ALTER TABLE account ADD COLUMN repo_quota INTEGER;
  ALTER TABLE account ADD COLUMN blob_quota INTEGER;
  ALTER TABLE account ADD COLUMN hourly_writes INTEGER;
  ALTER TABLE account ADD COLUMN kept_until INTEGER;

  CREATE TABLE invitation (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    note TEXT NOT NULL,
    repo_quota INTEGER,
    blob_quota INTEGER,
    hourly_writes INTEGER,
    days INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_by TEXT,
    used_at INTEGER
  ) STRICT;
  INSERT INTO invitation (code, note, created_at, used_by, used_at)
    SELECT substr(name, 8), '', 0, CAST(value AS TEXT), 0 FROM fact WHERE name LIKE 'invite:%';
  DELETE FROM fact WHERE name LIKE 'invite:%';
`, `
  ALTER TABLE account ADD COLUMN held TEXT;

  ALTER TABLE invitation ADD COLUMN of_settings INTEGER NOT NULL DEFAULT 0;
  UPDATE invitation SET of_settings = 1 WHERE note = 'HOLDFAST_INVITES';
`, `
  ALTER TABLE account ADD COLUMN primary_url TEXT;
  ALTER TABLE account ADD COLUMN primary_key TEXT;
`, `
  CREATE INDEX invitation_of_settings ON invitation (of_settings) WHERE of_settings = 1;
`, `
  CREATE TABLE alert (
    id TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    secret TEXT,
    created_at INTEGER NOT NULL,
    code_hash BLOB,
    code_until INTEGER,
    tries INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX alert_by_account ON alert (account, created_at);

  CREATE TABLE alarm (
    account INTEGER NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    at INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    PRIMARY KEY (account, kind, about)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE telling (
    alert TEXT NOT NULL REFERENCES alert (id),
    account INTEGER NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    tries INTEGER NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (alert, kind, about)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX telling_by_account ON telling (account, kind, about);
  CREATE INDEX telling_by_due ON telling (due);
`, `
  CREATE TABLE host (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT;
  INSERT INTO host (id) VALUES (1);
  ALTER TABLE account ADD COLUMN host_id INTEGER NOT NULL DEFAULT 1;
  CREATE INDEX account_by_host ON account (host_id, did);

  ALTER TABLE event ADD COLUMN host_id INTEGER NOT NULL DEFAULT 1;
  CREATE INDEX event_by_host ON event (host_id);
  DROP INDEX event_by_time;
  CREATE INDEX event_by_time ON event (time, host_id);
`, `
  ALTER TABLE alert ADD COLUMN name TEXT;
  ALTER TABLE alert ADD COLUMN lost_at INTEGER;
`, `
  ALTER TABLE alarm ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
`, `
  CREATE TABLE upload (
    account INTEGER NOT NULL REFERENCES account (id),
    cid TEXT NOT NULL,
    size INTEGER NOT NULL,
    held INTEGER NOT NULL DEFAULT 0,
    touched_at INTEGER NOT NULL,
    PRIMARY KEY (account, cid, size)
  ) STRICT, WITHOUT ROWID;
`, `
  ALTER TABLE kit ADD COLUMN came_from TEXT;
`, `
  CREATE TABLE calmed (
    account INTEGER NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    PRIMARY KEY (account, kind, about, raised_at)
  ) STRICT, WITHOUT ROWID;
`, `
  ALTER TABLE account ADD COLUMN is_over INTEGER NOT NULL DEFAULT 0;
`];
