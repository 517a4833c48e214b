//! Classes, who gets which, and what the plan says.

use obhut_testkit::expect_clean;
use serde_json::json;

use crate::archive::{Archive, text};

#[test]
fn a_session_gets_its_own_class_or_its_devices_or_its_tenants() {
    let archive = Archive::new();
    let program = &archive.program;
    program.add_device("till");
    program.json(["retention", "class", "add", "week", "--days", "7"]);
    program.json(["retention", "class", "add", "day", "--days", "1"]);
    let class_of = |more: &[&str]| {
        let session = archive.import_old(more);
        let lines = program.json(["sessions"]);
        let line = lines
            .iter()
            .find(|line| line["session"] == session)
            .expect("listed");
        text(line, "class")
    };
    assert_eq!(class_of(&[]), "default");
    assert_eq!(class_of(&["--class", "week"]), "week");
    program.json(["retention", "class", "choose", "day", "--device", "till"]);
    assert_eq!(class_of(&["--device", "till"]), "day");
    assert_eq!(class_of(&["--device", "till", "--class", "week"]), "week");
    program.json(["retention", "class", "choose", "week"]);
    assert_eq!(class_of(&[]), "week");
    let lines = program.json(["retention", "class", "choose", "--none", "--device", "till"]);
    assert_eq!(class_of(&["--device", "till"]), "week");
    let named: Vec<_> = lines
        .iter()
        .map(|line| (&line["name"], &line["days"], &line["default"]))
        .collect();
    assert_eq!(
        json!(named),
        json!([["day", 1, false], ["default", 30, false], ["week", 7, true]])
    );
    // The ledger tells of every change: verify compares each row with it.
    expect_clean(program, true);
}

#[test]
fn a_class_that_is_changed_changes_nothing_for_sessions_that_are_there() {
    let archive = Archive::new();
    let program = &archive.program;
    let session = archive.import_old(&[]);
    let before = text(&program.json(["sessions"])[0], "retain_until");
    let lines = program.json(["retention", "class", "add", "default", "--at-once"]);
    assert_eq!(
        (&lines[0]["days"], &lines[0]["version"]),
        (&json!(null), &json!(2))
    );
    let lines = program.json(["sessions"]);
    assert_eq!(text(&lines[0], "retain_until"), before);
    // At once: the deadline is the end itself.
    let later = archive.import_old(&[]);
    let lines = program.json(["sessions"]);
    let line = lines
        .iter()
        .find(|line| line["session"] == later)
        .expect("listed");
    assert_eq!(line["retain_until"], line["ended_at"]);
    assert_ne!(session, later);
    // The same again is no new version.
    let lines = program.json(["retention", "class", "add", "default", "--at-once"]);
    assert_eq!(lines[0]["version"], json!(2));
    expect_clean(program, false);
}

