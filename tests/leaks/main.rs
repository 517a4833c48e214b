//! What lies on disk gives nothing away: no picture, no name, no purpose, no key, while a session is open and after its
//! seal. Nor does the log, at the level where it says most.
//!
//! The search is proven in the same run: whatever it looks for is planted in the same folder, and has to be found.

mod keys;
mod search;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use obhut_testkit::{Agent, Frame, Place, Program, Server, same_files, samples};
use serde_json::{Value, json};

use keys::ROOT_KEY;
use search::{Finding, Search};

const PROGRAM: &str = env!("CARGO_BIN_EXE_obhut");

/// Segments of four frames, and a log that says all it ever says of ours.
const SETTINGS: &str = r#"
[packer]
frames = 4
age = "1h"
workers = 1
[intake_log]
reserve_bytes = "1 MiB"
[log]
level = "debug"
"#;

/// Longest that something is waited for which has to come.
const PATIENCE: Duration = Duration::from_mins(1);

const PURPOSE: &str = "purpose Quellenschutz 51c7";
const LEFT_SCREEN: &str = "left screen Personalakte 9d02";
const RIGHT_SCREEN: &str = "right screen Lohnlauf 77ab";
const USER: &str = "Friederike Ahlgrimm-Zwicky";
const CONSENT: &str = "I consent, clause Wacholder 3e";
const NOTE: &str = "note Gehaltsband 19f4";
const ENDED_BY: &str = "ended by Ottokar Venske";
const ENDED_HOW: &str = "closed because Feierabend 60b";
const REQUEST: &str = "idempotent-request-4c1d";
const IMPORTED: &str = "Akte Brombeer 5521";
const ATTACHED: &str = "Kontoauszug Holunder 8080";
const LOOK: &str = "look for Revision Schlehe 14";
const CASE: &str = "case Mirabelle 2231";
const REASON: &str = "hold for Klage Quitte 90";
const OWNER: &str = "held by Leonore Papenbrink";

#[test]
fn no_file_of_the_data_folder_and_no_line_of_the_log_gives_anything_away() {
    let mut found = look();
    if found.iter().all(|one| one.by_chance) && !found.is_empty() {
        eprintln!("found once, perhaps by chance: {found:#?}");
        // With other keys, chance does not put the same thing there again, but a leak does.
        found = look();
    }
    assert!(found.is_empty(), "given away: {found:#?}");
}

/// One archive from its first session to the stop of its server; everything found in it.
fn look() -> BTreeSet<Finding> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = Program::new(PROGRAM, &folder.path().join("data"));
    program.configure(SETTINGS);
    let token = program.add_device("PC 1");
    let server = Server::start(&program);
    let agent = server.agent(&token);
    let frames = samples();
    let mut said = String::new();

    let session = open(&server, &token);
    event(&server, &token, &session);
    let (png, jpeg): (Vec<&Frame>, Vec<&Frame>) =
        frames.iter().partition(|frame| frame.media_type == "image/png");
    assert!(png.len() >= 10 && jpeg.len() >= 3, "tests/data holds frames");
    send(&agent, &session, 0, &png[..10]);
    send(&agent, &session, 1, &jpeg[..2]);
    until_some_are_packed(&program, &session);
    let folder_with_manifest = folder_with_manifest(folder.path(), &png);
    let imported = import(&program, &folder_with_manifest, &mut said);
    hold(&program, &session, &mut said);
    restore(&program, &session, &folder.path().join("open"), &mut said);
    let backup = backup(&program, &folder.path().join("backup.age"), &mut said);

    let search = search_for(&program, &folder_with_manifest, &token);
    let mut found = search.in_folder(program.data());
    found.extend(search.in_bytes("a backup", &backup));
    let state = listed(&program, &session);
    assert_eq!(state["state"], "open", "{state}");
    assert!(waiting(&state) > 0 && packed(&state) > 0, "{state}");

    send(&agent, &session, 1, &jpeg[..3]);
    seal(&server, &token, &session);
    restore(&program, &session, &folder.path().join("sealed"), &mut said);
    let back = folder.path().join("imported");
    restore(&program, &imported, &back, &mut said);
    same_files(&folder_with_manifest, &back);
    let ended = server.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");

    // Keys may have been added since.
    let search = search_for(&program, &folder_with_manifest, &token);
    found.extend(search.in_folder(program.data()));
    assert!(
        ended.log.contains("DEBUG"),
        "the log says what it is asked to say"
    );
    found.extend(search.in_bytes("the server's log", ended.log.as_bytes()));
    found.extend(search.in_bytes("what commands said", said.as_bytes()));

    search.prove(program.data());
    pictures_are_found_where_they_are(&search, &back, &folder.path().join("sealed"));
    eprintln!("{} byte strings looked for", search.len());
    found
}

