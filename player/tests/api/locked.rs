//! Guessing: names are locked, addresses slowed down.

use std::time::Duration;

use axum::http::StatusCode;
use obhut_listener::rate::RateConfig;
use obhut_player::config::ApiConfig;
use obhut_player::login::Turns;
use serde_json::json;

use crate::house::{Ask, House, PASSWORD, log_in, problem};

async fn fail(house: &House, name: &str, times: usize) {
    for _ in 0..times {
        let answer = log_in(name, "wrong").send(house).await;
        assert_eq!(problem(&answer), (401, "login-failed"));
    }
}

#[tokio::test]
async fn after_five_failures_not_even_the_right_password_is_looked_at() {
    let house = House::new().await;
    house.user("olga", &[]).await;
    fail(&house, "olga", 5).await;
    for name in ["olga", "OLGA", " olga "] {
        let answer = log_in(name, PASSWORD).send(&house).await;
        assert_eq!(problem(&answer), (429, "login-locked"), "{name:?}");
        assert_eq!(answer.header("retry-after"), "60");
    }
    house.clock.advance(Duration::from_secs(59));
    let answer = log_in("olga", PASSWORD).send(&house).await;
    assert_eq!(
        (problem(&answer), answer.header("retry-after")),
        ((429, "login-locked"), "1")
    );
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(log_in("olga", PASSWORD).send(&house).await.status, StatusCode::OK);
    fail(&house, "olga", 4).await;
    assert_eq!(
        log_in("olga", PASSWORD).send(&house).await.status,
        StatusCode::OK,
        "a success forgets failures"
    );
}

#[tokio::test]
async fn each_further_failure_locks_for_twice_as_long() {
    let house = House::new().await;
    house.user("olga", &[]).await;
    fail(&house, "olga", 4).await;
    for minutes in [1, 2, 4, 8, 15, 15] {
        fail(&house, "olga", 1).await;
        let answer = log_in("olga", PASSWORD).send(&house).await;
        assert_eq!(problem(&answer), (429, "login-locked"));
        assert_eq!(answer.header("retry-after"), (minutes * 60).to_string());
        house.clock.advance(Duration::from_mins(minutes));
    }
}

#[tokio::test]
async fn an_unknown_name_is_locked_like_a_known_one() {
    let house = House::new().await;
    house.user("olga", &[]).await;
    fail(&house, "nobody", 5).await;
    fail(&house, "olga", 5).await;
    let unknown = log_in("nobody", PASSWORD).send(&house).await;
    let known = log_in("olga", PASSWORD).send(&house).await;
    assert_eq!(problem(&unknown), (429, "login-locked"));
    assert_eq!(unknown.text, known.text);
    assert_eq!(unknown.header("retry-after"), known.header("retry-after"));
}

#[tokio::test]
async fn guesses_at_the_same_time_do_not_get_past_the_count() {
    let house = House::new().await;
    house.user("olga", &[]).await;
    let wrong = log_in("olga", "wrong");
    let guesses = (0..20).map(|_| wrong.send(&house));
    let answers = futures_util::future::join_all(guesses).await;
    let looked_at = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::UNAUTHORIZED)
        .count();
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn who_finds_no_turn_has_not_guessed() {
    let turns = Turns {
        at_once: 1,
        patience: Duration::ZERO,
    };
    let house = House::made(ApiConfig::default(), turns).await;
    house.user("olga", &[]).await;
    let held = house.passwords.turn().await.unwrap();
    for _ in 0..6 {
        let answer = log_in("olga", "wrong").send(&house).await;
        assert_eq!(problem(&answer), (503, "unavailable"));
    }
    drop(held);
    fail(&house, "olga", 4).await;
    assert_eq!(log_in("olga", PASSWORD).send(&house).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_leave_a_right_password_counted_as_wrong() {
    let house = House::new().await;
    house.user("olga", &[]).await;
    for _ in 0..5 {
        let right = log_in("olga", PASSWORD);
        let before = house.passwords.compared();
        tokio::select! {
            biased;
            _ = right.send(&house) => panic!("it was to be given up"),
            () = async {
                while house.passwords.compared() == before {
                    tokio::task::yield_now().await;
                }
            } => {}
        }
    }
    assert_eq!(log_in("olga", PASSWORD).send(&house).await.status, StatusCode::OK);
}

#[tokio::test]
async fn guesses_at_the_old_password_count_too() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[]).await;
    let change = Ask::post("/v1/password")
        .by(&cookie)
        .json(&json!({ "old": "wrong", "new": "another long one" }));
    for _ in 0..5 {
        assert_eq!(problem(&change.send(&house).await), (401, "login-failed"));
    }
    assert_eq!(problem(&change.send(&house).await), (429, "login-locked"));
}

#[tokio::test]
async fn an_address_may_not_try_name_after_name() {
    let config = ApiConfig {
        attempts: RateConfig {
            per_second: 0.5,
            burst: 3.0,
        },
        ..ApiConfig::default()
    };
    let house = House::with(config).await;
    house.user("olga", &[]).await;
    for n in 0..3 {
        fail(&house, &format!("name{n}"), 1).await;
    }
    let answer = log_in("olga", PASSWORD).send(&house).await;
    assert_eq!(problem(&answer), (429, "too-many-requests"));
    assert_eq!(answer.header("retry-after"), "2");
    house.clock.advance(Duration::from_secs(2));
    assert_eq!(log_in("olga", PASSWORD).send(&house).await.status, StatusCode::OK);
}
