//! What every endpoint of a device does alike: tokens, tenants, devices, rates, shapes.

use axum::http::{Method, StatusCode, header};
use obhut_ingest::config::ApiConfig;
use obhut_listener::rate::RateConfig;
use serde_json::json;

use crate::house::{Ask, House, enrol, opening, problem, small};

/// One well-formed request to each endpoint that asks for a token.
fn all(house: &House, session: &str) -> Vec<Ask> {
    vec![
        house.open(&opening()),
        house.frame(session, 7, &small(7)),
        house
            .ask(Method::POST, &format!("/v1/sessions/{session}/events"))
            .json(&json!({ "id": "e", "kind": "decision", "at": "2026-11-02T12:00:00Z" })),
        house.seal(session, &json!([])),
    ]
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_told() {
    let house = House::new().await;
    let session = house.session().await;
    let revoked = enrol(&house.archive, house.device.tenant, "PC 2").await;
    house
        .archive
        .revoke_device(revoked.tenant, revoked.id)
        .await
        .unwrap();
    let mut texts = Vec::new();
    for ask in all(&house, &session) {
        for refused in [
            ask.clone().without("Authorization"),
            ask.clone().token("obhut_0000"),
            ask.clone().token(&revoked.token),
            ask.clone().header("Authorization", "Basic dXNlcjpwYXNz"),
        ] {
            let answer = refused.send(&house).await;
            assert_eq!(problem(&answer), (401, "token-invalid"));
            assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
            assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
            texts.push(answer.text);
        }
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "unknown and revoked are told apart");
}

#[tokio::test]
async fn a_token_revoked_in_mid_session_is_refused_at_the_next_request() {
    let house = House::new().await;
    let session = house.session().await;
    assert_eq!(
        house.frame(&session, 1, &small(1)).send(&house).await.status,
        StatusCode::CREATED
    );
    house
        .archive
        .revoke_device(house.device.tenant, house.device.id)
        .await
        .unwrap();
    for ask in all(&house, &session) {
        assert_eq!(problem(&ask.send(&house).await), (401, "token-invalid"));
    }
    let stats = house.archive.stats();
    assert_eq!(stats.waiting_frames, 1, "what was acknowledged stays");
}

#[tokio::test]
async fn another_tenants_another_devices_and_no_session_are_one_answer() {
    let house = House::new().await;
    let session = house.session().await;
    let tenant = house.archive.add_tenant("other").await.unwrap().tenant;
    let stranger = enrol(&house.archive, tenant, "PC 1").await;
    let neighbour = enrol(&house.archive, house.device.tenant, "PC 2").await;
    let mut texts = Vec::new();
    for ask in all(&house, &session).into_iter().skip(1) {
        for token in [&stranger.token, &neighbour.token] {
            let answer = ask.clone().token(token).send(&house).await;
            assert_eq!(problem(&answer), (404, "not-found"));
            texts.push(answer.text);
        }
    }
    for ask in all(&house, "019a0000-0000-7000-8000-000000000000")
        .into_iter()
        .skip(1)
    {
        let answer = ask.send(&house).await;
        assert_eq!(problem(&answer), (404, "not-found"));
        texts.push(answer.text);
    }
    for ask in all(&house, "no-session").into_iter().skip(1) {
        assert_eq!(problem(&ask.send(&house).await), (404, "not-found"));
    }
    texts.dedup();
    assert_eq!(texts.len(), 1);
}

#[tokio::test]
async fn a_device_beyond_its_rate_is_told_when_to_come_again() {
    let rate = RateConfig {
        per_second: 1.0,
        burst: 3.0,
    };
    let house = House::with(ApiConfig {
        rate,
        ..ApiConfig::default()
    })
    .await;
    let session = house.session().await;
    assert_eq!(
        house.frame(&session, 1, &small(1)).send(&house).await.status,
        StatusCode::CREATED
    );
    assert_eq!(
        house.frame(&session, 2, &small(2)).send(&house).await.status,
        StatusCode::CREATED
    );
    let refused = house.frame(&session, 3, &small(3)).send(&house).await;
    assert_eq!(problem(&refused), (429, "too-many-requests"));
    assert_eq!(refused.headers[header::RETRY_AFTER], "1");
    let neighbour = enrol(&house.archive, house.device.tenant, "PC 2").await;
    let other = house.open(&opening()).token(&neighbour.token).send(&house).await;
    assert_eq!(other.status, StatusCode::CREATED, "one device's rate is its own");
    house.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(
        house.frame(&session, 3, &small(3)).send(&house).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn a_path_and_a_method_that_are_not_there_are_problems_too() {
    let house = House::new().await;
    assert_eq!(
        problem(&Ask::get("/v1/nothing").send(&house).await),
        (404, "not-found")
    );
    let answer = Ask::get("/v1/sessions")
        .token(&house.device.token)
        .send(&house)
        .await;
    assert_eq!(problem(&answer), (405, "method-not-allowed"));
    assert_eq!(answer.headers[header::ALLOW], "POST");
}

#[tokio::test]
async fn json_is_refused_by_its_kind_of_wrong() {
    let house = House::new().await;
    let session = house.session().await;
    let seal = format!("/v1/sessions/{session}/seal");
    let event = format!("/v1/sessions/{session}/events");
    for path in ["/v1/sessions", &seal, &event] {
        let ask = house.ask(Method::POST, path).json(&json!({}));
        assert_eq!(problem(&ask.send(&house).await), (422, "request-invalid"));
        let other_type = ask.clone().header("Content-Type", "text/plain");
        assert_eq!(
            problem(&other_type.send(&house).await),
            (415, "media-type-unsupported")
        );
        let broken = ask.clone().body(b"{");
        assert_eq!(problem(&broken.send(&house).await), (400, "request-malformed"));
        let large = ask.clone().body(&vec![b' '; (1 << 20) + 1]);
        assert_eq!(problem(&large.send(&house).await), (413, "body-too-large"));
        let unknown = ask.clone().json(&json!({ "surprise": "Erika Mustermann" }));
        let answer = unknown.send(&house).await;
        assert_eq!(problem(&answer), (422, "request-invalid"));
        assert!(!answer.text.contains("Erika"), "a value is never repeated");
    }
}
