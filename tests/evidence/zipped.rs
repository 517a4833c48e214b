//! Zips that no well-behaved program would write.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// An entry, as it is written.
#[derive(Debug, Clone)]
pub(crate) struct RawEntry {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
    pub(crate) mode: u32,
    pub(crate) deflated: bool,
    pub(crate) flags: u16,
    /// What the headers say of the length, where that is a lie.
    pub(crate) said: Option<u32>,
    /// What stands behind the packed bytes, as if it were of them.
    pub(crate) behind: Vec<u8>,
}

impl RawEntry {
    pub(crate) fn file(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            content: content.into(),
            mode: 0o100_644,
            deflated: false,
            flags: 0,
            said: None,
            behind: Vec::new(),
        }
    }
}

/// Writes a zip of exactly these entries, in this order.
pub(crate) fn zip(entries: &[RawEntry]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let mut packed = if entry.deflated {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&entry.content).expect("packed");
            encoder.finish().expect("packed")
        } else {
            entry.content.clone()
        };
        packed.extend_from_slice(&entry.behind);
        let len = |bytes: &[u8]| u32::try_from(bytes.len()).expect("a small entry");
        let said = entry.said.unwrap_or(len(&entry.content));
        let offset = u32::try_from(out.len()).expect("a small zip");
        // From here to the name both headers say the same.
        let mut common = Vec::new();
        for number in [20, entry.flags, if entry.deflated { 8 } else { 0 }, 0, 0x21] {
            common.extend_from_slice(&u16::to_le_bytes(number));
        }
        for number in [crc32fast::hash(&entry.content), len(&packed), said] {
            common.extend_from_slice(&number.to_le_bytes());
        }
        let name_len = u16::try_from(entry.name.len()).expect("a short name");
        common.extend_from_slice(&name_len.to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(entry.name.as_bytes());
        out.extend_from_slice(&packed);
        directory.extend_from_slice(b"PK\x01\x02");
        // Made by Unix.
        directory.extend_from_slice(&[20, 3]);
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 6]);
        directory.extend_from_slice(&(entry.mode << 16).to_le_bytes());
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(entry.name.as_bytes());
    }
    let count = u16::try_from(entries.len()).expect("few entries");
    let at = u32::try_from(out.len()).expect("a small zip");
    let len = u32::try_from(directory.len()).expect("a small zip");
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&at.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}
