//! Exports that are refused or come to nothing: no half file is left, and what is said is what to do.

use std::fs;
use std::process::Command;

use obhut_testkit::{NewSession, Place, Server, Tracer, samples, segments, turn_over_middle};

use crate::bundle::Bundle;
use crate::house::{House, data, expect_sound};
use crate::outside::expect_accepted;

/// The files beside the archive.
fn left(house: &House) -> Vec<String> {
    let entries = fs::read_dir(house.folder.path()).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .filter(|name| name != "data")
        .collect();
    names.sort();
    names
}

#[test]
fn what_can_not_be_exported_is_named_and_leaves_nothing() {
    let house = House::new();
    let (session, _) = house.program.import(&data("timeline-jpg"));
    let nobody = "01a19b45-b800-7202-8202-020202020202";
    let refused = |session: &str, name: &str, code: i32| {
        let finished = house.try_export(session, &house.place(name), &[]);
        assert_eq!(finished.code, Some(code), "{finished:?}");
        assert_eq!(finished.stderr.lines().count(), 2, "{finished:?}");
        assert_eq!(finished.stdout, "");
        finished.stderr
    };
    assert!(refused(nobody, "a.zip", 2).contains("no session"));
    assert!(refused(&session, "missing/a.zip", 2).contains("can't be written"));
    assert!(refused(&session, "data/a.zip", 2).contains("within the archive"));
    // A folder in which nobody may make a file, and a place that is a folder.
    assert!(refused(&session, "/proc/a.zip", 2).contains("can't be written"));
    assert!(refused(&session, "/proc", 2).contains("exists already"));
    assert_eq!(left(&house), Vec::<String>::new());
    fs::write(house.place("there.zip"), "somebody's").expect("a writable folder");
    assert!(refused(&session, "there.zip", 2).contains("exists already"));
    assert_eq!(fs::read(house.place("there.zip")).expect("read"), b"somebody's");
    assert_eq!(left(&house), ["there.zip"]);
}

