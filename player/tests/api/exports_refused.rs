//! Who may ask, decide and take, of what, and what edits of the catalog change about it: nothing.

use axum::http::StatusCode;
use obhut_archive::{Role, SessionRef};
use obhut_format::chain::SessionKind;
use serde_json::{Value, json};

use crate::exports::{approvals_wanted, asked, asking, decide, entry, taking};
use crate::house::{Ask, House, problem};
use crate::recorded::{begin_deletion, delete, sealed, session};

const UNKNOWN: &str = "0192f000-0000-7000-8003-000000000001";

#[tokio::test]
async fn what_is_no_request_is_refused_and_leaves_nothing() {
    let house = House::new().await;
    let at = sealed(&house).await;
    let olga = house.officer("olga").await;
    let path = format!("/v1/sessions/{}/exports", at.session);
    for body in [
        json!({}),
        json!({ "purpose": "ab" }),
        json!({ "purpose": "why", "case": "\u{202e}" }),
        json!({ "purpose": "why", "damaged": "yes" }),
        json!({ "purpose": "why", "who": "somebody else" }),
    ] {
        let answer = Ask::post(&path).by(&olga).json(&body).send(&house).await;
        assert_eq!(problem(&answer), (422, "request-invalid"), "{body}");
    }
    let list = Ask::get("/v1/exports").by(&olga).send(&house).await;
    assert_eq!(list.json, json!({ "exports": [], "next": null }));
    approvals_wanted(&house, house.tenant).await;
    let export = asked(&house, at, &olga).await;
    let otto = house.officer("otto").await;
    for body in [
        json!({}),
        json!({ "approve": true, "reason": "\u{0}no" }),
        json!({ "approve": 1 }),
    ] {
        let answer = decide(&house, &export, &otto, &body).await;
        assert_eq!(problem(&answer), (422, "request-invalid"), "{body}");
    }
    assert_eq!(entry(&house, &export, &otto).await["state"], "asked");
}

#[tokio::test]
async fn roles_say_who_asks_and_who_looks_on() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let at = sealed(&house).await;
    let export = asked(&house, at, &house.officer("olga").await).await;
    for (name, roles, sees) in [
        ("runs", &[(Role::Administrator, None)][..], false),
        ("audits", &[(Role::Auditor, None)], true),
        (
            "elsewhere",
            &[(Role::Auditor, None), (Role::ComplianceOfficer, Some(other))],
            true,
        ),
    ] {
        let cookie = house.visitor(name, roles).await;
        assert_eq!(
            problem(&asking(&house, at, &cookie).await),
            (403, "role-forbidden"),
            "{name}"
        );
        let decided = decide(&house, &export, &cookie, &json!({ "approve": true })).await;
        assert_eq!(problem(&decided), (403, "role-forbidden"), "{name}");
        let taken = taking(&export, &cookie).send(&house).await;
        assert_eq!(problem(&taken), (403, "role-forbidden"), "{name}");
        for path in ["/v1/exports".to_owned(), format!("/v1/exports/{export}")] {
            let answer = Ask::get(&path).by(&cookie).send(&house).await;
            if sees {
                assert_eq!(answer.status, StatusCode::OK, "{name} {path}");
            } else {
                assert_eq!(problem(&answer), (403, "role-forbidden"), "{name} {path}");
            }
        }
    }
    let north = house
        .visitor("north", &[(Role::ComplianceOfficer, Some(other))])
        .await;
    let mut said = Vec::new();
    for id in [&export[..], UNKNOWN, "nonsense"] {
        let details = Ask::get(&format!("/v1/exports/{id}"))
            .by(&north)
            .send(&house)
            .await;
        let decided = decide(&house, id, &north, &json!({ "approve": true })).await;
        let taken = taking(id, &north).send(&house).await;
        said.extend([details, decided, taken].map(|answer| {
            assert_eq!(problem(&answer), (404, "not-found"), "{id}");
            answer.text
        }));
    }
    assert_eq!(problem(&asking(&house, at, &north).await), (404, "not-found"));
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
}

#[tokio::test]
async fn only_what_is_sealed_and_kept_is_exported() {
    let house = House::new().await;
    approvals_wanted(&house, house.tenant).await;
    let (olga, otto) = (house.officer("olga").await, house.officer("otto").await);
    let open = session(&house, house.tenant, "PC 1", SessionKind::Support).await;
    assert_eq!(problem(&asking(&house, open, &olga).await), (409, "session-open"));
    let nobodys = SessionRef {
        session: UNKNOWN.parse().unwrap(),
        ..open
    };
    assert_eq!(problem(&asking(&house, nobodys, &olga).await), (404, "not-found"));

    let (going, gone) = (sealed(&house).await, sealed(&house).await);
    let yes = json!({ "approve": true });
    let requests = async |at| {
        let [waits, approved] = [asked(&house, at, &olga).await, asked(&house, at, &olga).await];
        assert_eq!(
            decide(&house, &approved, &otto, &yes).await.status,
            StatusCode::OK
        );
        (waits, approved)
    };
    let (of_going, of_gone) = (requests(going).await, requests(gone).await);
    delete(&house, gone).await;
    begin_deletion(&house, going).await;
    for (at, (waits, approved), expected) in [
        (going, of_going, (409, "session-purging")),
        (gone, of_gone, (410, "session-deleted")),
    ] {
        for answer in [
            asking(&house, at, &olga).await,
            decide(&house, &waits, &otto, &yes).await,
            taking(&approved, &olga).send(&house).await,
        ] {
            assert_eq!(problem(&answer), expected);
            assert_eq!(answer.json["since"], json!(house.archive.clock().now()));
            let certified = (expected.0 == 410).then_some(true);
            assert_eq!(answer.json["certificate"], json!(certified));
        }
        let entry = entry(&house, &approved, &olga).await;
        assert_eq!(
            (&entry["purpose"], &entry["may_download"]),
            (&json!("evidence"), &json!(false))
        );
    }
    assert_eq!(house.looks().await, []);
}

