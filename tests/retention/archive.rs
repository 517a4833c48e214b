//! An archive with sessions that are long over.

use std::path::{Path, PathBuf};

use obhut_testkit::{Finished, Program};
use serde_json::Value;
use tempfile::TempDir;

/// A data folder of its own, and the program on it.
pub(crate) struct Archive {
    folder: TempDir,
    pub(crate) program: Program,
}

impl Archive {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = Program::new(env!("CARGO_BIN_EXE_obhut"), &folder.path().join("data"));
        old_timeline(&folder.path().join("old"));
        let archive = Self { folder, program };
        archive.configure("");
        archive
    }

    /// Writes the settings: a reserve that is read through in no time, and these.
    pub(crate) fn configure(&self, more: &str) {
        self.program
            .configure(&format!("{more}\n[intake_log]\nreserve_bytes = \"64 KiB\"\n"));
    }

    /// A path beside the data folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Imports a small timeline of long ago so that retention counts from then.
    pub(crate) fn import_old(&self, more: &[&str]) -> String {
        let path = self.beside("old");
        let mut args = vec!["import", "--trust-times", path.to_str().expect("text")];
        args.extend(more);
        let lines = self.program.json(args);
        lines[0]["session"].as_str().expect("a session").to_owned()
    }

    /// Runs a command that must be refused, and returns the two lines it says.
    pub(crate) fn refused(&self, args: &[&str]) -> String {
        let Finished { code, stdout, stderr } = self.program.run(args);
        assert_eq!((code, &stdout[..]), (Some(2), ""), "{args:?}: {stderr}");
        stderr
    }
}

/// Writes a timeline that was recorded in the year 2020.
fn old_timeline(to: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/timeline");
    std::fs::create_dir(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("test data") {
        let path = entry.expect("test data").path();
        let name = to.join(path.file_name().expect("a name"));
        if path.extension().is_some_and(|extension| extension == "ndjson") {
            let manifest = std::fs::read_to_string(&path).expect("a manifest");
            std::fs::write(name, manifest.replace("\"2026-", "\"2020-")).expect("written");
        } else {
            std::fs::copy(&path, name).expect("copied");
        }
    }
}

/// A field of a line, as text.
pub(crate) fn text(line: &Value, field: &str) -> String {
    let text = line[field].as_str();
    text.unwrap_or_else(|| panic!("no {field}: {line}")).to_owned()
}
