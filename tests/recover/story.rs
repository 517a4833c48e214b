//! What comes back from a backup, and what does not.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

use obhut_testkit::{NewSession, Server, expect_clean, same_files};
use serde_json::{Value, json};

use crate::house::{House, files_with, holds_exactly, outcomes, send, timeline, wrapped_key};

fn listed(program: &obhut_testkit::Program) -> BTreeSet<String> {
    let sessions = program.json(["sessions"]);
    let of = |line: &Value| line["session"].as_str().expect("a session").to_owned();
    sessions.iter().map(of).collect()
}

#[test]
#[allow(clippy::too_many_lines, reason = "one story, told in its order")]
fn what_was_deleted_since_stays_deleted_and_what_came_since_is_named() {
    let house = House::new();
    let program = &house.program;
    let token = program.add_device("till");
    program.add_device("stolen");
    // It deletes what is due when it starts, and then in an hour.
    let server = Server::start(program);
    let kept = house.import();
    let gone = house.import_old();
    let held = house.import_old();
    let freed = house.import();
    program.json(["hold", "place", &freed, "--reason", "case 1"]);
    let key = wrapped_key(program, &gone);
    let agent = server.agent(&token);
    let open = agent.open(&NewSession::of("a", 1)).expect("it opens");
    send(&agent, &open, 1..=6);
    let also_open = agent.open(&NewSession::of("b", 1)).expect("it opens");
    send(&agent, &also_open, 1..=3);
    let backup = house.backup("backup.age");

    // Beside a running server; nothing of it can be read, nor by others.
    let bytes = std::fs::read(&backup).expect("the backup");
    assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
    for hidden in [&b"obhut-root-key"[..], b"ustar", b"checkpoint", &key[8..24]] {
        assert!(!bytes.windows(hidden.len()).any(|window| window == hidden));
    }
    let mode = std::fs::metadata(&backup)
        .expect("the backup")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    send(&agent, &open, 7..=12);
    agent.seal_to_the_end(&open);
    let late = agent.open(&NewSession::of("c", 1)).expect("it opens");
    send(&agent, &late, 1..=5);
    agent.seal_to_the_end(&late);
    let after = house.import();
    program.json(["hold", "place", &held, "--reason", "case 2"]);
    program.json(["hold", "release", &freed]);
    program.json(["device", "revoke", "stolen"]);
    let ran = program.json(["retention", "run"]);
    assert_eq!(ran[0]["session"], json!(gone), "{ran:?}");
    assert_eq!(server.stop().code, Some(0));

    let (new, lines) = house.recover(&backup, "new");
    let outcomes = outcomes(&lines);
    let of = |session: &str| outcomes.get(session).map(String::as_str);
    assert_eq!(of(&gone), Some("purged"), "{lines:#?}");
    assert_eq!(of(&late), Some("lost"));
    assert_eq!(of(&after), Some("lost"));
    assert_eq!(of(&held), Some("held"));
    assert_eq!(of(&freed), Some("released"));
    assert_eq!(of(&open), Some("sealed"));
    assert_eq!((of(&kept), of(&also_open)), (None, None));
    let leaves = &lines[0]["leaves"];
    for (t, count) in [
        ("open", 2),
        ("seal", 3),
        ("purge-intent", 1),
        ("purged", 1),
        ("hold", 1),
        ("release", 1),
        ("device-revoked", 1),
    ] {
        assert_eq!(leaves[t], json!(count), "{t}: {leaves}");
    }
    let warned = |word: &str| {
        lines
            .iter()
            .any(|line| line["warning"].as_str().is_some_and(|said| said.contains(word)))
    };
    assert!(warned("revoked") && warned("passwords"), "{lines:#?}");
    let end = lines.last().expect("an end");
    assert_eq!(
        (&end["lost"], &end["purged"], &end["sealed"]),
        (&json!(2), &json!(1), &json!(1))
    );

    // The purged session is not listed, not readable, and its key is nowhere.
    let expected: BTreeSet<String> = [&kept, &held, &freed, &open, &also_open].map(Clone::clone).into();
    assert_eq!(listed(&new), expected);
    let refused = new.run([
        "restore",
        &gone,
        "--to",
        house.beside("no").to_str().expect("text"),
    ]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert_eq!(
        files_with(new.data(), &key[4..20]),
        Vec::<std::path::PathBuf>::new()
    );
    let verdict = expect_clean(&new, true);
    assert_eq!(verdict.tombstones(), std::slice::from_ref(&gone));
    assert_eq!(verdict.totals.as_ref().expect("totals")["lost"], json!(2));

    // What was kept comes back bit for bit, what was acknowledged and not packed too.
    let restored = house.beside("kept");
    let to = restored.to_str().expect("text").to_owned();
    assert_eq!(new.run(["restore", &kept, "--to", &to]).code, Some(0));
    same_files(&timeline(), &restored);
    holds_exactly(&new, &open, 1..=12);
    holds_exactly(&new, &also_open, 1..=3);
    let bundle = house.beside("open.zip");
    let bundle = bundle.to_str().expect("text");
    for session in [&open, &held] {
        assert_eq!(new.run(["export", session, "--out", bundle]).code, Some(0));
        let checked = new.run(["evidence", "verify", bundle]);
        assert_eq!(checked.code, Some(0), "{checked:?}");
        std::fs::remove_file(bundle).expect("removed");
    }

    // The hold keeps, the open session goes on, with the token that it had.
    assert_eq!(
        new.json(["retention", "run"]).last().expect("sums")["held"],
        json!(1)
    );
    let server = Server::start(&new);
    let agent = server.agent(&token);
    send(&agent, &also_open, 4..=6);
    agent.seal_to_the_end(&also_open);
    assert_eq!(server.stop().code, Some(0));
    holds_exactly(&new, &also_open, 1..=6);
    // The intake log's file that waited for these frames held ciphertext of the deleted session too.
    new.json(["retention", "run"]);
    let certificate = new.json(["retention", "certificate", "show", &gone]).remove(0);
    assert_eq!(
        (&certificate["rule"], &certificate["session"]),
        (&json!("recovered"), &json!(gone))
    );
    expect_clean(&new, true);

    // The same backup once more, from the object storage that the recovered archive has used since.
    let (again, lines) = house.recover(&backup, "again");
    let outcomes = crate::house::outcomes(&lines);
    assert_eq!(
        outcomes.get(&open).map(String::as_str),
        Some("sealed"),
        "{lines:#?}"
    );
    assert_eq!(outcomes.get(&also_open).map(String::as_str), Some("sealed"));
    assert_eq!(listed(&again), expected);
    holds_exactly(&again, &also_open, 1..=6);
    expect_clean(&again, true);
}

#[test]
fn a_backup_after_which_nothing_came_gives_everything_back() {
    let house = House::new();
    let session = house.import();
    let to = house.beside("backup.age");
    let (path, passphrase) = (to.to_str().expect("text"), house.passphrase());
    let passphrase = passphrase.to_str().expect("text");
    let made = house.program.json([
        "backup",
        "--to",
        path,
        "--passphrase-file",
        passphrase,
        "--days",
        "1",
    ]);
    assert_eq!(
        (&made[0]["root_key"], &made[0]["configuration"]),
        (&json!(true), &json!(true))
    );
    let (new, finished) = house.try_recover(&to, "new", &["--passphrase-file", passphrase]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(listed(&new), BTreeSet::from([session.clone()]));
    assert_eq!(new.json(["keys", "show"]), house.program.json(["keys", "show"]));
    new.restore(&session);
    expect_clean(&new, true);
}

#[test]
fn a_second_deletion_of_what_the_backup_knew_as_open_is_carried_out() {
    let house = House::new();
    let program = &house.program;
    let token = program.add_device("till");
    program.json(["retention", "class", "add", "now", "--at-once"]);
    program.json(["retention", "class", "choose", "now", "--device", "till"]);
    let server = Server::start(program);
    let agent = server.agent(&token);
    let open = agent.open(&NewSession::of("a", 1)).expect("it opens");
    send(&agent, &open, 1..=6);
    let backup = house.backup("backup.age");
    agent.seal_to_the_end(&open);
    // Opened and deleted after the backup: nothing of it is left but leaves.
    let brief = agent.open(&NewSession::of("b", 1)).expect("it opens");
    send(&agent, &brief, 1..=2);
    agent.seal_to_the_end(&brief);
    program.json(["retention", "run"]);
    assert_eq!(server.stop().code, Some(0));
    assert!(listed(program).is_empty());

    let (new, lines) = house.recover(&backup, "new");
    let outcomes = outcomes(&lines);
    assert_eq!(
        outcomes.get(&open).map(String::as_str),
        Some("purged"),
        "{lines:#?}"
    );
    assert!(listed(&new).is_empty());
    let verdict = expect_clean(&new, true);
    let tombstones: BTreeSet<String> = verdict.tombstones().into_iter().collect();
    assert_eq!(tombstones, BTreeSet::from([open, brief]));
    // The file of the intake log that came back goes like any other, and the certificate follows.
    new.json(["retention", "run"]);
    expect_clean(&new, true);
}
