//! The file that says of a data folder that a recovery into it has not come to its end: while it stands, nothing opens
//! the folder but another recovery, which starts over.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::options::ArchiveOptions;

/// The file's name.
const NAME: &str = "recovering";

/// What a recovery may have written beside catalog and intake log, so that starting over removes nothing else.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Marker {
    /// The root key file.
    pub root_key: Option<PathBuf>,
    /// The configuration file.
    pub configuration: Option<Written>,
}

/// A file that is put right by hand where what the backup had is not right any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Written {
    pub path: PathBuf,
    pub text: String,
}

impl Written {
    /// Removes it where it is as it was written, or was not written to its end. One that somebody changed since is theirs.
    fn remove_unchanged(&self) -> io::Result<()> {
        match fs::read(&self.path) {
            Ok(found) if self.text.as_bytes().starts_with(&found) => fs::remove_file(&self.path),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn path(data: &Path) -> PathBuf {
    data.join(NAME)
}

/// Whether it stands in a folder.
pub(crate) fn stands(data: &Path) -> bool {
    path(data).symlink_metadata().is_ok()
}

impl Marker {
    /// The marker that stands in a folder. One that can't be read was being written, before anything else was.
    pub(crate) fn read(data: &Path) -> io::Result<Option<Self>> {
        match fs::read(path(data)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text).unwrap_or_default())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes it durably, before anything that it names.
    pub(crate) fn write(&self, data: &Path) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path(data))?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        sync(data)
    }

    /// Removes what a recovery has written, so that another can begin; the marker stays.
    pub(crate) fn start_over(&self, options: &ArchiveOptions) -> io::Result<()> {
        let catalog = options.catalog();
        let mut files = vec![catalog.clone()];
        for end in ["-wal", "-shm"] {
            let mut name = catalog.clone().into_os_string();
            name.push(end);
            files.push(name.into());
        }
        files.extend(self.root_key.clone());
        for file in files {
            gone(fs::remove_file(file))?;
        }
        if let Some(configuration) = &self.configuration {
            configuration.remove_unchanged()?;
        }
        gone(fs::remove_dir_all(options.intake_folder()))?;
        sync(&options.data)
    }

    /// The recovery is whole: the folder may be opened.
    pub(crate) fn remove(data: &Path) -> io::Result<()> {
        gone(fs::remove_file(path(data)))?;
        sync(data)
    }
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
