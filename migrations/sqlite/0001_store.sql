-- The catalog's first schema: tenants and their keys, devices, sessions with their chains and segments, the ledger, and
-- what hangs on the ledger.
--
-- Conventions. Ids are the 16 bytes of a UUID. Instants end in `_us`: microseconds since 1970, UTC. Sizes end in
-- `_bytes`. "Sealed" is ciphertext of the named key; the catalog never holds the plaintext. Every table is STRICT.
-- Counters stay below 2^53, so that every reader of JSON can hold them. Nothing here is ever VACUUMed: that would copy
-- key bytes.

-- The archive itself: one row.
CREATE TABLE archive (
    -- Always 1; makes a second row impossible.
    singleton     INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
    -- Names this archive in backups and signatures.
    archive_id    BLOB    NOT NULL CHECK (length(archive_id) = 16),
    -- When the archive was made.
    created_at_us INTEGER NOT NULL
) STRICT;

-- The archive's Ed25519 signing keys.
CREATE TABLE signing_keys (
    -- What the key signs: `archive` receipts and certificates, `ledger` tree heads.
    purpose       TEXT    NOT NULL PRIMARY KEY CHECK (purpose IN ('archive', 'ledger')),
    -- The public half.
    public_key    BLOB    NOT NULL CHECK (length(public_key) = 32),
    -- The private half, wrapped by the root key.
    wrapped       BLOB    NOT NULL CHECK (length(wrapped) = 76),
    -- When the key was made.
    created_at_us INTEGER NOT NULL
) STRICT;

-- The clients of the operator: the boundary for keys, ledger, policy and people.
CREATE TABLE tenants (
    -- The tenant's id, in every key, chain line and leaf.
    tenant_id     BLOB    NOT NULL PRIMARY KEY CHECK (length(tenant_id) = 16),
    -- The name that commands take.
    name          TEXT    NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
    -- When the tenant was added.
    created_at_us INTEGER NOT NULL
) STRICT;

-- Every version of each tenant's policy; the highest is in force.
CREATE TABLE tenant_policies (
    -- Whose policy.
    tenant_id     BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- Counts from 1.
    version       INTEGER NOT NULL CHECK (version BETWEEN 1 AND 4294967295),
    -- The policy as JSON.
    policy        TEXT    NOT NULL CHECK (length(policy) > 0),
    -- Since when this version is in force.
    created_at_us INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, version)
) STRICT;

-- Every version of each retention class; the highest of a name is used for new sessions.
CREATE TABLE classes (
    -- Whose class.
    tenant_id     BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The class's name.
    name          TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- Counts from 1 within the name.
    version       INTEGER NOT NULL CHECK (version BETWEEN 1 AND 4294967295),
    -- Days kept after the start event (session end); NULL is deletion at once.
    days          INTEGER          CHECK (days BETWEEN 0 AND 4294967295),
    -- Since when this version is in force.
    created_at_us INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, name, version)
) STRICT;

-- Tenants' key-encryption keys; the highest version wraps, the others only unwrap until everything is rewrapped.
CREATE TABLE keks (
    -- Whose key.
    tenant_id     BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- Counts from 1.
    version       INTEGER NOT NULL CHECK (version BETWEEN 1 AND 4294967295),
    -- The key, wrapped by the root key.
    wrapped       BLOB    NOT NULL CHECK (length(wrapped) = 76),
    -- When the key was made.
    created_at_us INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, version)
) STRICT;

-- Sessions' data-encryption keys, alone in a table of fixed-size rows with an ascending key. Destroying a key has to
-- destroy every copy of its bytes, and SQLite leaves copies behind when it moves a row, whatever `secure_delete` says.
-- So rows are only appended and overwritten in place; none is deleted, because SQLite then merges pages and moves
-- neighbours.
CREATE TABLE deks (
    -- Ascending and never used twice.
    dek_id  INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- The key, wrapped by the tenant's KEK; 76 zeros once it is destroyed.
    wrapped BLOB    NOT NULL CHECK (length(wrapped) = 76)
) STRICT;

