//! `GET /v1/exports/{export}`: one export.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use obhut_listener::place::InPath;
use obhut_listener::problem::ProblemDocument;
use obhut_listener::{ApiError, json};

use super::ApiState;
use super::export_entry::{ExportBody, find};
use super::visitor::Visitor;

/// An export, with its decision and the bundles that were begun under it.
#[utoipa::path(
    get, path = "/v1/exports/{export}", tag = "custody",
    params(("export" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = ExportBody),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
    )
)]
pub(super) async fn details(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath(named): InPath<String>,
) -> Result<Response, ApiError> {
    let entry = find(&state, &visitor, &named).await?;
    Ok(json::answer(StatusCode::OK, &ExportBody::of(&visitor, entry)))
}
