//! Exports that one officer asks for, another approves, and the first takes from the review page.

use std::fs;

use obhut_testkit::{expect_clean, segments, turn_over_middle};

use crate::bundle::Bundle;
use crate::house::{House, data, expect_sound};
use crate::officers::{Office, asked, asking, decided, expect_refused, taking};
use crate::outside::expect_accepted;
use crate::same::expect_the_same;

#[test]
fn one_asks_another_approves_and_the_bundle_is_sound() {
    let house = House::new();
    let (session, _) = house.program.import(&data("timeline"));
    let office = Office::open(house);
    office.want_approvals();
    let export = asked(&office.anna, &session);
    expect_refused(&taking(&office.anna, &export), 409, "export-not-approved");
    expect_refused(&decided(&office.anna, &export, true), 403, "own-request");
    // The command line gets no bundle either.
    let to = office.house.place("by-command.zip");
    let refused = office.house.try_export(&session, &to, &[]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("need an approval"), "{refused:?}");
    assert!(refused.stderr.contains("--request"), "{refused:?}");
    let early = office.house.try_export(&session, &to, &["--request", &export]);
    assert!(early.stderr.contains("is not approved"), "{early:?}");
    assert!(!to.exists());

    let approved = decided(&office.bruno, &export, true);
    assert_eq!(approved.status(), 200, "{approved:?}");
    expect_refused(&taking(&office.bruno, &export), 403, "not-own-request");
    let first = office.taken(&office.anna, &export, "first.zip");
    expect_sound(&first);
    expect_accepted(&first);
    let second = office.taken(&office.anna, &export, "second.zip");
    let noted = expect_the_same(&first, &second);
    assert_eq!(
        (&noted["who"], &noted["purpose"]),
        (&"anna".into(), &"a dispute".into())
    );
    assert_eq!(noted["case"], "7 O 12/26");
    let by_command = office.house.try_export(&session, &to, &["--request", &export]);
    assert_eq!(by_command.code, Some(0), "{by_command:?}");
    expect_sound(&to);
    // Streamed or written to a file, a bundle is the same zip.
    let lengths = [&first, &second].map(|bundle| fs::metadata(bundle).expect("a file").len());
    assert_eq!(lengths[0], lengths[1]);
    assert_eq!(
        Bundle::unpack(&to).files.keys().collect::<Vec<_>>(),
        Bundle::unpack(&first).files.keys().collect::<Vec<_>>()
    );

    // Who asked, who decided, and each bundle are told of.
    let entry = office.entry(&export);
    assert_eq!(
        (&entry["asked_by"], &entry["decided_by"]),
        (&"anna".into(), &"bruno".into())
    );
    let bundles = entry["bundles"].as_array().expect("a list");
    let whose: Vec<_> = bundles.iter().map(|bundle| bundle["who"].as_str()).collect();
    assert_eq!(whose, [Some("anna"), Some("anna"), Some("command line")]);
    assert_eq!(bundles[1]["number"], noted["number"]);
    let looks = office
        .anna
        .get("/v1/access?action=restore")
        .expect("an answer")
        .json();
    assert_eq!(looks["access"].as_array().expect("a list").len(), 3, "{looks}");
    assert_eq!(office.server.stop().code, Some(0));
    expect_clean(&office.house.program, true);
}

#[test]
fn what_is_refused_or_needs_no_approval() {
    let house = House::new();
    let (session, _) = house.program.import(&data("timeline-jpg"));
    let office = Office::open(house);
    let at_once = asked(&office.anna, &session);
    assert_eq!(office.entry(&at_once)["state"], "approved");
    expect_sound(&office.taken(&office.anna, &at_once, "at-once.zip"));
    office.want_approvals();
    let refused = asked(&office.anna, &session);
    assert_eq!(decided(&office.bruno, &refused, false).status(), 200);
    expect_refused(&taking(&office.anna, &refused), 409, "export-not-approved");
    expect_refused(&decided(&office.bruno, &refused, true), 409, "export-decided");
    let to = office.house.place("by-command.zip");
    let finished = office.house.try_export(&session, &to, &["--request", &refused]);
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(finished.stderr.contains("is not approved"), "{finished:?}");
    let both = office
        .house
        .try_export(&session, &to, &["--request", &at_once, "--purpose", "another"]);
    assert_eq!(both.code, Some(2), "{both:?}");
    assert_eq!(office.server.stop().code, Some(0));
    expect_clean(&office.house.program, true);
}

#[test]
fn a_session_that_is_deleted_meanwhile_is_gone() {
    let house = House::new();
    let run = |args: &[&str]| {
        let finished = house.program.run(args);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.stdout
    };
    run(&["tenant", "add", "another"]);
    run(&["retention", "class", "add", "at-once", "--at-once"]);
    let path = data("timeline-jpg");
    let path = path.to_str().expect("a path in UTF-8");
    let imported = run(&["import", "--json", "--class", "at-once", path]);
    let imported: serde_json::Value = serde_json::from_str(&imported).expect("a line of JSON");
    let session = imported["session"].as_str().expect("an id").to_owned();
    run(&["hold", "place", &session, "--reason", "until it is exported"]);
    let office = Office::open(house);
    office.want_approvals();
    let (waits, approved) = (asked(&office.anna, &session), asked(&office.anna, &session));
    assert_eq!(decided(&office.bruno, &approved, true).status(), 200);
    for args in [&["hold", "release", &session][..], &["retention", "run"]] {
        let finished = office.house.program.run(args);
        assert_eq!(finished.code, Some(0), "{finished:?}");
    }
    expect_refused(&taking(&office.anna, &approved), 410, "session-deleted");
    expect_refused(&decided(&office.bruno, &waits, true), 410, "session-deleted");
    expect_refused(&asking(&office.anna, &session), 410, "session-deleted");
    assert_eq!(office.entry(&approved)["may_download"], false);
    assert_eq!(office.server.stop().code, Some(0));
    let verdict = office.house.program.run(["verify", "--deep", "--json"]);
    assert_eq!(verdict.code, Some(0), "{verdict:?}");
}

#[test]
fn a_damaged_session_is_told_before_the_first_byte() {
    let house = House::new();
    let (session, _) = house.program.import(&data("timeline"));
    let office = Office::open(house);
    let export = asked(&office.anna, &session);
    for object in segments(&office.house.program, &session) {
        turn_over_middle(&object);
    }
    expect_refused(&taking(&office.anna, &export), 409, "session-damaged");
    expect_refused(&asking(&office.anna, &session), 409, "session-damaged");
    let looks = office.anna.get("/v1/access").expect("an answer").json();
    assert_eq!(looks["access"], serde_json::json!([]));
    assert_eq!(office.server.stop().code, Some(0));
}
