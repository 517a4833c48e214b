//! Detail keys, which seal the ledger's details, one a tenant and period (`register` or `YYYY-MM`).

use obhut_format::ids::TenantId;
use obhut_format::key::WrappedKey;
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};
use super::expect_one;

/// A detail key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailKeyRow {
    /// Whose key.
    pub tenant: TenantId,
    /// What it seals: `register` or a month as `YYYY-MM`.
    pub period: String,
    /// The key, wrapped by the tenant's KEK.
    pub wrapped: WrappedKey,
    /// When it was made.
    pub created_at: UtcMicros,
}

const INSERT: &str = "
INSERT INTO detail_keys (tenant_id, period, wrapped, created_at_us)
VALUES (:tenant, :period, :wrapped, :created_at)";

const GET: &str = "
SELECT tenant_id, period, wrapped, created_at_us
FROM detail_keys
WHERE tenant_id = :tenant AND period = :period";

const ALL: &str = "
SELECT tenant_id, period, wrapped, created_at_us
FROM detail_keys
WHERE tenant_id = :tenant
ORDER BY period";

const UPDATE_WRAPPED: &str = "
UPDATE detail_keys
SET wrapped = :wrapped
WHERE tenant_id = :tenant AND period = :period";

/// Adds a key; a second one for its period is a conflict.
pub fn insert(tx: &mut Tx<'_>, row: &DetailKeyRow) -> Result<(), CatalogError> {
    let params = [
        (":tenant", (&row.tenant).into()),
        (":period", (&row.period).into()),
        (":wrapped", (&row.wrapped).into()),
        (":created_at", row.created_at.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The key of a period.
pub fn get(query: &dyn Query, tenant: TenantId, period: &str) -> Result<Option<DetailKeyRow>, CatalogError> {
    query.optional(
        GET,
        &[(":tenant", (&tenant).into()), (":period", period.into())],
        from_row,
    )
}

/// A tenant's keys, by period.
pub fn all(query: &dyn Query, tenant: TenantId) -> Result<Vec<DetailKeyRow>, CatalogError> {
    query.all(ALL, &[(":tenant", (&tenant).into())], from_row)
}

/// Replaces the wrapping of a key that is there.
pub fn update_wrapped(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    period: &str,
    wrapped: &WrappedKey,
) -> Result<(), CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":period", period.into()),
        (":wrapped", wrapped.into()),
    ];
    let changed = tx.execute(UPDATE_WRAPPED, &params)?;
    expect_one(changed, || {
        format!("tenant {tenant} has no detail key of {period}")
    })
}

fn from_row(row: &Row<'_>) -> Result<DetailKeyRow, CatalogError> {
    Ok(DetailKeyRow {
        tenant: row.get("tenant_id")?,
        period: row.get("period")?,
        wrapped: row.get("wrapped")?,
        created_at: row.get("created_at_us")?,
    })
}
