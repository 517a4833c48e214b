//! What a restore wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The files of a restored session, by their path in its folder.
#[derive(Debug, Default)]
pub struct Restored {
    /// SHA-256 of each file.
    pub files: BTreeMap<PathBuf, [u8; 32]>,
}

impl Restored {
    /// Reads a folder.
    pub fn read(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        for path in files_below(folder) {
            let bytes = fs::read(folder.join(&path)).expect("a readable file");
            files.insert(path, Sha256::digest(&bytes).into());
        }
        Self { files }
    }

    /// The frames of a session that came over HTTP: `<stream>/<seq>.<ext>`; no number may come twice.
    pub fn frames(&self) -> BTreeMap<(u32, u64), [u8; 32]> {
        let mut frames = BTreeMap::new();
        for (path, digest) in &self.files {
            let place = (|| {
                let stream = path.parent()?.to_str()?.parse().ok()?;
                let seq = path.file_stem()?.to_str()?.parse().ok()?;
                Some((stream, seq))
            })();
            let place = place.unwrap_or_else(|| panic!("{} is no frame's name", path.display()));
            let before = frames.insert(place, *digest);
            assert!(before.is_none(), "frame {place:?} came twice");
        }
        frames
    }
}

/// Compares two folders file by file; says how many files are the same, and panics at the first that is not.
pub fn same_files(left: &Path, right: &Path) -> usize {
    let names = files_below(left);
    assert_eq!(names, files_below(right), "the folders hold other files");
    for name in &names {
        let (one, other) = (fs::read(left.join(name)), fs::read(right.join(name)));
        assert!(
            one.expect("a readable file") == other.expect("a readable file"),
            "{} differs",
            name.display()
        );
    }
    names.len()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("a readable folder"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(folder).expect("below it").to_owned())
        .collect();
    names.sort();
    names
}
