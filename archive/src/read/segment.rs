//! Opening a segment: from object bytes to frames, every step checked against the chain line that names it.

use std::ops::Range;

use bytes::Bytes;
use obhut_format::aad::{self, Aad};
use obhut_format::chain::StreamKind;
use obhut_format::chain::{ChainLine, SegmentLine};
use obhut_format::digest::Blake3Digest;
use obhut_format::floe::{self, BlockReader};
use obhut_format::key::SessionKey;
use obhut_format::payload::PayloadHead;
use obhut_format::record::{self, Record};
use obhut_format::seqset::SeqSet;
use obhut_timeline::v1::{self, Container};

use super::ReadError;

/// A chain line that names a segment, as it stands in the catalog.
#[derive(Debug, Clone)]
pub(crate) struct NamedSegment {
    pub line: SegmentLine,
    pub text: Vec<u8>,
}

impl NamedSegment {
    pub(crate) fn parse(text: Vec<u8>) -> Result<Self, ReadError> {
        match ChainLine::parse(&text) {
            Ok(ChainLine::Segment(line)) => Ok(Self { line, text }),
            Ok(_) => Err(ReadError::damaged("chain line", "it names no segment")),
            Err(error) => Err(ReadError::damaged("chain line", error)),
        }
    }

    /// Whether `object` is the one that the line names; nothing of it is opened.
    pub(crate) fn check(&self, object: &[u8]) -> Result<(), ReadError> {
        sealed_bytes(self, object).map(drop)
    }

    pub(super) fn aad(&self) -> Aad {
        let line = &self.line;
        aad::segment(line.tenant, line.session, line.stream, line.segment, line.kind)
    }
}

/// A segment that was opened and checked: object digest, AEAD, record root, container. There is no other way to
/// make one.
#[derive(Debug)]
pub(crate) struct VerifiedSegment {
    pub records: Vec<Record>,
    plaintext: Bytes,
    bodies: Vec<Range<usize>>,
    /// How many frames are references to another.
    pub duplicates: u64,
}

impl VerifiedSegment {
    /// Opens `object`, which must be the one that `named` names.
    pub(crate) fn open(named: &NamedSegment, object: &[u8], key: &SessionKey) -> Result<Self, ReadError> {
        let line = &named.line;
        let damaged = |why: &str| ReadError::damaged(&line.object, why);
        let ciphertext = sealed_bytes(named, object)?;
        let plaintext = floe::open(floe::Params::OBHUT, key, named.aad(), ciphertext)
            .map_err(|error| ReadError::damaged(&line.object, error))?;
        let (head, records_at) =
            PayloadHead::parse(&plaintext).map_err(|error| ReadError::damaged(&line.object, error))?;
        let container_at = usize::try_from(head.records)
            .ok()
            .and_then(|len| records_at.checked_add(len));
        let container_at = container_at
            .filter(|at| *at <= plaintext.len())
            .ok_or_else(|| damaged("it is cut short"))?;
        let records = parse_records(named, &head, &plaintext[records_at..container_at], key)?;
        let container = &plaintext[container_at..];
        let (bodies, duplicates) = bodies(named, &records, (container, container.len()), container_at)?;
        Ok(Self {
            records,
            plaintext: Bytes::from(plaintext),
            bodies,
            duplicates,
        })
    }

    /// The original bytes of the frame at `index`, without a copy.
    pub(crate) fn body(&self, index: usize) -> Option<Bytes> {
        self.bodies
            .get(index)
            .map(|range| self.plaintext.slice(range.clone()))
    }
}

/// What follows the object's first line, compared with what the chain line says of it.
fn sealed_bytes<'a>(named: &NamedSegment, object: &'a [u8]) -> Result<&'a [u8], ReadError> {
    let ciphertext = split_object(named, object)?;
    if Blake3Digest::of(ciphertext) == named.line.blake3 {
        Ok(ciphertext)
    } else {
        let why = "its bytes are not those its chain line names";
        Err(ReadError::damaged(&named.line.object, why))
    }
}

/// Checks the object's first line against the one the catalog holds; returns what follows it.
fn split_object<'a>(named: &NamedSegment, object: &'a [u8]) -> Result<&'a [u8], ReadError> {
    let damaged = |why: &str| ReadError::damaged(&named.line.object, why);
    let rest = object
        .strip_prefix(&named.text[..])
        .and_then(|rest| rest.strip_prefix(b"\n"))
        .ok_or_else(|| damaged("its first line is not the chain line that names it"))?;
    if rest.len() as u64 != named.line.bytes {
        return Err(damaged("its length is not the one its chain line names"));
    }
    Ok(rest)
}

