//! The proofs of what was deleted.

use std::time::Duration;

use axum::http::StatusCode;
use obhut_archive::{Role, SessionRef};
use obhut_format::certificate::Certificate;
use obhut_format::chain::SessionKind;
use obhut_format::ids::TenantId;
use serde_json::{Value, json};

use crate::holds::{Until, delete};
use crate::house::{Answer, Ask, House, problem};
use crate::recorded::{seal, session};

async fn get(house: &House, cookie: &str, path: &str) -> Answer {
    Ask::get(path).by(cookie).send(house).await
}

async fn deleted(house: &House, tenant: TenantId) -> SessionRef {
    let at = session(house, tenant, "PC 1", SessionKind::Support).await;
    seal(house, at).await;
    house.clock.advance(Duration::from_secs(1));
    delete(&house.archive, at, Until::Certificate).await;
    at
}

#[tokio::test]
async fn a_certificate_is_shown_with_every_fact_and_as_it_was_signed() {
    let house = House::new().await;
    let cookie = house
        .visitor("anton", &[(Role::Auditor, Some(house.tenant))])
        .await;
    let at = deleted(&house, house.tenant).await;
    let path = format!("/v1/certificates/{}", at.session);
    let answer = get(&house, &cookie, &path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let signed = answer.json["signed"].as_str().unwrap();
    let certificate = Certificate::parse(signed.as_bytes()).unwrap();
    assert_eq!(certificate.disposed.session, at.session);
    assert_eq!(answer.json["key"], json!(certificate.key.to_string()));
    assert_eq!(answer.json["valid"], true);
    // Every fact of the line, under its name, and nothing else.
    let mut line: Value = serde_json::from_str(signed).unwrap();
    for beside in ["v", "t", "sig", "key"] {
        assert!(line.as_object_mut().unwrap().remove(beside).is_some(), "{beside}");
    }
    assert_eq!(answer.json["facts"], line);

    let listed = get(
        &house,
        &cookie,
        &format!("/v1/certificates?session={}", at.session),
    )
    .await;
    assert_eq!(
        listed.json,
        json!({ "certificates": [{
            "tenant": house.tenant, "session": at.session, "class": "default", "ended_at": line["ended_at"],
            "retain_until": line["retain_until"], "purged_at": line["tombstone"]["at"],
            "leaf": line["tombstone"]["n"], "damaged": false,
        }], "next": null })
    );
}

#[tokio::test]
async fn its_page_runs_nothing_and_is_kept_nowhere() {
    let house = House::new().await;
    let cookie = house.visitor("anton", &[(Role::Auditor, None)]).await;
    let at = deleted(&house, house.tenant).await;
    let path = format!("/v1/certificates/{}/page", at.session);
    for (query, language) in [("", "en"), ("?language=en", "en"), ("?language=de", "de")] {
        let page = get(&house, &cookie, &format!("{path}{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert_eq!(page.text, format!("<p lang=\"{language}\">{}</p>", at.session));
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("content-language"), language);
        assert_eq!(page.header("cache-control"), "no-store");
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.ends_with("sandbox"),
            "{policy}"
        );
        assert!(!policy.contains("script"), "{policy}");
    }
    let refused = get(&house, &cookie, &format!("{path}?language=fr")).await;
    assert_eq!(problem(&refused), (400, "request-malformed"));
}

#[tokio::test]
async fn pages_go_through_all_certificates_of_the_tenants_seen_newest_first() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let hidden = house.archive.add_tenant("Sued GmbH").await.unwrap().tenant;
    let roles = [
        (Role::Auditor, Some(house.tenant)),
        (Role::ComplianceOfficer, Some(other)),
        (Role::Administrator, Some(hidden)),
    ];
    let cookie = house.visitor("anton", &roles).await;
    let mut made = Vec::new();
    for tenant in [house.tenant, other, hidden, other, house.tenant, house.tenant] {
        made.push((tenant, deleted(&house, tenant).await));
    }
    let expected: Vec<String> = made
        .iter()
        .rev()
        .filter(|(tenant, _)| *tenant != hidden)
        .map(|(_, at)| at.session.to_string())
        .collect();
    for limit in 1..=6 {
        let (mut seen, mut query) = (Vec::new(), format!("?limit={limit}"));
        loop {
            let page = get(&house, &cookie, &format!("/v1/certificates{query}")).await;
            let found = page.json["certificates"].as_array().unwrap();
            assert!((1..=limit).contains(&found.len()), "no empty page at the end");
            seen.extend(
                found
                    .iter()
                    .map(|one| one["session"].as_str().unwrap().to_owned()),
            );
            let Some(next) = page.json["next"].as_str() else {
                break;
            };
            query = format!("?limit={limit}&cursor={next}");
        }
        assert_eq!(seen, expected, "pages of {limit}");
    }
    let only = get(&house, &cookie, &format!("/v1/certificates?tenant={other}")).await;
    assert_eq!(only.json["certificates"].as_array().unwrap().len(), 2);
    let refused = get(&house, &cookie, &format!("/v1/certificates?tenant={hidden}")).await;
    assert_eq!(problem(&refused), (403, "role-forbidden"));
}

