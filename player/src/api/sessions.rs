//! `GET /v1/sessions`: which sessions there are, a page at a time.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obhut_archive::{SessionCursor, SessionFilter, SessionOrder, SessionState};
use obhut_format::chain::SessionKind;
use obhut_format::ids::{SessionId, TenantId};
use obhut_listener::place::InQuery;
use obhut_listener::problem::{Problem, ProblemDocument};
use obhut_listener::{ApiError, json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ApiState;
use super::field::{self, Place};
use super::session_entry::{Beside, SessionEntry};
use super::visitor::Visitor;
use super::words::{SessionKindName, SessionOrderName, SessionStateName};

/// Which sessions, and in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SessionQuery {
    /// One tenant's; without it those of all that the login sees.
    #[param(value_type = Option<String>, format = Uuid)]
    tenant: Option<String>,
    /// One device's.
    #[param(value_type = Option<String>, format = Uuid)]
    device: Option<String>,
    #[param(value_type = Option<SessionKindName>)]
    kind: Option<String>,
    #[param(value_type = Option<SessionStateName>)]
    state: Option<String>,
    /// Only those that a legal hold keeps, or only the others.
    #[param(value_type = Option<bool>)]
    held: Option<String>,
    /// Only those opened at this instant or later.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<String>,
    /// Only those opened before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<String>,
    /// Only those that may be deleted from this instant on, or later; they are listed by deadline then.
    #[param(value_type = Option<String>, format = DateTime)]
    deadline_from: Option<String>,
    /// Only those that may be deleted before this instant; they are listed by deadline then.
    #[param(value_type = Option<String>, format = DateTime)]
    deadline_before: Option<String>,
    /// By opening, the newest first (the default), or by deadline, the next first; those without one are left out then.
    #[param(value_type = Option<SessionOrderName>)]
    order: Option<String>,
    /// How many at most. Default 50.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// A page of sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionPage {
    sessions: Vec<SessionEntry>,
    /// The next page's cursor; null at the end.
    #[schema(required)]
    next: Option<String>,
}

/// The sessions of the tenants that the login sees.
#[utoipa::path(
    get, path = "/v1/sessions", tag = "sessions", params(SessionQuery),
    responses(
        (status = 200, body = SessionPage),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed: names the field"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
            description = "not-found: the tenant"),
    )
)]
pub(super) async fn list(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InQuery(asked): InQuery<SessionQuery>,
) -> Result<Response, ApiError> {
    let mut filter = asked.filter()?;
    let tenants = visitor.tenants_asked(&state, asked.tenant.as_deref()).await?;
    let limit = filter.limit;
    let order = filter.order;
    // One more tells whether there is a next page.
    filter.limit += 1;
    let ids: Vec<TenantId> = tenants.iter().map(|row| row.tenant).collect();
    let listed = state.archive().sessions_of(&ids, filter).await;
    let mut listed = listed.map_err(|error| state.catalog_trouble(&error))?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = listed.len() > limit;
    listed.truncate(limit);
    let last = listed.last().filter(|_| more);
    let next = last.map(|last| {
        let SessionCursor { at, session } = SessionCursor::of(&last.row, order);
        let place = Place {
            list: list_of(order),
            at,
            id: *session.as_bytes(),
        };
        place.cursor()
    });
    let beside = Beside::of(&state, &visitor, &listed).await?;
    let sessions = listed.into_iter().map(|listed| beside.entry(&tenants, listed));
    let page = SessionPage {
        sessions: sessions.collect(),
        next,
    };
    Ok(json::answer(StatusCode::OK, &page))
}

/// The letter by which a cursor says of which order it is.
fn list_of(order: SessionOrder) -> u8 {
    match order {
        SessionOrder::Newest => b'n',
        SessionOrder::Deadline { .. } => b'd',
    }
}

impl SessionQuery {
    fn filter(&self) -> Result<SessionFilter, Problem> {
        let order = self.order()?;
        let place = Place::of(list_of(order), self.cursor.as_deref())?;
        let states = [SessionState::Open, SessionState::Sealing, SessionState::Sealed];
        Ok(SessionFilter {
            state: field::word("state", self.state.as_deref(), &states, SessionState::as_str)?,
            device: field::id("device", self.device.as_deref())?,
            kind: field::word(
                "kind",
                self.kind.as_deref(),
                SessionKind::ALL,
                SessionKind::as_str,
            )?,
            held: field::read("held", self.held.as_deref(), "true or false", |text| {
                text.parse().ok()
            })?,
            opened_from: field::instant("from", self.from.as_deref())?,
            opened_until: field::instant("until", self.until.as_deref())?,
            kept: true,
            order,
            after: place.map(|place| SessionCursor {
                at: place.at,
                session: SessionId::from_bytes(place.id),
            }),
            limit: field::limit(self.limit.as_deref())?,
        })
    }

    fn order(&self) -> Result<SessionOrder, Problem> {
        let from = field::instant("deadline_from", self.deadline_from.as_deref())?;
        let before = field::instant("deadline_before", self.deadline_before.as_deref())?;
        let by_deadline = field::word("order", self.order.as_deref(), &[false, true], |deadline| {
            if deadline { "deadline" } else { "newest" }
        })?;
        let bounded = from.is_some() || before.is_some();
        match by_deadline {
            Some(false) if bounded => Err(field::wrong(
                "order",
                "deadline where `deadline_from` or `deadline_before` is given",
            )),
            None | Some(false) if !bounded => Ok(SessionOrder::Newest),
            _ => Ok(SessionOrder::Deadline { from, before }),
        }
    }
}
