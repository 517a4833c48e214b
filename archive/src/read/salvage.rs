//! What is still sound of a part that is damaged: each frame whose own bytes check against the chain.
//!
//! A segment's blocks open one by one, its records are committed to by its chain line, and each record names its
//! frame's digest. So a frame is as good as from an undamaged segment when its blocks open and its digest is right,
//! whatever happened beside it.

use std::ops::Range;

use obhut_format::digest::Blake3Digest;
use obhut_format::floe::{self, BlockReader};
use obhut_format::key::SessionKey;
use obhut_format::payload::PayloadHead;
use obhut_format::record::Record;
use obhut_format::seqset::SeqSet;

use super::frames::ReadFrame;
use super::segment::{NamedSegment, bodies, parse_records};

/// The sound frames of a damaged part, and the numbers of the others.
#[derive(Debug, Clone, Default)]
pub struct Salvaged {
    /// Frames that check.
    pub frames: Vec<ReadFrame>,
    /// Frames that don't, or that are gone.
    pub damaged: SeqSet,
    /// The records of all of them, in the segment's order; empty where they don't check themselves.
    pub records: Vec<Record>,
}

/// A segment's plaintext with holes where blocks don't open; zeros stand in them.
struct Opened {
    plaintext: Vec<u8>,
    holes: Vec<Range<usize>>,
}

impl Opened {
    fn is_whole(&self, range: &Range<usize>) -> bool {
        range.end <= self.plaintext.len()
            && !self
                .holes
                .iter()
                .any(|hole| hole.start < range.end && range.start < hole.end)
    }
}

/// Takes what is sound out of a segment's object.
pub(super) fn salvage(named: &NamedSegment, object: &[u8], key: &SessionKey) -> Salvaged {
    let (records, frames) = sound_frames(named, object, key).unwrap_or_default();
    let mut damaged = SeqSet::new();
    for seq in named.line.ranges.iter() {
        if !frames.iter().any(|frame| frame.record.seq.get() == seq) {
            damaged.insert(seq);
        }
    }
    Salvaged {
        frames,
        damaged,
        records,
    }
}

/// `None` when nothing can be said of any frame: the records themselves don't check.
fn sound_frames(
    named: &NamedSegment,
    object: &[u8],
    key: &SessionKey,
) -> Option<(Vec<Record>, Vec<ReadFrame>)> {
    // The first line is not read: the catalog's is what the chain says.
    let ciphertext = object.get(named.text.len() + 1..)?;
    let opened = open_what_opens(named, ciphertext, key)?;
    let (head, records_at) = PayloadHead::parse(&opened.plaintext).ok()?;
    let container_at = records_at.checked_add(usize::try_from(head.records).ok()?)?;
    if !opened.is_whole(&(0..container_at)) {
        return None;
    }
    let records = parse_records(named, &head, opened.plaintext.get(records_at..container_at)?, key).ok()?;
    let container = opened.plaintext.get(container_at..)?;
    let ranges = bodies(named, &records, (container, container.len()), container_at)
        .map_or_else(|_| Vec::new(), |(ranges, _)| ranges);
    let sound = records
        .clone()
        .into_iter()
        .zip(ranges)
        .filter(|(_, range)| opened.is_whole(range));
    let frames = sound.filter_map(|(record, range)| {
        let body = opened.plaintext.get(range)?;
        (Blake3Digest::of(body) == record.blake3).then(|| ReadFrame {
            record,
            body: bytes::Bytes::copy_from_slice(body),
        })
    });
    let frames = frames.collect();
    Some((records, frames))
}

fn open_what_opens(named: &NamedSegment, ciphertext: &[u8], key: &SessionKey) -> Option<Opened> {
    let header = ciphertext.get(..floe::HEADER)?;
    let reader = BlockReader::start(floe::Params::OBHUT, key, named.aad(), header, named.line.bytes).ok()?;
    let mut opened = Opened {
        plaintext: Vec::new(),
        holes: Vec::new(),
    };
    for index in 0..reader.block_count() {
        let range = reader.block_range(index);
        let (start, end) = (
            usize::try_from(range.start).ok()?,
            usize::try_from(range.end).ok()?,
        );
        let block = ciphertext
            .get(start..end)
            .and_then(|block| reader.open_block(index, block).ok());
        if let Some(block) = block {
            opened.plaintext.extend_from_slice(&block);
            continue;
        }
        let from = opened.plaintext.len();
        let to = from + (end - start).saturating_sub(floe::BLOCK_OVERHEAD as usize);
        opened.plaintext.resize(to, 0);
        opened.holes.push(from..to);
    }
    Some(opened)
}
