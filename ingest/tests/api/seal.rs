//! `POST /v1/sessions/{session}/seal`.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use obhut_format::sign::SealReceipt;
use obhut_ingest::api::SealReceiptBody;
use obhut_ingest::config::{ApiConfig, PackerConfig};
use obhut_ingest::packer::{Flushed, Packer};
use serde_json::json;

use crate::house::{House, NOON, problem, small};

#[tokio::test]
async fn a_seal_is_answered_with_signed_counts_and_gaps_and_can_be_repeated() {
    let house = House::new().await;
    let packer = Packer::start(house.archive.clone(), PackerConfig::default());
    let session = house.session().await;
    for seq in [1, 2, 4] {
        assert_eq!(
            house.frame(&session, seq, &small(seq)).send(&house).await.status,
            StatusCode::CREATED
        );
    }
    let ask = house.seal(&session, &json!([{ "n": 0, "count": 4, "last": 4 }]));
    let sealed = ask.send(&house).await;
    assert_eq!(sealed.status, StatusCode::OK);
    let _: SealReceiptBody = serde_json::from_str(&sealed.text).unwrap();
    let receipt = SealReceipt::parse(sealed.text.as_bytes()).unwrap();
    receipt.verify(&house.archive_key().await).unwrap();
    assert_eq!(receipt.streams[0].count, 3);
    assert!(receipt.streams[0].gaps.contains(3));
    for _ in 0..2 {
        let again = ask.send(&house).await;
        assert_eq!((again.status, &again.text), (StatusCode::OK, &sealed.text));
    }
    packer.shutdown().await;
}

#[tokio::test]
async fn while_frames_are_packed_a_seal_is_accepted_and_nothing_more_is_taken() {
    let house = House::with(ApiConfig {
        seal_patience: Duration::ZERO,
        ..ApiConfig::default()
    })
    .await;
    let session = house.session().await;
    assert_eq!(
        house.frame(&session, 1, &small(1)).send(&house).await.status,
        StatusCode::CREATED
    );
    let ask = house.seal(&session, &json!([{ "n": 0, "count": 1, "last": 1 }]));
    let packing = ask.send(&house).await;
    assert_eq!(packing.status, StatusCode::ACCEPTED);
    assert_eq!(packing.json, json!({ "session": session, "state": "packing" }));
    assert_eq!(packing.headers[header::RETRY_AFTER], "1");
    assert_eq!(
        problem(&house.frame(&session, 2, &small(2)).send(&house).await),
        (409, "session-sealed")
    );
    assert_eq!(
        house.frame(&session, 1, &small(1)).send(&house).await.status,
        StatusCode::OK
    );
    let packer = Packer::start(house.archive.clone(), PackerConfig::default());
    assert_eq!(packer.flush().await, Flushed::All);
    assert_eq!(ask.send(&house).await.status, StatusCode::OK);
    packer.shutdown().await;
}

#[tokio::test]
async fn an_empty_session_is_sealed() {
    let house = House::new().await;
    let session = house.session().await;
    let sealed = house
        .seal(&session, &json!([{ "n": 0, "count": 0 }]))
        .send(&house)
        .await;
    assert_eq!(sealed.status, StatusCode::OK);
    assert_eq!(
        (&sealed.json["lines"], &sealed.json["streams"][0]["count"]),
        (&json!(2), &json!(0))
    );
}

#[tokio::test]
async fn what_contradicts_itself_is_refused_and_seals_nothing() {
    let house = House::new().await;
    let session = house.session().await;
    for streams in [
        json!([{ "n": 0, "count": 1, "last": 1 }, { "n": 0, "count": 2, "last": 2 }]),
        json!([{ "n": 0, "count": 1 }]),
        json!([{ "n": 0, "count": 0, "last": 1 }]),
        json!([{ "n": 0, "count": -1 }]),
        json!("all"),
    ] {
        let answer = house.seal(&session, &streams).send(&house).await;
        assert_eq!(problem(&answer), (422, "request-invalid"), "{streams}");
    }
    let path = format!("/v1/sessions/{session}/seal");
    let long = json!({ "ended_at": NOON, "how": "x".repeat(201) });
    assert_eq!(
        problem(&house.ask(Method::POST, &path).json(&long).send(&house).await),
        (422, "request-invalid")
    );
    assert_eq!(
        house.frame(&session, 1, &small(1)).send(&house).await.status,
        StatusCode::CREATED
    );
}
