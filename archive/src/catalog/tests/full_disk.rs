//! A catalog on a disk that holds no page more.

use super::super::engine::{CatalogError, Query, Tx};

/// What takes more room than there is from now on.
const WRITES: [&str; 6] = [
    "CREATE TRIGGER started BEFORE INSERT ON logins BEGIN INSERT INTO filler VALUES (zeroblob(1000000)); END",
    "CREATE TRIGGER renewed BEFORE UPDATE ON logins BEGIN INSERT INTO filler VALUES (zeroblob(1000000)); END",
    "CREATE TRIGGER ended BEFORE DELETE ON logins BEGIN INSERT INTO filler VALUES (zeroblob(1000000)); END",
    "CREATE TRIGGER changed BEFORE UPDATE ON users BEGIN INSERT INTO filler VALUES (zeroblob(1000000)); END",
    "CREATE TRIGGER failed BEFORE INSERT ON login_failures BEGIN INSERT INTO filler VALUES (zeroblob(1000000)); END",
    "CREATE TRIGGER forgiven BEFORE DELETE ON login_failures BEGIN INSERT INTO filler VALUES (zeroblob(1000000)); END",
];

/// Fills the disk for whatever is written about logins.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), CatalogError> {
    tx.execute("CREATE TABLE filler (bytes BLOB)", &[])?;
    for write in WRITES {
        tx.execute(write, &[])?;
    }
    let query: &dyn Query = tx;
    let pages: Option<u64> =
        query.optional("PRAGMA max_page_count = 1", &[], |row| row.get("max_page_count"))?;
    assert!(pages.is_some(), "the limit is set");
    Ok(())
}
