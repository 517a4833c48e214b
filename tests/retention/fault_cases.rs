//! Which system calls a deletion makes, about what, and how each of them is made to fail.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use obhut_testkit::{Dice, Snapshot, Tracer};

/// Everything that changes a file or makes a change durable. A question mark: not every machine has the call.
const CHANGES: &str = "write,pwrite64,fsync,fdatasync,?rename,?renameat,?renameat2,?link,linkat,?unlink,unlinkat,ftruncate,\
                       fallocate,?mkdir,mkdirat,?rmdir";

/// What is asked of files and folders. Between two of these nothing changes, so they only fail, and never kill.
const QUESTIONS: &str = "?open,openat,read,pread64,getdents64,?newfstatat,?statx,?lstat";

/// Intake files that a short story can come to.
const INTAKE_FILES: u32 = 9;

/// Whose file a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Catalog,
    /// The write-ahead log.
    Wal,
    /// Its index.
    Shm,
    Intake,
    /// Objects of a session that goes.
    Session,
    /// Everything else: the ledger's copy and the probe, whose names are not known before, and the lock.
    Elsewhere,
}

/// What happens at the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Io,
    NoSpace,
    Killed,
}

/// One fault at the n-th call of a kind in a thread; the tracer counts each thread by itself, and of files whose names are
/// known only the calls about them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    place: Place,
    call: String,
    fault: Fault,
    nth: u32,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            place,
            call,
            fault,
            nth,
        } = self;
        write!(f, "{place:?}: {fault:?} at {call} {nth}")
    }
}

/// The paths of each place.
pub(crate) struct Places {
    data: PathBuf,
    of: BTreeMap<Place, BTreeSet<PathBuf>>,
}

impl Places {
    /// Of a data folder before its sessions `due` go.
    pub(crate) fn of(data: &Path, before: &Snapshot, due: &[String]) -> Self {
        let mut of: BTreeMap<Place, BTreeSet<PathBuf>> = BTreeMap::new();
        for (place, name) in [
            (Place::Catalog, "catalog.sqlite"),
            (Place::Wal, "catalog.sqlite-wal"),
            (Place::Shm, "catalog.sqlite-shm"),
            (Place::Intake, "intake"),
            (Place::Intake, "intake/reserve"),
        ] {
            of.entry(place).or_default().insert(data.join(name));
        }
        let intake =
            (1..=INTAKE_FILES).flat_map(|n| ["log", "new"].map(|kind| format!("intake/{n:016}.{kind}")));
        of.entry(Place::Intake)
            .or_default()
            .extend(intake.map(|name| data.join(name)));
        let session = of.entry(Place::Session).or_default();
        for (name, _) in before.files() {
            let of_one = |part: &Path| {
                part.to_str()
                    .is_some_and(|part| due.iter().any(|due| part.contains(due)))
            };
            session.extend(
                name.ancestors()
                    .filter(|part| of_one(part))
                    .map(|part| data.join(part)),
            );
            // What holds the session's own folder.
            let above = name
                .ancestors()
                .filter(|part| of_one(part))
                .last()
                .and_then(Path::parent);
            session.extend(above.map(|part| data.join(part)));
        }
        Self {
            data: data.to_owned(),
            of,
        }
    }

    /// The place that a traced line is about; `None` when it is not in the data folder.
    fn place(&self, line: &str) -> Option<Place> {
        let data = self.data.to_str().expect("a path in UTF-8");
        let path = &line[line.find(data)?..];
        let path = Path::new(path.split(['>', '"']).next()?);
        let found = self.of.iter().find(|(_, paths)| paths.contains(path));
        Some(found.map_or(Place::Elsewhere, |(place, _)| *place))
    }

    fn paths(&self, place: Place) -> impl Iterator<Item = &Path> {
        self.of.get(&place).into_iter().flatten().map(PathBuf::as_path)
    }
}

impl Case {
    /// Makes the call fail.
    pub(crate) fn tracer(&self, places: &Places) -> Tracer {
        let what = match self.fault {
            Fault::Io => "error=EIO",
            Fault::NoSpace => "error=ENOSPC",
            Fault::Killed => "signal=SIGKILL",
        };
        let mut args = vec!["-e".to_owned(), format!("trace={}", self.call)];
        let inject = format!("inject={}:{what}:when={}", self.call, self.nth);
        args.extend(["-e".to_owned(), inject]);
        for path in places.paths(self.place) {
            args.extend(["-P".to_owned(), path.to_str().expect("UTF-8").to_owned()]);
        }
        Tracer::new(args)
    }
}

/// A tracer that lets everything be.
pub(crate) fn counting() -> Tracer {
    Tracer::new(["-e".to_owned(), format!("trace={CHANGES},{QUESTIONS}")])
}

/// Thread and call of a traced line; `None` for the end of a call that was interrupted, and for signals.
fn call_of(line: &str) -> Option<(u32, &str)> {
    let (thread, rest) = line.split_once(' ')?;
    let (call, _) = rest.trim_start().split_once('(')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (!call.is_empty() && call.bytes().all(is_name)).then_some((thread.parse().ok()?, call))
}

fn is_change(call: &str) -> bool {
    CHANGES
        .split(',')
        .any(|change| change.trim_start_matches('?') == call)
}

/// Every case of a run.
pub(crate) fn cases_of(trace: &str, places: &Places) -> Vec<Case> {
    let mut about: BTreeMap<(u32, Place, String), u32> = BTreeMap::new();
    let mut all: BTreeMap<(u32, String), u32> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for line in trace.lines() {
        let Some((thread, call)) = call_of(line) else {
            continue;
        };
        let any = all.entry((thread, call.to_owned())).or_default();
        *any += 1;
        let Some(place) = places.place(line) else {
            continue;
        };
        let here = about.entry((thread, place, call.to_owned())).or_default();
        *here += 1;
        let faults: &[Fault] = if is_change(call) {
            &[Fault::Io, Fault::NoSpace, Fault::Killed]
        } else {
            &[Fault::Io]
        };
        for fault in faults {
            found.insert(Case {
                place,
                call: call.to_owned(),
                fault: *fault,
                nth: if place == Place::Elsewhere { *any } else { *here },
            });
        }
    }
    found.into_iter().collect()
}

/// So many of the cases: one of each kind in turn, so that the catalog's many writes don't crowd out the rest.
pub(crate) fn choose(all: &[Case], count: usize, dice: &mut Dice) -> Vec<Case> {
    let mut kinds: BTreeMap<_, Vec<&Case>> = BTreeMap::new();
    for case in all {
        kinds
            .entry((case.place, &case.call, case.fault))
            .or_default()
            .push(case);
    }
    let mut kinds: Vec<_> = kinds.into_values().collect();
    let mut chosen = Vec::new();
    while chosen.len() < count && !kinds.is_empty() {
        let mut turn = std::mem::take(&mut kinds);
        while let Some(mut kind) = take(&mut turn, dice) {
            let case = take(&mut kind, dice).expect("no kind is empty");
            chosen.push(case.clone());
            if !kind.is_empty() {
                kinds.push(kind);
            }
        }
    }
    chosen.truncate(count);
    chosen
}

fn take<T>(from: &mut Vec<T>, dice: &mut Dice) -> Option<T> {
    let count = from.len() as u64;
    (count > 0).then(|| from.swap_remove(usize::try_from(dice.below(count)).expect("an index")))
}
