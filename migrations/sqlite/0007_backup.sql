-- Backups that were made, and what was lost when an archive was recovered from one.
--
-- Leaves that a recovery took from the ledger's copies have no detail any more: 40 zeros stand in its place in
-- `ledger_leaves`, and a `recovered` leaf behind them says since where.

-- Backups of the catalog and its keys, one row for each tenant: until when a key that was destroyed may still be in one.
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

-- Sessions that were opened after the backup which the archive was recovered from: their keys are lost, and what object
-- storage holds of them can't be read by anybody.
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

CREATE INDEX lost_sessions_by_tenant ON lost_sessions (tenant_id, session_id);

-- What the planner is to think, as for the first schema.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('backups', 'sqlite_autoindex_backups_1', '10000 100 1'),
    ('lost_sessions', 'sqlite_autoindex_lost_sessions_1', '100000 1'),
    ('lost_sessions', 'lost_sessions_by_tenant', '100000 1000 1');
