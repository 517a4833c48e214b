//! Which calls there are, and which of them are tried.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use obhut_testkit::Dice;

/// When the tracer begins to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Moment {
    /// With the process: recovery of a killed program's folder, and what follows.
    Start,
    /// When the server is ready.
    Life,
}

/// Whose file a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Intake,
    Catalog,
    /// The seal line of the session that was there before: the one object whose name is known.
    Seal,
    Objects,
}

/// What happens at the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    Io,
    NoSpace,
    Killed,
}

/// One fault at the n-th call of a kind in a thread; the tracer counts each thread by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    pub(crate) moment: Moment,
    pub(crate) part: Part,
    pub(crate) call: String,
    pub(crate) fault: Fault,
    pub(crate) nth: u32,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            moment,
            part,
            call,
            fault,
            nth,
        } = self;
        write!(f, "{moment:?}, {part:?}: {fault:?} at {call} {nth}")
    }
}

impl Case {
    /// The tracer's words for it.
    pub(crate) fn injection(&self) -> String {
        let what = match self.fault {
            Fault::Io => "error=EIO",
            Fault::NoSpace => "error=ENOSPC",
            Fault::Killed => "signal=SIGKILL",
        };
        format!("inject={}:{what}:when={}", self.call, self.nth)
    }
}

/// The part of the data folder that a traced line is about.
fn part_of(line: &str, data: &Path, seal: &Path) -> Option<Part> {
    let data = data.to_str().expect("a path in UTF-8");
    let path = &line[line.find(data)? + data.len()..];
    let path = path.split(['>', '"']).next()?;
    if path.starts_with("/intake") {
        Some(Part::Intake)
    } else if path.strip_prefix('/').is_some_and(|path| Path::new(path) == seal) {
        Some(Part::Seal)
    } else if path.starts_with("/objects") {
        Some(Part::Objects)
    } else {
        (path.is_empty() || path.starts_with("/catalog")).then_some(Part::Catalog)
    }
}

/// Thread and call of a traced line; `None` for the end of a call that was interrupted, and for signals.
fn call_of(line: &str) -> Option<(u32, &str)> {
    let (thread, rest) = line.split_once(' ')?;
    let (call, _) = rest.trim_start().split_once('(')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (!call.is_empty() && call.bytes().all(is_name)).then_some((thread.parse().ok()?, call))
}

/// All cases of a run. Of files whose names are known the tracer counts only the calls about them; most objects' names
/// are not known before, so there it counts every call.
pub(crate) fn from_trace(trace: &str, data: &Path, seal: &Path, moment: Moment) -> Vec<Case> {
    let mut about: BTreeMap<(u32, Part, String), u32> = BTreeMap::new();
    let mut all: BTreeMap<(u32, String), u32> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for line in trace.lines() {
        let Some((thread, call)) = call_of(line) else {
            continue;
        };
        let any = all.entry((thread, call.to_owned())).or_default();
        *any += 1;
        let Some(part) = part_of(line, data, seal) else {
            continue;
        };
        let here = about.entry((thread, part, call.to_owned())).or_default();
        *here += 1;
        let nth = if part == Part::Objects { *any } else { *here };
        for fault in [Fault::Io, Fault::NoSpace, Fault::Killed] {
            // To wake its own threads the program writes, too, and that cannot fail. So errors of an object's writes
            // are given at the seal line; all of them are killed.
            if (part, call) == (Part::Objects, "write") && fault != Fault::Killed {
                continue;
            }
            found.insert(Case {
                moment,
                part,
                call: call.to_owned(),
                fault,
                nth,
            });
        }
    }
    found.into_iter().collect()
}

/// So many of the cases: one of each kind in turn, so that the catalog's many writes don't crowd out the rest.
pub(crate) fn choose(all: &[Case], count: usize, dice: &mut Dice) -> Vec<Case> {
    let mut kinds: BTreeMap<_, Vec<&Case>> = BTreeMap::new();
    for case in all {
        let kind = (case.part, &case.call, case.fault, case.moment);
        kinds.entry(kind).or_default().push(case);
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
