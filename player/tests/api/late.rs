//! What somebody sends who had the right to it when they began, and has it no more when they end.

use obhut_archive::{Assignment, Role};
use serde_json::{Value, json};

use crate::exports::{approvals_wanted, asked, entry};
use crate::house::{Answer, Ask, House, problem};
use crate::recorded::sealed;

async fn listed(house: &House, path: &str, cookie: &str) -> Answer {
    Ask::get(path).by(cookie).send(house).await
}

#[tokio::test]
async fn who_lost_the_right_while_they_sent_changes_nothing() {
    for (ends, expected) in [
        ("role", (403, "role-forbidden")),
        ("user", (401, "login-required")),
    ] {
        let house = House::new().await;
        approvals_wanted(&house, house.tenant).await;
        let at = sealed(&house).await;
        let otto = house.officer("otto").await;
        let session = format!("/v1/sessions/{}", at.session);
        let reason = json!({ "reason": "a dispute" });
        let placed = Ask::post(&format!("{session}/holds")).by(&otto).json(&reason);
        let hold = placed.send(&house).await.json;
        let export = asked(&house, at, &otto).await;
        let tries = [
            (format!("{session}/holds"), reason.clone()),
            (
                format!("/v1/holds/{}/release", hold["hold"].as_str().unwrap()),
                reason,
            ),
            (format!("{session}/exports"), json!({ "purpose": "evidence" })),
            (
                format!("/v1/exports/{export}/decision"),
                json!({ "approve": true }),
            ),
        ];
        for (n, (path, said)) in tries.iter().enumerate() {
            let name = format!("olga{n}");
            let user = house.user(&name, &[(Role::ComplianceOfficer, None)]).await.user;
            let olga = house.log_in(&name).await;
            let meanwhile = async {
                let ended = if ends == "role" {
                    let auditor = Assignment {
                        role: Role::Auditor,
                        tenant: None,
                    };
                    house.archive.set_assignments(user, vec![auditor]).await
                } else {
                    house.archive.disable_user(user).await
                };
                ended.unwrap();
            };
            let ask = Ask::post(path).by(&olga).json(said);
            let refused = ask.send_slowly(&house, meanwhile).await;
            assert_eq!(problem(&refused), expected, "{path}");
        }
        assert_eq!(
            listed(&house, "/v1/holds", &otto).await.json,
            json!({ "holds": [hold], "next": null })
        );
        let exports = listed(&house, "/v1/exports", &otto).await;
        assert_eq!(exports.json["exports"].as_array().unwrap().len(), 1);
        let waits = entry(&house, &export, &otto).await;
        assert_eq!(
            (&waits["state"], &waits["decided_at"]),
            (&json!("asked"), &Value::Null)
        );
    }
}
