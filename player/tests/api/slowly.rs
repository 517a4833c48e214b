//! Answers that take their time: what they may take up meanwhile, and what ends them.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use http_body_util::BodyExt;
use obhut_archive::{Action, Assignment, Role, SessionRef, User};
use obhut_format::chain::SessionKind;
use obhut_player::config::ApiConfig;
use obhut_player::reads::ReadLimits;

use crate::house::{Ask, House, problem};
use crate::looking::{asking, body, look, open};
use crate::recorded::{grant, session};

const RUN: &str = "streams/0/frames?first=1&last=4";

/// A little more than one small frame, or a run of them, is said to take.
const ONE: u32 = 17 << 20;

fn limited(memory_bytes: u32, memory_of_login_bytes: u32) -> ApiConfig {
    ApiConfig {
        reads: ReadLimits {
            memory_bytes,
            memory_of_login_bytes,
            patience: Duration::ZERO,
        },
        ..ApiConfig::default()
    }
}

/// A session with four frames.
async fn four(house: &House) -> SessionRef {
    let at = house.session(house.tenant).await;
    house.put(at, 1..=4).await;
    at
}

/// The next piece of a body; `None` at its end.
async fn piece(response: &mut Response<Body>) -> Option<Result<Vec<u8>, axum::Error>> {
    let frame = response.body_mut().frame().await?;
    Some(frame.map(|frame| frame.into_data().unwrap().into()))
}

