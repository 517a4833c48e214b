//! `POST /v1/sessions/{session}/seal`: a session ends.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use obhut_archive::{SealOutcome, SealRequest, Sender};
use obhut_format::chain::{DeclaredStream, SealHow};
use obhut_format::ids::{Seq, SessionId, StreamNo};
use obhut_format::time::UtcMicros;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use obhut_listener::place::InPath;
use obhut_listener::{ApiError, json};

use super::ApiState;
use crate::problem::{Problem, ProblemDocument};

const WORD_CHARS: usize = 200;

/// How a session ended, and what its agent sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Seal {
    /// When the activity ended, by the device's clock.
    #[schema(value_type = String, format = DateTime)]
    #[serde(deserialize_with = "json::instant")]
    ended_at: UtcMicros,
    /// Who ended it; stored encrypted.
    #[schema(max_length = 200, example = "user")]
    ended_by: Option<String>,
    /// How it ended; stored encrypted.
    #[schema(max_length = 200, example = "closed by the person at the computer")]
    how: Option<String>,
    /// What was sent of each stream, so that a missing end shows as a gap.
    #[serde(default)]
    streams: Vec<SentStream>,
}

/// What was sent of a stream.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SentStream {
    /// Its number.
    #[schema(value_type = u32, maximum = 9_999)]
    n: StreamNo,
    /// How many frames.
    count: u64,
    /// The largest frame number, unless there is none.
    #[schema(value_type = Option<u64>)]
    last: Option<Seq>,
}

/// The signed receipt of a sealed session. The document's picture of [`obhut_format::sign::SealReceipt`].
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SealReceiptBody {
    /// The session.
    #[schema(format = Uuid)]
    pub session: String,
    /// The link of the chain's last line, lower-case hexadecimal: it commits to the whole session.
    pub link: String,
    /// How many lines the chain has.
    pub lines: u64,
    /// What each stream holds.
    pub streams: Vec<SealedStreamBody>,
    /// Ed25519 over `obhut/1 sealed <session> <lines> <link>`, base64.
    pub sig: String,
    /// The signing key's id.
    pub key: String,
}

/// What a sealed stream holds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedStreamBody {
    /// Its number.
    pub n: u32,
    /// How many frames.
    pub count: u64,
    /// The smallest frame number, unless there is none.
    pub first: Option<u64>,
    /// The largest frame number, unless there is none.
    pub last: Option<u64>,
    /// The frame numbers that are missing, such as `3,7-9`.
    pub gaps: String,
}

/// A seal that was accepted and waits for its frames to be packed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sealing {
    #[schema(value_type = String, format = Uuid)]
    session: SessionId,
    #[schema(example = "packing")]
    state: &'static str,
}

/// Seals a session.
///
/// From the first such request on it takes no new frames. It can be repeated; a sealed session is answered with its
/// receipt, whoever sealed it.
#[utoipa::path(
    post, path = "/v1/sessions/{session}/seal", tag = "sessions", security(("device_token" = [])),
    params(("session" = String, Path, description = "The session's id")),
    request_body = Seal,
    responses(
        (status = 200, description = "Sealed", body = SealReceiptBody),
        (status = 202, description = "Accepted; its frames are being packed. Ask again for the receipt",
            body = Sealing),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed"),
        (status = 401, body = ProblemDocument, content_type = "application/problem+json",
            description = "token-invalid"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
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
pub(super) async fn seal_session(
    State(state): State<ApiState>,
    Extension(sender): Extension<Sender>,
    InPath(session): InPath<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let at = state.own_session(sender, &session).await?;
    let asked: Seal = state.json(&headers, body).await?;
    let request = seal_request(asked)?;
    let outcome = state
        .archive()
        .seal(at, request, state.config().seal_patience)
        .await
        .map_err(|error| state.trouble(error))?;
    Ok(match outcome {
        SealOutcome::Sealed(receipt) => json::answer(StatusCode::OK, &*receipt),
        SealOutcome::Packing => {
            let packing = Sealing {
                session: at.session,
                state: "packing",
            };
            let mut response = json::answer(StatusCode::ACCEPTED, &packing);
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            response
        }
    })
}

fn seal_request(asked: Seal) -> Result<SealRequest, Problem> {
    let words = [("ended_by", asked.ended_by), ("how", asked.how)];
    let mut said = Map::from_iter([("ended_at".to_owned(), json!(asked.ended_at))]);
    for (name, word) in words {
        let Some(word) = word else { continue };
        if word.chars().count() > WORD_CHARS {
            return Err(Problem::request_invalid(format!(
                "`{name}` has more than {WORD_CHARS} characters"
            )));
        }
        said.insert(name.to_owned(), Value::String(word));
    }
    let mut declared: Vec<DeclaredStream> = asked
        .streams
        .into_iter()
        .map(|stream| DeclaredStream {
            n: stream.n,
            count: stream.count,
            last: stream.last,
        })
        .collect();
    declared.sort_by_key(|stream| stream.n);
    if declared.windows(2).any(|pair| pair[0].n == pair[1].n) {
        return Err(Problem::request_invalid(
            "`streams` names a stream twice".to_owned(),
        ));
    }
    if declared
        .iter()
        .any(|stream| stream.last.is_none() != (stream.count == 0))
    {
        return Err(Problem::request_invalid(
            "a stream's `last` must be there unless its `count` is 0".to_owned(),
        ));
    }
    Ok(SealRequest {
        how: SealHow::Sealed,
        trusted_end: None,
        said,
        declared,
    })
}
