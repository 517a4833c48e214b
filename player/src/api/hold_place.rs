//! `POST /v1/sessions/{session}/holds`: a session is held, whatever its deadline says.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use obhut_archive::{Actor, NewHold, SessionRef};
use obhut_format::ids::SessionId;
use obhut_listener::place::InPath;
use obhut_listener::{ApiError, json};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ApiState;
use super::gone::Gone;
use super::hold_entry::HoldEntry;
use super::visitor::Visitor;
use crate::problem::{GoneProblem, Problem, ProblemDocument};

/// Why a session is to be held, who answers for it, and when to look at it again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldRequest {
    /// Why; stands on record, sealed. At least 3 of its characters can be seen; it holds no control and no format characters
    /// but line feeds.
    #[schema(min_length = 3, max_length = 500, example = "dispute with a supplier")]
    reason: String,
    /// Who answers for it; without control and format characters.
    #[schema(max_length = 200, example = "legal department")]
    owner: Option<String>,
    /// The day it is to be looked at again; not one that is over.
    #[schema(value_type = Option<String>, format = Date, example = "2027-01-31")]
    review_on: Option<String>,
}

/// Holds a session. An open one too.
#[utoipa::path(
    post, path = "/v1/sessions/{session}/holds", tag = "custody",
    params(("session" = String, Path, format = Uuid)), request_body = HoldRequest,
    responses(
        (status = 201, description = "Held, and on record", body = HoldEntry),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 409, body = GoneProblem, content_type = "application/problem+json",
            description = "session-purging: its deletion has begun"),
        (status = 410, body = GoneProblem, content_type = "application/problem+json",
            description = "session-deleted"),
        (status = 413, body = ProblemDocument, content_type = "application/problem+json",
            description = "body-too-large"),
        (status = 415, body = ProblemDocument, content_type = "application/problem+json",
            description = "media-type-unsupported"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-invalid"),
    )
)]
pub(super) async fn place(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath(named): InPath<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let session = find(&state, &visitor, &named).await?;
    let asked: HoldRequest = state.json(&headers, body).await?;
    let visitor = visitor.still(&state, session.tenant).await?;
    let new = NewHold {
        session,
        reason: asked.reason,
        owner: asked.owner,
        review_on: asked.review_on,
        by: Actor::logged_in(&visitor.user, &visitor.login),
    };
    let placed = state.archive().place_hold(new).await;
    let placed = placed.map_err(|error| state.hold_trouble(&error))?;
    Ok(json::answer(StatusCode::CREATED, &HoldEntry::from(placed)))
}

/// The session that a path names, in a tenant in which the login may do what the route is for.
async fn find(state: &ApiState, visitor: &Visitor, named: &str) -> Result<SessionRef, ApiError> {
    let session: SessionId = named.parse().map_err(|_| Problem::not_found())?;
    let seen = visitor.tenants_seen(state).await?;
    let found = state.archive().find_session(&seen, session).await;
    if let Some(found) = found.map_err(|error| state.catalog_trouble(&error))? {
        let tenant = found.listed.row.tenant;
        visitor.expect(tenant)?;
        return Ok(SessionRef { tenant, session });
    }
    let gone = Gone::find(state, visitor, session).await?;
    Err(gone
        .map_or_else(Problem::not_found, |gone| gone.conflict())
        .into())
}
