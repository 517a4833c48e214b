//! The program under measurement, run as its users run it.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// The program's file.
#[derive(Debug)]
pub(crate) struct Program(PathBuf);

impl Program {
    pub(crate) fn find(path: &Path) -> Result<Self> {
        let path = path
            .canonicalize()
            .with_context(|| format!("no program at {}: build it with --release first", path.display()))?;
        Ok(Self(path))
    }

    fn command(&self, data: &Path) -> Command {
        let mut command = Command::new(&self.0);
        command
            .arg("--data")
            .arg(data)
            .env_remove("OBHUT_CONFIG")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end, and gives its output and how long it took.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, data: &Path, arguments: &[A]) -> Result<(String, Duration)> {
        run(self.command(data).args(arguments))
    }

    /// Serves until the value is dropped.
    pub(crate) fn serve(&self, data: &Path) -> Result<Server> {
        let mut command = self.command(data);
        command
            .args(["serve", "--intake", "127.0.0.1:0", "--review", "127.0.0.1:0"])
            .stdout(Stdio::piped());
        let child = command.spawn().context("the program can't be started")?;
        let mut server = Server {
            child,
            intake: String::new(),
            review: String::new(),
        };
        let out = server.child.stdout.take().context("the server has no output")?;
        let mut ready = String::new();
        BufReader::new(out).read_line(&mut ready)?;
        let ready: Value = serde_json::from_str(&ready).context("the server did not say that it is ready")?;
        for (name, place) in [("intake", &mut server.intake), ("review", &mut server.review)] {
            ready[name]
                .as_str()
                .with_context(|| format!("the server did not name its {name}"))?
                .clone_into(place);
        }
        Ok(server)
    }
}

/// Runs a command to its end. What it says on standard error is shown when it fails.
pub(crate) fn run(command: &mut Command) -> Result<(String, Duration)> {
    let begun = Instant::now();
    let output = command.output().context("the command can't be started")?;
    let took = begun.elapsed();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{command:?} ended with {}: {}", output.status, said.trim());
    }
    Ok((String::from_utf8_lossy(&output.stdout).into_owned(), took))
}

/// A running server, ended when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    intake: String,
    review: String,
}

impl Server {
    /// Where people review.
    pub(crate) fn review(&self) -> &str {
        &self.review
    }

    /// Where frames are sent to.
    pub(crate) fn intake(&self) -> &str {
        &self.intake
    }

    /// Holds the server, with the packer in it, so that it takes nothing from what is measured beside it.
    pub(crate) fn hold(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on.
    pub(crate) fn go_on(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        kill_process(Pid::from_child(&self.child), signal).context("the server can't be signalled")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Held, it would not hear of its end.
        let _ = self.go_on();
        let _ = self.signal(Signal::TERM);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(15) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        eprintln!("the server did not end in 15 s and is killed");
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
