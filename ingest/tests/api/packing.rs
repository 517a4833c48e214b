//! The packer behind the intake: what it takes, and what it does when the store fails.

use std::fs;
use std::time::Duration;

use axum::http::StatusCode;
use obhut_archive::{ArchiveOptions, ClaimLimits};
use obhut_ingest::config::{ApiConfig, PackerConfig};
use obhut_ingest::packer::{Flushed, Packer};
use serde_json::json;
use tempfile::TempDir;

use crate::house::{House, picture, small};

async fn send(house: &House, session: &str, numbers: std::ops::Range<u64>) {
    for seq in numbers {
        assert_eq!(
            house.frame(session, seq, &small(seq)).send(house).await.status,
            StatusCode::CREATED
        );
    }
}

/// Waits until so many frames wait for the packer; never comes if it does not work.
async fn waiting(house: &House, frames: u64) {
    while house.archive.stats().waiting_frames != frames {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn quick() -> PackerConfig {
    PackerConfig {
        every: Duration::from_millis(5),
        ..PackerConfig::default()
    }
}

#[tokio::test]
async fn a_full_run_is_packed_at_once_and_the_rest_when_it_is_old() {
    let house = House::new().await;
    let packer = Packer::start(house.archive.clone(), quick());
    let session = house.session().await;
    send(&house, &session, 0..100).await;
    waiting(&house, 4).await;
    house.clock.advance(Duration::from_mins(10));
    waiting(&house, 0).await;
    packer.shutdown().await;
}

#[tokio::test]
async fn small_memory_packs_one_after_the_other() {
    let house = House::new().await;
    let limits = ClaimLimits {
        frames: 2,
        ..ClaimLimits::default()
    };
    let packer = Packer::start(
        house.archive.clone(),
        PackerConfig {
            workers: 4,
            memory_bytes: 1,
            limits,
            ..quick()
        },
    );
    let session = house.session().await;
    send(&house, &session, 0..10).await;
    waiting(&house, 0).await;
    assert_eq!(packer.flush().await, Flushed::All);
    packer.shutdown().await;
}

#[tokio::test]
async fn a_store_that_fails_loses_nothing_and_packing_goes_on_when_it_is_back() {
    let folder = TempDir::new().unwrap();
    let options = ArchiveOptions::embedded(&folder.path().join("data"));
    let house = House::over(folder, options, ApiConfig::default()).await;
    let config = PackerConfig {
        workers: 2,
        limits: ClaimLimits {
            frames: 4,
            ..ClaimLimits::default()
        },
        ..quick()
    };
    let packer = Packer::start(house.archive.clone(), config);
    let session = house.session().await;
    let objects = house.folder.path().join("data/objects");
    let aside = house.folder.path().join("aside");
    fs::rename(&objects, &aside).unwrap();
    fs::write(&objects, "no folder").unwrap();
    send(&house, &session, 0..9).await;
    assert_eq!(packer.flush().await, Flushed::Failed);
    assert_eq!(
        house.archive.stats().waiting_frames,
        9,
        "everything acknowledged is still there"
    );
    fs::remove_file(&objects).unwrap();
    fs::rename(&aside, &objects).unwrap();
    // The longest pause there is.
    house.clock.advance(Duration::from_secs(30));
    let sealed = house
        .seal(&session, &json!([{ "n": 0, "count": 9, "last": 8 }]))
        .send(&house)
        .await;
    assert_eq!(
        (sealed.status, &sealed.json["streams"][0]["count"]),
        (StatusCode::OK, &json!(9))
    );
    assert_eq!(packer.flush().await, Flushed::All);
    packer.shutdown().await;
}

#[tokio::test]
async fn shutting_down_leaves_what_is_young_in_the_intake_log() {
    let house = House::new().await;
    let packer = Packer::start(house.archive.clone(), quick());
    let session = house.session().await;
    let body = picture("timeline/00010.png");
    assert_eq!(
        house.frame(&session, 0, &body).send(&house).await.status,
        StatusCode::CREATED
    );
    packer.shutdown().await;
    assert_eq!(house.archive.stats().waiting_frames, 1);
    assert_eq!(
        house.frame(&session, 0, &body).send(&house).await.status,
        StatusCode::OK
    );
}
