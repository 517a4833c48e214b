//! `POST /v1/holds/{hold}/release`: a hold ends.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use obhut_archive::{Actor, NewRelease};
use obhut_format::ids::HoldId;
use obhut_listener::place::InPath;
use obhut_listener::{ApiError, json};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ApiState;
use super::hold_entry::HoldEntry;
use super::visitor::Visitor;
use crate::problem::{Problem, ProblemDocument};

/// Why a hold is to end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReleaseRequest {
    /// Why; stands on record, sealed. At least 3 of its characters can be seen; it holds no control and no format characters
    /// but line feeds.
    #[schema(min_length = 3, max_length = 500, example = "the dispute is settled")]
    reason: String,
}

/// Releases a hold. Where no other holds the session, its deadline counts again: what is due goes with the next run.
#[utoipa::path(
    post, path = "/v1/holds/{hold}/release", tag = "custody",
    params(("hold" = String, Path, format = Uuid)), request_body = ReleaseRequest,
    responses(
        (status = 200, description = "Released, and on record", body = HoldEntry),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
            description = "hold-released"),
        (status = 413, body = ProblemDocument, content_type = "application/problem+json",
            description = "body-too-large"),
        (status = 415, body = ProblemDocument, content_type = "application/problem+json",
            description = "media-type-unsupported"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-invalid"),
    )
)]
pub(super) async fn release(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath(named): InPath<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let hold: HoldId = named.parse().map_err(|_| Problem::not_found())?;
    let seen = visitor.tenants_seen(&state).await?;
    let found = state.archive().find_hold(&seen, hold).await;
    let found = found.map_err(|error| state.catalog_trouble(&error))?;
    let tenant = found.ok_or_else(Problem::not_found)?.tenant;
    visitor.expect(tenant)?;
    let asked: ReleaseRequest = state.json(&headers, body).await?;
    let visitor = visitor.still(&state, tenant).await?;
    let new = NewRelease {
        reason: Some(asked.reason),
        by: Actor::logged_in(&visitor.user, &visitor.login),
    };
    let released = state.archive().release_hold(tenant, hold, new).await;
    let released = released.map_err(|error| state.hold_trouble(&error))?;
    Ok(json::answer(StatusCode::OK, &HoldEntry::from(released)))
}
