-- A catalog of version 7 with a row of everything: what the test of the upgrades writes, dumped when the version was made.
-- Not to be changed.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE schema_versions(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));
INSERT INTO schema_versions VALUES(1,'store','2026-11-23T16:55:27.767862978Z','4568168033338421057');
INSERT INTO schema_versions VALUES(2,'review','2026-11-23T16:55:27.779836636Z','14582065823652587470');
INSERT INTO schema_versions VALUES(3,'retention','2026-11-23T16:55:27.794813706Z','17694081611400184106');
INSERT INTO schema_versions VALUES(4,'deletion','2026-11-23T16:55:27.80268381Z','16328568146979142631');
INSERT INTO schema_versions VALUES(5,'exports','2026-11-23T16:55:27.80396894Z','15735554545901213678');
INSERT INTO schema_versions VALUES(6,'custody','2026-11-23T16:55:27.806610479Z','16330965958395602179');
INSERT INTO schema_versions VALUES(7,'backup','2026-11-23T16:55:27.81866614Z','12973077809763721021');
CREATE TABLE archive (
    -- Always 1; makes a second row impossible.
    singleton     INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
    -- Names this archive in backups and signatures.
    archive_id    BLOB    NOT NULL CHECK (length(archive_id) = 16),
    -- When the archive was made.
    created_at_us INTEGER NOT NULL
) STRICT;
INSERT INTO archive VALUES(1,X'01010101010101010101010101010101',1790000000000000);
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
INSERT INTO signing_keys VALUES('archive',X'0202020202020202020202020202020202020202020202020202020202020202',X'03030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303',1790000000000000);
INSERT INTO signing_keys VALUES('ledger',X'0202020202020202020202020202020202020202020202020202020202020202',X'03030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303',1790000000000000);
CREATE TABLE tenants (
    -- The tenant's id, in every key, chain line and leaf.
    tenant_id     BLOB    NOT NULL PRIMARY KEY CHECK (length(tenant_id) = 16),
    -- The name that commands take.
    name          TEXT    NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
    -- When the tenant was added.
    created_at_us INTEGER NOT NULL
) STRICT;
INSERT INTO tenants VALUES(X'01010101010101010101010101010101','tenant 1',1790000000000000);
INSERT INTO tenants VALUES(X'02020202020202020202020202020202','tenant 2',1790000000000000);
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
INSERT INTO tenant_policies VALUES(X'01010101010101010101010101010101',1,'{"default_class":"default"}',1790000001000000);
INSERT INTO tenant_policies VALUES(X'01010101010101010101010101010101',2,'{"default_class":"default"}',1790000001000000);
INSERT INTO tenant_policies VALUES(X'02020202020202020202020202020202',1,'{"default_class":"default"}',1790000001000000);
INSERT INTO tenant_policies VALUES(X'02020202020202020202020202020202',2,'{"default_class":"default"}',1790000001000000);
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
INSERT INTO classes VALUES(X'01010101010101010101010101010101','default',1,30,1790000001000000);
INSERT INTO classes VALUES(X'01010101010101010101010101010101','default',2,NULL,1790000001000000);
INSERT INTO classes VALUES(X'02020202020202020202020202020202','default',1,30,1790000001000000);
INSERT INTO classes VALUES(X'02020202020202020202020202020202','default',2,NULL,1790000001000000);
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
INSERT INTO keks VALUES(X'01010101010101010101010101010101',1,X'04040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404',1790000001000000);
INSERT INTO keks VALUES(X'01010101010101010101010101010101',2,X'04040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404',1790000001000000);
INSERT INTO keks VALUES(X'02020202020202020202020202020202',1,X'04040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404',1790000001000000);
INSERT INTO keks VALUES(X'02020202020202020202020202020202',2,X'04040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404',1790000001000000);
CREATE TABLE deks (
    -- Ascending and never used twice.
    dek_id  INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- The key, wrapped by the tenant's KEK; 76 zeros once it is destroyed.
    wrapped BLOB    NOT NULL CHECK (length(wrapped) = 76)
) STRICT;
INSERT INTO deks VALUES(1,X'0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b');
INSERT INTO deks VALUES(2,X'0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c');
INSERT INTO deks VALUES(3,X'0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d');
INSERT INTO deks VALUES(4,X'00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000');
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
INSERT INTO detail_keys VALUES(X'01010101010101010101010101010101','register',X'05050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505',1790000001000000);
INSERT INTO detail_keys VALUES(X'01010101010101010101010101010101','2026-09',X'05050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505',1790000001000000);
INSERT INTO detail_keys VALUES(X'02020202020202020202020202020202','register',X'05050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505',1790000001000000);
INSERT INTO detail_keys VALUES(X'02020202020202020202020202020202','2026-09',X'05050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505050505',1790000001000000);
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
INSERT INTO devices VALUES(X'01010101010101010101010101010101',X'01010101010101010101010101010101','Büro 1',1790000002000000,NULL);
INSERT INTO devices VALUES(X'02020202020202020202020202020202',X'02020202020202020202020202020202','Büro 2',1790000002000000,1790000009000000);
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
INSERT INTO device_tokens VALUES(X'0101010101010101010101010101010101010101010101010101010101010101',X'01010101010101010101010101010101',X'01010101010101010101010101010101',1790000002000000,NULL);
INSERT INTO device_tokens VALUES(X'0202020202020202020202020202020202020202020202020202020202020202',X'02020202020202020202020202020202',X'02020202020202020202020202020202',1790000002000000,1790000009000000);
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
    stored_bytes     INTEGER NOT NULL CHECK (stored_bytes BETWEEN 0 AND 9007199254740991), purging_at_us    INTEGER          CHECK (purging_at_us IS NULL OR state = 'sealed'),
    UNIQUE (device_id, request_key),
    CHECK ((state = 'sealed') = (how IS NOT NULL)),
    CHECK ((state = 'sealed') = (ended_at_us IS NOT NULL)),
    CHECK ((state = 'sealed') = (sealed_at_us IS NOT NULL))
) STRICT;
INSERT INTO sessions VALUES(X'01010101010101010101010101010101',X'01010101010101010101010101010101',X'01010101010101010101010101010101',1,'support','default',1,30,'sealed','imported',1790000001000000,1790000001000000,1790000001000000,1790000005000000,1790000006000000,1790000007000000,3,X'0909090909090909090909090909090909090909090909090909090909090909',X'01010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101',X'0808080808080808080808080808080808080808080808080808080808080808',X'0707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707',2,9000,1000,1790000020000000);
INSERT INTO sessions VALUES(X'02020202020202020202020202020202',X'01010101010101010101010101010101',X'01010101010101010101010101010101',2,'meeting','default',1,30,'sealing',NULL,1790000002000000,1790000002000000,1790000002000000,NULL,NULL,NULL,1,X'0202020202020202020202020202020202020202020202020202020202020202',X'02020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202',NULL,X'0707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707',0,0,0,NULL);
INSERT INTO sessions VALUES(X'03030303030303030303030303030303',X'01010101010101010101010101010101',X'01010101010101010101010101010101',3,'training','default',1,30,'open',NULL,1790000003000000,1790000003000000,1790000003000000,NULL,NULL,NULL,1,X'0303030303030303030303030303030303030303030303030303030303030303',X'03030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303',NULL,NULL,0,0,0,NULL);
CREATE TABLE streams (
    -- Of which session.
    session_id BLOB    NOT NULL REFERENCES sessions (session_id),
    -- The stream's number.
    stream     INTEGER NOT NULL CHECK (stream BETWEEN 0 AND 9999),
    -- What it holds.
    kind       TEXT    NOT NULL CHECK (kind IN ('timeline', 'recording', 'attachment')),
    PRIMARY KEY (session_id, stream)
) STRICT;
INSERT INTO streams VALUES(X'01010101010101010101010101010101',0,'timeline');
CREATE TABLE chain_lines (
    -- Of which session.
    session_id BLOB    NOT NULL REFERENCES sessions (session_id),
    -- The line's number, from 0 without gaps.
    n          INTEGER NOT NULL CHECK (n BETWEEN 0 AND 9007199254740991),
    -- The line's bytes without the newline.
    line       BLOB    NOT NULL CHECK (length(line) > 0),
    PRIMARY KEY (session_id, n)
) STRICT;
INSERT INTO chain_lines VALUES(X'01010101010101010101010101010101',0,X'7b226e223a307d');
INSERT INTO chain_lines VALUES(X'01010101010101010101010101010101',1,X'7b226e223a317d');
INSERT INTO chain_lines VALUES(X'01010101010101010101010101010101',2,X'7b226e223a327d');
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
INSERT INTO segments VALUES(X'01010101010101010101010101010101',0,0,1,'tenants/a/sessions/b/0/00000000-c.seg','timeline',0,9007199254740991,2,'0,9007199254740991',1790000003000000,1790000004000000,1000,9000,1,1);
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
INSERT INTO ledger_leaves VALUES(X'01010101010101010101010101010101',0,X'7b226e223a307d','register',NULL,X'0303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303');
INSERT INTO ledger_leaves VALUES(X'01010101010101010101010101010101',1,X'7b226e223a317d','session',X'01010101010101010101010101010101',X'0303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303');
INSERT INTO ledger_leaves VALUES(X'01010101010101010101010101010101',2,X'7b226e223a327d','2026-09',X'01010101010101010101010101010101',X'0303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303030303');
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
INSERT INTO ledger_heads VALUES(X'01010101010101010101010101010101',3,X'0404040404040404040404040404040404040404040404040404040404040404',replace('obhut/tenant\n3\n','\n',char(10)));
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
INSERT INTO ledger_copies VALUES(X'01010101010101010101010101010101',0,1,'tenants/a/ledger/copy.leaves',X'0505050505050505050505050505050505050505050505050505050505050505');
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
INSERT INTO events VALUES(X'01010101010101010101010101010101','consent',1,X'0606060606060606060606060606060606060606060606060606060606060606');
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
    at_us      INTEGER NOT NULL, action     TEXT    NOT NULL DEFAULT 'restore' CHECK (action IN ('open', 'view', 'restore')), grant_id   BLOB             CHECK (
        (action = 'view') = (grant_id IS NOT NULL) AND (grant_id IS NULL OR length(grant_id) = 16)
    ), export_id        BLOB             CHECK (export_id IS NULL OR (action = 'restore' AND length(export_id) = 16)),
    UNIQUE (tenant_id, leaf_n),
    CHECK ((first IS NULL) = (last IS NULL) AND first <= last)
) STRICT;
INSERT INTO access_records VALUES(X'01010101010101010101010101010101',X'01010101010101010101010101010101',2,X'01010101010101010101010101010101',0,0,9007199254740991,1790000008000000,'restore',NULL,NULL);
INSERT INTO access_records VALUES(X'02020202020202020202020202020202',X'01010101010101010101010101010101',0,X'01010101010101010101010101010101',NULL,NULL,NULL,1790000017000000,'open',NULL,NULL);
INSERT INTO access_records VALUES(X'03030303030303030303030303030303',X'01010101010101010101010101010101',1,X'01010101010101010101010101010101',NULL,NULL,NULL,1790000017000000,'view',X'02020202020202020202020202020202',NULL);
INSERT INTO access_records VALUES(X'04040404040404040404040404040404',X'01010101010101010101010101010101',13,X'01010101010101010101010101010101',NULL,NULL,NULL,1790000023000000,'restore',NULL,X'02020202020202020202020202020202');
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
INSERT INTO holds VALUES(X'01010101010101010101010101010101',X'01010101010101010101010101010101',X'01010101010101010101010101010101',2,1790000008000000,'2027-01-01',NULL,NULL);
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 VALUES('sessions','sqlite_autoindex_sessions_1','10000000 1');
INSERT INTO sqlite_stat1 VALUES('sessions','sqlite_autoindex_sessions_2','10000000 1');
INSERT INTO sqlite_stat1 VALUES('sessions','sqlite_autoindex_sessions_3','10000000 1000 1');
INSERT INTO sqlite_stat1 VALUES('sessions','sessions_unsealed','1000 10 5 1 1');
INSERT INTO sqlite_stat1 VALUES('sessions','sessions_by_retain_until','10000000 1');
INSERT INTO sqlite_stat1 VALUES('sessions','sessions_by_dek','10000000 100000 1');
INSERT INTO sqlite_stat1 VALUES('sessions','sessions_by_opened','10000000 100000 1 1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('sessions','sessions_by_device','10000000 100000 1000 1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('sessions','sessions_by_kind','10000000 100000 25000 1 1 1');
INSERT INTO sqlite_stat1 VALUES('sessions','sessions_by_deadline','10000000 100000 1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('sessions','sessions_by_device_deadline','10000000 100000 1000 1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('access_records','sqlite_autoindex_access_records_1','10000000 1');
INSERT INTO sqlite_stat1 VALUES('access_records','sqlite_autoindex_access_records_2','10000000 100000 1');
INSERT INTO sqlite_stat1 VALUES('access_records','access_records_by_session','10000000 100 1');
INSERT INTO sqlite_stat1 VALUES('access_records','access_records_by_at','10000000 100000 1 1');
INSERT INTO sqlite_stat1 VALUES('access_records','access_records_by_action','10000000 100000 33000 1 1');
INSERT INTO sqlite_stat1 VALUES('access_records','access_records_of_session','10000000 100000 100 1 1');
INSERT INTO sqlite_stat1 VALUES('holds','sqlite_autoindex_holds_1','10000 1');
INSERT INTO sqlite_stat1 VALUES('holds','holds_by_tenant','10000 100 1');
INSERT INTO sqlite_stat1 VALUES('holds','holds_active','5000 1');
INSERT INTO sqlite_stat1 VALUES('holds','holds_active_of_tenant','5000 50 1');
INSERT INTO sqlite_stat1 VALUES('device_classes','sqlite_autoindex_device_classes_1','10000 2 1');
INSERT INTO sqlite_stat1 VALUES('device_classes','device_classes_by_tenant','10000 100 2 1');
INSERT INTO sqlite_stat1 VALUES('purges','sqlite_autoindex_purges_1','1000 1');
INSERT INTO sqlite_stat1 VALUES('certificates','sqlite_autoindex_certificates_1','10000000 1');
INSERT INTO sqlite_stat1 VALUES('certificates','sqlite_autoindex_certificates_2','10000000 100000 1');
INSERT INTO sqlite_stat1 VALUES('exports','sqlite_autoindex_exports_1','100000 1');
INSERT INTO sqlite_stat1 VALUES('exports','sqlite_autoindex_exports_2','100000 1000 1');
INSERT INTO sqlite_stat1 VALUES('exports','exports_by_at','100000 1000 1 1');
INSERT INTO sqlite_stat1 VALUES('exports','exports_of_session','100000 1000 2 1 1');
INSERT INTO sqlite_stat1 VALUES('access_records','access_records_of_export','10000 100 2 1');
INSERT INTO sqlite_stat1 VALUES('access_records','access_records_unasked','10000 100 1 1');
INSERT INTO sqlite_stat1 VALUES('certificates','certificates_by_purged','10000000 100000 1 1');
INSERT INTO sqlite_stat1 VALUES('holds','holds_by_review','5000 50 2 1');
INSERT INTO sqlite_stat1 VALUES('holds','holds_by_release','5000 50 1 1');
INSERT INTO sqlite_stat1 VALUES('holds','holds_released_of_session','5000 50 1');
INSERT INTO sqlite_stat1 VALUES('backups','sqlite_autoindex_backups_1','10000 100 1');
INSERT INTO sqlite_stat1 VALUES('lost_sessions','sqlite_autoindex_lost_sessions_1','100000 1');
INSERT INTO sqlite_stat1 VALUES('lost_sessions','lost_sessions_by_tenant','100000 1000 1');
ANALYZE sqlite_schema;
CREATE TABLE users (
    -- The user's id, in the sealed details of what they opened.
    user_id        BLOB    NOT NULL PRIMARY KEY CHECK (length(user_id) = 16),
    -- The name they log in with, in lower case.
    name           TEXT    NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
    -- Their password as a PHC string of argon2id, salt included.
    password       TEXT    NOT NULL CHECK (substr(password, 1, 10) = '$argon2id$'),
    -- 1 until a one-time password is replaced by one that only they know.
    must_change    INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    -- When they got it: a one-time password is good for a while only.
    password_at_us INTEGER NOT NULL,
    -- When the user was added.
    created_at_us  INTEGER NOT NULL,
    -- Since when they may not log in; NULL while they may.
    disabled_at_us INTEGER
) STRICT;
INSERT INTO users VALUES(X'01010101010101010101010101010101','user.1@example','$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',1,1790000018000000,1790000010000000,NULL);
INSERT INTO users VALUES(X'02020202020202020202020202020202','user.2@example','$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',0,1790000018000000,1790000010000000,1790000011000000);
CREATE TABLE user_roles (
    -- Who.
    user_id   BLOB NOT NULL REFERENCES users (user_id),
    -- As what.
    role      TEXT NOT NULL CHECK (role IN ('administrator', 'compliance-officer', 'auditor')),
    -- For which tenant; NULL is every tenant, also those to come.
    tenant_id BLOB          REFERENCES tenants (tenant_id)
) STRICT;
INSERT INTO user_roles VALUES(X'01010101010101010101010101010101','administrator',X'01010101010101010101010101010101');
INSERT INTO user_roles VALUES(X'01010101010101010101010101010101','compliance-officer',X'01010101010101010101010101010101');
INSERT INTO user_roles VALUES(X'01010101010101010101010101010101','auditor',X'01010101010101010101010101010101');
INSERT INTO user_roles VALUES(X'02020202020202020202020202020202','administrator',NULL);
INSERT INTO user_roles VALUES(X'02020202020202020202020202020202','compliance-officer',NULL);
INSERT INTO user_roles VALUES(X'02020202020202020202020202020202','auditor',NULL);
CREATE TABLE logins (
    -- The login's id, in the sealed details of what was opened with it.
    login_id      BLOB    NOT NULL PRIMARY KEY CHECK (length(login_id) = 16),
    -- SHA-256 of the cookie's token, which is random and long: no salt is needed. The token itself is nowhere.
    token_hash    BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    -- Whom it admits.
    user_id       BLOB    NOT NULL REFERENCES users (user_id),
    -- When they logged in.
    created_at_us INTEGER NOT NULL,
    -- When they were last heard, to within a minute.
    last_seen_us  INTEGER NOT NULL,
    -- When it ends whatever they do.
    expires_at_us INTEGER NOT NULL
) STRICT;
INSERT INTO logins VALUES(X'01010101010101010101010101010101',X'0101010101010101010101010101010101010101010101010101010101010101',X'01010101010101010101010101010101',1790000012000000,1790000013000000,1790000014000000);
INSERT INTO logins VALUES(X'02020202020202020202020202020202',X'0202020202020202020202020202020202020202020202020202020202020202',X'02020202020202020202020202020202',1790000012000000,1790000013000000,1790000014000000);
CREATE TABLE login_failures (
    -- Two keyed hashes of 16 bytes: of the name, so that a password typed into the wrong field is not readable here; and of
    -- where the attempts came from, or of the day over which those from everywhere are counted.
    name_hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(name_hash) = 32),
    -- Attempts since the last that succeeded.
    failures        INTEGER NOT NULL CHECK (failures BETWEEN 1 AND 9007199254740991),
    -- When the last one was.
    last_at_us      INTEGER NOT NULL,
    -- Until when no attempt is looked at; NULL where the next one is.
    locked_until_us INTEGER
) STRICT;
INSERT INTO login_failures VALUES(X'0101010101010101010101010101010101010101010101010101010101010101',1,1790000015000000,NULL);
INSERT INTO login_failures VALUES(X'0202020202020202020202020202020202020202020202020202020202020202',2,1790000015000000,1790000016000000);
CREATE TABLE device_classes (
    -- Whose sessions.
    device_id     BLOB    NOT NULL REFERENCES devices (device_id),
    -- Counts from 1 within the device.
    version       INTEGER NOT NULL CHECK (version BETWEEN 1 AND 4294967295),
    -- Whose device.
    tenant_id     BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The class's name; NULL goes back to the tenant's.
    class_name    TEXT             CHECK (length(class_name) BETWEEN 1 AND 200),
    -- Since when this version is in force.
    created_at_us INTEGER NOT NULL,
    PRIMARY KEY (device_id, version)
) STRICT;
INSERT INTO device_classes VALUES(X'01010101010101010101010101010101',1,X'01010101010101010101010101010101','default',1790000019000000);
INSERT INTO device_classes VALUES(X'01010101010101010101010101010101',2,X'01010101010101010101010101010101',NULL,1790000019000000);
CREATE TABLE purges (
    -- The session. Its own row goes before this one.
    session_id BLOB    NOT NULL PRIMARY KEY CHECK (length(session_id) = 16),
    -- Whose session.
    tenant_id  BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- Its data-encryption key.
    dek_id     INTEGER NOT NULL REFERENCES deks (dek_id),
    -- What is done for certain: `intended` the intent is in the ledger; `forgotten` key, objects and rows are gone, and the
    -- tombstone is in the ledger.
    step       TEXT    NOT NULL CHECK (step IN ('intended', 'forgotten')),
    -- What the certificate will say, as far as it is known: JSON without personal data.
    record     TEXT    NOT NULL CHECK (length(record) > 0)
) STRICT;
INSERT INTO purges VALUES(X'01010101010101010101010101010101',X'01010101010101010101010101010101',1,'intended','{}');
CREATE TABLE certificates (
    -- The session that was.
    session_id  BLOB    NOT NULL PRIMARY KEY CHECK (length(session_id) = 16),
    -- Whose session it was.
    tenant_id   BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The tombstone's number in the ledger.
    leaf_n      INTEGER NOT NULL CHECK (leaf_n BETWEEN 0 AND 9007199254740991),
    -- The signed certificate, on one line.
    certificate TEXT    NOT NULL CHECK (length(certificate) > 0), purged_at_us INTEGER NOT NULL DEFAULT 0,
    UNIQUE (tenant_id, leaf_n)
) STRICT;
INSERT INTO certificates VALUES(X'09090909090909090909090909090909',X'01010101010101010101010101010101',2,'{"v":1}',1790000021000000);
CREATE TABLE exports (
    -- The request's id.
    export_id      BLOB    NOT NULL PRIMARY KEY CHECK (length(export_id) = 16),
    -- Whose session.
    tenant_id      BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The session that a bundle is wanted of.
    session_id     BLOB    NOT NULL CHECK (length(session_id) = 16),
    -- The ledger leaf of the request.
    leaf_n         INTEGER NOT NULL CHECK (leaf_n BETWEEN 0 AND 9007199254740991),
    -- When it was asked for.
    asked_at_us    INTEGER NOT NULL,
    -- Whether a bundle without what is damaged is wanted: 1, or 0.
    damaged        INTEGER NOT NULL CHECK (damaged IN (0, 1)),
    -- What was decided: `approved` or `refused`; NULL until it is.
    decision       TEXT             CHECK (decision IN ('approved', 'refused')),
    -- The ledger leaf of the decision: that of the request where the policy asked for none.
    decided_leaf_n INTEGER          CHECK (decided_leaf_n BETWEEN 0 AND 9007199254740991),
    -- When it was decided.
    decided_at_us  INTEGER,
    UNIQUE (tenant_id, leaf_n),
    CHECK ((decision IS NULL) = (decided_leaf_n IS NULL) AND (decision IS NULL) = (decided_at_us IS NULL))
) STRICT;
INSERT INTO exports VALUES(X'01010101010101010101010101010101',X'01010101010101010101010101010101',X'01010101010101010101010101010101',10,1790000021000000,0,NULL,NULL,NULL);
INSERT INTO exports VALUES(X'02020202020202020202020202020202',X'01010101010101010101010101010101',X'01010101010101010101010101010101',11,1790000021000000,1,'approved',12,1790000022000000);
CREATE TABLE backups (
    -- Whose keys are in it.
    tenant_id  BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The ledger leaf that tells of it.
    leaf_n     INTEGER NOT NULL CHECK (leaf_n BETWEEN 0 AND 9007199254740991),
    -- The backup's id.
    backup_id  BLOB    NOT NULL CHECK (length(backup_id) = 16),
    -- When it was made.
    made_at_us INTEGER NOT NULL,
    -- Until when it is to be kept; later it is not recovered from.
    until_us   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, leaf_n),
    CHECK (made_at_us <= until_us)
) STRICT;
INSERT INTO backups VALUES(X'01010101010101010101010101010101',2,X'05050505050505050505050505050505',1790000021000000,1790000022000000);
CREATE TABLE lost_sessions (
    -- The session.
    session_id BLOB    NOT NULL PRIMARY KEY CHECK (length(session_id) = 16),
    -- Whose session.
    tenant_id  BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The ledger leaf of the recovery.
    leaf_n     INTEGER NOT NULL CHECK (leaf_n BETWEEN 0 AND 9007199254740991),
    -- When that was.
    lost_at_us INTEGER NOT NULL
) STRICT;
INSERT INTO lost_sessions VALUES(X'08080808080808080808080808080808',X'01010101010101010101010101010101',2,1790000023000000);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('deks',4);
CREATE INDEX device_tokens_by_device ON device_tokens (device_id);
CREATE INDEX device_tokens_by_tenant ON device_tokens (tenant_id, created_at_us);
CREATE INDEX sessions_unsealed ON sessions (tenant_id, state, opened_at_us, session_id) WHERE state <> 'sealed';
CREATE INDEX sessions_by_retain_until ON sessions (retain_until_us) WHERE retain_until_us IS NOT NULL;
CREATE INDEX sessions_by_dek ON sessions (tenant_id, dek_id);
CREATE INDEX segments_by_last ON segments (session_id, stream, last);
CREATE INDEX ledger_leaves_by_session ON ledger_leaves (session_id, n) WHERE session_id IS NOT NULL;
CREATE INDEX access_records_by_session ON access_records (session_id, leaf_n);
CREATE INDEX holds_by_tenant ON holds (tenant_id, placed_at_us);
CREATE INDEX holds_active ON holds (session_id) WHERE released_at_us IS NULL;
CREATE UNIQUE INDEX user_roles_everywhere ON user_roles (user_id, role) WHERE tenant_id IS NULL;
CREATE UNIQUE INDEX user_roles_of_tenant ON user_roles (user_id, role, tenant_id) WHERE tenant_id IS NOT NULL;
CREATE INDEX logins_by_user ON logins (user_id);
CREATE INDEX login_failures_by_last ON login_failures (last_at_us);
CREATE INDEX access_records_by_at ON access_records (tenant_id, at_us, access_id);
CREATE INDEX access_records_by_action ON access_records (tenant_id, action, at_us, access_id);
CREATE INDEX access_records_of_session ON access_records (tenant_id, session_id, at_us, access_id);
CREATE INDEX holds_active_of_tenant ON holds (tenant_id, session_id) WHERE released_at_us IS NULL;
CREATE INDEX sessions_by_opened ON sessions (tenant_id, opened_at_us, session_id, device_id, kind, state);
CREATE INDEX sessions_by_device ON sessions (tenant_id, device_id, opened_at_us, session_id, kind, state);
CREATE INDEX sessions_by_kind ON sessions (tenant_id, kind, opened_at_us, session_id, state);
CREATE INDEX sessions_by_deadline ON sessions (tenant_id, retain_until_us, session_id, opened_at_us, kind)
    WHERE retain_until_us IS NOT NULL;
