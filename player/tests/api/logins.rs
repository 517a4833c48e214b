//! Logging in and out, and what a login is told of itself.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::http::StatusCode;
use bytes::Bytes;
use obhut_archive::Role;
use obhut_player::config::ApiConfig;
use serde_json::json;

use tower::ServiceExt;

use crate::house::{Ask, HOST, House, PASSWORD, log_in, problem};

const IDLE: Duration = Duration::from_mins(30);

async fn me(house: &House, cookie: &str) -> crate::house::Answer {
    Ask::get("/v1/me").by(cookie).send(house).await
}

#[tokio::test]
async fn a_login_is_a_cookie_that_no_script_and_no_other_site_has() {
    let house = House::new().await;
    let user = house.user("olga", &[(Role::ComplianceOfficer, None)]).await;
    let answer = log_in("olga", PASSWORD).send(&house).await;
    assert_eq!(answer.status, StatusCode::OK);
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-obhut="), "{set}");
    assert!(
        set.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict"),
        "{set}"
    );
    assert_eq!(
        answer.json,
        json!({
            "user": user.user, "name": "olga", "must_change_password": false,
            "roles": [{ "role": "compliance-officer", "tenant": null, "tenant_name": null }],
            "permissions": ["sessions", "content", "access", "state", "custody", "hold", "export"],
            "expires_at": "2026-11-03T00:00:00.000000Z", "idle_seconds": 1800,
        })
    );
    let again = me(&house, &answer.cookie()).await;
    assert_eq!((again.status, &again.json), (StatusCode::OK, &answer.json));
    assert_eq!(again.header("cache-control"), "no-store");
}

#[tokio::test]
async fn roles_are_told_with_their_tenants() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let roles = [(Role::Administrator, None), (Role::Auditor, Some(other))];
    let cookie = house.visitor("Anna", &roles).await;
    let told = me(&house, &cookie).await.json;
    assert_eq!(told["name"], "anna");
    assert_eq!(
        told["roles"],
        json!([
            { "role": "administrator", "tenant": null, "tenant_name": null },
            { "role": "auditor", "tenant": other, "tenant_name": "Nord GmbH" },
        ])
    );
    assert_eq!(
        told["permissions"],
        json!(["sessions", "access", "state", "custody"])
    );
}

#[tokio::test]
async fn a_wrong_password_an_unknown_name_and_a_disabled_user_are_answered_alike() {
    let house = House::new().await;
    house.user("olga", &[]).await;
    let gone = house.user("gone", &[]).await;
    house.archive.disable_user(gone.user).await.unwrap();
    let mut answers = Vec::new();
    for (name, password) in [
        ("olga", "wrong"),
        ("olga", ""),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("", ""),
        (&"x".repeat(201), PASSWORD),
    ] {
        let answer = log_in(name, password).send(&house).await;
        assert_eq!(problem(&answer), (401, "login-failed"), "{name:?}");
        assert_eq!(answer.header("set-cookie"), "");
        answers.push(answer.text);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    // As slowly: each has cost a comparison but the last, which is refused for what everybody can see.
    assert_eq!(house.passwords.compared(), 5);
}

#[tokio::test]
async fn what_is_no_login_request_is_told_without_its_words() {
    let house = House::new().await;
    let broken = Ask::post("/v1/login").header("Content-Type", "application/json");
    assert_eq!(problem(&broken.send(&house).await), (400, "request-malformed"));
    let form = log_in("olga", PASSWORD).header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(problem(&form.send(&house).await), (415, "media-type-unsupported"));
    let more = Ask::post("/v1/login").json(&json!({ "name": "a", "password": "hunter2", "admin": true }));
    let answer = more.send(&house).await;
    assert_eq!(problem(&answer), (422, "request-invalid"));
    assert!(!answer.text.contains("hunter2"));
    let huge = Ask::post("/v1/login").json(&json!({ "name": "a", "password": "x".repeat(70_000) }));
    assert_eq!(problem(&huge.send(&house).await), (413, "body-too-large"));
}

#[tokio::test]
async fn a_cookie_of_a_login_that_was_logged_out_opens_nothing() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    let other = house.log_in("olga").await;
    let out = Ask::post("/v1/logout").by(&cookie).send(&house).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(
        out.header("set-cookie").starts_with("__Host-obhut=;")
            && out.header("set-cookie").ends_with("Max-Age=0")
    );
    assert_eq!(problem(&me(&house, &cookie).await), (401, "login-required"));
    assert_eq!(
        problem(&Ask::post("/v1/logout").by(&cookie).send(&house).await),
        (401, "login-required")
    );
    assert_eq!(
        me(&house, &other).await.status,
        StatusCode::OK,
        "other logins go on"
    );
}

