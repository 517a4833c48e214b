//! `GET /v1/sessions/{session}/streams/{stream}/frames/{seq}`: one frame's original bytes, on record.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use obhut_archive::{ReadError, ReadFrame, SessionRef};
use obhut_format::ids::{AccessId, Seq, StreamNo};
use obhut_listener::place::InPath;
use obhut_listener::{ApiError, place};

use super::ApiState;
use super::opened::{Opened, View};
use super::visitor::Visitor;
use crate::problem::{FRAME_DAMAGED, Problem, ProblemDocument};
use crate::reads::Share;

/// The header that names the access record under which bytes are shown.
pub(super) const ACCESS_RECORD: HeaderName = HeaderName::from_static("access-record");

const CAPTURED_AT: HeaderName = HeaderName::from_static("captured-at");
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");

/// What a browser is shown as what it is. All else it only saves.
const PICTURES: [&str; 3] = ["image/png", "image/jpeg", "image/webp"];

/// One frame's original bytes.
///
/// The access record of exactly this frame is committed before it is read. A frame whose bytes don't check is told as
/// damaged, and none of them is shown.
#[utoipa::path(
    get, path = "/v1/sessions/{session}/streams/{stream}/frames/{seq}", tag = "content",
    params(
        ("session" = String, Path, format = Uuid),
        ("stream" = u32, Path),
        ("seq" = u64, Path),
        ("Grant" = Option<String>, Header, format = Uuid, description = "The opening's id"),
    ),
    responses(
        (status = 200, description = "The bytes as they came. What is no picture is `application/octet-stream`, to be \
            saved", content_type = "image/*", headers(
                ("Access-Record" = String, description = "The record that was committed for it"),
                ("Captured-At" = String, description = "The capture instant, as the agent says"),
                ("Content-Digest" = String, description = "`sha-256=:<base64>:` (RFC 9530)"),
            )),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed"),
        (status = 403, body = ProblemDocument, content_type = "application/problem+json",
            description = "grant-required, grant-expired, outside-grant"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
            description = "not-found, frame-unknown"),
        (status = 500, body = ProblemDocument, content_type = "application/problem+json", description = "frame-damaged"),
    )
)]
pub(super) async fn frame(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InPath((named, stream, seq)): InPath<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let opened = Opened::find(&state, &visitor, &named, &headers).await?;
    let (stream, seq) = (opened.stream(&stream)?, place::seq(&seq)?);
    let View { grant, share } = opened.view(&state, stream, (seq, seq)).await?;
    let record = grant.record();
    let told = |error: ReadError| trouble(&state, (opened.at, stream, seq), &error);
    let reader = state.archive().reader(grant).await.map_err(told)?;
    let mut frame = reader.frame(stream, seq).await.map_err(told)?;
    let body = Sending {
        bytes: frame.body,
        _share: share,
    };
    frame.body = Bytes::from_owner(body);
    response(record, frame)
}

/// A frame's bytes on their way out, with their share of the memory.
struct Sending {
    bytes: Bytes,
    _share: Share,
}

impl AsRef<[u8]> for Sending {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A damaged frame is named.
fn trouble(state: &ApiState, (at, stream, seq): (SessionRef, StreamNo, Seq), error: &ReadError) -> ApiError {
    if error.is_damage() {
        let said = format!("frame {seq} of stream {stream} of session {}", at.session);
        return ApiError::caused(Problem::of(&FRAME_DAMAGED).saying(said), error);
    }
    state.read_trouble(error)
}

fn response(record: AccessId, frame: ReadFrame) -> Result<Response, ApiError> {
    let ReadFrame { record: known, body } = frame;
    let value = |text: String| HeaderValue::try_from(text).map_err(ApiError::internal);
    let digest = STANDARD.encode(known.sha256.as_bytes());
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(ACCESS_RECORD, value(record.to_string())?);
    headers.insert(CAPTURED_AT, value(known.at.to_string())?);
    headers.insert(CONTENT_DIGEST, value(format!("sha-256=:{digest}:"))?);
    let picture = PICTURES
        .into_iter()
        .find(|known_type| *known_type == known.media_type);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(picture.unwrap_or("application/octet-stream")),
    );
    if picture.is_none() {
        headers.insert(
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment"),
        );
    }
    Ok(response)
}
