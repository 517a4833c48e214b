//! Events of sessions, once each; their content is in the ledger's sealed details.

use obhut_format::ids::SessionId;

use super::engine::{CatalogError, Query, Row, Tx};

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Of which session.
    pub session: SessionId,
    /// The agent's id for it.
    pub client_id: String,
    /// The ledger leaf that tells of it.
    pub leaf_n: u64,
    /// Keyed hash of the request.
    pub request_hash: [u8; 32],
}

const INSERT: &str = "
INSERT INTO events (session_id, client_id, leaf_n, request_hash)
VALUES (:session, :client_id, :leaf_n, :request_hash)";

const GET: &str = "
SELECT session_id, client_id, leaf_n, request_hash
FROM events
WHERE session_id = :session AND client_id = :client_id";

const LIST: &str = "
SELECT session_id, client_id, leaf_n, request_hash
FROM events
WHERE session_id = :session
ORDER BY leaf_n";

/// Adds an event; an id that is taken is a conflict.
pub fn insert(tx: &mut Tx<'_>, row: &EventRow) -> Result<(), CatalogError> {
    let params = [
        (":session", (&row.session).into()),
        (":client_id", (&row.client_id).into()),
        (":leaf_n", row.leaf_n.into()),
        (":request_hash", (&row.request_hash).into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The event with the agent's id.
pub fn get(query: &dyn Query, session: SessionId, client_id: &str) -> Result<Option<EventRow>, CatalogError> {
    query.optional(
        GET,
        &[(":session", (&session).into()), (":client_id", client_id.into())],
        from_row,
    )
}

/// The session's events, in the ledger's order.
pub fn list(query: &dyn Query, session: SessionId) -> Result<Vec<EventRow>, CatalogError> {
    query.all(LIST, &[(":session", (&session).into())], from_row)
}

fn from_row(row: &Row<'_>) -> Result<EventRow, CatalogError> {
    Ok(EventRow {
        session: row.get("session_id")?,
        client_id: row.get("client_id")?,
        leaf_n: row.get("leaf_n")?,
        request_hash: row.get("request_hash")?,
    })
}
