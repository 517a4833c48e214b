-- The deletion of sessions: those under way, and what is left of a session that was deleted.

-- Since when a session is being purged: it takes and shows nothing any more. NULL while it is kept.
ALTER TABLE sessions ADD COLUMN
    purging_at_us    INTEGER          CHECK (purging_at_us IS NULL OR state = 'sealed');

-- Deletions under way, from the intent in the ledger to the certificate. A row goes when its certificate is there.
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

-- What is left of a session that was deleted: the signed proof of it.
CREATE TABLE certificates (
    -- The session that was.
    session_id  BLOB    NOT NULL PRIMARY KEY CHECK (length(session_id) = 16),
    -- Whose session it was.
    tenant_id   BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The tombstone's number in the ledger.
    leaf_n      INTEGER NOT NULL CHECK (leaf_n BETWEEN 0 AND 9007199254740991),
    -- The signed certificate, on one line.
    certificate TEXT    NOT NULL CHECK (length(certificate) > 0),
    UNIQUE (tenant_id, leaf_n)
) STRICT;

-- What the planner is to think, as for the first schema.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('purges', 'sqlite_autoindex_purges_1', '1000 1'),
    ('certificates', 'sqlite_autoindex_certificates_1', '10000000 1'),
    ('certificates', 'sqlite_autoindex_certificates_2', '10000000 100000 1');
