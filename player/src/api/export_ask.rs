//! `POST /v1/sessions/{session}/exports`: an export is asked for, with a purpose and on record.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use obhut_archive::{NewExport, Reason, SessionRef};
use obhut_format::ids::{SessionId, TenantId};
use obhut_listener::place::InPath;
use obhut_listener::problem::ProblemDocument;
use obhut_listener::{ApiError, json};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ApiState;
use super::export_entry::ExportBody;
use super::visitor::Visitor;
use crate::permission::Permission;
use crate::problem::Problem;

/// Why a bundle of the session is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportRequest {
    /// Why; goes on record, sealed, and stands in the bundle. At least 3 of its characters can be seen; it holds no control
    /// and no format characters but line feeds.
    #[schema(min_length = 3, max_length = 500, example = "evidence for the court")]
    purpose: String,
    /// For which matter; without control and format characters.
    #[schema(max_length = 200, example = "7 O 12/26")]
    case: Option<String>,
    /// Whether a bundle without what is damaged is wanted, which says so. Without it a damaged session is refused.
    #[serde(default)]
    damaged: bool,
}

/// Asks for an export.
///
/// Before anything is promised, the session's objects are compared with its chain. Where the tenant's policy wants an
/// approval, somebody else has to give it; else the export is approved by being asked for.
#[utoipa::path(
    post, path = "/v1/sessions/{session}/exports", tag = "custody",
    params(("session" = String, Path, format = Uuid)), request_body = ExportRequest,
    responses(
        (status = 201, description = "Asked for, and on record", body = ExportBody),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
            description = "session-open, session-purging, session-damaged"),
        (status = 410, body = ProblemDocument, content_type = "application/problem+json",
            description = "session-deleted"),
        (status = 413, body = ProblemDocument, content_type = "application/problem+json",
            description = "body-too-large"),
        (status = 415, body = ProblemDocument, content_type = "application/problem+json",
            description = "media-type-unsupported"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-invalid"),
    )
)]
pub(super) async fn ask(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath(named): InPath<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let at = place(&state, &visitor, &named).await?;
    let asked: ExportRequest = state.json(&headers, body).await?;
    let reason = Reason::new(&asked.purpose, asked.case.as_deref());
    let reason = reason.map_err(|error| Problem::request_invalid(error.to_string()))?;
    let _turn = state.downloads().comparing().await;
    let visitor = visitor.still(&state, at.tenant).await?;
    let new = NewExport {
        session: at,
        by: visitor.by_login(),
        reason,
        damaged: asked.damaged,
    };
    let entry = state.archive().ask_export(new).await;
    let entry = entry.map_err(|error| state.export_trouble(&error))?;
    Ok(json::answer(
        StatusCode::CREATED,
        &ExportBody::of(&visitor, entry),
    ))
}

/// The session that a path names, whatever became of it. One in a tenant that the login does not see is one that never was.
async fn place(state: &ApiState, visitor: &Visitor, named: &str) -> Result<SessionRef, ApiError> {
    let session: SessionId = named.parse().map_err(|_| Problem::not_found())?;
    let seen = visitor.reach(Permission::Sessions);
    let tenants = state.tenants().await?.into_iter().map(|row| row.tenant);
    let tenants: Vec<TenantId> = tenants.filter(|tenant| seen.includes(*tenant)).collect();
    let found = state.archive().session_fate(&tenants, session).await;
    let found = found.map_err(|error| state.catalog_trouble(&error))?;
    let (tenant, _) = found.ok_or_else(Problem::not_found)?;
    visitor.expect(tenant)?;
    Ok(SessionRef { tenant, session })
}
