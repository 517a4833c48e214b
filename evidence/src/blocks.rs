//! The originals: frames as files of their own, recordings and attachments put together again from their blocks.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use obhut_archive::{FrameInfo, ReadFrame, SessionReader};
use obhut_format::bundle::{DamagedStream, Originals, block_path, frame_path, whole_path};
use obhut_format::chain::{SegmentLine, StreamKind};
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::seqset::SeqSet;
use obhut_format::time::UtcMicros;

use crate::ExportError;
use crate::pen::Pen;
use crate::proofs::{self, File};
use crate::taken::{Taken, take};

/// Segments read ahead of the one that is being written.
const AHEAD: usize = 1;

/// A file of originals, for the pages.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) path: String,
    pub(crate) seq: Seq,
    pub(crate) at: UtcMicros,
    pub(crate) media_type: String,
    /// Kept as it came, and it ends after its header.
    pub(crate) cut: bool,
}

/// A stream whose originals are written.
#[derive(Debug)]
pub(crate) struct ShownStream {
    pub(crate) n: StreamNo,
    pub(crate) kind: StreamKind,
    pub(crate) name: Option<String>,
    pub(crate) how: Originals,
    pub(crate) files: Vec<Shown>,
    pub(crate) frames: u64,
    pub(crate) damaged: Option<DamagedStream>,
}

/// One stream's segments, each with where it is read.
#[derive(Debug)]
struct Source<'a> {
    reader: &'a SessionReader,
    segments: Vec<(&'a SegmentLine, Option<FrameInfo>)>,
    salvage: bool,
}

impl Source<'_> {
    /// The segments one after another, the next being read while one is written.
    fn taken(&self) -> impl stream::Stream<Item = Result<(&SegmentLine, Taken), ExportError>> {
        stream::iter(&self.segments)
            .map(move |(line, part)| async move {
                let taken = take(self.reader, line, part.as_ref(), self.salvage).await?;
                Ok((*line, taken))
            })
            .buffered(1 + AHEAD)
    }
}

/// Writes the originals of all streams, with their records.
pub(crate) async fn write(
    pen: &mut Pen,
    reader: &SessionReader,
    segments: &[SegmentLine],
    salvage: bool,
) -> Result<Vec<ShownStream>, ExportError> {
    let mut by_stream: BTreeMap<StreamNo, Vec<&SegmentLine>> = BTreeMap::new();
    for line in segments {
        by_stream.entry(line.stream).or_default().push(line);
    }
    let mut streams = Vec::new();
    for (n, mut lines) in by_stream {
        // Segments are committed as they are packed; originals stand in their own order.
        lines.sort_by_key(|line| line.first);
        let kind = lines.first().map_or(StreamKind::Timeline, |line| line.kind);
        let mut parts: BTreeMap<u64, FrameInfo> = reader
            .parts(n)
            .await?
            .into_iter()
            .filter_map(|part| part.line().map(|line| (line, part)))
            .collect();
        let mut numbers = SeqSet::new();
        for seq in lines.iter().flat_map(|line| line.ranges.iter()) {
            numbers.insert(seq);
        }
        let source = Source {
            reader,
            segments: lines
                .into_iter()
                .map(|line| (line, parts.remove(&line.n)))
                .collect(),
            salvage,
        };
        let name = reader.streams().iter().find(|stream| stream.n == n);
        let mut stream = ShownStream {
            n,
            kind,
            name: name.and_then(|stream| stream.name.clone()),
            how: Originals::of(kind, &numbers, false),
            files: Vec::new(),
            frames: 0,
            damaged: None,
        };
        if kind == StreamKind::Timeline {
            frames(pen, &source, &mut stream).await?;
        } else {
            blocks(pen, &source, &numbers, &mut stream).await?;
        }
        streams.push(stream);
    }
    Ok(streams)
}

fn note_damage(stream: &mut ShownStream, taken: &Taken) {
    if taken.damaged.is_empty() {
        return;
    }
    let n = stream.n;
    let damaged = stream.damaged.get_or_insert_with(|| DamagedStream {
        stream: n,
        frames: SeqSet::new(),
    });
    for seq in taken.damaged.iter() {
        damaged.frames.insert(seq);
    }
}

async fn say(pen: &Pen, taken: &Taken) -> Result<(), ExportError> {
    match &taken.why {
        Some(why) => pen.damage(why.clone()).await,
        None => Ok(()),
    }
}

fn shown(path: &str, frame: &ReadFrame) -> Shown {
    Shown {
        path: path.to_owned(),
        seq: frame.record.seq,
        at: frame.record.at,
        media_type: frame.record.media_type.clone(),
        cut: frame.record.cut,
    }
}

async fn write_files(pen: &mut Pen, files: Vec<File>) -> Result<(), ExportError> {
    for (path, content) in files {
        pen.file(&path, content).await?;
    }
    Ok(())
}

async fn frames(pen: &mut Pen, source: &Source<'_>, stream: &mut ShownStream) -> Result<(), ExportError> {
    let mut segments = std::pin::pin!(source.taken());
    while let Some(next) = segments.next().await {
        let (line, taken) = next?;
        note_damage(stream, &taken);
        say(pen, &taken).await?;
        write_files(pen, proofs::of_segment(source.reader, line, &taken.records)).await?;
        for frame in taken.frames {
            let path = frame_path(&frame.record);
            stream.files.push(shown(&path, &frame));
            stream.frames += 1;
            pen.file(&path, frame.body).await?;
        }
    }
    stream.files.sort_by_key(|file| file.seq);
    Ok(())
}

async fn blocks(
    pen: &mut Pen,
    source: &Source<'_>,
    numbers: &SeqSet,
    stream: &mut ShownStream,
) -> Result<(), ExportError> {
    if source.salvage {
        // Whether it can be one file has to be known before its first byte is written.
        let mut segments = std::pin::pin!(source.taken());
        while let Some(next) = segments.next().await {
            let (_, taken) = next?;
            note_damage(stream, &taken);
            say(pen, &taken).await?;
        }
        stream.how = Originals::of(stream.kind, numbers, stream.damaged.is_some());
    }
    let mut proofs = Vec::new();
    let mut early: BTreeMap<Seq, ReadFrame> = BTreeMap::new();
    let mut next_seq = Some(Seq::ZERO);
    let mut segments = std::pin::pin!(source.taken());
    while let Some(next) = segments.next().await {
        let (line, taken) = next?;
        proofs.extend(proofs::of_segment(source.reader, line, &taken.records));
        for frame in taken.frames {
            stream.frames += 1;
            if stream.how == Originals::Whole {
                early.insert(frame.record.seq, frame);
                continue;
            }
            let path = block_path(stream.n, frame.record.seq);
            stream.files.push(shown(&path, &frame));
            pen.file(&path, frame.body).await?;
        }
        // A block may come before those that belong in front of it.
        while let Some(frame) = next_seq.and_then(|seq| early.remove(&seq)) {
            if frame.record.seq == Seq::ZERO {
                let path = whole_path(&frame.record);
                stream.files.push(shown(&path, &frame));
                pen.begin(&path).await?;
            }
            next_seq = frame.record.seq.next();
            pen.write(frame.body).await?;
        }
    }
    pen.end();
    write_files(pen, proofs).await
}
