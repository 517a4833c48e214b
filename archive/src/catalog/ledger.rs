//! Tenants' ledgers: leaves, heads, and the copies of leaves in object storage.

use obhut_format::ids::{SessionId, TenantId};

use super::engine::{CatalogError, Query, Row, Tx};
use super::expect_one;

/// A leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafRow {
    /// Whose ledger.
    pub tenant: TenantId,
    /// Its number, from 0.
    pub n: u64,
    /// Its bytes without the newline.
    pub line: Vec<u8>,
    /// Which key seals the detail: `register`, `YYYY-MM`, or `session`.
    pub scope: String,
    /// The session it is about.
    pub session: Option<SessionId>,
    /// Salt and detail, sealed.
    pub detail: Vec<u8>,
}

impl LeafRow {
    /// What stands in the place of a detail that is gone.
    pub const NO_DETAIL: [u8; 40] = [0; 40];

    /// Whether a recovery took the leaf from a copy: its line is all there is.
    pub fn is_bare(&self) -> bool {
        self.detail == Self::NO_DETAIL
    }
}

/// The state of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadRow {
    /// Whose ledger.
    pub tenant: TenantId,
    /// Leaves in it.
    pub size: u64,
    /// The compact range over them.
    pub frontier: Vec<u8>,
    /// The signed tree head over them.
    pub checkpoint: String,
}

/// A copy of leaves in object storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyRow {
    /// Whose ledger.
    pub tenant: TenantId,
    /// The first leaf in it.
    pub first: u64,
    /// The last leaf in it.
    pub last: u64,
    /// The key of its object.
    pub object: String,
    /// BLAKE3 of the object's bytes.
    pub blake3: [u8; 32],
}

const APPEND: &str = "
INSERT INTO ledger_leaves (tenant_id, n, line, scope, session_id, detail)
VALUES (:tenant, :n, :line, :scope, :session, :detail)";

const HEAD: &str = "
SELECT tenant_id, size, frontier, checkpoint
FROM ledger_heads
WHERE tenant_id = :tenant";

const PUT_HEAD: &str = "
INSERT INTO ledger_heads (tenant_id, size, frontier, checkpoint)
VALUES (:tenant, :size, :frontier, :checkpoint)
ON CONFLICT (tenant_id) DO UPDATE
SET size = excluded.size, frontier = excluded.frontier, checkpoint = excluded.checkpoint
WHERE excluded.size >= ledger_heads.size";

const GET: &str = "
SELECT tenant_id, n, line, scope, session_id, detail
FROM ledger_leaves
WHERE tenant_id = :tenant AND n = :n";

const RANGE: &str = "
SELECT tenant_id, n, line, scope, session_id, detail
FROM ledger_leaves
WHERE tenant_id = :tenant AND n >= :first
ORDER BY n
LIMIT :limit";

const BY_SESSION: &str = "
SELECT tenant_id, n, line, scope, session_id, detail
FROM ledger_leaves
WHERE session_id = :session AND tenant_id = :tenant
ORDER BY n";

const BY_SESSION_AFTER: &str = "
SELECT tenant_id, n, line, scope, session_id, detail
FROM ledger_leaves
WHERE session_id = :session AND tenant_id = :tenant AND n > :after
ORDER BY n";

const INSERT_COPY: &str = "
INSERT INTO ledger_copies (tenant_id, first, last, object, blake3)
VALUES (:tenant, :first, :last, :object, :blake3)";

const COPIES: &str = "
SELECT tenant_id, first, last, object, blake3
FROM ledger_copies
WHERE tenant_id = :tenant
ORDER BY first";

const FIRST_COPIES: &str = "
SELECT tenant_id, first, last, object, blake3
FROM ledger_copies
WHERE tenant_id = :tenant
ORDER BY first
LIMIT :limit";

const COVERED_TO: &str = "
SELECT last + 1 AS covered
FROM ledger_copies
WHERE tenant_id = :tenant
ORDER BY first DESC
LIMIT 1";

/// Adds a leaf; a number that is taken is a conflict. [`put_head`] goes with it in one transaction.
pub fn append(tx: &mut Tx<'_>, row: &LeafRow) -> Result<(), CatalogError> {
    let params = [
        (":tenant", (&row.tenant).into()),
        (":n", row.n.into()),
        (":line", (&row.line).into()),
        (":scope", (&row.scope).into()),
        (":session", row.session.as_ref().into()),
        (":detail", (&row.detail).into()),
    ];
    tx.execute(APPEND, &params).map(drop)
}

