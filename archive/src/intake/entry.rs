//! The bytes of an intake file: pure functions, no I/O. `docs/format/intake-log.md` is the same thing in prose.
//!
//! Every entry says in which file and at which offset it stands, so that an entry that was moved, or left over from
//! something else, is not taken for one of this place. All numbers are big-endian.

use obhut_format::ids::{Seq, SessionId, StreamNo, TenantId};
use thiserror::Error;

/// Bytes before the first entry of a file.
pub const FILE_HEADER_BYTES: usize = 24;
/// Bytes of an entry before its ciphertext.
pub const ENTRY_HEADER_BYTES: usize = 80;
/// The longest ciphertext of one entry: 128 MiB.
pub const MAX_CIPHERTEXT_BYTES: usize = 128 << 20;
/// First bytes of every entry; a search for later entries behind damage looks for them.
pub const ENTRY_MAGIC: [u8; 4] = *b"OBHE";

const FILE_MAGIC: [u8; 8] = *b"OBHINT1\n";
const KIND_VOID: u8 = 254;
const KIND_END: u8 = 255;

/// The number of an intake file: one more than the highest there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileNo(pub u64);

impl std::fmt::Display for FileNo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016}", self.0)
    }
}

/// What an entry holds; the log itself gives it no meaning. 0, 254 and 255 are the log's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKind(u8);

impl EntryKind {
    /// A frame of a timeline.
    pub const FRAME: Self = Self(1);
    /// A block of a recording.
    pub const RECORDING: Self = Self(2);
    /// A block of an attachment.
    pub const ATTACHMENT: Self = Self(3);

    /// `None` for the numbers that the log keeps for itself.
    pub const fn new(kind: u8) -> Option<Self> {
        match kind {
            0 | KIND_VOID | KIND_END => None,
            kind => Some(Self(kind)),
        }
    }

    /// The byte in the entry.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// Whose entry it is and what it holds: the part of the entry that the caller chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryHeader {
    /// Whose it is.
    pub tenant: TenantId,
    /// The session whose key seals it.
    pub session: SessionId,
    /// The stream inside the session.
    pub stream: StreamNo,
    /// Its number in the stream.
    pub seq: Seq,
    /// What it holds.
    pub kind: EntryKind,
    /// Eight marks for the caller's use, kept as they are.
    pub flags: u8,
}

/// What an entry is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// A caller's entry.
    Data(EntryHeader),
    /// A place where a crash left bytes that were never acknowledged; recovery covers it with this.
    Void,
    /// The last entry of a file that was closed in order.
    End {
        /// How many data entries the file holds before it.
        entries: u64,
    },
}

/// An entry header at its place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framed {
    /// What the entry is for.
    pub content: Content,
    /// The file it stands in.
    pub file: FileNo,
    /// Where in the file it begins.
    pub offset: u32,
    /// How far the file was durable when this entry was written: everything below had been acknowledged.
    pub durable_to: u32,
    /// Bytes of ciphertext that follow.
    pub length: u32,
    /// CRC-32 (IEEE) of the ciphertext.
    pub crc: u32,
}

/// Why bytes are not an entry, or not this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EntryError {
    /// Fewer bytes than the header, or than it announces.
    #[error("entry is cut short")]
    Short,
    /// The first bytes are not those of an entry or file.
    #[error("no entry begins here")]
    Magic,
    /// The header's checksum does not fit.
    #[error("entry header is damaged")]
    Header,
    /// A sound header that belongs to another file or offset.
    #[error("entry belongs to another place")]
    Elsewhere,
    /// A sound checksum over values that no writer of this format makes.
    #[error("entry header holds a value out of range")]
    Value,
    /// The ciphertext's checksum does not fit.
    #[error("entry ciphertext is damaged")]
    Ciphertext,
}

/// The checksum that stands in the header for the ciphertext.
pub fn checksum(ciphertext: &[u8]) -> u32 {
    crc32fast::hash(ciphertext)
}

/// The bytes a file begins with.
pub fn file_header(file: FileNo) -> [u8; FILE_HEADER_BYTES] {
    let mut bytes = [0; FILE_HEADER_BYTES];
    bytes[..8].copy_from_slice(&FILE_MAGIC);
    bytes[8..16].copy_from_slice(&file.0.to_be_bytes());
    let crc = checksum(&bytes[..16]);
    bytes[16..20].copy_from_slice(&crc.to_be_bytes());
    bytes
}

/// Checks that `bytes` begin the file of this number.
pub fn check_file_header(bytes: &[u8], file: FileNo) -> Result<(), EntryError> {
    let bytes = bytes.get(..FILE_HEADER_BYTES).ok_or(EntryError::Short)?;
    if bytes[..8] != FILE_MAGIC {
        return Err(EntryError::Magic);
    }
    if u32_at(bytes, 16) != checksum(&bytes[..16]) {
        return Err(EntryError::Header);
    }
    if u64_at(bytes, 8) != file.0 {
        return Err(EntryError::Elsewhere);
    }
    if bytes[20..24] != [0; 4] {
        return Err(EntryError::Value);
    }
    Ok(())
}

