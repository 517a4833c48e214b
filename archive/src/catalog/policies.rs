//! Tenants' policies, every version.

use obhut_format::ids::TenantId;
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};

/// One version of a tenant's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRow {
    /// Whose policy.
    pub tenant: TenantId,
    /// Counts from 1.
    pub version: u32,
    /// The policy as JSON.
    pub policy: String,
    /// Since when it is in force.
    pub created_at: UtcMicros,
}

const INSERT_VERSION: &str = "
INSERT INTO tenant_policies (tenant_id, version, policy, created_at_us)
VALUES (:tenant, :version, :policy, :created_at)";

const CURRENT: &str = "
SELECT tenant_id, version, policy, created_at_us
FROM tenant_policies
WHERE tenant_id = :tenant
ORDER BY version DESC
LIMIT 1";

const ALL: &str = "
SELECT tenant_id, version, policy, created_at_us
FROM tenant_policies
WHERE tenant_id = :tenant
ORDER BY version";

/// Adds a version; a number that is taken is a conflict.
pub fn insert_version(tx: &mut Tx<'_>, row: &PolicyRow) -> Result<(), CatalogError> {
    let params = [
        (":tenant", (&row.tenant).into()),
        (":version", row.version.into()),
        (":policy", (&row.policy).into()),
        (":created_at", row.created_at.into()),
    ];
    tx.execute(INSERT_VERSION, &params).map(drop)
}

/// The version in force.
pub fn current(query: &dyn Query, tenant: TenantId) -> Result<Option<PolicyRow>, CatalogError> {
    query.optional(CURRENT, &[(":tenant", (&tenant).into())], from_row)
}

/// Every version, oldest first.
pub fn all(query: &dyn Query, tenant: TenantId) -> Result<Vec<PolicyRow>, CatalogError> {
    query.all(ALL, &[(":tenant", (&tenant).into())], from_row)
}

fn from_row(row: &Row<'_>) -> Result<PolicyRow, CatalogError> {
    Ok(PolicyRow {
        tenant: row.get("tenant_id")?,
        version: row.get("version")?,
        policy: row.get("policy")?,
        created_at: row.get("created_at_us")?,
    })
}