/// The ledger's state; `None` before its first leaf.
pub fn head(query: &dyn Query, tenant: TenantId) -> Result<Option<HeadRow>, CatalogError> {
    query.optional(HEAD, &[(":tenant", (&tenant).into())], |row| {
        Ok(HeadRow {
            tenant: row.get("tenant_id")?,
            size: row.get("size")?,
            frontier: row.get("frontier")?,
            checkpoint: row.get("checkpoint")?,
        })
    })
}

/// Sets the ledger's state; a conflict if it would shrink.
pub fn put_head(tx: &mut Tx<'_>, row: &HeadRow) -> Result<(), CatalogError> {
    let params = [
        (":tenant", (&row.tenant).into()),
        (":size", row.size.into()),
        (":frontier", (&row.frontier).into()),
        (":checkpoint", (&row.checkpoint).into()),
    ];
    let changed = tx.execute(PUT_HEAD, &params)?;
    expect_one(changed, || {
        format!("ledger of tenant {} would shrink to {}", row.tenant, row.size)
    })
}

/// The leaf of this number.
pub fn get(query: &dyn Query, tenant: TenantId, n: u64) -> Result<Option<LeafRow>, CatalogError> {
    query.optional(
        GET,
        &[(":tenant", (&tenant).into()), (":n", n.into())],
        leaf_from_row,
    )
}

/// Leaves from `first` on, in order.
pub fn range(
    query: &dyn Query,
    tenant: TenantId,
    first: u64,
    limit: u32,
) -> Result<Vec<LeafRow>, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":first", first.into()),
        (":limit", limit.into()),
    ];
    query.all(RANGE, &params, leaf_from_row)
}

/// The leaves about a session, in order.
pub fn by_session(
    query: &dyn Query,
    tenant: TenantId,
    session: SessionId,
) -> Result<Vec<LeafRow>, CatalogError> {
    query.all(
        BY_SESSION,
        &[(":tenant", (&tenant).into()), (":session", (&session).into())],
        leaf_from_row,
    )
}

/// The leaves about a session that stand behind one, in order.
pub fn by_session_after(
    query: &dyn Query,
    tenant: TenantId,
    session: SessionId,
    after: u64,
) -> Result<Vec<LeafRow>, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":session", (&session).into()),
        (":after", after.into()),
    ];
    query.all(BY_SESSION_AFTER, &params, leaf_from_row)
}

/// Records a copy. It must begin where the last one ended: [`covered_to`] rests on that.
pub fn insert_copy(tx: &mut Tx<'_>, row: &CopyRow) -> Result<(), CatalogError> {
    let covered = covered_to(tx, row.tenant)?;
    if row.first != covered {
        let (tenant, first) = (row.tenant, row.first);
        return Err(CatalogError::Conflict(format!(
            "copy of the ledger of tenant {tenant} begins at {first} where {covered} is next"
        )));
    }
    let params = [
        (":tenant", (&row.tenant).into()),
        (":first", row.first.into()),
        (":last", row.last.into()),
        (":object", (&row.object).into()),
        (":blake3", (&row.blake3).into()),
    ];
    tx.execute(INSERT_COPY, &params).map(drop)
}

/// The ledger's copies, in order.
pub fn copies(query: &dyn Query, tenant: TenantId) -> Result<Vec<CopyRow>, CatalogError> {
    query.all(COPIES, &[(":tenant", (&tenant).into())], copy_from_row)
}

/// The copies of the ledger's beginning, a few.
pub fn first_copies(query: &dyn Query, tenant: TenantId, limit: u32) -> Result<Vec<CopyRow>, CatalogError> {
    let params = [(":tenant", (&tenant).into()), (":limit", limit.into())];
    query.all(FIRST_COPIES, &params, copy_from_row)
}

fn copy_from_row(row: &Row<'_>) -> Result<CopyRow, CatalogError> {
    Ok(CopyRow {
        tenant: row.get("tenant_id")?,
        first: row.get("first")?,
        last: row.get("last")?,
        object: row.get("object")?,
        blake3: row.get("blake3")?,
    })
}

/// How many leaves, counted from the first, are in copies: the number of the first leaf that is in none.
pub fn covered_to(query: &dyn Query, tenant: TenantId) -> Result<u64, CatalogError> {
    let covered = query.optional(COVERED_TO, &[(":tenant", (&tenant).into())], |row| {
        row.get("covered")
    })?;
    Ok(covered.unwrap_or(0))
}

fn leaf_from_row(row: &Row<'_>) -> Result<LeafRow, CatalogError> {
    Ok(LeafRow {
        tenant: row.get("tenant_id")?,
        n: row.get("n")?,
        line: row.get("line")?,
        scope: row.get("scope")?,
        session: row.get("session_id")?,
        detail: row.get("detail")?,
    })
}
