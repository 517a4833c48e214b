//! restic on the same files, with its own defaults.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::program::run;

/// A repository in a folder.
#[derive(Debug)]
pub(crate) struct Restic {
    folder: PathBuf,
    cache: PathBuf,
    /// As the program names itself.
    pub(crate) version: String,
}

impl Restic {
    /// Makes a repository; `None` where there is no restic.
    pub(crate) fn init(work: &Path) -> Result<Option<Self>> {
        let Ok((version, _)) = run(Command::new("restic").arg("version")) else {
            return Ok(None);
        };
        let version = version.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        let restic = Self {
            folder: work.join("restic"),
            cache: work.join("restic-cache"),
            version,
        };
        restic.run(&["init"])?;
        Ok(Some(restic))
    }

    /// Runs a command on the repository.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Duration> {
        self.through(arguments).map(|(_, took)| took)
    }

    /// The same for what it prints.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Result<String> {
        self.through(arguments).map(|(out, _)| out)
    }

    fn through(&self, arguments: &[&str]) -> Result<(String, Duration)> {
        let mut command = Command::new("restic");
        command
            .arg("--quiet")
            .arg("--repo")
            .arg(&self.folder)
            .arg("--cache-dir")
            .arg(&self.cache)
            .args(arguments)
            .env("RESTIC_PASSWORD", "measuring");
        run(&mut command)
    }

    /// Where all of it lies.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the packs lie.
    pub(crate) fn packs(&self) -> PathBuf {
        self.folder.join("data")
    }
}
