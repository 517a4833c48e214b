//! `POST /v1/exports/{export}/decision`: somebody else than the one who asked says whether a bundle may be made.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use obhut_archive::{ExportRef, NewDecision, Reason};
use obhut_listener::place::InPath;
use obhut_listener::problem::ProblemDocument;
use obhut_listener::{ApiError, json};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ApiState;
use super::export_entry::{ExportBody, find};
use super::visitor::Visitor;
use crate::problem::Problem;

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionRequest {
    /// Whether the bundle may be made.
    approve: bool,
    /// Why; goes on record, sealed. As a purpose is.
    #[schema(min_length = 3, max_length = 500)]
    reason: Option<String>,
}

/// Decides about an export, once and for all.
#[utoipa::path(
    post, path = "/v1/exports/{export}/decision", tag = "custody",
    params(("export" = String, Path, format = Uuid)), request_body = DecisionRequest,
    responses(
        (status = 200, description = "Decided, and on record", body = ExportBody),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed"),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json", description = "own-request"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
            description = "export-decided, session-purging"),
        (status = 410, body = ProblemDocument, content_type = "application/problem+json",
            description = "export-expired, session-deleted"),
        (status = 413, body = ProblemDocument, content_type = "application/problem+json",
            description = "body-too-large"),
        (status = 415, body = ProblemDocument, content_type = "application/problem+json",
            description = "media-type-unsupported"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-invalid"),
        (status = 500, body = ProblemDocument, content_type = "application/problem+json",
            description = "export-damaged"),
    )
)]
pub(super) async fn decide(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath(named): InPath<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let entry = find(&state, &visitor, &named).await?;
    let said: DecisionRequest = state.json(&headers, body).await?;
    let visitor = visitor.still(&state, entry.session.tenant).await?;
    let reason = said
        .reason
        .as_deref()
        .map(str::trim)
        .filter(|reason| !reason.is_empty());
    let reason = reason.map(|reason| Reason::new(reason, None)).transpose();
    let reason = reason.map_err(|_| {
        Problem::request_invalid(
            "reason must have 3 to 500 characters, 3 of them visible, and no control or format characters",
        )
    })?;
    let new = NewDecision {
        of: ExportRef {
            tenant: entry.session.tenant,
            export: entry.export,
        },
        by: visitor.by_login(),
        approve: said.approve,
        reason: reason.map(|reason| reason.purpose().to_owned()),
    };
    let entry = state.archive().decide_export(new).await;
    let entry = entry.map_err(|error| state.export_trouble(&error))?;
    Ok(json::answer(StatusCode::OK, &ExportBody::of(&visitor, entry)))
}
