//! An agent over HTTP: a connection pool of its own, no retries, every answer handed to the caller.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::frames::Frame;
use crate::promises::Place;

/// Longest that an answer is waited for: a server that hangs is a finding, not a reason to wait for ever.
const PATIENCE: Duration = Duration::from_mins(1);

/// The instant that every frame is said to be captured at, plus a second for each number.
const CAPTURED: &str = "2026-11-02T10";

/// A device that sends.
#[derive(Debug, Clone)]
pub struct Agent {
    http: ureq::Agent,
    intake: String,
    token: String,
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the server answers in JSON")
    }
}

/// What became of a request: an answer, or nothing (the connection broke, and nobody knows).
pub type Sent = Option<Answer>;

/// A session to open.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its purpose.
    pub purpose: String,
    /// The streams' names.
    pub streams: Vec<String>,
    /// Makes a repeated request the same request.
    pub idempotency_key: String,
    /// `monitoring`, `support`, `meeting` or `training`.
    pub kind: &'static str,
}

impl NewSession {
    /// A monitoring session of some streams.
    pub fn of(key: impl Into<String>, streams: usize) -> Self {
        Self {
            purpose: "what a test is for".to_owned(),
            streams: (0..streams).map(|n| format!("screen {n}")).collect(),
            idempotency_key: key.into(),
            kind: "monitoring",
        }
    }
}

impl Agent {
    /// Sends to an intake with a token.
    pub fn new(intake: &str, token: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .build();
        Self {
            http: config.into(),
            intake: intake.to_owned(),
            token: token.to_owned(),
        }
    }

    /// Opens a session; its id when it is known to be open.
    pub fn open(&self, new: &NewSession) -> Option<String> {
        let streams: Vec<Value> = (0u32..)
            .zip(&new.streams)
            .map(|(n, name)| json!({ "n": n, "name": name }))
            .collect();
        let body = json!({
            "kind": new.kind, "started_at": format!("{CAPTURED}:00:00Z"), "purpose": new.purpose, "streams": streams,
            "source": { "program": "the tests of the whole program", "capabilities": ["frames"] },
            "consent": { "given": true },
        });
        let answer = self.post(
            "/v1/sessions",
            &body,
            &[("idempotency-key", &new.idempotency_key)],
        )?;
        (answer.status == 201).then(|| {
            let body = answer.json();
            body["session"].as_str().expect("a session's id").to_owned()
        })
    }

    /// Sends a frame.
    pub fn put(&self, place: &Place, frame: &Frame) -> Sent {
        let Place { session, stream, seq } = place;
        let url = format!(
            "{}/v1/sessions/{session}/streams/{stream}/frames/{seq}",
            self.intake
        );
        let digest = STANDARD.encode(frame.sha256());
        let (minute, second) = (seq / 60 % 60, seq % 60);
        let request = self
            .http
            .put(url)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", frame.media_type)
            .header("content-digest", format!("sha-256=:{digest}:"))
            .header("captured-at", format!("{CAPTURED}:{minute:02}:{second:02}Z"));
        answer(request.send(&frame.bytes[..]))
    }

    /// Tells of an event.
    pub fn event(&self, session: &str, id: &str, kind: &str) -> Sent {
        let body =
            json!({ "id": id, "kind": kind, "at": format!("{CAPTURED}:30:00Z"), "detail": { "note": id } });
        self.post(&format!("/v1/sessions/{session}/events"), &body, &[])
    }

    /// Asks for the seal, once.
    pub fn seal(&self, session: &str) -> Sent {
        let body = json!({ "ended_at": format!("{CAPTURED}:59:00Z"), "ended_by": "user", "how": "closed", "streams": [] });
        self.post(&format!("/v1/sessions/{session}/seal"), &body, &[])
    }

    /// Asks for the seal until it is done; the receipt.
    pub fn seal_to_the_end(&self, session: &str) -> Value {
        loop {
            let answer = self.seal(session).expect("the server answers");
            match answer.status {
                200 => return answer.json(),
                // Each request waits at the server for a while, so this is no busy loop.
                202 => {}
                other => panic!("seal answered {other}: {}", String::from_utf8_lossy(&answer.body)),
            }
        }
    }

    fn post(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Sent {
        let mut request = self
            .http
            .post(format!("{}{path}", self.intake))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send(body.to_string()))
    }
}

fn answer(outcome: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Sent {
    let mut response = outcome.ok()?;
    let status = response.status().as_u16();
    let body = response.body_mut().read_to_vec().ok()?;
    Some(Answer { status, body })
}
