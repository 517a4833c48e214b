//! `PUT /v1/sessions/{session}/streams/{stream}/frames/{seq}`: a frame comes in.

use std::time::Instant;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use obhut_archive::{NewFrame, Sender};
use obhut_format::digest::Sha256Digest;
use obhut_format::time::UtcMicros;
use utoipa::ToSchema;

use obhut_listener::place::{self, InPath};
use obhut_listener::{ApiError, json};

use super::ApiState;
use crate::captured_at::captured_at;
use crate::digest_header::content_digest;
use crate::image::{self, ImageFormat};
use crate::metrics;
use crate::problem::{self, Problem, ProblemDocument};

/// The signed receipt of a frame. The document's picture of [`obhut_format::sign::Receipt`].
#[derive(Debug, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptBody {
    /// The session.
    #[schema(format = Uuid)]
    pub session: String,
    /// The stream.
    pub stream: u32,
    /// The frame's number.
    pub seq: u64,
    /// SHA-256 of the bytes that were kept, lower-case hexadecimal.
    pub sha256: String,
    /// When the frame came in, by the server's clock.
    #[schema(format = DateTime)]
    pub at: String,
    /// Ed25519 over `obhut/1 receipt <session> <stream> <seq> <sha256> <at>`, base64.
    pub sig: String,
    /// The signing key's id.
    pub key: String,
}

/// What is known of a frame before its body is read.
struct Announced {
    captured_at: UtcMicros,
    sha256: Sha256Digest,
    format: ImageFormat,
}

/// Takes a frame.
///
/// Any order will do, and any delay. The same frame again is answered with the same receipt, also after the seal.
#[utoipa::path(
    put, path = "/v1/sessions/{session}/streams/{stream}/frames/{seq}", tag = "sessions",
    security(("device_token" = [])),
    params(
        ("session" = String, Path, description = "The session's id"),
        ("stream" = u32, Path, description = "The stream's number"),
        ("seq" = u64, Path, description = "The frame's number, counted by the agent; gaps are recorded"),
        ("Content-Digest" = String, Header, description = "`sha-256=:<base64>:` of the body (RFC 9530)"),
        ("Captured-At" = String, Header, description = "When the frame was taken, RFC 3339"),
    ),
    request_body(description = "The image, kept as it is", content(
        (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"),
    )),
    responses(
        (status = 201, description = "Durable", body = ReceiptBody),
        (status = 200, description = "Durable since an earlier request; the same receipt", body = ReceiptBody),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "digest-missing, header-malformed, request-malformed"),
        (status = 401, body = ProblemDocument, content_type = "application/problem+json",
            description = "token-invalid"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json", description = "not-found"),
        (status = 408, body = ProblemDocument, content_type = "application/problem+json",
            description = "body-too-slow"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json",
            description = "number-taken, session-sealed, session-ended"),
        (status = 413, body = ProblemDocument, content_type = "application/problem+json",
            description = "body-too-large, image-too-large"),
        (status = 415, body = ProblemDocument, content_type = "application/problem+json",
            description = "media-type-unsupported, media-type-differs"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json",
            description = "digest-mismatch, image-unreadable, captured-ahead"),
        (status = 429, body = ProblemDocument, content_type = "application/problem+json",
            description = "too-many-requests"),
        (status = 503, body = ProblemDocument, content_type = "application/problem+json",
            description = "full, unavailable"),
    )
)]
pub(super) async fn put_frame(
    State(state): State<ApiState>,
    Extension(sender): Extension<Sender>,
    InPath((session, stream, seq)): InPath<(String, String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let at = state.own_session(sender, &session).await?;
    let stream = place::stream(&stream)?;
    let seq = place::seq(&seq)?;
    let announced = announced(&state, &headers)?;
    state.expect_room()?;
    let body = state.bodies().collect(body, state.config().frame_bytes).await?;
    let arrived = Instant::now();
    // The digest first: a picture that was damaged on its way is to be sent again, not to be thrown away.
    if body.sha256 != announced.sha256 {
        return Err(Problem::of(&problem::DIGEST_MISMATCH).into());
    }
    let info = image::inspect(announced.format.media_type(), &body.bytes).map_err(Problem::from)?;
    if info.pixels() > state.config().frame_pixels {
        return Err(problem::image_too_large(state.config().frame_pixels).into());
    }
    let bytes = body.bytes.len() as u64;
    let frame = NewFrame {
        at: announced.captured_at,
        name: None,
        media_type: announced.format.media_type().to_owned(),
        cut: info.cut,
        body: body.bytes,
        sha256: body.sha256,
    };
    let acknowledged = state
        .archive()
        .put_frame(at, stream, seq, frame)
        .await
        .map_err(|error| state.trouble(error))?;
    metrics::acknowledged(acknowledged.fresh, bytes, arrived.elapsed());
    let status = if acknowledged.fresh {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(json::answer(status, &acknowledged.receipt))
}

/// Everything the headers can be refused for.
fn announced(state: &ApiState, headers: &HeaderMap) -> Result<Announced, ApiError> {
    let sha256 = content_digest(headers).map_err(Problem::from)?;
    let captured_at = captured_at(headers, state.archive().clock().now()).map_err(Problem::from)?;
    let declared = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let format = declared
        .and_then(ImageFormat::from_media_type)
        .ok_or(Problem::media_type_unsupported())?;
    Ok(Announced {
        captured_at,
        sha256,
        format,
    })
}
