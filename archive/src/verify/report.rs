//! What the last look found, kept beside the archive: so that whoever asks how it is need not look again.
//!
//! It is a note, not evidence: nothing is judged by it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use obhut_format::time::UtcMicros;

use super::{Finding, FindingKind, Totals};

/// The report's file in the data folder.
const FILE: &str = "verify-report.json";

/// What the last look looked at, and what it found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct VerifyReport {
    /// When it began.
    pub at: UtcMicros,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Whether originals were unpacked and compared with their digests.
    pub deep: bool,
    /// The only tenant it looked at, by name; `None`: all.
    pub tenant: Option<String>,
    /// How many findings there were of each kind that there were any of, orphans among them.
    pub findings: BTreeMap<String, u64>,
    /// What was looked at, and how much of it is damaged.
    pub totals: Totals,
}

impl VerifyReport {
    /// A report that is about to be filled.
    pub fn begin(at: UtcMicros, deep: bool, tenant: Option<String>) -> Self {
        Self {
            at,
            took_ms: 0,
            deep,
            tenant,
            findings: BTreeMap::new(),
            totals: Totals::default(),
        }
    }

    /// Counts a finding. A tombstone is none that anybody has to look into, nor is what a recovery lost.
    pub fn note(&mut self, finding: &Finding) {
        if matches!(finding.kind, FindingKind::Tombstone | FindingKind::Lost) {
            return;
        }
        *self.findings.entry(finding.kind.as_str().to_owned()).or_default() += 1;
    }

    /// Puts the report in the place of the one before; a reader finds the one or the other, whole.
    pub fn write(&self, data: &Path) -> io::Result<()> {
        let path = place(data);
        // A name of its own: looks may run at the same time.
        let staged = data.join(format!("{FILE}.{}", std::process::id()));
        let mut text = serde_json::to_vec(self)?;
        text.push(b'\n');
        let written = stage(&staged, &text).and_then(|()| std::fs::rename(&staged, &path));
        if written.is_err() {
            // Best effort: what could not be written is not left lying about either.
            let _ = std::fs::remove_file(&staged);
        }
        written
    }

    /// The report of the last look; `None` where nobody has looked yet.
    pub fn read(data: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(place(data)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn place(data: &Path) -> PathBuf {
    data.join(FILE)
}

fn stage(path: &Path, text: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;

    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(took_ms: u64) -> VerifyReport {
        let at = UtcMicros::parse("2026-11-02T08:00:00Z").expect("an instant");
        let mut report = VerifyReport::begin(at, true, Some("default".to_owned()));
        for kind in [
            FindingKind::Orphan,
            FindingKind::ObjectMissing,
            FindingKind::Orphan,
        ] {
            report.note(&Finding::new(kind, "somewhere", "something"));
        }
        report.took_ms = took_ms;
        report.totals.damage = 1;
        report
    }

    #[test]
    fn a_report_comes_back_and_replaces_the_one_before() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(VerifyReport::read(folder.path()).expect("none yet"), None);
        for took_ms in [1, 2] {
            report(took_ms).write(folder.path()).expect("written");
            let found = VerifyReport::read(folder.path()).expect("read");
            assert_eq!(found, Some(report(took_ms)));
        }
        let report = report(1);
        let counts: Vec<_> = report.findings.iter().map(|(kind, n)| (&kind[..], *n)).collect();
        assert_eq!(counts, [("object-missing", 1), ("orphan", 2)]);
        let files = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(files, 1, "nothing else is left");
    }

    #[test]
    fn a_report_that_cannot_be_written_or_read_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join(FILE)).expect("a folder in its place");
        report(1).write(folder.path()).expect_err("no room for it");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
        VerifyReport::read(folder.path()).expect_err("a folder is no report");
        std::fs::remove_dir(folder.path().join(FILE)).expect("gone");
        std::fs::write(folder.path().join(FILE), "{}").expect("written");
        VerifyReport::read(folder.path()).expect_err("not a report");
    }
}
