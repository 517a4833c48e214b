//! `GET /v1/holds`: what is held, why, and what was, a page at a time.

use std::cmp::Reverse;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obhut_archive::{HoldCursor, HoldFilter, HoldState};
use obhut_format::ids::{HoldId, TenantId};
use obhut_format::time::UtcMicros;
use obhut_listener::place::InQuery;
use obhut_listener::problem::{Problem, ProblemDocument};
use obhut_listener::{ApiError, json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ApiState;
use super::field::{self, Place};
use super::hold_entry::HoldEntry;
use super::visitor::Visitor;
use super::words::HoldStateName;

/// The letters of this list's parts: in force with a day of review, in force without one, released.
const DATED: u8 = b'h';
const UNDATED: u8 = b'i';
const RELEASED: u8 = b'j';

const MICROS_OF_DAY: i64 = 86_400_000_000;

/// Which holds.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldQuery {
    /// One tenant's; without it those of all in which the login may see them.
    #[param(value_type = Option<String>, format = Uuid)]
    tenant: Option<String>,
    /// Only those in force, or only released ones; without it all.
    #[param(value_type = Option<HoldStateName>)]
    state: Option<String>,
    /// On this session, also where it was deleted since.
    #[param(value_type = Option<String>, format = Uuid)]
    session: Option<String>,
    /// How many at most. Default 50.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// A page of holds: those in force first, the earliest review first and those without one last; then released ones, the
/// newest release first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HoldPage {
    holds: Vec<HoldEntry>,
    /// The next page's cursor; null at the end.
    #[schema(required)]
    next: Option<String>,
}

/// What is held, by whom and why, and what was.
#[utoipa::path(
    get, path = "/v1/holds", tag = "custody", params(HoldQuery),
    responses(
        (status = 200, body = HoldPage),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed: names the field"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
            description = "not-found: the tenant"),
    )
)]
pub(super) async fn list(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InQuery(asked): InQuery<HoldQuery>,
) -> Result<Response, ApiError> {
    let filter = asked.filter()?;
    let tenants = visitor.tenants_permitted(&state, asked.tenant.as_deref()).await?;
    let ids: Vec<TenantId> = tenants.iter().map(|row| row.tenant).collect();
    let page = state.archive().hold_list(&ids, filter).await;
    let page = page.map_err(|error| state.hold_trouble(&error))?;
    let page = HoldPage {
        next: page.next.as_ref().map(|next| place(next).cursor()),
        holds: page.holds.into_iter().map(HoldEntry::from).collect(),
    };
    Ok(json::answer(StatusCode::OK, &page))
}

impl HoldQuery {
    fn filter(&self) -> Result<HoldFilter, Problem> {
        let after = Place::of_parts(&[DATED, UNDATED, RELEASED], self.cursor.as_deref())?;
        Ok(HoldFilter {
            state: field::word(
                "state",
                self.state.as_deref(),
                &[None, Some(HoldState::Active), Some(HoldState::Released)],
                |state| state.map_or("all", HoldState::as_str),
            )?
            .flatten(),
            session: field::id("session", self.session.as_deref())?,
            after: after.map(cursor),
            limit: field::limit(self.limit.as_deref())?,
        })
    }
}

/// A hold's place; a day of review is its first instant.
fn place(cursor: &HoldCursor) -> Place {
    let (list, at, hold) = match cursor {
        HoldCursor::Dated(day, hold) => {
            let day = UtcMicros::parse(&format!("{day}T00:00:00Z"));
            (DATED, day.unwrap_or(UtcMicros::MIN), hold)
        }
        HoldCursor::Undated(hold) => (UNDATED, UtcMicros::MIN, hold),
        HoldCursor::Released(Reverse((at, hold))) => (RELEASED, *at, hold),
    };
    Place {
        list,
        at,
        id: *hold.as_bytes(),
    }
}

fn cursor(place: Place) -> HoldCursor {
    let hold = HoldId::from_bytes(place.id);
    match place.list {
        DATED => {
            let at = place.at.get().div_euclid(MICROS_OF_DAY) * MICROS_OF_DAY;
            let day = UtcMicros::new(at).unwrap_or(place.at).to_string();
            HoldCursor::Dated(day.chars().take(10).collect(), hold)
        }
        UNDATED => HoldCursor::Undated(hold),
        _ => HoldCursor::Released(Reverse((place.at, hold))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_leads_back_to_the_hold_it_was_made_of() {
        let hold = HoldId::from_bytes([7; 16]);
        let at = UtcMicros::parse("2026-11-02T08:00:00.000001Z").expect("an instant");
        for made in [
            HoldCursor::Dated("2027-01-31".to_owned(), hold),
            HoldCursor::Dated("0001-01-01".to_owned(), hold),
            HoldCursor::Undated(hold),
            HoldCursor::Released(Reverse((at, hold))),
        ] {
            assert_eq!(cursor(place(&made)), made);
        }
    }
}
