//! Listing holds, a page at a time: those in force by the day of their review, those without one behind them, then the released
//! ones, newest first. Part of [`super::holds`].
//!
//! Each of the three parts walks an index of its own from the place of the last row seen. The holds of one session are few: they are
//! looked up, and sorted here.

use std::cmp::Reverse;

use obhut_format::ids::{HoldId, SessionId, TenantId};
use obhut_format::time::UtcMicros;

use super::engine::{CatalogError, Query, Value};
use super::holds::{self, HoldRow, from_row, select_hold};

/// Whether a hold is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldState {
    /// It holds.
    Active,
    /// It was released.
    Released,
}

impl HoldState {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Active, Self::Released];

    /// The state's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Released => "released",
        }
    }
}

/// The place of a hold in the list: the next page begins after it. Orders as the list does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HoldCursor {
    /// In force, with a day of review.
    Dated(String, HoldId),
    /// In force, without one.
    Undated(HoldId),
    /// Released; the later the earlier in the list.
    Released(Reverse<(UtcMicros, HoldId)>),
}

impl HoldCursor {
    /// A row's place.
    pub fn of(row: &HoldRow) -> Self {
        match (row.released_at, &row.review_on) {
            (Some(at), _) => Self::Released(Reverse((at, row.hold))),
            (None, Some(day)) => Self::Dated(day.clone(), row.hold),
            (None, None) => Self::Undated(row.hold),
        }
    }
}

/// Which holds to list; the default is the first of all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HoldQuery {
    /// Only those in force, or only the others.
    pub state: Option<HoldState>,
    /// Only those on this session.
    pub session: Option<SessionId>,
    /// Only those after this one in the list.
    pub after: Option<HoldCursor>,
    /// How many at most.
    pub limit: u32,
}

const LOWEST: HoldId = HoldId::from_bytes([0; 16]);
const HIGHEST: HoldId = HoldId::from_bytes([0xff; 16]);

/// Every day is after it.
const NO_DAY: &str = "";

const DATED: &str = select_hold!(
    "
WHERE tenant_id = :tenant
  AND released_at_us IS NULL
  AND review_on IS NOT NULL
  AND (review_on, hold_id) > (:day, :hold)
ORDER BY review_on, hold_id
LIMIT :limit"
);

const UNDATED: &str = select_hold!(
    "
WHERE tenant_id = :tenant
  AND released_at_us IS NULL
  AND review_on IS NULL
  AND hold_id > :hold
ORDER BY hold_id
LIMIT :limit"
);

const RELEASED: &str = select_hold!(
    "
WHERE tenant_id = :tenant
  AND released_at_us IS NOT NULL
  AND (released_at_us, hold_id) < (:at, :hold)
ORDER BY released_at_us DESC, hold_id DESC
LIMIT :limit"
);

const RELEASED_OF_SESSION: &str = select_hold!(
    "
WHERE tenant_id = :tenant AND session_id = :session AND released_at_us IS NOT NULL"
);

/// The statements that walk, in the order of the parts, and the one that looks up.
#[cfg(test)]
pub(super) const STATEMENTS: [&str; 4] = [DATED, UNDATED, RELEASED, RELEASED_OF_SESSION];

/// A page of the tenant's holds.
pub fn list(query: &dyn Query, tenant: TenantId, wanted: &HoldQuery) -> Result<Vec<HoldRow>, CatalogError> {
    if let Some(session) = wanted.session {
        return of_session(query, tenant, session, wanted);
    }
    let mut rows = Vec::new();
    if wanted.state != Some(HoldState::Released) {
        let dated = match &wanted.after {
            None => Some((NO_DAY, LOWEST)),
            Some(HoldCursor::Dated(day, hold)) => Some((day.as_str(), *hold)),
            Some(HoldCursor::Undated(_) | HoldCursor::Released(_)) => None,
        };
        if let Some((day, hold)) = dated {
            let place = [(":day", day.into()), (":hold", (&hold).into())];
            rows.extend(part(query, DATED, tenant, (&place, left(wanted, &rows)))?);
        }
        let undated = match &wanted.after {
            None | Some(HoldCursor::Dated(..)) => Some(LOWEST),
            Some(HoldCursor::Undated(hold)) => Some(*hold),
            Some(HoldCursor::Released(_)) => None,
        };
        if let Some(hold) = undated {
            let place = [(":hold", (&hold).into())];
            rows.extend(part(query, UNDATED, tenant, (&place, left(wanted, &rows)))?);
        }
    }
    if wanted.state != Some(HoldState::Active) {
        let (at, hold) = match &wanted.after {
            Some(HoldCursor::Released(Reverse(place))) => *place,
            _ => (UtcMicros::MAX, HIGHEST),
        };
        let place = [(":at", at.into()), (":hold", (&hold).into())];
        rows.extend(part(query, RELEASED, tenant, (&place, left(wanted, &rows)))?);
    }
    Ok(rows)
}

/// How many a page still takes.
fn left(wanted: &HoldQuery, rows: &[HoldRow]) -> u32 {
    let have = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    wanted.limit.saturating_sub(have)
}

fn part(
    query: &dyn Query,
    statement: &'static str,
    tenant: TenantId,
    (place, limit): (&[(&'static str, Value<'_>)], u32),
) -> Result<Vec<HoldRow>, CatalogError> {
    let mut params = vec![(":tenant", (&tenant).into()), (":limit", limit.into())];
    params.extend(place.iter().copied());
    query.all(statement, &params, from_row)
}

fn of_session(
    query: &dyn Query,
    tenant: TenantId,
    session: SessionId,
    wanted: &HoldQuery,
) -> Result<Vec<HoldRow>, CatalogError> {
    let mut rows = Vec::new();
    if wanted.state != Some(HoldState::Released) {
        rows.extend(holds::active(query, tenant, session)?);
    }
    if wanted.state != Some(HoldState::Active) {
        let params = [(":tenant", (&tenant).into()), (":session", (&session).into())];
        rows.extend(query.all(RELEASED_OF_SESSION, &params, from_row)?);
    }
    rows.retain(|row| {
        wanted
            .after
            .as_ref()
            .is_none_or(|after| HoldCursor::of(row) > *after)
    });
    rows.sort_by_key(HoldCursor::of);
    rows.truncate(wanted.limit as usize);
    Ok(rows)
}
