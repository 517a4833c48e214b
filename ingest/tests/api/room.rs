//! No room: what is refused, what still goes, and that it ends by itself.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use obhut_archive::ArchiveOptions;
use obhut_archive::intake::IntakeOptions;
use obhut_ingest::config::{ApiConfig, PackerConfig};
use obhut_ingest::packer::{Flushed, Packer};
use serde_json::json;
use tempfile::TempDir;

use crate::house::{Ask, House, NOON, opening, picture, problem};

/// A house whose intake log takes 2 MB, in files of 200 kB.
async fn narrow() -> House {
    let folder = TempDir::new().unwrap();
    let mut options = ArchiveOptions::embedded(&folder.path().join("data"));
    options.intake = IntakeOptions {
        max_bytes: 2_000_000,
        reserve_bytes: 0,
        file_bytes: 200_000,
        ..IntakeOptions::default()
    };
    House::over(folder, options, ApiConfig::default()).await
}

#[tokio::test]
async fn a_full_intake_says_when_to_come_again_keeps_what_it_has_and_takes_more_once_it_is_packed() {
    let house = narrow().await;
    let session = house.session().await;
    let body = picture("timeline/00010.png");
    let mut taken = Vec::new();
    let refused = loop {
        let seq = taken.len() as u64;
        let answer = house.frame(&session, seq, &body).send(&house).await;
        if answer.status != StatusCode::CREATED {
            break answer;
        }
        taken.push(answer.text);
        assert!(taken.len() < 1_000, "it never gets full");
    };
    assert_eq!(problem(&refused), (503, "full"));
    assert_eq!(refused.headers[header::RETRY_AFTER], "10");
    assert_eq!(problem(&house.open(&opening()).send(&house).await), (503, "full"));
    assert_eq!(
        Ask::get("/healthz").send(&house).await.json,
        json!({ "status": "full" })
    );
    let event = json!({ "id": "e", "kind": "interruption", "at": NOON });
    let event = house
        .ask(Method::POST, &format!("/v1/sessions/{session}/events"))
        .json(&event);
    assert_eq!(
        event.send(&house).await.status,
        StatusCode::CREATED,
        "an event needs next to no room"
    );

    let packer = Packer::start(house.archive.clone(), PackerConfig::default());
    assert_eq!(packer.flush().await, Flushed::All);
    while Ask::get("/healthz").send(&house).await.json != json!({ "status": "ok" }) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let next = taken.len() as u64;
    assert_eq!(
        house.frame(&session, next, &body).send(&house).await.status,
        StatusCode::CREATED
    );
    for (seq, receipt) in taken.iter().enumerate() {
        let again = house.frame(&session, seq as u64, &body).send(&house).await;
        assert_eq!((again.status, &again.text), (StatusCode::OK, receipt));
    }
    packer.shutdown().await;
}