#[test]
fn the_plan_says_what_goes_what_stays_and_why() {
    let archive = Archive::new();
    let program = &archive.program;
    program.add_device("till");
    program.json(["retention", "class", "add", "day", "--days", "1"]);
    let due = archive.import_old(&["--class", "day"]);
    let held = archive.import_old(&["--class", "day"]);
    program.json(["retention", "class", "add", "long", "--days", "100000"]);
    archive.import_old(&["--class", "long"]);
    program.json([
        "hold",
        "place",
        &held,
        "--reason",
        "case 7",
        "--review",
        "2030-01-31",
    ]);
    let lines = program.json(["retention", "plan"]);
    let mut found: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                text(line, "session"),
                text(line, "verdict"),
                text(&line["reasons"][0], "rule"),
            )
        })
        .collect();
    found.sort();
    let mut expected = vec![
        (due.clone(), "delete".to_owned(), "period-over".to_owned()),
        (held.clone(), "keep".to_owned(), "held".to_owned()),
    ];
    expected.sort();
    assert_eq!(found, expected);
    assert!(
        text(
            &lines.iter().find(|line| line["session"] == held).expect("held")["reasons"][0],
            "says"
        )
        .contains("to be reviewed on 2030-01-31")
    );
    // As of an instant before the deadline nothing is due; at the deadline itself it is.
    let deadline = text(&lines[0], "retain_until");
    let before = text(&lines[0], "ended_at");
    assert_eq!(program.json(["retention", "plan", "--at", &before]).len(), 0);
    assert_eq!(program.json(["retention", "plan", "--at", &deadline]).len(), 2);
    // A far day finds the third as well; who looked in this month is kept for the reason of the hold.
    let lines = program.json(["retention", "plan", "--at", "2500-01-01T00:00:00Z"]);
    let (months, sessions): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.get("month").is_some());
    assert_eq!(sessions.len(), 3, "{lines:?}");
    let held = months.iter().find(|month| month["reasons"][0]["rule"] == "held");
    assert_eq!(
        held.expect("a month that a hold keeps")["verdict"],
        "keep",
        "{lines:?}"
    );
    program.json(["hold", "release", &text(sessions[2], "session")]);
    let lines = program.json(["retention", "plan", "--at", "2500-01-01T00:00:00Z"]);
    let months: Vec<_> = lines.iter().filter(|line| line.get("month").is_some()).collect();
    assert!(!months.is_empty());
    assert!(
        months.iter().all(|month| month["verdict"] == "expire"),
        "{lines:?}"
    );
    assert_eq!(program.json(["sessions"]).len(), 3, "a plan changes nothing");
}

#[test]
fn what_cannot_be_is_refused_in_two_lines() {
    let archive = Archive::new();
    let program = &archive.program;
    program.add_device("till");
    program.json(["retention", "minimum", "14"]);
    for (args, says) in [
        (
            &["retention", "class", "add", "week", "--days", "7"][..],
            "obhut: class \"week\" keeps sessions 7 days, and the tenant's policy asks for 14 at least\n\
             give the class more days, or lower the minimum with `obhut retention minimum`\n",
        ),
        (
            &["retention", "class", "add", "never", "--at-once"],
            "obhut: class \"never\" keeps sessions 0 days, and the tenant's policy asks for 14 at least\n\
             give the class more days, or lower the minimum with `obhut retention minimum`\n",
        ),
        (
            &["retention", "minimum", "31"],
            "obhut: class \"default\" keeps sessions 30 days, and the tenant's policy asks for 31 at least\n\
             give the class more days, or lower the minimum with `obhut retention minimum`\n",
        ),
        (
            &["retention", "access", "89"],
            "obhut: who looked is kept for 90 days at least, not for 89\n\
             looks that are forgotten sooner are not watched; give more days\n",
        ),
        (
            &["retention", "class", "choose", "none"],
            "obhut: no class \"none\"\n`obhut retention class list` shows the classes\n",
        ),
        (
            &["retention", "class", "choose", "default", "--device", "safe"],
            "obhut: no device \"safe\"\n`obhut device list` shows the devices\n",
        ),
        (
            &["retention", "class", "add", "../x", "--days", "30"],
            "obhut: \"../x\" is not a name: use 1 to 100 letters, digits, spaces or -_. without spaces at the ends\n\
             choose another name\n",
        ),
    ] {
        assert_eq!(archive.refused(args), says, "{args:?}");
    }
    for args in [
        &["retention", "class", "add", "week"][..],
        &["retention", "class", "add", "week", "--days", "7", "--at-once"],
        &["retention", "class", "add", "week", "--days", "-1"],
        &["retention", "class", "add", "week", "--days", "4294967296"],
        &["retention", "class", "choose", "--none"],
        &["retention", "plan", "--at", "tomorrow"],
    ] {
        let says = archive.refused(args);
        assert!(
            says.ends_with("see `obhut --help`, or the command's name and --help\n"),
            "{says}"
        );
    }
    expect_clean(program, false);
}