/// Everything that must not be found.
fn search_for(program: &Program, imported: &Path, token: &str) -> Search {
    let mut search = Search::new();
    search.bytes("the PNG signature", b"\x89PNG\r\n\x1a\n");
    search.bytes("IHDR", b"IHDR");
    let any = [None, None];
    let known = |bytes: &[u8]| bytes.iter().copied().map(Some).collect::<Vec<_>>();
    let jfif = [known(&[0xff, 0xd8, 0xff, 0xe0]), any.to_vec(), known(b"JFIF")].concat();
    search.pattern("a JFIF header", jfif);
    for marker in [
        PURPOSE,
        LEFT_SCREEN,
        RIGHT_SCREEN,
        USER,
        CONSENT,
        NOTE,
        ENDED_BY,
        ENDED_HOW,
        REQUEST,
        IMPORTED,
        ATTACHED,
        LOOK,
        CASE,
        REASON,
        OWNER,
        token,
    ] {
        search.text(marker);
    }
    for (n, frame) in samples().iter().enumerate() {
        for quarter in 1..4 {
            let at = frame.bytes.len() / 4 * quarter;
            search.bytes(format!("frame {n} at byte {at}"), &frame.bytes[at..at + 16]);
        }
    }
    for entry in fs::read_dir(imported).expect("a readable folder") {
        let name = entry.expect("a readable entry").file_name();
        search.text(name.to_str().expect("names are text"));
    }
    let keys = keys::unwrapped(program.data());
    let kinds: Vec<_> = keys.iter().map(|(kind, keys)| (*kind, keys.len())).collect();
    for (kind, at_least) in [
        ("root", 1),
        ("kek", 1),
        ("seed", 2),
        ("detail", 2),
        ("dek", 2),
        ("describe", 2),
    ] {
        let count = keys.get(kind).map_or(0, Vec::len);
        assert!(count >= at_least, "keys unwrapped: {kinds:?}");
    }
    for key in keys.values().flatten() {
        search.value(&key.name, &key.bytes);
    }
    for root in &keys["root"] {
        search.except(&format!("{} (hexadecimal)", root.name), ROOT_KEY);
    }
    search
}

/// What is looked for is what pictures and names look like: it is found in what was restored.
fn pictures_are_found_where_they_are(search: &Search, imported: &Path, sealed: &Path) {
    let what =
        |folder| -> BTreeSet<String> { search.in_folder(folder).into_iter().map(|one| one.what).collect() };
    let found = what(imported);
    for expected in [
        "the PNG signature",
        "IHDR",
        ATTACHED,
        "manifest.ndjson",
        "Brombeer-00010.png",
    ] {
        assert!(found.contains(expected), "{expected} is not in {found:?}");
    }
    assert!(what(sealed).contains("a JFIF header"));
}

/// A folder whose name, file names and text are markers.
fn folder_with_manifest(beside: &Path, frames: &[&Frame]) -> PathBuf {
    let folder = beside.join(IMPORTED);
    fs::create_dir(&folder).expect("a new folder");
    let mut manifest = String::new();
    for (seq, frame) in (10u64..).zip(frames) {
        let name = format!("Brombeer-{seq:05}.png");
        fs::write(folder.join(&name), &frame.bytes).expect("a writable folder");
        let line = json!({ "seq": seq, "captured_at": format!("2026-11-02T10:15:{seq:02}Z"), "file": name });
        manifest.extend([line.to_string(), "\n".to_owned()]);
    }
    fs::write(folder.join("manifest.ndjson"), manifest).expect("a writable folder");
    fs::write(folder.join("Brombeer-notes.txt"), ATTACHED.repeat(3)).expect("a writable folder");
    folder
}

