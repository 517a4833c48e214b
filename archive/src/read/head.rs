//! The start of a segment: its records, and where each frame's bytes are. Enough to list the frames, and to read one of
//! them without the others.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use obhut_format::chain::StreamKind;
use obhut_format::floe::{self, BlockReader};
use obhut_format::ids::{SegmentNo, Seq, SessionId, StreamNo};
use obhut_format::key::SessionKey;
use obhut_format::payload::PayloadHead;
use obhut_format::record::Record;
use parking_lot::Mutex;

use super::ReadError;
use super::segment::{NamedSegment, bodies, open_blocks, parse_records};
use crate::objects::Objects;

/// What the start of a segment says, checked against its chain line.
#[derive(Debug)]
pub(crate) struct SegmentHead {
    pub(crate) records: Vec<Record>,
    /// Where in the plaintext each frame's bytes are.
    bodies: Vec<Range<usize>>,
    /// The ciphertext's first bytes, from which its blocks' keys follow.
    header: Vec<u8>,
}

impl SegmentHead {
    /// The head, when `prefix` of the ciphertext is long enough to hold it.
    fn parse(named: &NamedSegment, prefix: &[u8], key: &SessionKey) -> Result<Option<Self>, ReadError> {
        let line = &named.line;
        let cut = || ReadError::damaged(&line.object, "it is cut short");
        let plaintext = open_blocks(named, prefix, key)?;
        let (head, records_at) =
            PayloadHead::parse(&plaintext).map_err(|error| ReadError::damaged(&line.object, error))?;
        let container_at = usize::try_from(head.records)
            .ok()
            .and_then(|len| records_at.checked_add(len))
            .ok_or_else(cut)?;
        // What a timeline's container says of its frames stands at its start; the others' blocks are as long as their records
        // say.
        let layout = match line.kind {
            StreamKind::Timeline => u32::try_from(head.count).map_or(0, obhut_timeline::v1::head_len),
            StreamKind::Recording | StreamKind::Attachment => 0,
        };
        let (Some(table), Some(rest)) = (
            plaintext.get(records_at..container_at),
            plaintext.get(container_at..),
        ) else {
            return Ok(None);
        };
        if rest.len() < layout {
            return Ok(None);
        }
        let total = floe::plaintext_len(line.bytes)
            .and_then(|total| usize::try_from(total).ok())
            .and_then(|total| total.checked_sub(container_at))
            .ok_or_else(cut)?;
        let records = parse_records(named, &head, table, key)?;
        let (bodies, _) = bodies(named, &records, (rest, total), container_at)?;
        let header = prefix.get(..floe::HEADER).ok_or_else(cut)?.to_vec();
        Ok(Some(Self {
            records,
            bodies,
            header,
        }))
    }

    /// The record of a frame, and where in the plaintext its bytes are.
    pub(super) fn find(&self, seq: Seq) -> Option<(&Record, Range<usize>)> {
        let index = self.records.iter().position(|record| record.seq == seq)?;
        Some((self.records.get(index)?, self.bodies.get(index)?.clone()))
    }

    /// What opens the segment's blocks.
    pub(super) fn block_reader(
        &self,
        named: &NamedSegment,
        key: &SessionKey,
    ) -> Result<BlockReader, ReadError> {
        BlockReader::start(
            floe::Params::OBHUT,
            key,
            named.aad(),
            &self.header,
            named.line.bytes,
        )
        .map_err(|error| ReadError::damaged(&named.line.object, error))
    }
}

/// Reads only as much of a segment as holds its head: its first blocks.
pub(crate) async fn read_head(
    objects: &Objects,
    named: &Arc<NamedSegment>,
    key: &Arc<SessionKey>,
) -> Result<SegmentHead, ReadError> {
    let start = named.text.len() as u64 + 1;
    let mut want = floe::HEADER as u64 + u64::from(floe::BLOCK);
    loop {
        let end = start + named.line.bytes.min(want);
        let bytes = objects.get_range(&named.line.object, 0..end).await?;
        let cut = || ReadError::damaged(&named.line.object, "it is cut short");
        if (bytes.len() as u64) < end {
            return Err(cut());
        }
        let (segment, key) = (named.clone(), key.clone());
        let parsed = tokio::task::spawn_blocking(move || {
            let rest = bytes
                .strip_prefix(&segment.text[..])
                .and_then(|rest| rest.strip_prefix(b"\n"))
                .ok_or_else(|| {
                    ReadError::damaged(
                        &segment.line.object,
                        "its first line is not the chain line that names it",
                    )
                })?;
            SegmentHead::parse(&segment, rest, &key)
        });
        match parsed
            .await
            .map_err(|error| ReadError::Task(error.to_string()))??
        {
            Some(head) => return Ok(head),
            None if want >= named.line.bytes => return Err(cut()),
            None => want = want.saturating_mul(2),
        }
    }
}

type CacheKey = (SessionId, StreamNo, SegmentNo);

/// Heads read lately. Whoever looks, or sends again, does it in runs and not in single frames.
#[derive(Debug, Default)]
pub(crate) struct HeadCache {
    entries: Mutex<VecDeque<(CacheKey, Arc<SegmentHead>)>>,
}

impl HeadCache {
    /// Heads kept: a day of a stream at a frame every three seconds. 96 records take about 40 KiB.
    const CAPACITY: usize = 320;

    fn get(&self, key: &CacheKey) -> Option<Arc<SegmentHead>> {
        let mut entries = self.entries.lock();
        let at = entries.iter().position(|(held, _)| held == key)?;
        let entry = entries.remove(at)?;
        let head = entry.1.clone();
        entries.push_front(entry);
        Some(head)
    }

    fn put(&self, key: CacheKey, head: Arc<SegmentHead>) {
        let mut entries = self.entries.lock();
        entries.push_front((key, head));
        entries.truncate(Self::CAPACITY);
    }

    /// Drops what is kept of a session.
    pub(crate) fn forget(&self, session: SessionId) {
        self.entries.lock().retain(|((held, _, _), _)| *held != session);
    }

    /// The head of a segment, read where it is not at hand.
    pub(crate) async fn head(
        &self,
        objects: &Objects,
        named: &Arc<NamedSegment>,
        key: &Arc<SessionKey>,
    ) -> Result<Arc<SegmentHead>, ReadError> {
        let line = &named.line;
        let place = (line.session, line.stream, line.segment);
        if let Some(head) = self.get(&place) {
            return Ok(head);
        }
        let head = Arc::new(read_head(objects, named, key).await?);
        self.put(place, head.clone());
        Ok(head)
    }
}
