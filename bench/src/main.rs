//! `make bench`: the program's speed beside the limit of the machine and beside other programs.
//!
//! Every comparison is made in one run, in rounds that take turns, so that what else the machine does meets both
//! sides. It measures the program as it is built for release, from outside, through its commands and its HTTP
//! interface; only the ledger is measured through the library, because no command does nothing but append to it.
//!
//! Prints a table and writes JSON. What each line means stands in `docs/benchmarks.md`.

mod copies;
mod disk;
mod export;
mod frames;
mod http;
mod intake;
mod ledger;
mod limit;
mod program;
mod purge;
mod report;
mod restic;
mod review;
mod stored;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};

use crate::program::Program;
use crate::report::Report;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Frames over HTTP, beside the limit of disk and cipher
    Intake,
    /// Import, verify and restore, beside restic
    Stored,
    /// Access records with their ledger leaves
    Ledger,
    /// Lists, frames and seeks at the review address
    Review,
    /// Deletion of what is due, among few and among many, and beside restic
    Purge,
    /// Evidence bundles, beside sha256sum and zip
    Export,
}

/// Measures obhut beside the limit of the machine and beside other programs.
#[derive(Debug, Parser)]
struct Options {
    /// The program that is measured
    #[arg(long, default_value = "target/release/obhut", value_name = "FILE")]
    obhut: PathBuf,
    /// Where the figures are written as JSON
    #[arg(long, default_value = "target/bench.json", value_name = "FILE")]
    out: PathBuf,
    /// The folder in which everything happens; it is on the disk that is measured, and is emptied at the end
    #[arg(long, default_value = "target", value_name = "DIR")]
    work: PathBuf,
    /// Folders of screenshots that the archive is made of; noise without it
    #[arg(long, env = "OBHUT_CORPUS", value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Only these parts
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "intake,stored,ledger,review,purge"
    )]
    only: Vec<Part>,
    /// Rounds of each comparison
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Megabytes sent, and written to find the limit, in each round
    #[arg(long, default_value_t = 500, value_name = "MB")]
    round_mb: u64,
    /// Megabytes of files that are imported
    #[arg(long, default_value_t = 1_200, value_name = "MB")]
    stored_mb: u64,
    /// Sessions in the archive whose lists are measured
    #[arg(long, default_value_t = 100_000)]
    sessions: usize,
    /// How many times as many sessions the larger archive has of which 1,000 are deleted; the smaller has 10,000
    #[arg(long, default_value_t = 10, value_name = "TIMES")]
    purge_times: usize,
    /// Sessions, and restic's snapshots of them, of which a tenth is deleted
    #[arg(long, default_value_t = 1_000)]
    snapshots: usize,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let begun = Instant::now();
    fs::create_dir_all(&options.work)
        .with_context(|| format!("the folder {} can't be made", options.work.display()))?;
    // Goes with everything in it when this value does, also after an error.
    let work = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(&options.work)
        .context("no folder to work in")?;
    let program = Program::find(&options.obhut)?;
    let mut report = Report::default();
    if options.only.contains(&Part::Intake) {
        intake::measure(&options, &program, work.path(), &mut report).context("intake")?;
    }
    if options.only.contains(&Part::Stored) {
        stored::measure(&options, &program, work.path(), &mut report).context("import, verify, restore")?;
    }
    if options.only.contains(&Part::Ledger) {
        ledger::measure(&options, work.path(), &mut report).context("ledger")?;
    }
    if options.only.contains(&Part::Review) {
        review::measure(&options, &program, work.path(), &mut report).context("review")?;
    }
    if options.only.contains(&Part::Purge) {
        purge::measure(&options, &program, work.path(), &mut report).context("purge")?;
    }
    if options.only.contains(&Part::Export) {
        export::measure(&options, &program, work.path(), &mut report).context("export")?;
    }
    report.took(begun.elapsed());
    print!("{report}");
    fs::write(&options.out, report.to_json())
        .with_context(|| format!("{} can't be written", options.out.display()))?;
    eprintln!("figures in {}", options.out.display());
    Ok(())
}
