//! What is due goes, whole; what is held stays.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use obhut_testkit::expect_clean;
use serde_json::json;

use crate::archive::{Archive, text};
use crate::looking::{files_with_a_piece_of, paths_with, tables_with, wrapped_keys};

fn tables(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn what_is_due_is_gone_and_what_is_held_stays() {
    let archive = Archive::new();
    let program = &archive.program;
    program.add_device("till");
    program.json(["retention", "class", "add", "day", "--days", "1"]);
    let due = archive.import_old(&["--class", "day"]);
    let held = archive.import_old(&["--class", "day"]);
    program.json(["hold", "place", &held, "--reason", "case 7"]);
    let keys = wrapped_keys(program, std::slice::from_ref(&due));
    assert!(
        !files_with_a_piece_of(program, &keys).is_empty(),
        "the look finds a key that is there"
    );
    assert!(!paths_with(program, &due).is_empty());

    let lines = program.json(["retention", "run"]);
    assert_eq!(
        (&lines[0]["session"], &lines[0]["outcome"]),
        (&json!(due), &json!("deleted"))
    );
    assert_eq!(
        lines[1],
        json!({"deleted": 1, "waiting": 0, "failed": 0, "held": 1, "expired": 0})
    );

    assert_eq!(paths_with(program, &due), Vec::<std::path::PathBuf>::new());
    assert_eq!(
        tables_with(program, &due),
        tables(&["certificates", "ledger_leaves"])
    );
    let wal = program.data().join("catalog.sqlite-wal");
    assert!(
        std::fs::metadata(wal).is_ok_and(|wal| wal.len() == 0)
            || !program.data().join("catalog.sqlite-wal").exists()
    );
    assert_eq!(
        files_with_a_piece_of(program, &keys),
        Vec::<std::path::PathBuf>::new()
    );
    let verdict = expect_clean(program, true);
    assert_eq!(verdict.tombstones(), std::slice::from_ref(&due));
    assert_eq!(verdict.totals.expect("totals")["deleted"], json!(1));

    // The held one is as it was, and goes when its hold is released.
    assert!(!paths_with(program, &held).is_empty());
    program.restore(&held);
    assert_eq!(
        program.json(["retention", "run"]),
        [json!({"deleted": 0, "waiting": 0, "failed": 0, "held": 1, "expired": 0})]
    );
    program.json(["hold", "release", &held]);
    let lines = program.json(["retention", "run"]);
    assert_eq!(
        (&lines[0]["session"], &lines[0]["outcome"]),
        (&json!(held), &json!("deleted"))
    );
    assert_eq!(paths_with(program, &held), Vec::<std::path::PathBuf>::new());
    assert!(program.json(["sessions"]).is_empty());
    assert_eq!(expect_clean(program, true).tombstones(), [due, held]);
}

#[test]
fn a_session_that_is_gone_is_told_of_by_its_certificate_alone() {
    let archive = Archive::new();
    let program = &archive.program;
    let session = archive.import_old(&[]);
    let listed = program.json(["sessions"]).remove(0);
    program.json(["retention", "run"]);

    let line = program.run(["retention", "certificate", "show", &session]).stdout;
    let certificate: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(text(&certificate, "session"), session);
    assert_eq!(text(&certificate, "rule"), "period-over");
    assert_eq!(certificate["of"]["original_bytes"], listed["original_bytes"]);
    assert_eq!(certificate["retain_until"], listed["retain_until"]);
    // The signature is over the line without its last two members, as the format says.
    let keys = program.json(["keys", "show"]);
    let shown = keys
        .iter()
        .find(|key| key["purpose"] == "archive")
        .expect("the archive's key");
    let bytes: [u8; 32] = STANDARD
        .decode(text(shown, "public_key"))
        .expect("base64")
        .try_into()
        .expect("32 bytes");
    let key = obhut_format::sign::VerifyingKey::from_bytes(&bytes).expect("a public key");
    let (body, _) = line.split_once(",\"sig\"").expect("a signature");
    let signature = text(&certificate, "sig").parse().expect("a signature");
    key.verify(format!("obhut/1 disposal {body}}}").as_bytes(), &signature)
        .expect("it checks");
    assert_eq!(program.json(["retention", "certificate", "list"]), [certificate]);
    let page = program
        .run(["retention", "certificate", "show", &session, "--html"])
        .stdout;
    assert!(page.starts_with("<!doctype html>") && page.contains(&session) && page.ends_with("</html>\n"));

    for (args, says) in [
        (
            vec!["hold", "place", &session, "--reason", "late"],
            "was deleted at",
        ),
        (vec!["hold", "release", &session], "no session"),
        (vec!["restore", &session, "--to", "x"], "no session"),
    ] {
        let said = archive.refused(&args);
        assert!(said.contains(&session) && said.contains(says), "{said}");
    }
    let never = "01a208aa-cb7e-7882-be84-9aeecd3aa82a";
    assert_eq!(
        archive.refused(&["retention", "certificate", "show", never]),
        format!(
            "obhut: session {never} was not deleted here\n`obhut retention certificate list` shows those that were\n"
        )
    );
}

#[test]
fn a_certificate_that_is_changed_or_missing_is_found() {
    let archive = Archive::new();
    let program = &archive.program;
    let session = archive.import_old(&[]);
    program.json(["retention", "run"]);
    let before = obhut_testkit::Snapshot::of(program.data());
    for change in [
        "UPDATE certificates SET certificate = replace(certificate, 'period-over', 'at-once')",
        "UPDATE certificates SET leaf_n = leaf_n + 100",
        "DELETE FROM certificates",
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        before.lay_out(folder.path());
        let catalog = rusqlite::Connection::open(folder.path().join("catalog.sqlite")).expect("the catalog");
        assert_eq!(catalog.execute(change, []).expect("changed"), 1);
        catalog.close().expect("closed");
        let verdict = program.on(folder.path()).verify(false);
        assert_eq!(verdict.code, 1, "{change}");
        assert!(
            verdict.names(std::slice::from_ref(&session)) && verdict.names(&["certificate".to_owned()]),
            "{change}"
        );
    }
    // An object that comes back is no remains of a session that is explained.
    let folder = tempfile::tempdir().expect("a temporary folder");
    before.lay_out(folder.path());
    let tenants = folder.path().join("objects/tenants");
    let tenant = std::fs::read_dir(tenants)
        .expect("tenants")
        .next()
        .expect("one")
        .expect("one")
        .path();
    let back = tenant.join("sessions").join(&session);
    std::fs::create_dir_all(&back).expect("a folder");
    std::fs::write(back.join("open.line"), "{}").expect("written");
    let verdict = program.on(folder.path()).verify(false);
    assert_eq!(verdict.code, 1);
    assert!(verdict.names(&["object-unknown".to_owned()]), "{verdict:?}");
}
