//! Seeks on the screen of a real browser, by the story in `player/web/e2e/seek.mjs`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::PART;
use super::login::{NAME, PASSWORD};
use crate::report::Report;

const STORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../player/web/e2e/seek.mjs");

/// Milliseconds from the input to the exact frame on the screen.
const MEDIAN_MS: f64 = 100.0;
const P99_MS: f64 = 250.0;

pub(super) fn measure(origin: &str, session: &str, report: &mut Report) -> Result<()> {
    let modules = Path::new(STORY).with_file_name("..").join("node_modules");
    if !modules.is_dir() {
        report.note("review: seeks on the screen were not measured: player/web/node_modules is not there (scripts/setup web)");
        return Ok(());
    }
    eprintln!("review: seeks on the screen");
    let mut story = Command::new("node");
    story
        .arg(STORY)
        .env("OBHUT_WEB", origin)
        .env("OBHUT_WEB_NAME", NAME)
        .env("OBHUT_WEB_PASSWORD", PASSWORD)
        .env("OBHUT_WEB_SESSION", session);
    // Its exit code says whether the figures are met; here they are told whatever they are.
    let told = story.output().context("node can't be started")?;
    let said = String::from_utf8_lossy(&told.stdout);
    let figures = said
        .lines()
        .last()
        .and_then(|line| serde_json::from_str(line).ok());
    let Some(said): Option<Value> = figures else {
        bail!(
            "the story told no figures: {}",
            String::from_utf8_lossy(&told.stderr)
        );
    };
    let figure = |pointer: &str| {
        let found = said.pointer(pointer).and_then(Value::as_f64);
        found.with_context(|| format!("the story did not measure {pointer}"))
    };
    let (median, p99) = (figure("/seek_ms/median")?, figure("/seek_ms/p99")?);
    if figure("/seek_ms/inexact")? > 0.0 {
        bail!("a seek ended on another picture than the exact frame: {said}");
    }
    report.add(PART, "seek to the exact frame on the screen, p50", "ms", median);
    report.add(PART, "seek to the exact frame on the screen, p99", "ms", p99);
    report.ratio(
        PART,
        "seek: 100 ms over its median",
        Some((1.0, 1.0)),
        MEDIAN_MS / median,
    );
    report.ratio(PART, "seek: 250 ms over its p99", Some((1.0, 1.0)), P99_MS / p99);
    report.add(
        PART,
        "play at 16x: time stood still, of 20 s",
        "ms",
        figure("/play/stalled_ms")?,
    );
    report.add(
        PART,
        "play at 16x: longest time stood still",
        "ms",
        figure("/play/longest_stall_ms")?,
    );
    Ok(())
}
