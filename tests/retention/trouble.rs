//! What can come in between: another run, a store that is gone or another, a full disk, an intake file that stays.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use obhut_testkit::{Finished, NewSession, Place, Program, Server, expect_clean, samples, turn_over};
use serde_json::{Value, json};

use crate::archive::{Archive, text};
use crate::looking::{files_with_a_piece_of, paths_with, wrapped_keys};
use crate::moto::{Gate, Moto, State, use_bucket};

/// A run that must not come to its end: what it said as data, and why.
fn broken_off(program: &Program) -> (Vec<Value>, String) {
    let Finished { code, stdout, stderr } = program.run(["retention", "run", "--json"]);
    assert_eq!(code, Some(2), "{stdout}{stderr}");
    let lines = stdout.lines();
    let lines = lines.map(|line| serde_json::from_str(line).expect("JSON"));
    (lines.collect(), stderr)
}

/// The last run has left nothing to do: these are deleted, and nobody else is.
fn expect_gone(program: &Program, due: &[String]) {
    let verdict = expect_clean(program, true);
    let (mut gone, mut due) = (verdict.tombstones(), due.to_vec());
    gone.sort();
    due.sort();
    assert_eq!(gone, due);
    for session in &due {
        assert_eq!(paths_with(program, session), Vec::<PathBuf>::new());
        let certificate = program.run(["retention", "certificate", "show", session]);
        assert_eq!(certificate.code, Some(0), "{certificate:?}");
    }
}

/// A run that comes to its end.
fn finishes(program: &Program, due: &[String]) {
    let lines = program.json(["retention", "run"]);
    let sums = lines.last().expect("sums");
    let unfinished = (&sums["waiting"], &sums["failed"]);
    assert_eq!(unfinished, (&json!(0), &json!(0)), "{lines:?}");
    expect_gone(program, due);
}

#[test]
fn a_run_while_another_runs_is_refused() {
    let Some(moto) = Moto::start() else { return };
    let gate = Gate::before(moto.port);
    let archive = Archive::new();
    let program = &archive.program;
    use_bucket(&archive, gate.port, "");
    let server = Server::start(program);
    let due = [archive.import_old(&[]), archive.import_old(&[])];
    gate.set(State::HoldAfter(1));
    let mut first = program.command(["retention", "run"]);
    let first = first.stdout(Stdio::piped()).spawn().expect("it starts");
    gate.wait_until_held();
    assert_eq!(
        archive.refused(&["retention", "run"]),
        "obhut: a deletion or a backup is running already\n\
         wait until it has ended, then run it again if anything is still due\n"
    );
    gate.set(State::Open);
    let first = first.wait_with_output().expect("it ends");
    assert!(first.status.success(), "{first:?}");
    assert_eq!(server.stop().code, Some(0));
    expect_gone(program, &due);
}

#[test]
fn a_bucket_that_stops_answering_in_the_midst_of_a_deletion_breaks_it_off_and_the_next_run_goes_on() {
    let Some(moto) = Moto::start() else { return };
    let gate = Gate::before(moto.port);
    for passed in [0, 3, 6] {
        let archive = Archive::new();
        let program = &archive.program;
        use_bucket(&archive, gate.port, "");
        let server = Server::start(program);
        let due = [archive.import_old(&[]), archive.import_old(&[])];
        let keys = wrapped_keys(program, &due);
        gate.set(State::ShutAfter(passed));
        let (lines, said) = broken_off(program);
        assert!(
            said.starts_with("obhut: object storage does not answer for ")
                && said.ends_with("\nwhat was deleted stays deleted; run it again when the disk or the object store is back\n"),
            "{passed}: {said}"
        );
        assert!(
            lines.last().expect("sums")["deleted"].as_u64() < Some(2),
            "{lines:?}"
        );
        // What was begun is gone for everybody, and its key from every file.
        assert_eq!(files_with_a_piece_of(program, &keys), Vec::<PathBuf>::new());
        gate.set(State::Open);
        expect_clean(program, true);
        assert_eq!(server.stop().code, Some(0));
        finishes(program, &due);
        for session in &due {
            assert_eq!(moto.versions_of(session), 0);
        }
    }
}

