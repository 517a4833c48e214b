//! Listing sessions, filtered, a page at a time: newest first, or by deadline, what may be deleted next first. Part of
//! [`sessions`](super::sessions).
//!
//! Pages go by the place of the last row seen, not by counting, so that page one thousand costs what page one costs. Each
//! filter that few sessions may pass has a statement of its own, because it has an index of its own; the other filters are
//! checked on what stands in that index too, so that no row is fetched only to be left out.

use obhut_format::chain::SessionKind;
use obhut_format::ids::{DeviceId, SessionId, TenantId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Value};
use super::sessions::{SessionRow, SessionState, from_row, select_session};

/// In which order sessions are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SessionOrder {
    /// By opening, the newest first.
    #[default]
    Newest,
    /// By the instant from which they may be deleted, the next first; those that have none yet are left out.
    Deadline {
        /// Only those that may be deleted from this instant on, or later.
        from: Option<UtcMicros>,
        /// Only those that may be deleted before this instant.
        before: Option<UtcMicros>,
    },
}

/// The place of a session in the list: the next page begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionCursor {
    /// What the list goes by: when it was opened, or from when it may be deleted.
    pub at: UtcMicros,
    /// Its id.
    pub session: SessionId,
}

impl SessionCursor {
    const LOWEST: SessionId = SessionId::from_bytes([0; 16]);
    const HIGHEST: SessionId = SessionId::from_bytes([0xff; 16]);

    /// The place of a row in a list of this order.
    pub fn of(row: &SessionRow, order: SessionOrder) -> Self {
        let at = match order {
            SessionOrder::Newest => row.opened_at,
            SessionOrder::Deadline { .. } => row.retain_until.unwrap_or(UtcMicros::MAX),
        };
        let session = row.session;
        Self { at, session }
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
    /// Only those that a hold keeps, or only the others.
    pub held: Option<bool>,
    /// Only those opened at this instant or later.
    pub opened_from: Option<UtcMicros>,
    /// Only those opened before this instant.
    pub opened_until: Option<UtcMicros>,
    /// Without those that are being purged.
    pub kept: bool,
    /// In which order.
    pub order: SessionOrder,
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
            held: None,
            opened_from: None,
            opened_until: None,
            kept: false,
            order: SessionOrder::Newest,
            after: None,
            limit: 100,
        }
    }
}

/// Whether a session is held, where that is asked.
macro_rules! held {
    () => {
        "
  AND (:held IS NULL OR (:held = 1) = EXISTS (
      SELECT 1 FROM holds WHERE holds.session_id = sessions.session_id AND holds.released_at_us IS NULL
  ))"
    };
}

/// One of the sessions that are held, which few are.
macro_rules! among_held {
    () => {
        "
  AND session_id IN (SELECT holds.session_id FROM holds WHERE holds.tenant_id = :tenant AND holds.released_at_us IS NULL)"
    };
}

/// A listing statement, newest first, that is driven by the index on the condition.
macro_rules! newest_where {
    ($condition:expr) => {
        select_session!(concat!(
            "
WHERE tenant_id = :tenant",
            $condition,
            "
  AND opened_at_us >= :opened_from
  AND (opened_at_us, session_id) < (:before_at, :before_session)
  AND (:state IS NULL OR state = :state)
  AND (:device IS NULL OR device_id = :device)
  AND (:kind IS NULL OR kind = :kind)",
            held!(),
            "
  AND (:kept = 0 OR purging_at_us IS NULL)
ORDER BY opened_at_us DESC, session_id DESC
LIMIT :limit"
        ))
    };
}

/// The same by deadline.
macro_rules! deadline_where {
    ($condition:expr) => {
        select_session!(concat!(
            "
WHERE tenant_id = :tenant",
            $condition,
            "
  AND retain_until_us IS NOT NULL
  AND retain_until_us < :deadline_before
  AND (retain_until_us, session_id) > (:after_at, :after_session)
  AND opened_at_us >= :opened_from
  AND opened_at_us < :opened_until
  AND (:device IS NULL OR device_id = :device)
  AND (:kind IS NULL OR kind = :kind)",
            held!(),
            "
  AND (:kept = 0 OR purging_at_us IS NULL)
ORDER BY retain_until_us, session_id
LIMIT :limit"
        ))
    };
}

const NEWEST: &str = newest_where!("");
const NEWEST_UNSEALED: &str = newest_where!(" AND state = :state AND state <> 'sealed'");
const NEWEST_OF_DEVICE: &str = newest_where!(" AND device_id = :device");
const NEWEST_OF_KIND: &str = newest_where!(" AND kind = :kind");
const NEWEST_HELD: &str = newest_where!(among_held!());
const DEADLINE: &str = deadline_where!("");
const DEADLINE_OF_DEVICE: &str = deadline_where!(" AND device_id = :device");
const DEADLINE_HELD: &str = deadline_where!(among_held!());

const COUNT: &str = "
SELECT COUNT(*) AS sessions
FROM sessions
WHERE tenant_id = :tenant";

const HELD_UP_TO: &str = "
SELECT COUNT(*) AS held
FROM (SELECT 1 FROM holds WHERE tenant_id = :tenant AND released_at_us IS NULL LIMIT :most) AS some";

/// Up to so many held sessions are looked up and sorted. Where more are held, a walk meets the next one soon.
const HELD_TO_SORT: u32 = 4_000;

/// A page of the tenant's sessions, in the filter's order.
pub fn list(
    query: &dyn Query,
    tenant: TenantId,
    filter: &SessionFilter,
) -> Result<Vec<SessionRow>, CatalogError> {
    let few_held = filter.held == Some(true) && held_up_to(query, tenant, HELD_TO_SORT)? < HELD_TO_SORT;
    list_by(query, tenant, filter, few_held)
}

