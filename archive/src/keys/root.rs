//! The root key file: one line a version, `obhut-root-key/1 <version> <64 hex digits>`, mode 0600.
//!
//! Two lines stand in it only during a rotation: the new version is added and made durable before the first
//! key is re-wrapped, the old one is removed after the last.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use obhut_format::key::WrapKey;
use obhut_format::random::Random;
use zeroize::Zeroizing;

const TAG: &str = "obhut-root-key/1";

/// The root keys of one archive: usually one version, two during a rotation.
#[derive(Debug)]
pub(crate) struct RootKeys {
    path: PathBuf,
    versions: Vec<(u32, WrapKey)>,
}

/// Why a root key can't be used. Each names the file.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyError {
    /// The file is not there though the archive is.
    #[error("root key file {0} is missing, and this archive can't be opened without it")]
    Missing(PathBuf),
    /// The file can't be read or written.
    #[error("root key file {path} can't be used: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// Others than its owner may read it.
    #[error("root key file {path} has mode {mode:04o}, which lets others read it")]
    WrongMode {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is no root key file.
    #[error("root key file {path} is not a root key file: {why}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// It is another archive's, or another version.
    #[error("root key file {path} is not the key of this archive")]
    Wrong {
        /// The file.
        path: PathBuf,
    },
}

impl RootKeys {
    /// Reads the file and checks its mode; changes nothing.
    pub(crate) fn load(path: &Path) -> Result<Self, RootKeyError> {
        let unreadable = |source| RootKeyError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let metadata = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(RootKeyError::Missing(path.to_owned()));
            }
            other => other.map_err(unreadable)?,
        };
        let mode = metadata.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(RootKeyError::WrongMode {
                path: path.to_owned(),
                mode,
            });
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(unreadable)?);
        let malformed = |why| RootKeyError::Malformed {
            path: path.to_owned(),
            why,
        };
        let mut versions = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let mut words = line.split(' ');
            if words.next() != Some(TAG) {
                return Err(malformed("a line does not start with obhut-root-key/1"));
            }
            let version = words.next().and_then(|word| word.parse().ok());
            let version = version.ok_or_else(|| malformed("a version is not a number"))?;
            let mut key = Zeroizing::new([0u8; 32]);
            let hex_word = words.next().ok_or_else(|| malformed("a key is missing"))?;
            hex::decode_to_slice(hex_word, key.as_mut_slice())
                .map_err(|_| malformed("a key is not 64 hex digits"))?;
            if words.next().is_some() {
                return Err(malformed("a line has more than three words"));
            }
            versions.push((version, WrapKey::from_bytes(key)));
        }
        if versions.is_empty() {
            return Err(malformed("it holds no key"));
        }
        Ok(Self {
            path: path.to_owned(),
            versions,
        })
    }

    /// Makes version 1 in a new file; an existing file is never touched.
    pub(crate) fn create(path: &Path, rng: &mut dyn Random) -> Result<Self, RootKeyError> {
        write_new(path, &line(1, &fresh(rng))).map_err(|source| RootKeyError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::load(path)
    }

    /// Reads the file again.
    pub(crate) fn reload(&self) -> Result<Self, RootKeyError> {
        Self::load(&self.path)
    }

    /// The newest version's number.
    pub(crate) fn newest(&self) -> u32 {
        self.versions
            .iter()
            .map(|(version, _)| *version)
            .max()
            .unwrap_or(0)
    }

    /// How many versions the file holds: more than one only while a rotation is under way.
    pub(crate) fn version_count(&self) -> usize {
        self.versions.len()
    }

    /// The key of a version, if the file still holds it.
    pub(crate) fn version(&self, version: u32) -> Option<&WrapKey> {
        self.versions
            .iter()
            .find(|(held, _)| *held == version)
            .map(|(_, key)| key)
    }

    /// The error of a key that does not fit the archive.
    pub(crate) fn wrong(&self) -> RootKeyError {
        RootKeyError::Wrong {
            path: self.path.clone(),
        }
    }

    /// Adds a new version durably and returns the keys with it. The old versions stay until [`Self::retire_old`].
    pub(crate) fn add_version(&self, rng: &mut dyn Random) -> Result<Self, RootKeyError> {
        let mut text = self.text()?;
        text.push_str(&line(self.newest() + 1, &fresh(rng)));
        self.replace(&text)
    }

    /// Removes all versions but the newest.
    pub(crate) fn retire_old(&self) -> Result<Self, RootKeyError> {
        let prefix = format!("{TAG} {} ", self.newest());
        let text = self.text()?;
        let mut kept = Zeroizing::new(String::new());
        for line in text.lines().filter(|line| line.starts_with(&prefix)) {
            kept.push_str(line);
            kept.push('\n');
        }
        self.replace(&kept)
    }

    /// Writes a root key file as a backup holds it; an existing file is never touched.
    pub(crate) fn put_back(path: &Path, text: &[u8]) -> Result<(), RootKeyError> {
        let unreadable = |source| RootKeyError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let text = std::str::from_utf8(text).map_err(|error| unreadable(io::Error::other(error)))?;
        write_new(path, text).map_err(unreadable)
    }

    /// The file as it is.
    pub(crate) fn text(&self) -> Result<Zeroizing<String>, RootKeyError> {
        let text = fs::read_to_string(&self.path).map_err(|source| RootKeyError::Unreadable {
            path: self.path.clone(),
            source,
        })?;
        Ok(Zeroizing::new(text))
    }

    fn replace(&self, text: &str) -> Result<Self, RootKeyError> {
        let beside = self.path.with_extension("key.new");
        let written = (|| {
            // What a broken-off rotation left was never used: the file in place decides.
            match fs::remove_file(&beside) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            write_new(&beside, text)?;
            fs::rename(&beside, &self.path)?;
            sync_parent(&self.path)
        })();
        written.map_err(|source| RootKeyError::Unreadable {
            path: self.path.clone(),
            source,
        })?;
        Self::load(&self.path)
    }
}

fn fresh(rng: &mut dyn Random) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0u8; 32]);
    rng.fill(key.as_mut_slice());
    key
}

fn line(version: u32, key: &[u8; 32]) -> Zeroizing<String> {
    let digits = Zeroizing::new(hex::encode(key));
    Zeroizing::new(format!("{TAG} {version} {}\n", digits.as_str()))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    sync_parent(path)
}

fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::OsRandom;

    #[test]
    fn a_rotation_keeps_the_old_key_until_it_is_retired() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("root.key");
        let one = RootKeys::create(&path, &mut OsRandom).expect("created");
        assert_eq!(one.newest(), 1);
        let two = one.add_version(&mut OsRandom).expect("added");
        assert!(two.version(1).is_some() && two.version(2).is_some());
        let only = two.retire_old().expect("retired");
        assert!(only.version(1).is_none() && only.version(2).is_some());
    }

    #[test]
    fn an_existing_file_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("root.key");
        RootKeys::create(&path, &mut OsRandom).expect("created");
        assert!(RootKeys::create(&path, &mut OsRandom).is_err());
    }

    #[test]
    fn a_file_others_can_read_is_refused_by_name() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("root.key");
        RootKeys::create(&path, &mut OsRandom).expect("created");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("mode set");
        let error = RootKeys::load(&path).expect_err("refused").to_string();
        assert!(error.contains("root.key") && error.contains("0640"), "{error}");
    }
}
