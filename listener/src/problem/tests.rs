use std::collections::BTreeSet;

use http_body_util::BodyExt;

use super::*;

#[test]
fn every_type_has_one_slug_and_stands_by_its_status() {
    let slugs: BTreeSet<_> = TYPES.iter().map(|problem_type| problem_type.slug).collect();
    assert_eq!(slugs.len(), TYPES.len());
    assert!(TYPES.is_sorted_by_key(|problem_type| problem_type.status));
}

#[tokio::test]
async fn a_problem_is_answered_as_problem_json() {
    let response = Problem::body_too_large(10).into_response();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(response.headers()[header::CONTENT_TYPE], PROBLEM_JSON);
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    let body = response
        .into_body()
        .collect()
        .await
        .expect("a whole body")
        .to_bytes();
    let document: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(
        document,
        serde_json::json!({
            "type": "/problems/body-too-large",
            "title": "more bytes than are taken",
            "status": 413,
            "detail": "at most 10 bytes are taken",
        })
    );
}

#[test]
fn waiting_is_told_in_whole_seconds_rounded_up() {
    let response = Problem::full(Duration::from_millis(1_200)).into_response();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()[header::RETRY_AFTER], "2");
}

#[test]
fn a_challenge_is_answered_with_its_scheme() {
    let response = Problem::not_found().challenging("Bearer").into_response();
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
}
