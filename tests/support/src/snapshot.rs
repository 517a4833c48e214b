//! A data folder at one moment, to be put elsewhere again and again.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The files of a folder, in memory.
#[derive(Debug)]
pub struct Snapshot {
    folders: Vec<(PathBuf, u32)>,
    files: Vec<(PathBuf, u32, Vec<u8>)>,
}

impl Snapshot {
    /// Reads a folder; sockets and other things that are no files are left out.
    pub fn of(folder: &Path) -> Self {
        let mut taken = Self {
            folders: Vec::new(),
            files: Vec::new(),
        };
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.expect("a readable folder");
            let name = entry.path().strip_prefix(folder).expect("below it").to_owned();
            let mode = entry.metadata().expect("its metadata").permissions().mode();
            if entry.file_type().is_dir() {
                taken.folders.push((name, mode));
            } else if entry.file_type().is_file() {
                let bytes = fs::read(entry.path()).expect("a readable file");
                taken.files.push((name, mode, bytes));
            }
        }
        taken
    }

    /// Every file's name and bytes.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.files
            .iter()
            .map(|(name, _, bytes)| (name.as_path(), &bytes[..]))
    }

    /// The bytes of a file.
    pub fn file(&self, name: &Path) -> &[u8] {
        let found = self.files().find(|(found, _)| *found == name);
        found.expect("the snapshot has this file").1
    }

    /// Writes all of it into a new folder.
    pub fn lay_out(&self, to: &Path) {
        for (name, mode) in &self.folders {
            let path = to.join(name);
            fs::create_dir_all(&path).expect("a new folder");
            fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).expect("its mode");
        }
        for (name, ..) in &self.files {
            self.restore(to, name);
        }
    }

    /// Puts one file back as it was.
    pub fn restore(&self, to: &Path, name: &Path) {
        let found = self.files.iter().find(|(found, ..)| found == name);
        let (_, mode, bytes) = found.expect("the snapshot has this file");
        let path = to.join(name);
        fs::write(&path, bytes).expect("a writable file");
        fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).expect("its mode");
    }
}
