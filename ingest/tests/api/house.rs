//! An archive, the intake's router over it, and requests as an agent sends them.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use obhut_archive::verify::{self, VerifyOptions};
use obhut_archive::{Archive, ArchiveOptions, SetClock};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{DeviceId, TenantId};
use obhut_format::sign::VerifyingKey;
use obhut_format::time::UtcMicros;
use obhut_ingest::api::{self, ApiState};
use obhut_ingest::config::ApiConfig;
use obhut_listener::metrics::Metrics;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

/// When every test begins.
pub(crate) const NOON: &str = "2026-11-02T12:00:00Z";

/// A device and its token.
pub(crate) struct Device {
    pub(crate) tenant: TenantId,
    pub(crate) id: DeviceId,
    pub(crate) token: String,
}

/// What a test stands on.
pub(crate) struct House {
    pub(crate) folder: TempDir,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) archive: Archive,
    pub(crate) router: Router,
    pub(crate) device: Device,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(ApiConfig::default()).await
    }

    pub(crate) async fn with(config: ApiConfig) -> Self {
        let folder = TempDir::new().unwrap();
        let options = ArchiveOptions::embedded(&folder.path().join("data"));
        Self::over(folder, options, config).await
    }

    pub(crate) async fn over(folder: TempDir, options: ArchiveOptions, config: ApiConfig) -> Self {
        let clock = Arc::new(SetClock::at(UtcMicros::parse(NOON).unwrap()));
        let (archive, _) = Archive::open(options, clock.clone()).await.unwrap();
        let tenant = archive.tenant("default").await.unwrap().tenant;
        let device = enrol(&archive, tenant, "PC 1").await;
        let router = api::router(ApiState::new(
            archive.clone(),
            config,
            Metrics::install().unwrap(),
        ));
        Self {
            folder,
            clock,
            archive,
            router,
            device,
        }
    }

    /// Opens a session with one stream, number 0.
    pub(crate) async fn session(&self) -> String {
        let answer = self.open(&opening()).send(self).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.json);
        answer.json["session"].as_str().unwrap().to_owned()
    }

    pub(crate) fn open(&self, body: &Value) -> Ask {
        self.ask(Method::POST, "/v1/sessions").json(body)
    }

    /// A request with the device's token.
    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask {
        Ask::new(method, path).token(&self.device.token)
    }

    /// A frame, as an agent sends it.
    pub(crate) fn frame(&self, session: &str, seq: u64, body: &[u8]) -> Ask {
        self.ask(
            Method::PUT,
            &format!("/v1/sessions/{session}/streams/0/frames/{seq}"),
        )
        .frame("image/png", body)
    }

    pub(crate) fn seal(&self, session: &str, streams: &Value) -> Ask {
        let body = json!({
            "ended_at": NOON, "ended_by": "user", "how": "closed by the user", "streams": streams,
        });
        self.ask(Method::POST, &format!("/v1/sessions/{session}/seal"))
            .json(&body)
    }

    /// Recomputes everything from the stored bytes, to the originals' digests, and expects no finding.
    pub(crate) async fn verifies(&self) {
        let options = VerifyOptions {
            deep: true,
            ..VerifyOptions::default()
        };
        let data = ArchiveOptions::embedded(&self.folder.path().join("data"));
        let mut found = Vec::new();
        verify::run(&data, &options, &mut |finding| found.push(finding))
            .await
            .unwrap();
        assert!(found.is_empty(), "{found:?}");
    }

    /// The key that receipts are signed with, as it is published.
    pub(crate) async fn archive_key(&self) -> VerifyingKey {
        let keys = self.archive.public_keys().await.unwrap();
        let key = keys.iter().find(|key| key.purpose == "archive").unwrap();
        VerifyingKey::from_bytes(&key.public_key).unwrap()
    }
}

/// Adds a device.
pub(crate) async fn enrol(archive: &Archive, tenant: TenantId, name: &str) -> Device {
    let (row, token) = archive.add_device(tenant, name).await.unwrap();
    Device {
        tenant,
        id: row.device,
        token: token.expose().to_owned(),
    }
}

/// What opens a session.
pub(crate) fn opening() -> Value {
    json!({
        "kind": "support", "started_at": NOON, "purpose": "remote maintenance",
        "streams": [{ "n": 0, "name": "left" }],
    })
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

impl Ask {
    pub(crate) fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    /// Sets a header, in the place of one of that name.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        let mut ask = self.without(name);
        ask.headers.push((name.to_owned(), value.to_owned()));
        ask
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json")
            .body(body.to_string().as_bytes())
    }

    pub(crate) fn frame(self, media_type: &str, body: &[u8]) -> Self {
        self.header("Content-Type", media_type)
            .header("Content-Digest", &digest(body))
            .header("Captured-At", "2026-11-02T11:59:59.25+00:00")
            .body(body)
    }

    pub(crate) async fn send(&self, house: &House) -> Answer {
        self.send_to(&house.router).await
    }

    pub(crate) async fn send_to(&self, router: &Router) -> Answer {
        let mut request = Request::builder().method(&self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(self.body.clone())).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// The request as it goes over a socket.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nHost: test\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let _ = write!(text, "Content-Length: {}\r\n\r\n", self.body.len());
        let mut bytes = text.into_bytes();
        bytes.extend(&self.body);
        bytes
    }
}

/// The header's value for a body.
pub(crate) fn digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(Sha256Digest::of(body).0))
}

/// A real screenshot.
pub(crate) fn picture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/data")
        .join(name);
    std::fs::read(path).unwrap()
}

/// A PNG of that size whose content depends on `n`: a header, some data, an end.
pub(crate) fn png(n: u64, width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    for (name, data) in [
        (b"IHDR", header),
        (b"IDAT", n.to_be_bytes().repeat(40)),
        (b"IEND", Vec::new()),
    ] {
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(name);
        bytes.extend(data);
        bytes.extend([0; 4]);
    }
    bytes
}

/// A small PNG, another for each number.
pub(crate) fn small(n: u64) -> Vec<u8> {
    png(n, 8, 8)
}
