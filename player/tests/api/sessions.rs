//! Which sessions there are, and one of them.

use std::time::Duration;

use axum::http::StatusCode;
use obhut_archive::{Actor, NewHold, Role, SessionRef};
use obhut_format::chain::SessionKind;
use obhut_format::ids::SessionId;
use serde_json::{Value, json};

use crate::house::{Answer, Ask, House, problem};
use crate::recorded::{grant, seal, session};

async fn ask(house: &House, cookie: &str, query: &str) -> Answer {
    Ask::get(&format!("/v1/sessions{query}"))
        .by(cookie)
        .send(house)
        .await
}

fn ids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let sessions = answer.json["sessions"].as_array().unwrap().iter();
    sessions
        .map(|session| session["session"].as_str().unwrap().to_owned())
        .collect()
}

fn names(sessions: &[SessionRef]) -> Vec<String> {
    sessions.iter().map(|at| at.session.to_string()).collect()
}

/// Four sessions of the default tenant and two of another: sealed, held and open ones.
async fn six(house: &House) -> Vec<SessionRef> {
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let mut made = Vec::new();
    for n in 0..6_usize {
        let tenant = if n % 3 == 2 { other } else { house.tenant };
        let kind = [SessionKind::Support, SessionKind::Training][n % 2];
        let at = session(house, tenant, &format!("PC {}", n % 2), kind).await;
        if n < 4 {
            seal(house, at).await;
        }
        made.push(at);
    }
    let hold = NewHold {
        session: made[1],
        reason: "a dispute".to_owned(),
        owner: None,
        review_on: None,
        by: Actor::command_line(),
    };
    house.archive.place_hold(hold).await.unwrap();
    made
}

#[tokio::test]
async fn every_filter_lets_through_what_it_says() {
    let house = House::new().await;
    let made = six(&house).await;
    let cookie = house.visitor("olga", &[(Role::Administrator, None)]).await;
    let all = ask(&house, &cookie, "").await;
    let pick = |wanted: &[usize]| -> Vec<String> {
        let picked: Vec<SessionRef> = wanted.iter().map(|n| made[*n]).collect();
        names(&picked)
    };
    assert_eq!(ids(&all), pick(&[5, 4, 3, 2, 1, 0]));
    assert_eq!(all.json["next"], Value::Null);
    let first = &all.json["sessions"][5];
    let device = first["device"].as_str().unwrap();
    let deadline = |n: usize| {
        let at = all.json["sessions"][5 - n]["deadline"].as_str().unwrap();
        at.to_owned()
    };
    let opened = |n: usize| {
        let at = all.json["sessions"][5 - n]["opened_at"].as_str().unwrap();
        at.to_owned()
    };
    let table = [
        (format!("?tenant={}", house.tenant), vec![4, 3, 1, 0]),
        (format!("?tenant={}", made[2].tenant), vec![5, 2]),
        (format!("?device={device}"), vec![4, 0]),
        ("?kind=training".to_owned(), vec![5, 3, 1]),
        ("?state=open".to_owned(), vec![5, 4]),
        ("?state=sealed".to_owned(), vec![3, 2, 1, 0]),
        ("?state=sealing".to_owned(), vec![]),
        ("?held=true".to_owned(), vec![1]),
        ("?held=false&state=sealed".to_owned(), vec![3, 2, 0]),
        (format!("?from={}", opened(3)), vec![5, 4, 3]),
        (format!("?until={}", opened(1)), vec![0]),
        ("?order=newest".to_owned(), vec![5, 4, 3, 2, 1, 0]),
        ("?order=deadline".to_owned(), vec![0, 1, 2, 3]),
        (format!("?deadline_before={}", deadline(2)), vec![0, 1]),
        (format!("?deadline_before={}&kind=support", deadline(2)), vec![0]),
        (
            format!("?kind=training&state=open&tenant={}", made[2].tenant),
            vec![5],
        ),
    ];
    for (query, wanted) in table {
        assert_eq!(ids(&ask(&house, &cookie, &query).await), pick(&wanted), "{query}");
    }
}

#[tokio::test]
async fn pages_go_through_all_once_in_either_order() {
    let house = House::new().await;
    let made = six(&house).await;
    let cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    let newest: Vec<SessionRef> = made.iter().rev().copied().collect();
    for (order, wanted) in [("newest", &newest[..]), ("deadline", &made[..4])] {
        for limit in [1, 2, 3, 200] {
            let (mut seen, mut query) = (Vec::new(), format!("?order={order}&limit={limit}"));
            loop {
                let page = ask(&house, &cookie, &query).await;
                assert!(
                    (1..=limit).contains(&ids(&page).len()),
                    "no empty page at the end"
                );
                seen.extend(ids(&page));
                let Some(next) = page.json["next"].as_str() else {
                    break;
                };
                query = format!("?order={order}&limit={limit}&cursor={next}");
            }
            assert_eq!(seen, names(wanted), "{order} by {limit}");
        }
    }
}