#[test]
fn nothing_is_begun_where_the_store_is_gone_or_is_another() {
    let archive = Archive::new();
    let program = &archive.program;
    let due = [archive.import_old(&[])];
    let keys = wrapped_keys(program, &due);
    let (objects, away) = (program.data().join("objects"), archive.beside("away"));
    fs::rename(&objects, &away).expect("away");
    // As when the disk is not mounted there: what is found in its place is empty.
    let (_, said) = broken_off(program);
    assert!(
        said.starts_with("obhut: object tenants/")
            && said.contains(" is not there: this is not the archive's object store, or it was emptied\n"),
        "{said}"
    );
    assert!(
        !files_with_a_piece_of(program, &keys).is_empty(),
        "its key is kept"
    );
    assert_eq!(program.json(["sessions"]).len(), 1);
    fs::remove_dir_all(&objects).expect("what was made in its place");
    fs::rename(&away, &objects).expect("back");
    program.restore(&due[0]);
    finishes(program, &due);
}

#[test]
fn one_session_that_cannot_be_deleted_keeps_no_other() {
    let archive = Archive::new();
    let program = &archive.program;
    let due = [
        archive.import_old(&[]),
        archive.import_old(&[]),
        archive.import_old(&[]),
    ];
    let tenants = program.data().join("objects/tenants");
    let tenant = fs::read_dir(tenants)
        .expect("tenants")
        .next()
        .expect("one")
        .expect("an entry");
    let folder = tenant.path().join("sessions").join(&due[1]);
    let away = archive.beside("away");
    fs::rename(&folder, &away).expect("away");
    fs::write(&folder, "no folder").expect("a file in its place");
    for deleted in [2, 0] {
        let (lines, said) = broken_off(program);
        let sums = lines.last().expect("sums");
        assert_eq!(
            (&sums["deleted"], &sums["failed"]),
            (&json!(deleted), &json!(1)),
            "{lines:?}"
        );
        assert!(
            said.starts_with("obhut: 1 sessions could not be deleted\n"),
            "{said}"
        );
    }
    fs::remove_file(&folder).expect("removed");
    fs::rename(&away, &folder).expect("back");
    finishes(program, &due);

    // Nor one of which it can't be read any more how far it is.
    let more = [archive.import_old(&[]), archive.import_old(&[])];
    let catalog = rusqlite::Connection::open(program.data().join("catalog.sqlite")).expect("the catalog");
    let row = "INSERT INTO purges (session_id, tenant_id, dek_id, step, record)
               SELECT zeroblob(16), tenant_id, dek_id, 'intended', 'x' FROM sessions LIMIT 1";
    assert_eq!(catalog.execute(row, []).expect("a row"), 1);
    let (lines, _) = broken_off(program);
    assert_eq!(lines.last().expect("sums")["deleted"], json!(2), "{lines:?}");
    catalog.execute("DELETE FROM purges", []).expect("deleted");
    drop(catalog);
    finishes(program, &[&due[..], &more[..]].concat());
}

