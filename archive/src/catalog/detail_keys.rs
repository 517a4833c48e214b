//! Detail keys, which seal the ledger's details, one a tenant and period (`register` or `YYYY-MM`).
//!
//! **Invariant.** As for sessions' keys, the bytes of a key stand in one place: rows are appended and overwritten in place,
//! never deleted and never moved. A month's key that was destroyed leaves zeros, so that no second key of that month is made.

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

impl DetailKeyRow {
    /// Whether the key was destroyed.
    pub fn is_destroyed(&self) -> bool {
        self.wrapped == DESTROYED
    }
}

/// What stands where a key was destroyed.
const DESTROYED: WrappedKey = WrappedKey([0; 76]);

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

const DESTROY: &str = "
UPDATE detail_keys
SET wrapped = :destroyed
WHERE tenant_id = :tenant AND period = :period AND period <> 'register' AND wrapped <> :destroyed";

const HOLDS_UNDER: &str = "
SELECT COUNT(*) AS holds
FROM holds
JOIN ledger_leaves ON ledger_leaves.tenant_id = holds.tenant_id AND ledger_leaves.n = holds.leaf_n
WHERE holds.tenant_id = :tenant AND holds.released_at_us IS NULL AND ledger_leaves.scope = :period";

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

/// Overwrites a month's key with zeros, in place. `false` if there was none. The bytes are gone from the catalog's files
/// when [`Catalog::checkpoint_wal`](super::Catalog::checkpoint_wal) has returned after the commit.
pub fn destroy(tx: &mut Tx<'_>, tenant: TenantId, period: &str) -> Result<bool, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":period", period.into()),
        (":destroyed", (&DESTROYED).into()),
    ];
    Ok(tx.execute(DESTROY, &params)? == 1)
}

/// How many holds are in force whose reasons are sealed under a period's key.
pub fn holds_under(query: &dyn Query, tenant: TenantId, period: &str) -> Result<u64, CatalogError> {
    let of = [(":tenant", (&tenant).into()), (":period", period.into())];
    query.one(HOLDS_UNDER, &of, |row| row.get("holds"))
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
