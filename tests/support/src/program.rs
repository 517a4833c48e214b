//! The built program and one data folder of its.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::restored::Restored;
use crate::verdict::Verdict;

/// The program, and the folder it works on.
#[derive(Debug, Clone)]
pub struct Program {
    binary: PathBuf,
    data: PathBuf,
}

/// A command that has ended.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it printed as data.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
}

impl Program {
    /// `env!("CARGO_BIN_EXE_obhut")` on a data folder, which is made when it is missing.
    pub fn new(binary: &str, data: &Path) -> Self {
        fs::create_dir_all(data).expect("a data folder");
        Self {
            binary: PathBuf::from(binary),
            data: data.to_owned(),
        }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The program's file.
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// The same program on another folder.
    #[must_use]
    pub fn on(&self, data: &Path) -> Self {
        Self {
            binary: self.binary.clone(),
            data: data.to_owned(),
        }
    }

    /// Writes the configuration file of the data folder.
    pub fn configure(&self, toml: &str) {
        fs::write(self.data.join("obhut.toml"), toml).expect("a writable data folder");
    }

    /// A command on the data folder, untouched by the caller's environment.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(args).arg("--data").arg(&self.data);
        Self::clean(&mut command);
        command
    }

    /// The same under another program, such as a tracer: `before` comes first on its command line.
    pub fn command_under<S: AsRef<OsStr>>(
        &self,
        before: &[String],
        args: impl IntoIterator<Item = S>,
    ) -> Command {
        let (first, rest) = before.split_first().expect("the other program's name");
        let mut command = Command::new(first);
        command.args(rest).arg(&self.binary).args(args);
        command.arg("--data").arg(&self.data);
        Self::clean(&mut command);
        command
    }

    fn clean(command: &mut Command) {
        for name in ["OBHUT_DATA", "OBHUT_CONFIG", "RUST_LOG"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::null());
    }

    /// Runs a command to its end.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Finished {
        let output = self.command(args).output().expect("the program can be started");
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs a command that must succeed, with `--json`; a value a line.
    pub fn json<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Vec<Value> {
        let args = args.into_iter().map(|arg| arg.as_ref().to_owned());
        let words: Vec<_> = args.chain(["--json".into()]).collect();
        let finished = self.run(&words);
        assert_eq!(finished.code, Some(0), "{words:?} failed: {finished:?}");
        values(&finished.stdout)
    }

    /// Enrols a device; its token.
    pub fn add_device(&self, name: &str) -> String {
        let lines = self.json(["device", "add", name]);
        lines[0]["token"].as_str().expect("a token").to_owned()
    }

    /// Adds a user with a password that need not be changed; roles as in `compliance-officer`, tenants by name (none: every
    /// tenant).
    pub fn add_user(&self, name: &str, password: &str, roles: &[&str], tenants: &[&str]) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("password");
        fs::write(&file, password).expect("a writable folder");
        let mut args = vec![
            "user",
            "add",
            name,
            "--password-file",
            file.to_str().expect("a path in UTF-8"),
        ];
        args.extend(roles.iter().flat_map(|role| ["--role", role]));
        args.extend(tenants.iter().flat_map(|tenant| ["--tenant", tenant]));
        self.json(args);
    }

    /// Imports a path as one session; its id and the number of frames.
    pub fn import(&self, path: &Path) -> (String, u64) {
        let lines = self.json([OsStr::new("import"), path.as_os_str()]);
        assert_eq!(lines.len(), 1, "a path is a session: {lines:?}");
        let session = lines[0]["session"].as_str().expect("a session").to_owned();
        (session, lines[0]["frames"].as_u64().expect("a count"))
    }

    /// Verifies; with everything unpacked when `deep`.
    pub fn verify(&self, deep: bool) -> Verdict {
        let mut args = vec!["verify", "--json"];
        args.extend(deep.then_some("--deep"));
        Verdict::of(&self.run(args))
    }

    /// Restores a session into a new folder and reads what came.
    pub fn restore(&self, session: &str) -> Restored {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let to = folder.path().join("restored");
        let finished = self.run([
            OsStr::new("restore"),
            OsStr::new(session),
            "--to".as_ref(),
            to.as_os_str(),
        ]);
        assert_eq!(
            finished.code,
            Some(0),
            "session {session} can't be restored: {finished:?}"
        );
        Restored::read(&to)
    }
}

/// JSON, a value a line.
pub(crate) fn values(text: &str) -> Vec<Value> {
    let value = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON ({error}): {line}"));
    text.lines().map(value).collect()
}

/// How often something is done: `usual` in `make test`, `long` in `make campaign`, whatever the variable says where it is
/// set.
pub fn count_from(variable: &str, usual: usize, long: usize) -> usize {
    let set = std::env::var(variable)
        .ok()
        .map(|text| text.parse().expect("the variable holds a number"));
    let campaign = std::env::var_os("OBHUT_CAMPAIGN").is_some();
    set.unwrap_or(if campaign { long } else { usual })
}

/// Where a random test begins: `OBHUT_SEED`, or a new one; said, so that a failure can be repeated.
pub fn seed() -> u64 {
    let given = std::env::var("OBHUT_SEED").ok();
    let seed = given.map_or_else(
        || {
            u64::from_be_bytes(
                std::process::id()
                    .to_be_bytes()
                    .repeat(2)
                    .try_into()
                    .expect("8 bytes"),
            )
        },
        |text| text.parse().expect("OBHUT_SEED is a number"),
    );
    eprintln!("OBHUT_SEED={seed}");
    seed
}
