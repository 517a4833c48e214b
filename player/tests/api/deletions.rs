//! What is to be deleted, and what is being deleted.

use std::time::Duration;

use axum::http::StatusCode;
use obhut_archive::{Actor, NewHold, PurgeRun, Role, SessionRef};
use obhut_format::chain::SessionKind;
use obhut_format::ids::TenantId;
use obhut_player::config::ApiConfig;
use serde_json::{Value, json};

use crate::holds::{Until, delete};
use crate::house::{Answer, Ask, House, problem};
use crate::recorded::{seal, session};

async fn ask(house: &House, cookie: &str, query: &str) -> Answer {
    Ask::get(&format!("/v1/deletions{query}"))
        .by(cookie)
        .send(house)
        .await
}

async fn told(house: &House, cookie: &str, query: &str) -> Value {
    let answer = ask(house, cookie, query).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json
}

async fn sealed(house: &House, tenant: TenantId) -> SessionRef {
    let at = session(house, tenant, "PC 1", SessionKind::Support).await;
    seal(house, at).await;
    at
}

async fn hold(house: &House, session: SessionRef) {
    let new = NewHold {
        session,
        reason: "a dispute".to_owned(),
        owner: None,
        review_on: None,
        by: Actor::command_line(),
    };
    house.archive.place_hold(new).await.unwrap();
}

/// The days that have something, as day, sessions, held.
fn full(told: &Value) -> Vec<(String, u64, u64)> {
    let days = told["days"].as_array().unwrap().iter();
    days.filter(|day| day["sessions"] != 0 || day["held"] != 0)
        .map(|day| {
            (
                day["day"].as_str().unwrap().to_owned(),
                day["sessions"].as_u64().unwrap(),
                day["held"].as_u64().unwrap(),
            )
        })
        .collect()
}

fn day(name: &str, sessions: u64, held: u64) -> (String, u64, u64) {
    (name.to_owned(), sessions, held)
}

#[tokio::test]
async fn every_session_is_counted_on_the_day_from_which_it_may_go() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    house.user("olga", &[(Role::ComplianceOfficer, None)]).await;
    house.user("nora", &[(Role::Auditor, Some(other))]).await;
    // Ended at noon and some minutes on 2 November; the class keeps sessions for 30 days.
    let (one, two) = (
        sealed(&house, house.tenant).await,
        sealed(&house, house.tenant).await,
    );
    // Two holds keep one session.
    hold(&house, two).await;
    hold(&house, two).await;
    sealed(&house, other).await;
    // Ten hours and a half later it is the next day in Berlin, and not in UTC.
    house.clock.advance(Duration::from_mins(11 * 60 + 15));
    sealed(&house, house.tenant).await;
    // The logins have ended meanwhile.
    let (all, north) = (house.log_in("olga").await, house.log_in("nora").await);
    // An open one has no deadline, held or not.
    let open = session(&house, house.tenant, "PC 2", SessionKind::Support).await;
    hold(&house, open).await;

    let utc = told(&house, &all, "?from=2026-11-20T00:00:00Z&days=31").await;
    assert_eq!(utc["days"].as_array().unwrap().len(), 31);
    assert_eq!(utc["days"][0]["day"], "2026-11-20");
    assert_eq!(full(&utc), [day("2026-12-02", 4, 1)]);
    let berlin = told(
        &house,
        &all,
        "?from=2026-11-20T00:00:00Z&days=31&zone=Europe/Berlin",
    )
    .await;
    assert_eq!(full(&berlin), [day("2026-12-02", 3, 1), day("2026-12-03", 1, 0)]);
    let entry = &berlin["days"][12];
    assert_eq!(entry["from"], "2026-12-01T23:00:00.000000Z");
    assert_eq!(entry["until"], "2026-12-02T23:00:00.000000Z");
    let own = format!("?tenant={}&from=2026-12-01T00:00:00Z&days=3", house.tenant);
    assert_eq!(full(&told(&house, &all, &own).await), [day("2026-12-02", 3, 1)]);
    let norths = told(&house, &north, "?from=2026-12-01T00:00:00Z&days=3").await;
    assert_eq!(full(&norths), [day("2026-12-02", 1, 0)]);
    // A day opens its sessions.
    let listed = Ask::get(
        "/v1/sessions?deadline_from=2026-12-02T23:00:00Z&deadline_before=2026-12-03T23:00:00Z&limit=200",
    );
    let listed = listed.by(&all).send(&house).await;
    assert_eq!(
        listed.json["sessions"].as_array().unwrap().len(),
        1,
        "{}",
        listed.text
    );

    // One whose deletion has begun is on no day any more.
    delete(&house.archive, one, Until::Intent).await;
    let utc = told(&house, &all, "?from=2026-12-01T00:00:00Z&days=3").await;
    assert_eq!(full(&utc), [day("2026-12-02", 3, 1)]);
    let since = house.archive.clock().now();
    assert_eq!(
        utc["under_way"],
        json!([{ "tenant": house.tenant, "session": one.session, "since": since }])
    );
    assert_eq!(utc["under_way_count"], 1);
    let norths = told(&house, &north, "").await;
    assert_eq!(
        (&norths["under_way"], &norths["under_way_count"]),
        (&json!([]), &json!(0))
    );
}