/// The same, told whether few sessions are held.
pub(super) fn list_by(
    query: &dyn Query,
    tenant: TenantId,
    filter: &SessionFilter,
    few_held: bool,
) -> Result<Vec<SessionRow>, CatalogError> {
    let statement = statement(filter, few_held);
    match filter.order {
        SessionOrder::Newest => newest(query, tenant, filter, statement),
        // A session gets its deadline with the seal.
        SessionOrder::Deadline { .. } if filter.state.is_some_and(|state| state != SessionState::Sealed) => {
            Ok(Vec::new())
        }
        SessionOrder::Deadline { from, before } => {
            by_deadline(query, tenant, filter, (statement, from, before))
        }
    }
}

/// A page of several tenants' sessions, as if they were one's.
pub fn list_merged(
    query: &dyn Query,
    tenants: &[TenantId],
    filter: &SessionFilter,
) -> Result<Vec<SessionRow>, CatalogError> {
    let mut rows = Vec::new();
    for tenant in tenants {
        rows.extend(list(query, *tenant, filter)?);
    }
    rows.sort_by_key(|row| SessionCursor::of(row, filter.order));
    if filter.order == SessionOrder::Newest {
        rows.reverse();
    }
    rows.truncate(filter.limit as usize);
    Ok(rows)
}

fn newest(
    query: &dyn Query,
    tenant: TenantId,
    filter: &SessionFilter,
    statement: &'static str,
) -> Result<Vec<SessionRow>, CatalogError> {
    let before = first_excluded(filter);
    let params = [
        (":tenant", (&tenant).into()),
        (
            ":opened_from",
            filter.opened_from.unwrap_or(UtcMicros::MIN).into(),
        ),
        (":before_at", before.at.into()),
        (":before_session", (&before.session).into()),
        (":state", filter.state.into()),
        (":device", filter.device.as_ref().into()),
        (":kind", filter.kind.into()),
        (":held", filter.held.map(u32::from).into()),
        (":kept", u32::from(filter.kept).into()),
        (":limit", filter.limit.into()),
    ];
    query.all(statement, &params, from_row)
}

fn by_deadline(
    query: &dyn Query,
    tenant: TenantId,
    filter: &SessionFilter,
    (statement, from, before): (&'static str, Option<UtcMicros>, Option<UtcMicros>),
) -> Result<Vec<SessionRow>, CatalogError> {
    // The page begins behind the cursor, or with the first that may be deleted at `from`, whichever is later.
    let begin = SessionCursor {
        at: from.unwrap_or(UtcMicros::MIN),
        session: SessionCursor::LOWEST,
    };
    let after = filter.after.map_or(begin, |after| after.max(begin));
    let end = |instant: Option<UtcMicros>| instant.map_or(Value::Int(i64::MAX), Value::from);
    let params = [
        (":tenant", (&tenant).into()),
        (":deadline_before", end(before)),
        (":after_at", after.at.into()),
        (":after_session", (&after.session).into()),
        (
            ":opened_from",
            filter.opened_from.unwrap_or(UtcMicros::MIN).into(),
        ),
        (":opened_until", end(filter.opened_until)),
        (":device", filter.device.as_ref().into()),
        (":kind", filter.kind.into()),
        (":held", filter.held.map(u32::from).into()),
        (":kept", u32::from(filter.kept).into()),
        (":limit", filter.limit.into()),
    ];
    query.all(statement, &params, from_row)
}

/// The statement whose index serves the filter best.
pub(super) fn statement(filter: &SessionFilter, few_held: bool) -> &'static str {
    let unsealed = filter.state.is_some_and(|state| state != SessionState::Sealed);
    match (filter.order, filter) {
        (SessionOrder::Newest, _) if unsealed => NEWEST_UNSEALED,
        (SessionOrder::Newest, _) if few_held => NEWEST_HELD,
        (SessionOrder::Newest, SessionFilter { device: Some(_), .. }) => NEWEST_OF_DEVICE,
        (SessionOrder::Newest, SessionFilter { kind: Some(_), .. }) => NEWEST_OF_KIND,
        (SessionOrder::Newest, _) => NEWEST,
        (SessionOrder::Deadline { .. }, _) if few_held => DEADLINE_HELD,
        (SessionOrder::Deadline { .. }, SessionFilter { device: Some(_), .. }) => DEADLINE_OF_DEVICE,
        (SessionOrder::Deadline { .. }, _) => DEADLINE,
    }
}

/// How many sessions the tenant has. It counts them one by one.
pub fn count(query: &dyn Query, tenant: TenantId) -> Result<u64, CatalogError> {
    query.one(COUNT, &[(":tenant", (&tenant).into())], |row| row.get("sessions"))
}

/// How many holds of the tenant are in force; counted no further than `most`.
fn held_up_to(query: &dyn Query, tenant: TenantId, most: u32) -> Result<u32, CatalogError> {
    query.one(
        HELD_UP_TO,
        &[(":tenant", (&tenant).into()), (":most", most.into())],
        |row| row.get("held"),
    )
}

/// The place that everything listed newest first comes after: the cursor or the upper end of the range, whichever is older.
fn first_excluded(filter: &SessionFilter) -> SessionCursor {
    let end = filter.opened_until.map_or(
        SessionCursor {
            at: UtcMicros::MAX,
            session: SessionCursor::HIGHEST,
        },
        // No id is lower, so nothing opened at this very instant is listed.
        |until| SessionCursor {
            at: until,
            session: SessionCursor::LOWEST,
        },
    );
    filter.after.map_or(end, |cursor| cursor.min(end))
}
