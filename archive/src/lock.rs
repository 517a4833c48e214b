//! The data folder's lock: one program at a time writes an archive.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Holds the data folder; the kernel releases it when the process ends, however it ends.
#[derive(Debug)]
pub struct FolderLock {
    file: File,
}

/// Why the folder can't be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process writes this archive.
    #[error("data folder {folder} is in use by another obhut process ({holder})")]
    InUse {
        /// The data folder.
        folder: PathBuf,
        /// What the holder wrote of itself.
        holder: String,
    },
    /// The lock file can't be opened or locked.
    #[error("lock file {path} can't be used: {source}")]
    Io {
        /// The lock file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
}

impl FolderLock {
    /// Takes the lock of `folder` or says who has it.
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let path = folder.join("lock");
        let io = |source| LockError::Io {
            path: path.clone(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Only for the message; an unreadable holder changes nothing about who has the lock.
                let _ = file.read_to_string(&mut holder);
                return Err(LockError::InUse {
                    folder: folder.to_owned(),
                    holder: holder.trim().to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        file.set_len(0).map_err(io)?;
        file.rewind().map_err(io)?;
        writeln!(file, "process {}", std::process::id()).map_err(io)?;
        Ok(Self { file })
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}