/// Reads a run's first frame.
async fn first_of(response: &mut Response<Body>) {
    assert_eq!(response.status(), StatusCode::OK);
    piece(response).await.unwrap().unwrap();
    assert_eq!(piece(response).await.unwrap().unwrap(), body(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_room_to_read_nothing_is_put_on_record() {
    let house = House::with(limited(u32::MAX >> 1, ONE)).await;
    let at = four(&house).await;
    let (cookie, colleague) = (house.officer("olga").await, house.officer("otto").await);
    let theirs = open(&house, at, &colleague, None).await;
    let mine = open(&house, at, &cookie, None).await;
    for held in [RUN, "streams/0/frames/1"] {
        let asked = asking(at, &cookie, &mine, held).begin(&house).await;
        let before = house.looks().await;
        let refused = look(&house, at, &cookie, &mine, RUN).await;
        assert_eq!(problem(&refused), (503, "unavailable"), "{held}");
        assert_eq!(refused.header("retry-after"), "5");
        assert_eq!(house.looks().await, before);
        let answer = look(&house, at, &colleague, &theirs, RUN).await;
        assert_eq!(answer.status, StatusCode::OK);
        drop(asked);
        let answer = look(&house, at, &cookie, &mine, RUN).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_logins_together_have_a_bound_too() {
    let house = House::with(limited(ONE, ONE)).await;
    let at = four(&house).await;
    let (cookie, colleague) = (house.officer("olga").await, house.officer("otto").await);
    let theirs = open(&house, at, &colleague, None).await;
    let mine = open(&house, at, &cookie, None).await;
    let mut asked = asking(at, &cookie, &mine, RUN).begin(&house).await;
    let refused = look(&house, at, &colleague, &theirs, RUN).await;
    assert_eq!(problem(&refused), (503, "unavailable"));
    // Sent whole, it gives its room back.
    while piece(&mut asked).await.is_some() {}
    let answer = look(&house, at, &colleague, &theirs, RUN).await;
    assert_eq!(answer.status, StatusCode::OK);
}

/// A browser has six connections to one address.
#[tokio::test(flavor = "multi_thread")]
async fn six_answers_at_once_are_never_too_many() {
    let config = ApiConfig::default();
    let reads = ReadLimits {
        patience: Duration::ZERO,
        ..config.reads
    };
    let house = House::with(ApiConfig { reads, ..config }).await;
    let at = four(&house).await;
    let cookie = house.officer("olga").await;
    let mine = open(&house, at, &cookie, None).await;
    let mut answers = Vec::new();
    for _ in 0..6 {
        answers.push(asking(at, &cookie, &mine, RUN).begin(&house).await);
    }
    for mut answer in answers {
        first_of(&mut answer).await;
    }
}

/// What ends a right while an answer goes out.
#[derive(Debug, Clone, Copy)]
enum Ends {
    Login,
    Role,
    User,
}

impl Ends {
    const ALL: [Self; 3] = [Self::Login, Self::Role, Self::User];

    async fn happens(self, house: &House, user: &User, cookie: &str) {
        match self {
            Self::Login => {
                let answer = Ask::post("/v1/logout").by(cookie).send(house).await;
                assert_eq!(answer.status, StatusCode::NO_CONTENT);
            }
            Self::Role => {
                let administrator = Assignment {
                    role: Role::Administrator,
                    tenant: None,
                };
                let roles = vec![administrator];
                house.archive.set_assignments(user.user, roles).await.unwrap();
            }
            Self::User => house.archive.disable_user(user.user).await.unwrap(),
        }
        house.clock.advance(Duration::from_secs(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_broken_off_when_the_right_to_it_ends() {
    for ends in Ends::ALL {
        let house = House::new().await;
        let at = four(&house).await;
        let user = house.user("olga", &[(Role::ComplianceOfficer, None)]).await;
        let cookie = house.log_in("olga").await;
        let mine = open(&house, at, &cookie, None).await;
        let mut answer = asking(at, &cookie, &mine, RUN).begin(&house).await;
        first_of(&mut answer).await;
        ends.happens(&house, &user, &cookie).await;
        assert!(piece(&mut answer).await.unwrap().is_err(), "{ends:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_broken_off_when_its_grant_ends() {
    let house = House::new().await;
    let at = four(&house).await;
    let cookie = house.officer("olga").await;
    let asked = serde_json::json!({ "purpose": "a complaint", "minutes": 1 });
    let opened = crate::looking::opening(at, &cookie, &asked).send(&house).await;
    let mine = opened.json["grant"].as_str().unwrap();
    let mut answer = asking(at, &cookie, mine, RUN).begin(&house).await;
    first_of(&mut answer).await;
    house.clock.advance(Duration::from_mins(1));
    assert!(piece(&mut answer).await.unwrap().is_err());
    assert!(house.looks().await.contains(&(Action::View, Some((1, 4)))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_for_a_client_that_takes_its_time() {
    let house = House::new().await;
    let at = four(&house).await;
    let cookie = house.officer("olga").await;
    let mine = open(&house, at, &cookie, None).await;
    let mut answer = asking(at, &cookie, &mine, RUN).begin(&house).await;
    first_of(&mut answer).await;
    for n in 2..=4 {
        house.clock.advance(Duration::from_mins(5));
        piece(&mut answer).await.unwrap().unwrap();
        assert_eq!(piece(&mut answer).await.unwrap().unwrap(), body(n));
    }
    assert!(piece(&mut answer).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_looks_is_cut_off_when_the_right_to_it_ends() {
    for ends in Ends::ALL {
        let house = House::new().await;
        let at = session(&house, house.tenant, "PC 1", SessionKind::Support).await;
        for n in 0..3 {
            let officer = house.officer(&format!("officer-{n}")).await;
            for _ in 0..90 {
                grant(&house, &officer, at, "a complaint").await;
            }
        }
        let user = house.user("olga", &[(Role::ComplianceOfficer, None)]).await;
        let cookie = house.log_in("olga").await;
        let mut answer = Ask::get("/v1/access.csv").by(&cookie).begin(&house).await;
        assert_eq!(answer.status(), StatusCode::OK);
        for _ in ["names", "first page"] {
            piece(&mut answer).await.unwrap().unwrap();
        }
        ends.happens(&house, &user, &cookie).await;
        assert!(piece(&mut answer).await.unwrap().is_err(), "{ends:?}");
    }
}