#[tokio::test]
async fn logging_in_again_ends_the_login_that_was() {
    let house = House::new().await;
    let first = house.visitor("olga", &[(Role::Auditor, None)]).await;
    let second = log_in("olga", PASSWORD).by(&first).send(&house).await.cookie();
    assert_ne!(first, second);
    assert_eq!(problem(&me(&house, &first).await), (401, "login-required"));
    assert_eq!(me(&house, &second).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_idle_login_ends_and_one_in_use_goes_on_until_its_last_hour() {
    let house = House::new().await;
    let idle = house.visitor("olga", &[(Role::Auditor, None)]).await;
    let used = house.log_in("olga").await;
    house
        .clock
        .advance(IDLE.checked_sub(Duration::from_mins(1)).unwrap());
    assert_eq!(me(&house, &used).await.status, StatusCode::OK);
    house.clock.advance(Duration::from_mins(2));
    assert_eq!(problem(&me(&house, &idle).await), (401, "login-required"));
    // 23 more steps of 29 minutes come to 11 hours 38 minutes after the login.
    for _ in 0..23 {
        assert_eq!(me(&house, &used).await.status, StatusCode::OK);
        house
            .clock
            .advance(IDLE.checked_sub(Duration::from_mins(1)).unwrap());
    }
    assert_eq!(me(&house, &used).await.status, StatusCode::OK);
    house.clock.advance(Duration::from_mins(23));
    assert_eq!(problem(&me(&house, &used).await), (401, "login-required"));
}

#[tokio::test]
async fn a_login_in_use_goes_on_also_where_logins_end_after_a_minute() {
    let config = ApiConfig {
        idle: Duration::from_mins(1),
        ..ApiConfig::default()
    };
    let house = House::with(config).await;
    let cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    for step in 0..12 {
        house.clock.advance(Duration::from_secs(25));
        assert_eq!(me(&house, &cookie).await.status, StatusCode::OK, "step {step}");
    }
    house.clock.advance(Duration::from_secs(61));
    assert_eq!(problem(&me(&house, &cookie).await), (401, "login-required"));
}

#[tokio::test]
async fn bodies_of_strangers_take_no_room_from_people_at_work() {
    let config = ApiConfig {
        unproved_memory_bytes: 8 << 10,
        body_memory_bytes: 8 << 10,
        body_memory_patience: Duration::ZERO,
        ..ApiConfig::default()
    };
    let house = House::with(config).await;
    let cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    let slow = Request::post("/v1/login")
        .header("Host", HOST)
        .header("Content-Type", "application/json")
        .body(Body::from_stream(futures_util::stream::pending::<
            Result<Bytes, std::io::Error>,
        >()))
        .unwrap();
    let mut slow = std::pin::pin!(house.router.clone().oneshot(slow));
    assert!(
        futures_util::poll!(&mut slow).is_pending(),
        "its body does not come"
    );
    let other = log_in("olga", PASSWORD).send(&house).await;
    assert_eq!(problem(&other), (503, "unavailable"), "the room is taken");
    let change = Ask::post("/v1/password")
        .by(&cookie)
        .json(&json!({ "old": PASSWORD, "new": "another long one" }));
    assert_eq!(change.send(&house).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn logging_out_takes_the_cookie_away_also_where_the_login_stays() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    let catalog = rusqlite::Connection::open(house.folder.path().join("data/catalog.sqlite")).unwrap();
    let reading = Ask::get("/v1/me").by(&cookie).send(&house).await;
    assert_eq!(reading.status, StatusCode::OK);
    catalog.execute_batch("BEGIN IMMEDIATE").unwrap();
    let out = Ask::post("/v1/logout").by(&cookie).send(&house).await;
    assert_eq!(problem(&out), (503, "unavailable"));
    assert!(out.header("set-cookie").ends_with("Max-Age=0"));
}

#[tokio::test]
async fn what_is_taken_away_counts_at_once() {
    let house = House::new().await;
    let user = house.user("olga", &[(Role::ComplianceOfficer, None)]).await;
    let cookie = house.log_in("olga").await;
    house
        .archive
        .set_assignments(user.user, Vec::new())
        .await
        .unwrap();
    let tenants = Ask::get("/v1/tenants").by(&cookie);
    assert_eq!(problem(&tenants.send(&house).await), (403, "role-forbidden"));
    house.archive.disable_user(user.user).await.unwrap();
    assert_eq!(problem(&tenants.send(&house).await), (401, "login-required"));
    house.archive.enable_user(user.user).await.unwrap();
    assert_eq!(problem(&tenants.send(&house).await), (401, "login-required"));
}

#[tokio::test]
async fn nothing_that_is_no_token_of_ours_is_a_login() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    let token = cookie.split_once('=').unwrap().1;
    for sent in [
        String::new(),
        "__Host-obhut=".to_owned(),
        format!("obhut={token}"),
        format!("__Host-obhut={token}A"),
        format!("{cookie}; {cookie}"),
        "__Host-obhut=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
    ] {
        assert_eq!(
            problem(&me(&house, &sent).await),
            (401, "login-required"),
            "{sent}"
        );
    }
    assert_eq!(
        problem(&Ask::get("/v1/me").send(&house).await),
        (401, "login-required")
    );
}