#[tokio::test]
async fn a_field_that_cannot_be_read_is_named_and_never_repeated() {
    let house = House::new().await;
    six(&house).await;
    let cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    let page = ask(&house, &cookie, "?limit=1").await;
    let cursor = page.json["next"].as_str().unwrap();
    for (field, value) in [
        ("device", "Erika"),
        ("kind", "Erika"),
        ("state", "Erika"),
        ("held", "Erika"),
        ("from", "Erika"),
        ("until", "2026-11-02"),
        ("deadline_before", "Erika"),
        ("order", "Erika"),
        ("limit", "0"),
        ("limit", "201"),
        ("cursor", "Erika"),
        ("cursor", ""),
    ] {
        let answer = ask(&house, &cookie, &format!("?{field}={value}")).await;
        assert_eq!(problem(&answer), (400, "request-malformed"), "{field}={value}");
        let detail = answer.json["detail"].as_str().unwrap();
        assert!(detail.contains(&format!("`{field}`")), "{detail}");
        assert!(!detail.contains("Erika"), "{detail}");
    }
    for query in [
        format!("?order=deadline&cursor={cursor}"),
        "?order=newest&deadline_before=2026-11-02T08:00:00Z".to_owned(),
    ] {
        assert_eq!(
            problem(&ask(&house, &cookie, &query).await),
            (400, "request-malformed"),
            "{query}"
        );
    }
}

#[tokio::test]
async fn another_tenants_sessions_are_not_there() {
    let house = House::new().await;
    let made = six(&house).await;
    let other = made[2].tenant;
    let cookie = house
        .visitor("olga", &[(Role::ComplianceOfficer, Some(other))])
        .await;
    assert_eq!(ids(&ask(&house, &cookie, "").await), names(&[made[5], made[2]]));
    let foreign = ask(&house, &cookie, &format!("?tenant={}", house.tenant)).await;
    assert_eq!(problem(&foreign), (404, "not-found"));
    let theirs = ask(&house, &cookie, &format!("/{}", made[2].session)).await;
    assert_eq!(theirs.status, StatusCode::OK);
    let unknown = SessionId::from_bytes([7; 16]);
    let unknown = ask(&house, &cookie, &format!("/{unknown}")).await;
    assert_eq!(problem(&unknown), (404, "not-found"));
    for path in [format!("/{}", made[0].session), "/none".to_owned()] {
        let answer = ask(&house, &cookie, &path).await;
        assert_eq!((answer.status, &answer.text), (unknown.status, &unknown.text));
    }
    assert_eq!(
        problem(&Ask::get("/v1/sessions").send(&house).await),
        (401, "login-required")
    );
    let nobody = house.visitor("nobody", &[]).await;
    assert_eq!(problem(&ask(&house, &nobody, "").await), (403, "role-forbidden"));
}

#[tokio::test]
async fn titles_and_names_are_told_under_a_live_grant_of_this_login_alone() {
    let house = House::new().await;
    let at = session(&house, house.tenant, "PC 1", SessionKind::Support).await;
    let officer = [(Role::ComplianceOfficer, None)];
    let olga = house.visitor("olga", &officer).await;
    let path = format!("/{}", at.session);
    let before = ask(&house, &olga, &path).await;
    assert_eq!(before.json["streams"][0]["name"], Value::Null);
    assert_eq!(before.json["gaps"], Value::Null);
    assert!(!before.text.contains("shoulder") && !before.text.contains("left"));

    let opened = grant(&house, &olga, at, "quality").await;
    let held = json!({ "grant": opened.id(), "until": opened.until() });
    let details = ask(&house, &olga, &path).await.json;
    assert_eq!(
        (&details["grant"], &details["title"]),
        (&held, &json!("a look over the shoulder"))
    );
    assert_eq!(
        details["streams"],
        json!([{ "n": 0, "kind": "timeline", "name": "left", "frames": 0 }])
    );
    let listed = ask(&house, &olga, "").await.json;
    assert_eq!(listed["sessions"][0]["title"], "a look over the shoulder");
    assert_eq!(listed["sessions"][0]["grant"], held);

    let again = house.log_in("olga").await;
    let erika = house.visitor("erika", &officer).await;
    for cookie in [&again, &erika] {
        let told = ask(&house, cookie, "").await.json;
        assert_eq!(told["sessions"][0]["title"], Value::Null);
        assert_eq!(told["sessions"][0]["grant"], Value::Null);
    }
    seal(&house, at).await;
    assert_eq!(ask(&house, &olga, &path).await.json["gaps"], json!([]));
    // Requests keep the login alive; the grant ends all the same.
    for _ in 0..3 {
        house.clock.advance(Duration::from_mins(20));
        assert_eq!(ask(&house, &olga, "").await.status, StatusCode::OK);
    }
    let after = ask(&house, &olga, &path).await.json;
    assert_eq!((&after["grant"], &after["title"]), (&Value::Null, &Value::Null));
    assert_eq!(after["streams"][0]["name"], Value::Null);
}
