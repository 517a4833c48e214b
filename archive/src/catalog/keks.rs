//! Tenants' key-encryption keys, wrapped by the root key.

use obhut_format::ids::TenantId;
use obhut_format::key::WrappedKey;
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};
use super::expect_one;

/// One version of a tenant's KEK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KekRow {
    /// Whose key.
    pub tenant: TenantId,
    /// Counts from 1.
    pub version: u32,
    /// The key, wrapped.
    pub wrapped: WrappedKey,
    /// When it was made.
    pub created_at: UtcMicros,
}

const INSERT: &str = "
INSERT INTO keks (tenant_id, version, wrapped, created_at_us)
VALUES (:tenant, :version, :wrapped, :created_at)";

const CURRENT: &str = "
SELECT tenant_id, version, wrapped, created_at_us
FROM keks
WHERE tenant_id = :tenant
ORDER BY version DESC
LIMIT 1";

const BY_VERSION: &str = "
SELECT tenant_id, version, wrapped, created_at_us
FROM keks
WHERE tenant_id = :tenant AND version = :version";

const ALL: &str = "
SELECT tenant_id, version, wrapped, created_at_us
FROM keks
WHERE tenant_id = :tenant
ORDER BY version";

const UPDATE_WRAPPED: &str = "
UPDATE keks
SET wrapped = :wrapped
WHERE tenant_id = :tenant AND version = :version";

/// Adds a version; a number that is taken is a conflict.
pub fn insert(tx: &mut Tx<'_>, row: &KekRow) -> Result<(), CatalogError> {
    let params = [
        (":tenant", (&row.tenant).into()),
        (":version", row.version.into()),
        (":wrapped", (&row.wrapped).into()),
        (":created_at", row.created_at.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The version that wraps.
pub fn current(query: &dyn Query, tenant: TenantId) -> Result<Option<KekRow>, CatalogError> {
    query.optional(CURRENT, &[(":tenant", (&tenant).into())], from_row)
}

/// A given version.
pub fn by_version(query: &dyn Query, tenant: TenantId, version: u32) -> Result<Option<KekRow>, CatalogError> {
    query.optional(
        BY_VERSION,
        &[(":tenant", (&tenant).into()), (":version", version.into())],
        from_row,
    )
}

/// Every version, oldest first.
pub fn all(query: &dyn Query, tenant: TenantId) -> Result<Vec<KekRow>, CatalogError> {
    query.all(ALL, &[(":tenant", (&tenant).into())], from_row)
}

/// Replaces the wrapping of a version that is there.
pub fn update_wrapped(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    version: u32,
    wrapped: &WrappedKey,
) -> Result<(), CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":version", version.into()),
        (":wrapped", wrapped.into()),
    ];
    let changed = tx.execute(UPDATE_WRAPPED, &params)?;
    expect_one(changed, || format!("tenant {tenant} has no kek {version}"))
}

fn from_row(row: &Row<'_>) -> Result<KekRow, CatalogError> {
    Ok(KekRow {
        tenant: row.get("tenant_id")?,
        version: row.get("version")?,
        wrapped: row.get("wrapped")?,
        created_at: row.get("created_at_us")?,
    })
}
