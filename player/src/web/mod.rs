//! The web page: its files, which are part of the program, and the headers under which they are answered.

mod assets;
mod headers;

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use obhut_archive::OsRandom;
use obhut_listener::Problem;

use assets::Asset;
pub use headers::Transport;
pub(crate) use headers::guard;

/// The place in the page where the response's nonce goes.
const NONCE_PLACE: &str = "__CSP_NONCE__";

/// Paths that the page draws itself; the server answers each with the page.
const PAGES: [&str; 5] = ["/access", "/login", "/password", "/sessions", "/state"];

/// What is answered where no endpoint is: a file of the page, the page itself, or nothing.
pub(crate) async fn serve(request: Request<Body>) -> Response {
    let path = request.uri().path();
    if path.starts_with("/v1/") {
        return Problem::not_found().into_response();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Problem::method_not_allowed().into_response();
    }
    if let Some(asset) = Asset::of_path(path) {
        return asset.into_response();
    }
    if path == "/" || PAGES.contains(&path) || path.starts_with("/sessions/") {
        return page();
    }
    // Somebody with a browser gets the page, which says it in their language; a program gets a problem.
    if takes_html(&request) {
        let mut response = page();
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    }
    Problem::not_found().into_response()
}

fn takes_html(request: &Request<Body>) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    accept
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"))
}

/// The page, with a nonce of this response alone.
fn page() -> Response {
    let nonce = STANDARD.encode(OsRandom.bytes::<16>());
    let text = assets::index().replace(NONCE_PLACE, &nonce);
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, headers::page_policy(&nonce));
    response
}
