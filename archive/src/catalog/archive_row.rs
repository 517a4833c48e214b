//! The archive itself: one row.

use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Tx};

/// What names this archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveRow {
    /// The archive's id.
    pub archive: [u8; 16],
    /// When it was made.
    pub created_at: UtcMicros,
}

const INSERT: &str = "
INSERT INTO archive (singleton, archive_id, created_at_us)
VALUES (1, :archive, :created_at)";

const LOAD: &str = "
SELECT archive_id, created_at_us
FROM archive
WHERE singleton = 1";

/// Records the archive's id; a second one is a conflict.
pub fn insert(tx: &mut Tx<'_>, row: &ArchiveRow) -> Result<(), CatalogError> {
    let params = [
        (":archive", (&row.archive).into()),
        (":created_at", row.created_at.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The archive's row; `None` in a catalog that was just made.
pub fn load(query: &dyn Query) -> Result<Option<ArchiveRow>, CatalogError> {
    query.optional(LOAD, &[], |row| {
        Ok(ArchiveRow {
            archive: row.get("archive_id")?,
            created_at: row.get("created_at_us")?,
        })
    })
}
