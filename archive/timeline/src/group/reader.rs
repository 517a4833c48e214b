//! Reading a group.

use std::ops::Range;
use std::sync::Arc;

use super::{
    CELLS, CONTENT, FRAMES, Format, KINDS, LENGTHS, Lane, LaneKey, Layout, REPEATS, SIDE, VECTORS, lane_at,
};
use crate::bytes::Reader;
use crate::error::Damage;
use crate::limits::{GROUP_FRAMES, MAX_META_BYTES, MAX_PLANES, MAX_SAMPLE_BYTES, MAX_SIDE};
use crate::plane::picture::{self, Cells};
use crate::plane::{OpStreams, Plane, Span, blocks};
use crate::zst::{Part, Stream};

/// A stream that was decompressed, and how far it was read.
#[derive(Debug)]
struct Held {
    bytes: Vec<u8>,
    at: usize,
    what: &'static str,
}

impl Held {
    fn reader(&self) -> Reader<'_> {
        Reader::new(&self.bytes[self.at..], self.what)
    }
}

/// The new content of one plane of a frame.
#[derive(Debug)]
struct Chunk {
    lane: usize,
    /// Its first address in the lane.
    from: u32,
    spans: Vec<Span>,
    cells: Option<Cells>,
    /// Its units are blocks, all of them coded.
    blocks: bool,
    /// Where its coded part is.
    coded: Range<usize>,
    decoded: bool,
}

/// A frame whose maps are known.
#[derive(Debug)]
struct Known {
    format: Format,
    side: Range<usize>,
    /// Lane, place in the lane, and the chunk of each plane.
    planes: Vec<(usize, usize, usize)>,
}

/// Gives the frames of one group. It remembers what it has decoded: frames one after the other cost little each.
#[derive(Debug)]
pub(crate) struct GroupReader {
    frames: Held,
    repeats: Held,
    kinds: Held,
    lengths: Held,
    vectors: Held,
    cells: Held,
    side: Vec<u8>,
    coded: Part,
    content: Stream,
    lanes: Vec<Lane<()>>,
    known: Vec<Known>,
    chunks: Vec<Chunk>,
    /// Chunks whose plain content is there.
    plain: usize,
    side_at: usize,
    coded_at: usize,
}

