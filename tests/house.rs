//! The walls of the house: who may know whom, how long a file may be, and where SQL may stand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Every crate of ours and the crates of ours it may use.
const MAY_USE: [(&str, &[&str]); 12] = [
    ("obhut-format", &[]),
    ("obhut-timeline", &[]),
    ("obhut-archive", &["obhut-format", "obhut-timeline"]),
    ("obhut-listener", &["obhut-archive", "obhut-format"]),
    (
        "obhut-ingest",
        &[
            "obhut-archive",
            "obhut-format",
            "obhut-listener",
            "obhut-timeline",
        ],
    ),
    (
        "obhut-player",
        &["obhut-archive", "obhut-format", "obhut-listener"],
    ),
    (
        "obhut-retention",
        &["obhut-archive", "obhut-format", "obhut-timeline"],
    ),
    ("obhut-evidence", &["obhut-archive", "obhut-format"]),
    // A bundle is checked without the archive that it came from.
    ("obhut-evidence-verify", &["obhut-format", "obhut-timeline"]),
    // For tests only: it knows the program from outside.
    ("obhut-testkit", &["obhut-format"]),
    ("obhut-bench", &["obhut-archive", "obhut-format"]),
    (
        "obhut",
        &[
            "obhut-archive",
            "obhut-evidence",
            "obhut-evidence-verify",
            "obhut-format",
            "obhut-ingest",
            "obhut-listener",
            "obhut-player",
            "obhut-retention",
            "obhut-timeline",
        ],
    ),
];

/// Crates that do or begin I/O, tell the time or draw random numbers; the pure crates use none of them.
const NOT_PURE: [&str; 10] = [
    "axum",
    "getrandom",
    "hyper",
    "object_store",
    "rand",
    "reqwest",
    "rusqlite",
    "rustix",
    "tokio",
    "ureq",
];

const LINES_OF_A_FILE: usize = 1_000;
const LINES_OF_MOST_FILES: usize = 600;
const LINES_OF_HALF_THE_FILES: usize = 250;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The workspace's packages and what each depends on (tests' dependencies apart), from cargo itself.
fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let shipped = dependencies
                .iter()
                .filter(|dependency| dependency["kind"] != "dev");
            (
                text(&package["name"]),
                shipped.map(|dependency| text(&dependency["name"])).collect(),
            )
        })
        .collect()
}

#[test]
fn crates_know_only_those_below_them() {
    let packages = packages();
    let known: BTreeSet<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();
    let found: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    assert_eq!(found, known, "a new crate needs its line in this test");
    for (name, allowed) in MAY_USE {
        let ours = packages[name]
            .iter()
            .filter(|dependency| dependency.starts_with("obhut"));
        for dependency in ours {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} may not use {dependency}"
            );
        }
    }
}

#[test]
fn pure_crates_do_no_input_or_output() {
    let packages = packages();
    for name in ["obhut-format", "obhut-timeline"] {
        for banned in NOT_PURE {
            assert!(
                !packages[name].contains(banned),
                "{name} is pure and may not use {banned}"
            );
        }
    }
}

#[test]
fn only_the_archive_ships_with_the_database() {
    for (name, dependencies) in packages() {
        let has = dependencies.contains("rusqlite") || dependencies.contains("refinery");
        assert!(!has || name == "obhut-archive", "{name} may not use the database");
    }
}

/// The Rust files that are ours, by their path from the root.
fn sources() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for top in [
        "src",
        "archive",
        "evidence",
        "ingest",
        "listener",
        "player/src",
        "player/tests",
        "retention",
        "tests",
        "fuzz",
    ] {
        collect(&root().join(top), &mut found);
    }
    assert!(found.len() > 20, "the sources were not found");
    found
}

fn collect(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a readable source");
            let name = path.strip_prefix(root()).expect("below the root").to_path_buf();
            found.insert(name, text);
        }
    }
}

#[test]
fn files_have_one_subject_and_a_readable_length() {
    let mut lengths: Vec<(usize, PathBuf)> = sources()
        .into_iter()
        .map(|(path, text)| (text.lines().count(), path))
        .collect();
    lengths.sort();
    let (longest, path) = lengths.last().expect("sources");
    assert!(
        *longest <= LINES_OF_A_FILE,
        "{} has {longest} lines",
        path.display()
    );
    let (median, _) = lengths[lengths.len() / 2];
    assert!(
        median < LINES_OF_HALF_THE_FILES,
        "half of the files have {median} lines or more"
    );
    let long: Vec<_> = lengths
        .iter()
        .filter(|(lines, _)| *lines > LINES_OF_MOST_FILES)
        .collect();
    assert!(
        long.len() * 50 <= lengths.len(),
        "more than one file in fifty is long: {long:?}"
    );
}

#[test]
fn the_database_is_named_only_in_its_engine() {
    for (path, text) in sources() {
        let allowed = path.starts_with("archive/src/catalog/engine") || is_test(&path);
        let named = code(&text).any(|line| line.contains("rusqlite::") || line.contains("refinery::"));
        assert!(allowed || !named, "{} names the database's types", path.display());
    }
}

#[test]
fn sql_stands_only_in_the_catalog() {
    const STATEMENTS: [&str; 6] = [
        "SELECT ",
        "INSERT INTO ",
        "UPDATE ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "PRAGMA ",
    ];
    for (path, text) in sources() {
        if path.starts_with("archive/src/catalog") || is_test(&path) {
            continue;
        }
        for line in code(&text) {
            let found = STATEMENTS.iter().any(|statement| line.contains(statement));
            assert!(!found, "{} holds SQL: {}", path.display(), line.trim());
        }
    }
}

/// Tests look into the database from outside, to damage it and to see what is in it.
fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs")
}

fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn only_retention_makes_the_proof_that_deletes() {
    for (path, text) in sources() {
        let allowed = path.starts_with("retention/src") || is_test(&path);
        let made = code(&text).any(|line| line.contains("Disposal::by_plan()"));
        assert!(allowed || !made, "{} deletes by itself", path.display());
    }
}
