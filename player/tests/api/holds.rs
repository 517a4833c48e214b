//! Holds: placed, listed, released, by those who may.

use std::time::Duration;

use axum::http::StatusCode;
use obhut_archive::objects::Disposal;
use obhut_archive::{Actor, Archive, Judge, NewHold, Role, SessionRef};
use obhut_format::chain::SessionKind;
use serde_json::{Value, json};

use crate::house::{Answer, Ask, House, problem};
use crate::recorded::{seal, session};

async fn place(house: &House, cookie: &str, session: &str, body: &Value) -> Answer {
    let path = format!("/v1/sessions/{session}/holds");
    Ask::post(&path).by(cookie).json(body).send(house).await
}

async fn release(house: &House, cookie: &str, hold: &str, reason: &str) -> Answer {
    let path = format!("/v1/holds/{hold}/release");
    let body = json!({ "reason": reason });
    Ask::post(&path).by(cookie).json(&body).send(house).await
}

async fn list(house: &House, cookie: &str, query: &str) -> Answer {
    Ask::get(&format!("/v1/holds{query}"))
        .by(cookie)
        .send(house)
        .await
}

fn holds(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json["holds"].as_array().unwrap().clone()
}

async fn sealed(house: &House) -> SessionRef {
    let at = session(house, house.tenant, "PC 1", SessionKind::Support).await;
    seal(house, at).await;
    at
}

async fn officer(house: &House) -> String {
    let role = (Role::ComplianceOfficer, Some(house.tenant));
    house.visitor("olga", &[role]).await
}

/// How far a session's deletion goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    Intent,
    Tombstone,
    Certificate,
}

/// Deletes a session, whatever its deadline.
pub(crate) async fn delete(archive: &Archive, at: SessionRef, until: Until) {
    let judge: Judge =
        std::sync::Arc::new(|session, _| session.holds.is_empty().then(|| "at-once".to_owned()));
    let (proof, turn) = (Disposal::by_plan(), archive.purge_turn().unwrap());
    let begun = turn.intend(vec![at], judge).await.unwrap();
    assert_eq!(begun.len(), 1);
    if until == Until::Intent {
        return;
    }
    let (mut erased, _) = turn.erase(begun, &proof).await.unwrap();
    turn.remove(&mut erased[0], &proof).await.unwrap();
    let gone = turn.forget(erased, &proof).await.unwrap();
    if until == Until::Certificate {
        assert_eq!(turn.certify(gone, &proof).await.unwrap().0.len(), 1);
    }
}

#[tokio::test]
async fn a_hold_is_placed_listed_and_released_with_who_and_why() {
    let house = House::new().await;
    let cookie = officer(&house).await;
    // An open session can be held too.
    let at = session(&house, house.tenant, "PC 1", SessionKind::Support).await;
    let id = at.session.to_string();
    let body = json!({ "reason": " a dispute ", "owner": "legal", "review_on": "2027-01-31" });
    let placed = place(&house, &cookie, &id, &body).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text);
    let hold = placed.json["hold"].as_str().unwrap();
    let expected = json!({
        "hold": hold, "tenant": house.tenant, "session": id, "placed_at": house.archive.clock().now(),
        "placed_by": "olga", "reason": "a dispute", "owner": "legal", "review_on": "2027-01-31",
        "released_at": null, "released_by": null, "release_reason": null, "session_kept": true, "damaged": false,
    });
    assert_eq!(placed.json, expected);
    let listed = list(&house, &cookie, "?state=active").await;
    assert_eq!(listed.json, json!({ "holds": [expected], "next": null }));
    let sessions = Ask::get("/v1/sessions?held=true").by(&cookie).send(&house).await;
    assert_eq!(sessions.json["sessions"][0]["session"], json!(id));

    house.clock.advance(Duration::from_mins(2));
    let released = release(&house, &cookie, hold, "it is settled").await;
    assert_eq!(released.status, StatusCode::OK, "{}", released.text);
    assert_eq!(released.json["released_at"], json!(house.archive.clock().now()));
    assert_eq!(released.json["released_by"], "olga");
    assert_eq!(released.json["release_reason"], "it is settled");
    assert_eq!(released.json["reason"], "a dispute");
    assert_eq!(
        holds(&list(&house, &cookie, "?state=active").await),
        Vec::<Value>::new()
    );
    let listed = list(&house, &cookie, &format!("?state=released&session={id}")).await;
    assert_eq!(holds(&listed), [released.json]);
    let again = release(&house, &cookie, hold, "once more").await;
    assert_eq!(problem(&again), (409, "hold-released"));
}

