//! `POST /v1/sessions/{session}/events`: something happened in a session that is no frame.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use obhut_archive::{EventKind, NewEvent, Sender};
use obhut_format::time::UtcMicros;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use obhut_listener::place::InPath;
use obhut_listener::{ApiError, json};

use super::ApiState;
use crate::problem::{Problem, ProblemDocument};

const ID_CHARS: usize = 100;

/// Something that happened in a session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Event {
    /// The agent's own id of it: the same id again is the same event.
    #[schema(min_length = 1, max_length = 100, example = "01JC4W8Q6V")]
    id: String,
    /// What it is.
    #[schema(value_type = String, pattern = "^(consent|interruption|transfer|decision|end)$", example = "consent")]
    kind: EventKind,
    /// When, by the device's clock.
    #[schema(value_type = String, format = DateTime)]
    #[serde(deserialize_with = "json::instant")]
    at: UtcMicros,
    /// All else the agent says of it; stored encrypted.
    #[serde(default)]
    #[schema(value_type = Object)]
    detail: Map<String, Value>,
}

/// The event that is recorded.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecordedEvent {
    id: String,
}

/// Records an event of a session.
#[utoipa::path(
    post, path = "/v1/sessions/{session}/events", tag = "sessions", security(("device_token" = [])),
    params(("session" = String, Path, description = "The session's id")),
    request_body = Event,
    responses(
        (status = 201, description = "Recorded", body = RecordedEvent),
        (status = 200, description = "Recorded before, by a request with the same content", body = RecordedEvent),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed"),
        (status = 401, body = ProblemDocument, content_type = "application/problem+json",
            description = "token-invalid"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
            description = "key-reused: the id came with other content before; session-sealed, session-ended"),
        (status = 413, body = ProblemDocument, content_type = "application/problem+json",
            description = "body-too-large"),
        (status = 415, body = ProblemDocument, content_type = "application/problem+json",
            description = "media-type-unsupported"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-invalid"),
        (status = 429, body = ProblemDocument, content_type = "application/problem+json",
            description = "too-many-requests"),
        (status = 503, body = ProblemDocument, content_type = "application/problem+json",
            description = "full, unavailable"),
    )
)]
pub(super) async fn add_event(
    State(state): State<ApiState>,
    Extension(sender): Extension<Sender>,
    InPath(session): InPath<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let at = state.own_session(sender, &session).await?;
    let event: Event = state.json(&headers, body).await?;
    if event.id.is_empty() || event.id.chars().count() > ID_CHARS {
        return Err(Problem::request_invalid(format!("`id` must have 1 to {ID_CHARS} characters")).into());
    }
    let id = event.id.clone();
    let new = NewEvent {
        id: event.id,
        kind: event.kind,
        at: event.at,
        detail: event.detail,
    };
    let fresh = state
        .archive()
        .add_event(at, new)
        .await
        .map_err(|error| state.trouble(error))?;
    let status = if fresh {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(json::answer(status, &RecordedEvent { id }))
}
