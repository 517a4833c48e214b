-- Holds and certificates as those who answer for them list them.

-- The tombstone's instant: certificates are listed by it, newest first. It stands in the certificate too, and `verify`
-- compares them.
ALTER TABLE certificates ADD COLUMN
    purged_at_us INTEGER NOT NULL DEFAULT 0;

-- An instant is always written as 2026-11-23T13:49:00.832855Z.
UPDATE certificates
SET purged_at_us = coalesce(
    CAST(strftime('%s', substr(certificate ->> '$.tombstone.at', 1, 19)) AS INTEGER) * 1000000
        + CAST(substr(certificate ->> '$.tombstone.at', 21, 6) AS INTEGER),
    0
)
WHERE json_valid(certificate);

CREATE INDEX certificates_by_purged ON certificates (tenant_id, purged_at_us, session_id);

-- Holds in force by the day they are to be looked at again, those without one apart; released ones by their release; and
-- those of one session.
CREATE INDEX holds_by_review ON holds (tenant_id, review_on, hold_id) WHERE released_at_us IS NULL;
CREATE INDEX holds_by_release ON holds (tenant_id, released_at_us, hold_id) WHERE released_at_us IS NOT NULL;
CREATE INDEX holds_released_of_session ON holds (tenant_id, session_id) WHERE released_at_us IS NOT NULL;

-- What the planner is to think, as for the first schema.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('certificates', 'certificates_by_purged', '10000000 100000 1 1'),
    ('holds', 'holds_by_review', '5000 50 2 1'),
    ('holds', 'holds_by_release', '5000 50 1 1'),
    ('holds', 'holds_released_of_session', '5000 50 1');
