//! `POST /v1/sessions`.

use axum::http::StatusCode;
use serde_json::json;

use crate::house::{House, enrol, opening, problem};

#[tokio::test]
async fn a_session_opens_with_all_that_the_contract_names() {
    let house = House::new().await;
    let first = house.session().await;
    let body = json!({
        "kind": "monitoring", "started_at": "2026-11-02T13:00:00+01:00", "purpose": "quality", "class": "default",
        "streams": [{ "n": 0, "name": "left" }, { "n": 3, "name": "right" }, { "n": 7 }],
        "source": { "program": "agent 1", "capabilities": ["cursor"] },
        "consent": { "given": true, "text": "v3" }, "continues": first,
    });
    let answer = house.open(&body).send(&house).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_ne!(answer.json["session"], first.as_str());
    assert_eq!(house.archive.stats().open_sessions, 2);
}

#[tokio::test]
async fn the_same_key_and_body_are_the_same_session() {
    let house = House::new().await;
    let ask = house.open(&opening()).header("Idempotency-Key", "4f1c-1");
    let first = ask.send(&house).await;
    let again = ask.send(&house).await;
    assert_eq!(
        (first.status, again.status),
        (StatusCode::CREATED, StatusCode::CREATED)
    );
    assert_eq!(first.json, again.json);
    assert_eq!(house.archive.stats().open_sessions, 1);
    let without_key = house.open(&opening()).send(&house).await;
    assert_ne!(without_key.json, first.json);
}

#[tokio::test]
async fn a_key_belongs_to_one_body_and_to_one_device() {
    let house = House::new().await;
    let ask = house.open(&opening()).header("Idempotency-Key", "k");
    let first = ask.send(&house).await;
    for (field, value) in [
        ("purpose", json!("something else")),
        ("class", json!("default")),
        ("started_at", json!("2026-11-02T12:00:01Z")),
        (
            "streams",
            json!([{ "n": 0, "name": "left" }, { "n": 1, "name": "right" }]),
        ),
        ("consent", json!({ "given": false })),
        ("source", json!({ "program": "agent 2" })),
    ] {
        let mut other = opening();
        other[field] = value;
        let answer = house
            .open(&other)
            .header("Idempotency-Key", "k")
            .send(&house)
            .await;
        assert_eq!(problem(&answer), (409, "key-reused"), "{field}");
    }
    let neighbour = enrol(&house.archive, house.device.tenant, "PC 2").await;
    let theirs = ask.token(&neighbour.token).send(&house).await;
    assert_eq!(theirs.status, StatusCode::CREATED);
    assert_ne!(theirs.json, first.json);
}

#[tokio::test]
async fn what_makes_no_session_is_refused() {
    let house = House::new().await;
    for (field, value) in [
        ("kind", json!("party")),
        ("started_at", json!("yesterday")),
        ("purpose", json!("  ")),
        ("purpose", json!("x".repeat(2_001))),
        ("class", json!("no such class")),
        ("streams", json!([])),
        ("streams", json!([{ "n": 1 }, { "n": 1 }])),
        ("streams", json!([{ "n": 10_000 }])),
        ("streams", json!([{ "n": 0, "name": "x".repeat(201) }])),
        ("consent", json!("yes")),
        ("continues", json!("not an id")),
        ("surprise", json!(1)),
    ] {
        let mut body = opening();
        body[field] = value.clone();
        let answer = house.open(&body).send(&house).await;
        assert_eq!(problem(&answer), (422, "request-invalid"), "{field}: {value}");
    }
    for key in ["", "with space", "ä", &"x".repeat(256)] {
        let answer = house
            .open(&opening())
            .header("Idempotency-Key", key)
            .send(&house)
            .await;
        assert_eq!(problem(&answer), (400, "header-malformed"), "{key}");
    }
    assert_eq!(house.archive.stats().open_sessions, 0);
}
