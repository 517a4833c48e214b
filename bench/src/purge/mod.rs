//! What a deletion costs: of many due sessions among few and among ten times as many that stay, and beside restic.
//!
//! Timed is the whole command `obhut retention run`, which opens the archive, plans, deletes, signs the certificates and
//! closes the archive again. Every round begins with the same bytes.

mod beside;
mod filled;
mod pristine;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::Options;
use crate::disk::{number, settle};
use crate::program::Program;
use crate::report::Report;
use pristine::Pristine;

const PART: &str = "purge";

/// How many sessions are due.
const DUE: usize = 1_000;

/// The smaller archive has so many sessions, and the larger `--purge-times` as many.
const FEW: usize = 10_000;

pub(crate) fn measure(options: &Options, program: &Program, work: &Path, report: &mut Report) -> Result<()> {
    scale(options, program, work, report)?;
    beside::measure(options, program, work, report)
}

/// 1,000 among 10,000 and among more.
fn scale(options: &Options, program: &Program, work: &Path, report: &mut Report) -> Result<()> {
    let many = FEW * options.purge_times;
    let archives =
        [FEW, many].map(|sessions| Due::make(program, &work.join(format!("of-{sessions}")), sessions, DUE));
    let [few, many] = archives.map(|made| made.context("an archive can't be made"));
    let (few, many) = (few?, many?);
    for round in 0..options.rounds {
        eprintln!("purge: round {} of {}", round + 1, options.rounds);
        // The two take turns in being first.
        let mut took = [Duration::ZERO; 2];
        let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
        for of in order {
            let archive = [&few, &many][of];
            took[of] = archive.run(program)?;
            let each = took[of].as_secs_f64() * 1e3 / number(DUE as u64);
            report.add(
                PART,
                &format!("a session of {DUE} among {}", archive.sessions),
                "ms",
                each,
            );
        }
        let [of_few, of_many] = took.map(|took| took.as_secs_f64());
        report.ratio(
            PART,
            &format!("a session among {} / among {}", few.sessions, many.sessions),
            // A third more, and a fifth more.
            Some((1.0 / 1.3, 1.0 / 1.2)),
            of_few / of_many,
        );
    }
    for archive in [few, many] {
        archive.end(program)?;
    }
    Ok(())
}

/// An archive with sessions that are due.
struct Due {
    data: PathBuf,
    sessions: usize,
    going: usize,
    pristine: Pristine,
    aside: PathBuf,
}

impl Due {
    /// Makes one, and lets the program look whether it is whole.
    fn make(program: &Program, data: &Path, sessions: usize, due: usize) -> Result<Self> {
        eprintln!("purge: making an archive of {sessions} sessions, {due} of them due");
        let going = filled::fill(data, sessions, due)?;
        program.run(data, &["verify"])?;
        let aside = data.with_extension("aside");
        Ok(Self {
            data: data.to_owned(),
            sessions,
            going: due,
            pristine: Pristine::keep(data, &aside, &going)?,
            aside,
        })
    }

    /// Deletes what is due, from the same beginning each time.
    fn run(&self, program: &Program) -> Result<Duration> {
        self.pristine.put_back()?;
        settle();
        let (out, took) = program.run(&self.data, &["retention", "run", "--json"])?;
        let sums: Value = serde_json::from_str(out.lines().last().context("no sums")?)?;
        ensure!(
            sums["deleted"].as_u64() == Some(self.going as u64),
            "not all that is due was deleted: {sums}"
        );
        Ok(took)
    }

    /// Lets the program look whether all is well after the last deletion, and takes the archive away.
    fn end(self, program: &Program) -> Result<()> {
        program.run(&self.data, &["verify"])?;
        fs::remove_dir_all(&self.data)?;
        fs::remove_dir_all(&self.aside)?;
        Ok(())
    }
}
