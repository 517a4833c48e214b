//! Export of an evidence bundle, beside `sha256sum` and `zip` of the same files: what somebody would do by hand who wants them
//! together, with a list that shows any change. Both are durable at the end.
//!
//! The bundle holds more: records, chain lines, the ledger's proof, a report, and a signature over the list; and every byte of
//! it was decrypted, unpacked and compared with its record on the way.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::Options;
use crate::copies;
use crate::disk::{number, settle};
use crate::program::{Program, run};
use crate::report::Report;

const PART: &str = "export";

/// Frames of the long session and of the short one: a timeline of the corpus as often as it takes.
const LONG: u64 = 1_440;
const SHORT: u64 = 1;

pub(crate) fn measure(options: &Options, program: &Program, work: &Path, report: &mut Report) -> Result<()> {
    let data = work.join("exported");
    let mut sessions = Vec::new();
    for (name, frames) in [("long", LONG), ("short", SHORT)] {
        let files = work.join(name);
        let made = copies::day(options.corpus.as_deref(), &files, frames)?;
        let folder = files.to_str().context("a path is not UTF-8")?;
        let (out, _) = program.run(&data, &["import", "--json", folder])?;
        let line: Value = serde_json::from_str(out.trim()).context("import")?;
        let session = line["session"].as_str().context("no session")?.to_owned();
        report.note(format!(
            "export: the {name} session has {} files, {} bytes, {}",
            made.files, made.bytes, made.of
        ));
        sessions.push((name, files, session, number(made.bytes) / 1e6));
    }
    let zip = run(Command::new("zip").arg("-v")).is_ok();
    if !zip {
        report.note("there is no zip on this machine: nothing is compared with the export");
    }
    for round in 0..options.rounds {
        eprintln!("export: round {} of {}", round + 1, options.rounds);
        for (name, files, session, megabytes) in &sessions {
            settle();
            let ours = export(program, &data, session, &work.join("bundle.zip"))?;
            let rate = |took: Duration| megabytes / took.as_secs_f64();
            report.add(PART, &format!("obhut export, {name}"), "MB/s", rate(ours));
            if !zip {
                continue;
            }
            settle();
            let theirs = by_hand(files, work)?;
            report.add(
                PART,
                &format!("sha256sum, then zip -0, {name}"),
                "MB/s",
                rate(theirs),
            );
            let what = format!("export / sha256sum and zip, both durable, {name}");
            report.ratio(PART, &what, None, theirs.as_secs_f64() / ours.as_secs_f64());
        }
    }
    for (_, files, ..) in &sessions {
        fs::remove_dir_all(files)?;
    }
    fs::remove_dir_all(&data)?;
    Ok(())
}

fn export(program: &Program, data: &Path, session: &str, to: &Path) -> Result<Duration> {
    let out = to.to_str().context("a path is not UTF-8")?;
    let (_, took) = program.run(data, &["export", session, "--out", out])?;
    ensure!(fs::metadata(to)?.len() > 0, "the bundle is empty");
    fs::remove_file(to)?;
    Ok(took)
}

/// A list of all digests, and an archive of the files that packs nothing: screenshots are packed already.
fn by_hand(files: &Path, work: &Path) -> Result<Duration> {
    let (sums, zip) = (work.join("SHA256SUMS"), work.join("files.zip"));
    let begun = Instant::now();
    let mut digests = Command::new("sh");
    digests
        .current_dir(files)
        .args(["-c", "find . -type f -print0 | xargs -0 sha256sum >\"$0\""])
        .arg(&sums);
    run(&mut digests)?;
    let mut packed = Command::new("zip");
    packed
        .current_dir(files)
        .args(["-0", "-q", "-r"])
        .arg(&zip)
        .arg(".");
    run(&mut packed)?;
    for file in [&sums, &zip] {
        File::open(file)?.sync_all()?;
    }
    File::open(work)?.sync_all()?;
    let took = begun.elapsed();
    fs::remove_file(&sums)?;
    fs::remove_file(&zip)?;
    Ok(took)
}
