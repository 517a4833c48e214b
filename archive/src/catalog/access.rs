//! Access records: which range went out when. Who, why and for which case is in the ledger's sealed details.

use obhut_format::ids::{AccessId, ExportId, Seq, SessionId, StreamNo, TenantId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, FromValue, Query, Row, Tx, Value};

/// What is done with what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The session's description and index are looked at; ranges may be asked for.
    Open,
    /// Frames are looked at, under an opening.
    View,
    /// Originals are written out.
    Restore,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 3] = [Self::Open, Self::View, Self::Restore];

    /// The action's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::View => "view",
            Self::Restore => "restore",
        }
    }
}

impl From<Action> for Value<'_> {
    fn from(action: Action) -> Self {
        Self::Text(action.as_str())
    }
}

impl FromValue for Action {
    const EXPECTED: &'static str = "an action";

    fn from_value(value: Value<'_>) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|action| value == Value::Text(action.as_str()))
    }
}

/// An access record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessRow {
    /// Its id.
    pub access: AccessId,
    /// Whose data.
    pub tenant: TenantId,
    /// The ledger leaf that tells of it.
    pub leaf_n: u64,
    /// The session looked at.
    pub session: SessionId,
    /// The stream; `None` is the whole session.
    pub stream: Option<StreamNo>,
    /// The first sequence number; `None` is the whole stream.
    pub first: Option<Seq>,
    /// The last sequence number; `None` is the whole stream.
    pub last: Option<Seq>,
    /// When the look was allowed.
    pub at: UtcMicros,
    /// To do what.
    pub action: Action,
    /// The record of the opening under which it was viewed; with [`Action::View`].
    pub grant: Option<AccessId>,
    /// The request under which an evidence bundle was made: this record's own id where the command line needed none. `None` where
    /// what was read went into no bundle, and for bundles from before requests.
    pub export: Option<ExportId>,
}

/// The place of a record in the list: the next page begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccessCursor {
    /// When the look was allowed.
    pub at: UtcMicros,
    /// Its id.
    pub access: AccessId,
}

impl From<&AccessRow> for AccessCursor {
    fn from(row: &AccessRow) -> Self {
        Self {
            at: row.at,
            access: row.access,
        }
    }
}

/// Which records to list, newest first; the default is the newest of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccessQuery {
    /// Only those of this session.
    pub session: Option<SessionId>,
    /// Only those of this action.
    pub action: Option<Action>,
    /// Only those at this instant or later.
    pub from: Option<UtcMicros>,
    /// Only those before this instant.
    pub until: Option<UtcMicros>,
    /// Only those after this one in the list.
    pub after: Option<AccessCursor>,
    /// How many at most.
    pub limit: u32,
}

const INSERT: &str = "
INSERT INTO access_records (
    access_id, tenant_id, leaf_n, session_id, stream, first, last, at_us, action, grant_id, export_id
) VALUES (
    :access, :tenant, :leaf_n, :session, :stream, :first, :last, :at, :action, :grant, :export
)";

/// The columns of an [`AccessRow`].
macro_rules! select_access {
    ($rest:expr) => {
        concat!(
            "
SELECT access_id, tenant_id, leaf_n, session_id, stream, first, last, at_us, action, grant_id, export_id
FROM access_records",
            $rest
        )
    };
}

const BY_ID: &str = select_access!(
    "
WHERE access_id = :access AND tenant_id = :tenant"
);

const LIST: &str = select_access!(
    "
WHERE tenant_id = :tenant AND leaf_n >= :from
ORDER BY leaf_n
LIMIT :limit"
);

const EXPIRE: &str = "
DELETE FROM access_records
WHERE access_id IN (
    SELECT access_id
    FROM access_records
    WHERE tenant_id = :tenant AND at_us >= :from AND at_us < :until
    ORDER BY at_us
    LIMIT :limit
)";

/// A listing statement that is driven by the index on the condition, and checks the other filters row by row.
macro_rules! newest_where {
    ($condition:literal) => {
        select_access!(concat!(
            "
WHERE tenant_id = :tenant",
            $condition,
            "
  AND at_us >= :from
  AND (at_us, access_id) < (:before_at, :before_access)
  AND (:session IS NULL OR session_id = :session)
  AND (:action IS NULL OR action = :action)
ORDER BY at_us DESC, access_id DESC
LIMIT :limit"
        ))
    };
}

const NEWEST: &str = newest_where!("");
const NEWEST_OF_SESSION: &str = newest_where!(" AND session_id = :session");
const NEWEST_OF_ACTION: &str = newest_where!(" AND action = :action");

/// Removes records of looks from `from` until before `until`, at most `limit`; returns how many.
pub fn expire(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (from, until): (UtcMicros, UtcMicros),
    limit: u32,
) -> Result<usize, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":from", from.into()),
        (":until", until.into()),
        (":limit", limit.into()),
    ];
    tx.execute(EXPIRE, &params)
}
const OF_EXPORT: &str = select_access!(
    "
WHERE tenant_id = :tenant AND export_id = :export
ORDER BY leaf_n"
);