impl Framed {
    /// Bytes of the whole entry.
    pub fn total(&self) -> u64 {
        ENTRY_HEADER_BYTES as u64 + u64::from(self.length)
    }

    /// The header's bytes.
    pub fn encode(&self) -> [u8; ENTRY_HEADER_BYTES] {
        let mut bytes = [0; ENTRY_HEADER_BYTES];
        bytes[..4].copy_from_slice(&ENTRY_MAGIC);
        bytes[8..12].copy_from_slice(&self.length.to_be_bytes());
        bytes[12..16].copy_from_slice(&self.crc.to_be_bytes());
        bytes[16..24].copy_from_slice(&self.file.0.to_be_bytes());
        bytes[24..28].copy_from_slice(&self.offset.to_be_bytes());
        bytes[28..32].copy_from_slice(&self.durable_to.to_be_bytes());
        match &self.content {
            Content::Data(data) => {
                bytes[32..48].copy_from_slice(data.tenant.as_bytes());
                bytes[48..64].copy_from_slice(data.session.as_bytes());
                bytes[64..72].copy_from_slice(&data.seq.get().to_be_bytes());
                bytes[72..76].copy_from_slice(&data.stream.get().to_be_bytes());
                bytes[76] = data.kind.get();
                bytes[77] = data.flags;
            }
            Content::Void => bytes[76] = KIND_VOID,
            Content::End { entries } => {
                bytes[64..72].copy_from_slice(&entries.to_be_bytes());
                bytes[76] = KIND_END;
            }
        }
        let crc = checksum(&bytes[8..]);
        bytes[4..8].copy_from_slice(&crc.to_be_bytes());
        bytes
    }

    /// Reads a header that must belong to `file` at `offset`. The ciphertext is checked by [`Framed::check`].
    pub fn decode(bytes: &[u8], file: FileNo, offset: u32) -> Result<Self, EntryError> {
        if !bytes.starts_with(&ENTRY_MAGIC) {
            return Err(if bytes.len() < 4 {
                EntryError::Short
            } else {
                EntryError::Magic
            });
        }
        let bytes = bytes.get(..ENTRY_HEADER_BYTES).ok_or(EntryError::Short)?;
        if u32_at(bytes, 4) != checksum(&bytes[8..]) {
            return Err(EntryError::Header);
        }
        let framed = Self {
            content: content(bytes)?,
            file: FileNo(u64_at(bytes, 16)),
            offset: u32_at(bytes, 24),
            durable_to: u32_at(bytes, 28),
            length: u32_at(bytes, 8),
            crc: u32_at(bytes, 12),
        };
        if framed.file != file || framed.offset != offset {
            return Err(EntryError::Elsewhere);
        }
        let too_long =
            matches!(framed.content, Content::Data(_)) && framed.length as usize > MAX_CIPHERTEXT_BYTES;
        let end_with_bytes = matches!(framed.content, Content::End { .. }) && framed.length != 0;
        if framed.durable_to > framed.offset || too_long || end_with_bytes {
            return Err(EntryError::Value);
        }
        Ok(framed)
    }

    /// Checks the ciphertext that follows this header.
    pub fn check(&self, ciphertext: &[u8]) -> Result<(), EntryError> {
        if ciphertext.len() != self.length as usize {
            return Err(EntryError::Short);
        }
        if checksum(ciphertext) != self.crc {
            return Err(EntryError::Ciphertext);
        }
        Ok(())
    }
}

/// The part of the header from byte 32 on.
fn content(bytes: &[u8]) -> Result<Content, EntryError> {
    if bytes[78..80] != [0; 2] {
        return Err(EntryError::Value);
    }
    let blank = |range: std::ops::Range<usize>| bytes[range].iter().all(|byte| *byte == 0);
    match bytes[76] {
        KIND_VOID if blank(32..76) && bytes[77] == 0 => Ok(Content::Void),
        KIND_END if blank(32..64) && blank(72..76) && bytes[77] == 0 => Ok(Content::End {
            entries: u64_at(bytes, 64),
        }),
        kind => Ok(Content::Data(EntryHeader {
            tenant: TenantId::from_bytes(sixteen_at(bytes, 32)),
            session: SessionId::from_bytes(sixteen_at(bytes, 48)),
            seq: Seq::new(u64_at(bytes, 64)).map_err(|_| EntryError::Value)?,
            stream: StreamNo::new(u32_at(bytes, 72)).map_err(|_| EntryError::Value)?,
            kind: EntryKind::new(kind).ok_or(EntryError::Value)?,
            flags: bytes[77],
        })),
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut value = [0; 4];
    value.copy_from_slice(&bytes[at..at + 4]);
    u32::from_be_bytes(value)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut value = [0; 8];
    value.copy_from_slice(&bytes[at..at + 8]);
    u64::from_be_bytes(value)
}

fn sixteen_at(bytes: &[u8], at: usize) -> [u8; 16] {
    let mut value = [0; 16];
    value.copy_from_slice(&bytes[at..at + 16]);
    value
}