-- The keys that seal ledger details, by the time they may live.
CREATE TABLE detail_keys (
    -- Whose key.
    tenant_id     BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- `YYYY-MM`, or `register` for what lives as long as the tenant.
    period        TEXT    NOT NULL CHECK (period = 'register' OR (length(period) = 7 AND substr(period, 5, 1) = '-')),
    -- The key, wrapped by the tenant's KEK.
    wrapped       BLOB    NOT NULL CHECK (length(wrapped) = 76),
    -- When the key was made.
    created_at_us INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, period)
) STRICT;

-- Enrolled sources.
CREATE TABLE devices (
    -- The device's id, in the opening line of its sessions.
    device_id     BLOB    NOT NULL PRIMARY KEY CHECK (length(device_id) = 16),
    -- Whose device.
    tenant_id     BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The name that commands take.
    name          TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- When it was enrolled.
    created_at_us INTEGER NOT NULL,
    -- When it was revoked: it may not send since. NULL while it may.
    revoked_at_us INTEGER,
    UNIQUE (tenant_id, name)
) STRICT;

-- Devices' credentials. The token itself is nowhere.
CREATE TABLE device_tokens (
    -- SHA-256 of the token, which is random and long: no salt is needed.
    token_hash    BLOB    NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    -- Whom it admits.
    device_id     BLOB    NOT NULL REFERENCES devices (device_id),
    -- The device's tenant; what binds every later query of the request.
    tenant_id     BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- When it was given out.
    created_at_us INTEGER NOT NULL,
    -- When it was revoked; NULL while it admits.
    revoked_at_us INTEGER
) STRICT;

CREATE INDEX device_tokens_by_device ON device_tokens (device_id);
CREATE INDEX device_tokens_by_tenant ON device_tokens (tenant_id, created_at_us);

-- Recorded activities. What describes a session is sealed under its DEK and dies with it.
CREATE TABLE sessions (
    -- The session's id, in every key, chain line and leaf of it.
    session_id       BLOB    NOT NULL PRIMARY KEY CHECK (length(session_id) = 16),
    -- Whose session.
    tenant_id        BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- What recorded it.
    device_id        BLOB    NOT NULL REFERENCES devices (device_id),
    -- Its data-encryption key.
    dek_id           INTEGER NOT NULL UNIQUE REFERENCES deks (dek_id),
    -- What kind of activity.
    kind             TEXT    NOT NULL CHECK (kind IN ('monitoring', 'support', 'meeting', 'training')),
    -- Its retention class, in the version bound when it opened.
    class_name       TEXT    NOT NULL CHECK (length(class_name) BETWEEN 1 AND 200),
    -- The version of the class.
    class_version    INTEGER NOT NULL CHECK (class_version BETWEEN 1 AND 4294967295),
    -- The class's days in that version; NULL is deletion at once.
    class_days       INTEGER          CHECK (class_days BETWEEN 0 AND 4294967295),
    -- `open` takes data, `sealing` takes no more and packs what it has, `sealed` has its last chain line.
    state            TEXT    NOT NULL CHECK (state IN ('open', 'sealing', 'sealed')),
    -- How it ended; set by the seal.
    how              TEXT             CHECK (how IN ('sealed', 'lost', 'imported')),
    -- When the activity began, by the agent's clock.
    started_at_us    INTEGER NOT NULL,
    -- When it was opened, by the server's clock.
    opened_at_us     INTEGER NOT NULL,
    -- When data or events last came, by the server's clock; silence is counted from here.
    last_activity_us INTEGER NOT NULL,
    -- Session end, the start event of retention; set by the seal.
    ended_at_us      INTEGER,
    -- When the seal line was committed.
    sealed_at_us     INTEGER,
    -- From when it may be deleted; set by the seal.
    retain_until_us  INTEGER,
    -- Chain lines committed.
    lines            INTEGER NOT NULL CHECK (lines BETWEEN 0 AND 9007199254740991),
    -- The link (BLAKE3) of the last committed chain line; zeros before the first.
    link             BLOB    NOT NULL CHECK (length(link) = 32),
    -- Title, user, participants, notes, file names: sealed under the DEK.
    describe         BLOB    NOT NULL CHECK (length(describe) >= 40),
    -- Hash of the agent's Idempotency-Key; NULL where none came.
    request_key      BLOB             CHECK (length(request_key) = 32),
    -- What the agent said when it asked for the seal: sealed under the DEK.
    seal_request     BLOB             CHECK (length(seal_request) >= 40),
    -- Frames (or blocks of recordings) under committed lines.
    frames           INTEGER NOT NULL CHECK (frames BETWEEN 0 AND 9007199254740991),
    -- Bytes of these as they came.
    original_bytes   INTEGER NOT NULL CHECK (original_bytes BETWEEN 0 AND 9007199254740991),
    -- Bytes of the objects that hold them.
    stored_bytes     INTEGER NOT NULL CHECK (stored_bytes BETWEEN 0 AND 9007199254740991),
    UNIQUE (device_id, request_key),
    CHECK ((state = 'sealed') = (how IS NOT NULL)),
    CHECK ((state = 'sealed') = (ended_at_us IS NOT NULL)),
    CHECK ((state = 'sealed') = (sealed_at_us IS NOT NULL))
) STRICT;

