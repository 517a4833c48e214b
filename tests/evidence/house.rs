//! An archive, what is exported from it, and the programs that check it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use obhut_testkit::{Finished, Program};
use serde_json::Value;

/// An archive in a folder of its own.
pub(crate) struct House {
    pub(crate) program: Program,
    pub(crate) folder: tempfile::TempDir,
}

impl House {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = Program::new(env!("CARGO_BIN_EXE_obhut"), &folder.path().join("data"));
        Self { program, folder }
    }

    /// A place outside of the archive.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs an export to its end.
    pub(crate) fn try_export(&self, session: &str, to: &Path, more: &[&str]) -> Finished {
        let to = to.to_str().expect("a path in UTF-8");
        let mut args = vec!["export", session, "--out", to, "--json"];
        args.extend(more);
        self.program.run(args)
    }

    /// Exports a session; what the command said, and where the bundle is.
    pub(crate) fn export(&self, session: &str, name: &str) -> (Value, PathBuf) {
        let to = self.place(name);
        let finished = self.try_export(session, &to, &["--purpose", "a dispute", "--case", "7 O 12/26"]);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let said = serde_json::from_str(&finished.stdout).expect("one line of JSON");
        (said, to)
    }

    /// Imports a path and exports it.
    pub(crate) fn bundle_of(&self, path: &Path, name: &str) -> (String, PathBuf) {
        let (session, _) = self.program.import(path);
        let (_, bundle) = self.export(&session, name);
        (session, bundle)
    }
}

/// What the program says of a bundle.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) code: Option<i32>,
    pub(crate) findings: Vec<Value>,
    pub(crate) totals: Value,
    pub(crate) stderr: String,
}

impl Judged {
    /// The kinds of what was found.
    pub(crate) fn kinds(&self) -> Vec<&str> {
        self.findings
            .iter()
            .map(|finding| finding["kind"].as_str().expect("a kind"))
            .collect()
    }
}

/// `obhut evidence verify`, in an empty folder, without an archive.
pub(crate) fn judge(bundle: &Path, key: Option<&str>) -> Judged {
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_obhut"));
    command
        .current_dir(nowhere.path())
        .env_clear()
        .args(["evidence", "verify", "--json"])
        .arg(bundle);
    if let Some(key) = key {
        command.args(["--key", key]);
    }
    let output = command.output().expect("the program can be started");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let mut values: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let left: Vec<_> = fs::read_dir(nowhere.path()).expect("a folder").collect();
    assert!(left.is_empty(), "it wrote {left:?}");
    Judged {
        code: output.status.code(),
        totals: values.pop().unwrap_or_default(),
        findings: values,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Whether a bundle is sound; it says what was found where it is not.
pub(crate) fn expect_sound(bundle: &Path) -> Value {
    let judged = judge(bundle, None);
    assert_eq!(judged.code, Some(0), "{judged:?}");
    assert_eq!(judged.totals["findings"], 0);
    judged.totals
}

/// Runs another program.
pub(crate) fn run(program: &str, args: &[&str], folder: &Path) -> Output {
    Command::new(program)
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("{program} can't be started ({error}); scripts/setup installs it"))
}

/// A folder or file of `tests/data`.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}
