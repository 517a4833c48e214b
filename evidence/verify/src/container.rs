//! The zip, read so strictly that every program that reads it sees the same files: APPNOTE 6.3.10, as far as bundles
//! need it.
//!
//! The directory ends where the end record begins, entries lie one behind the other from the first byte on, each local
//! header says what the directory says, and no two names are one name on any file system.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek, SeekFrom};

use thiserror::Error;

const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
const DIRECTORY: u32 = 0x0201_4b50;
const LOCAL: u32 = 0x0403_4b50;
const END_LEN: u64 = 22;
const LOCATOR_LEN: u64 = 20;
const END_64_LEN: u64 = 56;
const LOCAL_LEN: u64 = 30;
/// A directory is read into memory whole; this is one of a million files.
const LONGEST_DIRECTORY: u64 = 1 << 27;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const ENCRYPTED: u16 = 1 << 0 | 1 << 6 | 1 << 13;
const SIZES_BEHIND: u16 = 1 << 3;
/// The extra field that holds what is too large for 32 bits.
const ZIP64: u16 = 1;

/// Why a file is no bundle's container.
#[derive(Debug, Error)]
pub enum ContainerError {
    /// It could not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Not a zip, cut short, or with something before, behind or between its entries.
    #[error("not a whole zip file: {0}")]
    Malformed(&'static str),
    /// An entry that a bundle does not have.
    #[error("{what}")]
    Entry {
        /// Its name.
        name: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl ContainerError {
    /// The entry, where it is about one.
    pub fn file(&self) -> &str {
        match self {
            Self::Entry { name, .. } => name,
            _ => "",
        }
    }
}

/// A file in the zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its length.
    pub bytes: u64,
    pub(crate) stored: u64,
    pub(crate) deflated: bool,
    pub(crate) crc32: u32,
    pub(crate) at: u64,
}

/// An entry of the directory.
struct Listed {
    name: String,
    flags: u16,
    method: u16,
    crc32: u32,
    stored: u64,
    bytes: u64,
    offset: u64,
}

/// Little-endian fields, one after another.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], ContainerError> {
        let (taken, rest) = self
            .0
            .split_at_checked(len)
            .ok_or(ContainerError::Malformed("a header is cut short"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn u16(&mut self) -> Result<u16, ContainerError> {
        let bytes = self.take(2)?.try_into();
        bytes
            .map(u16::from_le_bytes)
            .map_err(|_| ContainerError::Malformed("a header is cut short"))
    }

    fn u32(&mut self) -> Result<u32, ContainerError> {
        let bytes = self.take(4)?.try_into();
        bytes
            .map(u32::from_le_bytes)
            .map_err(|_| ContainerError::Malformed("a header is cut short"))
    }

    fn u64(&mut self) -> Result<u64, ContainerError> {
        let bytes = self.take(8)?.try_into();
        bytes
            .map(u64::from_le_bytes)
            .map_err(|_| ContainerError::Malformed("a header is cut short"))
    }
}

fn read_at<R: Read + Seek>(file: &mut R, at: u64, len: u64) -> Result<Vec<u8>, ContainerError> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.by_ref().take(len).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == len {
        Ok(bytes)
    } else {
        Err(ContainerError::Malformed("it ends early"))
    }
}

/// The files in a zip, by their names below its one top folder.
pub fn entries<R: Read + Seek>(file: &mut R) -> Result<BTreeMap<String, Entry>, ContainerError> {
    let (at, len, count) = directory(file)?;
    let bytes = read_at(file, at, len)?;
    let mut fields = Fields(&bytes);
    let mut listed = Vec::new();
    while !fields.0.is_empty() {
        listed.push(listed_entry(&mut fields)?);
    }
    if listed.len() as u64 != count {
        return Err(ContainerError::Malformed(
            "its directory is not as long as it says",
        ));
    }
    listed.sort_by_key(|entry| entry.offset);
    let mut places = Vec::with_capacity(listed.len());
    let mut next = 0;
    for entry in &listed {
        let place = local(file, entry, next, at)?;
        next = place.end;
        places.push(place.data);
    }
    if next != at {
        return Err(ContainerError::Malformed(
            "something lies between its last entry and its directory",
        ));
    }
    named(&listed, &places)
}

/// Where the directory lies, how long it is, and how many entries it has.
fn directory<R: Read + Seek>(file: &mut R) -> Result<(u64, u64, u64), ContainerError> {
    let malformed = ContainerError::Malformed;
    let len = file.seek(SeekFrom::End(0))?;
    let end_at = len.checked_sub(END_LEN).ok_or(malformed("it is too short"))?;
    let bytes = read_at(file, end_at, END_LEN)?;
    let mut end = Fields(&bytes);
    if end.u32()? != END {
        return Err(malformed("it does not end with an end record"));
    }
    let (disk, directory_disk, here) = (end.u16()?, end.u16()?, end.u16()?);
    let (count, size, at, comment) = (end.u16()?, end.u32()?, end.u32()?, end.u16()?);
    if disk != directory_disk || here != count || comment != 0 {
        return Err(malformed("it has several parts, or a comment"));
    }
    let large = count == u16::MAX || size == u32::MAX || at == u32::MAX;
    let (at, size, count, ends) = if large {
        let locator_at = end_at
            .checked_sub(LOCATOR_LEN)
            .ok_or(malformed("it is too short"))?;
        let bytes = read_at(file, locator_at, LOCATOR_LEN)?;
        let mut locator = Fields(&bytes);
        let (magic, _disk, end_64_at) = (locator.u32()?, locator.u32()?, locator.u64()?);
        if magic != LOCATOR_64 || end_64_at.checked_add(END_64_LEN) != Some(locator_at) {
            return Err(malformed("its 64-bit end record is not where it should be"));
        }
        let bytes = read_at(file, end_64_at, END_64_LEN)?;
        let mut end = Fields(&bytes);
        let (magic, _size) = (end.u32()?, end.u64()?);
        let (_versions, _disks) = (end.u32()?, end.u64()?);
        let (here, count, size, at) = (end.u64()?, end.u64()?, end.u64()?, end.u64()?);
        if magic != END_64 || here != count {
            return Err(malformed("its 64-bit end record is none"));
        }
        (at, size, count, end_64_at)
    } else if disk == 0 {
        (u64::from(at), u64::from(size), u64::from(count), end_at)
    } else {
        return Err(malformed("it has several parts"));
    };
    if at.checked_add(size) != Some(ends) || size > LONGEST_DIRECTORY {
        return Err(malformed("its directory is not where it should be"));
    }
    Ok((at, size, count))
}

fn listed_entry(fields: &mut Fields<'_>) -> Result<Listed, ContainerError> {
    if fields.u32()? != DIRECTORY {
        return Err(ContainerError::Malformed("its directory holds something else"));
    }
    let (made_by, _needed, flags, method) = (fields.u16()?, fields.u16()?, fields.u16()?, fields.u16()?);
    let (_time, crc32) = (fields.u32()?, fields.u32()?);
    let (stored, bytes) = (fields.u32()?, fields.u32()?);
    let (name_len, extra_len, comment_len) = (fields.u16()?, fields.u16()?, fields.u16()?);
    let (_disk, _internal, external, offset) = (fields.u16()?, fields.u16()?, fields.u32()?, fields.u32()?);
    let name = fields.take(usize::from(name_len))?;
    let extra = fields.take(usize::from(extra_len))?;
    let _comment = fields.take(usize::from(comment_len))?;
    let name = std::str::from_utf8(name)
        .map_err(|_| ContainerError::Malformed("a name is not UTF-8"))?
        .to_owned();
    let refuse = |what| {
        Err(ContainerError::Entry {
            name: name.clone(),
            what,
        })
    };
    if flags & ENCRYPTED != 0 {
        return refuse("it is encrypted");
    }
    if method != STORED && method != DEFLATED {
        return refuse("it is packed by a method that bundles don't use");
    }
    // The upper half of the attributes is a mode where Unix, or macOS, made the entry.
    let mode = if matches!(made_by >> 8, 3 | 19) {
        external >> 16
    } else {
        0
    };
    let is_folder = name.ends_with('/');
    match mode & 0o170_000 {
        0 => {}
        0o100_000 if !is_folder => {}
        0o040_000 if is_folder => {}
        0o120_000 => return refuse("it is a symbolic link"),
        _ => return refuse("it is no plain file"),
    }
    let mut listed = Listed {
        flags,
        method,
        crc32,
        stored: u64::from(stored),
        bytes: u64::from(bytes),
        offset: u64::from(offset),
        name,
    };
    widen(&mut listed, (stored, bytes, offset), extra)?;
    if is_folder && listed.bytes != 0 {
        return Err(ContainerError::Entry {
            name: listed.name,
            what: "it is a folder with content",
        });
    }
    if listed.method == STORED && listed.stored != listed.bytes {
        return Err(ContainerError::Entry {
            name: listed.name,
            what: "it is stored, and not as long as it says",
        });
    }
    Ok(listed)
}

/// Takes over what is too large for 32 bits.
fn widen(
    listed: &mut Listed,
    (stored, bytes, offset): (u32, u32, u32),
    extra: &[u8],
) -> Result<(), ContainerError> {
    let mut extra = Fields(extra);
    let mut seen = false;
    while !extra.0.is_empty() {
        let (id, len) = (extra.u16()?, extra.u16()?);
        let mut field = Fields(extra.take(usize::from(len))?);
        if id != ZIP64 || std::mem::replace(&mut seen, true) {
            continue;
        }
        if bytes == u32::MAX {
            listed.bytes = field.u64()?;
        }
        if stored == u32::MAX {
            listed.stored = field.u64()?;
        }
        if offset == u32::MAX {
            listed.offset = field.u64()?;
        }
    }
    Ok(())
}

struct Place {
    data: u64,
    end: u64,
}

/// Compares a local header with the directory; the entry has to begin at `expected` and end before `limit`.
fn local<R: Read + Seek>(
    file: &mut R,
    entry: &Listed,
    expected: u64,
    limit: u64,
) -> Result<Place, ContainerError> {
    let refuse = |what| ContainerError::Entry {
        name: entry.name.clone(),
        what,
    };
    if entry.offset != expected {
        return Err(refuse("it overlaps another, or something lies before it"));
    }
    let bytes = read_at(file, entry.offset, LOCAL_LEN)?;
    let mut fields = Fields(&bytes);
    let magic = fields.u32()?;
    let (_needed, flags, method) = (fields.u16()?, fields.u16()?, fields.u16()?);
    let (_time, crc32, stored, bytes) = (fields.u32()?, fields.u32()?, fields.u32()?, fields.u32()?);
    let (name_len, extra_len) = (fields.u16()?, fields.u16()?);
    let name = read_at(file, entry.offset + LOCAL_LEN, u64::from(name_len))?;
    let behind = flags & SIZES_BEHIND != 0;
    let sizes_agree = behind
        || (crc32 == entry.crc32
            && (stored == u32::MAX || u64::from(stored) == entry.stored)
            && (bytes == u32::MAX || u64::from(bytes) == entry.bytes));
    if magic != LOCAL
        || flags != entry.flags
        || method != entry.method
        || name != entry.name.as_bytes()
        || !sizes_agree
    {
        return Err(refuse("its own header says something else than the directory"));
    }
    let data = entry.offset + LOCAL_LEN + u64::from(name_len) + u64::from(extra_len);
    let end = data.checked_add(entry.stored).filter(|end| *end <= limit);
    let end = end.ok_or_else(|| refuse("it is longer than the file"))?;
    let end = if behind {
        end + descriptor(file, entry, end, limit)?
    } else {
        end
    };
    Ok(Place { data, end })
}

/// The length of the sizes that stand behind an entry, of which there are four spellings.
fn descriptor<R: Read + Seek>(
    file: &mut R,
    entry: &Listed,
    at: u64,
    limit: u64,
) -> Result<u64, ContainerError> {
    const MAGIC: u32 = 0x0807_4b50;
    let bytes = read_at(file, at, 24.min(limit.saturating_sub(at)))?;
    for (magic, wide) in [(true, false), (true, true), (false, false), (false, true)] {
        let mut expected = Vec::new();
        if magic {
            expected.extend_from_slice(&MAGIC.to_le_bytes());
        }
        expected.extend_from_slice(&entry.crc32.to_le_bytes());
        for size in [entry.stored, entry.bytes] {
            let size = size.to_le_bytes();
            expected.extend_from_slice(if wide { &size } else { &size[..4] });
        }
        if bytes.starts_with(&expected) {
            return Ok(expected.len() as u64);
        }
    }
    Err(ContainerError::Entry {
        name: entry.name.clone(),
        what: "its sizes do not stand behind it",
    })
}

/// The files by their names below the one top folder. Names that some file systems take for one are refused.
fn named(listed: &[Listed], places: &[u64]) -> Result<BTreeMap<String, Entry>, ContainerError> {
    let mut top: Option<&str> = None;
    let mut folded = BTreeSet::new();
    let mut files = BTreeMap::new();
    for (entry, at) in listed.iter().zip(places) {
        let name = entry.name.as_str();
        let refuse = |what| {
            Err(ContainerError::Entry {
                name: name.to_owned(),
                what,
            })
        };
        let is_folder = name.ends_with('/');
        let path = name.strip_suffix('/').unwrap_or(name);
        let leads_out = |part: &str| matches!(part, "" | "." | "..") || part.contains(['\\', ':']);
        if path.split('/').any(leads_out) || path.chars().any(char::is_control) {
            return refuse("its name leads out of the bundle's folder");
        }
        let (folder, below) = match path.split_once('/') {
            Some((folder, below)) => (folder, below),
            None if is_folder => (path, ""),
            None => return refuse("it lies outside of the bundle's folder"),
        };
        if *top.get_or_insert(folder) != folder {
            return refuse("it lies outside of the bundle's folder");
        }
        if !folded.insert(path.to_lowercase()) {
            return refuse("two entries have this name");
        }
        if !is_folder {
            files.insert(
                below.to_owned(),
                Entry {
                    bytes: entry.bytes,
                    stored: entry.stored,
                    deflated: entry.method == DEFLATED,
                    crc32: entry.crc32,
                    at: *at,
                },
            );
        }
    }
    // A file that is also a folder on the way to another.
    let both = files.keys().find(|path| {
        let inside = format!("{path}/");
        files
            .range(inside.clone()..)
            .next()
            .is_some_and(|(next, _)| next.starts_with(&inside))
    });
    match both {
        Some(path) => Err(ContainerError::Entry {
            name: path.clone(),
            what: "it is a file and a folder",
        }),
        None => Ok(files),
    }
}
