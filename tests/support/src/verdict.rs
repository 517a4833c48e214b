//! What `obhut verify` said.

use serde_json::Value;

use crate::program::{Finished, values};

/// Exit code, findings and totals.
#[derive(Debug)]
pub struct Verdict {
    /// The exit code.
    pub code: i32,
    /// A value a finding.
    pub findings: Vec<Value>,
    /// The last line, where it got that far.
    pub totals: Option<Value>,
    /// What it said on standard error.
    pub stderr: String,
}

impl Verdict {
    pub(crate) fn of(finished: &Finished) -> Self {
        let code = finished.code.expect("verify ends by itself");
        let mut findings = values(&finished.stdout);
        let is_totals = |value: &Value| value.get("kind").is_none();
        let totals = findings.pop_if(|last| is_totals(last));
        assert!(
            code == 2 || totals.is_some(),
            "the last line holds totals: {finished:?}"
        );
        Self {
            code,
            findings,
            totals,
            stderr: finished.stderr.clone(),
        }
    }

    /// Findings that are damage; an orphan is not, nor are a tombstone and what a recovery lost.
    pub fn damage(&self) -> Vec<&Value> {
        let explained = |finding: &Value| {
            ["orphan", "tombstone", "lost"]
                .map(Value::from)
                .contains(&finding["kind"])
        };
        self.findings
            .iter()
            .filter(|finding| !explained(finding))
            .collect()
    }

    /// How many orphans there are.
    pub fn orphans(&self) -> usize {
        self.of_kind("orphan").len()
    }

    /// The sessions whose tombstones are named.
    pub fn tombstones(&self) -> Vec<String> {
        let named = self.of_kind("tombstone").into_iter();
        named
            .filter_map(|finding| finding["session"].as_str().map(str::to_owned))
            .collect()
    }

    fn of_kind(&self, kind: &str) -> Vec<&Value> {
        self.findings
            .iter()
            .filter(|finding| finding["kind"] == kind)
            .collect()
    }

    /// Whether a finding of damage has one of these words anywhere in it.
    pub fn names(&self, words: &[String]) -> bool {
        self.damage().iter().any(|finding| {
            let text = finding.to_string();
            words.iter().any(|word| text.contains(word.as_str()))
        })
    }
}
