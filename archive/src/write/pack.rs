//! A claim becomes a segment: opened from the intake log, packed, sealed, written, chained, committed, released.

use bytes::Bytes;
use obhut_format::aad;
use obhut_format::chain::StreamKind;
use obhut_format::chain::{self, ChainLine, SegmentLine};
use obhut_format::digest::{Blake3Digest, Sha256Digest};
use obhut_format::floe;
use obhut_format::ids::{ObjectId, SegmentNo};
use obhut_format::object_key;
use obhut_format::payload::{self, PayloadHead};
use obhut_format::record::{self, Record};
use obhut_format::seqset::SeqSet;
use obhut_format::time::UtcMicros;
use obhut_timeline as timeline;

use super::claim::Claim;
use super::intake_entry::OpenedEntry;
use super::put::open_entry;
use super::{ChainTail, WriteError, detached};
use crate::Archive;
use crate::catalog::chain_lines::{self, ChainLineRow};
use crate::catalog::segments::{self, SegmentRow};
use crate::catalog::sessions::{self, Advance};
use crate::rng::OsRandom;

/// What a committed segment cost.
#[derive(Debug, Clone, Copy)]
pub struct Packed {
    /// Frames in it.
    pub frames: u64,
    /// Of them, whole-file duplicates.
    pub duplicates: u64,
    /// Their original bytes.
    pub original_bytes: u64,
    /// The object's bytes after its first line.
    pub object_bytes: u64,
}

/// A sealed segment that no line names yet.
struct Built {
    ciphertext: Vec<u8>,
    root: Sha256Digest,
    ranges: SeqSet,
    first_at: UtcMicros,
    last_at: UtcMicros,
    duplicates: u64,
    frames: u64,
    original_bytes: u64,
    blake3: Blake3Digest,
    sha256: Sha256Digest,
}

impl Archive {
    /// Packs a claim and commits its segment. On failure the frames stay in the intake log and can be claimed
    /// again; an object that was written becomes an orphan.
    pub async fn pack(&self, claim: Claim) -> Result<Packed, WriteError> {
        let archive = self.clone();
        detached(async move { archive.pack_through(claim).await }).await
    }

    async fn pack_through(&self, mut claim: Claim) -> Result<Packed, WriteError> {
        let live = claim.live.clone();
        let stream = claim.stream;
        // Numbers are taken once, committed or not: the AAD of an orphan never equals that of a segment.
        let segment = {
            let mut streams = live.streams.lock();
            let held = streams.get_mut(&stream).ok_or(WriteError::NoSuchStream {
                session: live.id(),
                stream,
            })?;
            let number = held.next_segment;
            held.next_segment = number.next().ok_or_else(|| {
                WriteError::Packing(format!("stream {stream} of session {} is full", live.id()))
            })?;
            number
        };
        let archive = self.clone();
        let (back, built) = tokio::task::spawn_blocking(move || {
            let built = archive.build(&claim, segment);
            (claim, built)
        })
        .await
        .map_err(|error| WriteError::Packing(error.to_string()))?;
        claim = back;
        let built = built?;

        // From here one writer: the line needs the link before it.
        let mut tail = live.tail.lock().await;
        let now = self.now();
        let object = object_key::segment(
            live.tenant(),
            live.id(),
            stream,
            segment,
            ObjectId::v7(now, OsRandom.bytes()),
        );
        let (first, last) = bounds(&built.ranges, live.id())?;
        let line = SegmentLine {
            tenant: live.tenant(),
            session: live.id(),
            n: tail.lines,
            prev: tail.link,
            stream,
            segment,
            object: object.clone(),
            kind: claim.kind,
            first,
            last,
            count: built.frames,
            ranges: built.ranges.clone(),
            records: built.root,
            bytes: built.ciphertext.len() as u64,
            blake3: built.blake3,
            sha256: built.sha256,
            at: now,
        };
        let text = ChainLine::Segment(line).to_line();
        let link = chain::link(text.as_bytes());
        let head = Bytes::from(format!("{text}\n"));
        let object_bytes = built.ciphertext.len() as u64;
        self.objects()
            .put(&object, vec![head, Bytes::from(built.ciphertext)])
            .await?;

        let stored_frames = built.frames - built.duplicates;
        let row = SegmentRow {
            session: live.id(),
            stream,
            segment,
            n: tail.lines,
            object,
            kind: claim.kind,
            first,
            last,
            count: built.frames,
            ranges: built.ranges.to_string(),
            first_at: built.first_at,
            last_at: built.last_at,
            object_bytes,
            original_bytes: built.original_bytes,
            stored_frames,
            duplicate_frames: built.duplicates,
        };
        let advance = Advance {
            session: live.id(),
            lines_before: tail.lines,
            link,
            frames: built.frames,
            original_bytes: built.original_bytes,
            stored_bytes: object_bytes,
        };
        let n = tail.lines;
        self.catalog()
            .write(move |tx| {
                sessions::advance(tx, &advance)?;
                chain_lines::insert(
                    tx,
                    &ChainLineRow {
                        session: row.session,
                        n,
                        line: text.into_bytes(),
                    },
                )?;
                segments::insert(tx, &row)?;
                Ok::<_, WriteError>(())
            })
            .await?;
        *tail = ChainTail { lines: n + 1, link };
        drop(tail);

        {
            let mut streams = live.streams.lock();
            if let Some(held) = streams.get_mut(&stream) {
                for (seq, _) in &claim.frames {
                    held.slots.remove(seq);
                    held.committed.insert(seq.get());
                }
            }
        }
        claim.committed = true;
        for (_, pending) in &claim.frames {
            self.intake().release(&pending.location);
        }
        Ok(Packed {
            frames: built.frames,
            duplicates: built.duplicates,
            original_bytes: built.original_bytes,
            object_bytes,
        })
    }