-- Listing, newest first, whole or by one of the filters; the id decides between equal instants.
CREATE INDEX sessions_by_opened ON sessions (tenant_id, opened_at_us, session_id);
CREATE INDEX sessions_by_device ON sessions (tenant_id, device_id, opened_at_us, session_id);
CREATE INDEX sessions_by_kind ON sessions (tenant_id, kind, opened_at_us, session_id);
-- Few at any time: what intake resumes after a start, and what silence is watched on.
CREATE INDEX sessions_unsealed ON sessions (tenant_id, state, opened_at_us, session_id) WHERE state <> 'sealed';
-- What expires next.
CREATE INDEX sessions_by_retain_until ON sessions (retain_until_us) WHERE retain_until_us IS NOT NULL;
-- Walks a tenant's keys when they are rewrapped.
CREATE INDEX sessions_by_dek ON sessions (tenant_id, dek_id);

-- The streams of a session, as they were opened.
CREATE TABLE streams (
    -- Of which session.
    session_id BLOB    NOT NULL REFERENCES sessions (session_id),
    -- The stream's number.
    stream     INTEGER NOT NULL CHECK (stream BETWEEN 0 AND 9999),
    -- What it holds.
    kind       TEXT    NOT NULL CHECK (kind IN ('timeline', 'recording', 'attachment')),
    PRIMARY KEY (session_id, stream)
) STRICT;

-- The chain of each session, verbatim: line 0 opens, the last seals.
CREATE TABLE chain_lines (
    -- Of which session.
    session_id BLOB    NOT NULL REFERENCES sessions (session_id),
    -- The line's number, from 0 without gaps.
    n          INTEGER NOT NULL CHECK (n BETWEEN 0 AND 9007199254740991),
    -- The line's bytes without the newline.
    line       BLOB    NOT NULL CHECK (length(line) > 0),
    PRIMARY KEY (session_id, n)
) STRICT;

-- Index of the segments, all of it derived from their chain lines and records.
CREATE TABLE segments (
    -- Of which session.
    session_id       BLOB    NOT NULL,
    -- Of which stream.
    stream           INTEGER NOT NULL,
    -- The segment's number in its stream, from 0.
    segment          INTEGER NOT NULL CHECK (segment BETWEEN 0 AND 99999999),
    -- The number of its chain line.
    n                INTEGER NOT NULL CHECK (n BETWEEN 1 AND 9007199254740991),
    -- The key of its object; no key is ever used twice.
    object           TEXT    NOT NULL UNIQUE CHECK (length(object) BETWEEN 1 AND 1024),
    -- What it holds.
    kind             TEXT    NOT NULL CHECK (kind IN ('timeline', 'recording', 'attachment')),
    -- The lowest sequence number in it.
    first            INTEGER NOT NULL CHECK (first BETWEEN 0 AND 9007199254740991),
    -- The highest sequence number in it.
    last             INTEGER NOT NULL CHECK (last BETWEEN 0 AND 9007199254740991),
    -- Frames (or blocks) in it.
    count            INTEGER NOT NULL CHECK (count BETWEEN 1 AND 9007199254740991),
    -- Which sequence numbers, as a compact list such as `448-500,502-543`.
    ranges           TEXT    NOT NULL CHECK (length(ranges) > 0),
    -- The capture instant of its earliest frame.
    first_at_us      INTEGER NOT NULL,
    -- The capture instant of its latest frame.
    last_at_us       INTEGER NOT NULL,
    -- Bytes of the whole object, chain line included.
    object_bytes     INTEGER NOT NULL CHECK (object_bytes BETWEEN 1 AND 9007199254740991),
    -- Bytes of its frames as they came.
    original_bytes   INTEGER NOT NULL CHECK (original_bytes BETWEEN 0 AND 9007199254740991),
    -- Frames stored as they came, because packing did not give their bytes back or did not pay.
    stored_frames    INTEGER NOT NULL CHECK (stored_frames BETWEEN 0 AND 9007199254740991),
    -- Frames whose bytes an earlier frame of the segment holds already.
    duplicate_frames INTEGER NOT NULL CHECK (duplicate_frames BETWEEN 0 AND 9007199254740991),
    PRIMARY KEY (session_id, stream, segment),
    UNIQUE (session_id, n),
    FOREIGN KEY (session_id, stream) REFERENCES streams (session_id, stream),
    FOREIGN KEY (session_id, n) REFERENCES chain_lines (session_id, n),
    CHECK (first <= last AND count <= last - first + 1)
) STRICT;

