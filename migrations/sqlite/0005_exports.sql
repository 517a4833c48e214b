-- Exports that are asked for, and decided by somebody else where the tenant's policy says so.

-- Requests for evidence bundles. Who asked and who decided, why and for which matter stand only in the leaves' sealed details,
-- which are what a bundle is made by: a row that says something else allows nothing. They outlive the session.
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

-- A tenant's requests, newest first, whole or of a session.
CREATE INDEX exports_by_at ON exports (tenant_id, asked_at_us, export_id);
CREATE INDEX exports_of_session ON exports (tenant_id, session_id, asked_at_us, export_id);

-- The request under which what was read went into an evidence bundle: the record's own id where none was needed.
ALTER TABLE access_records ADD COLUMN
    export_id        BLOB             CHECK (export_id IS NULL OR (action = 'restore' AND length(export_id) = 16));

-- The bundles of a request, and those that nobody had to ask for.
CREATE INDEX access_records_of_export ON access_records (tenant_id, export_id, leaf_n) WHERE export_id IS NOT NULL;
CREATE INDEX access_records_unasked ON access_records (tenant_id, at_us, access_id) WHERE export_id = access_id;

-- What the planner is to think, as for the first schema.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('exports', 'sqlite_autoindex_exports_1', '100000 1'),
    ('exports', 'sqlite_autoindex_exports_2', '100000 1000 1'),
    ('exports', 'exports_by_at', '100000 1000 1 1'),
    ('exports', 'exports_of_session', '100000 1000 2 1 1'),
    ('access_records', 'access_records_of_export', '10000 100 2 1'),
    ('access_records', 'access_records_unasked', '10000 100 1 1');
