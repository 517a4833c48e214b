//! What other programs say of a bundle.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use obhut_testkit::corpus;

use crate::house::{House, data, expect_sound, run};

/// Every program that knows one of the formats, and `VERIFY.txt` line by line.
pub(crate) fn expect_accepted(bundle: &Path) {
    let zip = bundle.to_str().expect("a path in UTF-8");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tested = run("unzip", &["-tq", zip], folder.path());
    assert!(tested.status.success(), "{tested:?}");
    let unpacked = run("unzip", &["-q", zip], folder.path());
    assert!(unpacked.status.success(), "{unpacked:?}");
    let top = fs::read_dir(folder.path())
        .expect("a folder")
        .next()
        .expect("a top folder")
        .expect("an entry")
        .path();
    let summed = run(
        "sha256sum",
        &["--check", "--strict", "--quiet", "SHA256SUMS"],
        &top,
    );
    assert!(summed.status.success(), "{summed:?}");
    let blake3 = run("bash", &["-c", "b3sum --no-names chain/00000000.line"], &top);
    assert!(blake3.status.success(), "{blake3:?}");
    let signed = run("bash", &["-c", SIGNATURE], &top);
    assert!(signed.status.success(), "{signed:?}");
    if let Some(python) = std::env::var_os("OBHUT_PYTHON")
        .map(PathBuf::from)
        .filter(|python| python.exists())
    {
        let python = python.to_str().expect("a path in UTF-8");
        let valid = run(python, &["-m", "bagit", "--validate", "."], &top);
        assert!(
            valid.status.success(),
            "{}",
            String::from_utf8_lossy(&valid.stderr)
        );
    } else {
        eprintln!("skipped: bagit.py, because OBHUT_PYTHON names no Python");
    }
    follow_the_instructions(&top);
}

const SIGNATURE: &str = "ssh-keygen -Y verify -f keys/allowed_signers -I archive@obhut -n evidence@obhut \
                         -s SHA256SUMS.sig < SHA256SUMS";

/// Runs the commands of `VERIFY.txt`, each of which has to end well; the folder stays as it was.
fn follow_the_instructions(top: &Path) {
    let followed = followed(top);
    assert!(
        followed.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&followed.stdout),
        String::from_utf8_lossy(&followed.stderr)
    );
}

/// What comes of the commands of `VERIFY.txt`; the first that does not end well is the last.
pub(crate) fn followed(top: &Path) -> Output {
    let text = fs::read_to_string(top.join("VERIFY.txt")).expect("instructions");
    let commands: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert!(commands.len() >= 14, "{commands:#?}");
    assert!(!commands.iter().any(|command| command.contains("obhut evidence")));
    let mut script = String::new();
    for (n, command) in commands.iter().enumerate() {
        let _ = writeln!(
            script,
            "{command}\n[ $? = 0 ] || {{ echo \"step {n} failed\" >&2; exit 1; }}"
        );
    }
    let home = tempfile::tempdir().expect("a temporary folder");
    Command::new("bash")
        .args(["-c", &script])
        .current_dir(top)
        .env("HOME", home.path())
        .env("TMPDIR", home.path())
        .output()
        .expect("bash can be started")
}

#[test]
fn a_bundle_of_screenshots_is_accepted_by_everything_that_knows_a_part_of_it() {
    let house = House::new();
    let (_, bundle) = house.bundle_of(&data("timeline"), "bundle.zip");
    expect_accepted(&bundle);
    let totals = expect_sound(&bundle);
    assert_eq!(totals["frames"], 13, "12 frames, and the manifest they came with");
    assert_eq!(totals["damaged"], 0);
}

#[test]
fn a_recording_is_put_together_again() {
    let house = House::new();
    // Three blocks, the last of them short.
    let long: Vec<u8> = (0..2_500_000_u32)
        .flat_map(|n| (n % 251).to_le_bytes())
        .take(2_500_000)
        .collect();
    let recording = house.place("call.webm");
    fs::write(&recording, &long).expect("a writable folder");
    let (_, bundle) = house.bundle_of(&recording, "recording.zip");
    expect_accepted(&bundle);
    let taken_apart = crate::bundle::Bundle::unpack(&bundle);
    let original = taken_apart
        .files
        .iter()
        .find(|(path, _)| path.starts_with("data/0/original."))
        .expect("the recording");
    assert!(*original.1 == long, "bit for bit");
    assert_eq!(expect_sound(&bundle)["frames"], 3);
}

#[test]
fn attachments_and_files_of_nothing_are_in_a_bundle_too() {
    let house = House::new();
    let folder = house.place("mixed");
    fs::create_dir(&folder).expect("a folder");
    for (name, from) in [("a.jpg", "timeline-jpg/00001.jpg"), ("b.cast", "shell.cast")] {
        fs::copy(data(from), folder.join(name)).expect("copied");
    }
    fs::write(folder.join("empty.txt"), b"").expect("written");
    let (_, bundle) = house.bundle_of(&folder, "mixed.zip");
    expect_accepted(&bundle);
    expect_sound(&bundle);
}

#[test]
fn bundles_of_the_corpus_are_accepted() {
    for part in ["desk-png", "screens-multi"] {
        let Some(folder) = corpus(part) else { return };
        let house = House::new();
        let (_, bundle) = house.bundle_of(&folder, "bundle.zip");
        expect_accepted(&bundle);
        expect_sound(&bundle);
    }
}
