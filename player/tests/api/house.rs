//! An archive, the review router over it, and requests as a browser sends them.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use obhut_archive::{Archive, ArchiveOptions, SetClock};
use obhut_format::time::UtcMicros;
use obhut_listener::metrics::Metrics;
use obhut_player::api::{self, ApiState};
use obhut_player::config::ApiConfig;
use obhut_player::web::Transport;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

/// When every test begins.
pub(crate) const NOON: &str = "2026-11-02T12:00:00Z";

/// What the browser calls the server.
pub(crate) const HOST: &str = "127.0.0.1:7481";

/// What a test stands on.
pub(crate) struct House {
    pub(crate) router: Router,
    _folder: TempDir,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(ApiConfig::default()).await
    }

    pub(crate) async fn with(config: ApiConfig) -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(SetClock::at(UtcMicros::parse(NOON).unwrap()));
        let options = ArchiveOptions::embedded(&folder.path().join("data"));
        let (archive, _) = Archive::open(options, clock).await.unwrap();
        let state = ApiState::new(archive, config, Transport::Clear, Metrics::install().unwrap());
        Self {
            router: api::router(state),
            _folder: folder,
        }
    }
}

/// The problem type of a refusal.
pub(crate) fn problem(answer: &Answer) -> (u16, &str) {
    let slug = answer.json["type"]
        .as_str()
        .and_then(|uri| uri.strip_prefix("/problems/"))
        .unwrap_or_default();
    assert_eq!(
        answer.headers[header::CONTENT_TYPE],
        "application/problem+json",
        "{:?}",
        answer.json
    );
    assert_eq!(answer.json["status"], answer.status.as_u16());
    (answer.status.as_u16(), slug)
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Ask {
    pub(crate) fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            headers: vec![("Host".to_owned(), HOST.to_owned())],
            body: Vec::new(),
        }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    /// Sets a header, in the place of one of that name.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) async fn send(&self, house: &House) -> Answer {
        let mut request = Request::builder().method(&self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(self.body.clone())).unwrap();
        let response = house.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}