    /// Reads the claimed entries and makes the sealed segment. Runs on a blocking thread.
    fn build(&self, claim: &Claim, segment: SegmentNo) -> Result<Built, WriteError> {
        let live = &claim.live;
        let mut entries: Vec<OpenedEntry> = Vec::with_capacity(claim.frames.len());
        let mut lines: Vec<String> = Vec::with_capacity(claim.frames.len());
        let mut ranges = SeqSet::new();
        let mut original_bytes = 0u64;
        for (seq, pending) in &claim.frames {
            let sealed = self.intake().read(&pending.location)?;
            let entry = open_entry(live, claim.stream, *seq, &sealed)?;
            let record = Record {
                stream: claim.stream,
                seq: *seq,
                at: entry.head.at,
                received: entry.head.received,
                name: entry.head.name.clone(),
                media_type: entry.head.media_type.clone(),
                bytes: entry.body().len() as u64,
                sha256: entry.head.sha256,
                blake3: Blake3Digest::of(entry.body()),
                salt: live.key.salt(claim.stream, *seq),
                cut: entry.head.cut,
            };
            lines.push(record.to_line());
            ranges.insert(seq.get());
            original_bytes += record.bytes;
            entries.push(entry);
        }
        let root = record::records_root(&lines);
        let table = payload::join_records(&lines);

        let duplicate_key = live.key.duplicate_key();
        let frames: Vec<timeline::Frame<'_>> = match claim.kind {
            StreamKind::Timeline => entries
                .iter()
                .map(|e| timeline::Frame {
                    bytes: e.body(),
                    identity: duplicate_key.digest(e.body()),
                })
                .collect(),
            StreamKind::Recording | StreamKind::Attachment => Vec::new(),
        };
        let packed = timeline::pack(&frames).map_err(|error| WriteError::Packing(error.to_string()))?;
        let duplicates = packed
            .methods
            .iter()
            .filter(|m| **m == timeline::Method::Duplicate)
            .count() as u64;
        let head = PayloadHead::of(claim.kind, &lines).encode();
        let mut parts: Vec<&[u8]> = vec![head.as_bytes(), &table];
        if claim.kind == StreamKind::Timeline {
            parts.push(&packed.head);
            parts.extend(&packed.bodies);
        } else {
            parts.extend(entries.iter().map(OpenedEntry::body));
        }
        let aad = aad::segment(live.tenant(), live.id(), claim.stream, segment, claim.kind);
        let mut ciphertext = Vec::new();
        floe::seal(
            floe::Params::OBHUT,
            &live.key,
            &aad,
            &parts,
            &mut OsRandom,
            &mut ciphertext,
        );
        Ok(Built {
            root,
            ranges,
            first_at: entries
                .iter()
                .map(|e| e.head.at)
                .min()
                .unwrap_or_else(|| self.now()),
            last_at: entries
                .iter()
                .map(|e| e.head.at)
                .max()
                .unwrap_or_else(|| self.now()),
            duplicates,
            frames: entries.len() as u64,
            original_bytes,
            blake3: Blake3Digest::of(&ciphertext),
            sha256: Sha256Digest::of(&ciphertext),
            ciphertext,
        })
    }
}

fn bounds(
    ranges: &SeqSet,
    session: obhut_format::ids::SessionId,
) -> Result<(obhut_format::ids::Seq, obhut_format::ids::Seq), WriteError> {
    let seq = |n: Option<u64>| n.and_then(|n| obhut_format::ids::Seq::new(n).ok());
    match (seq(ranges.first()), seq(ranges.last())) {
        (Some(first), Some(last)) => Ok((first, last)),
        _ => Err(WriteError::Packing(format!(
            "a segment of session {session} would hold no frame"
        ))),
    }
}
