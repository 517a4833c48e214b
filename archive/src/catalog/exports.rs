//! Requests for evidence bundles. Who, why and for which case is in the ledger's sealed details.

use obhut_format::ids::{ExportId, SessionId, TenantId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, FromValue, Query, Row, Tx, Value};
use super::expect_one;

/// What was decided about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The bundle may be made.
    Approved,
    /// It may not.
    Refused,
}

impl Decision {
    /// The decision's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Refused => "refused",
        }
    }
}

impl From<Decision> for Value<'_> {
    fn from(decision: Decision) -> Self {
        Self::Text(decision.as_str())
    }
}

impl FromValue for Decision {
    const EXPECTED: &'static str = "a decision";

    fn from_value(value: Value<'_>) -> Option<Self> {
        [Self::Approved, Self::Refused]
            .into_iter()
            .find(|decision| value == Value::Text(decision.as_str()))
    }
}

/// A decision, and the leaf that tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecidedRow {
    /// What was decided.
    pub decision: Decision,
    /// The ledger leaf of the decision: that of the request where the policy asked for none.
    pub leaf_n: u64,
    /// When.
    pub at: UtcMicros,
}

/// A request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportRow {
    /// Its id.
    pub export: ExportId,
    /// Whose session.
    pub tenant: TenantId,
    /// The session that a bundle is wanted of.
    pub session: SessionId,
    /// The ledger leaf of the request.
    pub leaf_n: u64,
    /// When it was asked for.
    pub asked_at: UtcMicros,
    /// Whether a bundle without what is damaged is wanted.
    pub damaged: bool,
    /// What was decided; `None` until it is.
    pub decided: Option<DecidedRow>,
}

/// The place of a request in the list: the next page begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExportCursor {
    /// When it was asked for.
    pub at: UtcMicros,
    /// Its id.
    pub export: ExportId,
}

impl ExportCursor {
    /// The place before the first.
    pub const FIRST: Self = Self {
        at: UtcMicros::MAX,
        export: ExportId::from_bytes([0xff; 16]),
    };
}

const INSERT: &str = "
INSERT INTO exports (
    export_id, tenant_id, session_id, leaf_n, asked_at_us, damaged, decision, decided_leaf_n, decided_at_us
) VALUES (
    :export, :tenant, :session, :leaf_n, :asked_at, :damaged, :decision, :decided_leaf_n, :decided_at
)";

const DECIDE: &str = "
UPDATE exports
SET decision = :decision, decided_leaf_n = :leaf_n, decided_at_us = :at
WHERE export_id = :export AND tenant_id = :tenant AND decision IS NULL";

/// The columns of an [`ExportRow`].
macro_rules! select_export {
    ($rest:literal) => {
        concat!(
            "
SELECT export_id, tenant_id, session_id, leaf_n, asked_at_us, damaged, decision, decided_leaf_n, decided_at_us
FROM exports",
            $rest
        )
    };
}

const BY_ID: &str = select_export!(
    "
WHERE export_id = :export AND tenant_id = :tenant"
);

const ALL: &str = select_export!(
    "
WHERE tenant_id = :tenant
ORDER BY leaf_n"
);

const NEWEST: &str = select_export!(
    "
WHERE tenant_id = :tenant AND (asked_at_us, export_id) < (:before_at, :before_export)
ORDER BY asked_at_us DESC, export_id DESC
LIMIT :limit"
);

const NEWEST_OF_SESSION: &str = select_export!(
    "
WHERE tenant_id = :tenant AND session_id = :session
    AND (asked_at_us, export_id) < (:before_at, :before_export)
ORDER BY asked_at_us DESC, export_id DESC
LIMIT :limit"
);

/// Adds a request; its leaf goes with it in one transaction.
pub fn insert(tx: &mut Tx<'_>, row: &ExportRow) -> Result<(), CatalogError> {
    let decided = row.decided;
    let params = [
        (":export", (&row.export).into()),
        (":tenant", (&row.tenant).into()),
        (":session", (&row.session).into()),
        (":leaf_n", row.leaf_n.into()),
        (":asked_at", row.asked_at.into()),
        (":damaged", u32::from(row.damaged).into()),
        (":decision", decided.map(|decided| decided.decision).into()),
        (":decided_leaf_n", decided.map(|decided| decided.leaf_n).into()),
        (":decided_at", decided.map(|decided| decided.at).into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// Notes a decision; a conflict where there is one already.
pub fn decide(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    export: ExportId,
    decided: DecidedRow,
) -> Result<(), CatalogError> {
    let params = [
        (":export", (&export).into()),
        (":tenant", (&tenant).into()),
        (":decision", decided.decision.into()),
        (":leaf_n", decided.leaf_n.into()),
        (":at", decided.at.into()),
    ];
    let changed = tx.execute(DECIDE, &params)?;
    expect_one(changed, || format!("export {export} is decided already"))
}

/// The tenant's request with this id.
pub fn by_id(
    query: &dyn Query,
    tenant: TenantId,
    export: ExportId,
) -> Result<Option<ExportRow>, CatalogError> {
    let params = [(":export", (&export).into()), (":tenant", (&tenant).into())];
    query.optional(BY_ID, &params, from_row)
}

/// All of the tenant's requests, in the ledger's order.
pub fn all(query: &dyn Query, tenant: TenantId) -> Result<Vec<ExportRow>, CatalogError> {
    query.all(ALL, &[(":tenant", (&tenant).into())], from_row)
}

/// A page of the tenant's requests, newest first.
pub fn newest(
    query: &dyn Query,
    tenant: TenantId,
    session: Option<SessionId>,
    before: ExportCursor,
    limit: u32,
) -> Result<Vec<ExportRow>, CatalogError> {
    let place = [
        (":tenant", (&tenant).into()),
        (":before_at", before.at.into()),
        (":before_export", (&before.export).into()),
        (":limit", limit.into()),
    ];
    match &session {
        None => query.all(NEWEST, &place, from_row),
        Some(session) => {
            let [tenant, at, id, limit] = place;
            let params = [tenant, (":session", session.into()), at, id, limit];
            query.all(NEWEST_OF_SESSION, &params, from_row)
        }
    }
}

fn from_row(row: &Row<'_>) -> Result<ExportRow, CatalogError> {
    let decision: Option<Decision> = row.get("decision")?;
    let leaf_n: Option<u64> = row.get("decided_leaf_n")?;
    let at: Option<UtcMicros> = row.get("decided_at_us")?;
    let decided = decision.zip(leaf_n).zip(at);
    Ok(ExportRow {
        export: row.get("export_id")?,
        tenant: row.get("tenant_id")?,
        session: row.get("session_id")?,
        leaf_n: row.get("leaf_n")?,
        asked_at: row.get("asked_at_us")?,
        damaged: row.get::<u32>("damaged")? == 1,
        decided: decided.map(|((decision, leaf_n), at)| DecidedRow { decision, leaf_n, at }),
    })
}
