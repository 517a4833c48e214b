//! Access records: which range went out when. Who, why and for which case is in the ledger's sealed details.

use obhut_format::ids::{AccessId, Seq, SessionId, StreamNo, TenantId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};

/// An access record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessRow {
    /// Its id.
    pub access: AccessId,
    /// Whose data.
    pub tenant: TenantId,
    /// The ledger leaf that tells of it.
    pub leaf_n: u64,
    /// The session looked at.
    pub session: SessionId,
    /// The stream; `None` is the whole session.
    pub stream: Option<StreamNo>,
    /// The first sequence number; `None` is the whole stream.
    pub first: Option<Seq>,
    /// The last sequence number; `None` is the whole stream.
    pub last: Option<Seq>,
    /// When the look was allowed.
    pub at: UtcMicros,
}

const INSERT: &str = "
INSERT INTO access_records (access_id, tenant_id, leaf_n, session_id, stream, first, last, at_us)
VALUES (:access, :tenant, :leaf_n, :session, :stream, :first, :last, :at)";

const BY_SESSION: &str = "
SELECT access_id, tenant_id, leaf_n, session_id, stream, first, last, at_us
FROM access_records
WHERE session_id = :session AND tenant_id = :tenant
ORDER BY leaf_n";

const LIST: &str = "
SELECT access_id, tenant_id, leaf_n, session_id, stream, first, last, at_us
FROM access_records
WHERE tenant_id = :tenant AND leaf_n >= :from
ORDER BY leaf_n
LIMIT :limit";

/// Adds a record; its leaf goes with it in one transaction.
pub fn insert(tx: &mut Tx<'_>, row: &AccessRow) -> Result<(), CatalogError> {
    let params = [
        (":access", (&row.access).into()),
        (":tenant", (&row.tenant).into()),
        (":leaf_n", row.leaf_n.into()),
        (":session", (&row.session).into()),
        (":stream", row.stream.into()),
        (":first", row.first.into()),
        (":last", row.last.into()),
        (":at", row.at.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The looks at a session, in the ledger's order.
pub fn by_session(
    query: &dyn Query,
    tenant: TenantId,
    session: SessionId,
) -> Result<Vec<AccessRow>, CatalogError> {
    query.all(
        BY_SESSION,
        &[(":tenant", (&tenant).into()), (":session", (&session).into())],
        from_row,
    )
}

/// The tenant's records in the ledger's order, after the leaf `after` (`None`: from the start).
pub fn list(
    query: &dyn Query,
    tenant: TenantId,
    after: Option<u64>,
    limit: u32,
) -> Result<Vec<AccessRow>, CatalogError> {
    let from = after.map_or(0, |after| after.saturating_add(1));
    let params = [
        (":tenant", (&tenant).into()),
        (":from", from.into()),
        (":limit", limit.into()),
    ];
    query.all(LIST, &params, from_row)
}

fn from_row(row: &Row<'_>) -> Result<AccessRow, CatalogError> {
    Ok(AccessRow {
        access: row.get("access_id")?,
        tenant: row.get("tenant_id")?,
        leaf_n: row.get("leaf_n")?,
        session: row.get("session_id")?,
        stream: row.get("stream")?,
        first: row.get("first")?,
        last: row.get("last")?,
        at: row.get("at_us")?,
    })
}