const UNASKED: &str = select_access!(
    "
WHERE tenant_id = :tenant AND export_id = access_id AND (at_us, access_id) < (:before_at, :before_access)
    AND (:session IS NULL OR session_id = :session)
ORDER BY at_us DESC, access_id DESC
LIMIT :limit"
);

/// Adds a record; its leaf goes with it in one transaction.
pub fn insert(tx: &mut Tx<'_>, row: &AccessRow) -> Result<(), CatalogError> {
    let params = [
        (":access", (&row.access).into()),
        (":tenant", (&row.tenant).into()),
        (":leaf_n", row.leaf_n.into()),
        (":session", (&row.session).into()),
        (":stream", row.stream.into()),
        (":first", row.first.into()),
        (":last", row.last.into()),
        (":at", row.at.into()),
        (":action", row.action.into()),
        (":grant", row.grant.as_ref().into()),
        (":export", row.export.as_ref().into()),
    ];
    tx.execute(INSERT, &params).map(drop)
}

/// The tenant's record with this id.
pub fn by_id(
    query: &dyn Query,
    tenant: TenantId,
    access: AccessId,
) -> Result<Option<AccessRow>, CatalogError> {
    query.optional(
        BY_ID,
        &[(":tenant", (&tenant).into()), (":access", (&access).into())],
        from_row,
    )
}

/// The records of the bundles that were made under a request, oldest first.
pub fn of_export(
    query: &dyn Query,
    tenant: TenantId,
    export: ExportId,
) -> Result<Vec<AccessRow>, CatalogError> {
    let params = [(":tenant", (&tenant).into()), (":export", (&export).into())];
    query.all(OF_EXPORT, &params, from_row)
}

/// A page of the records of the tenant's bundles that nobody had to ask for, newest first.
pub fn unasked_bundles(
    query: &dyn Query,
    tenant: TenantId,
    session: Option<SessionId>,
    before: AccessCursor,
    limit: u32,
) -> Result<Vec<AccessRow>, CatalogError> {
    let params = [
        (":tenant", (&tenant).into()),
        (":session", session.as_ref().into()),
        (":before_at", before.at.into()),
        (":before_access", (&before.access).into()),
        (":limit", limit.into()),
    ];
    query.all(UNASKED, &params, from_row)
}

/// A page of the tenant's records, newest first.
pub fn newest(
    query: &dyn Query,
    tenant: TenantId,
    wanted: &AccessQuery,
) -> Result<Vec<AccessRow>, CatalogError> {
    let before = first_excluded(wanted);
    let params = [
        (":tenant", (&tenant).into()),
        (":from", wanted.from.unwrap_or(UtcMicros::MIN).into()),
        (":before_at", before.at.into()),
        (":before_access", (&before.access).into()),
        (":session", wanted.session.as_ref().into()),
        (":action", wanted.action.into()),
        (":limit", wanted.limit.into()),
    ];
    query.all(statement(wanted), &params, from_row)
}

/// The statement whose index serves the filter best.
pub(super) fn statement(wanted: &AccessQuery) -> &'static str {
    match wanted {
        AccessQuery { session: Some(_), .. } => NEWEST_OF_SESSION,
        AccessQuery { action: Some(_), .. } => NEWEST_OF_ACTION,
        _ => NEWEST,
    }
}

/// The place that everything listed comes after: the cursor or the upper end of the range, whichever is older.
fn first_excluded(wanted: &AccessQuery) -> AccessCursor {
    let (lowest, highest) = (AccessId::from_bytes([0; 16]), AccessId::from_bytes([0xff; 16]));
    let (at, access) = wanted
        .until
        .map_or((UtcMicros::MAX, highest), |until| (until, lowest));
    let end = AccessCursor { at, access };
    wanted.after.map_or(end, |cursor| cursor.min(end))
}

/// The tenant's records in the ledger's order, after the leaf `after` (`None`: from the start).
pub fn list(
    query: &dyn Query,
    tenant: TenantId,
    after: Option<u64>,
    limit: u32,
) -> Result<Vec<AccessRow>, CatalogError> {
    let from = after.map_or(0, |after| after.saturating_add(1));
    let params = [
        (":tenant", (&tenant).into()),
        (":from", from.into()),
        (":limit", limit.into()),
    ];
    query.all(LIST, &params, from_row)
}

fn from_row(row: &Row<'_>) -> Result<AccessRow, CatalogError> {
    Ok(AccessRow {
        access: row.get("access_id")?,
        tenant: row.get("tenant_id")?,
        leaf_n: row.get("leaf_n")?,
        session: row.get("session_id")?,
        stream: row.get("stream")?,
        first: row.get("first")?,
        last: row.get("last")?,
        at: row.get("at_us")?,
        action: row.get("action")?,
        grant: row.get("grant_id")?,
        export: row.get("export_id")?,
    })
}
