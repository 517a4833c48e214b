//! Sessions that nothing is heard of, through a running intake.

use std::time::Duration;

use axum::http::StatusCode;
use obhut_ingest::config::{IntakeConfig, LostConfig, PackerConfig};
use obhut_ingest::packer::Packer;
use obhut_ingest::server::Intake;
use obhut_listener::metrics::Metrics;

use crate::house::{House, problem, small};

/// An intake that looks for lost sessions all the time, by the house's clock.
async fn looking(house: &House) -> Intake {
    let mut config = IntakeConfig::at(([127, 0, 0, 1], 0).into());
    config.lost = LostConfig {
        every: Duration::from_millis(5),
        ..LostConfig::default()
    };
    Intake::start(house.archive.clone(), config, Metrics::install().unwrap())
        .await
        .unwrap()
}

/// Waits until a frame is refused for the session's end; it never comes if the session is not sealed.
async fn sealed(house: &House) {
    while house.archive.stats().open_sessions > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_silent_session_is_sealed_as_lost_and_told_apart_from_a_sealed_one() {
    let house = House::new().await;
    let packer = Packer::start(house.archive.clone(), PackerConfig::default());
    let session = house.session().await;
    let ask = house.frame(&session, 1, &small(1));
    assert_eq!(ask.send(&house).await.status, StatusCode::CREATED);
    let intake = looking(&house).await;
    house.clock.advance(Duration::from_secs(599));
    let heard = house.frame(&session, 2, &small(2)).send(&house).await;
    assert_eq!(heard.status, StatusCode::CREATED, "not silent long enough");
    house.clock.advance(Duration::from_mins(10));
    sealed(&house).await;
    assert_eq!(
        problem(&house.frame(&session, 3, &small(3)).send(&house).await),
        (409, "session-ended")
    );
    assert_eq!(
        ask.send(&house).await.status,
        StatusCode::OK,
        "what was acknowledged is answered still"
    );
    let seal = house.seal(&session, &serde_json::json!([])).send(&house).await;
    assert_eq!(
        (seal.status, &seal.json["streams"][0]["count"]),
        (StatusCode::OK, &serde_json::json!(2))
    );
    intake.shutdown().await;
    packer.shutdown().await;
    house.verifies().await;
}

#[tokio::test]
async fn a_day_old_session_is_sealed_though_its_agent_is_heard() {
    let house = House::new().await;
    let packer = Packer::start(house.archive.clone(), PackerConfig::default());
    let session = house.session().await;
    let intake = looking(&house).await;
    house.clock.advance(Duration::from_hours(24));
    sealed(&house).await;
    assert_eq!(
        problem(&house.frame(&session, 1, &small(1)).send(&house).await),
        (409, "session-ended")
    );
    intake.shutdown().await;
    packer.shutdown().await;
    house.verifies().await;
}
