//! Opening a session, and what a grant is good for: one session, one login, its time and its ranges.

use std::time::Duration;

use axum::http::StatusCode;
use obhut_archive::{Action, Role};
use serde_json::{Value, json};

use crate::house::{Ask, House, problem};
use crate::looking::{UNDER_A_GRANT, look, open, opening};

const UNKNOWN: &str = "0192f000-0000-7000-8003-000000000001";

#[tokio::test]
async fn an_opening_is_on_record_and_found_again() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    let cookie = house.officer("olga").await;
    let asked = json!({ "purpose": " a complaint ", "case": "4711", "minutes": 5,
        "streams": [{ "n": 0, "first": 2, "last": 4 }, { "n": 1 }] });
    let answer = opening(at, &cookie, &asked).send(&house).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let grant = answer.json["grant"].clone();
    assert_eq!(
        answer.json,
        json!({
            "grant": grant, "session": at.session, "purpose": "a complaint", "case": "4711",
            "opened_at": "2026-11-02T12:00:00.000000Z", "until": "2026-11-02T12:05:00.000000Z",
            "streams": [{ "n": 0, "first": 2, "last": 4 }, { "n": 1, "first": null, "last": null }],
        })
    );
    assert_eq!(house.looks().await, [(Action::Open, None)]);
    let list = Ask::get(&format!("/v1/sessions/{}/grants", at.session)).by(&cookie);
    assert_eq!(list.send(&house).await.json, json!({ "grants": [answer.json] }));

    house.clock.advance(Duration::from_mins(1));
    let second = opening(at, &cookie, &json!({ "purpose": "again" }))
        .send(&house)
        .await
        .json;
    assert_eq!(second["until"], "2026-11-02T13:01:00.000000Z");
    assert_eq!(second["streams"].as_array().unwrap().len(), 2);
    assert_eq!(
        list.send(&house).await.json,
        json!({ "grants": [second, answer.json] })
    );
    house.clock.advance(Duration::from_mins(4));
    assert_eq!(list.send(&house).await.json, json!({ "grants": [second] }));
    let other = house.log_in("olga").await;
    assert_eq!(list.by(&other).send(&house).await.json, json!({ "grants": [] }));
}

#[tokio::test]
async fn ranges_that_overlap_are_one_and_too_many_are_refused() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    let cookie = house.officer("olga").await;
    let ranges = |n: u64| (0..n).map(|n| json!({ "n": 0, "first": n, "last": n + 1 }));
    let asked = |n| json!({ "purpose": "a complaint", "streams": ranges(n).collect::<Vec<_>>() });
    let answer = opening(at, &cookie, &asked(64)).send(&house).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(
        answer.json["streams"],
        json!([{ "n": 0, "first": null, "last": 64 }])
    );
    let answer = opening(at, &cookie, &asked(65)).send(&house).await;
    assert_eq!(problem(&answer), (422, "request-invalid"));
    assert_eq!(house.looks().await, [(Action::Open, None)]);
}

#[tokio::test]
async fn a_login_that_has_too_many_sessions_open_is_told_when_one_ends() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    let (cookie, colleague) = (house.officer("olga").await, house.officer("otto").await);
    let asked = json!({ "purpose": "a complaint", "minutes": 1 });
    for _ in 0..100 {
        let answer = opening(at, &cookie, &asked).send(&house).await;
        assert_eq!(answer.status, StatusCode::CREATED);
    }
    let answer = opening(at, &cookie, &asked).send(&house).await;
    assert_eq!(problem(&answer), (429, "grants-too-many"));
    assert_eq!(answer.header("retry-after"), "60");
    assert_eq!(house.looks().await.len(), 100);
    let answer = opening(at, &colleague, &asked).send(&house).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    house.clock.advance(Duration::from_mins(1));
    let answer = opening(at, &cookie, &asked).send(&house).await;
    assert_eq!(answer.status, StatusCode::CREATED);
}

/// Their number would decide otherwise how long everybody's lists take.
#[tokio::test]
async fn lists_read_no_openings_of_others() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    let (cookie, colleague) = (house.officer("olga").await, house.officer("otto").await);
    open(&house, at, &cookie, None).await;
    let lists = [
        "/v1/sessions".to_owned(),
        format!("/v1/sessions/{}", at.session),
        format!("/v1/sessions/{}/grants", at.session),
    ];
    let catalog = house.catalog();
    catalog
        .execute_batch("ALTER TABLE access_records RENAME TO elsewhere")
        .unwrap();
    for path in lists {
        let answer = Ask::get(&path).by(&colleague).send(&house).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        let own = Ask::get(&path).by(&cookie).send(&house).await;
        assert_ne!(own.status, StatusCode::OK, "{path}: what it holds itself is read");
    }
}

