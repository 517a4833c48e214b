//! The page and its files, and what every answer tells the browser.

use axum::http::{Method, StatusCode};
use rstest::rstest;

use obhut_archive::Role;

use crate::house::{Ask, House, PASSWORD, log_in, problem};

#[rstest]
#[case("/")]
#[case("/login")]
#[case("/sessions")]
#[case("/sessions/0192f000-0000-7000-8003-000000000001")]
#[case("/access")]
#[case("/state")]
#[tokio::test]
async fn every_page_is_the_page_under_a_strict_policy(#[case] path: &str) {
    let answer = Ask::get(path).send(&House::new().await).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.text.contains("<title>Obhut</title>"));
    let policy = answer.header("content-security-policy");
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.split("; ").any(|part| part == directive), "{policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
}

#[tokio::test]
async fn each_response_has_a_nonce_of_its_own() {
    let house = House::new().await;
    let mut policies = Vec::new();
    for _ in 0..2 {
        let answer = Ask::get("/").send(&house).await;
        assert!(!answer.text.contains("__CSP_NONCE__"));
        policies.push(answer.header("content-security-policy").to_owned());
    }
    assert_ne!(policies[0], policies[1]);
}

#[tokio::test]
async fn every_answer_keeps_other_sites_out() {
    let house = House::new().await;
    for path in ["/", "/healthz", "/openapi.json", "/v1/nothing"] {
        let answer = Ask::get(path).send(&house).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert!(!answer.header("content-security-policy").is_empty());
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_for_a_program_and_a_page_for_a_browser() {
    let house = House::new().await;
    let answer = Ask::get("/nothing").send(&house).await;
    assert_eq!(problem(&answer), (404, "not-found"));
    let browser = Ask::get("/nothing").header("Accept", "text/html,*/*;q=0.8");
    let answer = browser.send(&house).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text.contains("<title>Obhut</title>"));
    let answer = Ask::get("/v1/nothing")
        .header("Accept", "text/html")
        .send(&house)
        .await;
    assert_eq!(problem(&answer), (404, "not-found"));
    let answer = Ask::new(Method::POST, "/").send(&house).await;
    assert_eq!(problem(&answer), (405, "method-not-allowed"));
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_before_anything_looks_at_it() {
    let house = House::new().await;
    let post = Ask::new(Method::POST, "/v1/nothing");
    assert_eq!(problem(&post.send(&house).await), (404, "not-found"));
    let own = post.clone().header("Origin", "http://127.0.0.1:7481");
    assert_eq!(problem(&own.send(&house).await), (404, "not-found"));
    for (name, value) in [
        ("Origin", "http://evil.example.org"),
        ("Origin", "null"),
        ("Origin", "https://127.0.0.1:7481"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        let answer = post.clone().header(name, value).send(&house).await;
        assert_eq!(problem(&answer), (403, "cross-origin"), "{name}: {value}");
    }
}

#[tokio::test]
async fn under_a_name_that_is_not_its_own_nothing_is_answered_but_to_probes() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    let bent = |ask: Ask| ask.header("Host", "evil.example.org:7481");
    for ask in [
        Ask::get("/"),
        Ask::get("/v1/me").by(&cookie),
        Ask::get("/openapi.json"),
        log_in("olga", PASSWORD),
        log_in("olga", PASSWORD).header("Origin", "http://evil.example.org:7481"),
    ] {
        assert_eq!(problem(&bent(ask).send(&house).await), (421, "host-foreign"));
    }
    for path in ["/healthz", "/metrics"] {
        assert_eq!(bent(Ask::get(path)).send(&house).await.status, StatusCode::OK);
    }
    let local = Ask::get("/v1/me").by(&cookie).header("Host", "localhost:9999");
    assert_eq!(local.send(&house).await.status, StatusCode::OK);
}
