//! Who looked at what, in pages and as a table.

use axum::http::StatusCode;
use obhut_archive::{AccessRange, MOST_GRANTS, Role};
use obhut_format::chain::SessionKind;
use serde_json::Value;

use crate::house::{Answer, Ask, House, problem};
use crate::recorded::{grant, session};

async fn ask(house: &House, cookie: &str, path: &str) -> Answer {
    Ask::get(path).by(cookie).send(house).await
}

fn purposes(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let looks = answer.json["access"].as_array().unwrap().iter();
    looks.map(|look| look["purpose"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn looks_are_listed_newest_first_with_who_and_why() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let officer = [(Role::ComplianceOfficer, None)];
    let (olga, erika) = (
        house.visitor("olga", &officer).await,
        house.visitor("erika", &officer).await,
    );
    let first = session(&house, house.tenant, "PC 1", SessionKind::Support).await;
    let one = grant(&house, &olga, first, "one").await;
    let view = house.archive.record_view(&one, AccessRange::ALL).await.unwrap();
    let second = session(&house, other, "PC 1", SessionKind::Support).await;
    let two = grant(&house, &erika, second, "two").await;

    let all = ask(&house, &olga, "/v1/access").await;
    assert_eq!(purposes(&all), ["two", "one", "one"]);
    assert_eq!(all.json["next"], Value::Null);
    let newest = &all.json["access"][0];
    assert_eq!(newest["access"], two.id().to_string());
    assert_eq!(newest["tenant_name"], "Nord GmbH");
    assert_eq!(
        (&newest["who"], &newest["case"]),
        (&"erika".into(), &"R-7".into())
    );
    assert_eq!(newest["damaged"], false);
    let views = ask(&house, &olga, "/v1/access?action=view").await;
    assert_eq!(purposes(&views), ["one"]);
    assert_eq!(views.json["access"][0]["access"], view.record().to_string());
    assert_eq!(views.json["access"][0]["grant"], one.id().to_string());
    let at = newest["at"].as_str().unwrap();
    for (query, wanted) in [
        (format!("session={}", first.session), &["one", "one"][..]),
        (format!("tenant={other}"), &["two"]),
        ("who=ERI".to_owned(), &["two"]),
        ("action=open".to_owned(), &["two", "one"]),
        ("action=restore".to_owned(), &[]),
        (format!("from={at}"), &["two"]),
        (format!("until={at}"), &["one", "one"]),
    ] {
        let answer = ask(&house, &olga, &format!("/v1/access?{query}")).await;
        assert_eq!(purposes(&answer), wanted, "{query}");
    }
    let (mut seen, mut query) = (Vec::new(), "limit=1".to_owned());
    loop {
        let page = ask(&house, &olga, &format!("/v1/access?{query}")).await;
        seen.extend(page.json["access"].as_array().unwrap().clone());
        let Some(next) = page.json["next"].as_str() else {
            break;
        };
        query = format!("limit=1&cursor={next}");
    }
    assert_eq!(Value::Array(seen), all.json["access"]);
}

#[tokio::test]
async fn only_those_who_check_on_looks_see_them_and_only_their_tenants() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let olga = house.visitor("olga", &[(Role::ComplianceOfficer, None)]).await;
    for tenant in [house.tenant, other] {
        let at = session(&house, tenant, "PC 1", SessionKind::Support).await;
        grant(&house, &olga, at, &format!("in {tenant}")).await;
    }
    let admin = house.visitor("admin", &[(Role::Administrator, None)]).await;
    let both = [
        (Role::Auditor, Some(other)),
        (Role::Administrator, Some(house.tenant)),
    ];
    let auditor = house.visitor("auditor", &both).await;
    for path in ["/v1/access", "/v1/access.csv"] {
        assert_eq!(problem(&ask(&house, &admin, path).await), (403, "role-forbidden"));
        let named = format!("{path}?tenant={}", house.tenant);
        assert_eq!(
            problem(&ask(&house, &auditor, &named).await),
            (403, "role-forbidden")
        );
        let told = ask(&house, &auditor, path).await;
        assert!(told.text.contains(&format!("in {other}")), "{}", told.text);
        assert!(
            !told.text.contains(&format!("in {}", house.tenant)),
            "{}",
            told.text
        );
        assert_eq!(
            problem(&Ask::get(path).send(&house).await),
            (401, "login-required")
        );
        for (field, value) in [
            ("session", "x"),
            ("action", "x"),
            ("from", "x"),
            ("limit", "0"),
            ("cursor", "x"),
        ] {
            let answer = ask(&house, &olga, &format!("{path}?{field}={value}")).await;
            assert_eq!(problem(&answer), (400, "request-malformed"), "{path} {field}");
            assert!(answer.text.contains(&format!("`{field}`")), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn the_table_holds_all_pages_and_no_formula() {
    let house = House::new().await;
    let mut olga = house.visitor("olga", &[(Role::ComplianceOfficer, None)]).await;
    let at = session(&house, house.tenant, "PC 1", SessionKind::Support).await;
    for n in 0..205 {
        if n % MOST_GRANTS == 0 {
            olga = house.log_in("olga").await;
        }
        grant(&house, &olga, at, &format!("number {n}")).await;
    }
    grant(&house, &olga, at, "=HYPERLINK(\"http://x\",\"y\")").await;
    grant(&house, &olga, at, "x;=1").await;
    let answer = ask(&house, &olga, "/v1/access.csv").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.header("content-type").starts_with("text/csv"));
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"access-records.csv\""
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let mut lines = answer.text.split("\r\n");
    assert_eq!(
        lines.next().unwrap(),
        "access,at,tenant,tenant_name,session,action,stream,first,last,who,purpose,case,grant,damaged"
    );
    assert!(
        answer
            .text
            .contains(",olga,\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",R-7,,false\r\n")
    );
    assert!(answer.text.contains(",olga,\"x;'=1\",R-7,,false\r\n"));
    for n in 0..205 {
        assert_eq!(answer.text.matches(&format!(",number {n},")).count(), 1, "{n}");
    }
    assert_eq!(lines.count(), 207 + 1, "one line a look, the last one ended");
}
