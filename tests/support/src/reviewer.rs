//! Somebody at the review address, over HTTP: logged in or not, with or without a grant, every answer handed to the caller.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::http::Response;

use crate::agent::Answer;

/// Longest that an answer is waited for: a server that hangs is a finding, not a reason to wait for ever.
const PATIENCE: Duration = Duration::from_mins(1);

/// A browser, as far as the server can tell: it keeps the cookie it was given.
#[derive(Debug, Clone)]
pub struct Reviewer {
    http: ureq::Agent,
    review: String,
    cookie: Option<String>,
}

/// An answer with what its header says.
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// Status and body.
    pub answer: Answer,
    /// The access record that the answer names.
    pub record: Option<String>,
    /// The `type` of a problem, its last part.
    pub problem: Option<String>,
    /// The header, by name.
    pub header: BTreeMap<String, String>,
}

impl Reviewed {
    /// The status.
    pub fn status(&self) -> u16 {
        self.answer.status
    }

    /// The cookie that the answer sets.
    pub fn cookie(&self) -> Option<&str> {
        self.header.get("set-cookie")?.split(';').next()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        self.answer.json()
    }
}

impl Reviewer {
    /// Somebody without a login.
    pub fn stranger(review: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .build();
        Self {
            http: config.into(),
            review: review.to_owned(),
            cookie: None,
        }
    }

    /// Logs in; the refusal when it is refused.
    pub fn log_in(review: &str, name: &str, password: &str) -> Result<Self, Reviewed> {
        let mut this = Self::stranger(review);
        let answer = this
            .post("/v1/login", &json!({ "name": name, "password": password }))
            .expect("the server answers a login");
        if answer.status() != 200 {
            return Err(answer);
        }
        this.cookie = answer.cookie().map(str::to_owned);
        assert!(this.cookie.is_some(), "a login sets a cookie");
        Ok(this)
    }

    /// The cookie, for requests made by hand.
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// The same browser after the server has moved to another port.
    #[must_use]
    pub fn at(&self, review: &str) -> Self {
        Self {
            cookie: self.cookie.clone(),
            ..Self::stranger(review)
        }
    }

    /// The same browser with another cookie.
    #[must_use]
    pub fn with_cookie(&self, cookie: &str) -> Self {
        Self {
            cookie: Some(cookie.to_owned()),
            ..self.clone()
        }
    }

    /// Asks; `None` when the connection broke.
    pub fn get(&self, path: &str) -> Option<Reviewed> {
        self.get_under(path, None)
    }

    /// Asks with a grant.
    pub fn get_under(&self, path: &str, grant: Option<&str>) -> Option<Reviewed> {
        self.send("GET", path, grant, None)
    }

    /// Sends JSON.
    pub fn post(&self, path: &str, body: &Value) -> Option<Reviewed> {
        self.send("POST", path, None, Some(body))
    }

    /// Sends any request, its body as JSON.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        grant: Option<&str>,
        body: Option<&Value>,
    ) -> Option<Reviewed> {
        let mut headers = Vec::from_iter(grant.map(|grant| ("grant", grant)));
        headers.extend(body.map(|_| ("content-type", "application/json")));
        self.send_with(method, path, &headers, body.map(Value::to_string).as_deref())
    }

    /// Sends any request with any headers beside the cookie.
    pub fn send_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Option<Reviewed> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.review));
        let cookie = self.cookie.as_deref().map(|cookie| ("cookie", cookie));
        for (name, value) in cookie.iter().chain(headers) {
            request = request.header(*name, *value);
        }
        let answer = match body {
            Some(body) => self.http.run(request.body(body).expect("a request can be made")),
            None => self.http.run(request.body(()).expect("a request can be made")),
        };
        reviewed(answer.ok()?)
    }

    /// Opens a session for review; the grant's id.
    pub fn open(&self, session: &str, purpose: &str) -> String {
        let body = json!({ "purpose": purpose, "case": "CASE-1" });
        let answer = self
            .post(&format!("/v1/sessions/{session}/grants"), &body)
            .expect("the server answers");
        assert_eq!(answer.status(), 201, "no grant: {answer:?}");
        answer.json()["grant"].as_str().expect("a grant").to_owned()
    }

    /// A frame's bytes, as the server gives them.
    pub fn frame(&self, session: &str, stream: u32, seq: u64, grant: &str) -> Option<Reviewed> {
        let path = format!("/v1/sessions/{session}/streams/{stream}/frames/{seq}");
        self.get_under(&path, Some(grant))
    }
}

/// `None` when the body broke off.
fn reviewed(mut response: Response<ureq::Body>) -> Option<Reviewed> {
    let header: BTreeMap<String, String> = response
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect();
    let record = header.get("access-record").cloned();
    let status = response.status().as_u16();
    let body = response
        .body_mut()
        .with_config()
        .limit(1 << 30)
        .read_to_vec()
        .ok()?;
    let problem = serde_json::from_slice::<Value>(&body)
        .ok()
        .and_then(|body| Some(body.get("type")?.as_str()?.rsplit('/').next()?.to_owned()));
    Some(Reviewed {
        answer: Answer { status, body },
        record,
        problem,
        header,
    })
}
