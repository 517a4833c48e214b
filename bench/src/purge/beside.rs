//! The same sessions deleted by obhut and by restic: a snapshot for each session, and the same share of them goes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Due, PART, filled};
use crate::Options;
use crate::disk::{bytes_in, number, settle};
use crate::frames;
use crate::program::{Program, run};
use crate::report::Report;
use crate::restic::Restic;

/// Of so many sessions one goes.
const OF: usize = 10;

/// Backups under way at a time while the repository is made; restic waits in each for its own lock.
const AT_ONCE: usize = 6;

/// restic's deletion takes long; more rounds tell nothing new.
const ROUNDS: usize = 3;

const TAG: &str = "due";

pub(super) fn measure(options: &Options, program: &Program, work: &Path, report: &mut Report) -> Result<()> {
    let (sessions, due) = (options.snapshots, options.snapshots / OF);
    let Some(restic) = Restic::init(work)? else {
        report.note("there is no restic on this machine: nothing is compared with its deletions");
        return Ok(());
    };
    eprintln!("purge: making a repository of {sessions} snapshots");
    let files = work.join("sessions");
    back_up(&restic, &files, sessions, due)?;
    let ids = due_snapshots(&restic)?;
    let made = Repository::keep(&restic, &work.join("restic.aside"))?;
    let archive = Due::make(program, &work.join("beside"), sessions, due)?;
    report.note(format!(
        "purge: {due} of {sessions} sessions of one frame of 8 kB; {} snapshots of the same files in {}, {} bytes in its packs",
        sessions,
        restic.version,
        bytes_in(&restic.packs())?
    ));
    for round in 0..options.rounds.min(ROUNDS) {
        eprintln!(
            "purge: round {} of {} beside restic",
            round + 1,
            options.rounds.min(ROUNDS)
        );
        let ours = archive.run(program)?;
        made.put_back()?;
        settle();
        let mut arguments = vec!["forget", "--prune"];
        arguments.extend(ids.iter().map(String::as_str));
        let theirs = restic.run(&arguments)?;
        let each = |took: Duration| took.as_secs_f64() * 1e3 / number(due as u64);
        report.add(
            PART,
            &format!("obhut retention run, {due} of {sessions}"),
            "ms",
            each(ours),
        );
        report.add(
            PART,
            &format!("restic forget --prune, {due} of {sessions}"),
            "ms",
            each(theirs),
        );
        report.ratio(
            PART,
            "restic forget --prune / retention run, whole commands",
            Some((10.0, 10.0)),
            theirs.as_secs_f64() / ours.as_secs_f64(),
        );
    }
    // What is left must be whole on both sides.
    restic.run(&["check"])?;
    archive.end(program)?;
    fs::remove_dir_all(&files)?;
    Ok(())
}

/// A backup of each session's folder.
fn back_up(restic: &Restic, files: &Path, sessions: usize, due: usize) -> Result<()> {
    let next = Mutex::new(0..sessions);
    let work = || -> Result<()> {
        loop {
            let Some(n) = next.lock().ok().and_then(|mut next| next.next()) else {
                return Ok(());
            };
            let folder = files.join(n.to_string());
            fs::create_dir_all(&folder)?;
            fs::write(folder.join("1.png"), frames::small(n))?;
            let folder = folder.to_str().context("a path is not UTF-8")?;
            let tag = if filled::is_due(n, sessions, due) {
                TAG
            } else {
                "kept"
            };
            restic.run(&["backup", "--tag", tag, folder])?;
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| anyhow::bail!("a backup panicked"))
        })
    })
}

fn due_snapshots(restic: &Restic) -> Result<Vec<String>> {
    let out = restic.ask(&["snapshots", "--json", "--tag", TAG])?;
    let snapshots: Vec<Value> = serde_json::from_str(&out)?;
    let id = |snapshot: &Value| snapshot["id"].as_str().map(str::to_owned);
    snapshots
        .iter()
        .map(|snapshot| id(snapshot).context("a snapshot without a name"))
        .collect()
}

/// A repository as it was before a deletion.
struct Repository<'a> {
    restic: &'a Restic,
    aside: PathBuf,
}

impl<'a> Repository<'a> {
    fn keep(restic: &'a Restic, aside: &Path) -> Result<Self> {
        copy(restic.folder(), aside)?;
        Ok(Self {
            restic,
            aside: aside.to_owned(),
        })
    }

    fn put_back(&self) -> Result<()> {
        fs::remove_dir_all(self.restic.folder())?;
        copy(&self.aside, self.restic.folder())
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut copy = std::process::Command::new("cp");
    copy.arg("--archive")
        .arg("--no-target-directory")
        .arg(from)
        .arg(to);
    run(&mut copy).map(drop)
}
