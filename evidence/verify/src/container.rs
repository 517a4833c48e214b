//! The zip, read so strictly that every program that reads it sees the same files: APPNOTE 6.3.10, as far as bundles
//! need it.
//!
//! The directory ends where the end record begins, entries lie one behind the other from the first byte on, each local
//! header says what the directory says, no field gives an entry a second name or makes it something else than a file, and
//! no two names are one name on any file system.

mod end;
mod extra;
mod names;

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

use thiserror::Error;

const DIRECTORY: u32 = 0x0201_4b50;
const LOCAL: u32 = 0x0403_4b50;
const LOCAL_LEN: u64 = 30;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const ENCRYPTED: u16 = 1 << 0 | 1 << 6 | 1 << 13;
const SIZES_BEHIND: u16 = 1 << 3;
/// How well it was deflated, where its sizes stand, that its name is UTF-8: all that a flag may say.
const FLAGS: u16 = 1 << 1 | 1 << 2 | SIZES_BEHIND | 1 << 11;
/// A deflated nothing, which some programs write for a folder.
const NOTHING_DEFLATED: u64 = 2;

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
    let (at, len, count) = end::directory(file)?;
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
    if listed.first().map_or(at, |entry| entry.offset) != 0 {
        return Err(ContainerError::Malformed("something lies before its first entry"));
    }
    let mut places = Vec::with_capacity(listed.len());
    // Each entry ends where the next one begins, and the last where the directory does.
    let ends = listed.iter().skip(1).map(|next| next.offset).chain([at]);
    for (entry, end) in listed.iter().zip(ends) {
        places.push(local(file, entry, end)?);
    }
    names::named(&listed, &places)
}

fn listed_entry(fields: &mut Fields<'_>) -> Result<Listed, ContainerError> {
    if fields.u32()? != DIRECTORY {
        return Err(ContainerError::Malformed("its directory holds something else"));
    }
    let (_made_by, _needed, flags, method) = (fields.u16()?, fields.u16()?, fields.u16()?, fields.u16()?);
    let (_time, crc32) = (fields.u32()?, fields.u32()?);
    let (stored, bytes) = (fields.u32()?, fields.u32()?);
    let (name_len, extra_len, comment_len) = (fields.u16()?, fields.u16()?, fields.u16()?);
    let (disk, _internal, external, offset) = (fields.u16()?, fields.u16()?, fields.u32()?, fields.u32()?);
    let name = fields.take(usize::from(name_len))?;
    let extra = fields.take(usize::from(extra_len))?;
    // Whatever stands in a comment, somebody may take it for an end record.
    if comment_len != 0 || disk != 0 {
        return Err(ContainerError::Malformed(
            "an entry has a comment, or lies in another part",
        ));
    }
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
    if flags & !FLAGS != 0 || (method != STORED && method != DEFLATED) {
        return refuse("it is packed by a method that bundles don't use");
    }
    // The upper half of the attributes is a mode where Unix made the entry, and some programs don't ask who made it.
    let mode = external >> 16;
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
    extra::widen(&mut listed, (stored, bytes, offset), extra)?;
    let holds_nothing = listed.bytes == 0
        && (listed.stored == 0 || (method == DEFLATED && listed.stored == NOTHING_DEFLATED));
    if is_folder && !holds_nothing {
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

/// Compares a local header with the directory; the entry has to end at `until`. Where its data begins.
fn local<R: Read + Seek>(file: &mut R, entry: &Listed, until: u64) -> Result<u64, ContainerError> {
    let refuse = |what| ContainerError::Entry {
        name: entry.name.clone(),
        what,
    };
    let bytes = read_at(file, entry.offset, LOCAL_LEN)?;
    let mut fields = Fields(&bytes);
    let magic = fields.u32()?;
    let (_needed, flags, method) = (fields.u16()?, fields.u16()?, fields.u16()?);
    let (_time, crc32, stored, bytes) = (fields.u32()?, fields.u32()?, fields.u32()?, fields.u32()?);
    let (name_len, extra_len) = (fields.u16()?, fields.u16()?);
    let after = read_at(
        file,
        entry.offset + LOCAL_LEN,
        u64::from(name_len) + u64::from(extra_len),
    )?;
    let mut after = Fields(&after);
    let (name, extra) = (after.take(usize::from(name_len))?, after.0);
    let behind = flags & SIZES_BEHIND != 0;
    let wide = extra::wide(&entry.name, extra)?;
    let sizes_agree = extra::local_sizes_agree(entry, (stored, bytes), wide, behind)
        && (crc32 == entry.crc32 || (behind && crc32 == 0));
    if magic != LOCAL
        || flags != entry.flags
        || method != entry.method
        || name != entry.name.as_bytes()
        || !sizes_agree
    {
        return Err(refuse("its own header says something else than the directory"));
    }
    let data = entry.offset + LOCAL_LEN + u64::from(name_len) + u64::from(extra_len);
    let rest = data
        .checked_add(entry.stored)
        .and_then(|end| until.checked_sub(end))
        .ok_or_else(|| refuse("it overlaps another, or is longer than the file"))?;
    if behind {
        descriptor(file, entry, until, rest)?;
    } else if rest != 0 {
        return Err(refuse("something lies behind it"));
    }
    Ok(data)
}

/// The sizes that stand behind an entry, of which there are four spellings; they end at `until`.
fn descriptor<R: Read + Seek>(
    file: &mut R,
    entry: &Listed,
    until: u64,
    len: u64,
) -> Result<(), ContainerError> {
    const MAGIC: u32 = 0x0807_4b50;
    /// Magic, checksum, and two sizes of 64 bits.
    const LONGEST: u64 = 24;
    let refused = ContainerError::Entry {
        name: entry.name.clone(),
        what: "its sizes do not stand behind it",
    };
    if len > LONGEST {
        return Err(refused);
    }
    let bytes = read_at(file, until - len, len)?;
    let spelled = |magic: bool, wide: bool| {
        let mut expected = Vec::new();
        if magic {
            expected.extend_from_slice(&MAGIC.to_le_bytes());
        }
        expected.extend_from_slice(&entry.crc32.to_le_bytes());
        for size in [entry.stored, entry.bytes] {
            let size = size.to_le_bytes();
            expected.extend_from_slice(if wide { &size } else { &size[..4] });
        }
        bytes == expected
    };
    let spellings = [(true, false), (true, true), (false, false), (false, true)];
    if spellings.into_iter().any(|(magic, wide)| spelled(magic, wide)) {
        Ok(())
    } else {
        Err(refused)
    }
}
