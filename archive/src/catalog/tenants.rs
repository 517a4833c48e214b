//! Tenants: the boundary for keys, ledger, policy and people.

use obhut_format::ids::TenantId;
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};

/// A client of the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// Its id.
    pub tenant: TenantId,
    /// The name that commands take.
    pub name: String,
    /// When it was added.
    pub created_at: UtcMicros,
}

const INSERT: &str = "
INSERT INTO tenants (tenant_id, name, created_at_us)
VALUES (:tenant, :name, :created_at)";

const BY_ID: &str = "
SELECT tenant_id, name, created_at_us
FROM tenants
WHERE tenant_id = :tenant";

const BY_NAME: &str = "
SELECT tenant_id, name, created_at_us
FROM tenants
WHERE name = :name";

const LIST: &str = "
SELECT tenant_id, name, created_at_us
FROM tenants
ORDER BY name";

/// Adds a tenant; a name that is taken is a conflict.
pub fn insert(tx: &mut Tx<'_>, row: &TenantRow) -> Result<(), CatalogError> {
    let params = [
        (":tenant", (&row.tenant).into()),
        (":name", (&row.name).into()),
        (":created_at", row.created_at.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The tenant with this id.
pub fn by_id(query: &dyn Query, tenant: TenantId) -> Result<Option<TenantRow>, CatalogError> {
    query.optional(BY_ID, &[(":tenant", (&tenant).into())], from_row)
}

/// The tenant with this name.
pub fn by_name(query: &dyn Query, name: &str) -> Result<Option<TenantRow>, CatalogError> {
    query.optional(BY_NAME, &[(":name", name.into())], from_row)
}

/// All tenants, by name.
pub fn list(query: &dyn Query) -> Result<Vec<TenantRow>, CatalogError> {
    query.all(LIST, &[], from_row)
}

fn from_row(row: &Row<'_>) -> Result<TenantRow, CatalogError> {
    Ok(TenantRow {
        tenant: row.get("tenant_id")?,
        name: row.get("name")?,
        created_at: row.get("created_at_us")?,
    })
}
