//! The review address: lists over many sessions, single frames at the server, the same beside a thousand slow clients, and
//! seeks on the screen of a real browser.

mod filled;
mod frames;
mod lists;
mod login;
mod screen;
mod slow;

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::Options;
use crate::program::Program;
use crate::report::Report;

const PART: &str = "review";

pub(crate) fn measure(options: &Options, program: &Program, work: &Path, report: &mut Report) -> Result<()> {
    lists::measure(options, program, work, report)?;
    frames::measure(options, program, work, report)
}

/// How long each of many took.
#[derive(Debug, Default)]
struct Times(Vec<f64>);

impl Times {
    fn add(&mut self, took: Duration) {
        self.0.push(took.as_secs_f64() * 1e3);
    }

    /// The time in milliseconds that this share of them did not exceed.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index into a short list"
    )]
    fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let at = (share * sorted.len() as f64).ceil() as usize;
        sorted.get(at.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    }

    /// Adds median and p99 of a thing to the report.
    fn tell(&self, what: &str, report: &mut Report) {
        report.add(PART, &format!("{what}, p50"), "ms", self.quantile(0.5));
        report.add(PART, &format!("{what}, p99"), "ms", self.quantile(0.99));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_times() {
        let times = Times((1..=100).map(f64::from).collect());
        assert!((times.quantile(0.5) - 50.0).abs() < f64::EPSILON);
        assert!((times.quantile(0.99) - 99.0).abs() < f64::EPSILON);
        assert!(Times::default().quantile(0.5).is_nan());
    }
}
