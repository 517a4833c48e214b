//! Guessing: names are locked, addresses slowed down.

use std::time::Duration;

use axum::http::StatusCode;
use obhut_listener::rate::RateConfig;
use obhut_player::config::ApiConfig;
use obhut_player::login::{PasswordCost, Turns};
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
    // So dear that a comparison is still under way when it is seen to have begun.
    let cost = PasswordCost {
        memory_kib: 4 << 10,
        passes: 1,
        lanes: 1,
    };
    let one_at_a_time = Turns {
        at_once: 1,
        ..Turns::default()
    };
    let house = House::costing(ApiConfig::default(), one_at_a_time, cost).await;
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
async fn guesses_at_the_old_password_are_locked_and_lock_nothing_else() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[]).await;
    let change = |old: &str| {
        Ask::post("/v1/password")
            .by(&cookie)
            .json(&json!({ "old": old, "new": "another long one" }))
    };
    for _ in 0..5 {
        assert_eq!(
            problem(&change("wrong").send(&house).await),
            (401, "login-failed")
        );
    }
    assert_eq!(
        problem(&change(PASSWORD).send(&house).await),
        (429, "login-locked")
    );
    assert_eq!(log_in("olga", PASSWORD).send(&house).await.status, StatusCode::OK);
    house.clock.advance(Duration::from_mins(1));
    assert_eq!(change(PASSWORD).send(&house).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_name_that_outsiders_have_locked_still_changes_its_password() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[]).await;
    fail(&house, "olga", 5).await;
    assert_eq!(
        problem(&log_in("olga", PASSWORD).send(&house).await),
        (429, "login-locked")
    );
    let change = Ask::post("/v1/password")
        .by(&cookie)
        .json(&json!({ "old": PASSWORD, "new": "another long one" }));
    assert_eq!(change.send(&house).await.status, StatusCode::NO_CONTENT);
}

/// Five wrong passwords from each of so many networks, which is as many as are looked at.
async fn guess_from(house: &House, networks: std::ops::Range<usize>) {
    for _ in 0..5 {
        let guesses = networks.clone().map(|n| {
            let guess = log_in("olga", "wrong").from(&format!("198.51.{}.{}", n / 256, n % 256));
            async move { guess.send(house).await }
        });
        for answer in futures_util::future::join_all(guesses).await {
            assert_eq!(problem(&answer), (401, "login-failed"));
        }
    }
}

#[tokio::test]
async fn guesses_from_one_network_lock_no_other_one_until_many_networks_guess() {
    let house = House::new().await;
    house.user("olga", &[]).await;
    let mine = log_in("olga", PASSWORD).from("192.0.2.1");
    guess_from(&house, 0..1).await;
    let theirs = log_in("olga", PASSWORD).from("198.51.0.0");
    assert_eq!(problem(&theirs.send(&house).await), (429, "login-locked"));
    assert_eq!(mine.send(&house).await.status, StatusCode::OK);
    guess_from(&house, 1..99).await;
    // A log-in that succeeds gives those who guess nothing.
    assert_eq!(mine.send(&house).await.status, StatusCode::OK);
    assert_eq!(problem(&theirs.send(&house).await), (429, "login-locked"));
    guess_from(&house, 99..100).await;
    let answer = mine.send(&house).await;
    assert_eq!(problem(&answer), (429, "login-locked"));
    assert_eq!(answer.header("retry-after"), "900");
    // For a quarter of an hour, unless the guessing goes on; and a new day begins anew.
    house.clock.advance(Duration::from_mins(15));
    let guess = log_in("olga", "wrong").from("203.0.113.1");
    assert_eq!(problem(&guess.send(&house).await), (401, "login-failed"));
    assert_eq!(problem(&mine.send(&house).await), (429, "login-locked"));
    house.clock.advance(Duration::from_hours(12));
    assert_eq!(problem(&guess.send(&house).await), (401, "login-failed"));
    assert_eq!(mine.send(&house).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_lifted_lock_is_lifted_wherever_it_came_from() {
    let house = House::new().await;
    let user = house.user("olga", &[]).await;
    guess_from(&house, 0..2).await;
    house.archive.clear_login_failures(&user).await.unwrap();
    for n in 0..2 {
        let answer = log_in("olga", PASSWORD).from(&format!("198.51.0.{n}"));
        assert_eq!(answer.send(&house).await.status, StatusCode::OK);
    }
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
        let guess = log_in(&format!("name{n}"), "wrong").from("192.0.2.1");
        assert_eq!(problem(&guess.send(&house).await), (401, "login-failed"));
    }
    let mine = log_in("olga", PASSWORD).from("192.0.2.1");
    let answer = mine.send(&house).await;
    assert_eq!(problem(&answer), (429, "too-many-requests"));
    assert_eq!(answer.header("retry-after"), "2");
    house.clock.advance(Duration::from_secs(2));
    assert_eq!(mine.send(&house).await.status, StatusCode::OK);
}

/// One attempt from each address, and then one more.
async fn one_each(forwarded_for: bool, clients: [&str; 2]) -> [(u16, String); 3] {
    let config = ApiConfig {
        attempts: RateConfig {
            per_second: 0.5,
            burst: 1.0,
        },
        forwarded_for,
        ..ApiConfig::default()
    };
    let house = House::with(config).await;
    let mut told = Vec::new();
    for (n, client) in [clients[0], clients[1], clients[0]].into_iter().enumerate() {
        let guess = log_in(&format!("name{n}"), "wrong")
            .from("127.0.0.1")
            .header("X-Forwarded-For", client);
        let answer = guess.send(&house).await;
        let (status, slug) = problem(&answer);
        told.push((status, slug.to_owned()));
    }
    told.try_into().unwrap()
}

#[tokio::test]
async fn clients_of_a_proxy_that_names_them_have_a_rate_each() {
    let told = one_each(true, ["192.0.2.9, 198.51.100.1", "192.0.2.9, 198.51.100.2"]).await;
    assert_eq!(told[0], (401, "login-failed".to_owned()));
    assert_eq!(told[1], told[0]);
    assert_eq!(told[2], (429, "too-many-requests".to_owned()));
}

#[tokio::test]
async fn clients_of_a_proxy_that_does_not_name_them_do_not_stop_each_other() {
    for told in one_each(false, ["198.51.100.1", "198.51.100.2"]).await {
        assert_eq!(told, (401, "login-failed".to_owned()));
    }
}
