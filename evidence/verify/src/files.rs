//! The files of a bundle as the checks read them: never longer than allowed, and each digest kept, so that what was
//! parsed is what is compared with the signed list.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek, SeekFrom};

use flate2::read::DeflateDecoder;
use obhut_format::bundle::{self, UNLISTED, is_path};
use obhut_format::digest::Sha256Digest;
use sha2::{Digest, Sha256};

use crate::container::{ContainerError, Entry, entries};
use crate::{Findings, Kind};

/// Longest file that is read into memory whole. Originals are not.
const LONGEST_IN_MEMORY: u64 = 1 << 28;
/// Bytes of the manifest beside a file's name: `{"path":"","bytes":},` and a number.
const BESIDE_A_NAME: u64 = 64;
/// Bytes of the manifest beside all files: what is damaged, and what it is of.
const BESIDE_ALL_NAMES: u64 = 1 << 24;
/// Bytes read in one go.
const PIECE: usize = 1 << 17;

/// An entry's bytes.
enum Unpacked<R> {
    Stored(R),
    Deflated(DeflateDecoder<R>),
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stored(reader) => reader.read(piece),
            Self::Deflated(reader) => reader.read(piece),
        }
    }
}

impl<R> Unpacked<R> {
    /// Whether all its packed bytes were needed.
    fn is_used_up(&self, stored: u64) -> bool {
        match self {
            Self::Stored(_) => true,
            Self::Deflated(reader) => reader.total_in() == stored,
        }
    }
}

/// An open bundle.
#[derive(Debug)]
pub(crate) struct Files<R> {
    bundle: R,
    entries: BTreeMap<String, Entry>,
    digests: BTreeMap<String, Sha256Digest>,
    /// Files that don't unpack to what their entry says.
    broken: BTreeSet<String>,
    bytes: u64,
}

impl<R: Read + Seek> Files<R> {
    pub(crate) fn open(mut bundle: R) -> Result<Self, ContainerError> {
        let entries = entries(&mut bundle)?;
        Ok(Self {
            bundle,
            entries,
            digests: BTreeMap::new(),
            broken: BTreeSet::new(),
            bytes: 0,
        })
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    pub(crate) fn len_of(&self, path: &str) -> Option<u64> {
        self.entries.get(path).map(|entry| entry.bytes)
    }

    pub(crate) fn digest(&self, path: &str) -> Option<&Sha256Digest> {
        self.digests.get(path)
    }

    pub(crate) fn read_so_far(&self) -> (u64, u64) {
        (self.digests.len() as u64, self.bytes)
    }

    /// It names each file once, and what is damaged.
    fn longest_manifest(&self) -> u64 {
        let names = self.entries.keys().map(|path| path.len() as u64 + BESIDE_A_NAME);
        names.fold(BESIDE_ALL_NAMES, u64::saturating_add)
    }

    /// A whole file; one that is missing, too long or broken is noted, and gives nothing.
    pub(crate) fn read(&mut self, path: &str, findings: &mut Findings) -> io::Result<Option<Vec<u8>>> {
        let longest = UNLISTED
            .iter()
            .find(|(unlisted, _)| *unlisted == path)
            .map_or(LONGEST_IN_MEMORY, |(_, longest)| *longest);
        let longest = if path == bundle::BUNDLE {
            longest.min(self.longest_manifest())
        } else {
            longest
        };
        match self.len_of(path) {
            None => {
                findings.add(Kind::File, path, "it is missing");
                return Ok(None);
            }
            Some(len) if len > longest => {
                findings.add(Kind::File, path, "it is longer than it can be");
                return Ok(None);
            }
            Some(_) => {}
        }
        let mut content = Vec::new();
        let whole = self.stream(path, findings, |piece| content.extend_from_slice(piece))?;
        Ok(whole.then_some(content))
    }

    /// Shows a file piece by piece; whether it was whole. What is shown of a file that is not is worth nothing.
    pub(crate) fn stream(
        &mut self,
        path: &str,
        findings: &mut Findings,
        mut show: impl FnMut(&[u8]),
    ) -> io::Result<bool> {
        let Some(entry) = self.entries.get(path).cloned() else {
            findings.add(Kind::File, path, "it is missing");
            return Ok(false);
        };
        if self.broken.contains(path) {
            return Ok(false);
        }
        self.bundle.seek(SeekFrom::Start(entry.at))?;
        let stored = self.bundle.by_ref().take(entry.stored);
        let mut reader = if entry.deflated {
            Unpacked::Deflated(DeflateDecoder::new(stored))
        } else {
            Unpacked::Stored(stored)
        };
        let (mut sha256, mut crc32) = (Sha256::new(), crc32fast::Hasher::new());
        let mut piece = vec![0; PIECE];
        let mut len: u64 = 0;
        let mut broken = None;
        loop {
            let read = match reader.read(&mut piece) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if entry.deflated && error.kind() != io::ErrorKind::Other => {
                    broken = Some("it does not unpack");
                    break;
                }
                Err(error) => return Err(error),
            };
            let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else {
                break;
            };
            len += read.len() as u64;
            if len > entry.bytes {
                broken = Some("it unpacks to more bytes than it says");
                break;
            }
            sha256.update(read);
            crc32.update(read);
            show(read);
        }
        if broken.is_none() && len != entry.bytes {
            broken = Some("it unpacks to fewer bytes than it says");
        }
        if broken.is_none() && !reader.is_used_up(entry.stored) {
            broken = Some("something lies behind what it unpacks to");
        }
        if broken.is_none() && crc32.finalize() != entry.crc32 {
            broken = Some("its checksum in the zip is wrong");
        }
        if let Some(what) = broken {
            findings.add(Kind::File, path, what);
            self.broken.insert(path.to_owned());
            return Ok(false);
        }
        if self
            .digests
            .insert(path.to_owned(), Sha256Digest(sha256.finalize().into()))
            .is_none()
        {
            self.bytes += len;
        }
        Ok(true)
    }

    /// Reads what no check has read, for its digest.
    pub(crate) fn read_the_rest(&mut self, findings: &mut Findings) -> io::Result<()> {
        let unread = self
            .entries
            .keys()
            .filter(|path| is_path(path) && !self.digests.contains_key(*path));
        let unread: Vec<String> = unread.cloned().collect();
        for path in unread {
            self.stream(&path, findings, |_| {})?;
        }
        Ok(())
    }
}
