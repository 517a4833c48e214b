//! `GET /v1/sessions/{session}/description`: who, why and which streams, as it was sealed.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use obhut_archive::{SessionDetail, SessionReader};
use obhut_format::ids::StreamNo;
use obhut_listener::place::InPath;
use obhut_listener::{ApiError, json};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::ApiState;
use super::opened::Opened;
use super::titles::title;
use super::visitor::Visitor;
use super::words::{SessionStateName, StreamKindName};
use crate::problem::ProblemDocument;

/// What a session is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Description)]
pub(super) struct DescriptionBody {
    #[schema(required)]
    title: Option<String>,
    /// As the agent or the importer gave it; where the grant covers some streams, without the names of the others.
    #[schema(value_type = Object)]
    description: Value,
    /// The streams that the grant covers.
    streams: Vec<NamedStream>,
    #[schema(value_type = SessionStateName)]
    state: &'static str,
}

/// A stream, with its name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NamedStream {
    #[schema(value_type = u32)]
    n: StreamNo,
    #[schema(value_type = StreamKindName)]
    kind: &'static str,
    #[schema(required)]
    name: Option<String>,
    /// Frames (or blocks of a recording) in all, also those outside the grant.
    frames: u64,
}

/// What the session is: who, why and which streams, as it was sealed.
#[utoipa::path(
    get, path = "/v1/sessions/{session}/description", tag = "content",
    params(
        ("session" = String, Path, format = Uuid),
        ("Grant" = Option<String>, Header, format = Uuid, description = "The opening's id"),
    ),
    responses(
        (status = 200, body = DescriptionBody),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
            description = "grant-required, grant-expired"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 500, body = ProblemDocument, content_type = "application/problem+json",
            description = "frame-damaged: the description"),
    )
)]
pub(super) async fn description(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath(named): InPath<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let opened = Opened::find(&state, &visitor, &named, &headers).await?;
    let reader = opened.reader(&state).await?;
    let count = |n: StreamNo| {
        let counts = opened.detail.streams.iter();
        counts
            .filter(|count| count.n == n)
            .map(|count| count.frames)
            .sum()
    };
    let streams = reader.streams().iter().map(|stream| NamedStream {
        n: stream.n,
        kind: stream.kind.as_str(),
        name: stream.name.clone(),
        frames: count(stream.n),
    });
    let body = DescriptionBody {
        title: title(reader.description()),
        description: covered(&reader, &opened.detail),
        streams: streams.collect(),
        state: opened.detail.listed.row.state.as_str(),
    };
    Ok(json::answer(StatusCode::OK, &body))
}

/// The description without the names of what the grant does not cover.
fn covered(reader: &SessionReader, detail: &SessionDetail) -> Value {
    let mut text = reader.description().text.clone();
    let covers = |n: u64| {
        reader
            .streams()
            .iter()
            .any(|stream| u64::from(stream.n.get()) == n)
    };
    if detail.streams.iter().all(|stream| covers(stream.n.get().into())) {
        return text;
    }
    let Some(said) = text.as_object_mut() else {
        return text;
    };
    if let Some(streams) = said.get_mut("streams").and_then(Value::as_array_mut) {
        streams.retain(|stream| stream.get("n").and_then(Value::as_u64).is_some_and(covers));
    }
    // Folders of an import: as little a part of these streams as the other files are.
    said.shift_remove("empty_folders");
    text
}
