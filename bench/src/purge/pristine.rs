//! A folder as it was before a deletion, to begin every round with: what a deletion can change is kept aside and put back.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use obhut_archive::SessionRef;
use obhut_format::object_key;
use walkdir::{DirEntry, WalkDir};

/// What is kept of a data folder: everything but the objects of sessions that stay.
pub(super) struct Pristine {
    data: PathBuf,
    aside: PathBuf,
    /// The folders of sessions that go, below the data folder.
    going: Vec<PathBuf>,
}

impl Pristine {
    pub(super) fn keep(data: &Path, aside: &Path, going: &[SessionRef]) -> Result<Self> {
        let folder = |at: &SessionRef| {
            let folder = object_key::session_folder(at.tenant, at.session);
            Path::new("objects").join(folder.trim_end_matches('/'))
        };
        let kept = Self {
            data: data.to_owned(),
            aside: aside.to_owned(),
            going: going.iter().map(folder).collect(),
        };
        copy(data, aside, is_none_of_a_session)?;
        for going in &kept.going {
            copy(&data.join(going), &aside.join(going), |_| true)?;
        }
        Ok(kept)
    }

    /// Makes the folder what it was.
    pub(super) fn put_back(&self) -> Result<()> {
        for entry in WalkDir::new(&self.data)
            .into_iter()
            .filter_entry(is_none_of_a_session)
        {
            let entry = entry?;
            if !entry.file_type().is_dir() {
                fs::remove_file(entry.path())?;
            }
        }
        copy(&self.aside, &self.data, |_| true)
    }
}

fn is_none_of_a_session(entry: &DirEntry) -> bool {
    !(entry.file_type().is_dir() && entry.file_name() == "sessions")
}

/// Copies the files of a folder, with the folders that they are in.
fn copy(from: &Path, to: &Path, wanted: impl Fn(&DirEntry) -> bool) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in WalkDir::new(from).into_iter().filter_entry(|entry| wanted(entry)) {
        let entry = entry?;
        let to = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&to)?;
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), &to)
                .with_context(|| format!("{} can't be copied", entry.path().display()))?;
        }
    }
    Ok(())
}