#[tokio::test]
async fn what_should_have_gone_is_told_apart_from_what_a_hold_keeps() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[(Role::ComplianceOfficer, None)]).await;
    let administrator = house.visitor("ada", &[(Role::Administrator, None)]).await;
    let (held, stuck) = (
        sealed(&house, house.tenant).await,
        sealed(&house, house.tenant).await,
    );
    let other = sealed(&house, house.tenant).await;
    hold(&house, held).await;
    let overdue = async |after_hours: u64| {
        house.clock.advance(Duration::from_hours(after_hours));
        // Logins end meanwhile.
        let cookie = house.log_in("olga").await;
        told(&house, &cookie, "").await["overdue"].clone()
    };
    assert_eq!(
        told(&house, &cookie, "").await["overdue"],
        json!({ "sessions": 0, "held": 0 })
    );
    // Their time is up, and not for a day yet.
    assert_eq!(overdue(30 * 24 + 1).await, json!({ "sessions": 0, "held": 1 }));
    delete(&house.archive, stuck, Until::Intent).await;
    // A day later one was never tried; the deletion of the other began less than a day ago.
    assert_eq!(overdue(23).await, json!({ "sessions": 1, "held": 1 }));
    assert_eq!(overdue(2).await, json!({ "sessions": 2, "held": 1 }));

    drop(administrator);
    let administrator = house.log_in("ada").await;
    let refused = ask(&house, &administrator, "").await;
    assert_eq!(problem(&refused), (403, "role-forbidden"));
    let state = Ask::get("/v1/state").by(&administrator).send(&house).await;
    assert_eq!(
        state.json["deletions"],
        json!({ "overdue": 2, "under_way": 1, "last_run": null })
    );
    // It is not counted anew for everybody who looks.
    hold(&house, other).await;
    let state = async || {
        let state = Ask::get("/v1/state").by(&administrator).send(&house).await;
        state.json["deletions"]["overdue"].clone()
    };
    assert_eq!(state().await, 2);
    house.clock.advance(ApiConfig::default().sums_kept);
    assert_eq!(state().await, 1);
}

#[tokio::test]
async fn the_last_run_is_told_as_far_as_its_tenants_are_seen() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let all = house.visitor("olga", &[(Role::ComplianceOfficer, None)]).await;
    let north = house.visitor("nora", &[(Role::Auditor, Some(other))]).await;
    let first = told(&house, &all, "").await;
    assert_eq!(
        (&first["last_run"], &first["every_seconds"]),
        (&Value::Null, &json!(3600))
    );
    let now = house.archive.clock().now();
    let run = |more| PurgeRun {
        at: now,
        more,
        deleted: [(house.tenant, 3), (other, 1)].into(),
        failed: [(house.tenant, 1)].into(),
        broken_off: false,
    };
    house.archive.purge_turn().unwrap().ended(run(true));
    let last = |at, deleted: u64, failed: u64| json!({ "at": at, "deleted": deleted, "failed": failed });
    assert_eq!(told(&house, &all, "").await["last_run"], last(now, 4, 1));
    assert_eq!(told(&house, &north, "").await["last_run"], last(now, 1, 0));
    // It went on with what was left, and could not go on with that.
    let second = PurgeRun {
        broken_off: true,
        ..run(false)
    };
    house.archive.purge_turn().unwrap().ended(second);
    assert_eq!(told(&house, &all, "").await["last_run"], last(now, 8, 3));
    // The next one is another.
    house.archive.purge_turn().unwrap().ended(run(false));
    assert_eq!(told(&house, &north, "").await["last_run"], last(now, 1, 0));
}

#[tokio::test]
async fn what_is_no_day_and_no_zone_is_named() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[(Role::ComplianceOfficer, None)]).await;
    for (query, field) in [
        ("?days=0", "days"),
        ("?days=63", "days"),
        ("?days=many", "days"),
        ("?from=today", "from"),
        ("?from=9999-12-30T00:00:00Z", "from"),
        ("?zone=Europe/Atlantis", "zone"),
        ("?zone=../../etc/passwd", "zone"),
        ("?zone=", "zone"),
        ("?until=2026-12-01T00:00:00Z", "until"),
    ] {
        let refused = ask(&house, &cookie, query).await;
        assert_eq!(problem(&refused), (400, "request-malformed"), "{query}");
        let said = refused.json["detail"].as_str().unwrap();
        assert!(said.contains(field), "{query}: {said}");
        assert!(
            !said.contains("Atlantis") && !said.contains("etc/passwd"),
            "{said}"
        );
    }
}
