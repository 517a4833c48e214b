//! Whole folders are imported and restored without a difference, and thousands of frames in bounded memory.

use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use obhut_testkit::{Program, corpus, expect_clean, same_files};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_obhut");

/// What a process may hold at its peak, in bytes.
const MOST_MEMORY: u64 = 300_000_000;

/// How often a process under watch is looked at.
const EVERY: Duration = Duration::from_millis(5);

#[test]
fn folders_of_the_corpus_come_back_without_a_difference() {
    for part in ["desk-png", "desk-jpg", "screens-multi"] {
        if let Some(folder) = corpus(part) {
            come_back(&folder);
        }
    }
}

#[test]
fn three_thousand_frames_come_back_in_bounded_memory() {
    let parts = ["desk-png", "desk-jpg", "screens-multi"].map(corpus);
    if let [Some(png), Some(jpeg), Some(multi)] = &parts {
        come_back_repeated(&[png, jpeg, multi], 3_000);
    }
}

#[test]
fn a_few_hundred_frames_come_back_in_bounded_memory() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    come_back(&data.join("timeline"));
    come_back(&data);
    come_back_repeated(&[&data.join("timeline"), &data.join("timeline-jpg")], 300);
}

/// Makes a folder of so many frames out of those of some folders, and takes it there and back.
fn come_back_repeated(folders: &[&Path], count: usize) {
    let mut frames: Vec<PathBuf> = Vec::new();
    for folder in folders {
        let entries = fs::read_dir(folder).expect("a readable folder");
        let paths = entries.map(|entry| entry.expect("a readable entry").path());
        frames.extend(paths.filter(|path| path.extension().is_some_and(|name| name != "ndjson")));
    }
    frames.sort();
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (n, frame) in frames.iter().cycle().take(count).enumerate() {
        let name = folder
            .path()
            .join(format!("{n:05}"))
            .with_extension(frame.extension().expect("frames have one"));
        // The same bytes a hundred times over need not be on disk a hundred times.
        if fs::hard_link(frame, &name).is_err() {
            fs::copy(frame, &name).expect("a writable folder");
        }
    }
    let imported = come_back(folder.path());
    assert_eq!(imported, count as u64, "every frame was taken for one");
}

/// Imports a folder, restores it, compares; how many frames it had.
fn come_back(original: &Path) -> u64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = Program::new(PROGRAM, &folder.path().join("data"));
    let import = run_watched(
        &program,
        &["import".as_ref(), original.as_os_str(), "--json".as_ref()],
    );
    let line: Value = serde_json::from_str(&import.stdout).expect("a line of JSON");
    let session = line["session"].as_str().expect("a session");
    let to = folder.path().join("restored");
    let restore = run_watched(
        &program,
        &["restore", session, "--to"]
            .map(OsStr::new)
            .into_iter()
            .chain([to.as_os_str()])
            .collect::<Vec<_>>(),
    );
    let files = same_files(original, &to);
    expect_clean(&program, false);
    eprintln!(
        "{}: {files} files; peak of import {} MB, of restore {} MB",
        original.display(),
        import.peak / 1_000_000,
        restore.peak / 1_000_000
    );
    for (command, peak) in [("import", import.peak), ("restore", restore.peak)] {
        assert!(peak < MOST_MEMORY, "{command} held {peak} bytes at its peak");
    }
    line["frames"].as_u64().expect("a count")
}

struct Watched {
    stdout: String,
    peak: u64,
}

/// Runs a command that must succeed, and watches its memory.
fn run_watched(program: &Program, words: &[&OsStr]) -> Watched {
    let mut command = program.command(words);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let (mut out, mut err) = (
        child.stdout.take().expect("ours"),
        child.stderr.take().expect("ours"),
    );
    let (tell, ended) = channel();
    let reader = thread::spawn(move || {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        out.read_to_string(&mut stdout).expect("text");
        err.read_to_string(&mut stderr).expect("text");
        // Both are closed when the process ends.
        tell.send(()).expect("somebody waits");
        (stdout, stderr)
    });
    // The kernel keeps the highest mark, so only what is added after the last look can be missed.
    let mut peak = 0;
    while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        peak = peak.max(high_water_mark(&status).unwrap_or(0));
    }
    let (stdout, stderr) = reader.join().expect("the reader ends");
    let code = child.wait().expect("a child of ours").code();
    assert_eq!(code, Some(0), "{words:?}: {stderr}");
    assert!(peak > 0, "{words:?} ended before it was looked at");
    Watched { stdout, peak }
}

/// `VmHWM` of a process in bytes; `None` once it has ended.
fn high_water_mark(status: &Path) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}
