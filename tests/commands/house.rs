//! The program, run as its users run it: a data folder of its own, its two outputs and its exit code.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A data folder, and what lies beside it.
pub(crate) struct House {
    folder: TempDir,
}

/// What a command said.
pub(crate) struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl House {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("temporary folder"),
        }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_obhut"));
        command
            .args(args)
            .env("OBHUT_DATA", self.data())
            .env_remove("OBHUT_CONFIG")
            .current_dir(self.folder.path());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(args).output().expect("the program runs");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        // The folder's name differs from run to run.
        let err = text(stderr).replace(&self.folder.path().display().to_string(), "HOUSE");
        Said {
            code: status.code().expect("an exit code"),
            out: text(stdout),
            err,
        }
    }

    /// Runs a command that must succeed, and reads its lines of JSON.
    pub(crate) fn json(&self, args: &[&str]) -> Vec<Value> {
        let said = self.run(&[args, &["--json"]].concat());
        assert_eq!(said.code, 0, "{args:?}: {}", said.err);
        said.out
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    /// Imports a path and returns the session.
    pub(crate) fn import(&self, path: &Path) -> String {
        let lines = self.json(&["import", path.to_str().expect("text")]);
        lines[0]["session"].as_str().expect("a session").to_owned()
    }

    pub(crate) fn serve(&self) -> Server {
        self.serve_saying(Stdio::null())
    }

    /// Starts a server whose messages go somewhere.
    pub(crate) fn serve_saying(&self, messages: Stdio) -> Server {
        let mut child = self
            .command(&["serve", "--intake", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(messages)
            .spawn()
            .expect("the program runs");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        out.read_line(&mut line).expect("a line");
        let ready: Value = serde_json::from_str(&line).expect("the ready line is JSON");
        let origin = |name: &str| {
            let origin = ready[name].as_str().expect("an address").to_owned();
            assert!(origin.starts_with("http://127.0.0.1:"), "{origin}");
            origin
        };
        origin("intake");
        Server {
            child,
            review: origin("review"),
        }
    }
}

/// A running server; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    /// Where people review.
    pub review: String,
}

impl Server {
    /// Asks it to end, and returns its exit code.
    pub(crate) fn end(mut self) -> Option<i32> {
        terminate(&self.child);
        self.child.wait().expect("it ends").code()
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends SIGTERM.
pub(crate) fn terminate(child: &Child) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("signalled");
}

/// A small real timeline.
pub(crate) fn timeline() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/timeline")
}

/// Fails unless two folders hold the same files and folders, byte for byte.
pub(crate) fn assert_same(one: &Path, other: &Path) {
    let said = Command::new("diff")
        .arg("-r")
        .args([one, other])
        .output()
        .expect("diff runs");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
}

/// Copies a folder's files.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("listed") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}
