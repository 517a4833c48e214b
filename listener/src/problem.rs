//! What a client reads when something is wrong: `application/problem+json` (RFC 9457) with the types documented in
//! `docs/reference/problems.md`.
//!
//! A problem says what the client did or can do. Internal causes go to the log and never into an answer, and an answer for
//! another tenant's session is the answer for one that does not exist.
//!
//! Here are the types that every service answers with; a service writes its own down with [`crate::problem_types!`].

use std::fmt::Write as _;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The media type of every problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

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

/// Something wrong with a request, or with the server at the time of it: its type, and what is said of it this time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    kind: &'static ProblemType,
    detail: Option<String>,
    retry_after: Option<Duration>,
    challenge: Option<&'static str>,
    members: Vec<(&'static str, Value)>,
}

/// The answer's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// The problem's type: `/problems/<slug>`, relative to the server.
    #[schema(example = "/problems/request-invalid")]
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

/// Problem types as constants, and `TYPES`, all of them: `NAME = STATUS, slug, title, advice;`.
#[macro_export]
macro_rules! problem_types {
    ($($name:ident = $status:ident, $slug:literal, $title:literal, $advice:literal;)*) => {
        $(
            #[doc = concat!("`", $slug, "`: ", $title, ".")]
            pub const $name: $crate::problem::ProblemType = $crate::problem::ProblemType {
                slug: $slug, status: axum::http::StatusCode::$status, title: $title, advice: $advice,
            };
        )*

        /// Every problem type of this module, by status.
        pub const TYPES: &[$crate::problem::ProblemType] = &[$($name),*];
    };
}

problem_types! {
    HEADER_MALFORMED = BAD_REQUEST, "header-malformed", "a header is missing or can't be read",
        "Send the header as the detail says.";
    REQUEST_MALFORMED = BAD_REQUEST, "request-malformed", "the request can't be read",
        "Compare the request with `/openapi.json`; the same bytes will be refused again.";
    NOT_FOUND = NOT_FOUND, "not-found", "no such thing here",
        "Check the ids. A session of another tenant is answered like one that does not exist.";
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED, "method-not-allowed", "the path does not take this method",
        "Use a method of the `Allow` header.";
    BODY_TOO_SLOW = REQUEST_TIMEOUT, "body-too-slow", "the body came too slowly",
        "Send it again, on a new connection.";
    BODY_TOO_LARGE = PAYLOAD_TOO_LARGE, "body-too-large", "more bytes than are taken",
        "Don't send it again; send the picture smaller or the file as an upload.";
    MEDIA_TYPE_UNSUPPORTED = UNSUPPORTED_MEDIA_TYPE, "media-type-unsupported", "the media type is not taken here",
        "Send `image/png`, `image/jpeg` or `image/webp` as a frame, and `application/json` where JSON is asked for.";
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
    /// A problem of which nothing more is to be said than its type says.
    pub const fn of(problem_type: &'static ProblemType) -> Self {
        Self {
            kind: problem_type,
            detail: None,
            retry_after: None,
            challenge: None,
            members: Vec::new(),
        }
    }

    /// With a member that its type has beside those of every problem.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.members.push((name, value.into()));
        self
    }

    /// With what is wrong this time; shown to the client, so it names fields and never values.
    #[must_use]
    pub fn saying(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With when to try again.
    #[must_use]
    pub const fn again_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// With the scheme by which to prove who asks.
    #[must_use]
    pub const fn challenging(mut self, scheme: &'static str) -> Self {
        self.challenge = Some(scheme);
        self
    }

    /// A header is missing or can't be read.
    pub fn header_malformed(header: &str, expected: &str) -> Self {
        Self::of(&HEADER_MALFORMED).saying(format!("{header} must be {expected}"))
    }

    /// A path, query or JSON body can't be read.
    pub fn request_malformed(detail: impl Into<String>) -> Self {
        Self::of(&REQUEST_MALFORMED).saying(detail)
    }

    /// No such path, session or stream, or another tenant's.
    pub const fn not_found() -> Self {
        Self::of(&NOT_FOUND)
    }

    /// The path knows other methods.
    pub const fn method_not_allowed() -> Self {
        Self::of(&METHOD_NOT_ALLOWED)
    }

    /// The body came more slowly than the server waits.
    pub fn body_too_slow(bytes_per_second: u32) -> Self {
        Self::of(&BODY_TOO_SLOW).saying(format!("at least {bytes_per_second} bytes a second are expected"))
    }

    /// More bytes than a body may have.
    pub fn body_too_large(limit_bytes: u64) -> Self {
        Self::of(&BODY_TOO_LARGE).saying(format!("at most {limit_bytes} bytes are taken"))
    }

    /// The declared media type is not taken here.
    pub const fn media_type_unsupported() -> Self {
        Self::of(&MEDIA_TYPE_UNSUPPORTED)
    }

    /// The request can be read but asks for what does not exist or does not go together.
    pub fn request_invalid(detail: impl Into<String>) -> Self {
        Self::of(&REQUEST_INVALID).saying(detail)
    }

    /// Too many requests.
    pub const fn too_many_requests(retry_after: Duration) -> Self {
        Self::of(&TOO_MANY_REQUESTS).again_after(retry_after)
    }

    /// The server failed; the cause is in its log.
    pub const fn internal() -> Self {
        Self::of(&INTERNAL)
    }

    /// No room for more at present; nothing was taken.
    pub const fn full(retry_after: Duration) -> Self {
        Self::of(&FULL).again_after(retry_after)
    }

    /// The server can't answer at present.
    pub const fn unavailable(retry_after: Duration) -> Self {
        Self::of(&UNAVAILABLE).again_after(retry_after)
    }

    /// Its documented type.
    pub const fn problem_type(&self) -> &'static ProblemType {
        self.kind
    }

    /// Whether it is of a type.
    pub fn is(&self, problem_type: &ProblemType) -> bool {
        self.kind == problem_type
    }

    /// The answer's status.
    pub const fn status(&self) -> StatusCode {
        self.kind.status
    }

    /// The answer's body.
    pub fn document(&self) -> ProblemDocument {
        ProblemDocument {
            r#type: format!("/problems/{}", self.kind.slug),
            title: self.kind.title.to_owned(),
            status: self.kind.status.as_u16(),
            detail: self.detail.clone(),
        }
    }
}

/// The body, with what a type has beside it.
#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    document: ProblemDocument,
    #[serde(flatten)]
    members: Map<String, Value>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = serde_json::to_vec(&Whole {
            document: self.document(),
            members: self
                .members
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        });
        let document = document.expect("a problem is plain JSON");
        let mut response = Response::new(Body::from(document));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(after) = self.retry_after {
            // Whole seconds, rounded up: a client that comes a moment too early is refused again.
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(scheme) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
        }
        response
    }
}

/// The reference page, `docs/reference/problems.md`: a table for the types here and one for each service's.
pub fn reference_page(services: &[(&str, &[ProblemType])]) -> String {
    let mut page = String::from(REFERENCE_HEAD);
    for (heading, types) in [("On every address", TYPES)].iter().chain(services) {
        let _ = write!(page, "\n## {heading}\n\n{TABLE_HEAD}");
        for ProblemType {
            slug,
            status,
            title,
            advice,
        } in *types
        {
            let status = status.as_u16();
            let _ = writeln!(page, "| {status} | `/problems/{slug}` | {title} | {advice} |");
        }
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

This page is generated from `listener/src/problem.rs` and the services' own types; a test compares them.
";

const TABLE_HEAD: &str = "\
| status | type | meaning | what to do |
|---|---|---|---|
";

#[cfg(test)]
mod tests;
