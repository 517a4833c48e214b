//! Two exports of one thing.

use std::path::Path;

use crate::bundle::Bundle;
use crate::house::{House, data, expect_sound};

/// The files that say when and as what an export was made, or are made over those that do.
const OWN: [&str; 6] = [
    "SHA256SUMS",
    "SHA256SUMS.sig",
    "bag-info.txt",
    "export.json",
    "report.html",
    "tagmanifest-sha256.txt",
];

/// Whether two bundles differ in nothing but their times, numbers and ids; the note of the second.
pub(crate) fn expect_the_same(first: &Path, second: &Path) -> serde_json::Value {
    let [first, second] = [first, second].map(Bundle::unpack);
    assert_eq!(first.top, second.top);
    let paths = |bundle: &Bundle| bundle.files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(&first), paths(&second));
    for (path, content) in &first.files {
        let same = *content == second.files[path];
        assert_eq!(same, !OWN.contains(&path.as_str()), "{path}");
    }
    // What is not a digest differs in the time, the number and the id alone.
    let note = |bundle: &Bundle| -> serde_json::Value {
        serde_json::from_str(&bundle.text("export.json")).expect("JSON")
    };
    let (one, two) = (note(&first), note(&second));
    // The record of an export is a leaf of the ledger, and its signature another.
    assert_eq!(
        two["number"].as_u64(),
        one["number"].as_u64().map(|number| number + 2)
    );
    let day = |at: &str| at[..10].to_owned();
    let readable = |at: &str| at.replace('T', " ").replace('Z', " UTC");
    for path in ["bag-info.txt", "export.json", "report.html"] {
        let neutral = |bundle: &Bundle, note: &serde_json::Value| {
            let at = note["at"].as_str().expect("an instant");
            let export = note["export"].as_str().expect("an id");
            bundle
                .text(path)
                .replace(export, "ID")
                .replace(&readable(at), "AT")
                .replace(at, "AT")
                .replace(&day(at), "DAY")
                .replace(&format!("\"number\":{}", note["number"]), "NUMBER")
                // Where it stands alone: a count may be the same figure.
                .replace(
                    &format!("Nummer</span></th><td>{}</td>", note["number"]),
                    "NUMBER",
                )
        };
        assert_eq!(neutral(&first, &one), neutral(&second, &two), "{path}");
    }
    two
}

#[test]
fn two_exports_differ_only_in_their_time_and_number() {
    let house = House::new();
    let (session, first) = house.bundle_of(&data("timeline"), "first.zip");
    let (said, second) = house.export(&session, "second.zip");
    let noted = expect_the_same(&first, &second);
    assert_eq!(noted["export"], said["export"]);
    assert_eq!(noted["number"], said["number"]);
}

#[test]
fn holds_and_looks_are_in_the_bundle_and_its_report() {
    let house = House::new();
    let (session, before) = house.bundle_of(&data("timeline-jpg"), "before.zip");
    let run = |args: &[&str]| {
        let finished = house.program.run(args);
        assert_eq!(finished.code, Some(0), "{finished:?}");
    };
    let reason = "<script>alert(1)</script> & \"a court\"";
    run(&[
        "hold",
        "place",
        &session,
        "--reason",
        reason,
        "--owner",
        "Dr. Ü",
        "--review",
        "2027-01-31",
    ]);
    run(&["hold", "release", &session, "--reason", "it is settled"]);
    let to = house.place("restored");
    run(&[
        "restore",
        &session,
        "--to",
        to.to_str().expect("UTF-8"),
        "--purpose",
        "to look",
    ]);
    let (_, after) = house.export(&session, "after.zip");
    expect_sound(&before);
    let totals = expect_sound(&after);
    let [before, after] = [before, after].map(|bundle| Bundle::unpack(&bundle));
    assert_eq!(before.text("ledger/holds.leaves"), "");
    assert_eq!(after.text("ledger/holds.leaves").lines().count(), 2);
    // The restore is a look; exports are not.
    assert_eq!(before.text("ledger/access.leaves"), "");
    assert_eq!(after.text("ledger/access.leaves").lines().count(), 1);
    assert!(after.text("ledger/access.details").contains("to look"));
    assert!(totals["checkpoint"].as_u64() > Some(before.manifest().checkpoint));
    let report = after.text("report.html");
    assert!(report.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;a court&quot;"));
    assert!(!report.contains("<script>alert"));
    for said in [
        "Dr. Ü",
        "2027-01-31",
        "it is settled",
        "command line",
        "to look",
        "7 O 12/26",
    ] {
        assert!(report.contains(said), "{said}");
    }
}

#[test]
fn the_archive_verifies_after_exports() {
    let house = House::new();
    let (session, _) = house.bundle_of(&data("timeline-jpg"), "one.zip");
    house.export(&session, "two.zip");
    let verdict = house.program.run(["verify", "--deep", "--json"]);
    assert_eq!(verdict.code, Some(0), "{verdict:?}");
}
