//! A deletion over S3 that breaks off at any request goes on at the next run, and the bucket's own listing has nothing of the
//! session: whether the program is killed there, or the store is gone, fails, or says nothing.
//!
//! A run without a break says how many requests there are; then each case runs on a bucket and a folder with the same content.
//! `OBHUT_FAULTS` says how many of the cases are tried, `OBHUT_SEED` repeats the choice; the campaign tries every one.

use std::io::Read;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use obhut_testkit::{Dice, Program, Snapshot, count_from, expect_clean, seed};
use serde_json::json;

use crate::archive::Archive;
use crate::between::{Between, Break, Running};
use crate::bucket::Bucket;

/// Cases under way at a time: they wait for a store that does not answer.
const AT_ONCE: usize = 8;

/// What every case begins with.
struct Before {
    bucket: Bucket,
    snapshot: Snapshot,
    due: Vec<String>,
    held: String,
    /// Cases begun: each has a place of its own in the bucket.
    begun: AtomicUsize,
}

/// A data folder whose objects are in the bucket.
struct Place {
    folder: tempfile::TempDir,
    program: Program,
    prefix: String,
}

fn prepare(bucket: Bucket) -> Before {
    let archive = Archive::new();
    let program = &archive.program;
    let due: Vec<String> = (0..2).map(|_| archive.import_old(&[])).collect();
    let held = archive.import_old(&[]);
    program.json(["hold", "place", &held, "--reason", "case 7"]);
    Before {
        bucket,
        snapshot: Snapshot::of(program.data()),
        due,
        held,
        begun: AtomicUsize::new(0),
    }
}

impl Place {
    /// Has the program ask for its objects at a port of the loopback.
    fn ask_at(&self, port: u16) {
        let settings = Bucket::settings(&self.folder.path().join("secrets"), port, &self.prefix);
        self.program
            .configure(&format!("{settings}\n[intake_log]\nreserve_bytes = \"64 KiB\"\n"));
    }
}

impl Before {
    /// The folder and its objects, each of these in two versions.
    fn lay_out(&self) -> Place {
        let prefix = format!("case-{}", self.begun.fetch_add(1, Ordering::SeqCst));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        self.snapshot.lay_out(&data);
        for (name, bytes) in self.snapshot.files() {
            let Ok(key) = name.strip_prefix("objects") else {
                continue;
            };
            let key = format!("{prefix}/{}", key.to_str().expect("UTF-8"));
            self.bucket.put(&key, b"an earlier version");
            self.bucket.put(&key, bytes);
        }
        std::fs::remove_dir_all(data.join("objects")).expect("they are in the bucket");
        Place {
            folder,
            program: Program::new(env!("CARGO_BIN_EXE_obhut"), &data),
            prefix,
        }
    }

    fn versions_of(&self, place: &Place, session: &str) -> usize {
        self.bucket.versions_of(&place.prefix, session)
    }

    /// A run with a break; the requests that came, and whether it came to its end all the same.
    fn run(&self, place: &Place, broken: Option<(Break, usize)>) -> (usize, bool) {
        let running: Running = Arc::default();
        let between = Between::start(self.bucket.port(), broken, running.clone());
        place.ask_at(between.port());
        let (mut said, finished) = {
            // No request is served before the program is there to be killed.
            let mut here = running.lock().expect("no thread panicked");
            let mut child = place
                .program
                .command(["retention", "run"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .expect("it runs");
            let said = child.stdout.take().expect("its output");
            *here = Some(child);
            (said, running.clone())
        };
        // Its output ends with it.
        said.read_to_end(&mut Vec::new()).expect("its output");
        let child = finished.lock().expect("no thread panicked").take();
        let status = child.expect("it is there").wait().expect("it has ended");
        (between.requests(), status.success())
    }

    /// A run without a break comes to the end that a run without any comes to.
    fn converges(&self, place: &Place, held_versions: usize) {
        let program = &place.program;
        let lines = program.json(["retention", "run"]);
        let sums = lines.last().expect("sums");
        assert_eq!(
            (&sums["waiting"], &sums["failed"]),
            (&json!(0), &json!(0)),
            "{lines:?}"
        );
        for session in &self.due {
            assert_eq!(self.versions_of(place, session), 0);
        }
        assert_eq!(self.versions_of(place, &self.held), held_versions);
        let mut tombstones = expect_clean(program, true).tombstones();
        tombstones.sort();
        let mut due = self.due.clone();
        due.sort();
        assert_eq!(tombstones, due);
        let certificates = program.json(["retention", "certificate", "list"]);
        assert_eq!(certificates.len(), due.len());
        let listed = program.json(["sessions"]);
        assert_eq!((listed.len(), &listed[0]["session"]), (1, &json!(self.held)));
    }
}

#[test]
fn a_deletion_over_s3_that_breaks_off_anywhere_is_finished_by_the_next_run() {
    let Some(bucket) = Bucket::start() else { return };
    let before = prepare(bucket);
    let whole = before.lay_out();
    let held_versions = before.versions_of(&whole, &before.held);
    assert!(
        held_versions >= 8,
        "each object of the held session in two versions"
    );
    let (requests, finished) = before.run(&whole, None);
    assert!(finished && requests > 20, "{requests} requests");
    whole.ask_at(before.bucket.port());
    before.converges(&whole, held_versions);

    let mut kinds = vec![
        Break::KilledBefore,
        Break::KilledAfter,
        Break::Unanswered,
        Break::Refused,
        Break::Failing,
    ];
    if std::env::var_os("OBHUT_CAMPAIGN").is_some() {
        // The client waits for minutes.
        kinds.push(Break::Silent);
    }
    let mut all: Vec<(Break, usize)> = kinds
        .iter()
        .flat_map(|kind| (1..=requests).map(|nth| (*kind, nth)))
        .collect();
    let (count, cases) = (count_from("OBHUT_FAULTS", 16, usize::MAX), all.len());
    let mut dice = Dice::new(seed());
    let mut chosen = Vec::new();
    while chosen.len() < count && !all.is_empty() {
        let at = usize::try_from(dice.below(all.len() as u64)).expect("an index");
        chosen.push(all.swap_remove(at));
    }
    let finished = AtomicUsize::new(0);
    let left = Mutex::new(chosen.iter());
    let take = || left.lock().expect("no thread panicked").next();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = take() {
                    let place = before.lay_out();
                    let (came, ended) = before.run(&place, Some(*case));
                    eprintln!("{case:?}: {came} requests, finished: {ended}");
                    finished.fetch_add(usize::from(ended), Ordering::SeqCst);
                    place.ask_at(before.bucket.port());
                    // Half done is no damage.
                    expect_clean(&place.program, true);
                    before.converges(&place, held_versions);
                }
            });
        }
    });
    eprintln!(
        "{} of {cases} cases over {requests} requests; {} runs came to their end all the same",
        chosen.len(),
        finished.into_inner()
    );
}