-- Finds the segment that holds a sequence number.
CREATE INDEX segments_by_last ON segments (session_id, stream, last);

-- Each tenant's ledger, verbatim. Leaves outlive what they tell of, so none of them refers to another table's row.
CREATE TABLE ledger_leaves (
    -- Whose ledger.
    tenant_id  BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The leaf's number, from 0 without gaps.
    n          INTEGER NOT NULL CHECK (n BETWEEN 0 AND 9007199254740991),
    -- The leaf's bytes without the newline.
    line       BLOB    NOT NULL CHECK (length(line) > 0),
    -- Which key seals the detail: `register` or `YYYY-MM` of the detail keys, or `session` for the session's DEK.
    scope      TEXT    NOT NULL CHECK (
        scope IN ('register', 'session') OR (length(scope) = 7 AND substr(scope, 5, 1) = '-')
    ),
    -- The session it is about; NULL where it is about none. Also set where the line itself does not say it.
    session_id BLOB             CHECK (length(session_id) = 16),
    -- Salt and detail, sealed under the key of the scope: what the line's commitment opens to.
    detail     BLOB    NOT NULL CHECK (length(detail) >= 40),
    PRIMARY KEY (tenant_id, n),
    CHECK (scope <> 'session' OR session_id IS NOT NULL)
) STRICT;

CREATE INDEX ledger_leaves_by_session ON ledger_leaves (session_id, n) WHERE session_id IS NOT NULL;

-- The state of each tenant's ledger.
CREATE TABLE ledger_heads (
    -- Whose ledger.
    tenant_id  BLOB    NOT NULL PRIMARY KEY REFERENCES tenants (tenant_id),
    -- Leaves in it.
    size       INTEGER NOT NULL CHECK (size BETWEEN 0 AND 9007199254740991),
    -- The compact range over all leaves: enough to append and to give the root.
    frontier   BLOB    NOT NULL,
    -- The signed tree head over exactly these leaves.
    checkpoint TEXT    NOT NULL CHECK (length(checkpoint) > 0)
) STRICT;

-- Copies of leaf lines in object storage, from which `recover` learns what came after the backup.
CREATE TABLE ledger_copies (
    -- Whose ledger.
    tenant_id BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The first leaf in the copy.
    first     INTEGER NOT NULL CHECK (first BETWEEN 0 AND 9007199254740991),
    -- The last leaf in the copy.
    last      INTEGER NOT NULL CHECK (last BETWEEN 0 AND 9007199254740991),
    -- The key of the copy's object.
    object    TEXT    NOT NULL UNIQUE CHECK (length(object) BETWEEN 1 AND 1024),
    -- BLAKE3 of the object's bytes.
    blake3    BLOB    NOT NULL CHECK (length(blake3) = 32),
    PRIMARY KEY (tenant_id, first),
    CHECK (first <= last)
) STRICT;

