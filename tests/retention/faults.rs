//! A deletion that breaks off at any system call goes on at the next run, and comes to the same end.
//!
//! A run without faults says which calls there are; then each case runs on a copy of the same folder, with `strace` failing one
//! call or killing the program at it. `OBHUT_FAULTS` says how many of the cases are tried, `OBHUT_SEED` repeats the choice.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use obhut_testkit::{Dice, Program, Snapshot, Tracer, count_from, expect_clean, seed};
use serde_json::json;

use crate::archive::Archive;
use crate::looking::{files_with_a_piece_of, paths_with, tables_with, wrapped_keys};

/// Everything that changes a file or makes a change durable. A question mark: not every machine has the call.
const CALLS: &str = "write,pwrite64,fsync,fdatasync,?rename,?renameat,?renameat2,?link,linkat,?unlink,unlinkat,ftruncate,\
                     fallocate,?mkdir,mkdirat,?rmdir";

/// The folder that every case begins with.
struct Before {
    snapshot: Snapshot,
    due: Vec<String>,
    held: String,
    keys: Vec<Vec<u8>>,
}

fn prepare() -> Before {
    let archive = Archive::new();
    let program = &archive.program;
    let due: Vec<String> = (0..2).map(|_| archive.import_old(&[])).collect();
    let held = archive.import_old(&[]);
    program.json(["hold", "place", &held, "--reason", "case 7"]);
    Before {
        keys: wrapped_keys(program, &due),
        snapshot: Snapshot::of(program.data()),
        due,
        held,
    }
}

/// Which calls a run makes, and how many of each a thread makes at most: the tracer counts each thread by itself.
fn calls(before: &Before) -> Vec<(String, u32)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = laid_out(before, &folder.path().join("data"));
    let tracer = Tracer::new(["-e".to_owned(), format!("trace={CALLS}")]);
    let ended = program
        .command_under(&tracer.under(), ["retention", "run"])
        .output()
        .expect("it runs");
    assert!(ended.status.success(), "{ended:?}");
    let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
    for line in tracer.said().lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let call = rest.trim_start().split('(').next().unwrap_or_default();
        if !call.is_empty()
            && call
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        {
            *counts.entry((thread.to_owned(), call.to_owned())).or_default() += 1;
        }
    }
    let mut most: BTreeMap<String, u32> = BTreeMap::new();
    for ((_, call), count) in counts {
        let entry = most.entry(call).or_default();
        *entry = count.max(*entry);
    }
    assert!(
        most.contains_key("pwrite64") && most.len() > 3,
        "the trace names no calls: {most:?}"
    );
    most.into_iter().collect()
}

fn laid_out(before: &Before, data: &Path) -> Program {
    before.snapshot.lay_out(data);
    Program::new(env!("CARGO_BIN_EXE_obhut"), data)
}

#[test]
fn a_deletion_that_breaks_off_anywhere_is_finished_by_the_next_run() {
    if !Tracer::is_permitted() {
        eprintln!("skipped: strace is not installed, or must not trace here (ptrace is not permitted)");
        return;
    }
    let before = prepare();
    let mut all: Vec<String> = Vec::new();
    for (call, count) in calls(&before) {
        for what in ["error=EIO", "error=ENOSPC", "signal=SIGKILL"] {
            all.extend((1..=count).map(|nth| format!("inject={call}:{what}:when={nth}")));
        }
    }
    let cases = all.len();
    let mut dice = Dice::new(seed());
    let count = count_from("OBHUT_FAULTS", 24, usize::MAX).min(cases);
    let (mut struck, mut finished) = (0, 0);
    for _ in 0..count {
        let chosen = usize::try_from(dice.number() % all.len() as u64).expect("small");
        let case = all.swap_remove(chosen);
        eprintln!("{case}");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = laid_out(&before, &folder.path().join("data"));
        let call = case.split(['=', ':']).nth(1).expect("a call").to_owned();
        let tracer = Tracer::new([
            "-e".to_owned(),
            format!("trace={call}"),
            "-e".to_owned(),
            case.clone(),
        ]);
        let ended = program
            .command_under(&tracer.under(), ["retention", "run"])
            .output()
            .expect("it runs");
        struck += usize::from(!tracer.injected().is_empty() || ended.status.code().is_none());
        finished += usize::from(ended.status.success());
        // Half done is no damage.
        expect_clean(&program, true);
        converges(&before, &program);
    }
    eprintln!(
        "{count} of {cases} cases; the fault struck in {struck}, and {finished} runs came to their end all the same"
    );
    // Which thread makes which call differs a little from run to run; but a test whose faults miss shows nothing.
    assert!(struck * 2 >= count, "most faults did not strike");
}

/// A run without a fault comes to the end that a run without any comes to.
fn converges(before: &Before, program: &Program) {
    let lines = program.json(["retention", "run"]);
    let sums = lines.last().expect("sums");
    assert_eq!(
        (&sums["waiting"], &sums["failed"]),
        (&json!(0), &json!(0)),
        "{lines:?}"
    );
    let verdict = expect_clean(program, true);
    let mut tombstones = verdict.tombstones();
    tombstones.sort();
    let mut due = before.due.clone();
    due.sort();
    assert_eq!(tombstones, due);
    assert_eq!(
        program.json(["retention", "certificate", "list"]).len(),
        due.len()
    );
    for session in &due {
        assert_eq!(paths_with(program, session), Vec::<PathBuf>::new());
        let tables = tables_with(program, session);
        assert_eq!(
            tables.into_iter().collect::<Vec<_>>(),
            ["certificates", "ledger_leaves"]
        );
    }
    assert_eq!(
        files_with_a_piece_of(program, &before.keys),
        Vec::<PathBuf>::new()
    );
    let listed = program.json(["sessions"]);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["session"], json!(before.held));
    program.restore(&before.held);
}