/// A small disk of its own, unmounted at the end.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"])
            .arg(folder.path())
            .status();
        let mounted = mounted.is_ok_and(|status| status.success());
        mounted.then_some(Self(folder))
    }

    /// Takes all the room there is.
    fn fill(&self) {
        use std::io::Write as _;
        let mut file = fs::File::options()
            .create(true)
            .append(true)
            .open(self.0.path().join("ballast"))
            .expect("a file can be made");
        for size in [1 << 20, 4096, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

#[test]
fn on_a_full_disk_the_reserve_is_for_deleting() {
    for served in [true, false] {
        let Some(disk) = SmallDisk::mount() else {
            eprintln!("skipped: mounting a small tmpfs is not permitted here");
            return;
        };
        let archive = Archive::new();
        let program = archive.program.on(&disk.0.path().join("data"));
        fs::create_dir(program.data()).expect("a folder");
        // The objects lie elsewhere: what is deleted of them makes no room here.
        program.configure(&format!(
            "[retention]\nevery = \"24h\"\n[objects]\nfolder = \"{}\"\n[intake_log]\nmax_bytes = 16777216\n\
             reserve_bytes = 4194304\n",
            archive.beside("objects").display()
        ));
        let server = served.then(|| Server::start(&program));
        let old = archive.beside("old").display().to_string();
        let args = ["import", "--trust-times", &old, &old, &old, &old];
        let lines = program.json(args);
        let due: Vec<String> = lines.iter().map(|line| text(line, "session")).collect();
        // A run empties the catalog's log, so that there is no room in it that could be used again.
        for session in &due[1..] {
            program.json(["hold", "place", session, "--reason", "later"]);
        }
        program.json(["retention", "run"]);
        for session in &due[1..] {
            program.json(["hold", "release", session]);
        }
        let reserve = program.data().join("intake/reserve");
        let taken = || fs::metadata(&reserve).expect("the reserve").len();
        assert_eq!(taken(), 4 << 20);
        disk.fill();
        let lines = program.json(["retention", "run"]);
        assert_eq!(lines.last().expect("sums")["deleted"], json!(3), "{lines:?}");
        assert_eq!(taken(), 0, "served: {served}: it was needed");
        if let Some(server) = server {
            assert_eq!(server.stop().code, Some(0));
        }
        fs::remove_file(disk.0.path().join("ballast")).expect("the ballast goes");
        expect_gone(&program, &due);
    }
}

/// Files of the intake log.
fn intake_files(data: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(data.join("intake")).expect("the intake log");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.extension().is_some_and(|end| end == "log"))
        .collect()
}

#[test]
fn a_certificate_waits_for_a_damaged_intake_file_until_somebody_discards_it() {
    let archive = Archive::new();
    let program = &archive.program;
    archive.configure("[retention]\nevery = \"24h\"\n");
    let token = program.add_device("till");
    program.json(["retention", "class", "add", "now", "--at-once"]);
    program.json(["retention", "class", "choose", "now"]);
    let frame = &samples()[0];
    let server = Server::start(program);
    let agent = server.agent(&token);
    let sessions: Vec<String> = ["a", "b"]
        .map(|key| agent.open(&NewSession::of(key, 1)).expect("opened"))
        .into();
    for (session, seq) in [(0, 1), (1, 1), (0, 2)] {
        let place = Place {
            session: sessions[session].clone(),
            stream: 0,
            seq,
        };
        assert_eq!(agent.put(&place, frame).expect("an answer").status, 201);
    }
    // The ciphertext of the second entry breaks while nobody looks: that it is the second session's is still known.
    server.kill();
    let files = intake_files(program.data());
    assert_eq!(files.len(), 1);
    turn_over(&files[0], fs::metadata(&files[0]).expect("a file").len() / 2);
    let server = Server::start(program);
    let agent = server.agent(&token);
    for session in &sessions {
        agent.seal_to_the_end(session);
    }
    let number = files[0].file_stem().expect("a name").to_str().expect("text");
    for session in &sessions {
        let lines = program.json(["retention", "run"]);
        let sums = lines.last().expect("sums");
        assert_eq!(
            (&sums["waiting"], &sums["failed"]),
            (&json!(2), &json!(0)),
            "{lines:?}"
        );
        let line = lines
            .iter()
            .find(|line| line["session"] == *session)
            .expect("told");
        let why = text(line, "why");
        assert!(
            why.ends_with(&format!("stays until `obhut intake discard {number}`")),
            "{why}"
        );
        let said = archive.refused(&["retention", "certificate", "show", session]);
        assert!(said.contains("is being deleted since"), "{said}");
    }
    let listed = program.json(["intake", "list"]);
    let of = |line: &Value| {
        (
            line["file"] == *number,
            line["damaged"].clone(),
            line["stuck"].clone(),
        )
    };
    assert_eq!(of(&listed[0]), (true, json!(true), json!(true)), "{listed:?}");
    let missing = archive.refused(&["intake", "discard", "77"]);
    assert_eq!(
        missing,
        "obhut: there is no intake file 0000000000000077\n`obhut intake list` shows the files\n"
    );
    program.json(["intake", "discard", number]);
    finishes_served(program, &sessions);
    assert_eq!(server.stop().code, Some(0));
    expect_gone(program, &sessions);
}

/// A run that comes to its end, of a server that goes on.
fn finishes_served(program: &Program, due: &[String]) {
    let lines = program.json(["retention", "run"]);
    assert_eq!(
        lines.last().expect("sums")["deleted"],
        json!(due.len()),
        "{lines:?}"
    );
}
