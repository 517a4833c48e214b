//! Legal holds. Why and whose is in the ledger's sealed details. Listing is in [`hold_list`](super::hold_list).

use obhut_format::ids::{HoldId, SessionId, TenantId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRow {
    /// Its id.
    pub hold: HoldId,
    /// Whose session.
    pub tenant: TenantId,
    /// The session that must not be deleted.
    pub session: SessionId,
    /// The ledger leaf that placed it.
    pub leaf_n: u64,
    /// When it was placed.
    pub placed_at: UtcMicros,
    /// The day it is to be looked at again, `YYYY-MM-DD`.
    pub review_on: Option<String>,
    /// When it was released; `None` while it holds.
    pub released_at: Option<UtcMicros>,
    /// The ledger leaf that released it.
    pub release_leaf_n: Option<u64>,
}

const INSERT: &str = "
INSERT INTO holds (
    hold_id, tenant_id, session_id, leaf_n, placed_at_us, review_on, released_at_us, release_leaf_n
) VALUES (
    :hold, :tenant, :session, :leaf_n, :placed_at, :review_on, :released_at, :release_leaf_n
)";

/// The columns of a [`HoldRow`].
macro_rules! select_hold {
    ($rest:expr) => {
        concat!(
            "
SELECT hold_id, tenant_id, session_id, leaf_n, placed_at_us, review_on, released_at_us, release_leaf_n
FROM holds",
            $rest
        )
    };
}
pub(super) use select_hold;

const BY_ID: &str = select_hold!(
    "
WHERE hold_id = :hold AND tenant_id = :tenant"
);

const ACTIVE: &str = select_hold!(
    "
WHERE session_id = :session AND tenant_id = :tenant AND released_at_us IS NULL
ORDER BY leaf_n"
);

const LIST: &str = select_hold!(
    "
WHERE tenant_id = :tenant
ORDER BY placed_at_us, hold_id"
);

const RELEASE: &str = "
UPDATE holds
SET released_at_us = :at, release_leaf_n = :leaf_n
WHERE hold_id = :hold AND tenant_id = :tenant AND released_at_us IS NULL";

/// Adds a hold; its leaf goes with it in one transaction.
pub fn insert(tx: &mut Tx<'_>, row: &HoldRow) -> Result<(), CatalogError> {
    let params = [
        (":hold", (&row.hold).into()),
        (":tenant", (&row.tenant).into()),
        (":session", (&row.session).into()),
        (":leaf_n", row.leaf_n.into()),
        (":placed_at", row.placed_at.into()),
        (":review_on", row.review_on.as_ref().into()),
        (":released_at", row.released_at.into()),
        (":release_leaf_n", row.release_leaf_n.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The tenant's hold with this id.
pub fn by_id(query: &dyn Query, tenant: TenantId, hold: HoldId) -> Result<Option<HoldRow>, CatalogError> {
    query.optional(
        BY_ID,
        &[(":tenant", (&tenant).into()), (":hold", (&hold).into())],
        from_row,
    )
}

/// What holds the session now; empty if nothing does.
pub fn active(query: &dyn Query, tenant: TenantId, session: SessionId) -> Result<Vec<HoldRow>, CatalogError> {
    query.all(
        ACTIVE,
        &[(":tenant", (&tenant).into()), (":session", (&session).into())],
        from_row,
    )
}

/// The tenant's holds, released ones too, oldest first.
pub fn list(query: &dyn Query, tenant: TenantId) -> Result<Vec<HoldRow>, CatalogError> {
    query.all(LIST, &[(":tenant", (&tenant).into())], from_row)
}

/// Releases a hold. `false` if it was released before, or is none of the tenant's.
pub fn release(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    hold: HoldId,
    at: UtcMicros,
    leaf_n: u64,
) -> Result<bool, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":hold", (&hold).into()),
        (":at", at.into()),
        (":leaf_n", leaf_n.into()),
    ];
    Ok(tx.execute(RELEASE, &params)? == 1)
}

pub(super) fn from_row(row: &Row<'_>) -> Result<HoldRow, CatalogError> {
    Ok(HoldRow {
        hold: row.get("hold_id")?,
        tenant: row.get("tenant_id")?,
        session: row.get("session_id")?,
        leaf_n: row.get("leaf_n")?,
        placed_at: row.get("placed_at_us")?,
        review_on: row.get("review_on")?,
        released_at: row.get("released_at_us")?,
        release_leaf_n: row.get("release_leaf_n")?,
    })
}
