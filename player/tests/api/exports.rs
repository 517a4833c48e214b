//! Exports: asked for, decided by somebody else, listed.

use std::time::Duration;

use axum::http::StatusCode;
use obhut_archive::{ExportApprovals, NewBundle, Reason, Role, SessionRef, Under};
use obhut_format::ids::TenantId;
use serde_json::{Value, json};

use crate::house::{Answer, Ask, House, problem};
use crate::recorded::sealed;

/// A week.
pub(crate) const WEEK: Duration = Duration::from_hours(7 * 24);

/// Wants an approval for the tenant's exports.
pub(crate) async fn approvals_wanted(house: &House, tenant: TenantId) {
    let policy = house.archive.set_export_approvals(tenant, ExportApprovals::One);
    assert_eq!(policy.await.unwrap().export_approvals, ExportApprovals::One);
}

/// Asks for an export.
pub(crate) async fn asking(house: &House, at: SessionRef, cookie: &str) -> Answer {
    Ask::post(&format!("/v1/sessions/{}/exports", at.session))
        .by(cookie)
        .json(&json!({ "purpose": "evidence", "case": "7 O 12/26" }))
        .send(house)
        .await
}

/// The same, granted; the request's id.
pub(crate) async fn asked(house: &House, at: SessionRef, cookie: &str) -> String {
    let answer = asking(house, at, cookie).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json["export"].as_str().unwrap().to_owned()
}

/// Decides about one.
pub(crate) async fn decide(house: &House, export: &str, cookie: &str, said: &Value) -> Answer {
    Ask::post(&format!("/v1/exports/{export}/decision"))
        .by(cookie)
        .json(said)
        .send(house)
        .await
}

/// Takes a bundle.
pub(crate) fn taking(export: &str, cookie: &str) -> Ask {
    Ask::get(&format!("/v1/exports/{export}/bundle")).by(cookie)
}

/// One as it stands.
pub(crate) async fn entry(house: &House, export: &str, cookie: &str) -> Value {
    let answer = Ask::get(&format!("/v1/exports/{export}"))
        .by(cookie)
        .send(house)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json
}

