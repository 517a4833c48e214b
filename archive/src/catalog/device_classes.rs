//! Which retention class the sessions of a device get, every version.

use obhut_format::ids::{DeviceId, TenantId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};

/// One version of what a device's sessions get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceClassRow {
    /// Whose device.
    pub tenant: TenantId,
    /// The device.
    pub device: DeviceId,
    /// Counts from 1 within the device.
    pub version: u32,
    /// The class's name; `None` goes back to the tenant's.
    pub class: Option<String>,
    /// Since when it is in force.
    pub created_at: UtcMicros,
}

const INSERT_VERSION: &str = "
INSERT INTO device_classes (device_id, version, tenant_id, class_name, created_at_us)
VALUES (:device, :version, :tenant, :class, :created_at)";

const CURRENT: &str = "
SELECT device_id, version, tenant_id, class_name, created_at_us
FROM device_classes
WHERE device_id = :device AND tenant_id = :tenant
ORDER BY version DESC
LIMIT 1";

const ALL: &str = "
SELECT device_id, version, tenant_id, class_name, created_at_us
FROM device_classes
WHERE tenant_id = :tenant
ORDER BY device_id, version";

/// Adds a version; a number that is taken is a conflict.
pub fn insert_version(tx: &mut Tx<'_>, row: &DeviceClassRow) -> Result<(), CatalogError> {
    let params = [
        (":device", (&row.device).into()),
        (":version", row.version.into()),
        (":tenant", (&row.tenant).into()),
        (":class", row.class.as_ref().into()),
        (":created_at", row.created_at.into()),
    ];
    tx.execute(INSERT_VERSION, &params).map(drop)
}

/// The version in force; `None` where the device was never given one.
pub fn current(
    query: &dyn Query,
    tenant: TenantId,
    device: DeviceId,
) -> Result<Option<DeviceClassRow>, CatalogError> {
    query.optional(
        CURRENT,
        &[(":tenant", (&tenant).into()), (":device", (&device).into())],
        from_row,
    )
}

/// Every version of every device of the tenant.
pub fn all(query: &dyn Query, tenant: TenantId) -> Result<Vec<DeviceClassRow>, CatalogError> {
    query.all(ALL, &[(":tenant", (&tenant).into())], from_row)
}

fn from_row(row: &Row<'_>) -> Result<DeviceClassRow, CatalogError> {
    Ok(DeviceClassRow {
        tenant: row.get("tenant_id")?,
        device: row.get("device_id")?,
        version: row.get("version")?,
        class: row.get("class_name")?,
        created_at: row.get("created_at_us")?,
    })
}
