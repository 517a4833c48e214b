//! Reading a session's frames under a grant: from its segments, and from the intake log what is not packed yet.

use std::sync::Arc;

use bytes::Bytes;
use obhut_format::chain::StreamKind;
use obhut_format::digest::Blake3Digest;
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::key::SessionKey;
use obhut_format::record::Record;
use obhut_format::seqset::SeqSet;

use super::candidate::{Candidate, Flaw, cut, minus, sealed_numbers, without_rows};
use super::describe::row_and_key;
use super::in_use::Reading;
use super::salvage::{Salvaged, salvage};
use super::segment::{NamedSegment, VerifiedSegment};
use super::waiting::waiting;
use super::{Description, Grant, ReadError};
use crate::Archive;
use crate::catalog::segments::{self, SegmentRow};
use crate::catalog::{Query, chain_lines, streams};
use crate::objects::ObjectError;

/// One stream, as a reader lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamInfo {
    /// Its number.
    pub n: StreamNo,
    /// What it holds.
    pub kind: StreamKind,
    /// Its name, where it has one.
    pub name: Option<String>,
}

/// A part of a stream that is read in one go.
#[derive(Debug, Clone)]
pub struct FrameInfo {
    unit: Unit,
}

#[derive(Debug, Clone)]
enum Unit {
    Segment(Box<SegmentRow>),
    /// Frames that the chain names and no row leads to.
    Lost(SeqSet, Flaw),
    Waiting(StreamNo, Vec<Seq>),
}

impl FrameInfo {
    /// The chain line that names it; `None` for what is not packed yet, and for what no row leads to.
    pub fn line(&self) -> Option<u64> {
        match &self.unit {
            Unit::Segment(row) => Some(row.n),
            Unit::Lost(..) | Unit::Waiting(..) => None,
        }
    }
}

/// One frame, or block of a recording: its record and its original bytes.
#[derive(Debug, Clone)]
pub struct ReadFrame {
    /// What the archive knows of it.
    pub record: Record,
    /// The original bytes.
    pub body: Bytes,
}

/// Reads one session, within its grant.
#[derive(Debug)]
pub struct SessionReader {
    pub(super) archive: Archive,
    pub(super) grant: Grant,
    pub(super) key: Arc<SessionKey>,
    description: Description,
    streams: Vec<StreamInfo>,
    /// Its session's key is not destroyed while this lives.
    _reading: Reading,
}

impl Archive {
    /// A reader for what `grant` covers.
    pub async fn reader(&self, grant: Grant) -> Result<SessionReader, ReadError> {
        let at = grant.session();
        let reading = self.in_use().begin(at.session);
        let keys = self.keys().clone();
        let (key, description, rows) = self
            .catalog()
            .read(move |tx| {
                let (row, key) = row_and_key(tx, &keys, at)?;
                let description = Description::open(&row, &key)?;
                Ok::<_, ReadError>((key, description, streams::list(tx, at.session)?))
            })
            .await?;
        let names = description.stream_names();
        let name = |n: StreamNo| {
            names
                .iter()
                .find(|named| named.n == n)
                .and_then(|named| named.name.clone())
        };
        let streams = rows
            .into_iter()
            .filter(|row| grant.covers_stream(row.stream))
            .map(|row| StreamInfo {
                n: row.stream,
                kind: row.kind,
                name: name(row.stream),
            })
            .collect();
        Ok(SessionReader {
            archive: self.clone(),
            grant,
            key: Arc::new(key),
            description,
            streams,
            _reading: reading,
        })
    }
}

/// The chain line that names a segment's row.
pub(super) fn named(tx: &dyn Query, row: &SegmentRow) -> Result<NamedSegment, ReadError> {
    let line = chain_lines::get(tx, row.session, row.n)?;
    let line =
        line.ok_or_else(|| ReadError::damaged(&row.object, "its chain line is missing from the catalog"))?;
    let named = NamedSegment::parse(line.line)?;
    let line = &named.line;
    if (line.session, line.stream, line.segment) != (row.session, row.stream, row.segment) {
        return Err(ReadError::damaged(
            &row.object,
            "its chain line is another segment's",
        ));
    }
    Ok(named)
}

impl SessionReader {
    /// The session's sealed description.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The streams within the grant.
    pub fn streams(&self) -> &[StreamInfo] {
        &self.streams
    }

