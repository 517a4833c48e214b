//! Whatever can't be done is said in two lines, with exit code 2, and nothing is changed.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::house::{House, copy, timeline};

/// Runs a command that must fail, and compares what it says.
#[track_caller]
fn refused(house: &House, args: &[&str], transcript: &str) {
    let said = house.run(args);
    assert_eq!(
        (said.code, said.err.as_str(), said.out.as_str()),
        (2, transcript, ""),
        "{args:?}"
    );
}

#[test]
fn a_folder_without_an_archive_stays_without_one() {
    let house = House::new();
    let transcript = "obhut: there is no archive in HOUSE/data\n\
        name the data folder with --data or OBHUT_DATA; `obhut serve` or `obhut import` makes a new one\n";
    for args in [
        &["sessions"][..],
        &["keys", "show"],
        &["verify"],
        &["tenant", "list"],
        &["device", "list"],
    ] {
        refused(&house, args, transcript);
    }
    assert!(!house.data().exists());
}

#[test]
fn a_command_line_that_cannot_be_read_is_told_in_two_lines() {
    let house = House::new();
    let advice = "see `obhut --help`, or the command's name and --help\n";
    refused(
        &house,
        &["bogus"],
        &format!("obhut: unrecognized subcommand 'bogus'\n{advice}"),
    );
    let session =
        "obhut: invalid value 'x' for '<SESSION>': session id is not a lower-case hyphenated uuid\n";
    refused(
        &house,
        &["restore", "x", "--to", "y"],
        &format!("{session}{advice}"),
    );
}

#[test]
fn a_manifest_that_is_wrong_imports_nothing() {
    let house = House::new();
    let top = house.path("in");
    copy(&timeline(), &top);
    let advice = "put that right and import again; nothing was imported\n";
    let line =
        |file: &str| format!("{{\"seq\":1,\"captured_at\":\"2026-11-02T08:00:00Z\",\"file\":\"{file}\"}}\n");
    for (text, what) in [
        (
            line("gone.png"),
            "in/manifest.ndjson line 1 names \"gone.png\", which is not a file there",
        ),
        (
            line("../in/x.png"),
            "in/manifest.ndjson line 1 names \"../in/x.png\", which is outside the folder",
        ),
        (
            "{\"seq\":1}\n".to_owned(),
            "in/manifest.ndjson line 1: missing field `captured_at`",
        ),
    ] {
        fs::write(top.join("manifest.ndjson"), text).expect("written");
        refused(&house, &["import", "in"], &format!("obhut: {what}\n{advice}"));
    }
    let missing = "obhut: nowhere can't be read: No such file or directory (os error 2)\n";
    refused(&house, &["import", "nowhere"], &format!("{missing}{advice}"));
    assert!(!house.data().exists());
}

