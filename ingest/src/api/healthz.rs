//! `GET /healthz`: whether the intake answers, and whether it takes frames.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiState, json};

/// How the intake is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`, or `full` while frames are answered with 503 until the packer has made room.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the intake answers, and whether it takes frames.
///
/// A full intake is alive: it is answered with 200 too, for a restart would not make room.
#[utoipa::path(get, path = "/healthz", tag = "service", responses((status = 200, body = Health)))]
pub(super) async fn healthz(State(state): State<ApiState>) -> Response {
    let status = if state.is_full() { "full" } else { "ok" };
    json::answer(StatusCode::OK, &Health { status })
}
