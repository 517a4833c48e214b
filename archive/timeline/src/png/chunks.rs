//! The chunks of a file: what comes before, in and after its run of `IDAT`.

use super::SIGNATURE;
use crate::bytes::{Reader, put_varint};
use crate::error::Damage;

/// A file cut at its image data.
#[derive(Debug)]
pub(crate) struct Chunks<'a> {
    /// Signature and chunks before the first `IDAT`.
    pub(crate) before: &'a [u8],
    /// Lengths of the `IDAT`s.
    lengths: Vec<u32>,
    /// Their data, put together.
    pub(crate) zlib: Vec<u8>,
    /// Everything behind the last of them.
    pub(crate) after: &'a [u8],
}

impl<'a> Chunks<'a> {
    /// Cuts a file whose `IDAT`s follow each other and have right checksums. Other chunks are kept as they are, right or wrong.
    pub(crate) fn parse(file: &'a [u8]) -> Option<Self> {
        let mut rest = file.strip_prefix(SIGNATURE)?;
        while kind(rest)? != b"IDAT" {
            let len = length(rest)? as usize;
            rest = rest.get(12usize.checked_add(len)?..)?;
        }
        let before = &file[..file.len() - rest.len()];
        let (mut lengths, mut zlib) = (Vec::new(), Vec::new());
        while kind(rest) == Some(b"IDAT") {
            let len = length(rest)?;
            let end = 8usize.checked_add(len as usize)?;
            let (chunk, behind) = rest.split_at_checked(end)?;
            let (crc, behind) = behind.split_first_chunk::<4>()?;
            if crc32fast::hash(&chunk[4..]).to_be_bytes() != *crc {
                return None;
            }
            zlib.extend_from_slice(&chunk[8..]);
            lengths.push(len);
            rest = behind;
        }
        Some(Self {
            before,
            lengths,
            zlib,
            after: rest,
        })
    }

    /// Encoders cut their data evenly: the count, the common length and the last one's; else all of them.
    pub(crate) fn write_lengths(&self, out: &mut Vec<u8>) {
        put_varint(out, self.lengths.len() as u64);
        let (last, others) = self.lengths.split_last().unwrap_or((&0, &[]));
        let even = others.windows(2).all(|pair| pair[0] == pair[1]);
        out.push(even.into());
        let named = if even {
            &others[..others.len().min(1)]
        } else {
            others
        };
        for len in named.iter().chain([last]) {
            put_varint(out, u64::from(*len));
        }
    }
}

pub(crate) fn read_lengths(reader: &mut Reader<'_>) -> Result<Vec<u32>, Damage> {
    // An `IDAT` costs twelve bytes of file; a side record is no place for millions of empty ones.
    let count = reader.size(1 << 22)?;
    let even = reader.byte()? == 1;
    let mut lengths = Vec::new();
    if even && count > 1 {
        lengths.resize(count - 1, reader.size(u32::MAX as usize)? as u32);
    }
    while lengths.len() < count {
        lengths.push(reader.size(u32::MAX as usize)? as u32);
    }
    Ok(lengths)
}

/// Writes `zlib` as `IDAT`s of the lengths given; `None` when they don't add up.
pub(crate) fn write(mut zlib: &[u8], lengths: &[u32], out: &mut Vec<u8>) -> Option<()> {
    for len in lengths {
        let (data, rest) = zlib.split_at_checked(*len as usize)?;
        zlib = rest;
        out.extend_from_slice(&len.to_be_bytes());
        let from = out.len();
        out.extend_from_slice(b"IDAT");
        out.extend_from_slice(data);
        let crc = crc32fast::hash(&out[from..]);
        out.extend_from_slice(&crc.to_be_bytes());
    }
    zlib.is_empty().then_some(())
}

fn length(chunk: &[u8]) -> Option<u32> {
    chunk.first_chunk::<4>().map(|len| u32::from_be_bytes(*len))
}

fn kind(chunk: &[u8]) -> Option<&[u8; 4]> {
    chunk.get(4..)?.first_chunk::<4>()
}
