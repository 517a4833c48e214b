//! How the archive is.

use axum::http::StatusCode;
use obhut_archive::verify::VerifyReport;
use obhut_archive::{Clock, Role};
use obhut_format::chain::SessionKind;
use obhut_player::config::ApiConfig;
use serde_json::{Value, json};

use crate::house::{Ask, House, problem};
use crate::recorded::{opened_at_once, seal, session};

async fn state(house: &House, cookie: &str) -> Value {
    let answer = Ask::get("/v1/state").by(cookie).send(house).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json
}

#[tokio::test]
async fn sums_are_of_the_logins_tenants_and_kept_for_a_while() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let admin = house.visitor("admin", &[(Role::Administrator, None)]).await;
    let north = house.visitor("north", &[(Role::Auditor, Some(other))]).await;
    let at = session(&house, house.tenant, "PC 1", SessionKind::Support).await;
    seal(&house, at).await;
    session(&house, other, "PC 1", SessionKind::Support).await;

    let all = state(&house, &admin).await;
    assert_eq!(all["now"], json!(house.clock.now()));
    assert_eq!(all["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(all["objects"], json!({ "kind": "local" }));
    assert_eq!(all["intake"]["open_sessions"], 1);
    assert_eq!(all["verify"], Value::Null);
    let storage = |told: &Value, name: &str| {
        let storage = told["storage"].as_array().unwrap();
        storage.iter().find(|entry| entry["name"] == name).cloned()
    };
    let sessions = |open, sealed| json!({ "open": open, "sealing": 0, "sealed": sealed });
    assert_eq!(storage(&all, "default").unwrap()["sessions"], sessions(0, 1));
    let norths = storage(&all, "Nord GmbH").unwrap();
    assert_eq!(
        (&norths["sessions"], &norths["tenant"]),
        (&sessions(1, 0), &json!(other))
    );

    let limited = state(&house, &north).await;
    assert_eq!(limited["storage"], json!([norths]));
    assert_eq!(limited["intake"], Value::Null);

    opened_at_once(&house, other, "PC 1", SessionKind::Support).await;
    assert_eq!(state(&house, &north).await["storage"], json!([norths]));
    house.clock.advance(ApiConfig::default().sums_kept);
    assert_eq!(
        state(&house, &north).await["storage"][0]["sessions"],
        sessions(2, 0)
    );
}

#[tokio::test]
async fn the_last_verification_is_told_where_all_that_it_looked_at_is_seen() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let admin = house.visitor("admin", &[(Role::Administrator, None)]).await;
    let north = house.visitor("north", &[(Role::Auditor, Some(other))]).await;
    let data = house.folder.path().join("data");
    let mut report = VerifyReport::begin(house.clock.now(), true, None);
    report.took_ms = 12;
    report.findings.insert("object-missing".to_owned(), 2);
    report.findings.insert("orphan".to_owned(), 1);
    report.write(&data).unwrap();
    let told = json!({ "at": report.at, "took_ms": 12, "deep": true, "tenant": null, "findings": 3 });
    assert_eq!(state(&house, &admin).await["verify"], told);
    assert_eq!(state(&house, &north).await["verify"], Value::Null);
    report.tenant = Some("Nord GmbH".to_owned());
    report.write(&data).unwrap();
    assert_eq!(state(&house, &north).await["verify"]["findings"], 3);
    assert_eq!(state(&house, &admin).await["verify"]["findings"], 3);
    report.tenant = Some("default".to_owned());
    report.write(&data).unwrap();
    assert_eq!(state(&house, &admin).await["verify"]["tenant"], "default");
    assert_eq!(state(&house, &north).await["verify"], Value::Null);
    std::fs::write(data.join("verify-report.json"), "{").unwrap();
    assert_eq!(state(&house, &admin).await["verify"], Value::Null);
}

#[tokio::test]
async fn where_the_catalog_does_not_answer_nothing_is_told() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[(Role::ComplianceOfficer, None)]).await;
    house.archive.close().await;
    for path in [
        "/v1/sessions",
        "/v1/sessions/0192f000-0000-7000-8003-000000000001",
        "/v1/access",
        "/v1/access.csv",
        "/v1/state",
    ] {
        let answer = Ask::get(path).by(&cookie).send(&house).await;
        assert_eq!(problem(&answer), (503, "unavailable"), "{path}");
        assert_eq!(answer.header("retry-after"), "5");
    }
}
