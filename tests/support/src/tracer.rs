//! `strace` around or attached to a process: it notes calls, fails them, or kills the program at them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A tracer's arguments, and where it writes to.
#[derive(Debug)]
pub struct Tracer {
    args: Vec<String>,
    _folder: tempfile::TempDir,
    trace: PathBuf,
}

/// A tracer at work on a process that runs already; it ends with that process.
#[derive(Debug)]
pub struct Attached(Child);

impl Tracer {
    /// Whether there is a tracer that may start a process and may attach to one.
    pub fn is_permitted() -> bool {
        let starts = Command::new("strace")
            .args(["-f", "-o", "/dev/null", "true"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        starts && {
            let mut waiting = Command::new("cat")
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()
                .expect("cat can be started");
            let attached = Self::new([]).try_attach(waiting.id());
            drop(waiting.stdin.take());
            let _ = waiting.wait();
            attached.is_some()
        }
    }

    /// A tracer with further arguments of `strace`.
    pub fn new(more: impl IntoIterator<Item = String>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let trace = folder.path().join("trace");
        let mut args: Vec<String> = ["-f", "-y", "-s", "0", "-o"].map(str::to_owned).into();
        args.push(trace.to_str().expect("a path in UTF-8").to_owned());
        args.extend(more);
        Self {
            args,
            _folder: folder,
            trace,
        }
    }

    /// The command line to begin a program under.
    pub fn under(&self) -> Vec<String> {
        let mut command = vec!["strace".to_owned()];
        command.extend(self.args.iter().cloned());
        command
    }

    /// Attaches to all threads of a running process.
    pub fn attach(&self, pid: u32) -> Attached {
        self.try_attach(pid).expect("the tracer attaches")
    }

    fn try_attach(&self, pid: u32) -> Option<Attached> {
        let mut child = Command::new("strace")
            .args(&self.args)
            .args(["-p", &pid.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        let stderr = child.stderr.take().expect("its standard error is ours");
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        let attached = lines.any(|line| line.contains(" attached"));
        // Reads on, so that the tracer never writes into a full or closed pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let child = Attached(child);
        attached.then_some(child)
    }

    /// What was traced.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.trace).unwrap_or_default()).into_owned()
    }

    /// The lines of the calls that were made to fail.
    pub fn injected(&self) -> Vec<String> {
        let said = self.said();
        let struck = said.lines().filter(|line| line.contains("(INJECTED)"));
        struck.map(str::to_owned).collect()
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // The process that it traces is gone, or goes with the test.
        let _ = self.0.wait();
    }
}
