//! A group: frames that share their content. The unit of random access, of which a reader needs all bytes but decodes only what
//! a frame shows.

mod reader;
mod writer;

pub(crate) use reader::GroupReader;
pub(crate) use writer::{Added, Group, GroupWriter};

use crate::plane::blocks::Models;
use crate::plane::{Maps, Plane};

/// The streams of a group that Zstandard compresses, in their order.
pub(crate) const STREAMS: usize = 8;
pub(crate) const FRAMES: usize = 0;
pub(crate) const REPEATS: usize = 1;
pub(crate) const KINDS: usize = 2;
pub(crate) const LENGTHS: usize = 3;
pub(crate) const VECTORS: usize = 4;
pub(crate) const CELLS: usize = 5;
pub(crate) const SIDE: usize = 6;
pub(crate) const CONTENT: usize = 7;

/// What a frame's file was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Png,
    Jpeg,
}

impl Format {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Png => 0,
            Self::Jpeg => 1,
        }
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Png),
            1 => Some(Self::Jpeg),
            _ => None,
        }
    }
}

/// Lengths of a group's parts, as the container's head has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Layout {
    /// Packed and unpacked lengths of the streams.
    pub(crate) streams: [(u32, u32); STREAMS],
    /// Length of the coded content.
    pub(crate) coded: u32,
}

impl Layout {
    /// Bytes of the group.
    pub(crate) fn total(&self) -> u64 {
        self.streams
            .iter()
            .map(|(packed, _)| u64::from(*packed))
            .sum::<u64>()
            + u64::from(self.coded)
    }
}

/// The planes of one place and kind: those that may copy from each other.
#[derive(Debug)]
struct Lane<F> {
    key: LaneKey,
    maps: Maps,
    /// Units of content so far.
    units: u32,
    /// The content itself.
    content: Vec<u8>,
    /// The models that all but the first chunk of blocks begin with.
    models: Option<Models>,
    /// The writer's finder; nothing for a reader.
    finder: F,
}

/// Format, place of the plane in its frame, and bytes of a unit.
type LaneKey = (u8, usize, usize);

/// The lane for a plane, made where there is none.
fn lane_at<F>(lanes: &mut Vec<Lane<F>>, key: LaneKey, finder: impl FnOnce() -> F) -> usize {
    if let Some(at) = lanes.iter().position(|lane| lane.key == key) {
        return at;
    }
    lanes.push(Lane {
        key,
        maps: Maps::default(),
        units: 0,
        content: Vec::new(),
        models: None,
        finder: finder(),
    });
    lanes.len() - 1
}

/// What a frame's side record and samples are known by until they have been read back.
pub(crate) fn fingerprint(side: &[u8], planes: &[Plane]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(side.len() as u64).to_be_bytes());
    hasher.update(side);
    for plane in planes {
        hasher.update(&plane.width.to_be_bytes());
        hasher.update(&plane.data);
    }
    *hasher.finalize().as_bytes()
}
