//! Zips as nobody should write them: every field is what the test says.

/// An entry, in both of its headers.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) local_name: Option<String>,
    pub(crate) packed: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) crc32: u32,
    pub(crate) bytes: u32,
    pub(crate) stored: u32,
    pub(crate) local_sizes: Option<(u32, u32, u32)>,
    pub(crate) extra: Vec<u8>,
    pub(crate) local_extra: Vec<u8>,
    pub(crate) comment: Vec<u8>,
    pub(crate) made_by: u8,
    pub(crate) mode: u32,
    pub(crate) behind: Vec<u8>,
}

impl Entry {
    /// A stored file.
    pub(crate) fn file(name: &str, content: &[u8]) -> Self {
        let len = u32::try_from(content.len()).expect("small");
        Self {
            name: name.to_owned(),
            local_name: None,
            packed: content.to_vec(),
            method: 0,
            flags: 0,
            crc32: crc32fast::hash(content),
            bytes: len,
            stored: len,
            local_sizes: None,
            extra: Vec::new(),
            local_extra: Vec::new(),
            comment: Vec::new(),
            made_by: 3,
            mode: 0o100_644,
            behind: Vec::new(),
        }
    }

    /// From what stands before the name to the extra field's length; the two headers have this in common.
    fn common(&self, (crc32, stored, bytes): (u32, u32, u32), name: &str, extra: &[u8]) -> Vec<u8> {
        let mut out = vec![20, 0];
        for number in [self.flags, self.method, 0, 0x21] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        for number in [crc32, stored, bytes] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        for len in [name.len(), extra.len()] {
            out.extend_from_slice(&u16::try_from(len).expect("short").to_le_bytes());
        }
        out
    }
}

/// An extra field.
pub(crate) fn field(id: u16, content: &[u8]) -> Vec<u8> {
    let len = u16::try_from(content.len()).expect("short");
    [&id.to_le_bytes()[..], &len.to_le_bytes(), content].concat()
}

/// The entries one behind the other.
pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = u32::try_from(out.len()).expect("small");
        let sizes = (entry.crc32, entry.stored, entry.bytes);
        let local_name = entry.local_name.as_deref().unwrap_or(&entry.name);
        out.extend_from_slice(b"PK\x03\x04");
        out.extend(entry.common(entry.local_sizes.unwrap_or(sizes), local_name, &entry.local_extra));
        for part in [
            local_name.as_bytes(),
            &entry.local_extra,
            &entry.packed,
            &entry.behind,
        ] {
            out.extend_from_slice(part);
        }
        directory.extend_from_slice(b"PK\x01\x02\x14");
        directory.push(entry.made_by);
        directory.extend(entry.common(sizes, &entry.name, &entry.extra));
        let comment = u16::try_from(entry.comment.len()).expect("short");
        directory.extend_from_slice(&comment.to_le_bytes());
        directory.extend_from_slice(&[0; 4]);
        directory.extend_from_slice(&(entry.mode << 16).to_le_bytes());
        directory.extend_from_slice(&offset.to_le_bytes());
        for part in [entry.name.as_bytes(), &entry.extra, &entry.comment] {
            directory.extend_from_slice(part);
        }
    }
    let count = u16::try_from(entries.len()).expect("few").to_le_bytes();
    let lens = [directory.len(), out.len()].map(|len| u32::try_from(len).expect("small").to_le_bytes());
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count);
    out.extend_from_slice(&count);
    out.extend_from_slice(&lens.concat());
    out.extend_from_slice(&[0, 0]);
    out
}
