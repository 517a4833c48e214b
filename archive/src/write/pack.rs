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
use obhut_timeline::v1 as timeline;

use super::claim::Claim;
use super::giving_way::giving_way;
use super::intake_entry::OpenedEntry;
use super::put::open_entry;
use super::{ChainTail, WriteError, detached};
use crate::Archive;
use crate::catalog::chain_lines::{self, ChainLineRow};
use crate::catalog::segments::{self, SegmentRow};
use crate::catalog::sessions::{self, Advance};
use crate::intake::IntakeError;
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
        let segment = next_segment(&claim)?;
        let archive = self.clone();
        let (mut claim, built) = giving_way(move || {
            let built = archive
                .open_claimed(&mut claim)
                .and_then(|entries| archive.build(&claim, &entries, segment));
            (claim, built)
        })
        .await?;
        let built = built?;
        if built.frames == 0 {
            return Ok(Packed {
                frames: 0,
                duplicates: 0,
                original_bytes: 0,
                object_bytes: 0,
            });
        }
        let packed = Packed {
            frames: built.frames,
            duplicates: built.duplicates,
            original_bytes: built.original_bytes,
            object_bytes: built.ciphertext.len() as u64,
        };
        {
            // From here one writer: the line needs the link before it.
            let mut tail = live.tail.lock().await;
            *tail = self.commit_segment(&claim, segment, built, *tail).await?;
        }
        let numbers = claim.frames.iter().map(|(seq, _)| *seq);
        if let Some(held) = live.streams.lock().get_mut(&claim.stream) {
            for seq in numbers {
                held.slots.remove(&seq);
                held.committed.insert(seq.get());
            }
        }
        claim.committed = true;
        for (_, pending) in &claim.frames {
            self.intake().release(&pending.location);
        }
        if self.is_cramped() {
            // The file being written would keep its released entries until it is full, and there is no room for that.
            if let Err(error) = self.intake().retire().await {
                tracing::warn!(%error, "the intake log can't go on to a new file");
            }
        }
        Ok(packed)
    }

    /// Writes the object durably, then commits line and index in one transaction. Returns the chain's new tail.
    async fn commit_segment(
        &self,
        claim: &Claim,
        segment: SegmentNo,
        built: Built,
        tail: ChainTail,
    ) -> Result<ChainTail, WriteError> {
        let live = &claim.live;
        let now = self.now();
        let id = ObjectId::v7(now, OsRandom.bytes());
        let object = object_key::segment(live.tenant(), live.id(), claim.stream, segment, id);
        let (first, last) = bounds(&built.ranges, live.id())?;
        let line = SegmentLine {
            tenant: live.tenant(),
            session: live.id(),
            n: tail.lines,
            prev: tail.link,
            stream: claim.stream,
            segment,
            object,
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
        let row = index_row(&line, &built);
        let text = ChainLine::Segment(line).to_line();
        let advance = Advance {
            session: row.session,
            lines_before: tail.lines,
            link: chain::link(text.as_bytes()),
            frames: row.count,
            original_bytes: row.original_bytes,
            stored_bytes: row.object_bytes,
        };
        let head = Bytes::from(format!("{text}\n"));
        self.objects()
            .put(&row.object, [head, Bytes::from(built.ciphertext)])
            .await?;
        let next = ChainTail {
            lines: tail.lines + 1,
            link: advance.link,
        };
        self.catalog()
            .write(move |tx| {
                sessions::advance(tx, &advance)?;
                sessions::touch(tx, row.session, now)?;
                let line = ChainLineRow {
                    session: row.session,
                    n: row.n,
                    line: text.into_bytes(),
                };
                chain_lines::insert(tx, &line)?;
                segments::insert(tx, &row)?;
                Ok::<_, WriteError>(())
            })
            .await?;
        Ok(next)
    }

    /// Reads the claimed entries. One whose bytes no longer check is set aside: it must not keep the others from
    /// being packed, nor be tried for ever. Runs on a blocking thread.
    fn open_claimed(&self, claim: &mut Claim) -> Result<Vec<OpenedEntry>, WriteError> {
        let live = claim.live.clone();
        let mut entries = Vec::with_capacity(claim.frames.len());
        let mut sound = Vec::with_capacity(claim.frames.len());
        for (seq, pending) in &claim.frames {
            let opened = match self.intake().read(&pending.location) {
                Ok(sealed) => open_entry(&live, claim.stream, *seq, &sealed),
                Err(error @ IntakeError::Damaged { .. }) => Err(error.into()),
                Err(error) => return Err(error.into()),
            };
            match opened {
                Ok(entry) => {
                    entries.push(entry);
                    sound.push((*seq, pending.clone()));
                }
                Err(error) => {
                    let (stream, frame) = (claim.stream.get(), seq.get());
                    tracing::error!(session.id = %live.id(), stream, frame, error = %error, "a frame in the intake log is damaged");
                    if let Some(held) = live.streams.lock().get_mut(&claim.stream) {
                        held.set_damaged(*seq);
                    }
                }
            }
        }
        claim.frames = sound;
        Ok(entries)
    }

    /// Makes the sealed segment. Runs on a blocking thread.
    fn build(&self, claim: &Claim, entries: &[OpenedEntry], segment: SegmentNo) -> Result<Built, WriteError> {
        let live = &claim.live;
        let mut lines: Vec<String> = Vec::with_capacity(claim.frames.len());
        let mut ranges = SeqSet::new();
        let mut original_bytes = 0u64;
        for ((seq, _), entry) in claim.frames.iter().zip(entries) {
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

/// Takes the next segment number, once in the life of this process, committed or not. After a restart an orphan's number
/// may be taken again: objects are told apart by their keys, and ciphertexts by the digest in the chain line.
fn next_segment(claim: &Claim) -> Result<SegmentNo, WriteError> {
    let session = claim.live.id();
    let stream = claim.stream;
    let mut streams = claim.live.streams.lock();
    let held = streams
        .get_mut(&stream)
        .ok_or(WriteError::NoSuchStream { session, stream })?;
    let number = held.next_segment;
    let full = || WriteError::Packing(format!("stream {stream} of session {session} is full"));
    held.next_segment = number.next().ok_or_else(full)?;
    Ok(number)
}

/// What the catalog's index says of a segment.
fn index_row(line: &SegmentLine, built: &Built) -> SegmentRow {
    SegmentRow {
        session: line.session,
        stream: line.stream,
        segment: line.segment,
        n: line.n,
        object: line.object.clone(),
        kind: line.kind,
        first: line.first,
        last: line.last,
        count: line.count,
        ranges: line.ranges.to_string(),
        first_at: built.first_at,
        last_at: built.last_at,
        object_bytes: line.bytes,
        original_bytes: built.original_bytes,
        stored_frames: built.frames - built.duplicates,
        duplicate_frames: built.duplicates,
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
