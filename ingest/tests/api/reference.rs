//! The reference pages are what the program does.

use std::collections::BTreeSet;
use std::path::PathBuf;

use obhut_ingest::api;
use obhut_ingest::problem;
use serde_json::Value;

fn page(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../docs/reference")
        .join(name)
}

#[test]
fn the_openapi_document_is_current() {
    let path = page("openapi-intake.json");
    if std::env::var_os("OBHUT_BLESS").is_some() {
        std::fs::write(&path, api::document()).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert_eq!(kept, api::document(), "run the test once with OBHUT_BLESS=1");
}

#[test]
fn every_endpoint_is_documented_with_problems_that_exist() {
    let document: Value = serde_json::from_str(&api::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let expected = [
        "/healthz",
        "/metrics",
        "/openapi.json",
        "/v1/sessions",
        "/v1/sessions/{session}/events",
        "/v1/sessions/{session}/seal",
        "/v1/sessions/{session}/streams/{stream}/frames/{seq}",
    ];
    assert_eq!(
        paths.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        BTreeSet::from(expected)
    );
    let slugs: BTreeSet<(u64, &str)> = problem::TYPES
        .iter()
        .chain(obhut_listener::problem::TYPES)
        .map(|known| (u64::from(known.status.as_u16()), known.slug))
        .collect();
    for (path, item) in paths {
        for operation in item.as_object().unwrap().values() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let status: u64 = status.parse().unwrap();
                if status < 400 {
                    continue;
                }
                let said = response["description"].as_str().unwrap();
                for slug in said
                    .split([',', ';'])
                    .map(|part| part.split(':').next().unwrap().trim())
                {
                    assert!(slugs.contains(&(status, slug)), "{path}: {status} {slug}");
                }
            }
            if path.starts_with("/v1/") {
                assert_eq!(
                    operation["security"][0]["device_token"],
                    serde_json::json!([]),
                    "{path}"
                );
            }
        }
    }
}