#[tokio::test]
async fn who_may_not_changes_nothing() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let at = sealed(&house).await;
    let id = at.session.to_string();
    let officer = officer(&house).await;
    let body = json!({ "reason": "a dispute" });
    let placed = place(&house, &officer, &id, &body).await;
    let hold = placed.json["hold"].as_str().unwrap().to_owned();
    let [auditor, administrator, elses] = [
        ("anton", vec![(Role::Auditor, Some(house.tenant))]),
        ("ada", vec![(Role::Administrator, None)]),
        (
            "nora",
            // An officer elsewhere, and here an auditor.
            vec![
                (Role::ComplianceOfficer, Some(other)),
                (Role::Auditor, Some(house.tenant)),
            ],
        ),
    ];
    for (name, roles) in [auditor, administrator, elses] {
        let cookie = house.visitor(name, &roles).await;
        let refused = place(&house, &cookie, &id, &body).await;
        assert_eq!(problem(&refused), (403, "role-forbidden"), "{name}");
        let refused = release(&house, &cookie, &hold, "I want to").await;
        assert_eq!(problem(&refused), (403, "role-forbidden"), "{name}");
    }
    let stranger = house
        .visitor("nina", &[(Role::ComplianceOfficer, Some(other))])
        .await;
    let refused = place(&house, &stranger, &id, &body).await;
    assert_eq!(problem(&refused), (404, "not-found"));
    let refused = release(&house, &stranger, &hold, "I want to").await;
    assert_eq!(problem(&refused), (404, "not-found"));
    assert_eq!(holds(&list(&house, &stranger, "").await), Vec::<Value>::new());
    let refused = list(&house, &stranger, &format!("?tenant={}", house.tenant)).await;
    assert_eq!(problem(&refused), (404, "not-found"));
    let administrator = house.log_in("ada").await;
    let refused = list(&house, &administrator, "").await;
    assert_eq!(problem(&refused), (403, "role-forbidden"));

    let auditor = house.log_in("anton").await;
    assert_eq!(holds(&list(&house, &auditor, "").await), [placed.json]);
}

#[tokio::test]
async fn what_can_not_be_placed_or_released_is_told_without_its_words() {
    let house = House::new().await;
    let cookie = officer(&house).await;
    let id = sealed(&house).await.session.to_string();
    for (body, status, slug) in [
        (json!({}), 422, "request-invalid"),
        (json!({ "reason": 7 }), 422, "request-invalid"),
        (
            json!({ "reason": "a dispute", "because": 1 }),
            422,
            "request-invalid",
        ),
        (json!({ "reason": " " }), 422, "request-invalid"),
        (json!({ "reason": "a\u{202e}dispute" }), 422, "request-invalid"),
        (json!({ "reason": "x".repeat(501) }), 422, "request-invalid"),
        (
            json!({ "reason": "a dispute", "owner": "\n x \n y" }),
            422,
            "request-invalid",
        ),
        (
            json!({ "reason": "a dispute", "review_on": "soon-ish" }),
            422,
            "request-invalid",
        ),
        (
            json!({ "reason": "a dispute", "review_on": "2026-02-30" }),
            422,
            "request-invalid",
        ),
        (
            json!({ "reason": "a dispute", "review_on": "2026-11-01" }),
            422,
            "request-invalid",
        ),
    ] {
        let refused = place(&house, &cookie, &id, &body).await;
        assert_eq!(problem(&refused), (status, slug), "{body}");
        assert!(
            !refused.text.contains("soon-ish") && !refused.text.contains("dispute"),
            "{}",
            refused.text
        );
    }
    for named in ["0192f000-0000-7000-8003-000000000001", "nonsense"] {
        let body = json!({ "reason": "a dispute" });
        assert_eq!(
            problem(&place(&house, &cookie, named, &body).await),
            (404, "not-found")
        );
        assert_eq!(
            problem(&release(&house, &cookie, named, "settled").await),
            (404, "not-found")
        );
    }
    for query in ["?state=held", "?limit=0", "?cursor=x", "?session=x", "?why=1"] {
        let refused = list(&house, &cookie, query).await;
        assert_eq!(problem(&refused), (400, "request-malformed"), "{query}");
    }
    assert_eq!(holds(&list(&house, &cookie, "").await), Vec::<Value>::new());
    let placed = place(&house, &cookie, &id, &json!({ "reason": "a dispute" })).await;
    let hold = placed.json["hold"].as_str().unwrap();
    assert_eq!(
        problem(&release(&house, &cookie, hold, "ok").await),
        (422, "request-invalid")
    );
    assert_eq!(
        holds(&list(&house, &cookie, "").await),
        std::slice::from_ref(&placed.json)
    );
}

