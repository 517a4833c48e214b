//! Changing a password, and what a one-time password is good for.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use obhut_archive::{PasswordHash, Role};
use obhut_listener::rate::RateConfig;
use obhut_player::config::ApiConfig;
use obhut_player::login::{Secret, Turns};
use serde_json::json;

use crate::house::{Ask, House, PASSWORD, log_in, problem};

fn change(cookie: &str, old: &str, new: &str) -> Ask {
    Ask::post("/v1/password")
        .by(cookie)
        .json(&json!({ "old": old, "new": new }))
}

#[tokio::test]
async fn a_changed_password_ends_every_other_login_and_the_old_one() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    let other = house.log_in("olga").await;
    let answer = change(&cookie, PASSWORD, "another long one").send(&house).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let me = Ask::get("/v1/me");
    let renewed = me.clone().by(&answer.cookie()).send(&house).await;
    assert_eq!(renewed.status, StatusCode::OK);
    for ended in [&cookie, &other] {
        let answer = me.clone().by(ended).send(&house).await;
        assert_eq!(problem(&answer), (401, "login-required"));
    }
    let old = log_in("olga", PASSWORD).send(&house).await;
    assert_eq!(problem(&old), (401, "login-failed"));
    let new = log_in("olga", "another long one").send(&house).await;
    assert_eq!(new.status, StatusCode::OK);
}

/// Goes on when the next password was compared, before anything else is done with what came of it.
async fn compared(house: &House) {
    let before = house.passwords.compared();
    while house.passwords.compared() == before {
        tokio::task::yield_now().await;
    }
}

async fn hash(house: &House, password: &str) -> PasswordHash {
    let password = Secret::from(password.to_owned());
    house.passwords.hash(password).await.unwrap()
}

#[tokio::test]
async fn a_reset_is_not_undone_by_a_change_under_way() {
    let one_at_a_time = Turns {
        at_once: 1,
        ..Turns::default()
    };
    let house = House::made(ApiConfig::default(), one_at_a_time).await;
    let user = house.user("olga", &[(Role::Auditor, None)]).await;
    let cookie = house.log_in("olga").await;
    let reset = hash(&house, "a reset password").await;
    let changing = change(&cookie, PASSWORD, "another long one");
    let (answer, ()) = tokio::join!(changing.send(&house), async {
        compared(&house).await;
        // The new password waits for its hash meanwhile.
        let held = house.passwords.turn().await.unwrap();
        let set = house.archive.set_password(user.user, reset.clone(), true);
        set.await.unwrap();
        drop(held);
    });
    assert_eq!(problem(&answer), (401, "login-required"));
    assert_eq!(answer.header("set-cookie"), "");
    let (now, kept) = house.archive.user_by_name("olga").await.unwrap().unwrap();
    assert_eq!((now.must_change, kept), (true, reset));
}

#[tokio::test]
async fn a_reset_ends_a_log_in_under_way() {
    let house = House::new().await;
    let user = house.user("olga", &[(Role::Auditor, None)]).await;
    let reset = hash(&house, "a reset password").await;
    let entering = log_in("olga", PASSWORD);
    let (answer, ()) = tokio::join!(entering.send(&house), async {
        compared(&house).await;
        let set = house.archive.set_password(user.user, reset.clone(), true);
        set.await.unwrap();
    });
    assert_eq!(problem(&answer), (401, "login-failed"));
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn nobody_changes_passwords_faster_than_the_rate() {
    let config = ApiConfig {
        attempts: RateConfig {
            per_second: 0.5,
            burst: 2.0,
        },
        ..ApiConfig::default()
    };
    let house = House::with(config).await;
    let mut cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    for (old, new) in [(PASSWORD, "another long one"), ("another long one", PASSWORD)] {
        let answer = change(&cookie, old, new).send(&house).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        cookie = answer.cookie();
    }
    let answer = change(&cookie, PASSWORD, "another long one").send(&house).await;
    assert_eq!(problem(&answer), (429, "too-many-requests"));
    assert_eq!(answer.header("retry-after"), "2");
}

#[tokio::test]
async fn a_password_that_is_short_or_the_same_is_not_taken() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    for new in [
        "elevenchars",
        "",
        PASSWORD,
        &" ".repeat(12),
        "correct\0 horse",
        &"x".repeat(1_025),
    ] {
        let answer = change(&cookie, PASSWORD, new).send(&house).await;
        assert_eq!(problem(&answer), (422, "request-invalid"), "{new:?}");
    }
    let answer = change(&cookie, "wrong", "another long one").send(&house).await;
    assert_eq!(problem(&answer), (401, "login-failed"));
    assert_eq!(log_in("olga", PASSWORD).send(&house).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_one_time_password_is_good_for_three_days() {
    let house = House::new().await;
    for name in ["olga", "anna"] {
        house.user_with(name, &[(Role::Auditor, None)], true).await;
    }
    house.user("bert", &[(Role::Auditor, None)]).await;
    house.clock.advance(
        Duration::from_hours(72)
            .checked_sub(Duration::from_micros(1))
            .unwrap(),
    );
    let cookie = house.log_in("olga").await;
    house.clock.advance(Duration::from_micros(1));
    let late = change(&cookie, PASSWORD, "another long one").send(&house).await;
    assert_eq!(problem(&late), (401, "login-failed"));
    let known = log_in("anna", PASSWORD).send(&house).await;
    let unknown = log_in("nobody", PASSWORD).send(&house).await;
    assert_eq!(problem(&known), (401, "login-failed"));
    assert_eq!(known.text, unknown.text, "nobody is told that it was right");
    house.log_in("bert").await;
    // A reset gives another three days.
    let (anna, hash) = house.archive.user_by_name("anna").await.unwrap().unwrap();
    house.archive.set_password(anna.user, hash, true).await.unwrap();
    house.log_in("anna").await;
}

#[tokio::test]
async fn with_a_one_time_password_nothing_is_open_but_changing_it() {
    let house = House::new().await;
    house
        .user_with("olga", &[(Role::ComplianceOfficer, None)], true)
        .await;
    let cookie = house.log_in("olga").await;
    let me = Ask::get("/v1/me").by(&cookie);
    assert_eq!(me.send(&house).await.json["must_change_password"], true);
    for path in ["/v1/tenants", "/v1/devices"] {
        let answer = Ask::new(Method::GET, path).by(&cookie).send(&house).await;
        assert_eq!(problem(&answer), (403, "password-change-required"), "{path}");
    }
    let answer = change(&cookie, PASSWORD, "another long one").send(&house).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let cookie = answer.cookie();
    let me = me.by(&cookie);
    assert_eq!(me.send(&house).await.json["must_change_password"], false);
    let answer = Ask::get("/v1/tenants").by(&cookie).send(&house).await;
    assert_eq!(answer.status, StatusCode::OK);
}
