//! Frames of a long session: single ones at the server, each on record first, cold and warm, alone and beside a thousand
//! slow clients; and seeks on a browser's screen.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use super::login::{Login, add_user};
use super::{PART, Times, screen, slow};
use crate::Options;
use crate::copies;
use crate::program::Program;
use crate::report::Report;

/// Frames of a working day of eight hours at one in five seconds; the corpus has one in three.
const FRAMES: u64 = 5_760;

/// Frames of a segment, as the packer makes them by itself.
const SEGMENT: usize = 96;

/// Single frames asked for in a round.
const ASKED: u64 = 200;

/// How long slow clients are borne with.
const SLOW_FOR: Duration = Duration::from_mins(1);

pub(super) fn measure(options: &Options, program: &Program, work: &Path, report: &mut Report) -> Result<()> {
    let data = work.join("frames");
    let folder = work.join("day");
    let day = copies::day(options.corpus.as_deref(), &folder, FRAMES)?;
    eprintln!("review: importing {} frames", day.files);
    let (said, _) = program.run(&data, &["import", "--json", path(&folder)?])?;
    let said: Value = serde_json::from_str(said.lines().next().context("a session")?)?;
    let session = said["session"].as_str().context("a session's id")?.to_owned();
    std::fs::remove_dir_all(&folder)?;
    add_user(program, &data, work)?;
    let server = program.serve(&data)?;
    let mut login = Login::at(server.review())?;
    let grant = login.open(&session)?;
    let seqs = numbers(&mut login, &session, &grant)?;
    report.note(format!("review: a session of {} frames, {}", seqs.len(), day.of));

    eprintln!("review: single frames");
    let place = |seq: u64| format!("/v1/sessions/{session}/streams/0/frames/{seq}");
    let mut first = Times::default();
    // The middle of each segment: nothing of it was read since the start.
    for seqs in seqs.chunks(SEGMENT) {
        let path = place(seqs[seqs.len() / 2]);
        let begun = Instant::now();
        login.get(&path, Some(&grant))?;
        first.add(begun.elapsed());
    }
    first.tell("a frame of a segment not read before", report);
    let mut at = 0_usize;
    let mut next = || {
        // A walk that comes to every part of the session and never to the neighbour of the last.
        at = (at + 2_311) % seqs.len();
        place(seqs[at])
    };
    let mut again = Times::default();
    for _ in 0..ASKED {
        let path = next();
        let begun = Instant::now();
        login.get(&path, Some(&grant))?;
        again.add(begun.elapsed());
    }
    again.tell("a frame anywhere after that", report);

    eprintln!("review: beside slow clients");
    let beside = slow::beside(server.review(), SLOW_FOR, || {
        let path = next();
        let begun = Instant::now();
        login.get("/v1/sessions", None)?;
        login.get(&path, Some(&grant))?;
        Ok(begun.elapsed() / 2)
    })?;
    beside.tell("a request beside 1,000 slow clients", report);
    let ratio = 1_000.0 / beside.quantile(0.99);
    report.ratio(
        PART,
        "slow clients: one second over a request's p99",
        Some((1.0, 1.0)),
        ratio,
    );

    screen::measure(server.review(), &session, report)
}

fn path(folder: &Path) -> Result<&str> {
    folder.to_str().context("a path in UTF-8")
}

/// The numbers of the session's frames.
fn numbers(login: &mut Login, session: &str, grant: &str) -> Result<Vec<u64>> {
    let index = login.get(&format!("/v1/sessions/{session}/streams/0/index"), Some(grant))?;
    let index: Value = serde_json::from_slice(&index)?;
    let seqs = index["seq"].as_array().context("frame numbers")?;
    Ok(seqs.iter().filter_map(Value::as_u64).collect())
}
