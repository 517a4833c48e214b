//! The reference pages are what the program does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use obhut_player::{api, problem};
use serde_json::Value;

#[test]
fn the_openapi_document_is_current() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/openapi-review.json");
    if std::env::var_os("OBHUT_BLESS").is_some() {
        std::fs::write(&path, api::document()).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert_eq!(kept, api::document(), "run the test once with OBHUT_BLESS=1");
}

/// Every operation, as `GET /v1/me`.
fn operations() -> BTreeMap<String, Value> {
    let document: Value = serde_json::from_str(&api::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let path = path.clone();
        let item = item.as_object().unwrap().clone();
        item.into_iter()
            .map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn every_operation_says_what_it_asks_for() {
    let session = "/v1/sessions/{session}";
    let expected = [
        ("GET /healthz", "public"),
        ("GET /metrics", "public"),
        ("GET /openapi.json", "public"),
        ("GET /v1/access", "access"),
        ("GET /v1/access.csv", "access"),
        ("GET /v1/devices", "sessions"),
        ("GET /v1/certificates", "custody"),
        ("GET /v1/certificates/{session}", "custody"),
        ("GET /v1/certificates/{session}/page", "custody"),
        ("GET /v1/deletions", "custody"),
        ("GET /v1/holds", "custody"),
        ("GET /v1/exports", "custody"),
        ("GET /v1/exports/{export}", "custody"),
        ("GET /v1/exports/{export}/bundle", "export"),
        ("GET /v1/me", "login"),
        ("GET /v1/sessions", "sessions"),
        (&format!("GET {session}"), "sessions"),
        (&format!("GET {session}/description"), "content"),
        (&format!("GET {session}/grants"), "content"),
        (&format!("GET {session}/streams/{{stream}}/frames"), "content"),
        (
            &format!("GET {session}/streams/{{stream}}/frames/{{seq}}"),
            "content",
        ),
        (&format!("GET {session}/streams/{{stream}}/index"), "content"),
        ("GET /v1/state", "state"),
        ("GET /v1/tenants", "sessions"),
        ("POST /v1/holds/{hold}/release", "hold"),
        (&format!("POST {session}/holds"), "hold"),
        ("POST /v1/exports/{export}/decision", "export"),
        ("POST /v1/login", "public"),
        ("POST /v1/logout", "login"),
        ("POST /v1/password", "login"),
        (&format!("POST {session}/exports"), "export"),
        (&format!("POST {session}/grants"), "content"),
    ];
    let said: BTreeMap<String, String> = operations()
        .into_iter()
        .map(|(name, operation)| (name, operation["x-obhut-permission"].as_str().unwrap().to_owned()))
        .collect();
    let expected = expected
        .into_iter()
        .map(|(name, permission)| (name.to_owned(), permission.to_owned()));
    assert_eq!(said, expected.collect());
}

#[test]
fn every_operation_is_documented_with_problems_that_exist() {
    let known: BTreeSet<(u64, &str)> = problem::TYPES
        .iter()
        .chain(obhut_listener::problem::TYPES)
        .map(|known| (u64::from(known.status.as_u16()), known.slug))
        .collect();
    for (name, operation) in operations() {
        let responses = operation["responses"].as_object().unwrap();
        for (status, response) in responses {
            let status: u64 = status.parse().unwrap();
            if status < 400 {
                continue;
            }
            let said = response["description"].as_str().unwrap();
            let slugs: Vec<&str> = said
                .split([',', ';'])
                .map(|part| part.split(':').next().unwrap().trim())
                .collect();
            for slug in &slugs {
                assert!(known.contains(&(status, slug)), "{name}: {status} {slug}");
            }
            let once: BTreeSet<_> = slugs.iter().collect();
            assert_eq!(once.len(), slugs.len(), "{name}: {said}");
            assert!(
                response["content"]["application/problem+json"].is_object(),
                "{name}"
            );
        }
        let public = operation["x-obhut-permission"] == "public";
        assert_eq!(operation["security"].is_null(), public, "{name}");
        assert_eq!(
            responses.contains_key("401"),
            !public || name == "POST /v1/login",
            "{name}"
        );
        if name.starts_with("POST ") {
            assert!(
                responses["403"]["description"]
                    .as_str()
                    .unwrap()
                    .contains("cross-origin"),
                "{name}"
            );
        }
    }
}

#[test]
fn everything_that_the_document_names_is_in_it() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    found.insert(reference.clone());
                }
                fields.values().for_each(|field| references(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document: Value = serde_json::from_str(&api::document()).unwrap();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.contains("#/components/schemas/ProblemDocument"));
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
