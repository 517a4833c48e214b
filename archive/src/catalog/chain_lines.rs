//! The chain of a session, verbatim.

use obhut_format::ids::SessionId;

use super::engine::{CatalogError, Query, Row, Tx};

/// A chain line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainLineRow {
    /// Of which session.
    pub session: SessionId,
    /// Its number, from 0.
    pub n: u64,
    /// Its bytes without the newline.
    pub line: Vec<u8>,
}

const INSERT: &str = "
INSERT INTO chain_lines (session_id, n, line)
VALUES (:session, :n, :line)";

const GET: &str = "
SELECT session_id, n, line
FROM chain_lines
WHERE session_id = :session AND n = :n";

const ALL: &str = "
SELECT session_id, n, line
FROM chain_lines
WHERE session_id = :session
ORDER BY n";

const LAST: &str = "
SELECT session_id, n, line
FROM chain_lines
WHERE session_id = :session
ORDER BY n DESC
LIMIT 1";

const WITHOUT_SEGMENT: &str = "
SELECT session_id, n, line
FROM chain_lines
WHERE session_id = :session AND NOT EXISTS (
    SELECT 1 FROM segments WHERE segments.session_id = chain_lines.session_id AND segments.n = chain_lines.n
)
ORDER BY n";

/// Adds a line; [`sessions::advance`](super::sessions::advance) or [`seal`](super::sessions::seal) goes with it in one
/// transaction.
pub fn insert(tx: &mut Tx<'_>, row: &ChainLineRow) -> Result<(), CatalogError> {
    let params = [
        (":session", (&row.session).into()),
        (":n", row.n.into()),
        (":line", (&row.line).into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// A given line.
pub fn get(query: &dyn Query, session: SessionId, n: u64) -> Result<Option<ChainLineRow>, CatalogError> {
    query.optional(
        GET,
        &[(":session", (&session).into()), (":n", n.into())],
        from_row,
    )
}

/// Every line, in order.
pub fn all(query: &dyn Query, session: SessionId) -> Result<Vec<ChainLineRow>, CatalogError> {
    query.all(ALL, &[(":session", (&session).into())], from_row)
}

/// The last line.
pub fn last(query: &dyn Query, session: SessionId) -> Result<Option<ChainLineRow>, CatalogError> {
    query.optional(LAST, &[(":session", (&session).into())], from_row)
}

/// The lines that no segment's row belongs to, in order: the first, the last, and those whose row was lost.
pub fn without_segment(query: &dyn Query, session: SessionId) -> Result<Vec<ChainLineRow>, CatalogError> {
    query.all(WITHOUT_SEGMENT, &[(":session", (&session).into())], from_row)
}

fn from_row(row: &Row<'_>) -> Result<ChainLineRow, CatalogError> {
    Ok(ChainLineRow {
        session: row.get("session_id")?,
        n: row.get("n")?,
        line: row.get("line")?,
    })
}
