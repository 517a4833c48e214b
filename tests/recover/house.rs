//! An archive whose objects lie beside its data folder, somebody to whom its backups are encrypted, and new folders to
//! recover it into.

use std::fs;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret as _;
use obhut_testkit::{Finished, Frame, Place, Program, samples};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) struct House {
    folder: TempDir,
    pub(crate) program: Program,
    recipient: String,
}

impl House {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = Program::new(env!("CARGO_BIN_EXE_obhut"), &folder.path().join("data"));
        let identity = age::x25519::Identity::generate();
        let house = Self {
            program,
            recipient: identity.to_public().to_string(),
            folder,
        };
        fs::write(house.identity(), identity.to_string().expose_secret()).expect("written");
        fs::write(house.passphrase(), "four words and then some\nnot this\n").expect("written");
        house.program.configure(&Self::settings(&house.objects()));
        house
    }

    /// Segments of four frames, and objects in this folder.
    pub(crate) fn settings(objects: &Path) -> String {
        format!(
            "[objects]\nfolder = \"{}\"\n[packer]\nframes = 4\nage = \"1h\"\nworkers = 1\n[intake_log]\nreserve_bytes = \"64 KiB\"\n",
            objects.display()
        )
    }

    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn objects(&self) -> PathBuf {
        self.beside("objects")
    }

    pub(crate) fn identity(&self) -> PathBuf {
        self.beside("identity")
    }

    pub(crate) fn passphrase(&self) -> PathBuf {
        self.beside("passphrase")
    }

    pub(crate) fn recipient(&self) -> &str {
        &self.recipient
    }

    /// Makes a backup to the house's recipient.
    pub(crate) fn backup(&self, name: &str) -> PathBuf {
        let to = self.beside(name);
        let path = to.to_str().expect("text");
        self.program
            .json(["backup", "--to", path, "--recipient", &self.recipient]);
        to
    }

    /// Recovers a backup into a folder of this name; whatever comes of it.
    pub(crate) fn try_recover(&self, backup: &Path, name: &str, more: &[&str]) -> (Program, Finished) {
        let program = Program::new(env!("CARGO_BIN_EXE_obhut"), &self.beside(name));
        let identity = self.identity();
        let mut args = vec!["recover", backup.to_str().expect("text"), "--json"];
        if !more.contains(&"--passphrase-file") && !more.contains(&"--identity") {
            args.extend(["--identity", identity.to_str().expect("text")]);
        }
        args.extend(more);
        let finished = program.run(args);
        (program, finished)
    }

    /// Recovers a backup, which must succeed; what was told.
    pub(crate) fn recover(&self, backup: &Path, name: &str) -> (Program, Vec<Value>) {
        let (program, finished) = self.try_recover(backup, name, &[]);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let lines = finished.stdout.lines();
        (
            program,
            lines
                .map(|line| serde_json::from_str(line).expect("JSON"))
                .collect(),
        )
    }

    /// A timeline that was recorded in the year 2020.
    pub(crate) fn old_timeline(&self) -> PathBuf {
        let to = self.beside("old");
        if to.exists() {
            return to;
        }
        fs::create_dir(&to).expect("a folder");
        for entry in fs::read_dir(timeline()).expect("test data") {
            let path = entry.expect("test data").path();
            let name = to.join(path.file_name().expect("a name"));
            if path.extension().is_some_and(|extension| extension == "ndjson") {
                let manifest = fs::read_to_string(&path).expect("a manifest");
                fs::write(name, manifest.replace("\"2026-", "\"2020-")).expect("written");
            } else {
                fs::copy(&path, name).expect("copied");
            }
        }
        to
    }

    /// Imports it, due for deletion at once.
    pub(crate) fn import_old(&self) -> String {
        let old = self.old_timeline();
        let lines = self
            .program
            .json(["import", "--trust-times", old.to_str().expect("text")]);
        lines[0]["session"].as_str().expect("a session").to_owned()
    }

    pub(crate) fn import(&self) -> String {
        self.program.import(&timeline()).0
    }
}

/// A timeline of few frames.
pub(crate) fn timeline() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/timeline")
}

/// Sends frames of these numbers, of which each must be taken.
pub(crate) fn send(agent: &obhut_testkit::Agent, session: &str, numbers: std::ops::RangeInclusive<u64>) {
    let samples = samples();
    for seq in numbers {
        let place = Place {
            session: session.to_owned(),
            stream: 0,
            seq,
        };
        let answer = agent.put(&place, frame(&samples, seq)).expect("an answer");
        assert_eq!(answer.status, 201, "{answer:?}");
    }
}

/// The frame that goes under a number.
pub(crate) fn frame(samples: &[Frame], seq: u64) -> &Frame {
    &samples[usize::try_from(seq).expect("small") % samples.len()]
}

/// What is restored of a session is what was sent under these numbers.
pub(crate) fn holds_exactly(program: &Program, session: &str, numbers: std::ops::RangeInclusive<u64>) {
    let samples = samples();
    let restored = program.restore(session).frames();
    let sent = numbers.map(|seq| ((0, seq), frame(&samples, seq).sha256()));
    assert_eq!(restored, sent.collect());
}

/// The lines about sessions: outcome by session.
pub(crate) fn outcomes(lines: &[Value]) -> std::collections::BTreeMap<String, String> {
    let of = |line: &Value| {
        let text = |name: &str| line[name].as_str().map(str::to_owned);
        Some((text("session")?, text("outcome")?))
    };
    lines.iter().filter_map(of).collect()
}

/// The wrapped key of a session, as it stands in the catalog.
pub(crate) fn wrapped_key(program: &Program, session: &str) -> Vec<u8> {
    let catalog = Connection::open(program.data().join("catalog.sqlite")).expect("the catalog");
    let id = hex::decode(session.replace('-', "")).expect("an id");
    let sql = "SELECT wrapped FROM deks JOIN sessions USING (dek_id) WHERE session_id = ?1";
    let key: Vec<u8> = catalog.query_row(sql, [id], |row| row.get(0)).expect("a key");
    assert!(key.iter().any(|byte| *byte != 0));
    key
}

/// Files below a folder that hold these bytes.
pub(crate) fn files_with(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut next = vec![folder.to_owned()];
    while let Some(folder) = next.pop() {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                next.push(path);
            } else if path.is_file()
                && fs::read(&path)
                    .expect("a readable file")
                    .windows(bytes.len())
                    .any(|window| window == bytes)
            {
                found.push(path);
            }
        }
    }
    found
}
