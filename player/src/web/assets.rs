//! The page's files, as they were built into the program.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// Every file by its path, in order.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const INDEX: &str = "index.html";

/// Files below it carry a hash of their content in their name.
const HASHED: &str = "assets/";

/// A file of the page, other than the page itself.
pub(super) struct Asset {
    name: &'static str,
    bytes: &'static [u8],
}

impl Asset {
    /// The file that a path names.
    pub(super) fn of_path(path: &str) -> Option<Self> {
        let name = path.strip_prefix('/')?;
        find(name)
            .filter(|(name, _)| *name != INDEX)
            .map(|(name, bytes)| Self { name, bytes })
    }
}

impl IntoResponse for Asset {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(Bytes::from_static(self.bytes)));
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(media_type(self.name)),
        );
        let kept = if self.name.starts_with(HASHED) {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=3600"
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
        if media_type(self.name).starts_with("text/javascript") {
            headers.insert(header::CONTENT_SECURITY_POLICY, super::headers::SCRIPT_POLICY);
        }
        response
    }
}

/// The page's text.
pub(super) fn index() -> &'static str {
    let bytes = find(INDEX).map_or(&b""[..], |(_, bytes)| bytes);
    std::str::from_utf8(bytes).unwrap_or_default()
}

fn find(name: &str) -> Option<(&'static str, &'static [u8])> {
    let at = FILES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    FILES.get(at).copied()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_there_and_the_files_are_in_order() {
        assert!(index().contains("<title>Obhut</title>"));
        assert!(FILES.is_sorted_by_key(|(name, _)| *name));
        for (name, bytes) in FILES {
            assert!(!bytes.is_empty(), "{name}");
        }
    }

    #[test]
    fn nothing_but_its_files_is_found() {
        assert!(Asset::of_path("/index.html").is_none());
        assert!(Asset::of_path("/../Cargo.toml").is_none());
        assert!(Asset::of_path("").is_none());
    }
}