#[tokio::test]
async fn a_session_that_went_is_gone_for_those_who_may_know_and_was_never_there_for_others() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let officer = house
        .visitor("olga", &[(Role::ComplianceOfficer, Some(house.tenant))])
        .await;
    let administrator = house.visitor("ada", &[(Role::Administrator, None)]).await;
    let stranger = house
        .visitor("nina", &[(Role::ComplianceOfficer, Some(other))])
        .await;
    for (until, certificate) in [
        (Until::Intent, false),
        (Until::Tombstone, false),
        (Until::Certificate, true),
    ] {
        let at = session(&house, house.tenant, "PC 1", SessionKind::Support).await;
        seal(&house, at).await;
        delete(&house.archive, at, until).await;
        let path = format!("/v1/sessions/{}", at.session);
        let gone = get(&house, &officer, &path).await;
        assert_eq!(problem(&gone), (410, "session-deleted"));
        assert_eq!(gone.json["since"], json!(house.archive.clock().now()));
        assert_eq!(gone.json["certificate"], certificate);
        for cookie in [&administrator, &stranger] {
            assert_eq!(problem(&get(&house, cookie, &path).await), (404, "not-found"));
        }
        let path = format!("/v1/certificates/{}", at.session);
        let found = get(&house, &officer, &path).await;
        assert_eq!(found.status == StatusCode::OK, certificate, "{}", found.text);
        assert_eq!(problem(&get(&house, &stranger, &path).await), (404, "not-found"));
        let refused = get(&house, &administrator, &path).await;
        let expected = if certificate {
            (403, "role-forbidden")
        } else {
            (404, "not-found")
        };
        assert_eq!(problem(&refused), expected);
    }
}

#[tokio::test]
async fn one_that_was_changed_is_not_valid_or_damaged_and_hides_no_other() {
    let house = House::new().await;
    let cookie = house.visitor("anton", &[(Role::Auditor, None)]).await;
    let (whole, at) = (
        deleted(&house, house.tenant).await,
        deleted(&house, house.tenant).await,
    );
    let path = format!("/v1/certificates/{}", at.session);
    let edit = |set: &str| {
        let sql = format!("UPDATE certificates SET {set} WHERE session_id = ?1");
        let changed = house.catalog().execute(&sql, [at.session.as_bytes().as_slice()]);
        assert_eq!(changed.unwrap(), 1, "{set}");
    };
    edit("certificate = replace(certificate, '\"frames\":0', '\"frames\":7')");
    let changed = get(&house, &cookie, &path).await;
    assert_eq!(changed.json["valid"], false, "{}", changed.text);
    // Nothing is printed that proves nothing.
    let page = get(&house, &cookie, &format!("{path}/page")).await;
    assert_eq!(problem(&page), (500, "certificate-damaged"));
    edit("certificate = replace(certificate, '\"frames\":7', '\"frames\":0')");
    assert_eq!(get(&house, &cookie, &path).await.json["valid"], true);
    // Signed, and the ledger does not say so.
    let leaf = "UPDATE ledger_leaves SET n = n + 1000 WHERE n = (SELECT leaf_n FROM certificates WHERE session_id = ?1)";
    let moved = house.catalog().execute(leaf, [at.session.as_bytes().as_slice()]);
    assert_eq!(moved.unwrap(), 1);
    assert_eq!(get(&house, &cookie, &path).await.json["valid"], false);
    edit("purged_at_us = purged_at_us + 1");
    assert_eq!(
        problem(&get(&house, &cookie, &path).await),
        (500, "certificate-damaged")
    );
    let page = get(&house, &cookie, &format!("{path}/page")).await;
    assert_eq!(problem(&page), (500, "certificate-damaged"));
    edit("certificate = 'nothing'");
    let listed = get(&house, &cookie, "/v1/certificates").await;
    let found = listed.json["certificates"].as_array().unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["session"], json!(at.session));
    assert_eq!(
        (&found[0]["damaged"], &found[0]["class"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(found[1]["session"], json!(whole.session));
    assert_eq!(found[1]["damaged"], false);
}
