//! Listing sessions: newest first, filtered, a page at a time. Part of [`sessions`](super::sessions).
//!
//! Pages go by the place of the last row seen, not by counting, so that page one thousand costs what page one costs. Each
//! filter that few sessions may pass has a statement of its own, because it has an index of its own.

use obhut_format::chain::SessionKind;
use obhut_format::ids::{DeviceId, SessionId, TenantId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query};
use super::sessions::{SessionRow, SessionState, from_row, select_session};

/// The place of a session in the list: the next page begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionCursor {
    /// When it was opened.
    pub opened_at: UtcMicros,
    /// Its id.
    pub session: SessionId,
}

impl From<&SessionRow> for SessionCursor {
    fn from(row: &SessionRow) -> Self {
        Self {
            opened_at: row.opened_at,
            session: row.session,
        }
    }
}

/// Which sessions to list; the default is the newest of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionFilter {
    /// Only those in this state.
    pub state: Option<SessionState>,
    /// Only those of this device.
    pub device: Option<DeviceId>,
    /// Only those of this kind.
    pub kind: Option<SessionKind>,
    /// Only those opened at this instant or later.
    pub opened_from: Option<UtcMicros>,
    /// Only those opened before this instant.
    pub opened_until: Option<UtcMicros>,
    /// Only those after this one in the list.
    pub after: Option<SessionCursor>,
    /// How many at most.
    pub limit: u32,
}

impl Default for SessionFilter {
    fn default() -> Self {
        Self {
            state: None,
            device: None,
            kind: None,
            opened_from: None,
            opened_until: None,
            after: None,
            limit: 100,
        }
    }
}

/// A listing statement that is driven by the index on the condition, and checks the other filters row by row.
macro_rules! list_where {
    ($condition:literal) => {
        select_session!(concat!(
            "
WHERE tenant_id = :tenant",
            $condition,
            "
  AND opened_at_us >= :opened_from
  AND (opened_at_us, session_id) < (:before_at, :before_session)
  AND (:state IS NULL OR state = :state)
  AND (:device IS NULL OR device_id = :device)
  AND (:kind IS NULL OR kind = :kind)
ORDER BY opened_at_us DESC, session_id DESC
LIMIT :limit"
        ))
    };
}

const LIST: &str = list_where!("");
const LIST_UNSEALED: &str = list_where!(" AND state = :state AND state <> 'sealed'");
const LIST_OF_DEVICE: &str = list_where!(" AND device_id = :device");
const LIST_OF_KIND: &str = list_where!(" AND kind = :kind");

const COUNT: &str = "
SELECT COUNT(*) AS sessions
FROM sessions
WHERE tenant_id = :tenant";

/// A page of the tenant's sessions, newest first.
pub fn list(
    query: &dyn Query,
    tenant: TenantId,
    filter: &SessionFilter,
) -> Result<Vec<SessionRow>, CatalogError> {
    let before = first_excluded(filter);
    let params = [
        (":tenant", (&tenant).into()),
        (
            ":opened_from",
            filter.opened_from.unwrap_or(UtcMicros::MIN).into(),
        ),
        (":before_at", before.opened_at.into()),
        (":before_session", (&before.session).into()),
        (":state", filter.state.into()),
        (":device", filter.device.as_ref().into()),
        (":kind", filter.kind.into()),
        (":limit", filter.limit.into()),
    ];
    query.all(statement(filter), &params, from_row)
}

/// The statement whose index serves the filter best.
pub(super) fn statement(filter: &SessionFilter) -> &'static str {
    match filter {
        SessionFilter {
            state: Some(SessionState::Open | SessionState::Sealing),
            ..
        } => LIST_UNSEALED,
        SessionFilter { device: Some(_), .. } => LIST_OF_DEVICE,
        SessionFilter { kind: Some(_), .. } => LIST_OF_KIND,
        _ => LIST,
    }
}

/// How many sessions the tenant has. It counts them one by one.
pub fn count(query: &dyn Query, tenant: TenantId) -> Result<u64, CatalogError> {
    query.one(COUNT, &[(":tenant", (&tenant).into())], |row| row.get("sessions"))
}

/// The place that everything listed comes after: the cursor or the upper end of the range, whichever is older.
fn first_excluded(filter: &SessionFilter) -> SessionCursor {
    let (lowest, highest) = (SessionId::from_bytes([0; 16]), SessionId::from_bytes([0xff; 16]));
    let end = filter.opened_until.map_or(
        SessionCursor {
            opened_at: UtcMicros::MAX,
            session: highest,
        },
        // No id is lower, so nothing opened at this very instant is listed.
        |until| SessionCursor {
            opened_at: until,
            session: lowest,
        },
    );
    match filter.after {
        Some(cursor) if (cursor.opened_at, cursor.session) < (end.opened_at, end.session) => cursor,
        _ => end,
    }
}
