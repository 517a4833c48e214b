//! Every request is counted, and every failure logged, here and only here.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use obhut_archive::Sender;

use super::ApiState;
use super::error::Cause;
use crate::metrics;

/// The outermost layer.
pub(super) async fn observe(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unmatched", MatchedPath::as_str)
        .to_owned();
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status();
    let took = began.elapsed();
    metrics::request(method.as_str(), &route, status, took);
    if status == axum::http::StatusCode::SERVICE_UNAVAILABLE {
        state.refused();
    }
    // A path holds ids alone; what a body or a header holds is never logged.
    let device = response
        .extensions()
        .get::<Sender>()
        .map(|sender| tracing::field::display(sender.device));
    let cause = response.extensions().get::<Cause>();
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if let Some(cause) = cause {
        tracing::error!(
            http.method = %method, http.route = route, http.status = status.as_u16(), duration_ms,
            device.id = device, error = %cause, "a request failed"
        );
    } else {
        tracing::debug!(
            http.method = %method, http.route = route, http.status = status.as_u16(), duration_ms,
            device.id = device, "answered"
        );
    }
    response
}
