//! The operations of the review API as its `OpenAPI` document lists them, each with a request that a permitted login may
//! make. An operation without such a request fails the test: nobody adds a route without saying who may use it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// What an operation asks of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    Public,
    Login,
    Sessions,
    Content,
    Access,
    State,
    Custody,
    Hold,
    Export,
}

/// What a path is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Session,
    Hold,
    Certificate,
    Export,
}

impl Subject {
    /// As it stands in paths.
    fn plural(self) -> &'static str {
        match self {
            Self::Session => "sessions",
            Self::Hold => "holds",
            Self::Certificate => "certificates",
            Self::Export => "exports",
        }
    }
}

/// One method of one path.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) method: String,
    /// With names in braces.
    pub(crate) path: String,
    pub(crate) permission: Permission,
    pub(crate) example: Example,
}

/// A request to an operation.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    pub(crate) query: &'static str,
    pub(crate) body: Option<Value>,
    /// The status that a login with all it takes is answered.
    pub(crate) ok: u16,
    /// Whether it asks for a `Grant`.
    pub(crate) grant: bool,
    /// Whether it ends the login.
    pub(crate) ends: bool,
}

impl Operation {
    /// What its path names, where it names something.
    pub(crate) fn subject(&self) -> Option<Subject> {
        let all = [
            Subject::Session,
            Subject::Hold,
            Subject::Certificate,
            Subject::Export,
        ];
        all.into_iter().find(|subject| {
            let prefix = format!("/v1/{}/{{", subject.plural());
            self.path.starts_with(&prefix)
        })
    }

    /// The path with its names filled in; `named` is the id of its subject.
    pub(crate) fn filled(&self, named: &str) -> String {
        let mut before = "";
        let mut filled = String::new();
        for part in self.path.split('/').skip(1) {
            filled.push('/');
            filled.push_str(match (part.starts_with('{'), before) {
                (false, _) => part,
                (true, "sessions" | "holds" | "certificates" | "exports") => named,
                (true, "streams") => "0",
                (true, "frames") => "1",
                (true, other) => panic!("{}: nothing is known to fill in after {other}", self.path),
            });
            before = part;
        }
        filled + self.example.query
    }
}

/// Every operation of the document.
pub(crate) fn all() -> Vec<Operation> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/openapi-review.json");
    let document: Value = serde_json::from_slice(&fs::read(file).expect("the document")).expect("JSON");
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let method = method.to_uppercase();
            let permission = permission(&operation["x-obhut-permission"])
                .unwrap_or_else(|| panic!("{method} {path} does not say who may use it"));
            let example = example(&method, path)
                .unwrap_or_else(|| panic!("{method} {path} has no request in this test"));
            found.push(Operation {
                method,
                path: path.clone(),
                permission,
                example,
            });
        }
    }
    assert!(found.len() > 15, "the document lists too little");
    found
}

fn permission(said: &Value) -> Option<Permission> {
    Some(match said.as_str()? {
        "public" => Permission::Public,
        "login" => Permission::Login,
        "sessions" => Permission::Sessions,
        "content" => Permission::Content,
        "access" => Permission::Access,
        "state" => Permission::State,
        "custody" => Permission::Custody,
        "hold" => Permission::Hold,
        "export" => Permission::Export,
        _ => return None,
    })
}

fn example(method: &str, path: &str) -> Option<Example> {
    let plain = Example {
        query: "",
        body: None,
        ok: 200,
        grant: false,
        ends: false,
    };
    let granted = Example {
        grant: true,
        ..plain.clone()
    };
    // Names in braces are not told apart: what they stand for is clear from what is before them.
    let shape: Vec<&str> = path
        .split('/')
        .skip(1)
        .map(|part| if part.starts_with('{') { "*" } else { part })
        .collect();
    Some(match (method, shape.join("/").as_str()) {
        ("POST", "v1/login") => Example {
            body: Some(json!({ "name": "nobody", "password": "not a password" })),
            ok: 401,
            ..plain
        },
        ("POST", "v1/logout") => Example {
            ok: 204,
            ends: true,
            ..plain
        },
        (
            "GET",
            "healthz"
            | "metrics"
            | "openapi.json"
            | "v1/me"
            | "v1/tenants"
            | "v1/devices"
            | "v1/sessions"
            | "v1/access"
            | "v1/access.csv"
            | "v1/holds"
            | "v1/deletions"
            | "v1/certificates"
            | "v1/certificates/*"
            | "v1/certificates/*/page"
            | "v1/state"
            | "v1/exports"
            | "v1/exports/*"
            | "v1/exports/*/bundle"
            | "v1/sessions/*"
            | "v1/sessions/*/grants",
        ) => plain,
        // With a wrong old password, so that the login stays what it is.
        ("POST", "v1/password") => Example {
            body: Some(json!({ "old": "not a password", "new": "a password of more length" })),
            ok: 401,
            ..plain
        },
        // It was approved by being asked for.
        ("POST", "v1/exports/*/decision") => Example {
            body: Some(json!({ "approve": true })),
            ok: 409,
            ..plain
        },
        ("POST", "v1/sessions/*/grants" | "v1/sessions/*/exports") => Example {
            body: Some(json!({ "purpose": "to try the door", "case": "CASE-9" })),
            ok: 201,
            ..plain
        },
        ("POST", "v1/sessions/*/holds") => Example {
            body: Some(json!({ "reason": "to try the door" })),
            ok: 201,
            ..plain
        },
        ("POST", "v1/holds/*/release") => Example {
            body: Some(json!({ "reason": "to try the door" })),
            ..plain
        },
        (
            "GET",
            "v1/sessions/*/description"
            | "v1/sessions/*/streams/*/index"
            | "v1/sessions/*/streams/*/frames/*",
        ) => granted,
        ("GET", "v1/sessions/*/streams/*/frames") => Example {
            query: "?first=0&last=2",
            ..granted
        },
        _ => return None,
    })
}
