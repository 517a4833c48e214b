//! Import, verification and restoring of the same files, beside restic.
//!
//! Everything is in the page cache on both sides: what is compared is the programs' work, not the disk's. Rates of
//! verification are over the bytes that each side stores, which is what it has to read.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::Options;
use crate::copies::{self, Copies};
use crate::disk::{bytes_in, number, settle};
use crate::program::Program;
use crate::report::Report;
use crate::restic::Restic;

const IMPORT: &str = "import";
const VERIFY: &str = "verify";
const RESTORE: &str = "restore";

/// Each round reads everything several times; more rounds would make the run too long.
const ROUNDS: usize = 3;

pub(crate) fn measure(options: &Options, program: &Program, work: &Path, report: &mut Report) -> Result<()> {
    let data = work.join("archive");
    let files = work.join("files");
    eprintln!("stored: making files");
    let copies = copies::make(options.corpus.as_deref(), &files, options.stored_mb * 1_000_000)?;
    let original = number(copies.bytes);
    settle();

    eprintln!("stored: import");
    let (sessions, import) = import(program, &data, &copies)?;
    let stored = bytes_in(&data.join("objects"))?;
    report.add(IMPORT, "obhut import", "MB/s", rate(original, import));
    let restic = Restic::init(work)?;
    let mut packs = 0;
    match &restic {
        Some(restic) => {
            settle();
            let backup = restic.run(&["backup", path(&files)?])?;
            packs = bytes_in(&restic.packs())?;
            report.add(IMPORT, "restic backup", "MB/s", rate(original, backup));
            report.ratio(IMPORT, "import / restic backup", None, ratio(backup, import));
        }
        None => report.note("there is no restic on this machine: nothing is compared with it"),
    }
    report.note(format!(
        "stored: {} files, {original:.0} bytes, {}; stored as {stored} bytes by obhut{}",
        copies.files,
        copies.of,
        restic.as_ref().map_or_else(String::new, |restic| format!(
            ", as {packs} bytes by {}",
            restic.version
        )),
    ));
    settle();
    for round in 0..options.rounds.min(ROUNDS) {
        eprintln!("stored: round {} of {}", round + 1, options.rounds.min(ROUNDS));
        verify(program, &data, stored, restic.as_ref(), packs, report)?;
        restore(program, &data, &sessions, original, restic.as_ref(), work, report)?;
    }
    fs::remove_dir_all(&data)?;
    fs::remove_dir_all(&files)?;
    Ok(())
}

fn import(program: &Program, data: &Path, copies: &Copies) -> Result<(Vec<String>, Duration)> {
    let mut arguments = vec!["import", "--json"];
    for session in &copies.sessions {
        arguments.push(path(session)?);
    }
    let (out, took) = program.run(data, &arguments)?;
    let mut sessions = Vec::new();
    let mut bytes = 0;
    for line in out.lines() {
        let line: Value = serde_json::from_str(line).context("import")?;
        sessions.push(line["session"].as_str().context("no session")?.to_owned());
        bytes += line["bytes"].as_u64().unwrap_or(0);
    }
    ensure!(
        bytes >= copies.bytes,
        "{bytes} bytes of {} were imported",
        copies.bytes
    );
    Ok((sessions, took))
}

fn verify(
    program: &Program,
    data: &Path,
    stored: u64,
    restic: Option<&Restic>,
    packs: u64,
    report: &mut Report,
) -> Result<()> {
    let (_, plain) = program.run(data, &["verify"])?;
    let (_, deep) = program.run(data, &["verify", "--deep"])?;
    report.add(VERIFY, "obhut verify", "MB/s", rate(number(stored), plain));
    report.add(VERIFY, "obhut verify --deep", "MB/s", rate(number(stored), deep));
    let Some(restic) = restic else { return Ok(()) };
    let check = restic.run(&["check", "--read-data"])?;
    // Its key derivation is slow on purpose, and the same however much there is to check.
    let opening = restic.run(&["cat", "config"])?;
    let checking = check.saturating_sub(opening);
    report.add(
        VERIFY,
        "restic check --read-data",
        "MB/s",
        rate(number(packs), check),
    );
    report.add(
        VERIFY,
        "restic: opening the repository",
        "s",
        opening.as_secs_f64(),
    );
    let theirs = rate(number(packs), checking);
    let asked = Some((3.0, 5.0));
    report.ratio(
        VERIFY,
        "verify / restic, stored bytes, without its opening",
        asked,
        rate(number(stored), plain) / theirs,
    );
    report.ratio(
        VERIFY,
        "verify / restic, the same files, whole commands",
        None,
        ratio(check, plain),
    );
    report.ratio(
        VERIFY,
        "verify --deep / restic, stored bytes, without its opening",
        None,
        rate(number(stored), deep) / theirs,
    );
    Ok(())
}

fn restore(
    program: &Program,
    data: &Path,
    sessions: &[String],
    original: f64,
    restic: Option<&Restic>,
    work: &Path,
    report: &mut Report,
) -> Result<()> {
    let to = work.join("restored");
    let mut took = Duration::ZERO;
    for session in sessions {
        let folder = to.join(session);
        took += program
            .run(data, &["restore", session, "--to", path(&folder)?])?
            .1;
    }
    let back = number(bytes_in(&to)?);
    ensure!(back >= original, "{back} bytes of {original} came back");
    fs::remove_dir_all(&to)?;
    settle();
    report.add(RESTORE, "obhut restore", "MB/s", rate(original, took));
    let Some(restic) = restic else { return Ok(()) };
    let theirs = restic.run(&["restore", "latest", "--target", path(&to)?])?;
    // obhut returns when the files are durable, restic before: the rest is waited for here.
    let begun = Instant::now();
    rustix::fs::syncfs(fs::File::open(&to)?)?;
    let durable = theirs + begun.elapsed();
    fs::remove_dir_all(&to)?;
    settle();
    report.add(RESTORE, "restic restore", "MB/s", rate(original, theirs));
    report.add(
        RESTORE,
        "restic restore, then syncfs",
        "MB/s",
        rate(original, durable),
    );
    report.ratio(
        RESTORE,
        "restore / restic restore, both durable",
        None,
        ratio(durable, took),
    );
    Ok(())
}

/// Megabytes a second.
fn rate(bytes: f64, took: Duration) -> f64 {
    bytes / 1e6 / took.as_secs_f64()
}

/// How many times as fast as `theirs` was `ours`.
fn ratio(theirs: Duration, ours: Duration) -> f64 {
    theirs.as_secs_f64() / ours.as_secs_f64()
}

fn path(path: &Path) -> Result<&str> {
    path.to_str().context("a path is not UTF-8")
}
