//! A backup that is read: first what it says of itself, then its parts as they come.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use obhut_format::backup::{Manifest, Member};
use zeroize::Zeroizing;

use super::BackupError;
use super::sealing::{Opened, Opener, small};
use super::tar::TarReader;

/// The largest manifest, root key file or configuration file.
const MOST_SMALL: u64 = 16 << 20;
/// The largest part of the catalog: one that ends with the largest row.
const MOST_PART: u64 = 1 << 30;

/// An open backup, read up to its first part.
pub struct OpenedBackup {
    manifest: Manifest,
    root_key: Option<Zeroizing<Vec<u8>>>,
    configuration: Option<Zeroizing<Vec<u8>>>,
    tar: TarReader<Opened>,
    /// A member whose header was read.
    next: Option<(Member, u64)>,
}

impl std::fmt::Debug for OpenedBackup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedBackup")
            .field("manifest", &self.manifest)
            .finish_non_exhaustive()
    }
}

/// A part of a backup.
pub(crate) enum Piece<'a> {
    /// A part of the catalog.
    Rows(Zeroizing<Vec<u8>>),
    /// A file of the intake log, by its number.
    Intake(u64, &'a mut dyn Read),
}

impl OpenedBackup {
    /// Opens a backup's file. Blocks.
    pub fn open(path: &Path, opener: &Opener) -> Result<Self, BackupError> {
        let mut tar = TarReader::new(opener.open(File::open(path).map_err(BackupError::Read)?)?);
        let (first, size) = header(&mut tar)?;
        if first != Member::Manifest {
            return Err(malformed("it does not begin with its manifest"));
        }
        let line = small(&mut tar, size, MOST_SMALL)?;
        let line = line
            .strip_suffix(b"\n")
            .ok_or_else(|| malformed("its manifest is cut"))?;
        let manifest = Manifest::parse(line).map_err(|error| malformed(&error.to_string()))?;
        let mut opened = Self {
            manifest,
            root_key: None,
            configuration: None,
            next: Some(header(&mut tar)?),
            tar,
        };
        if opened.manifest.root_key {
            opened.root_key = Some(opened.take(Member::RootKey)?);
        }
        if opened.manifest.configuration {
            opened.configuration = Some(opened.take(Member::Configuration)?);
        }
        Ok(opened)
    }

    fn take(&mut self, wanted: Member) -> Result<Zeroizing<Vec<u8>>, BackupError> {
        match self.next {
            Some((member, size)) if member == wanted => {
                let bytes = small(&mut self.tar, size, MOST_SMALL)?;
                self.next = Some(header(&mut self.tar)?);
                Ok(bytes)
            }
            _ => Err(malformed("a member is missing")),
        }
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The configuration file in it.
    pub fn configuration(&self) -> Option<&[u8]> {
        self.configuration.as_deref().map(Vec::as_slice)
    }

    /// The root key file in it.
    pub(crate) fn root_key(&self) -> Option<&[u8]> {
        self.root_key.as_deref().map(Vec::as_slice)
    }

    /// Hands over all parts in their order, and returns when it is certain that none is missing. Blocks.
    pub(crate) fn pieces<E: From<BackupError>>(
        &mut self,
        take: &mut dyn FnMut(Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut parts = 0;
        loop {
            match self.next.take() {
                Some((Member::Rows(part), size)) if part == parts => {
                    parts += 1;
                    take(Piece::Rows(small(&mut self.tar, size, MOST_PART)?))?;
                }
                Some((Member::Intake(file), _)) => take(Piece::Intake(file, &mut self.tar))?,
                Some((Member::End, 0)) => break,
                _ => return Err(malformed("its members are not in their order").into()),
            }
            self.next = Some(header(&mut self.tar)?);
        }
        // Reads on to the very end, which is sealed too.
        match self.tar.next().map_err(BackupError::Read)? {
            None => Ok(()),
            Some(_) => Err(malformed("members follow its end").into()),
        }
    }
}

fn header(tar: &mut TarReader<Opened>) -> Result<(Member, u64), BackupError> {
    let next = tar.next().map_err(BackupError::Read)?;
    let (name, size) = next.ok_or_else(|| malformed("it ends too early"))?;
    let member = Member::of(&name).ok_or_else(|| malformed("it holds a member of an unknown name"))?;
    Ok((member, size))
}

fn malformed(what: &str) -> BackupError {
    BackupError::Malformed(what.to_owned())
}