#[tokio::test]
async fn a_session_that_goes_can_not_be_held_any_more() {
    let house = House::new().await;
    let cookie = officer(&house).await;
    let administrator = house.visitor("ada", &[(Role::Administrator, None)]).await;
    let auditor = house.visitor("anton", &[(Role::Auditor, None)]).await;
    let body = json!({ "reason": "too late" });
    for (until, status, slug, certificate) in [
        (Until::Intent, 409, "session-purging", Value::Null),
        (Until::Tombstone, 410, "session-deleted", json!(false)),
        (Until::Certificate, 410, "session-deleted", json!(true)),
    ] {
        let at = sealed(&house).await;
        delete(&house.archive, at, until).await;
        let id = at.session.to_string();
        let refused = place(&house, &cookie, &id, &body).await;
        assert_eq!(problem(&refused), (status, slug));
        assert_eq!(refused.json["since"], json!(house.archive.clock().now()));
        assert_eq!(refused.json["certificate"], certificate);
        let place_of_it = format!("/v1/certificates/{id}");
        assert_eq!(
            refused.json["detail"]
                .as_str()
                .is_some_and(|said| said.contains(&place_of_it)),
            until == Until::Certificate
        );
        // Who may not see certificates does not learn that it was there.
        let refused = place(&house, &administrator, &id, &body).await;
        assert_eq!(problem(&refused), (404, "not-found"));
        let refused = place(&house, &auditor, &id, &body).await;
        assert_eq!(problem(&refused), (403, "role-forbidden"));
    }
}

#[tokio::test]
async fn pages_go_through_all_holds_once_in_their_order() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let roles = [
        (Role::ComplianceOfficer, Some(house.tenant)),
        (Role::Auditor, Some(other)),
    ];
    let cookie = house.visitor("olga", &roles).await;
    let here = sealed(&house).await;
    let there = session(&house, other, "PC 2", SessionKind::Support).await;
    // Reason, session, review; the last three are released, in this order.
    let table = [
        ("the fourth", here, None),
        ("the second", there, Some("2027-01-31")),
        ("the first", here, Some("2026-12-01")),
        ("the third", here, Some("2027-03-01")),
        ("the last", there, Some("2026-12-01")),
        ("the sixth", here, None),
        ("the fifth", there, None),
    ];
    for (n, (reason, session, review)) in table.into_iter().enumerate() {
        house.clock.advance(Duration::from_secs(1));
        let new = NewHold {
            session,
            reason: reason.to_owned(),
            owner: None,
            review_on: review.map(str::to_owned),
            by: Actor::command_line(),
        };
        let placed = house.archive.place_hold(new).await.unwrap().row.hold;
        if n >= 4 {
            let release = obhut_archive::NewRelease {
                reason: None,
                by: Actor::command_line(),
            };
            let released = house.archive.release_hold(session.tenant, placed, release).await;
            released.unwrap();
        }
    }
    let in_order = [
        "the first",
        "the second",
        "the third",
        "the fourth",
        "the fifth",
        "the sixth",
        "the last",
    ];
    for (state, wanted) in [
        ("", &in_order[..]),
        ("&state=all", &in_order[..]),
        ("&state=active", &in_order[..4]),
        ("&state=released", &in_order[4..]),
    ] {
        for limit in 1..=8 {
            let (mut seen, mut query) = (Vec::new(), format!("?limit={limit}{state}"));
            loop {
                let page = list(&house, &cookie, &query).await;
                let found = holds(&page);
                assert!((1..=limit).contains(&found.len()), "no empty page at the end");
                seen.extend(
                    found
                        .iter()
                        .map(|hold| hold["reason"].as_str().unwrap().to_owned()),
                );
                let Some(next) = page.json["next"].as_str() else {
                    break;
                };
                query = format!("?limit={limit}{state}&cursor={next}");
            }
            assert_eq!(seen, wanted, "pages of {limit}{state}");
        }
    }
    let released = holds(&list(&house, &cookie, "?state=released").await);
    assert_eq!(released[0]["released_by"], "command line");
    assert_eq!(released[0]["release_reason"], Value::Null);
    let only = holds(&list(&house, &cookie, &format!("?tenant={other}")).await);
    assert_eq!(only.len(), 3);
    let only = holds(
        &list(
            &house,
            &cookie,
            &format!("?session={}&state=active", there.session),
        )
        .await,
    );
    assert_eq!(only.len(), 1);
}
