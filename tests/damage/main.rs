//! Damage on disk is found: whatever is flipped, removed, exchanged or edited, `obhut verify` says so and names the place.
//! And nothing is said of archives that nobody touched.
//!
//! Each case starts from the same stopped archive. `make test` takes a sample of rows and offsets and at least 500 cases;
//! `OBHUT_CAMPAIGN` takes all rows and ten times the offsets.

mod archive;
mod case;
mod files;
mod rows;
mod stories;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use obhut_testkit::{Program, Snapshot};

use case::{Case, judge};

const PROGRAM: &str = env!("CARGO_BIN_EXE_obhut");

/// Cases run at a time; each is a process of its own.
const WORKERS: usize = 2;

fn whole_archive() -> Snapshot {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(archive::build(folder.path()));
    drop(runtime);
    Snapshot::of(folder.path())
}

/// Runs cases side by side and reports all that went unnoticed at once.
fn run(whole: &Snapshot, cases: &[Case]) {
    let next = AtomicUsize::new(0);
    let unnoticed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let folder = tempfile::tempdir().expect("a temporary folder");
                    whole.lay_out(folder.path());
                    let program = Program::new(PROGRAM, folder.path());
                    (case.damage)(folder.path());
                    if let Err(why) = judge(case, whole, &program) {
                        unnoticed
                            .lock()
                            .expect("no panic before")
                            .push(format!("{}: {why}", case.name));
                    }
                }
            });
        }
    });
    let mut unnoticed = unnoticed.into_inner().expect("no panic before");
    unnoticed.sort();
    eprintln!("{} cases", cases.len());
    assert!(
        unnoticed.is_empty(),
        "{} of {} cases went wrong:\n{}",
        unnoticed.len(),
        cases.len(),
        unnoticed.join("\n")
    );
}

#[test]
fn an_undamaged_archive_is_clean() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    whole_archive().lay_out(folder.path());
    let program = Program::new(PROGRAM, folder.path());
    for deep in [false, true] {
        let verdict = program.verify(deep);
        assert_eq!(verdict.code, 0, "{verdict:#?}");
        // One session was deleted, and that is all there is to say.
        let counts = (verdict.findings.len(), verdict.tombstones().len());
        assert_eq!(counts, (1, 1), "{verdict:#?}");
    }
}

#[test]
fn bytes_flipped_cut_or_added_in_files_are_found() {
    let whole = whole_archive();
    run(&whole, &files::bytes(&whole));
}

#[test]
fn objects_removed_swapped_or_smuggled_in_are_found() {
    let whole = whole_archive();
    run(&whole, &files::objects(&whole));
}

#[test]
fn bytes_flipped_in_the_catalogs_file_are_found_or_change_nothing() {
    let whole = whole_archive();
    run(&whole, &files::catalog(&whole));
}

#[test]
fn catalog_rows_edited_are_found() {
    let whole = whole_archive();
    run(&whole, &rows::edited(&whole));
}

#[test]
fn catalog_rows_deleted_or_added_are_found() {
    let whole = whole_archive();
    let mut cases = rows::deleted(&whole);
    cases.extend(rows::doubled(&whole));
    run(&whole, &cases);
}

#[test]
fn manipulations_that_keep_the_catalog_consistent_are_found() {
    let whole = whole_archive();
    run(&whole, &stories::all(&whole));
}

#[test]
fn there_are_at_least_five_hundred_cases() {
    let whole = whole_archive();
    let counts = [
        files::bytes(&whole).len(),
        files::objects(&whole).len(),
        files::catalog(&whole).len(),
        rows::edited(&whole).len(),
        rows::deleted(&whole).len(),
        rows::doubled(&whole).len(),
        stories::all(&whole).len(),
    ];
    eprintln!("cases: {counts:?}");
    assert!(counts.iter().sum::<usize>() >= 500, "{counts:?}");
}
