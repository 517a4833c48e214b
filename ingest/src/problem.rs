//! What a client reads when something is wrong: `application/problem+json` (RFC 9457) with the types documented in
//! `docs/reference/problems.md`.
//!
//! A problem says what the client did or can do. Internal causes go to the log and never into an answer, and an answer for
//! another tenant's session is the answer for one that does not exist.

use std::fmt::Write as _;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::captured_at::CapturedAtError;
use crate::digest_header::DigestHeaderError;
use crate::image::ImageError;

/// The media type of every problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Something wrong with a request, or with the server at the time of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No `Content-Digest` with `sha-256`, or one that can't be read.
    DigestMissing(DigestHeaderError),
    /// A header is missing or can't be read.
    HeaderMalformed {
        /// The header's name.
        header: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A path, query or JSON body can't be read.
    RequestMalformed(
        /// What is wrong with it; shown to the client, so it names fields and never values.
        String,
    ),
    /// No bearer token, an unknown one, or a revoked one.
    TokenInvalid,
    /// No such path, session or stream, or another tenant's.
    NotFound,
    /// The path knows other methods.
    MethodNotAllowed,
    /// The body came more slowly than the server waits.
    BodyTooSlow {
        /// The least rate.
        bytes_per_second: u32,
    },
    /// The frame number is taken by other bytes.
    NumberTaken,
    /// The idempotency key or the event's id was used for another request.
    KeyReused,
    /// The session was sealed and takes nothing more.
    SessionSealed,
    /// The session ended without its agent (silence, or 24 hours): a continuation must be opened.
    SessionEnded,
    /// More bytes than a body may have.
    BodyTooLarge {
        /// The most.
        limit_bytes: u64,
    },
    /// More pixels than a frame may have.
    ImageTooLarge {
        /// The most.
        limit_pixels: u64,
    },
    /// The declared media type is not taken here.
    MediaTypeUnsupported,
    /// The bytes are another type than declared.
    MediaTypeDiffers(
        /// What was declared and found.
        ImageError,
    ),
    /// The body has another digest than its header says.
    DigestMismatch,
    /// The image's header can't be read.
    ImageUnreadable(
        /// What is wrong with it.
        ImageError,
    ),
    /// The capture instant is too far ahead of the server's clock.
    CapturedAhead,
    /// The request can be read but asks for what does not exist or does not go together.
    RequestInvalid(
        /// What is wrong with it; shown to the client, so it names fields and never values.
        String,
    ),
    /// Too many requests.
    TooManyRequests {
        /// When to try again.
        retry_after: Duration,
    },
    /// The server failed; the cause is in its log.
    Internal,
    /// No room for more at present; nothing was taken.
    Full {
        /// When to try again.
        retry_after: Duration,
    },
    /// The server can't answer at present.
    Unavailable {
        /// When to try again.
        retry_after: Duration,
    },
}

/// The documented side of a problem type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemType {
    /// The last part of its URI, `/problems/<slug>`.
    pub slug: &'static str,
    /// Its status.
    pub status: StatusCode,
    /// Its title, the same for every occurrence.
    pub title: &'static str,
    /// What a client should do.
    pub advice: &'static str,
}

/// The answer's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// The problem's type: `/problems/<slug>`, relative to the server.
    #[schema(example = "/problems/digest-mismatch")]
    pub r#type: String,
    /// What the type means, the same for every occurrence.
    pub title: String,
    /// The answer's status.
    #[schema(example = 422)]
    pub status: u16,
    /// What is wrong this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

