//! What happens to the files of an archive behind its back.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use crate::program::Program;

/// The objects of a session's segments in the data folder, in a fixed order; there is one at least.
pub fn segments(program: &Program, session: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![program.data().join("objects")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "seg")
                && path.to_string_lossy().contains(session)
            {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "the session has no segments");
    found.sort();
    found
}

/// Turns over a bit of one byte of a file.
pub fn turn_over(path: &Path, at: u64) {
    let file = File::options()
        .read(true)
        .write(true)
        .open(path)
        .expect("a writable file");
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).expect("a byte");
    file.write_all_at(&[byte[0] ^ 1], at).expect("a byte is written");
}

/// Turns over a bit in the middle of a file.
pub fn turn_over_middle(path: &Path) {
    let length = fs::metadata(path).expect("a file").len();
    turn_over(path, length / 2);
}