#[tokio::test]
async fn a_grant_ends_with_its_login_at_the_latest() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    let cookie = house.officer("olga").await;
    // Kept in use until four hours before its end.
    for _ in 0..24 {
        house.clock.advance(Duration::from_mins(20));
        assert_eq!(
            Ask::get("/v1/me").by(&cookie).send(&house).await.status,
            StatusCode::OK
        );
    }
    let asked = json!({ "purpose": "a complaint", "minutes": 480 });
    let answer = opening(at, &cookie, &asked).send(&house).await;
    assert_eq!(answer.json["until"], "2026-11-03T00:00:00.000000Z");
}

#[tokio::test]
async fn what_is_no_opening_is_refused_and_leaves_no_record() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    let cookie = house.officer("olga").await;
    let long = "x".repeat(501);
    for asked in [
        json!({}),
        json!({ "purpose": "ab" }),
        json!({ "purpose": "  ab  " }),
        json!({ "purpose": long }),
        json!({ "purpose": "why", "case": long }),
        json!({ "purpose": "\u{200b}\u{200b}\u{200b}", "case": "\u{202e}" }),
        json!({ "purpose": "\u{3164}\u{3164}\u{3164}" }),
        json!({ "purpose": "\u{0}=HYPERLINK(\"http://x\")" }),
        json!({ "purpose": "why", "case": "R-7\u{202e}" }),
        json!(["why", "R-7", 5, null]),
        json!({ "purpose": "why", "minutes": 0 }),
        json!({ "purpose": "why", "minutes": 481 }),
        json!({ "purpose": "why", "streams": [] }),
        json!({ "purpose": "why", "streams": [{ "n": 7 }] }),
        json!({ "purpose": "why", "streams": [{ "n": 0, "first": 5, "last": 4 }] }),
        json!({ "purpose": "why", "who": "somebody else" }),
    ] {
        let answer = opening(at, &cookie, &asked).send(&house).await;
        assert_eq!(problem(&answer), (422, "request-invalid"), "{asked}");
    }
    assert_eq!(house.looks().await, []);
}

#[tokio::test]
async fn without_the_very_grant_nothing_is_shown() {
    let house = House::new().await;
    let (at, second) = (
        house.session(house.tenant).await,
        house.session(house.tenant).await,
    );
    house.put(at, 1..=4).await;
    let cookie = house.officer("olga").await;
    let colleague = house.officer("otto").await;
    let own_other_login = house.log_in("olga").await;
    let of_session = open(&house, second, &cookie, None).await;
    let of_user = open(&house, at, &colleague, None).await;
    let of_login = open(&house, at, &own_other_login, None).await;
    let good = open(&house, at, &cookie, None).await;
    let view = look(&house, at, &cookie, &good, "streams/0/frames/1").await;
    let of_a_view = view.header("access-record").to_owned();
    assert_eq!(view.status, StatusCode::OK);
    let before = house.looks().await;
    for what in UNDER_A_GRANT {
        let path = format!("/v1/sessions/{}/{what}", at.session);
        let missing = Ask::get(&path).by(&cookie).send(&house).await;
        assert_eq!(problem(&missing), (403, "grant-required"), "{what}");
        for shown in [
            &of_session,
            &of_user,
            &of_login,
            &of_a_view,
            UNKNOWN,
            "",
            "all",
            &format!("{good},{good}"),
        ] {
            let answer = look(&house, at, &cookie, shown, what).await;
            assert_eq!(problem(&answer), (403, "grant-required"), "{what} {shown}");
            assert_eq!(answer.text, missing.text);
        }
    }
    assert_eq!(house.looks().await, before);
}