macro_rules! types {
    ($($(#[doc = $doc:literal])? $name:ident = $status:ident, $slug:literal, $title:literal, $advice:literal;)*) => {
        $(const $name: ProblemType = ProblemType {
            slug: $slug, status: StatusCode::$status, title: $title, advice: $advice,
        };)*

        /// Every problem type, by status.
        pub const TYPES: &[ProblemType] = &[$($name),*];
    };
}

types! {
    DIGEST_MISSING = BAD_REQUEST, "digest-missing", "no content digest",
        "Send `Content-Digest: sha-256=:<base64>:` of the body's bytes.";
    HEADER_MALFORMED = BAD_REQUEST, "header-malformed", "a header is missing or can't be read",
        "Send the header as the detail says.";
    REQUEST_MALFORMED = BAD_REQUEST, "request-malformed", "the request can't be read",
        "Compare the request with `/openapi.json`; the same bytes will be refused again.";
    TOKEN_INVALID = UNAUTHORIZED, "token-invalid", "no valid device token",
        "Stop sending, keep what is spooled, and have the device enrolled again.";
    NOT_FOUND = NOT_FOUND, "not-found", "no such thing here",
        "Check the ids. A session of another tenant is answered like one that does not exist.";
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED, "method-not-allowed", "the path does not take this method",
        "Use a method of the `Allow` header.";
    BODY_TOO_SLOW = REQUEST_TIMEOUT, "body-too-slow", "the body came too slowly",
        "Send it again, on a new connection.";
    NUMBER_TAKEN = CONFLICT, "number-taken", "the frame number is taken by other bytes",
        "Give the frame another number. What was acknowledged under this one stays.";
    KEY_REUSED = CONFLICT, "key-reused", "the idempotency key belongs to another request",
        "Use a new key for a new request; repeat a request unchanged.";
    SESSION_SEALED = CONFLICT, "session-sealed", "the session is sealed",
        "Open another session. A frame that was acknowledged before is still answered with its receipt.";
    SESSION_ENDED = CONFLICT, "session-ended", "the session ended without its agent",
        "Open a session with `continues` set to this one and send the frame there, its capture instant kept.";
    BODY_TOO_LARGE = PAYLOAD_TOO_LARGE, "body-too-large", "more bytes than are taken",
        "Don't send it again; send the picture smaller or the file as an upload.";
    IMAGE_TOO_LARGE = PAYLOAD_TOO_LARGE, "image-too-large", "more pixels than are taken",
        "Don't send it again; send one frame a screen.";
    MEDIA_TYPE_UNSUPPORTED = UNSUPPORTED_MEDIA_TYPE, "media-type-unsupported", "the media type is not taken here",
        "Send `image/png`, `image/jpeg` or `image/webp` as a frame, and `application/json` where JSON is asked for.";
    MEDIA_TYPE_DIFFERS = UNSUPPORTED_MEDIA_TYPE, "media-type-differs", "the bytes are another type than declared",
        "Send the `Content-Type` that the bytes have.";
    DIGEST_MISMATCH = UNPROCESSABLE_ENTITY, "digest-mismatch", "the body does not have its digest",
        "Send it again; if it happens twice, the file changed after its digest was taken.";
    IMAGE_UNREADABLE = UNPROCESSABLE_ENTITY, "image-unreadable", "the image's header can't be read",
        "Don't send it again. A picture that is cut behind its header is taken.";
    CAPTURED_AHEAD = UNPROCESSABLE_ENTITY, "captured-ahead", "the capture instant lies ahead of the server's clock",
        "Set the device's clock. Any delay is taken, ten minutes ahead at most.";
    REQUEST_INVALID = UNPROCESSABLE_ENTITY, "request-invalid", "the request can't be carried out as it is",
        "Change what the detail names; the same request will be refused again.";
    TOO_MANY_REQUESTS = TOO_MANY_REQUESTS, "too-many-requests", "too many requests",
        "Wait for `Retry-After` seconds.";
    INTERNAL = INTERNAL_SERVER_ERROR, "internal", "the server failed",
        "Try again later. Nothing of the request was acknowledged.";
    FULL = SERVICE_UNAVAILABLE, "full", "no room for more at present",
        "Keep the frame and send it again after `Retry-After` seconds. What was acknowledged is safe.";
    UNAVAILABLE = SERVICE_UNAVAILABLE, "unavailable", "the server can't answer at present",
        "Send it again after `Retry-After` seconds.";
}

impl Problem {
    /// Its documented type.
    pub fn problem_type(&self) -> &'static ProblemType {
        match self {
            Self::DigestMissing(_) => &DIGEST_MISSING,
            Self::HeaderMalformed { .. } => &HEADER_MALFORMED,
            Self::RequestMalformed(_) => &REQUEST_MALFORMED,
            Self::TokenInvalid => &TOKEN_INVALID,
            Self::NotFound => &NOT_FOUND,
            Self::MethodNotAllowed => &METHOD_NOT_ALLOWED,
            Self::BodyTooSlow { .. } => &BODY_TOO_SLOW,
            Self::NumberTaken => &NUMBER_TAKEN,
            Self::KeyReused => &KEY_REUSED,
            Self::SessionSealed => &SESSION_SEALED,
            Self::SessionEnded => &SESSION_ENDED,
            Self::BodyTooLarge { .. } => &BODY_TOO_LARGE,
            Self::ImageTooLarge { .. } => &IMAGE_TOO_LARGE,
            Self::MediaTypeUnsupported => &MEDIA_TYPE_UNSUPPORTED,
            Self::MediaTypeDiffers(_) => &MEDIA_TYPE_DIFFERS,
            Self::DigestMismatch => &DIGEST_MISMATCH,
            Self::ImageUnreadable(_) => &IMAGE_UNREADABLE,
            Self::CapturedAhead => &CAPTURED_AHEAD,
            Self::RequestInvalid(_) => &REQUEST_INVALID,
            Self::TooManyRequests { .. } => &TOO_MANY_REQUESTS,
            Self::Internal => &INTERNAL,
            Self::Full { .. } => &FULL,
            Self::Unavailable { .. } => &UNAVAILABLE,
        }
    }

    /// The answer's status.
    pub fn status(&self) -> StatusCode {
        self.problem_type().status
    }

    /// The answer's body.
    pub fn document(&self) -> ProblemDocument {
        let problem_type = self.problem_type();
        ProblemDocument {
            r#type: format!("/problems/{}", problem_type.slug),
            title: problem_type.title.to_owned(),
            status: problem_type.status.as_u16(),
            detail: self.detail(),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::DigestMissing(cause) => Some(cause.to_string()),
            Self::HeaderMalformed { header, expected } => Some(format!("{header} must be {expected}")),
            Self::RequestMalformed(detail) | Self::RequestInvalid(detail) => Some(detail.clone()),
            Self::BodyTooSlow { bytes_per_second } => {
                Some(format!("at least {bytes_per_second} bytes a second are expected"))
            }
            Self::BodyTooLarge { limit_bytes } => Some(format!("at most {limit_bytes} bytes are taken")),
            Self::ImageTooLarge { limit_pixels } => Some(format!("at most {limit_pixels} pixels are taken")),
            Self::MediaTypeDiffers(cause) | Self::ImageUnreadable(cause) => Some(cause.to_string()),
            Self::TokenInvalid
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::NumberTaken
            | Self::KeyReused
            | Self::SessionSealed
            | Self::SessionEnded
            | Self::MediaTypeUnsupported
            | Self::DigestMismatch
            | Self::CapturedAhead
            | Self::TooManyRequests { .. }
            | Self::Internal
            | Self::Full { .. }
            | Self::Unavailable { .. } => None,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyRequests { retry_after }
            | Self::Full { retry_after }
            | Self::Unavailable { retry_after } => Some(*retry_after),
            _ => None,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = serde_json::to_vec(&self.document()).expect("a problem is plain JSON");
        let mut response = Response::new(Body::from(document));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(after) = self.retry_after() {
            // Whole seconds, rounded up: a client that comes a moment too early is refused again.
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self, Self::TokenInvalid) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<DigestHeaderError> for Problem {
    fn from(error: DigestHeaderError) -> Self {
        Self::DigestMissing(error)
    }
}

impl From<CapturedAtError> for Problem {
    fn from(error: CapturedAtError) -> Self {
        match error {
            CapturedAtError::Ahead(_) => Self::CapturedAhead,
            CapturedAtError::NotOne(_) | CapturedAtError::Malformed => Self::HeaderMalformed {
                header: "Captured-At",
                expected: "one instant of RFC 3339",
            },
        }
    }
}

impl From<ImageError> for Problem {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Unsupported(_) => Self::MediaTypeUnsupported,
            ImageError::Differs { .. } => Self::MediaTypeDiffers(error),
            ImageError::Unreadable { .. } => Self::ImageUnreadable(error),
        }
    }
}

/// The reference page, `docs/reference/problems.md`, from [`TYPES`].
pub fn reference_page() -> String {
    let mut page = String::from(REFERENCE_HEAD);
    for ProblemType {
        slug,
        status,
        title,
        advice,
    } in TYPES
    {
        let _ = writeln!(
            page,
            "| {} | `/problems/{slug}` | {title} | {advice} |",
            status.as_u16()
        );
    }
    page
}

const REFERENCE_HEAD: &str = "\
# Problems

Every error is answered as `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)):

```json
{\"type\":\"/problems/body-too-large\",\"title\":\"more bytes than are taken\",\"status\":413,\"detail\":\"at most 33554432 bytes are taken\"}
```

`type` is stable and is what a client decides by; `title` belongs to the type; `detail` says what is wrong this time and may
be absent or change its wording. Nothing of a refused request is kept. `429` and `503` carry `Retry-After` in seconds.

This page is generated from `ingest/src/problem.rs`; a test compares them.

| status | type | meaning | what to do |
|---|---|---|---|
";

#[cfg(test)]
mod tests;
