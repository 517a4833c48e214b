//! What a local folder needs beyond the client's own writing of files.
//!
//! The client stages a file under `<name>#<number>`, syncs it, links or renames it into place and syncs that folder.
//! It also syncs folders that it creates, but only in the call that creates them: a second call that finds the folder
//! made by a first one, or by a program killed before it could sync, does not know that its name is not durable yet.
//! So every folder's name is made durable here once in the life of this value, before anything is put below it.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::local::LocalFileSystem;
use parking_lot::Mutex;

use super::ObjectError;
use super::key::to_path;
use super::torn::{TornWrites, Writing};

/// So many folder names are remembered as durable; past that, all are forgotten and learned anew.
const REMEMBERED: usize = 8192;

#[derive(Debug)]
pub(super) struct LocalFolder {
    root: PathBuf,
    durable: Mutex<HashSet<PathBuf>>,
    torn: Arc<TornWrites>,
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Creates a folder if it is missing and makes its name durable either way.
fn ensure_folder(path: &Path) -> io::Result<()> {
    match std::fs::create_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => sync_folder(Path::new(".")),
        Some(parent) => sync_folder(parent),
        None => Ok(()),
    }
}

/// Whether the client would take a file for one that it is still staging.
fn is_staging(name: &str) -> bool {
    name.split_once('#')
        .is_some_and(|(_, number)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

impl LocalFolder {
    pub(super) fn open(root: &Path) -> Result<Self, ObjectError> {
        let name = root.display().to_string();
        ensure_folder(root).map_err(|error| ObjectError::of_io(&name, error))?;
        let root = root
            .canonicalize()
            .map_err(|error| ObjectError::of_io(&name, error))?;
        Ok(Self {
            torn: Arc::new(TornWrites::read(&root)),
            root,
            durable: Mutex::new(HashSet::new()),
        })
    }

    pub(super) fn store(&self) -> Result<LocalFileSystem, ObjectError> {
        let name = self.root.display().to_string();
        let store = LocalFileSystem::new_with_prefix(&self.root)
            .map_err(|error| ObjectError::of(&name, super::Doing::Write, error))?;
        Ok(store.with_fsync(true))
    }

    /// Runs one of the steps below where it may block.
    pub(super) async fn on_blocking<T: Send + 'static>(
        self: Arc<Self>,
        key: &str,
        step: fn(&Self, &str) -> io::Result<T>,
    ) -> Result<T, ObjectError> {
        let owned = key.to_owned();
        let done = tokio::task::spawn_blocking(move || step(&self, &owned)).await;
        done.unwrap_or_else(|error| Err(io::Error::other(error)))
            .map_err(|error| ObjectError::of_io(key, error))
    }

    /// Makes the folders above `key` and their names durable, for a write that begins with it.
    pub(super) fn prepare(&self, key: &str) -> io::Result<Writing> {
        let writing = self.torn.begin()?;
        match self.make_folders(key) {
            Ok(()) => Ok(writing),
            Err(error) => {
                // Nothing is staged yet.
                writing.done();
                Err(error)
            }
        }
    }

    fn make_folders(&self, key: &str) -> io::Result<()> {
        let mut folder = self.root.clone();
        let mut parts: Vec<&str> = key.split('/').collect();
        parts.pop();
        for part in parts {
            folder.push(part);
            if self.durable.lock().contains(&folder) {
                continue;
            }
            ensure_folder(&folder)?;
            let mut durable = self.durable.lock();
            if durable.len() >= REMEMBERED {
                durable.clear();
            }
            durable.insert(folder.clone());
        }
        Ok(())
    }

    /// Deletes the file of `key`, its staging files, and the folders above that are empty then; durable on return.
    pub(super) fn remove(&self, key: &str) -> io::Result<()> {
        let path = self.root.join(key);
        let mut parent = path.parent().unwrap_or(&self.root).to_owned();
        // A crash between link and unlink leaves the staging name as a second name of the same bytes. The client takes
        // the lowest free number, so the numbers have no holes.
        let staging = (1_u32..).map(|number| PathBuf::from(format!("{}#{number}", path.display())));
        for path in staging {
            if !gone(std::fs::remove_file(&path))? {
                break;
            }
        }
        gone(std::fs::remove_file(&path))?;
        // Also when nothing was there: an earlier try may have unlinked it and died before the sync.
        match sync_folder(&parent) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done?,
        }
        while parent != self.root && parent.starts_with(&self.root) {
            if std::fs::remove_dir(&parent).is_err() {
                break;
            }
            // Whoever needs it again must make its name durable anew.
            self.durable.lock().remove(&parent);
            let Some(above) = parent.parent() else { break };
            sync_folder(above)?;
            parent = above.to_owned();
        }
        Ok(())
    }

    /// Deletes a folder with all that is in it; durable on return. Whether it was there is the answer.
    pub(super) fn remove_folder(&self, folder: &str) -> io::Result<bool> {
        let was_there = self.unlink_folder(folder)?;
        self.sync_above(&self.root.join(folder))?;
        Ok(was_there)
    }

    /// The same for many, with one sync for those that lie in the same folder; durable on return where no error is given.
    pub(super) fn remove_folders(&self, folders: &[String]) -> Vec<Result<bool, ObjectError>> {
        let unlink = |folder: &String| {
            let name = folder.trim_end_matches('/');
            // Refuses what could lead elsewhere.
            to_path(name)?;
            self.unlink_folder(name)
                .map_err(|error| ObjectError::of_io(folder, error))
        };
        let mut done: Vec<_> = folders.iter().map(unlink).collect();
        let mut synced: HashMap<PathBuf, Option<io::ErrorKind>> = HashMap::new();
        for (folder, outcome) in folders.iter().zip(&mut done) {
            let path = self.root.join(folder.trim_end_matches('/'));
            let above = path.parent().unwrap_or(&self.root).to_owned();
            let failed = *synced
                .entry(above)
                .or_insert_with(|| self.sync_above(&path).err().map(|error| error.kind()));
            if let (true, Some(kind)) = (outcome.is_ok(), failed) {
                *outcome = Err(ObjectError::of_io(folder, kind.into()));
            }
        }
        done
    }

    fn unlink_folder(&self, folder: &str) -> io::Result<bool> {
        let path = self.root.join(folder);
        let was_there = gone(std::fs::remove_dir_all(&path))?;
        // Whoever needs it again must make its name durable anew.
        self.durable.lock().retain(|known| !known.starts_with(&path));
        Ok(was_there)
    }

    /// Makes durable what is gone from the folder that `path` is in. Also when nothing was there: an earlier try may have
    /// removed it and died before the sync.
    fn sync_above(&self, path: &Path) -> io::Result<()> {
        match sync_folder(path.parent().unwrap_or(&self.root)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// How many files and folders there are of a folder, itself included.
    pub(super) fn left_in_folder(&self, folder: &str) -> io::Result<u64> {
        let mut found = 0;
        let mut next = vec![self.root.join(folder)];
        while let Some(path) = next.pop() {
            match std::fs::symlink_metadata(&path) {
                Ok(meta) => {
                    found += 1;
                    if meta.is_dir() {
                        for entry in std::fs::read_dir(&path)? {
                            next.push(entry?.path());
                        }
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    pub(super) fn settle(&self) -> Result<(), ObjectError> {
        let name = self.root.display().to_string();
        let settled = self.torn.settle();
        settled
            .map(drop)
            .map_err(|error| ObjectError::of_io(&name, error))
    }

    pub(super) fn sweep_staging(&self) -> Result<u64, ObjectError> {
        if !self.torn.may_be() {
            return Ok(0);
        }
        let mut swept = 0;
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            let name = folder.display().to_string();
            swept += sweep_one(&folder, &mut folders).map_err(|error| ObjectError::of_io(&name, error))?;
        }
        Ok(swept)
    }
}

/// Sweeps one folder and notes the folders in it. Links are not followed: what they lead to is not ours.
fn sweep_one(folder: &Path, folders: &mut Vec<PathBuf>) -> io::Result<u64> {
    let mut swept = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            folders.push(entry.path());
        } else if kind.is_file() && entry.file_name().to_str().is_some_and(is_staging) {
            std::fs::remove_file(entry.path())?;
            swept += 1;
        }
    }
    if swept > 0 {
        sync_folder(folder)?;
    }
    Ok(swept)
}

/// True when something was removed, false when there was nothing.
fn gone(removed: io::Result<()>) -> io::Result<bool> {
    match removed {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
