//! An archive, the review router over it, and requests as a browser sends them.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use futures_util::stream;
use http_body_util::BodyExt;
use obhut_archive::{Archive, ArchiveOptions, Assignment, NewUser, Role, SetClock, User};
use obhut_format::certificate::Certificate;
use obhut_format::ids::TenantId;
use obhut_format::time::UtcMicros;
use obhut_listener::Peer;
use obhut_listener::metrics::Metrics;
use obhut_player::api::{self, ApiState};
use obhut_player::config::ApiConfig;
use obhut_player::disposals::{Disposals, Language};
use obhut_player::login::{PasswordCost, Passwords, Secret, Turns};
use obhut_player::web::Transport;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tower::ServiceExt;

use crate::scripted::Scripted;

/// When every test begins.
pub(crate) const NOON: &str = "2026-11-02T12:00:00Z";

/// What the browser calls the server.
pub(crate) const HOST: &str = "127.0.0.1:7481";

/// The password of every user here.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// What a test stands on.
pub(crate) struct House {
    pub(crate) router: Router,
    pub(crate) archive: Archive,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) tenant: TenantId,
    pub(crate) folder: TempDir,
    pub(crate) passwords: Passwords,
    pub(crate) bundles: Arc<Scripted>,
}

/// What deletes once an hour, and whose pages say what they are of.
#[derive(Debug)]
struct Hourly;

impl Disposals for Hourly {
    fn page(&self, certificate: &Certificate, language: Language) -> String {
        format!(
            "<p lang=\"{}\">{}</p>",
            language.as_str(),
            certificate.disposed.session
        )
    }

    fn every(&self) -> Option<Duration> {
        Some(Duration::from_hours(1))
    }
}

/// Hashing that costs next to nothing.
fn cheap() -> PasswordCost {
    PasswordCost {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    }
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(ApiConfig::default()).await
    }

    pub(crate) async fn with(config: ApiConfig) -> Self {
        Self::made(config, Turns::default()).await
    }

    pub(crate) async fn made(config: ApiConfig, turns: Turns) -> Self {
        Self::costing(config, turns, cheap()).await
    }

    pub(crate) async fn costing(config: ApiConfig, turns: Turns, cost: PasswordCost) -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(SetClock::at(UtcMicros::parse(NOON).unwrap()));
        let options = ArchiveOptions::embedded(&folder.path().join("data"));
        let (archive, _) = Archive::open(options, clock.clone()).await.unwrap();
        let tenant = archive.tenant("default").await.unwrap().tenant;
        let metrics = Metrics::install().unwrap();
        let passwords = Passwords::new(cost, turns).unwrap();
        let bundles = Arc::new(Scripted::of(archive.clone()));
        let state = ApiState::new(
            archive.clone(),
            config,
            Transport::Clear,
            metrics,
            passwords.clone(),
            bundles.clone(),
            Arc::new(Hourly),
        );
        Self {
            router: api::router(state),
            archive,
            clock,
            tenant,
            folder,
            passwords,
            bundles,
        }
    }

    /// The catalog, as whoever has the disk has it.
    pub(crate) fn catalog(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("data/catalog.sqlite")).unwrap()
    }

    /// Adds a user whose password is [`PASSWORD`].
    pub(crate) async fn user(&self, name: &str, roles: &[(Role, Option<TenantId>)]) -> User {
        self.user_with(name, roles, false).await
    }

    pub(crate) async fn user_with(
        &self,
        name: &str,
        roles: &[(Role, Option<TenantId>)],
        must_change: bool,
    ) -> User {
        let password = Secret::from(PASSWORD.to_owned());
        let new = NewUser {
            name: name.to_owned(),
            password: self.passwords.hash(password).await.unwrap(),
            must_change,
            assignments: roles
                .iter()
                .map(|(role, tenant)| Assignment {
                    role: *role,
                    tenant: *tenant,
                })
                .collect(),
        };
        self.archive.add_user(new).await.unwrap()
    }

    /// Logs a user in; the cookie as it goes into a request.
    pub(crate) async fn log_in(&self, name: &str) -> String {
        let answer = log_in(name, PASSWORD).send(self).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.json);
        answer.cookie()
    }

    /// Adds a user and logs them in.
    pub(crate) async fn visitor(&self, name: &str, roles: &[(Role, Option<TenantId>)]) -> String {
        self.user(name, roles).await;
        self.log_in(name).await
    }
}

/// A request to log in.
pub(crate) fn log_in(name: &str, password: &str) -> Ask {
    Ask::post("/v1/login").json(&json!({ "name": name, "password": password }))
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
    peer: Option<Peer>,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The cookie that was set, as it goes into the next request.
    pub(crate) fn cookie(&self) -> String {
        let set = self.header("set-cookie");
        set.split(';').next().unwrap().to_owned()
    }
}

impl Ask {
    pub(crate) fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            headers: vec![("Host".to_owned(), HOST.to_owned())],
            body: Vec::new(),
            peer: None,
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

    /// From this address.
    pub(crate) fn from(mut self, address: &str) -> Self {
        self.peer = Some(Peer::Address(format!("{address}:4711").parse().unwrap()));
        self
    }

    pub(crate) fn post(path: &str) -> Self {
        Self::new(Method::POST, path)
    }

    /// With the cookie of a login.
    pub(crate) fn by(self, cookie: &str) -> Self {
        self.header("Cookie", cookie)
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.header("Content-Type", "application/json")
    }

    /// Sends it, and reads nothing of the answer's body.
    pub(crate) async fn begin(&self, house: &House) -> Response<Body> {
        self.begin_with(house, Body::from(self.body.clone())).await
    }

    async fn begin_with(&self, house: &House, body: Body) -> Response<Body> {
        let mut request = Request::builder().method(&self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(peer) = &self.peer {
            request = request.extension(peer.clone());
        }
        let request = request.body(body).unwrap();
        house.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends it, and its body only when `meanwhile` has happened: who asks was let in before that.
    pub(crate) async fn send_slowly(&self, house: &House, meanwhile: impl Future<Output = ()>) -> Answer {
        let (let_in, waiting) = oneshot::channel();
        let (go_on, waited) = oneshot::channel();
        let bytes = self.body.clone();
        let body = Body::from_stream(stream::once(async move {
            let_in.send(()).unwrap();
            waited.await.unwrap();
            Ok::<_, Infallible>(bytes)
        }));
        let happening = async {
            waiting.await.unwrap();
            meanwhile.await;
            go_on.send(()).unwrap();
        };
        let (response, ()) = tokio::join!(self.begin_with(house, body), happening);
        Self::whole(response).await
    }

    pub(crate) async fn send(&self, house: &House) -> Answer {
        Self::whole(self.begin(house).await).await
    }

    async fn whole(response: Response<Body>) -> Answer {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.into(),
        }
    }
}
