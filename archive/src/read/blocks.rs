//! Frames out of a segment without the rest of it: only the blocks that hold them are read and opened.
//!
//! Nothing is trusted less for it: a block opens only under the session's key at its own place in its own segment, the
//! records are those the chain line commits to, and a frame's bytes are compared with the digest in its record. That the
//! rest of the object is as it was is for `verify` to say.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use obhut_format::digest::Blake3Digest;
use obhut_format::floe::{self, BlockReader};
use obhut_format::ids::Seq;
use obhut_format::key::SessionKey;

use super::ReadError;
use super::frames::ReadFrame;
use super::head::SegmentHead;
use super::segment::NamedSegment;
use crate::objects::{ObjectError, Objects};

/// Blocks kept opened: a reference to an earlier frame finds it as long as it is not far back.
const KEPT: usize = 8;
/// Blocks read in one go at most, where several frames are taken in order.
const RUN: u64 = 4;

/// Most bytes that are in memory at once while frames of at most `largest` bytes are read one after the other: blocks as they
/// are stored and opened, the frame made of them, and of several the one before, which is still being sent.
pub(super) fn most_held(largest: u64, several: bool) -> u64 {
    let blocks = largest.div_ceil(BLOCK_PLAIN as u64).saturating_add(1);
    let (kept, at_once, frames) = if several {
        (KEPT as u64, blocks.max(RUN), 2)
    } else {
        (0, blocks, 1)
    };
    let blocks = kept.saturating_add(at_once.saturating_mul(2));
    let blocks = blocks.saturating_mul(BLOCK_PLAIN as u64);
    blocks.saturating_add(largest.saturating_mul(frames))
}

/// One segment, of which frames are taken in order.
#[derive(Debug)]
pub(super) struct FrameSource {
    named: Arc<NamedSegment>,
    head: Arc<SegmentHead>,
    reader: Arc<BlockReader>,
    /// Opened blocks, or why they don't open.
    blocks: BTreeMap<u64, Result<Bytes, String>>,
}

impl FrameSource {
    pub(super) fn new(
        named: Arc<NamedSegment>,
        head: Arc<SegmentHead>,
        key: &SessionKey,
    ) -> Result<Self, ReadError> {
        let reader = Arc::new(head.block_reader(&named, key)?);
        Ok(Self {
            named,
            head,
            reader,
            blocks: BTreeMap::new(),
        })
    }

    /// The segment's chain line.
    pub(super) fn named(&self) -> &Arc<NamedSegment> {
        &self.named
    }

    /// The frame of this number; `None` when the segment does not hold it. What is taken `then` is read along where it is
    /// near.
    pub(super) async fn frame(
        &mut self,
        objects: &Objects,
        seq: Seq,
        then: impl IntoIterator<Item = Seq>,
    ) -> Result<Option<ReadFrame>, ReadError> {
        let Some((record, place)) = self.head.find(seq) else {
            return Ok(None);
        };
        let record = record.clone();
        let mut wanted = blocks_of(&place);
        if wanted.clone().any(|block| !self.blocks.contains_key(&block)) {
            let next = then.into_iter().filter_map(|seq| self.head.find(seq));
            let near = next
                .map(|(_, place)| blocks_of(&place).end)
                .take_while(|end| *end <= wanted.start + RUN)
                .max();
            wanted.end = near.unwrap_or(0).max(wanted.end);
        }
        self.open(objects, wanted).await?;
        let body = self.bytes(&place)?;
        if Blake3Digest::of(&body) != record.blake3 {
            let what = format!("frame {seq} is not the one its record names");
            return Err(self.damaged(what));
        }
        Ok(Some(ReadFrame { record, body }))
    }

    fn damaged(&self, why: impl std::fmt::Display) -> ReadError {
        ReadError::damaged(&self.named.line.object, why)
    }

    /// Opens those of the blocks that are not open yet, read in one go.
    async fn open(&mut self, objects: &Objects, wanted: Range<u64>) -> Result<(), ReadError> {
        let missing = |block: &u64| !self.blocks.contains_key(block);
        let (Some(first), Some(last)) = (wanted.clone().find(missing), wanted.clone().rev().find(missing))
        else {
            return Ok(());
        };
        let start = self.named.text.len() as u64 + 1;
        let (from, to) = (
            self.reader.block_range(first).start,
            self.reader.block_range(last).end,
        );
        let object = &self.named.line.object;
        let ciphertext = match objects.get_range(object, start + from..start + to).await {
            Ok(bytes) => bytes,
            // Gone, or it ends before these blocks: then each of them is damaged, and others may be sound.
            Err(ObjectError::NotFound { .. } | ObjectError::Damaged { .. }) => Bytes::new(),
            Err(error) => return Err(error.into()),
        };
        let reader = self.reader.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let block = |index: u64| {
                let place = reader.block_range(index);
                let at = |end: u64| usize::try_from(end.saturating_sub(from)).unwrap_or(usize::MAX);
                let bytes = ciphertext
                    .get(at(place.start)..at(place.end))
                    .ok_or_else(|| "it is cut short".to_owned())?;
                let opened = reader.open_block(index, bytes);
                opened.map(Bytes::from).map_err(|error| error.to_string())
            };
            (first..=last)
                .map(|index| (index, block(index)))
                .collect::<Vec<_>>()
        });
        let opened = opened.await.map_err(|error| ReadError::Task(error.to_string()))?;
        self.blocks.extend(opened);
        while self.blocks.len() > KEPT {
            // Frames are taken in order, so the lowest is the one that is not needed again.
            match self.blocks.first_key_value() {
                Some((lowest, _)) if *lowest < wanted.start => drop(self.blocks.pop_first()),
                _ => break,
            }
        }
        Ok(())
    }

    /// A piece of the plaintext whose blocks were opened.
    fn bytes(&self, place: &Range<usize>) -> Result<Bytes, ReadError> {
        let mut pieces = Vec::new();
        for index in blocks_of(place) {
            let block = match self.blocks.get(&index) {
                Some(Ok(block)) => block,
                Some(Err(why)) => return Err(self.damaged(format!("block {index}: {why}"))),
                None => return Err(self.damaged(format!("block {index} is missing"))),
            };
            let start = usize::try_from(index)
                .ok()
                .and_then(|index| index.checked_mul(BLOCK_PLAIN))
                .ok_or_else(|| self.damaged("it is too large for this machine"))?;
            let from = place.start.saturating_sub(start);
            let to = place.end.saturating_sub(start).min(block.len());
            if from > to {
                return Err(self.damaged("it is cut short"));
            }
            pieces.push(block.slice(from..to));
        }
        let body = match &pieces[..] {
            [whole] => whole.clone(),
            _ => Bytes::from(pieces.concat()),
        };
        if body.len() == place.len() {
            Ok(body)
        } else {
            Err(self.damaged("it is cut short"))
        }
    }
}

const BLOCK_PLAIN: usize = floe::BLOCK_PLAIN as usize;

/// The blocks that hold a piece of the plaintext; one at least.
fn blocks_of(place: &Range<usize>) -> Range<u64> {
    let first = place.start / BLOCK_PLAIN;
    let end = place.end.div_ceil(BLOCK_PLAIN).max(first + 1);
    first as u64..end as u64
}