#[tokio::test]
async fn damage_is_told_before_anything_is_promised_or_sent() {
    let house = House::new().await;
    let at = sealed(&house).await;
    let olga = house.officer("olga").await;
    let export = asked(&house, at, &olga).await;
    let [object] = &house.objects()[..] else {
        panic!("one segment");
    };
    let mut bytes = std::fs::read(object).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(object, bytes).unwrap();
    assert_eq!(
        problem(&asking(&house, at, &olga).await),
        (409, "session-damaged")
    );
    let taken = taking(&export, &olga).send(&house).await;
    assert_eq!(problem(&taken), (409, "session-damaged"));
    assert_eq!(house.looks().await, []);
    let wanted = Ask::post(&format!("/v1/sessions/{}/exports", at.session))
        .by(&olga)
        .json(&json!({ "purpose": "evidence", "damaged": true }));
    let answer = wanted.send(&house).await;
    assert_eq!(
        (answer.status, &answer.json["damaged"]),
        (StatusCode::CREATED, &json!(true))
    );
    let taken = taking(answer.json["export"].as_str().unwrap(), &olga)
        .send(&house)
        .await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    std::fs::remove_file(object).unwrap();
    assert_eq!(
        problem(&asking(&house, at, &olga).await),
        (409, "session-damaged")
    );
}

/// Whoever has the catalog's file edits a row; the ledger says what it said.
#[tokio::test]
async fn a_row_that_says_something_else_than_the_ledger_allows_nothing() {
    let house = House::new().await;
    approvals_wanted(&house, house.tenant).await;
    let (at, second) = (sealed(&house).await, sealed(&house).await);
    let (olga, otto) = (house.officer("olga").await, house.officer("otto").await);
    let (waits, refused, approved) = (
        asked(&house, at, &olga).await,
        asked(&house, at, &olga).await,
        asked(&house, at, &olga).await,
    );
    decide(&house, &refused, &otto, &json!({ "approve": false })).await;
    decide(&house, &approved, &otto, &json!({ "approve": true })).await;
    let of = |id: &str| format!("WHERE hex(export_id) = upper('{}')", id.replace('-', ""));
    let decision = |of_other: &str| {
        format!(
            "decision = 'approved', decided_at_us = asked_at_us, decided_leaf_n = (SELECT {of_other} FROM exports {})",
            of(&approved)
        )
    };
    let session = hex::encode(second.session.as_bytes());
    for (id, edit) in [
        (
            &waits,
            "decision = 'approved', decided_at_us = asked_at_us, decided_leaf_n = leaf_n".to_owned(),
        ),
        (&waits, decision("decided_leaf_n")),
        (&refused, "decision = 'approved'".to_owned()),
        (&refused, decision("decided_leaf_n")),
        (
            &refused,
            "decision = NULL, decided_at_us = NULL, decided_leaf_n = NULL".to_owned(),
        ),
        (&approved, format!("session_id = x'{session}'")),
        (
            &approved,
            "decided_at_us = decided_at_us + 86400000000".to_owned(),
        ),
        (&approved, "damaged = 1".to_owned()),
    ] {
        let saved = house.catalog();
        saved
            .execute_batch("DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT * FROM exports")
            .unwrap();
        let sql = format!("UPDATE exports SET {edit} {}", of(id));
        assert_eq!(saved.execute(&sql, []).unwrap(), 1);
        let taken = taking(id, &olga).send(&house).await;
        assert_eq!(problem(&taken), (500, "export-damaged"), "{edit}");
        let again = decide(&house, id, &otto, &json!({ "approve": true })).await;
        assert_eq!(problem(&again), (500, "export-damaged"), "{edit}");
        let shown = entry(&house, id, &olga).await;
        assert_eq!(
            (&shown["may_download"], &shown["may_decide"]),
            (&json!(false), &json!(false)),
            "{edit}"
        );
        saved
            .execute_batch("DELETE FROM exports; INSERT INTO exports SELECT * FROM kept; DROP TABLE kept")
            .unwrap();
    }
    assert_eq!(house.looks().await, []);
    assert_eq!(entry(&house, &waits, &olga).await["purpose"], "evidence");
    assert_ne!(entry(&house, &approved, &olga).await["decided_by"], Value::Null);
    assert_eq!(taking(&approved, &olga).send(&house).await.status, StatusCode::OK);
}
