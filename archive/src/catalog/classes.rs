//! Retention classes, every version.

use obhut_format::ids::TenantId;
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};

/// One version of a retention class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassRow {
    /// Whose class.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// Counts from 1 within the name.
    pub version: u32,
    /// Days kept after session end; `None` is deletion at once.
    pub days: Option<u32>,
    /// Since when it is in force.
    pub created_at: UtcMicros,
}

const INSERT_VERSION: &str = "
INSERT INTO classes (tenant_id, name, version, days, created_at_us)
VALUES (:tenant, :name, :version, :days, :created_at)";

const CURRENT: &str = "
SELECT tenant_id, name, version, days, created_at_us
FROM classes
WHERE tenant_id = :tenant AND name = :name
ORDER BY version DESC
LIMIT 1";

const LIST_CURRENT: &str = "
SELECT tenant_id, name, version, days, created_at_us
FROM classes
WHERE tenant_id = :tenant
  AND NOT EXISTS (
      SELECT 1 FROM classes AS newer
      WHERE newer.tenant_id = classes.tenant_id AND newer.name = classes.name AND newer.version > classes.version
  )
ORDER BY name";

const ALL: &str = "
SELECT tenant_id, name, version, days, created_at_us
FROM classes
WHERE tenant_id = :tenant
ORDER BY name, version";

/// Adds a version; a number that is taken is a conflict.
pub fn insert_version(tx: &mut Tx<'_>, row: &ClassRow) -> Result<(), CatalogError> {
    let params = [
        (":tenant", (&row.tenant).into()),
        (":name", (&row.name).into()),
        (":version", row.version.into()),
        (":days", row.days.into()),
        (":created_at", row.created_at.into()),
    ];
    tx.execute(INSERT_VERSION, &params).map(drop)
}

/// The version of a class that new sessions get.
pub fn current(query: &dyn Query, tenant: TenantId, name: &str) -> Result<Option<ClassRow>, CatalogError> {
    query.optional(
        CURRENT,
        &[(":tenant", (&tenant).into()), (":name", name.into())],
        from_row,
    )
}

/// Each class in the version that new sessions get, by name.
pub fn list_current(query: &dyn Query, tenant: TenantId) -> Result<Vec<ClassRow>, CatalogError> {
    query.all(LIST_CURRENT, &[(":tenant", (&tenant).into())], from_row)
}

/// Every version of every class.
pub fn all(query: &dyn Query, tenant: TenantId) -> Result<Vec<ClassRow>, CatalogError> {
    query.all(ALL, &[(":tenant", (&tenant).into())], from_row)
}

fn from_row(row: &Row<'_>) -> Result<ClassRow, CatalogError> {
    Ok(ClassRow {
        tenant: row.get("tenant_id")?,
        name: row.get("name")?,
        version: row.get("version")?,
        days: row.get("days")?,
        created_at: row.get("created_at_us")?,
    })
}
