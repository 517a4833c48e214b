//! The streams of a session.

use obhut_format::chain::StreamKind;
use obhut_format::ids::{SessionId, StreamNo};

use super::engine::{CatalogError, Query, Tx};

/// A stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamRow {
    /// Of which session.
    pub session: SessionId,
    /// Its number.
    pub stream: StreamNo,
    /// What it holds.
    pub kind: StreamKind,
}

const INSERT: &str = "
INSERT INTO streams (session_id, stream, kind)
VALUES (:session, :stream, :kind)";

const LIST: &str = "
SELECT session_id, stream, kind
FROM streams
WHERE session_id = :session
ORDER BY stream";

/// Adds a stream.
pub fn insert(tx: &mut Tx<'_>, row: &StreamRow) -> Result<(), CatalogError> {
    let params = [
        (":session", (&row.session).into()),
        (":stream", row.stream.into()),
        (":kind", row.kind.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The session's streams, by number.
pub fn list(query: &dyn Query, session: SessionId) -> Result<Vec<StreamRow>, CatalogError> {
    query.all(LIST, &[(":session", (&session).into())], |row| {
        Ok(StreamRow {
            session: row.get("session_id")?,
            stream: row.get("stream")?,
            kind: row.get("kind")?,
        })
    })
}
