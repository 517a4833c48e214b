//! A bundle on its way: it comes whole or is seen to be broken off, and nobody who takes their time keeps anybody else waiting.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use http_body_util::BodyExt;
use obhut_archive::objects::Disposal;
use obhut_archive::{Assignment, Role};
use obhut_player::config::ApiConfig;
use obhut_player::downloads::DownloadLimits;

use crate::exports::{asked, entry, taking};
use crate::house::{Ask, House, problem};
use crate::recorded::{begin_deletion, sealed};
use crate::scripted::{BEGIN, How};

/// A house in which it is looked at again all the time whether a bundle may go on.
async fn house(how: How) -> House {
    let house = House::with(ApiConfig {
        downloads: DownloadLimits {
            at_once: 2,
            judged_every: Duration::from_millis(1),
            ..DownloadLimits::default()
        },
        ..ApiConfig::default()
    })
    .await;
    *house.bundles.how.lock() = how;
    house
}

async fn piece(response: &mut Response<Body>) -> Option<Result<Vec<u8>, axum::Error>> {
    let frame = response.body_mut().frame().await?;
    Some(frame.map(|frame| frame.into_data().unwrap().into()))
}

/// Reads on until the body is broken off.
async fn expect_broken_off(mut response: Response<Body>) {
    while let Some(read) = piece(&mut response).await {
        if read.is_err() {
            assert!(piece(&mut response).await.is_none());
            return;
        }
    }
    panic!("it looks whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_in_the_middle_does_not_look_whole() {
    let house = house(How::BrokenOff).await;
    let olga = house.officer("olga").await;
    let at = sealed(&house).await;
    let export = asked(&house, at, &olga).await;
    let mut answer = taking(&export, &olga).begin(&house).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(piece(&mut answer).await.unwrap().unwrap(), BEGIN);
    expect_broken_off(answer).await;
    // That it was begun is on record.
    assert_eq!(
        entry(&house, &export, &olga).await["bundles"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    *house.bundles.how.lock() = How::Whole;
    assert_eq!(taking(&export, &olga).send(&house).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_before_the_first_byte_is_told() {
    let house = house(How::Damaged).await;
    let olga = house.officer("olga").await;
    let at = sealed(&house).await;
    let export = asked(&house, at, &olga).await;
    let answer = taking(&export, &olga).send(&house).await;
    assert_eq!(problem(&answer), (409, "session-damaged"));
}

/// The client takes nothing, and is not waited for.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_ends_a_download_of_its_session() {
    let house = house(How::Endless).await;
    let olga = house.officer("olga").await;
    let at = sealed(&house).await;
    let export = asked(&house, at, &olga).await;
    let answer = taking(&export, &olga).begin(&house).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let begun = begin_deletion(&house, at).await;
    let turn = house.archive.purge_turn().unwrap();
    let (erased, read) = turn.erase(begun, &Disposal::by_plan()).await.unwrap();
    assert_eq!((erased.len(), read.len()), (1, 0), "the download keeps the key");
    expect_broken_off(answer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_ends_with_the_right_to_it() {
    for ends in ["login", "role", "user"] {
        let house = house(How::Endless).await;
        let user = house.user("olga", &[(Role::ComplianceOfficer, None)]).await;
        let olga = house.log_in("olga").await;
        let at = sealed(&house).await;
        let export = asked(&house, at, &olga).await;
        let answer = taking(&export, &olga).begin(&house).await;
        assert_eq!(answer.status(), StatusCode::OK);
        match ends {
            "login" => {
                let left = Ask::post("/v1/logout").by(&olga).send(&house).await;
                assert_eq!(left.status, StatusCode::NO_CONTENT);
            }
            "role" => {
                let auditor = Assignment {
                    role: Role::Auditor,
                    tenant: None,
                };
                house
                    .archive
                    .set_assignments(user.user, vec![auditor])
                    .await
                    .unwrap();
            }
            _ => house.archive.disable_user(user.user).await.unwrap(),
        }
        expect_broken_off(answer).await;
    }
}

/// Somebody who only takes what they asked for is not idle.
#[tokio::test(flavor = "multi_thread")]
async fn a_download_keeps_its_login_in_use() {
    let house = house(How::Endless).await;
    let olga = house.officer("olga").await;
    let at = sealed(&house).await;
    let export = asked(&house, at, &olga).await;
    let mut answer = taking(&export, &olga).begin(&house).await;
    for _ in 0..8 {
        house.clock.advance(Duration::from_mins(10));
        // More than was on its way already.
        for _ in 0..8 {
            piece(&mut answer).await.unwrap().unwrap();
        }
    }
    let me = Ask::get("/v1/me").by(&olga).send(&house).await;
    assert_eq!(me.status, StatusCode::OK, "{}", me.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_takes_one_at_a_time_and_all_together_a_few() {
    let house = house(How::Endless).await;
    let at = sealed(&house).await;
    let mut taken = Vec::new();
    for name in ["olga", "otto", "oskar"] {
        let cookie = house.officer(name).await;
        let export = asked(&house, at, &cookie).await;
        taken.push((export, cookie));
    }
    let take = async |n: usize| taking(&taken[n].0, &taken[n].1).begin(&house).await;
    let first = take(0).await;
    assert_eq!(first.status(), StatusCode::OK);
    let refused = taking(&taken[0].0, &taken[0].1).send(&house).await;
    assert_eq!(problem(&refused), (429, "exports-too-many"));
    assert_eq!(refused.header("retry-after"), "5");
    let second = take(1).await;
    assert_eq!(second.status(), StatusCode::OK);
    assert_eq!(take(2).await.status(), StatusCode::TOO_MANY_REQUESTS);
    // A client that leaves gives its turn back, and lets go of the session.
    drop(second);
    drop(first);
    let begun = begin_deletion(&house, at).await;
    let turn = house.archive.purge_turn().unwrap();
    let (erased, read) = turn.erase(begun, &Disposal::by_plan()).await.unwrap();
    assert_eq!((erased.len(), read.len()), (1, 0));
}
