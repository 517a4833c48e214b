//! A running server: started, asked to end, killed.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::agent::Agent;
use crate::program::Program;

/// Longest that a server may take until it is ready, or has ended.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server process, perhaps under a tracer.
#[derive(Debug)]
pub struct Server {
    child: Child,
    lines: Receiver<String>,
    log: PathBuf,
    _folder: tempfile::TempDir,
    intake: String,
    review: String,
}

/// How a server ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it said.
    pub log: String,
}

impl Server {
    /// Starts the program's server on a free port and waits until it is ready.
    pub fn start(program: &Program) -> Self {
        Self::begin(program, &[])
            .ready()
            .unwrap_or_else(|ended| panic!("the server did not start: {ended:?}"))
    }

    /// Starts a server, perhaps under another program; it may not be ready yet, and may never be.
    pub fn begin(program: &Program, under: &[String]) -> Self {
        let args = ["serve", "--intake", "127.0.0.1:0", "--review", "127.0.0.1:0"];
        let command = if under.is_empty() {
            program.command(args)
        } else {
            program.command_under(under, args)
        };
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = folder.path().join("server.log");
        let said = File::create(&log).expect("a writable file");
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(said)
            .spawn()
            .expect("the server can be started");
        let stdout = child.stdout.take().expect("its standard output is ours");
        let (tell, lines) = channel();
        // Reads on until the end, so that the server never writes into a closed pipe.
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        Self {
            child,
            lines,
            log,
            _folder: folder,
            intake: String::new(),
            review: String::new(),
        }
    }

    /// Waits until it is ready; how it ended when it ended before.
    pub fn ready(mut self) -> Result<Self, Ended> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                let ready: Value = serde_json::from_str(&line).expect("the first line is JSON");
                for (name, place) in [("intake", &mut self.intake), ("review", &mut self.review)] {
                    ready[name]
                        .as_str()
                        .unwrap_or_else(|| panic!("it names {name}"))
                        .clone_into(place);
                }
                Ok(self)
            }
            Err(RecvTimeoutError::Disconnected) => Err(self.wait()),
            Err(RecvTimeoutError::Timeout) => {
                self.kill();
                panic!("the server was not ready after {PATIENCE:?}");
            }
        }
    }

    /// Where frames go.
    pub fn intake(&self) -> &str {
        &self.intake
    }

    /// Where people review.
    pub fn review(&self) -> &str {
        &self.review
    }

    /// What it has said so far beside its data.
    pub fn log(&self) -> String {
        self.said()
    }

    /// An agent that sends to it.
    pub fn agent(&self, token: &str) -> Agent {
        Agent::new(&self.intake, token)
    }

    /// The process started; under a tracer, the tracer.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The server itself: under a tracer, the process it started.
    fn server(&self) -> Option<Pid> {
        let pid = self.child.id();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
        let own = children
            .split_whitespace()
            .next()
            .and_then(|word| word.parse().ok());
        Pid::from_raw(own.unwrap_or_else(|| i32::try_from(pid).expect("a process id")))
    }

    /// Kills it as a power cut would, as far as the program can tell.
    pub fn kill(mut self) -> Ended {
        self.signal(Signal::KILL);
        self.wait()
    }

    /// Kills it and does not wait.
    pub fn kill_now(&self) {
        self.signal(Signal::KILL);
    }

    /// Waits until it has ended by itself, or by a kill that was on its way.
    pub fn wait_for_end(&mut self) -> Ended {
        self.wait()
    }

    /// Asks it to end in order.
    pub fn stop(mut self) -> Ended {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child of ours").is_some()
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.server() {
            // It may have ended already; then there is nobody to tell.
            let _ = kill_process(pid, signal);
        }
    }

    fn wait(&mut self) -> Ended {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            // The pipe closes when the process ends: waiting for that is waiting for the end.
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    break self.child.wait().expect("a child of ours");
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.signal(Signal::KILL);
                    let _ = self.child.wait();
                    panic!("the server did not end within {PATIENCE:?}: {}", self.said());
                }
            }
        };
        Ended {
            code: status.code(),
            log: self.said(),
        }
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.signal(Signal::KILL);
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
