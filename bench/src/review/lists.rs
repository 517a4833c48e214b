//! The list of sessions, filtered in every way that the page offers.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use obhut_format::time::{SignedMicros, UtcMicros};
use serde_json::Value;

use super::filled::{self, Filled};
use super::login::{Login, add_user};
use super::{PART, Times};
use crate::Options;
use crate::disk::number;
use crate::program::Program;
use crate::report::Report;

/// What each kind of list is asked for in a round.
const ASKED: usize = 200;

/// Milliseconds that the slowest kind's p99 may take.
const LIMIT_MS: f64 = 20.0;

pub(super) fn measure(options: &Options, program: &Program, work: &Path, report: &mut Report) -> Result<()> {
    // In memory, where there is a disk for it: what is measured reads the catalog from memory anyway, and making so many
    // sessions durable takes minutes.
    let memory = tempfile::Builder::new()
        .prefix("obhut-bench-")
        .tempdir_in("/dev/shm")
        .ok();
    let data = memory
        .as_ref()
        .map_or_else(|| work.join("lists"), |memory| memory.path().join("lists"));
    eprintln!("review: making {} sessions", options.sessions);
    let begun = Instant::now();
    let filled = filled::fill(&data, options.sessions)?;
    report.note(format!(
        "review: {} sessions of {} devices made in {:.0} s",
        options.sessions,
        filled.devices.len(),
        begun.elapsed().as_secs_f64()
    ));
    add_user(program, &data, work)?;
    let server = program.serve(&data)?;
    let mut login = Login::at(server.review())?;
    let cursor = {
        let page: Value = serde_json::from_slice(&login.get("/v1/sessions?limit=200", None)?)?;
        page["next"]
            .as_str()
            .context("more than a page of sessions")?
            .to_owned()
    };
    let first_deadline = {
        let page: Value = serde_json::from_slice(&login.get("/v1/sessions?order=deadline&limit=1", None)?)?;
        let deadline = page["sessions"][0]["deadline"].as_str().context("a deadline")?;
        UtcMicros::parse(deadline)?
    };
    let open: Value = serde_json::from_slice(&login.get("/v1/sessions?state=open&limit=200", None)?)?;
    if open["sessions"].as_array().is_none_or(Vec::is_empty) {
        bail!("no session is open");
    }
    let mut slowest = 0.0_f64;
    eprintln!("review: lists");
    for (what, paths) in kinds(&filled, first_deadline, &cursor) {
        let mut times = Times::default();
        for n in 0..ASKED {
            let path = &paths[n % paths.len()];
            let begun = Instant::now();
            login.get(path, None)?;
            times.add(begun.elapsed());
        }
        times.tell(&format!("list: {what}"), report);
        slowest = slowest.max(times.quantile(0.99));
    }
    let opened = open_newest(&mut login)?;
    let mut times = Times::default();
    for _ in 0..ASKED {
        let begun = Instant::now();
        login.get("/v1/sessions?limit=50", None)?;
        times.add(begun.elapsed());
    }
    times.tell(&format!("list: all, {opened} of its 50 with a grant"), report);
    slowest = slowest.max(times.quantile(0.99));
    let ratio = LIMIT_MS / slowest;
    report.ratio(
        PART,
        "list: 20 ms over the slowest list's p99",
        Some((1.0, 1.0)),
        ratio,
    );
    report.add(PART, "list: sessions", "", number(options.sessions as u64));
    Ok(())
}

/// Opens the newest sessions, as somebody does who works through them; how many. Their titles stand in the list from then on.
fn open_newest(login: &mut Login) -> Result<usize> {
    const OPENED: usize = 20;
    let page: Value = serde_json::from_slice(&login.get(&format!("/v1/sessions?limit={OPENED}"), None)?)?;
    let sessions = page["sessions"].as_array().context("sessions")?;
    for session in sessions {
        login.open(session["session"].as_str().context("a session's id")?)?;
    }
    Ok(sessions.len())
}

/// Every kind of list, with the requests that make it.
fn kinds(filled: &Filled, first_deadline: UtcMicros, cursor: &str) -> Vec<(&'static str, Vec<String>)> {
    let list = |query: &str| format!("/v1/sessions?limit=50&{query}");
    let of_devices = |more: &str| -> Vec<String> {
        filled
            .devices
            .iter()
            .map(|device| list(&format!("device={device}{more}")))
            .collect()
    };
    let kinds = ["monitoring", "support", "meeting", "training"];
    let of_kinds = |more: &str| -> Vec<String> {
        kinds
            .iter()
            .map(|kind| list(&format!("kind={kind}{more}")))
            .collect()
    };
    let days = |from: UtcMicros| -> Vec<UtcMicros> {
        (0..28)
            .filter_map(|day| from.checked_add(SignedMicros::from_days(day)))
            .collect()
    };
    let window = days(filled.begun)
        .windows(2)
        .map(|day| list(&format!("from={}&until={}", day[0], day[1])))
        .collect();
    let deadline = days(first_deadline)
        .iter()
        .map(|day| list(&format!("deadline_before={day}")))
        .collect();
    vec![
        ("all", vec![list("")]),
        ("a later page", vec![list(&format!("cursor={cursor}"))]),
        ("of a device", of_devices("")),
        ("of a device and kind", of_devices("&kind=meeting")),
        ("of a device, sealed", of_devices("&state=sealed")),
        ("of a device, held", of_devices("&held=true")),
        ("of a kind", of_kinds("")),
        ("of a kind, held", of_kinds("&held=true")),
        ("open", vec![list("state=open")]),
        ("open of a kind", of_kinds("&state=open")),
        ("held", vec![list("held=true")]),
        ("in a day", window),
        ("by deadline", vec![list("order=deadline")]),
        ("before a deadline", deadline),
        ("of a device, by deadline", of_devices("&order=deadline")),
    ]
}
