-- Who may look, and looks over HTTP: people and their logins, what an access record allowed, and the lists that a
-- compliance officer works with.

-- People who may log in. What they did stands in the ledgers, sealed; here stands only that they may come in.
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

-- What users may do, and where.
CREATE TABLE user_roles (
    -- Who.
    user_id   BLOB NOT NULL REFERENCES users (user_id),
    -- As what.
    role      TEXT NOT NULL CHECK (role IN ('administrator', 'compliance-officer', 'auditor')),
    -- For which tenant; NULL is every tenant, also those to come.
    tenant_id BLOB          REFERENCES tenants (tenant_id)
) STRICT;

-- Once each. Two indices, because NULL equals no NULL in one.
CREATE UNIQUE INDEX user_roles_everywhere ON user_roles (user_id, role) WHERE tenant_id IS NULL;
CREATE UNIQUE INDEX user_roles_of_tenant ON user_roles (user_id, role, tenant_id) WHERE tenant_id IS NOT NULL;

-- Logins that are in force. A login that ends, by its user, by silence or by age, is deleted.
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

CREATE INDEX logins_by_user ON logins (user_id);

-- Failed attempts to log in, by the name that was tried, known or not: a lock-out tells nobody which names exist. Beside them those of
-- users who are logged in to prove their own password.
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

CREATE INDEX login_failures_by_last ON login_failures (last_at_us);

-- What an access record allowed: `open` the session's description and index, and to ask for ranges; `view` a range of
-- frames on the page; `restore` originals written out. Until now all were restores.
ALTER TABLE access_records ADD COLUMN
    action     TEXT    NOT NULL DEFAULT 'restore' CHECK (action IN ('open', 'view', 'restore'));
-- The record of the opening under which a range was viewed; with `view`.
ALTER TABLE access_records ADD COLUMN
    grant_id   BLOB             CHECK (
        (action = 'view') = (grant_id IS NOT NULL) AND (grant_id IS NULL OR length(grant_id) = 16)
    );

-- The tenant's looks, newest first, whole or by one of the filters.
CREATE INDEX access_records_by_at ON access_records (tenant_id, at_us, access_id);
CREATE INDEX access_records_by_action ON access_records (tenant_id, action, at_us, access_id);
CREATE INDEX access_records_of_session ON access_records (tenant_id, session_id, at_us, access_id);

-- What of a tenant's sessions is held: a few among many.
CREATE INDEX holds_active_of_tenant ON holds (tenant_id, session_id) WHERE released_at_us IS NULL;

-- Listing, as before; what the other filters ask for now stands in the index too, so that a filter that few sessions pass
-- walks over the index and not over the rows.
DROP INDEX sessions_by_opened;
DROP INDEX sessions_by_device;
DROP INDEX sessions_by_kind;
CREATE INDEX sessions_by_opened ON sessions (tenant_id, opened_at_us, session_id, device_id, kind, state);
CREATE INDEX sessions_by_device ON sessions (tenant_id, device_id, opened_at_us, session_id, kind, state);
CREATE INDEX sessions_by_kind ON sessions (tenant_id, kind, opened_at_us, session_id, state);
-- The same by deadline: what may be deleted next comes first.
CREATE INDEX sessions_by_deadline ON sessions (tenant_id, retain_until_us, session_id, opened_at_us, kind)
    WHERE retain_until_us IS NOT NULL;
CREATE INDEX sessions_by_device_deadline ON sessions (tenant_id, device_id, retain_until_us, session_id, opened_at_us, kind)
    WHERE retain_until_us IS NOT NULL;

-- What the planner is to think, as for the first schema. An index that is dropped takes its rows here with it.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('sessions', 'sessions_by_opened', '10000000 100000 1 1 1 1 1'),
    ('sessions', 'sessions_by_device', '10000000 100000 1000 1 1 1 1'),
    ('sessions', 'sessions_by_kind', '10000000 100000 25000 1 1 1'),
    ('sessions', 'sessions_by_deadline', '10000000 100000 1 1 1 1'),
    ('sessions', 'sessions_by_device_deadline', '10000000 100000 1000 1 1 1 1'),
    ('access_records', 'sqlite_autoindex_access_records_1', '10000000 1'),
    ('access_records', 'sqlite_autoindex_access_records_2', '10000000 100000 1'),
    ('access_records', 'access_records_by_session', '10000000 100 1'),
    ('access_records', 'access_records_by_at', '10000000 100000 1 1'),
    ('access_records', 'access_records_by_action', '10000000 100000 33000 1 1'),
    ('access_records', 'access_records_of_session', '10000000 100000 100 1 1'),
    ('holds', 'sqlite_autoindex_holds_1', '10000 1'),
    ('holds', 'holds_by_tenant', '10000 100 1'),
    ('holds', 'holds_active', '5000 1'),
    ('holds', 'holds_active_of_tenant', '5000 50 1');