impl GroupReader {
    /// Reads what `bytes` begin with; the pictures are decoded when they are asked for.
    pub(crate) fn new(layout: &Layout, bytes: Arc<Vec<u8>>) -> Result<Self, Damage> {
        if layout.total() != bytes.len() as u64 {
            return Err(Damage::Truncated);
        }
        let mut at = 0;
        let packed = layout.streams.map(|(len, _)| {
            let range = at..at + len as usize;
            at = range.end;
            Part {
                bytes: bytes.clone(),
                range,
            }
        });
        let coded = Part {
            range: at..bytes.len(),
            bytes,
        };
        let held = |stream: usize, what: &'static str| {
            let raw = layout.streams[stream].1 as usize;
            if raw > MAX_META_BYTES {
                return Err(Damage::TooLarge(what));
            }
            let mut bytes = vec![0; raw];
            Stream::new(packed[stream].clone(), what)?.read_exact(&mut bytes)?;
            Ok(Held { bytes, at: 0, what })
        };
        Ok(Self {
            frames: held(FRAMES, "frames")?,
            repeats: held(REPEATS, "maps")?,
            kinds: held(KINDS, "maps")?,
            lengths: held(LENGTHS, "maps")?,
            vectors: held(VECTORS, "maps")?,
            cells: held(CELLS, "cells")?,
            side: held(SIDE, "side records")?.bytes,
            coded,
            content: Stream::new(packed[CONTENT].clone(), "content")?,
            lanes: Vec::new(),
            known: Vec::new(),
            chunks: Vec::new(),
            plain: 0,
            side_at: 0,
            coded_at: 0,
        })
    }

    /// The side record and the planes of frame `index`.
    pub(crate) fn frame(&mut self, index: usize) -> Result<(Vec<u8>, Vec<Plane>), Damage> {
        let planes = self.planes(index)?;
        Ok((self.side(index)?.1.to_vec(), planes))
    }

    /// What frame `index` was, and its side record.
    pub(crate) fn side(&mut self, index: usize) -> Result<(Format, &[u8]), Damage> {
        self.learn(index)?;
        let known = &self.known[index];
        Ok((known.format, &self.side[known.side.clone()]))
    }

    /// The samples of frame `index`.
    pub(crate) fn planes(&mut self, index: usize) -> Result<Vec<Plane>, Damage> {
        self.learn(index)?;
        let count = self.known[index].planes.len();
        let mut planes = Vec::with_capacity(count);
        for place in 0..count {
            let (lane, map, chunk) = self.known[index].planes[place];
            self.fill(lane, map, chunk)?;
            let lane = &self.lanes[lane];
            let map = lane.maps.get(map).ok_or(Damage::Part("maps"))?;
            let unit = lane.key.2;
            let mut data = Vec::with_capacity(map.width as usize * map.height() as usize * unit);
            for row in &map.rows {
                let mut column = 0;
                for run in row.iter() {
                    let from = run.at as usize * unit;
                    let bytes = (run.end - column) as usize * unit;
                    data.extend_from_slice(&lane.content[from..from + bytes]);
                    column = run.end;
                }
            }
            planes.push(Plane {
                width: map.width,
                height: map.height(),
                unit,
                data,
            });
        }
        Ok(planes)
    }

    /// Reads on until the maps of frame `index` are known.
    fn learn(&mut self, index: usize) -> Result<(), Damage> {
        while self.known.len() <= index {
            if self.known.len() >= GROUP_FRAMES {
                return Err(Damage::TooLarge("frames"));
            }
            self.learn_next()?;
        }
        Ok(())
    }

    fn learn_next(&mut self) -> Result<(), Damage> {
        let mut frames = self.frames.reader();
        let code = frames.byte()?;
        let format = Format::from_code(code).ok_or(frames.damage())?;
        let count = frames.size(MAX_PLANES)?;
        let side = frames.size(self.side.len() - self.side_at)?;
        let side = self.side_at..self.side_at + side;
        let mut sizes = Vec::with_capacity(count);
        let mut samples = 0;
        for _ in 0..count {
            let width = frames.size(MAX_SIDE as usize)? as u32;
            let height = frames.size(MAX_SIDE as usize)? as u32;
            let unit = frames.size(256)?;
            let coded = frames.size(self.coded.as_ref().len() - self.coded_at)?;
            samples += width as usize * height as usize * unit;
            if unit == 0 || (format == Format::Jpeg && unit != blocks::BLOCK) || samples > MAX_SAMPLE_BYTES {
                return Err(frames.damage());
            }
            let coded = self.coded_at..self.coded_at + coded;
            self.coded_at = coded.end;
            sizes.push((width, height, unit, coded));
        }
        self.frames.at = self.frames.bytes.len() - frames.rest().len();
        let mut planes = Vec::with_capacity(count);
        for (place, (width, height, unit, coded)) in sizes.into_iter().enumerate() {
            planes.push(self.learn_plane((code, place, unit), width, height, coded)?);
        }
        self.side_at = side.end;
        self.known.push(Known { format, side, planes });
        Ok(())
    }

    fn learn_plane(
        &mut self,
        key: LaneKey,
        width: u32,
        height: u32,
        coded: Range<usize>,
    ) -> Result<(usize, usize, usize), Damage> {
        let mut streams = OpStreams {
            repeats: self.repeats.reader(),
            kinds: self.kinds.reader(),
            lengths: self.lengths.reader(),
            vectors: self.vectors.reader(),
        };
        let rows = streams.read(width, height)?;
        let left = [
            &streams.repeats,
            &streams.kinds,
            &streams.lengths,
            &streams.vectors,
        ]
        .map(|reader| reader.rest().len());
        for (held, left) in [
            &mut self.repeats,
            &mut self.kinds,
            &mut self.lengths,
            &mut self.vectors,
        ]
        .into_iter()
        .zip(left)
        {
            held.at = held.bytes.len() - left;
        }
        let unit = key.2;
        let lane_at = lane_at(&mut self.lanes, key, || ());
        let others: usize = self
            .lanes
            .iter()
            .filter(|lane| lane.key != key)
            .map(|lane| lane.units as usize * lane.key.2)
            .sum();
        let lane = &mut self.lanes[lane_at];
        let from = lane.units;
        let limit = (MAX_SAMPLE_BYTES.saturating_sub(others) / unit) as u32;
        let spans = lane.maps.add(width, height, &rows, &mut lane.units, limit)?;
        let blocks = key.0 == Format::Jpeg.code();
        let cells = if coded.is_empty() || blocks {
            None
        } else {
            let mut reader = self.cells.reader();
            let cells = Cells::read(&mut reader, width, height)?;
            let left = reader.rest().len();
            self.cells.at = self.cells.bytes.len() - left;
            Some(cells)
        };
        let decoded = if blocks { spans.is_empty() } else { cells.is_none() };
        self.chunks.push(Chunk {
            lane: lane_at,
            from,
            spans,
            cells,
            blocks,
            coded,
            decoded,
        });
        Ok((lane_at, lane.maps.len() - 1, self.chunks.len() - 1))
    }

    /// Brings the content that a map shows, which is all in chunks up to `last`.
    fn fill(&mut self, lane_at: usize, map: usize, last: usize) -> Result<(), Damage> {
        while self.plain <= last {
            let chunk = &self.chunks[self.plain];
            let lane = &mut self.lanes[chunk.lane];
            let unit = lane.key.2;
            let end = chunk
                .spans
                .last()
                .map_or(chunk.from, |span| span.at + (span.to - span.from));
            lane.content.resize(end as usize * unit, 0);
            if chunk.blocks {
                self.plain += 1;
                continue;
            }
            // Segments of one kind lie side by side: they are read at once.
            let mut run = 0..0;
            for (segment, _) in
                picture::segments(&chunk.spans, chunk.cells.as_ref()).filter(|(_, picture)| !picture)
            {
                let from = segment.at as usize * unit;
                let end = from + (segment.to - segment.from) as usize * unit;
                if run.end == from {
                    run.end = end;
                } else {
                    self.content.read_exact(&mut lane.content[run])?;
                    run = from..end;
                }
            }
            self.content.read_exact(&mut lane.content[run])?;
            self.plain += 1;
        }
        let pending = |chunk: &Chunk| chunk.lane == lane_at && !chunk.decoded;
        if !self.chunks[..=last].iter().any(pending) {
            return Ok(());
        }
        let wanted = self.wanted(lane_at, map, last);
        for at in wanted {
            if self.chunks[at].blocks && self.lanes[lane_at].models.is_none() {
                // The lane's first blocks are those whose models the others begin with.
                let first = self
                    .chunks
                    .iter()
                    .position(|chunk| chunk.lane == lane_at && !chunk.spans.is_empty());
                self.decode(first.unwrap_or(at))?;
            }
            self.decode(at)?;
        }
        Ok(())
    }

    /// Decodes the coded part of a chunk, if that has not been done.
    fn decode(&mut self, at: usize) -> Result<(), Damage> {
        let chunk = &mut self.chunks[at];
        if chunk.decoded {
            return Ok(());
        }
        let lane = &mut self.lanes[chunk.lane];
        let coded = &self.coded.as_ref()[chunk.coded.clone()];
        if let Some(cells) = &chunk.cells {
            let mut reader = Reader::new(coded, "pictures");
            picture::decode(&mut reader, lane.key.2, &mut lane.content, &chunk.spans, cells)?;
            reader.finish()?;
        } else {
            let mut models = lane.models.clone().unwrap_or_default();
            blocks::decode(coded, &mut models, &mut lane.content, &chunk.spans)?;
            lane.models.get_or_insert(models);
        }
        chunk.decoded = true;
        Ok(())
    }

    /// The chunks of a lane that a map shows something of.
    fn wanted(&self, lane: usize, map: usize, last: usize) -> Vec<usize> {
        let chunks: Vec<usize> = (0..=last).filter(|at| self.chunks[*at].lane == lane).collect();
        let starts: Vec<u32> = chunks.iter().map(|at| self.chunks[*at].from).collect();
        let mut shown = vec![false; chunks.len()];
        let rows = self.lanes[lane].maps.get(map).map_or(&[][..], |map| &map.rows);
        for row in rows {
            let mut column = 0;
            for run in row.iter() {
                let end = run.at + (run.end - column);
                let first = starts.partition_point(|start| *start <= run.at).saturating_sub(1);
                for (start, shown) in starts[first..].iter().zip(&mut shown[first..]) {
                    if *start >= end {
                        break;
                    }
                    *shown = true;
                }
                column = run.end;
            }
        }
        chunks
            .into_iter()
            .zip(shown)
            .filter(|(_, shown)| *shown)
            .map(|(at, _)| at)
            .collect()
    }
}
