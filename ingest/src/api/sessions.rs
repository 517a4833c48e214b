//! `POST /v1/sessions`: a session opens.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use obhut_archive::{NewSession, NewStream, Sender};
use obhut_format::chain::{SessionKind, StreamKind};
use obhut_format::ids::{SessionId, StreamNo};
use obhut_format::time::UtcMicros;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use obhut_listener::{ApiError, json};

use super::ApiState;
use crate::problem::{Problem, ProblemDocument};

/// The header that makes a repeated request the same request.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

const KEY_BYTES: usize = 255;
const NAME_CHARS: usize = 200;
const PURPOSE_CHARS: usize = 2_000;

/// A session to open.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenSession {
    /// Why it is recorded.
    #[schema(value_type = String, pattern = "^(monitoring|support|meeting|training)$", example = "support")]
    kind: SessionKind,
    /// When the activity started, by the device's clock.
    #[schema(value_type = String, format = DateTime)]
    #[serde(deserialize_with = "json::instant")]
    started_at: UtcMicros,
    /// What for; stored encrypted and never shown without an access record.
    #[schema(max_length = 2000, example = "remote maintenance, ticket 4711")]
    purpose: String,
    /// The retention class; the tenant's default without it.
    class: Option<String>,
    /// One stream for each screen.
    #[schema(min_items = 1, max_items = 10_000)]
    streams: Vec<OpenStream>,
    /// The program that sends.
    source: Option<Source>,
    /// The consent given, as the agent knows it; the session's chain commits to it.
    #[schema(value_type = Option<Object>)]
    consent: Option<Map<String, Value>>,
    /// The session that this one goes on from.
    #[schema(value_type = Option<String>, format = Uuid)]
    continues: Option<SessionId>,
}

/// One screen's timeline.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenStream {
    /// Its number in the session.
    #[schema(value_type = u32, maximum = 9_999)]
    n: StreamNo,
    /// Its name, stored encrypted.
    #[schema(max_length = 200, example = "left screen")]
    name: Option<String>,
}

/// The program that sends.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    /// Name and version.
    #[schema(max_length = 200, example = "obhut-agent 0.1.0")]
    program: String,
    /// What it can do.
    #[serde(default)]
    capabilities: Vec<String>,
}

/// The session that was opened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpenedSession {
    #[schema(value_type = String, format = Uuid)]
    session: SessionId,
}

/// Opens a session.
///
/// The same `Idempotency-Key` with the same body is answered with the same session, however often it comes.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "sessions", security(("device_token" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    request_body = OpenSession,
    responses(
        (status = 201, description = "Opened, now or by an earlier request with this key", body = OpenedSession),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "header-malformed, request-malformed"),
        (status = 401, body = ProblemDocument, content_type = "application/problem+json",
            description = "token-invalid"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
            description = "key-reused: the key came with another body before"),
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
pub(super) async fn open_session(
    State(state): State<ApiState>,
    Extension(sender): Extension<Sender>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let request_key = request_key(&headers)?;
    state.expect_room()?;
    let asked: OpenSession = state.json(&headers, body).await?;
    check(&asked)?;
    let new = new_session(asked, sender, request_key);
    let opened = state
        .archive()
        .open_session(new)
        .await
        .map_err(|error| state.trouble(error))?;
    if opened.fresh {
        crate::metrics::session_opened();
    }
    Ok(json::answer(
        StatusCode::CREATED,
        &OpenedSession {
            session: opened.session,
        },
    ))
}

fn request_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let malformed = Problem::header_malformed(
        "Idempotency-Key",
        "one value of 1 to 255 visible ASCII characters",
    );
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            let fits = (1..=KEY_BYTES).contains(&value.len());
            let visible = value.as_bytes().iter().all(u8::is_ascii_graphic);
            match value.to_str() {
                Ok(key) if fits && visible => Ok(Some(key.to_owned())),
                _ => Err(malformed),
            }
        }
        (Some(_), Some(_)) => Err(malformed),
    }
}

fn check(asked: &OpenSession) -> Result<(), Problem> {
    let too_long = |what: &str, most| {
        Err(Problem::request_invalid(format!(
            "{what} has more than {most} characters"
        )))
    };
    if asked.purpose.trim().is_empty() {
        return Err(Problem::request_invalid("`purpose` is empty".to_owned()));
    }
    if asked.purpose.chars().count() > PURPOSE_CHARS {
        return too_long("`purpose`", PURPOSE_CHARS);
    }
    let names = asked.streams.iter().filter_map(|stream| stream.name.as_deref());
    let source = asked.source.iter().flat_map(|source| {
        source
            .capabilities
            .iter()
            .map(String::as_str)
            .chain([source.program.as_str()])
    });
    if names
        .chain(source)
        .chain(asked.class.as_deref())
        .any(|name| name.chars().count() > NAME_CHARS)
    {
        return too_long("a name of `streams`, `source` or `class`", NAME_CHARS);
    }
    Ok(())
}

fn new_session(asked: OpenSession, sender: Sender, request_key: Option<String>) -> NewSession {
    let mut description = Map::new();
    description.insert("purpose".to_owned(), Value::String(asked.purpose));
    if let Some(source) = asked.source {
        description.insert("source".to_owned(), json!(source));
    }
    if let Some(continues) = asked.continues {
        description.insert("continues".to_owned(), json!(continues));
    }
    let stream = |asked: OpenStream| NewStream {
        n: asked.n,
        kind: StreamKind::Timeline,
        name: asked.name,
    };
    NewSession {
        tenant: sender.tenant,
        device: sender.device,
        kind: asked.kind,
        started_at: asked.started_at,
        class: asked.class,
        streams: asked.streams.into_iter().map(stream).collect(),
        consent: asked.consent.map(Value::Object),
        description,
        request_key,
    }
}