pub(super) fn parse_records(
    named: &NamedSegment,
    head: &PayloadHead,
    table: &[u8],
    key: &SessionKey,
) -> Result<Vec<Record>, ReadError> {
    let line = &named.line;
    let damaged = |why: &str| ReadError::damaged(&line.object, why);
    let text = table
        .strip_suffix(b"\n")
        .ok_or_else(|| damaged("its record table does not end"))?;
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    if lines.len() as u64 != head.count || head.count != line.count || head.kind != line.kind {
        return Err(damaged("its head does not match its chain line"));
    }
    if record::records_root(&lines) != line.records {
        return Err(damaged("its records are not those its chain line commits to"));
    }
    let mut ranges = SeqSet::new();
    let mut records = Vec::with_capacity(lines.len());
    for text in lines {
        let record = Record::parse(text).map_err(|error| ReadError::damaged(&line.object, error))?;
        if record.stream != line.stream || record.salt != key.salt(record.stream, record.seq) {
            return Err(damaged("a record belongs elsewhere"));
        }
        if !ranges.insert(record.seq.get()) {
            return Err(damaged("a frame stands in it twice"));
        }
        records.push(record);
    }
    if ranges != line.ranges {
        return Err(damaged("its frames are not those its chain line names"));
    }
    Ok(records)
}

/// Where the frames' bytes are, and how many frames are references to another. Of the container, which begins at `offset`
/// and has `len` bytes, its start is enough.
pub(super) fn bodies(
    named: &NamedSegment,
    records: &[Record],
    (container, len): (&[u8], usize),
    offset: usize,
) -> Result<(Vec<Range<usize>>, u64), ReadError> {
    let object = &named.line.object;
    let damaged = |why: &str| ReadError::damaged(object, why);
    let mut bodies = Vec::with_capacity(records.len());
    let mut duplicates = 0;
    match named.line.kind {
        StreamKind::Timeline => {
            let head =
                Container::parse(container, len as u64).map_err(|error| ReadError::damaged(object, error))?;
            if head.len() != records.len() {
                return Err(damaged(
                    "its container does not hold as many frames as its records",
                ));
            }
            for index in 0..head.len() {
                let range = head
                    .range(index)
                    .map_err(|error| ReadError::damaged(object, error))?;
                let at =
                    |end: u64| usize::try_from(end).map_err(|_| damaged("it is too large for this machine"));
                bodies.push(offset + at(range.start)?..offset + at(range.end)?);
                if head.method(index) == Ok(v1::Method::Duplicate) {
                    duplicates += 1;
                }
            }
        }
        StreamKind::Recording | StreamKind::Attachment => {
            let mut at = 0usize;
            for record in records {
                let end = usize::try_from(record.bytes)
                    .ok()
                    .and_then(|bytes| at.checked_add(bytes));
                let end = end
                    .filter(|end| *end <= len)
                    .ok_or_else(|| damaged("it is cut short"))?;
                bodies.push(offset + at..offset + end);
                at = end;
            }
            if at != len {
                return Err(damaged("bytes follow its last block"));
            }
        }
    }
    let same = |(record, body): (&Record, &Range<usize>)| record.bytes == body.len() as u64;
    if records.iter().zip(&bodies).all(same) {
        Ok((bodies, duplicates))
    } else {
        Err(damaged("a frame is not as long as its record says"))
    }
}

/// The records of a segment whose ciphertext is at hand, opening no more blocks than hold them.
pub(crate) fn records_of(
    named: &NamedSegment,
    ciphertext: &[u8],
    key: &SessionKey,
) -> Result<Vec<Record>, ReadError> {
    let mut want = floe::HEADER + floe::BLOCK as usize;
    loop {
        let prefix = ciphertext.get(..want).unwrap_or(ciphertext);
        match records_in(named, prefix, key)? {
            Some(records) => return Ok(records),
            None => want = want.saturating_mul(2),
        }
    }
}

/// The records, when `prefix` of the ciphertext is long enough to hold them.
fn records_in(
    named: &NamedSegment,
    prefix: &[u8],
    key: &SessionKey,
) -> Result<Option<Vec<Record>>, ReadError> {
    let line = &named.line;
    let plaintext = open_blocks(named, prefix, key)?;
    let (head, records_at) =
        PayloadHead::parse(&plaintext).map_err(|error| ReadError::damaged(&line.object, error))?;
    let end = usize::try_from(head.records)
        .ok()
        .and_then(|len| records_at.checked_add(len));
    match end.and_then(|end| plaintext.get(records_at..end)) {
        Some(table) => parse_records(named, &head, table, key).map(Some),
        None if prefix.len() as u64 >= line.bytes => Err(ReadError::damaged(&line.object, "it is cut short")),
        None => Ok(None),
    }
}

/// Opens the whole blocks at the start of a FLOE ciphertext of which `prefix` is what was read.
pub(super) fn open_blocks(
    named: &NamedSegment,
    prefix: &[u8],
    key: &SessionKey,
) -> Result<Vec<u8>, ReadError> {
    let line = &named.line;
    let damaged = |error: floe::FloeError| ReadError::damaged(&line.object, error);
    let header = prefix
        .get(..floe::HEADER)
        .ok_or_else(|| ReadError::damaged(&line.object, "it is cut short"))?;
    let reader =
        BlockReader::start(floe::Params::OBHUT, key, named.aad(), header, line.bytes).map_err(damaged)?;
    let mut plaintext = Vec::new();
    for index in 0..reader.block_count() {
        let range = reader.block_range(index);
        let at = |end: u64| usize::try_from(end).unwrap_or(usize::MAX);
        let Some(block) = prefix.get(at(range.start)..at(range.end)) else {
            break;
        };
        plaintext.extend_from_slice(&reader.open_block(index, block).map_err(damaged)?);
    }
    Ok(plaintext)
}
