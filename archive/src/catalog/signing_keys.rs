//! The archive's signing keys, one a purpose (`archive`, `ledger`), wrapped by the root key.

use obhut_format::key::WrappedKey;
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Row, Tx};
use super::expect_one;

/// A signing key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKeyRow {
    /// What it signs.
    pub purpose: String,
    /// The public half.
    pub public_key: [u8; 32],
    /// The private half, wrapped.
    pub wrapped: WrappedKey,
    /// When it was made.
    pub created_at: UtcMicros,
}

const INSERT: &str = "
INSERT INTO signing_keys (purpose, public_key, wrapped, created_at_us)
VALUES (:purpose, :public_key, :wrapped, :created_at)";

const GET: &str = "
SELECT purpose, public_key, wrapped, created_at_us
FROM signing_keys
WHERE purpose = :purpose";

const ALL: &str = "
SELECT purpose, public_key, wrapped, created_at_us
FROM signing_keys
ORDER BY purpose";

const UPDATE_WRAPPED: &str = "
UPDATE signing_keys
SET wrapped = :wrapped
WHERE purpose = :purpose";

/// Adds a key; a second one for its purpose is a conflict.
pub fn insert(tx: &mut Tx<'_>, row: &SigningKeyRow) -> Result<(), CatalogError> {
    let params = [
        (":purpose", (&row.purpose).into()),
        (":public_key", (&row.public_key).into()),
        (":wrapped", (&row.wrapped).into()),
        (":created_at", row.created_at.into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The key of a purpose.
pub fn get(query: &dyn Query, purpose: &str) -> Result<Option<SigningKeyRow>, CatalogError> {
    query.optional(GET, &[(":purpose", purpose.into())], from_row)
}

/// All keys.
pub fn all(query: &dyn Query) -> Result<Vec<SigningKeyRow>, CatalogError> {
    query.all(ALL, &[], from_row)
}

/// Replaces the wrapping of a key that is there.
pub fn update_wrapped(tx: &mut Tx<'_>, purpose: &str, wrapped: &WrappedKey) -> Result<(), CatalogError> {
    let params = [(":purpose", purpose.into()), (":wrapped", wrapped.into())];
    let changed = tx.execute(UPDATE_WRAPPED, &params)?;
    expect_one(changed, || format!("there is no {purpose} signing key"))
}

fn from_row(row: &Row<'_>) -> Result<SigningKeyRow, CatalogError> {
    Ok(SigningKeyRow {
        purpose: row.get("purpose")?,
        public_key: row.get("public_key")?,
        wrapped: row.get("wrapped")?,
        created_at: row.get("created_at_us")?,
    })
}