fn open(server: &Server, token: &str) -> String {
    let body = json!({
        "kind": "support", "started_at": "2026-11-02T10:00:00Z", "purpose": PURPOSE,
        "streams": [{ "n": 0, "name": LEFT_SCREEN }, { "n": 1, "name": RIGHT_SCREEN }],
        "source": { "program": "the tests of the whole program", "capabilities": ["frames"] },
        "consent": { "given": true, "by": USER, "text": CONSENT },
    });
    let (status, answer) = post(server, token, "/v1/sessions", &body);
    assert_eq!(status, 201, "{answer}");
    answer["session"].as_str().expect("a session's id").to_owned()
}

fn event(server: &Server, token: &str, session: &str) {
    let body = json!({ "id": "1", "kind": "decision", "at": "2026-11-02T10:01:00Z", "detail": { "user": USER, "note": NOTE } });
    let (status, answer) = post(server, token, &format!("/v1/sessions/{session}/events"), &body);
    assert!(status == 200 || status == 201, "{status} {answer}");
}

fn seal(server: &Server, token: &str, session: &str) {
    let body =
        json!({ "ended_at": "2026-11-02T10:59:00Z", "ended_by": ENDED_BY, "how": ENDED_HOW, "streams": [] });
    loop {
        let (status, answer) = post(server, token, &format!("/v1/sessions/{session}/seal"), &body);
        match status {
            200 => return,
            202 => {}
            _ => panic!("seal answered {status} {answer}"),
        }
    }
}

fn post(server: &Server, token: &str, path: &str, body: &Value) -> (u16, Value) {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(PATIENCE))
        .build();
    let answer = ureq::Agent::from(config)
        .post(format!("{}{path}", server.intake()))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("idempotency-key", REQUEST)
        .send(body.to_string());
    let mut answer = answer.expect("the server answers");
    let body = answer.body_mut().read_to_vec().expect("a whole answer");
    let body = serde_json::from_slice(&body).expect("the server answers in JSON");
    (answer.status().as_u16(), body)
}

/// Sends frames to a stream, numbered from 1; those sent before are sent again.
fn send(agent: &Agent, session: &str, stream: u32, frames: &[&Frame]) {
    for (seq, frame) in (1u64..).zip(frames) {
        let session = session.to_owned();
        let place = Place { session, stream, seq };
        let answer = agent.put(&place, frame).expect("the server answers");
        assert!(matches!(answer.status, 200 | 201), "{place:?}: {answer:?}");
    }
}

fn import(program: &Program, folder: &Path, said: &mut String) -> String {
    let words = ["import".as_ref(), folder.as_os_str(), "--json".as_ref()];
    let line: Value = serde_json::from_str(&run(program, &words, said)).expect("a line of JSON");
    line["session"].as_str().expect("a session's id").to_owned()
}

fn restore(program: &Program, session: &str, to: &Path, said: &mut String) {
    let words = ["restore", session, "--purpose", LOOK, "--case", CASE, "--to"].map(OsStr::new);
    run(program, &[&words[..], &[to.as_os_str()]].concat(), said);
}

fn hold(program: &Program, session: &str, said: &mut String) {
    let words = ["hold", "place", session, "--reason", REASON, "--owner", OWNER].map(OsStr::new);
    run(program, &words, said);
}

/// A backup's bytes: it holds every key, and gives none away.
fn backup(program: &Program, to: &Path, said: &mut String) -> Vec<u8> {
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    let words = ["backup", "--recipient", &recipient, "--to"].map(OsStr::new);
    run(program, &[&words[..], &[to.as_os_str()]].concat(), said);
    fs::read(to).expect("the backup")
}

/// Runs a command that must succeed; what it printed. What it said on standard error is kept.
fn run(program: &Program, words: &[&OsStr], said: &mut String) -> String {
    let finished = program.run(words);
    assert_eq!(finished.code, Some(0), "{words:?}: {finished:?}");
    said.push_str(&finished.stderr);
    finished.stdout
}

fn until_some_are_packed(program: &Program, session: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let state = listed(program, session);
        if packed(&state) >= 8 {
            return;
        }
        assert!(Instant::now() < deadline, "nothing was packed: {state}");
    }
}

fn listed(program: &Program, session: &str) -> Value {
    let all = program.json(["sessions"]);
    let found = all.into_iter().find(|one| one["session"] == session);
    found.expect("the session is listed")
}

fn waiting(state: &Value) -> u64 {
    state["waiting"].as_u64().expect("a count")
}

fn packed(state: &Value) -> u64 {
    state["frames"].as_u64().expect("a count") - waiting(state)
}
