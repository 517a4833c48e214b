//! What can go wrong in the catalog, in the classes its callers must tell apart.

use thiserror::Error;

/// An error of the catalog. It can be cloned, because a failed commit is the answer to every job of its batch.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CatalogError {
    /// The disk is full. Nothing of the transaction was kept.
    #[error("no space left for the catalog")]
    Full,
    /// Another process holds the database, or a read took longer than its time box. It may be tried again.
    #[error("catalog is busy")]
    Busy,
    /// The catalog was written by a newer program.
    #[error("catalog is at version {found}, this program knows versions up to {known}")]
    Newer {
        /// The version found in the database.
        found: u32,
        /// The newest version this program knows.
        known: u32,
    },
    /// The database file is damaged, or a row holds what no writer of ours puts there.
    #[error("catalog is damaged: {0}")]
    Damaged(String),
    /// The database has no schema yet: making it was broken off.
    #[error("catalog holds nothing: making it was broken off")]
    Unmade,
    /// A write was asked of a catalog that is open for reading only.
    #[error("catalog is open for reading only")]
    ReadOnly,
    /// A constraint refused the row: it exists already, or breaks a rule of the schema.
    #[error("catalog refuses the row: {0}")]
    Conflict(String),
    /// The catalog was closed.
    #[error("catalog is closed")]
    Closed,
    /// Anything else; the text is for the log.
    #[error("catalog failed: {0}")]
    Other(String),
}
