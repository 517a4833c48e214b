//! The index of a stream: which frames there are, when they were captured and how long they are. It shows no picture.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt};
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::seqset::SeqSet;
use obhut_format::time::UtcMicros;

use super::ReadError;
use super::frames::SessionReader;
use super::head::SegmentHead;
use super::segment::NamedSegment;
use super::waiting::waiting;
use crate::catalog::sessions::{self, SessionState};

/// A frame, as the index has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedFrame {
    /// Its number.
    pub seq: Seq,
    /// The capture instant.
    pub at: UtcMicros,
    /// Bytes of the original.
    pub bytes: u64,
    /// The media type as sent.
    pub media_type: Arc<str>,
    /// Whether the image ends after its header.
    pub cut: bool,
}

/// Frames that are known to be there and whose description can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedRange {
    /// The first of them.
    pub first: Seq,
    /// The last of them; every number between is one of them.
    pub last: Seq,
    /// What does not check, without where it is stored.
    pub why: String,
}

/// What a stream holds, within the grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamIndex {
    /// The session's state from before the index was made: when it is sealed, nothing is missing here.
    pub state: SessionState,
    /// The frames, by number.
    pub frames: Vec<IndexedFrame>,
    /// The damaged ones, by number.
    pub damaged: Vec<DamagedRange>,
}

/// Heads read at the same time.
pub(super) const HEADS_AT_ONCE: usize = 4;
/// Entries of the intake log opened at the same time, where they are not known in memory.
const ENTRIES_AT_ONCE: usize = 4;

/// A number out of a set; sets of frames hold no higher ones.
fn number(n: u64) -> Seq {
    Seq::new(n).unwrap_or(Seq::MAX)
}

/// The number after one, where there is one.
fn following(after: Option<Seq>) -> Option<Seq> {
    after.map_or(Some(Seq::ZERO), Seq::next)
}

impl SessionReader {
    /// The index of a stream; with `after` only what comes behind that number.
    pub async fn index(&self, stream: StreamNo, after: Option<Seq>) -> Result<StreamIndex, ReadError> {
        let at = self.grant.session();
        let state = self
            .archive
            .catalog()
            .read(move |tx| {
                let row = sessions::get(tx, at.tenant, at.session)?;
                row.map(|row| row.state)
                    .ok_or(ReadError::NoSuchSession(at.session))
            })
            .await?;
        let mut found = Found::default();
        if let Some(first) = following(after) {
            // What waits comes before what is committed, so that a frame that moves in between is met at one of the places.
            self.note_waiting(stream, first, &mut found).await?;
            self.note_committed(stream, first, &mut found).await?;
        }
        Ok(found.into_index(state, &self.grant.listed(stream)))
    }

    async fn note_waiting(&self, stream: StreamNo, first: Seq, found: &mut Found) -> Result<(), ReadError> {
        let Some(live) = self.archive.live().get(self.grant.session()) else {
            return Ok(());
        };
        let wanted = waiting(&live, stream, (first, Seq::MAX));
        let mut known = futures_util::stream::iter(wanted)
            .map(|seq| {
                let live = &live;
                async move { (seq, self.waiting_known(live, stream, seq).await) }
            })
            .buffered(ENTRIES_AT_ONCE);
        while let Some((seq, known)) = known.next().await {
            match known {
                Ok(None) => {}
                Ok(Some(known)) => found.add(IndexedFrame {
                    seq,
                    at: known.at,
                    bytes: known.bytes,
                    media_type: known.media_type,
                    cut: known.cut,
                }),
                Err(error) if error.is_damage() => found.add_damaged((seq, seq), &error),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn note_committed(&self, stream: StreamNo, first: Seq, found: &mut Found) -> Result<(), ReadError> {
        let at = self.grant.session();
        let run = (first, Seq::MAX);
        let candidates = self.archive.segments_with(at, stream, run).await?;
        let mut heads = futures_util::stream::iter(candidates)
            .map(|candidate| async move {
                let outcome = match candidate.sound() {
                    Ok(named) => self.head(named).await,
                    Err(flaw) => Err(flaw.into()),
                };
                match outcome {
                    Ok(head) => Ok((candidate, Ok(head))),
                    Err(error) if error.is_damage() => Ok((candidate, Err(error))),
                    Err(error) => Err(error),
                }
            })
            .buffered(HEADS_AT_ONCE);
        while let Some((candidate, head)) = heads.try_next().await? {
            match head {
                Ok(head) => {
                    for record in head.records.iter().filter(|record| record.seq >= first) {
                        let media_type = found.interned(&record.media_type);
                        found.add(IndexedFrame {
                            seq: record.seq,
                            at: record.at,
                            bytes: record.bytes,
                            media_type,
                            cut: record.cut,
                        });
                    }
                }
                Err(error) => {
                    for range in candidate.listed().iter_ranges() {
                        let (from, to) = (number(*range.start()).max(first), number(*range.end()));
                        if from <= to {
                            found.add_damaged((from, to), &error);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) async fn head(&self, named: &Arc<NamedSegment>) -> Result<Arc<SegmentHead>, ReadError> {
        self.archive
            .heads()
            .head(self.archive.objects(), named, &self.key)
            .await
    }
}

/// What was met so far, in the order of the places.
#[derive(Debug, Default)]
struct Found {
    frames: Vec<IndexedFrame>,
    damaged: Vec<DamagedRange>,
    types: Vec<Arc<str>>,
}

impl Found {
    fn add(&mut self, frame: IndexedFrame) {
        self.frames.push(frame);
    }

    fn add_damaged(&mut self, (first, last): (Seq, Seq), error: &ReadError) {
        let why = error.what_is_damaged().to_owned();
        self.damaged.push(DamagedRange { first, last, why });
    }

    /// One copy of each type for all frames that have it.
    fn interned(&mut self, media_type: &str) -> Arc<str> {
        if let Some(known) = self.types.iter().find(|known| ***known == *media_type) {
            return known.clone();
        }
        let fresh: Arc<str> = Arc::from(media_type);
        self.types.push(fresh.clone());
        fresh
    }

    /// In order of numbers, each once, and only what is in the runs that may be listed. Of what is told as sound and as
    /// damaged, because it came in again, the sound counts.
    fn into_index(mut self, state: SessionState, listed: &[(Seq, Seq)]) -> StreamIndex {
        let within = |seq: Seq| listed.iter().any(|(first, last)| *first <= seq && seq <= *last);
        self.frames.retain(|frame| within(frame.seq));
        self.frames.sort_by_key(|frame| frame.seq);
        self.frames.dedup_by_key(|frame| frame.seq);
        let sound: SeqSet = self.frames.iter().map(|frame| frame.seq.get()).collect();
        let mut damaged = Vec::new();
        for range in &self.damaged {
            for (first, last) in listed {
                let (from, to) = (range.first.max(*first), range.last.min(*last));
                let parts = sound.gaps(from.get()..=to.get());
                damaged.extend(parts.iter_ranges().map(|part| DamagedRange {
                    first: number(*part.start()),
                    last: number(*part.end()),
                    why: range.why.clone(),
                }));
            }
        }
        damaged.sort_by_key(|range| range.first);
        StreamIndex {
            state,
            frames: self.frames,
            damaged,
        }
    }
}
