//! Making a group.

use std::sync::Arc;

use super::{
    CELLS, CONTENT, FRAMES, Format, GroupReader, KINDS, LENGTHS, Lane, Layout, REPEATS, SIDE, STREAMS,
    VECTORS, fingerprint, lane_at,
};
use crate::bytes::put_varint;
use crate::limits::{
    FULL_RUNS, GROUP_CONTENT_BYTES, GROUP_FRAMES, GROUP_META_BYTES, GROUP_ROWS, MAX_SAMPLE_BYTES,
};
use crate::plane::picture::{self, Cells};
use crate::plane::{Finder, OpStreams, Plane, Span, blocks};
use crate::zst;

/// Takes frames until it is full.
#[derive(Debug, Default)]
pub(crate) struct GroupWriter {
    lanes: Vec<Lane<Finder>>,
    frames: Vec<u8>,
    ops: OpStreams<Vec<u8>>,
    cells: Vec<u8>,
    side: Vec<u8>,
    content: Vec<u8>,
    coded: Vec<u8>,
    fingerprints: Vec<[u8; 32]>,
    /// An addition failed half-way: the group has to be closed.
    broken: bool,
}

/// What became of a frame that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Added {
    /// It is in the group.
    Yes,
    /// The group has to be closed first.
    Full,
}

/// A finished group.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) layout: Layout,
    pub(crate) bytes: Vec<u8>,
}

impl GroupWriter {
    pub(crate) fn len(&self) -> usize {
        self.fingerprints.len()
    }

    /// Whether a frame of these planes has room.
    fn has_room(&self, planes: &[Plane]) -> bool {
        if self.broken {
            return false;
        }
        if self.fingerprints.is_empty() {
            return true;
        }
        let held: usize = self.lanes.iter().map(|lane| lane.content.len()).sum();
        let adding: usize = planes.iter().map(|plane| plane.data.len()).sum();
        let rows: usize = self.lanes.iter().map(|lane| lane.maps.rows()).sum();
        let adding_rows: usize = planes.iter().map(|plane| plane.height as usize).sum();
        let runs: usize = self.lanes.iter().map(|lane| lane.maps.runs()).sum();
        self.len() < GROUP_FRAMES
            && held + adding <= GROUP_CONTENT_BYTES
            && rows + adding_rows <= GROUP_ROWS
            && runs < FULL_RUNS
            && self.ops.total() < GROUP_META_BYTES
            && self.side.len() < GROUP_META_BYTES
    }

    /// Adds a frame. After `Full` the group is closed by its owner, and a new one begun.
    pub(crate) fn add(&mut self, format: Format, side: &[u8], planes: &[Plane]) -> Added {
        if !self.has_room(planes) {
            return Added::Full;
        }
        let mut plans = Vec::with_capacity(planes.len());
        for (place, plane) in planes.iter().enumerate() {
            let units = plane.width as usize * plane.height as usize;
            let lane = lane_at(&mut self.lanes, (format.code(), place, plane.unit), || {
                Finder::new(plane.unit, units)
            });
            let held = &mut self.lanes[lane];
            let rows = held.finder.operations(plane, &held.maps, &held.content);
            let limit = (MAX_SAMPLE_BYTES / plane.unit) as u32;
            let Ok(spans) = held
                .maps
                .add(plane.width, plane.height, &rows, &mut held.units, limit)
            else {
                self.broken = true;
                return Added::Full;
            };
            plans.push((lane, rows, spans));
        }
        self.fingerprints.push(fingerprint(side, planes));
        self.frames.push(format.code());
        put_varint(&mut self.frames, planes.len() as u64);
        put_varint(&mut self.frames, side.len() as u64);
        self.side.extend_from_slice(side);
        for (plane, (lane, rows, spans)) in planes.iter().zip(plans) {
            put_varint(&mut self.frames, plane.width.into());
            put_varint(&mut self.frames, plane.height.into());
            put_varint(&mut self.frames, plane.unit as u64);
            self.ops.write(&rows);
            let lane = &mut self.lanes[lane];
            for span in &spans {
                let row = plane.row(span.y);
                lane.content
                    .extend_from_slice(&row[span.from as usize * plane.unit..span.to as usize * plane.unit]);
            }
            lane.finder.enter(plane, lane.maps.len() - 1, &spans);
            let coded = match format {
                Format::Png => {
                    let (cells, coded) = pictures(
                        plane.unit,
                        &lane.content,
                        &spans,
                        picture::classify(plane, &spans),
                    );
                    plain(
                        plane.unit,
                        &lane.content,
                        &spans,
                        cells.as_ref(),
                        &mut self.content,
                    );
                    if let Some(cells) = cells {
                        cells.write(&mut self.cells);
                    }
                    coded
                }
                Format::Jpeg if spans.is_empty() => Vec::new(),
                Format::Jpeg => {
                    let mut models = lane.models.clone().unwrap_or_default();
                    let coded = blocks::encode(&mut models, &mut lane.content, &spans);
                    lane.models.get_or_insert(models);
                    coded
                }
            };
            put_varint(&mut self.frames, coded.len() as u64);
            self.coded.extend_from_slice(&coded);
        }
        Added::Yes
    }

