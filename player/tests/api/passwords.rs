//! Changing a password, and what a one-time password is good for.

use axum::http::{Method, StatusCode};
use obhut_archive::Role;
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
    assert_eq!(me.clone().by(&cookie).send(&house).await.status, StatusCode::OK);
    assert_eq!(
        problem(&me.by(&other).send(&house).await),
        (401, "login-required")
    );
    let old = log_in("olga", PASSWORD).send(&house).await;
    assert_eq!(problem(&old), (401, "login-failed"));
    let new = log_in("olga", "another long one").send(&house).await;
    assert_eq!(new.status, StatusCode::OK);
}

#[tokio::test]
async fn a_password_that_is_short_or_the_same_is_not_taken() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    for new in ["elevenchars", "", PASSWORD, &"x".repeat(1_025)] {
        let answer = change(&cookie, PASSWORD, new).send(&house).await;
        assert_eq!(problem(&answer), (422, "request-invalid"), "{new:?}");
    }
    let answer = change(&cookie, "wrong", "another long one").send(&house).await;
    assert_eq!(problem(&answer), (401, "login-failed"));
    assert_eq!(log_in("olga", PASSWORD).send(&house).await.status, StatusCode::OK);
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
    assert_eq!(me.send(&house).await.json["must_change_password"], false);
    let answer = Ask::get("/v1/tenants").by(&cookie).send(&house).await;
    assert_eq!(answer.status, StatusCode::OK);
}
