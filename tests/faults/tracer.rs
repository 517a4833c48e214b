//! `strace`, counting calls or failing one of them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::cases::{Case, Part};

/// Everything that changes a file or makes a change durable. A question mark: not every machine has the call.
const CALLS: &str = "write,writev,pwrite64,pwritev,?pwritev2,fsync,fdatasync,?rename,?renameat,?renameat2,?link,linkat,\
                     ?unlink,unlinkat,ftruncate,fallocate,?mkdir,mkdirat,?rmdir";

/// Intake files that a short story can come to.
const INTAKE_FILES: u32 = 9;

/// A tracer's arguments, and where it writes to.
#[derive(Debug)]
pub(crate) struct Tracer {
    args: Vec<String>,
    _folder: tempfile::TempDir,
    trace: PathBuf,
}

/// A tracer at work on a process that runs already; it ends with that process.
#[derive(Debug)]
pub(crate) struct Attached(Child);

/// Whether there is a tracer that may start a process and may attach to one.
pub(crate) fn is_permitted() -> bool {
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
        let attached = Tracer::counting().try_attach(waiting.id());
        drop(waiting.stdin.take());
        let _ = waiting.wait();
        attached.is_some()
    }
}

impl Tracer {
    fn new(more: impl IntoIterator<Item = String>) -> Self {
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

    /// Notes the calls and lets them be.
    pub(crate) fn counting() -> Self {
        Self::new(["-e".to_owned(), format!("trace={CALLS}")])
    }

    /// Makes one call fail.
    pub(crate) fn failing(case: &Case, data: &Path, seal: &Path) -> Self {
        let mut args = vec!["-e".to_owned(), format!("trace={}", case.call)];
        args.extend(["-e".to_owned(), case.injection()]);
        let names = match case.part {
            Part::Intake => (1..=INTAKE_FILES)
                .flat_map(|n| ["log", "new"].map(|kind| format!("intake/{n:016}.{kind}")))
                .chain(["intake".to_owned(), "intake/reserve".to_owned()])
                .collect(),
            Part::Catalog => ["", "catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"]
                .map(str::to_owned)
                .to_vec(),
            Part::Seal => vec![seal.to_str().expect("a path in UTF-8").to_owned()],
            Part::Objects => Vec::new(),
        };
        for name in names {
            let path = if name.is_empty() {
                data.to_owned()
            } else {
                data.join(name)
            };
            args.extend(["-P".to_owned(), path.to_str().expect("UTF-8").to_owned()]);
        }
        Self::new(args)
    }

    /// The command line to begin a program under.
    pub(crate) fn under(&self) -> Vec<String> {
        let mut command = vec!["strace".to_owned()];
        command.extend(self.args.iter().cloned());
        command
    }

    /// Attaches to all threads of a running process.
    pub(crate) fn attach(&self, pid: u32) -> Attached {
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
    pub(crate) fn said(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.trace).unwrap_or_default()).into_owned()
    }

    /// The lines of the calls that were made to fail.
    pub(crate) fn injected(&self) -> Vec<String> {
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
