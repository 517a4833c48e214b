//! `/healthz`, `/metrics`, `/openapi.json`.

use axum::http::{StatusCode, header};
use obhut_ingest::config::PackerConfig;
use obhut_ingest::packer::{Flushed, Packer};

use crate::house::{Ask, House, small};

#[tokio::test]
async fn health_is_told_to_anybody() {
    let house = House::new().await;
    let answer = Ask::get("/healthz").send(&house).await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (StatusCode::OK, r#"{"status":"ok"}"#)
    );
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn metrics_count_what_happened_and_name_nobody() {
    let house = House::new().await;
    let packer = Packer::start(house.archive.clone(), PackerConfig::default());
    let session = house.session().await;
    assert_eq!(
        house.frame(&session, 1, &small(1)).send(&house).await.status,
        StatusCode::CREATED
    );
    assert_eq!(
        house.frame(&session, 1, &small(1)).send(&house).await.status,
        StatusCode::OK
    );
    assert_eq!(packer.flush().await, Flushed::All);
    let answer = Ask::get("/metrics").send(&house).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.headers[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .starts_with("text/plain; version=0.0.4")
    );
    for name in [
        r#"obhut_intake_requests_total{method="PUT",route="/v1/sessions/{session}/streams/{stream}/frames/{seq}",status="201"}"#,
        "obhut_intake_request_seconds_bucket",
        "obhut_intake_sessions_opened_total",
        "obhut_intake_frames_acknowledged_total",
        "obhut_intake_frames_repeated_total",
        "obhut_intake_acknowledged_bytes_total",
        "obhut_intake_acknowledge_seconds_bucket",
        "obhut_intake_log_used_bytes",
        "obhut_intake_log_bound_bytes 20000000000",
        "obhut_intake_log_pressure_ratio",
        "obhut_archive_waiting_frames",
        "obhut_archive_open_sessions",
        "obhut_ledger_uncopied_leaves",
        "obhut_packer_segments_total",
        "obhut_packer_frames_total",
        "obhut_packer_original_bytes_total",
        "obhut_packer_object_bytes_total",
        "obhut_packer_running",
    ] {
        assert!(
            answer.text.lines().any(|line| line.starts_with(name)),
            "{name} in\n{}",
            answer.text
        );
    }
    for id in [
        session,
        house.device.id.to_string(),
        house.device.tenant.to_string(),
    ] {
        assert!(!answer.text.contains(&id));
    }
    packer.shutdown().await;
}

#[tokio::test]
async fn the_document_is_served() {
    let house = House::new().await;
    let answer = Ask::get("/openapi.json").send(&house).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(answer.text, obhut_ingest::api::document());
}
