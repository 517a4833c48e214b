//! `POST /v1/sessions/{session}/events`.

use axum::http::{Method, StatusCode};
use obhut_ingest::config::PackerConfig;
use obhut_ingest::packer::{Flushed, Packer};
use serde_json::{Value, json};

use crate::house::{Ask, House, NOON, problem};

fn event(house: &House, session: &str, body: &Value) -> Ask {
    house
        .ask(Method::POST, &format!("/v1/sessions/{session}/events"))
        .json(body)
}

fn consent() -> Value {
    json!({ "id": "e1", "kind": "consent", "at": NOON, "detail": { "given": true, "by": "Erika" } })
}

#[tokio::test]
async fn an_event_is_recorded_once_however_often_it_comes() {
    let house = House::new().await;
    let session = house.session().await;
    let ask = event(&house, &session, &consent());
    let leaves = house.archive.uncopied_leaves().await.unwrap();
    let first = ask.send(&house).await;
    assert_eq!(
        (first.status, &first.json),
        (StatusCode::CREATED, &json!({ "id": "e1" }))
    );
    for _ in 0..3 {
        let again = ask.send(&house).await;
        assert_eq!((again.status, &again.json), (StatusCode::OK, &first.json));
    }
    assert_eq!(house.archive.uncopied_leaves().await.unwrap(), leaves + 1);
}

#[tokio::test]
async fn an_id_belongs_to_one_content_and_one_session() {
    let house = House::new().await;
    let (session, other) = (house.session().await, house.session().await);
    assert_eq!(
        event(&house, &session, &consent()).send(&house).await.status,
        StatusCode::CREATED
    );
    for (field, value) in [
        ("kind", json!("end")),
        ("at", json!("2026-11-02T12:00:01Z")),
        ("detail", json!({ "given": false })),
    ] {
        let mut changed = consent();
        changed[field] = value;
        assert_eq!(
            problem(&event(&house, &session, &changed).send(&house).await),
            (409, "key-reused"),
            "{field}"
        );
    }
    assert_eq!(
        event(&house, &other, &consent()).send(&house).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn every_kind_of_event_is_taken_and_no_other() {
    let house = House::new().await;
    let session = house.session().await;
    for kind in ["consent", "interruption", "transfer", "decision", "end"] {
        let body = json!({ "id": kind, "kind": kind, "at": NOON });
        assert_eq!(
            event(&house, &session, &body).send(&house).await.status,
            StatusCode::CREATED
        );
    }
    for body in [
        json!({ "id": "x", "kind": "party", "at": NOON }),
        json!({ "id": "", "kind": "end", "at": NOON }),
        json!({ "id": "x".repeat(101), "kind": "end", "at": NOON }),
    ] {
        assert_eq!(
            problem(&event(&house, &session, &body).send(&house).await),
            (422, "request-invalid")
        );
    }
}

#[tokio::test]
async fn after_the_seal_only_what_was_recorded_is_answered() {
    let house = House::new().await;
    let packer = Packer::start(house.archive.clone(), PackerConfig::default());
    let session = house.session().await;
    assert_eq!(
        event(&house, &session, &consent()).send(&house).await.status,
        StatusCode::CREATED
    );
    assert_eq!(
        house.seal(&session, &json!([])).send(&house).await.status,
        StatusCode::OK
    );
    assert_eq!(packer.flush().await, Flushed::All);
    assert_eq!(
        event(&house, &session, &consent()).send(&house).await.status,
        StatusCode::OK
    );
    let late = json!({ "id": "late", "kind": "end", "at": NOON });
    assert_eq!(
        problem(&event(&house, &session, &late).send(&house).await),
        (409, "session-sealed")
    );
    packer.shutdown().await;
}