    /// The parts of a stream: its segments, then what waits in the intake log.
    pub async fn parts(&self, stream: StreamNo) -> Result<Vec<FrameInfo>, ReadError> {
        let at = self.grant.session();
        // What waits is listed before what is committed: a frame that moves in between stands in both lists, never
        // in neither.
        let waiting: Vec<Seq> = match self.archive.live().get(at) {
            Some(live) => waiting(&live, stream, (Seq::ZERO, Seq::MAX)),
            None => Vec::new(),
        };
        let (rows, lost) = self
            .archive
            .catalog()
            .read(move |tx| {
                let rows = segments::of_stream(tx, at.session, stream)?;
                let found: Result<Vec<_>, _> = rows.iter().map(|row| Candidate::of(tx, row)).collect();
                let sealed = sealed_numbers(tx, at.session, stream)?;
                let lost = without_rows(tx, at.session, stream, sealed.as_ref(), &found?)?;
                Ok::<_, ReadError>((rows, lost))
            })
            .await?;
        let mut parts: Vec<FrameInfo> = rows
            .into_iter()
            .map(|row| FrameInfo {
                unit: Unit::Segment(Box::new(row)),
            })
            .collect();
        // What waits came in again.
        let again: SeqSet = waiting.iter().map(|seq| seq.get()).collect();
        let allowed = self.grant.listed(stream);
        for candidate in lost {
            let mut lost = SeqSet::new();
            for run in &allowed {
                lost = lost.union(&minus(&cut(candidate.listed(), *run), &again));
            }
            if !lost.is_empty() {
                let unit = Unit::Lost(lost, candidate.damaged());
                parts.push(FrameInfo { unit });
            }
        }
        // A run at a time, so that memory stays that of one segment.
        parts.extend(waiting.chunks(16).map(|run| FrameInfo {
            unit: Unit::Waiting(stream, run.to_vec()),
        }));
        Ok(parts)
    }

    /// Reads one part. Frames outside the grant are left out; a part wholly outside is not opened.
    pub async fn read(&self, part: &FrameInfo) -> Result<Vec<ReadFrame>, ReadError> {
        match &part.unit {
            Unit::Segment(row) => self.read_segment(row).await,
            Unit::Lost(_, flaw) => Err(flaw.clone().into()),
            Unit::Waiting(stream, seqs) => {
                let mut frames = Vec::with_capacity(seqs.len());
                for seq in seqs {
                    frames.push(self.frame(*stream, *seq).await?);
                }
                Ok(frames)
            }
        }
    }

    /// Takes what is sound out of a part that could not be read: every frame that checks by itself.
    pub async fn salvage(&self, part: &FrameInfo) -> Result<Salvaged, ReadError> {
        match &part.unit {
            Unit::Segment(row) => self.salvage_segment(row).await,
            Unit::Lost(lost, _) => Ok(Salvaged {
                damaged: lost.clone(),
                ..Salvaged::default()
            }),
            Unit::Waiting(stream, seqs) => {
                let mut salvaged = Salvaged::default();
                for seq in seqs {
                    match self.frame(*stream, *seq).await {
                        Ok(frame) => salvaged.frames.push(frame),
                        Err(_) => {
                            salvaged.damaged.insert(seq.get());
                        }
                    }
                }
                Ok(salvaged)
            }
        }
    }

    async fn salvage_segment(&self, row: &SegmentRow) -> Result<Salvaged, ReadError> {
        let owned = row.clone();
        let named = self.archive.catalog().read(move |tx| named(tx, &owned)).await?;
        let object = match self.archive.objects().get(&row.object).await {
            Ok(object) => object,
            // Gone, or shorter than the store says: then of all of it nothing is left.
            Err(ObjectError::NotFound { .. } | ObjectError::Damaged { .. }) => Bytes::new(),
            Err(error) => return Err(error.into()),
        };
        let key = self.key.clone();
        let salvaged = tokio::task::spawn_blocking(move || salvage(&named, &object, &key));
        let mut salvaged = salvaged
            .await
            .map_err(|error| ReadError::Task(error.to_string()))?;
        let allowed = |seq| self.grant.check(row.stream, seq).is_ok();
        salvaged.frames.retain(|frame| allowed(frame.record.seq));
        salvaged.records.retain(|record| allowed(record.seq));
        let damaged = salvaged.damaged.iter();
        let damaged = damaged
            .filter(|seq| Seq::new(*seq).is_ok_and(allowed))
            .collect::<Vec<_>>();
        salvaged.damaged = SeqSet::new();
        for seq in damaged {
            salvaged.damaged.insert(seq);
        }
        Ok(salvaged)
    }

    async fn read_segment(&self, row: &SegmentRow) -> Result<Vec<ReadFrame>, ReadError> {
        let owned = row.clone();
        let named = self.archive.catalog().read(move |tx| named(tx, &owned)).await?;
        let segment = self.open(&named).await?;
        let allowed = (0..segment.records.len()).filter(|index| {
            segment
                .records
                .get(*index)
                .is_some_and(|r| self.grant.check(r.stream, r.seq).is_ok())
        });
        allowed.map(|index| take(&segment, index, &row.object)).collect()
    }

    async fn open(&self, named: &NamedSegment) -> Result<VerifiedSegment, ReadError> {
        let object = self.archive.objects().get(&named.line.object).await?;
        let (named, key) = (named.clone(), self.key.clone());
        tokio::task::spawn_blocking(move || VerifiedSegment::open(&named, &object, &key))
            .await
            .map_err(|error| ReadError::Task(error.to_string()))?
    }
}

/// The frame at `index`, compared with the digest in its record before it is handed out.
fn take(segment: &VerifiedSegment, index: usize, object: &str) -> Result<ReadFrame, ReadError> {
    let missing = || ReadError::damaged(object, "a frame is missing");
    let record = segment.records.get(index).ok_or_else(missing)?.clone();
    let body = segment.body(index).ok_or_else(missing)?;
    if Blake3Digest::of(&body) != record.blake3 {
        return Err(ReadError::damaged(
            object,
            format!("frame {} is not the one its record names", record.seq),
        ));
    }
    Ok(ReadFrame { record, body })
}
