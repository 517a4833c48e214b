//! Sessions whose keys were lost, because they were opened after the backup that the archive was recovered from.

use obhut_format::ids::{SessionId, TenantId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};

/// A lost session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LostRow {
    /// The session.
    pub session: SessionId,
    /// Whose session.
    pub tenant: TenantId,
    /// The ledger leaf of the recovery.
    pub leaf_n: u64,
    /// When that was.
    pub lost_at: UtcMicros,
}

const INSERT: &str = "
INSERT INTO lost_sessions (session_id, tenant_id, leaf_n, lost_at_us)
VALUES (:session, :tenant, :leaf_n, :lost_at)";

const GET: &str = "
SELECT session_id, tenant_id, leaf_n, lost_at_us
FROM lost_sessions
WHERE session_id = :session AND tenant_id = :tenant";

const LIST: &str = "
SELECT session_id, tenant_id, leaf_n, lost_at_us
FROM lost_sessions
WHERE tenant_id = :tenant
ORDER BY session_id";

/// Records a lost session; the recovery's leaf goes with it in one transaction.
pub fn insert(tx: &mut Tx<'_>, row: &LostRow) -> Result<(), CatalogError> {
    let params = [
        (":session", (&row.session).into()),
        (":tenant", (&row.tenant).into()),
        (":leaf_n", row.leaf_n.into()),
        (":lost_at", row.lost_at.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// A session, if it is lost.
pub fn get(query: &dyn Query, tenant: TenantId, session: SessionId) -> Result<Option<LostRow>, CatalogError> {
    let params = [(":session", (&session).into()), (":tenant", (&tenant).into())];
    query.optional(GET, &params, from_row)
}

/// A tenant's lost sessions.
pub fn list(query: &dyn Query, tenant: TenantId) -> Result<Vec<LostRow>, CatalogError> {
    query.all(LIST, &[(":tenant", (&tenant).into())], from_row)
}

fn from_row(row: &Row<'_>) -> Result<LostRow, CatalogError> {
    Ok(LostRow {
        session: row.get("session_id")?,
        tenant: row.get("tenant_id")?,
        leaf_n: row.get("leaf_n")?,
        lost_at: row.get("lost_at_us")?,
    })
}
