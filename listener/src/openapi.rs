//! A service's interface as an `OpenAPI` 3.1 document: how it is written, and how it is answered.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// The document's text, as it is answered and as it stands in `docs/reference`.
pub fn pretty(document: &utoipa::openapi::OpenApi) -> String {
    match document.to_pretty_json() {
        Ok(text) => text + "\n",
        Err(error) => unreachable!("a document of plain JSON values: {error}"),
    }
}

/// Answers with the document.
pub fn answer(text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        // It changes with the program alone.
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=3600"),
        ),
    ];
    (headers, text).into_response()
}