#[test]
fn an_export_that_is_interrupted_leaves_nothing() {
    if !Tracer::is_permitted() {
        eprintln!("skipped: strace may not trace here");
        return;
    }
    let house = House::new();
    let (session, _) = house.program.import(&data("timeline"));
    let server = Server::start(&house.program);
    let to = house.place("a.zip");
    let to_text = to.to_str().expect("UTF-8");
    // While the file is begun, when it is written out, and when it is about to get its name.
    for at in [
        "openat:{}:when=30+",
        "write:{}:when=1+",
        "fsync:{}:when=1",
        "linkat:{}:when=1",
    ] {
        for signal in ["KILL", "INT", "TERM"] {
            // A call that is made before it is interrupted may be the one that gives the name.
            if at.starts_with("linkat") && signal != "KILL" {
                continue;
            }
            let inject = format!("inject={}", at.replace("{}", &format!("signal={signal}")));
            let tracer = Tracer::new(["-e".to_owned(), inject.clone()]);
            let ended = house
                .program
                .command_under(&tracer.under(), ["export", &session, "--out", to_text])
                .output()
                .expect("it runs");
            assert!(!ended.status.success(), "{inject}: {ended:?}");
            assert_eq!(left(&house), Vec::<String>::new(), "{inject}");
        }
    }
    let (_, bundle) = house.export(&session, "a.zip");
    expect_sound(&bundle);
    assert_eq!(left(&house), ["a.zip"]);
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn a_session_that_goes_on_is_not_exported() {
    let house = House::new();
    let token = house.program.add_device("PC 1");
    let server = Server::start(&house.program);
    let agent = server.agent(&token);
    let session = agent.open(&NewSession::of("one", 1)).expect("opened");
    let place = Place {
        session: session.clone(),
        stream: 0,
        seq: 1,
    };
    let frames = samples();
    assert_eq!(agent.put(&place, &frames[0]).expect("an answer").status, 201);
    let finished = house.try_export(&session, &house.place("a.zip"), &[]);
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(finished.stderr.contains("is not sealed yet"), "{finished:?}");
    assert_eq!(left(&house), Vec::<String>::new());
    // Sealed it is, consent and events included, while the server runs.
    agent.event(&session, "c1", "consent").expect("an answer");
    agent.seal_to_the_end(&session);
    let (_, bundle) = house.export(&session, "a.zip");
    expect_sound(&bundle);
    let parts = Bundle::unpack(&bundle);
    assert!(parts.text("ledger/session.details").contains("consent"));
    assert!(parts.text("report.html").contains("consent"));
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn a_damaged_session_is_refused_unless_it_is_asked_for_and_then_marked() {
    let house = House::new();
    let (session, _) = house.program.import(&data("timeline"));
    let largest = segments(&house.program, &session)
        .into_iter()
        .max_by_key(|path| fs::metadata(path).expect("a file").len())
        .expect("a segment");
    turn_over_middle(&largest);
    let to = house.place("a.zip");
    let refused = house.try_export(&session, &to, &[]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("--damaged"), "{refused:?}");
    assert_eq!(left(&house), Vec::<String>::new());
    let marked = house.try_export(&session, &to, &["--damaged"]);
    assert_eq!(marked.code, Some(1), "{marked:?}");
    let totals = expect_sound(&to);
    let damaged = totals["damaged"].as_u64().expect("a number");
    let frames = totals["frames"].as_u64().expect("a number");
    assert!(damaged > 0 && damaged + frames == 13, "{totals}");
    let parts = Bundle::unpack(&to);
    assert!(parts.text("bundle.json").contains("\"damaged\":[{\"stream\":0"));
    assert!(
        parts
            .text("report.html")
            .contains("Not everything of this session is here")
    );
    assert!(parts.text("play.html").contains("\"damaged\":[{"));
    expect_accepted(&to);
    // What is marked can't be unmarked.
    let mut forged = parts.clone();
    let manifest = parts.manifest();
    let healed = obhut_format::bundle::BundleManifest {
        damaged: Vec::new(),
        ..manifest
    };
    forged.put("bundle.json", healed.to_line() + "\n");
    forged.forge();
    let file = house.place("healed.zip");
    forged.save(&file);
    assert_eq!(crate::house::judge(&file, None).code, Some(1));
}

#[test]
fn a_damaged_recording_is_exported_block_by_block() {
    let house = House::new();
    let recording = house.place("long.mp4");
    let bytes: Vec<u8> = (0..3_000_000_u32)
        .flat_map(|n| (n % 241).to_le_bytes())
        .take(3_000_000)
        .collect();
    fs::write(&recording, &bytes).expect("written");
    let (session, _) = house.program.import(&recording);
    turn_over_middle(&segments(&house.program, &session)[0]);
    let to = house.place("a.zip");
    assert_eq!(house.try_export(&session, &to, &[]).code, Some(1));
    assert_eq!(house.try_export(&session, &to, &["--damaged"]).code, Some(1));
    let totals = expect_sound(&to);
    assert!(totals["damaged"].as_u64() > Some(0), "{totals}");
    let parts = Bundle::unpack(&to);
    assert!(!parts.files.keys().any(|path| path.contains("original.")));
    assert!(parts.files.keys().any(|path| path.contains(".block")));
    expect_accepted(&to);
}

#[test]
fn a_session_of_which_nothing_is_left_is_still_proved() {
    let house = House::new();
    let recording = house.place("short.mp4");
    fs::write(&recording, b"soon gone").expect("written");
    let (session, _) = house.program.import(&recording);
    for object in segments(&house.program, &session) {
        fs::remove_file(object).expect("removed");
    }
    let to = house.place("a.zip");
    assert_eq!(house.try_export(&session, &to, &["--damaged"]).code, Some(1));
    let totals = expect_sound(&to);
    assert_eq!((&totals["damaged"], &totals["frames"]), (&1.into(), &0.into()));
    expect_accepted(&to);
}

#[test]
fn a_full_disk_leaves_no_half_file() {
    let house = House::new();
    let (session, _) = house.program.import(&data("timeline"));
    // The server has all the room that it wants; the command may write no file of more than 300 kB.
    let server = Server::start(&house.program);
    let to = house.place("a.zip");
    let mut command = Command::new("bash");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 300; exec \"$@\"", "bash"])
        .arg(house.program.binary())
        .args(["export", &session, "--out"])
        .arg(&to)
        .arg("--data")
        .arg(house.program.data());
    let output = command.output().expect("bash can be started");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("can't be written"), "{said}");
    assert_eq!(left(&house), Vec::<String>::new());
    let (_, bundle) = house.export(&session, "a.zip");
    expect_sound(&bundle);
    assert_eq!(server.stop().code, Some(0));
}