async fn listed(house: &House, query: &str, cookie: &str) -> Vec<String> {
    let answer = Ask::get(&format!("/v1/exports{query}"))
        .by(cookie)
        .send(house)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let ids = answer.json["exports"].as_array().unwrap().iter();
    ids.map(|entry| entry["export"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn without_approvals_an_export_is_approved_by_being_asked_for() {
    let house = House::new().await;
    let at = sealed(&house).await;
    let cookie = house.officer("olga").await;
    let answer = asking(&house, at, &cookie).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let export = answer.json["export"].clone();
    assert_eq!(
        answer.json,
        json!({
            "export": export, "tenant": house.tenant, "session": at.session, "state": "approved",
            "asked_at": "2026-11-02T12:01:03.000000Z", "asked_by": "olga", "purpose": "evidence", "case": "7 O 12/26",
            "damaged": false, "approvals": 0, "decided_at": "2026-11-02T12:01:03.000000Z", "decided_by": null,
            "decision_reason": null, "until": "2026-11-09T12:01:03.000000Z", "bundles": [], "mine": true,
            "may_decide": false, "may_download": true,
        })
    );
    let export = export.as_str().unwrap();
    assert_eq!(entry(&house, export, &cookie).await, answer.json);
    let colleague = house.officer("otto").await;
    let decided = decide(&house, export, &colleague, &json!({ "approve": false })).await;
    assert_eq!(problem(&decided), (409, "export-decided"));
}

#[tokio::test]
async fn somebody_else_approves_and_only_who_asked_takes_the_bundle() {
    let house = House::new().await;
    approvals_wanted(&house, house.tenant).await;
    let at = sealed(&house).await;
    let (olga, otto) = (house.officer("olga").await, house.officer("otto").await);
    let export = asked(&house, at, &olga).await;
    let waiting = entry(&house, &export, &olga).await;
    assert_eq!(
        (&waiting["state"], &waiting["approvals"]),
        (&json!("asked"), &json!(1))
    );
    assert_eq!(
        (&waiting["decided_at"], &waiting["may_decide"]),
        (&Value::Null, &json!(false))
    );
    assert_eq!(waiting["until"], "2026-11-09T12:01:03.000000Z");
    assert_eq!(entry(&house, &export, &otto).await["may_decide"], true);
    let early = taking(&export, &olga).send(&house).await;
    assert_eq!(problem(&early), (409, "export-not-approved"));
    let yes = json!({ "approve": true, "reason": " the court asks " });
    let own = decide(&house, &export, &olga, &yes).await;
    assert_eq!(problem(&own), (403, "own-request"));
    // Nor with another login.
    let again = house.log_in("olga").await;
    assert_eq!(
        problem(&decide(&house, &export, &again, &yes).await),
        (403, "own-request")
    );

    house.clock.advance(Duration::from_hours(24));
    let (olga, otto) = (house.log_in("olga").await, house.log_in("otto").await);
    let approved = decide(&house, &export, &otto, &yes).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text);
    assert_eq!(approved.json["state"], "approved");
    assert_eq!(approved.json["decided_by"], "otto");
    assert_eq!(approved.json["decision_reason"], "the court asks");
    assert_eq!(approved.json["until"], "2026-11-10T12:01:03.000000Z");
    assert_eq!(
        (&approved.json["mine"], &approved.json["may_download"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(
        problem(&decide(&house, &export, &otto, &yes).await),
        (409, "export-decided")
    );
    assert_eq!(house.looks().await, []);

    let others = taking(&export, &otto).send(&house).await;
    assert_eq!(problem(&others), (403, "not-own-request"));
    let taken = taking(&export, &olga).send(&house).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    assert_eq!(taken.header("content-type"), "application/zip");
    assert_eq!(taken.header("cache-control"), "no-store");
    let name = format!(
        "attachment; filename=\"{}.zip\"",
        obhut_format::bundle::top_folder(at.session)
    );
    assert_eq!(taken.header("content-disposition"), name);
    assert_eq!(taken.text, "the beginning of a zip, and its end");
    let made = entry(&house, &export, &olga).await;
    let bundles = made["bundles"].as_array().unwrap();
    assert_eq!(bundles.len(), 1);
    assert_eq!(bundles[0]["who"], "olga");
    assert_eq!(house.looks().await.len(), 1, "the bundle is a look");

    house.clock.advance(WEEK);
    let olga = house.log_in("olga").await;
    let late = taking(&export, &olga).send(&house).await;
    assert_eq!(problem(&late), (410, "export-expired"));
    let over = entry(&house, &export, &olga).await;
    assert_eq!(
        (&over["state"], &over["may_download"]),
        (&json!("expired"), &json!(false))
    );
    assert_eq!(house.looks().await.len(), 1);
}

#[tokio::test]
async fn what_was_refused_or_waited_too_long_gives_no_bundle() {
    let house = House::new().await;
    approvals_wanted(&house, house.tenant).await;
    let at = sealed(&house).await;
    let (olga, otto) = (house.officer("olga").await, house.officer("otto").await);
    let (refused, forgotten) = (asked(&house, at, &olga).await, asked(&house, at, &olga).await);
    let no = decide(
        &house,
        &refused,
        &otto,
        &json!({ "approve": false, "reason": "no court asks" }),
    )
    .await;
    assert_eq!(
        (&no.json["state"], &no.json["until"]),
        (&json!("refused"), &Value::Null)
    );
    assert_eq!(no.json["decision_reason"], "no court asks");
    let taken = taking(&refused, &olga).send(&house).await;
    assert_eq!(problem(&taken), (409, "export-not-approved"));
    house.clock.advance(WEEK);
    let (olga, otto) = (house.log_in("olga").await, house.log_in("otto").await);
    let late = decide(&house, &forgotten, &otto, &json!({ "approve": true })).await;
    assert_eq!(problem(&late), (410, "export-expired"));
    let taken = taking(&forgotten, &olga).send(&house).await;
    assert_eq!(problem(&taken), (410, "export-expired"));
    assert_eq!(entry(&house, &refused, &olga).await["state"], "refused");
    assert_eq!(house.looks().await, []);
}

#[tokio::test]
async fn a_policy_that_changes_leaves_what_was_asked_for_as_it_is() {
    let house = House::new().await;
    let at = sealed(&house).await;
    let olga = house.officer("olga").await;
    let before = asked(&house, at, &olga).await;
    approvals_wanted(&house, house.tenant).await;
    let after = asked(&house, at, &olga).await;
    let policy = house
        .archive
        .set_export_approvals(house.tenant, ExportApprovals::None);
    policy.await.unwrap();
    assert_eq!(entry(&house, &before, &olga).await["state"], "approved");
    assert_eq!(entry(&house, &after, &olga).await["state"], "asked");
    let taken = taking(&after, &olga).send(&house).await;
    assert_eq!(problem(&taken), (409, "export-not-approved"));
}

#[tokio::test]
async fn the_list_is_of_the_logins_tenants_newest_first_and_in_pages() {
    let house = House::new().await;
    approvals_wanted(&house, house.tenant).await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let (at, second) = (sealed(&house).await, sealed(&house).await);
    let olga = house.officer("olga").await;
    let mut all = Vec::new();
    for at in [at, second, at] {
        house.clock.advance(Duration::from_secs(1));
        all.push(asked(&house, at, &olga).await);
    }
    all.reverse();
    let auditor = house
        .visitor("audits", &[(Role::Auditor, Some(house.tenant))])
        .await;
    assert_eq!(listed(&house, "", &auditor).await, all);
    let of_session = format!("?session={}", second.session);
    assert_eq!(listed(&house, &of_session, &auditor).await, all[1..2]);
    let of_tenant = format!("?tenant={}", house.tenant);
    assert_eq!(listed(&house, &of_tenant, &auditor).await, all);
    let first = Ask::get("/v1/exports?limit=2")
        .by(&auditor)
        .send(&house)
        .await
        .json;
    let next = first["next"].as_str().unwrap();
    let rest = format!("?limit=2&cursor={next}");
    assert_eq!(listed(&house, &rest, &auditor).await, all[2..]);
    let otto = house.officer("otto").await;
    decide(&house, &all[1], &otto, &json!({ "approve": true })).await;
    for (state, expected) in [
        ("asked", vec![all[0].clone(), all[2].clone()]),
        ("approved", vec![all[1].clone()]),
        ("refused", vec![]),
        ("expired", vec![]),
    ] {
        let query = format!("?state={state}");
        assert_eq!(listed(&house, &query, &auditor).await, expected, "{state}");
    }
    let north = house.visitor("north", &[(Role::Auditor, Some(other))]).await;
    assert_eq!(listed(&house, "", &north).await, Vec::<String>::new());
    for query in ["?state=open", "?limit=0", "?cursor=x", "?session=x", "?what=x"] {
        let answer = Ask::get(&format!("/v1/exports{query}"))
            .by(&auditor)
            .send(&house)
            .await;
        assert_eq!(problem(&answer), (400, "request-malformed"), "{query}");
    }
}

#[tokio::test]
async fn what_the_command_line_wrote_is_listed_too() {
    let house = House::new().await;
    let at = sealed(&house).await;
    let olga = house.officer("olga").await;
    let asked_for = asked(&house, at, &olga).await;
    house.clock.advance(Duration::from_secs(1));
    let new = NewBundle {
        session: at,
        under: Under::CommandLine {
            reason: Reason::new("a dispute", None).unwrap(),
            damaged: true,
        },
    };
    let made = house.archive.record_export(new).await.unwrap();
    let page = Ask::get("/v1/exports").by(&olga).send(&house).await.json;
    let written = &page["exports"][0];
    assert_eq!(
        *written,
        json!({
            "export": made.grant.record(), "tenant": house.tenant, "session": at.session, "state": "approved",
            "asked_at": made.at, "asked_by": "command line", "purpose": "a dispute", "case": null, "damaged": true,
            "approvals": 0, "decided_at": made.at, "decided_by": null, "decision_reason": null, "until": null,
            "bundles": [{ "at": made.at, "number": made.number, "who": "command line" }], "mine": false,
            "may_decide": false, "may_download": false,
        })
    );
    assert_eq!(page["exports"][1]["export"], asked_for);
    let id = written["export"].as_str().unwrap();
    assert_eq!(entry(&house, id, &olga).await, *written);
    let taken = taking(id, &olga).send(&house).await;
    assert_eq!(
        problem(&taken),
        (404, "not-found"),
        "there is no request to take one under"
    );
}
