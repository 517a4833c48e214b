//! Holds and certificates between the page and the command line, as one program has them.

use serde_json::json;

use crate::house::{House, Who};
use crate::operations::Subject;

#[test]
fn a_hold_of_the_page_is_one_of_the_command_line_and_verifies() {
    let house = House::build();
    let officer = house.login(Who::Officer);
    let session = house.another("held-on-the-page");
    let asked = json!({ "reason": "an audit", "owner": "legal", "review_on": "2099-01-31" });
    let placed = officer
        .post(&format!("/v1/sessions/{session}/holds"), &asked)
        .expect("an answer");
    assert_eq!(placed.status(), 201, "{placed:?}");
    let hold = placed.json()["hold"].as_str().expect("an id").to_owned();
    let listed = house.program.json(["hold", "list"]);
    let mine = |id: &str| listed.iter().find(|line| line["hold"] == id).cloned();
    let line = mine(&hold).expect("it is listed");
    assert_eq!(
        (
            &line["placed_by"],
            &line["reason"],
            &line["owner"],
            &line["review"]
        ),
        (
            &json!("compliance-officer"),
            &json!("an audit"),
            &json!("legal"),
            &json!("2099-01-31")
        )
    );
    let by_hand = listed.iter().find(|line| line["placed_by"] == "command line");
    assert_eq!(by_hand.expect("the house's own")["reason"], "a matter of ours");

    let told = house.program.json([
        "hold",
        "release",
        &session,
        "--hold",
        &hold,
        "--reason",
        "it is over",
    ]);
    assert_eq!(told, [json!({ "session": session, "released": 1 })]);
    let again = house.program.run(["hold", "release", &session, "--hold", &hold]);
    assert_eq!(again.code, Some(2), "{again:?}");
    assert!(again.stderr.contains("released already"), "{again:?}");
    let released = officer
        .get(&format!("/v1/holds?session={session}"))
        .expect("an answer")
        .json();
    let released = &released["holds"][0];
    assert_eq!(
        (&released["released_by"], &released["release_reason"]),
        (&json!("command line"), &json!("it is over"))
    );
    let over = house.program.run([
        "hold",
        "place",
        &session,
        "--reason",
        "late",
        "--review",
        "2020-01-31",
    ]);
    assert_eq!(over.code, Some(2), "{over:?}");
    assert!(over.stderr.contains("is over"), "{over:?}");
    let table = house.program.run(["hold", "list"]);
    for said in ["HOLD", "an audit", "it is over", "compliance-officer"] {
        assert!(table.stdout.contains(said), "{said}: {}", table.stdout);
    }
    let verdict = house.program.run(["verify"]);
    assert_eq!(verdict.code, Some(0), "{verdict:?}");
}

#[test]
fn what_was_deleted_is_proved_on_the_page_in_both_languages() {
    let house = House::with_certificates();
    let auditor = house.login(Who::Auditor);
    let session = house.own_id(Some(Subject::Certificate)).to_owned();
    let of_commands = house.program.json(["retention", "certificate", "show", &session]);
    let answer = auditor
        .get(&format!("/v1/certificates/{session}"))
        .expect("an answer")
        .json();
    let signed = answer["signed"].as_str().expect("a line");
    let line: serde_json::Value = serde_json::from_str(signed).expect("JSON");
    assert_eq!([line], of_commands[..]);
    assert_eq!(answer["valid"], true);
    for (language, says) in [("en", "Certificate of disposal"), ("de", "Löschnachweis")] {
        let path = format!("/v1/certificates/{session}/page?language={language}");
        let page = auditor.get(&path).expect("an answer");
        let text = String::from_utf8_lossy(&page.answer.body).into_owned();
        assert_eq!(page.status(), 200, "{text}");
        assert!(
            text.starts_with("<!doctype html>") && text.contains(says),
            "{text}"
        );
        assert!(
            text.contains(&session) && text.contains(&format!("lang=\"{language}\"")),
            "{text}"
        );
        assert!(!text.contains("<script"), "{text}");
    }
    let gone = auditor
        .get(&format!("/v1/sessions/{session}"))
        .expect("an answer");
    assert_eq!(
        (gone.status(), gone.problem.as_deref()),
        (410, Some("session-deleted"))
    );

    // A run by hand, through the server that serves the page.
    house.program.run(["retention", "run"]);
    let told = auditor.get("/v1/deletions").expect("an answer").json();
    assert_eq!(told["every_seconds"], 3600);
    assert_eq!(told["under_way_count"], 0);
    assert!(told["last_run"]["at"].is_string(), "{told}");
}
