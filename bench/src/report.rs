//! Figures as they come, and the table and the JSON made from them.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

/// All measurements of a run, in the order in which they are shown.
#[derive(Debug, Default)]
pub(crate) struct Report {
    lines: Vec<Line>,
    ratios: Vec<Ratio>,
    notes: Vec<String>,
    seconds: f64,
}

/// One thing measured several times.
#[derive(Debug)]
struct Line {
    part: &'static str,
    what: String,
    unit: &'static str,
    values: Vec<f64>,
}

/// One thing over another, round by round.
#[derive(Debug)]
struct Ratio {
    part: &'static str,
    what: String,
    /// The least that is asked for, and what is aimed at.
    asked: Option<(f64, f64)>,
    values: Vec<f64>,
}

/// Median, least and greatest.
#[derive(Debug, Clone, Copy)]
struct Summary {
    median: f64,
    min: f64,
    max: f64,
}

impl Summary {
    fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
        let middle = sorted.len() / 2;
        let median = if sorted.len().is_multiple_of(2) && middle > 0 {
            f64::midpoint(at(middle - 1), at(middle))
        } else {
            at(middle)
        };
        Self {
            median,
            min: at(0),
            max: at(sorted.len().saturating_sub(1)),
        }
    }
}

impl Report {
    /// Adds one round's value of a line, which is made when it is new.
    pub(crate) fn add(&mut self, part: &'static str, what: &str, unit: &'static str, value: f64) {
        let known = self
            .lines
            .iter_mut()
            .find(|line| line.part == part && line.what == what);
        if let Some(line) = known {
            line.values.push(value);
            return;
        }
        self.lines.push(Line {
            part,
            what: what.to_owned(),
            unit,
            values: vec![value],
        });
    }

    /// Adds one round's ratio. `asked` is the least that is asked for, and what is aimed at.
    pub(crate) fn ratio(&mut self, part: &'static str, what: &str, asked: Option<(f64, f64)>, value: f64) {
        let known = self
            .ratios
            .iter_mut()
            .find(|ratio| ratio.part == part && ratio.what == what);
        if let Some(ratio) = known {
            ratio.values.push(value);
            return;
        }
        self.ratios.push(Ratio {
            part,
            what: what.to_owned(),
            asked,
            values: vec![value],
        });
    }

    /// Says something that a reader of the figures has to know.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// How long the whole run took.
    pub(crate) fn took(&mut self, time: Duration) {
        self.seconds = time.as_secs_f64();
    }

    pub(crate) fn to_json(&self) -> String {
        let line = |line: &Line| {
            let of = Summary::of(&line.values);
            json!({
                "part": line.part, "what": line.what, "unit": line.unit, "rounds": line.values,
                "median": of.median, "min": of.min, "max": of.max,
            })
        };
        let ratio = |ratio: &Ratio| {
            let of = Summary::of(&ratio.values);
            json!({
                "part": ratio.part, "what": ratio.what, "rounds": ratio.values,
                "median": of.median, "min": of.min, "max": of.max,
                "asked": ratio.asked.map(|(least, _)| least), "aimed": ratio.asked.map(|(_, aim)| aim),
                "reached": ratio.asked.map(|(least, _)| of.median >= least),
            })
        };
        let document = json!({
            "figures": self.lines.iter().map(line).collect::<Vec<Value>>(),
            "ratios": self.ratios.iter().map(ratio).collect::<Vec<Value>>(),
            "notes": self.notes,
            "seconds": self.seconds,
        });
        format!("{document:#}\n")
    }
}

/// Enough digits to tell two figures apart, and no more.
fn number(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ("part", "what", "median", "min", "max");
        let wide = self
            .lines
            .iter()
            .map(|line| line.what.len())
            .chain(self.ratios.iter().map(|ratio| ratio.what.len()));
        let wide = wide.max().unwrap_or(0).max(head.1.len());
        writeln!(
            f,
            "{:<8} {:<wide$} {:>10} {:>10} {:>10}",
            head.0, head.1, head.2, head.3, head.4
        )?;
        for line in &self.lines {
            let of = Summary::of(&line.values);
            let (median, min, max) = (number(of.median), number(of.min), number(of.max));
            writeln!(
                f,
                "{:<8} {:<wide$} {median:>10} {min:>10} {max:>10} {}",
                line.part, line.what, line.unit
            )?;
        }
        writeln!(f)?;
        for ratio in &self.ratios {
            let of = Summary::of(&ratio.values);
            let (median, min, max) = (number(of.median), number(of.min), number(of.max));
            write!(
                f,
                "{:<8} {:<wide$} {median:>10} {min:>10} {max:>10}",
                ratio.part, ratio.what
            )?;
            match ratio.asked {
                Some((least, aim)) => {
                    let word = if of.median >= aim {
                        "aim reached"
                    } else if of.median >= least {
                        "reached"
                    } else {
                        "MISSED"
                    };
                    writeln!(f, " asked {}, aim {}: {word}", number(least), number(aim))?;
                }
                None => writeln!(f)?,
            }
        }
        writeln!(f)?;
        for note in &self.notes {
            writeln!(f, "- {note}")?;
        }
        writeln!(f, "- the run took {:.0} s", self.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert!((Summary::of(&[3.0, 1.0, 2.0]).median - 2.0).abs() < f64::EPSILON);
        assert!((Summary::of(&[4.0, 1.0, 2.0, 3.0]).median - 2.5).abs() < f64::EPSILON);
        assert!(Summary::of(&[]).median.is_nan());
    }

    #[test]
    fn rounds_of_one_thing_are_one_line() {
        let mut report = Report::default();
        report.add("intake", "frames", "1/s", 1.0);
        report.add("intake", "frames", "1/s", 3.0);
        report.ratio("intake", "of the limit", Some((0.5, 0.7)), 0.4);
        let table = report.to_string();
        assert_eq!(table.matches("frames").count(), 1, "{table}");
        assert!(table.contains("MISSED"), "{table}");
        let document: Value = serde_json::from_str(&report.to_json()).expect("JSON");
        assert_eq!(document["figures"][0]["rounds"], json!([1.0, 3.0]));
        assert_eq!(document["ratios"][0]["reached"], json!(false));
    }
}