CREATE INDEX sessions_by_device_deadline ON sessions (tenant_id, device_id, retain_until_us, session_id, opened_at_us, kind)
    WHERE retain_until_us IS NOT NULL;
CREATE INDEX device_classes_by_tenant ON device_classes (tenant_id, device_id, version);
CREATE INDEX exports_by_at ON exports (tenant_id, asked_at_us, export_id);
CREATE INDEX exports_of_session ON exports (tenant_id, session_id, asked_at_us, export_id);
CREATE INDEX access_records_of_export ON access_records (tenant_id, export_id, leaf_n) WHERE export_id IS NOT NULL;
CREATE INDEX access_records_unasked ON access_records (tenant_id, at_us, access_id) WHERE export_id = access_id;
CREATE INDEX certificates_by_purged ON certificates (tenant_id, purged_at_us, session_id);
CREATE INDEX holds_by_review ON holds (tenant_id, review_on, hold_id) WHERE released_at_us IS NULL;
CREATE INDEX holds_by_release ON holds (tenant_id, released_at_us, hold_id) WHERE released_at_us IS NOT NULL;
CREATE INDEX holds_released_of_session ON holds (tenant_id, session_id) WHERE released_at_us IS NOT NULL;
CREATE INDEX lost_sessions_by_tenant ON lost_sessions (tenant_id, session_id);
COMMIT;
