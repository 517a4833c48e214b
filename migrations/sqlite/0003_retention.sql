-- Retention: which class a device's sessions get.

-- Every version of the retention class of a device's sessions; the highest is in force. A device without one follows its
-- tenant's policy.
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

CREATE INDEX device_classes_by_tenant ON device_classes (tenant_id, device_id, version);

-- What the planner is to think, as for the first schema.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('device_classes', 'sqlite_autoindex_device_classes_1', '10000 2 1'),
    ('device_classes', 'device_classes_by_tenant', '10000 100 2 1');