    /// Compresses the group and reads it back: `None` when what a reader gets is not what was added.
    pub(crate) fn finish(self) -> Option<Group> {
        let Self {
            lanes,
            frames,
            ops,
            cells,
            side,
            content,
            coded,
            fingerprints,
            ..
        } = self;
        drop(lanes);
        let mut parts: [Vec<u8>; STREAMS] = Default::default();
        parts[FRAMES] = frames;
        parts[REPEATS] = ops.repeats;
        parts[KINDS] = ops.kinds;
        parts[LENGTHS] = ops.lengths;
        parts[VECTORS] = ops.vectors;
        parts[CELLS] = cells;
        parts[SIDE] = side;
        parts[CONTENT] = content;
        let mut layout = Layout {
            coded: u32::try_from(coded.len()).ok()?,
            ..Layout::default()
        };
        let mut bytes = Vec::new();
        for (part, lengths) in parts.into_iter().zip(&mut layout.streams) {
            let packed = if part.is_empty() {
                Vec::new()
            } else {
                zst::compress(&part, zst::level_for(part.len()))
            };
            *lengths = (u32::try_from(packed.len()).ok()?, u32::try_from(part.len()).ok()?);
            bytes.extend_from_slice(&packed);
        }
        bytes.extend_from_slice(&coded);
        drop(coded);
        let bytes = Arc::new(bytes);
        let mut reader = GroupReader::new(&layout, bytes.clone()).ok()?;
        for (index, added) in fingerprints.iter().enumerate() {
            let (side, planes) = reader.frame(index).ok()?;
            if fingerprint(&side, &planes) != *added {
                return None;
            }
        }
        drop(reader);
        Some(Group {
            layout,
            bytes: Arc::try_unwrap(bytes).ok()?,
        })
    }
}

/// Appends the content that is no picture.
fn plain(unit: usize, content: &[u8], spans: &[Span], cells: Option<&Cells>, out: &mut Vec<u8>) {
    for (segment, _) in picture::segments(spans, cells).filter(|(_, picture)| !picture) {
        let from = segment.at as usize * unit;
        out.extend_from_slice(&content[from..from + (segment.to - segment.from) as usize * unit]);
    }
}

/// Codes the cells that look like pictures, where that is smaller: what is compressed with everything before it, at a higher
/// level than is affordable to find out, comes out smaller than here by about this share.
fn pictures(unit: usize, content: &[u8], spans: &[Span], cells: Option<Cells>) -> (Option<Cells>, Vec<u8>) {
    const TRIAL_LEVEL: i32 = 3;
    let Some(cells) = cells else {
        return (None, Vec::new());
    };
    let trial = |cells: Option<&Cells>| {
        let mut bytes = Vec::new();
        plain(unit, content, spans, cells, &mut bytes);
        zst::compress(&bytes, TRIAL_LEVEL).len()
    };
    let coded = picture::encode(unit, content, spans, &cells);
    if (trial(Some(&cells)) + coded.len()) * 100 < trial(None) * 85 {
        (Some(cells), coded)
    } else {
        (None, Vec::new())
    }
}
