//! `GET /healthz` and `GET /metrics`: how the service is, on every address and to anybody.

use axum::extract::{FromRef, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use obhut_archive::Archive;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::json;
use crate::metrics::Metrics;

/// What is told of the service. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Told {
    /// The archive behind it.
    pub archive: Archive,
    /// The process's recorder.
    pub metrics: Metrics,
    /// Above this share of the intake log's bound the service counts as full.
    pub full_at: f32,
}

impl Told {
    /// Whether the intake log is so full that nothing new is taken.
    pub fn is_full(&self) -> bool {
        self.archive.intake_pressure() >= self.full_at
    }
}

/// The routes, for a service whose state knows what to tell.
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Told: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(metrics))
}

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`, or `full` while frames are answered with 503 until the packer has made room.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the service answers, and whether the intake takes frames.
///
/// A full intake is alive: it is answered with 200 too, for a restart would not make room.
#[utoipa::path(get, path = "/healthz", tag = "service", responses((status = 200, body = Health)))]
async fn healthz(State(told): State<Told>) -> Response {
    let status = if told.is_full() { "full" } else { "ok" };
    json::answer(StatusCode::OK, &Health { status })
}

/// Gauges and counters in the text format of Prometheus.
///
/// No label holds an id of a tenant, device or session.
#[utoipa::path(
    get, path = "/metrics", tag = "service",
    responses((status = 200, body = String, content_type = "text/plain; version=0.0.4"))
)]
async fn metrics(State(told): State<Told>) -> Response {
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    let text = told.metrics.render(&told.archive).await;
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
