//! Sessions' data-encryption keys, wrapped by the tenant's KEK.
//!
//! **Invariant.** The bytes of a key stand in one place: rows are appended and overwritten in place, never deleted and
//! never moved. Then [`destroy`] and a checkpoint of the write-ahead log leave no copy.

use obhut_format::key::WrappedKey;

use super::engine::{CatalogError, FromValue, Query, Tx, Value};
use super::expect_one;

/// The place of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DekId(i64);

impl DekId {
    /// Before every key: where a walk over the keys starts.
    pub const ZERO: Self = Self(0);

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for DekId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<DekId> for Value<'_> {
    fn from(dek: DekId) -> Self {
        Self::Int(dek.0)
    }
}

impl FromValue for DekId {
    const EXPECTED: &'static str = "the number of a key";

    fn from_value(value: Value<'_>) -> Option<Self> {
        i64::from_value(value).map(Self)
    }
}

/// What stands where a key was destroyed.
const DESTROYED: WrappedKey = WrappedKey([0; 76]);

const INSERT: &str = "
INSERT INTO deks (wrapped)
VALUES (:wrapped)
RETURNING dek_id";

const GET: &str = "
SELECT wrapped
FROM deks
WHERE dek_id = :dek";

const OVERWRITE: &str = "
UPDATE deks
SET wrapped = :wrapped
WHERE dek_id = :dek AND wrapped <> :destroyed";

const OWNERLESS: &str = "
SELECT dek_id
FROM deks
WHERE dek_id > :after AND dek_id <= :until AND wrapped <> :destroyed
  AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.dek_id = deks.dek_id)
ORDER BY dek_id";

const GIVEN_OUT: &str = "
SELECT COALESCE(MAX(seq), 0) AS dek_id
FROM sqlite_sequence
WHERE name = 'deks'";

const COUNT: &str = "
SELECT COUNT(*) AS places
FROM deks
WHERE dek_id > :after AND dek_id <= :until";

/// Keys that are looked at in one go.
const PAGE: i64 = 50_000;

/// A part of all places of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Keys of no session that are not destroyed.
    pub ownerless: Vec<DekId>,
    /// How many places are not there, though no place is ever given up.
    pub missing: u64,
    /// Where the next part begins, as long as there is one.
    pub next: Option<DekId>,
}

/// Looks at the places after `after`.
pub fn places(query: &dyn Query, after: DekId) -> Result<Places, CatalogError> {
    let last: DekId = query.one(GIVEN_OUT, &[], |row| row.get("dek_id"))?;
    let until = DekId(after.0.saturating_add(PAGE));
    let of = [
        (":after", after.into()),
        (":until", until.into()),
        (":destroyed", (&DESTROYED).into()),
    ];
    let there: u64 = query.one(COUNT, &of[..2], |row| row.get("places"))?;
    let given_out = u64::try_from(until.min(last).0.saturating_sub(after.0)).unwrap_or(0);
    Ok(Places {
        ownerless: query.all(OWNERLESS, &of, |row| row.get("dek_id"))?,
        missing: given_out.saturating_sub(there),
        next: (until < last).then_some(until),
    })
}

/// Adds a key.
pub fn insert(tx: &mut Tx<'_>, wrapped: &WrappedKey) -> Result<DekId, CatalogError> {
    tx.returning(INSERT, &[(":wrapped", wrapped.into())], |row| row.get("dek_id"))
}

/// The key; `None` when it is destroyed.
pub fn get(query: &dyn Query, dek: DekId) -> Result<Option<WrappedKey>, CatalogError> {
    let wrapped = query.optional(GET, &[(":dek", dek.into())], |row| row.get("wrapped"))?;
    Ok(wrapped.filter(|wrapped| *wrapped != DESTROYED))
}

/// Replaces the wrapping of a key, in place. A destroyed key does not come back.
pub fn update_wrapped(tx: &mut Tx<'_>, dek: DekId, wrapped: &WrappedKey) -> Result<(), CatalogError> {
    let changed = overwrite(tx, dek, wrapped)?;
    expect_one(changed, || format!("there is no key {dek}"))
}

/// Overwrites a key with zeros, in place. `false` if there was none. The bytes are gone from the catalog's files when
/// [`Catalog::checkpoint_wal`](super::Catalog::checkpoint_wal) has returned after the commit.
pub fn destroy(tx: &mut Tx<'_>, dek: DekId) -> Result<bool, CatalogError> {
    Ok(overwrite(tx, dek, &DESTROYED)? == 1)
}

fn overwrite(tx: &mut Tx<'_>, dek: DekId, wrapped: &WrappedKey) -> Result<usize, CatalogError> {
    let params = [
        (":dek", dek.into()),
        (":wrapped", wrapped.into()),
        (":destroyed", (&DESTROYED).into()),
    ];
    tx.execute(OVERWRITE, &params)
}
