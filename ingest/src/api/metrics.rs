//! `GET /metrics`: gauges and counters as Prometheus reads them.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::ApiState;

/// Gauges and counters in the text format of Prometheus.
///
/// No label holds an id of a tenant, device or session.
#[utoipa::path(
    get, path = "/metrics", tag = "service",
    responses((status = 200, body = String, content_type = "text/plain; version=0.0.4"))
)]
pub(super) async fn metrics(State(state): State<ApiState>) -> Response {
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    (
        [(header::CONTENT_TYPE, kind)],
        state.metrics().render(state.archive()).await,
    )
        .into_response()
}