-- Events of sessions (consent, interruption, transfer, decision, end), once each. Their content is the leaf's detail.
CREATE TABLE events (
    -- Of which session.
    session_id   BLOB    NOT NULL REFERENCES sessions (session_id),
    -- The agent's id for the event: the same id again is the same event.
    client_id    TEXT    NOT NULL CHECK (length(client_id) BETWEEN 1 AND 200),
    -- The ledger leaf that tells of it.
    leaf_n       INTEGER NOT NULL CHECK (leaf_n BETWEEN 0 AND 9007199254740991),
    -- Keyed hash of the request: the same id with another content is a conflict.
    request_hash BLOB    NOT NULL CHECK (length(request_hash) = 32),
    PRIMARY KEY (session_id, client_id)
) STRICT;

-- Looks: which range went out when. Who, why and for which case stands only in the leaf's sealed detail. They outlive the
-- session.
CREATE TABLE access_records (
    -- The record's id.
    access_id  BLOB    NOT NULL PRIMARY KEY CHECK (length(access_id) = 16),
    -- Whose data.
    tenant_id  BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The ledger leaf that tells of it.
    leaf_n     INTEGER NOT NULL CHECK (leaf_n BETWEEN 0 AND 9007199254740991),
    -- The session looked at.
    session_id BLOB    NOT NULL CHECK (length(session_id) = 16),
    -- The stream; NULL is the whole session.
    stream     INTEGER          CHECK (stream BETWEEN 0 AND 9999),
    -- The first sequence number; NULL is the whole stream.
    first      INTEGER          CHECK (first BETWEEN 0 AND 9007199254740991),
    -- The last sequence number; NULL is the whole stream.
    last       INTEGER          CHECK (last BETWEEN 0 AND 9007199254740991),
    -- When the look was allowed.
    at_us      INTEGER NOT NULL,
    UNIQUE (tenant_id, leaf_n),
    CHECK ((first IS NULL) = (last IS NULL) AND first <= last)
) STRICT;

CREATE INDEX access_records_by_session ON access_records (session_id, leaf_n);

-- Legal holds. Why and whose stands only in the leaf's sealed detail. They outlive the session.
CREATE TABLE holds (
    -- The hold's id.
    hold_id        BLOB    NOT NULL PRIMARY KEY CHECK (length(hold_id) = 16),
    -- Whose session.
    tenant_id      BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The session that must not be deleted.
    session_id     BLOB    NOT NULL CHECK (length(session_id) = 16),
    -- The ledger leaf that placed it.
    leaf_n         INTEGER NOT NULL CHECK (leaf_n BETWEEN 0 AND 9007199254740991),
    -- When it was placed.
    placed_at_us   INTEGER NOT NULL,
    -- The day it is to be looked at again, `YYYY-MM-DD`; NULL where none was set.
    review_on      TEXT             CHECK (length(review_on) = 10),
    -- When it was released; NULL while it holds.
    released_at_us INTEGER,
    -- The ledger leaf that released it.
    release_leaf_n INTEGER          CHECK (release_leaf_n BETWEEN 0 AND 9007199254740991),
    CHECK ((released_at_us IS NULL) = (release_leaf_n IS NULL))
) STRICT;

CREATE INDEX holds_by_tenant ON holds (tenant_id, placed_at_us);
CREATE INDEX holds_active ON holds (session_id) WHERE released_at_us IS NULL;

-- What the planner is to think of `sessions`: ten million of a hundred tenants, whatever the table holds today. Without
-- this SQLite takes the filters for equally good and may walk through all sessions of a tenant to find those of one
-- device. Nothing runs ANALYZE later, so that plans stay what the tests saw.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('sessions', 'sqlite_autoindex_sessions_1', '10000000 1'),
    ('sessions', 'sqlite_autoindex_sessions_2', '10000000 1'),
    ('sessions', 'sqlite_autoindex_sessions_3', '10000000 1000 1'),
    ('sessions', 'sessions_by_opened', '10000000 100000 1 1'),
    ('sessions', 'sessions_by_device', '10000000 100000 1000 1 1'),
    ('sessions', 'sessions_by_kind', '10000000 100000 25000 1 1'),
    ('sessions', 'sessions_unsealed', '1000 10 5 1 1'),
    ('sessions', 'sessions_by_retain_until', '10000000 1'),
    ('sessions', 'sessions_by_dek', '10000000 100000 1');