#[test]
fn a_configuration_is_refused_with_every_problem_at_once() {
    let house = House::new();
    fs::write(house.path("c.toml"), "colour = 1\n[packer]\nworkers = 0\n").expect("written");
    let said = house.run(&["sessions", "--config", "c.toml"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err
            .contains("\n  packer.workers: must be from 1 to 256\n  colour: is no setting"),
        "{}",
        said.err
    );
}

#[test]
fn a_root_key_that_cannot_be_used_is_named_and_nothing_is_touched() {
    let house = House::new();
    house.import(&timeline());
    let key = house.data().join("root.key");
    let before = fs::read(house.data().join("catalog.sqlite")).expect("read");
    let named =
        |what: &str, advice: &str| format!("obhut: root key file HOUSE/data/root.key {what}\n{advice}\n");

    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("set");
    let wrong_mode = named(
        "has mode 0644, which lets others read it",
        "make it readable by its owner only: chmod 600",
    );
    refused(&house, &["sessions"], &wrong_mode);

    let other = House::new();
    other.import(&timeline());
    fs::remove_file(&key).expect("removed");
    fs::copy(other.data().join("root.key"), &key).expect("copied");
    let advice = "set root_key in the configuration to this archive's own root key; nothing was changed";
    refused(
        &house,
        &["serve", "--intake", "127.0.0.1:0"],
        &named("is not the key of this archive", advice),
    );

    fs::remove_file(&key).expect("removed");
    let said = house.run(&["sessions"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err
            .starts_with("obhut: root key file HOUSE/data/root.key is missing"),
        "{}",
        said.err
    );
    assert!(!key.exists(), "no new key is made for an old archive");
    assert_eq!(
        fs::read(house.data().join("catalog.sqlite")).expect("read"),
        before
    );
}

#[test]
fn a_catalog_newer_than_the_program_is_refused() {
    let house = House::new();
    house.import(&timeline());
    let catalog = rusqlite::Connection::open(house.data().join("catalog.sqlite")).expect("opened");
    let newer =
        "INSERT INTO schema_versions (version, name, applied_on, checksum) VALUES (9999, 'later', '', '1')";
    catalog.execute(newer, []).expect("inserted");
    drop(catalog);
    let said = house.run(&["sessions"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("9999"), "{}", said.err);
    assert!(
        said.err
            .ends_with("\nuse the program that wrote it, or a newer one; nothing was changed\n"),
        "{}",
        said.err
    );
}

#[test]
fn nothing_is_overwritten_by_a_restore() {
    let house = House::new();
    let session = house.import(&timeline());
    assert_eq!(house.run(&["restore", &session, "--to", "out"]).code, 0);
    let said = house.run(&["restore", &session, "--to", "out"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err
            .ends_with(" exists already, and is not overwritten\nrestore to a new folder with --to\n"),
        "{}",
        said.err
    );
}

#[test]
fn a_restore_that_says_nothing_readable_of_why_is_refused() {
    let house = House::new();
    let session = house.import(&timeline());
    let advice = "say with --purpose why, and with --case for which matter; nothing was read\n";
    let length = "purpose must have 3 to 500 characters, 3 of them visible";
    let letters = "must hold no control or format characters";
    for (said, what) in [
        (["--purpose", "\u{3164}\u{3164}\u{3164}"], length.to_owned()),
        (["--purpose", "ab"], length.to_owned()),
        (
            ["--purpose", "\u{200b}=1+1"],
            format!("purpose {letters} but line feeds"),
        ),
        (["--case", "R\u{202e}-7"], format!("case {letters}")),
    ] {
        let words = [&["restore", &session, "--to", "out"][..], &said].concat();
        refused(&house, &words, &format!("obhut: {what}\n{advice}"));
        assert!(!house.path("out").exists());
    }
}

#[test]
fn nothing_readable_is_restored_into_the_archive() {
    let house = House::new();
    let session = house.import(&timeline());
    for target in ["data", "data/out", "data/objects/new/out", "out/../data/out"] {
        let said = house.run(&["restore", &session, "--to", target]);
        assert_eq!(said.code, 2, "{target}");
        assert!(
            said.err.contains(" is within the archive in HOUSE/data\n"),
            "{}",
            said.err
        );
        assert!(!house.data().join("out").exists());
    }
}

#[test]
fn what_is_not_there_is_said_by_name() {
    let house = House::new();
    house.import(&timeline());
    let session = "01900000-0000-7000-8000-000000000000";
    let unknown = format!("obhut: no session {session}\n`obhut sessions` shows the sessions\n");
    refused(&house, &["restore", session, "--to", "out"], &unknown);
    refused(
        &house,
        &["device", "add", "pc", "--tenant", "acme"],
        "obhut: no tenant \"acme\"\n`obhut tenant list` shows the tenants\n",
    );
    house.json(&["device", "add", "pc"]);
    refused(
        &house,
        &["device", "add", "pc"],
        "obhut: device \"pc\" exists already\nchoose another name\n",
    );
}