#[tokio::test]
async fn a_grant_whose_time_is_over_says_so_and_one_that_is_too_narrow() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    house.put(at, 1..=4).await;
    let cookie = house.officer("olga").await;
    let narrow = open(
        &house,
        at,
        &cookie,
        Some(json!([{ "n": 0, "first": 2, "last": 3 }])),
    )
    .await;
    for what in [
        "streams/1/index",
        "streams/0/frames/1",
        "streams/0/frames/4",
        "streams/1/frames/2",
        "streams/0/frames?first=2&last=4",
        "streams/0/frames?first=1&last=2",
    ] {
        let answer = look(&house, at, &cookie, &narrow, what).await;
        assert_eq!(problem(&answer), (403, "outside-grant"), "{what}");
    }
    let index = look(&house, at, &cookie, &narrow, "streams/0/index").await;
    assert_eq!(index.json["seq"], json!([2, 3]));
    assert_eq!(house.looks().await, [(Action::Open, None)]);

    let grant = open(&house, at, &cookie, None).await;
    for _ in 0..3 {
        house.clock.advance(Duration::from_mins(20));
        assert_eq!(
            Ask::get("/v1/me").by(&cookie).send(&house).await.status,
            StatusCode::OK
        );
    }
    for what in UNDER_A_GRANT {
        let answer = look(&house, at, &cookie, &grant, what).await;
        assert_eq!(problem(&answer), (403, "grant-expired"), "{what}");
    }
    assert_eq!(house.looks().await.len(), 2, "the openings");
}

#[tokio::test]
async fn a_session_elsewhere_is_one_that_is_not_there_whatever_is_shown() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let (at, foreign) = (house.session(house.tenant).await, house.session(other).await);
    house.put(foreign, 1..=4).await;
    let roles = [(Role::ComplianceOfficer, Some(house.tenant))];
    let cookie = house.visitor("olga", &roles).await;
    let theirs = open(&house, foreign, &house.officer("otto").await, None).await;
    let own = open(&house, at, &cookie, None).await;
    for what in UNDER_A_GRANT
        .into_iter()
        .chain(["grants", "streams/0/frames/none", "streams/9/index"])
    {
        let mut said = Vec::new();
        for session in [&foreign.session.to_string(), UNKNOWN, "nonsense"] {
            for shown in [None, Some(&theirs), Some(&own)] {
                let mut ask = Ask::get(&format!("/v1/sessions/{session}/{what}")).by(&cookie);
                if let Some(shown) = shown {
                    ask = ask.header("Grant", shown);
                }
                let answer = ask.send(&house).await;
                assert_eq!(problem(&answer), (404, "not-found"), "{session}/{what}");
                said.push(answer.text);
            }
        }
        said.dedup();
        assert_eq!(said.len(), 1, "{said:?}");
    }
    let answer = opening(foreign, &cookie, &Value::Null).send(&house).await;
    assert_eq!(problem(&answer), (404, "not-found"));
}

#[tokio::test]
async fn who_runs_or_audits_the_archive_sees_no_content() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let at = house.session(house.tenant).await;
    let grant = open(&house, at, &house.officer("olga").await, None).await;
    for (name, roles) in [
        ("runs", &[(Role::Administrator, None)][..]),
        ("audits", &[(Role::Auditor, None)]),
        (
            "elsewhere",
            &[(Role::Auditor, None), (Role::ComplianceOfficer, Some(other))],
        ),
    ] {
        let cookie = house.visitor(name, roles).await;
        for what in UNDER_A_GRANT.into_iter().chain(["grants"]) {
            let answer = look(&house, at, &cookie, &grant, what).await;
            assert_eq!(problem(&answer), (403, "role-forbidden"), "{name} {what}");
        }
        let answer = opening(at, &cookie, &json!({ "purpose": "why" }))
            .send(&house)
            .await;
        assert_eq!(problem(&answer), (403, "role-forbidden"));
    }
}

#[tokio::test]
async fn a_role_that_is_taken_away_takes_its_grants_with_it() {
    let house = House::new().await;
    let at = house.session(house.tenant).await;
    let user = house.user("olga", &[(Role::ComplianceOfficer, None)]).await;
    let cookie = house.log_in("olga").await;
    let grant = open(&house, at, &cookie, None).await;
    let auditor = obhut_archive::Assignment {
        role: Role::Auditor,
        tenant: None,
    };
    house
        .archive
        .set_assignments(user.user, vec![auditor])
        .await
        .unwrap();
    let answer = look(&house, at, &cookie, &grant, "description").await;
    assert_eq!(problem(&answer), (403, "role-forbidden"));
}
