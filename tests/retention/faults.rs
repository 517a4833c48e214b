//! A deletion that breaks off at any system call goes on at the next run, and comes to the same end.
//!
//! A run without faults says which calls there are; then each case runs on a copy of the same folder, with `strace` failing one
//! call or killing the program at it. `OBHUT_FAULTS` says how many of the cases are tried, `OBHUT_SEED` repeats the choice;
//! the campaign tries every one.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use obhut_testkit::{Dice, Program, Snapshot, Tracer, count_from, expect_clean, seed};
use serde_json::json;

use crate::archive::Archive;
use crate::fault_cases::{Case, Places, cases_of, choose, counting};
use crate::looking::{files_with_a_piece_of, paths_with, tables_with, wrapped_keys};

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

/// A folder for one case, and the program on it.
fn laid_out(before: &Before, folder: &Path) -> Program {
    // As the tracer names it.
    let data = folder.canonicalize().expect("a real path").join("data");
    before.snapshot.lay_out(&data);
    Program::new(env!("CARGO_BIN_EXE_obhut"), &data)
}

fn places(before: &Before, program: &Program) -> Places {
    Places::of(program.data(), &before.snapshot, &before.due)
}

/// What there is to fail, from a run without faults.
fn all_cases(before: &Before) -> Vec<Case> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = laid_out(before, folder.path());
    let tracer = counting();
    let ended = program
        .command_under(&tracer.under(), ["retention", "run"])
        .output()
        .expect("it runs");
    assert!(ended.status.success(), "{ended:?}");
    let cases = cases_of(&tracer.said(), &places(before, &program));
    assert!(cases.len() > 100, "the trace names no calls");
    cases
}

#[test]
fn a_deletion_that_breaks_off_anywhere_is_finished_by_the_next_run() {
    if !Tracer::is_permitted() {
        eprintln!("skipped: strace is not installed, or must not trace here (ptrace is not permitted)");
        return;
    }
    let before = prepare();
    let all = all_cases(&before);
    let mut dice = Dice::new(seed());
    let chosen = choose(&all, count_from("OBHUT_FAULTS", 24, usize::MAX), &mut dice);
    let (struck, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let left = Mutex::new(chosen.iter());
    let take = || left.lock().expect("no thread panicked").next();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(case) = take() {
                    let outcome = under(&before, case);
                    eprintln!("{case}: {outcome:?}");
                    struck.fetch_add(usize::from(outcome.struck), Ordering::Relaxed);
                    finished.fetch_add(usize::from(outcome.finished), Ordering::Relaxed);
                }
            });
        }
    });
    let (struck, finished) = (struck.into_inner(), finished.into_inner());
    eprintln!(
        "{} of {} cases; the fault struck in {struck}, and {finished} runs came to their end all the same",
        chosen.len(),
        all.len()
    );
    // Which thread makes which call differs a little from run to run; but a test whose faults miss shows nothing.
    assert!(struck * 2 >= chosen.len(), "most faults did not strike");
}

/// What became of a run with a fault.
#[derive(Debug)]
struct Outcome {
    /// Whether the call came.
    struck: bool,
    /// Whether it came to its end all the same.
    finished: bool,
}

/// A run with a fault, what it left, and the run after it.
fn under(before: &Before, case: &Case) -> Outcome {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = laid_out(before, folder.path());
    let tracer = case.tracer(&places(before, &program));
    let ended = program
        .command_under(&tracer.under(), ["retention", "run"])
        .output()
        .expect("it runs");
    let outcome = Outcome {
        struck: !tracer.injected().is_empty() || ended.status.code().is_none(),
        finished: ended.status.success(),
    };
    // Half done is no damage.
    expect_clean(&program, true);
    converges(before, &program);
    outcome
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
