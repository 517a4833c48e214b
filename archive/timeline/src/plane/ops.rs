//! Operations and how they are written: four streams of like things, each of which Zstandard then finds short.

use crate::bytes::{Reader, put_signed, put_varint};
use crate::error::Damage;

/// One step in the making of a row, from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    /// `len` units of the map of the frame `back` before, from `dx` columns and `dy` rows beside this place.
    Copy { back: u32, dx: i32, dy: i32, len: u32 },
    /// The next `len` units of new content.
    New { len: u32 },
}

impl Op {
    /// How many units it makes.
    pub(crate) fn len(&self) -> u32 {
        match self {
            Self::Copy { len, .. } | Self::New { len } => *len,
        }
    }
}

/// The operations of `repeat` rows, one below the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowOps {
    pub(crate) repeat: u32,
    pub(crate) ops: Vec<Op>,
}

/// Where a copy comes from.
type Vector = (u32, i32, i32);

/// The same place in the frame before: known to both sides from the start, and never forgotten.
const STILL: Vector = (1, 0, 0);
/// Vectors that can be named by their place in the list of those used last.
const RECENT: usize = 12;
const KIND_NEW: u8 = 0;
const KIND_STILL: u8 = 1;
const KIND_RECENT: u8 = 2;
const KIND_OTHER: u8 = KIND_RECENT + RECENT as u8;
/// Added to a kind: the last operation of the row, whose length is what the row still lacks.
const LAST: u8 = 32;

/// The vectors used last, the newest first.
#[derive(Debug, Default)]
struct Recent(Vec<Vector>);

impl Recent {
    fn use_at(&mut self, place: usize) -> Option<Vector> {
        if place >= self.0.len() {
            return None;
        }
        self.0[..=place].rotate_right(1);
        self.0.first().copied()
    }

    fn add(&mut self, vector: Vector) {
        self.0.truncate(RECENT - 1);
        self.0.insert(0, vector);
    }
}

/// The streams that operations are written to and read from.
#[derive(Debug, Default)]
pub(crate) struct OpStreams<T> {
    /// How many rows a list of operations is for.
    pub(crate) repeats: T,
    /// What kind each operation is of, and whether it is its row's last.
    pub(crate) kinds: T,
    /// Lengths of all but the last of a row.
    pub(crate) lengths: T,
    /// Vectors that were not used shortly before.
    pub(crate) vectors: T,
}

impl OpStreams<Vec<u8>> {
    pub(crate) fn total(&self) -> usize {
        self.repeats.len() + self.kinds.len() + self.lengths.len() + self.vectors.len()
    }

    /// Writes the operations of one plane.
    pub(crate) fn write(&mut self, rows: &[RowOps]) {
        let mut recent = Recent::default();
        for group in rows {
            put_varint(&mut self.repeats, u64::from(group.repeat));
            let mut left = group.ops.len();
            for op in &group.ops {
                left -= 1;
                let last = if left == 0 { LAST } else { 0 };
                let (kind, len) = match *op {
                    Op::New { len } => (KIND_NEW, len),
                    Op::Copy { back, dx, dy, len } => {
                        let vector = (back, dx, dy);
                        let kind = if vector == STILL {
                            KIND_STILL
                        } else if let Some(place) = recent.0.iter().position(|known| *known == vector) {
                            recent.use_at(place);
                            KIND_RECENT + place as u8
                        } else {
                            recent.add(vector);
                            put_varint(&mut self.vectors, u64::from(back));
                            put_signed(&mut self.vectors, dx.into());
                            put_signed(&mut self.vectors, dy.into());
                            KIND_OTHER
                        };
                        (kind, len)
                    }
                };
                self.kinds.push(kind | last);
                if last == 0 {
                    put_varint(&mut self.lengths, u64::from(len));
                }
            }
        }
    }
}

impl OpStreams<Reader<'_>> {
    /// Reads the operations of one plane of `width × height` units. Nothing is allocated beyond what the streams hold.
    pub(crate) fn read(&mut self, width: u32, height: u32) -> Result<Vec<RowOps>, Damage> {
        let damage = Damage::Part("maps");
        let mut recent = Recent::default();
        let mut rows = Vec::new();
        let mut left = height;
        if width == 0 {
            return Err(damage);
        }
        while left > 0 {
            let repeat = self.repeats.size(left as usize)? as u32;
            if repeat == 0 {
                return Err(damage);
            }
            left -= repeat;
            let mut ops = Vec::new();
            let mut column = 0u32;
            loop {
                let byte = self.kinds.byte()?;
                let room = width - column;
                let len = if byte & LAST == 0 {
                    self.lengths.size(room as usize)? as u32
                } else {
                    room
                };
                if len == 0 {
                    return Err(damage);
                }
                column += len;
                let kind = byte & !LAST;
                let vector = match kind {
                    KIND_NEW => None,
                    KIND_STILL => Some(STILL),
                    KIND_OTHER => {
                        let back = self.vectors.size(u32::MAX as usize)? as u32;
                        let dx = i32::try_from(self.vectors.signed()?).map_err(|_| damage)?;
                        let dy = i32::try_from(self.vectors.signed()?).map_err(|_| damage)?;
                        recent.add((back, dx, dy));
                        Some((back, dx, dy))
                    }
                    KIND_RECENT..KIND_OTHER => {
                        Some(recent.use_at((kind - KIND_RECENT).into()).ok_or(damage)?)
                    }
                    _ => return Err(damage),
                };
                ops.push(match vector {
                    None => Op::New { len },
                    Some((back, dx, dy)) => Op::Copy { back, dx, dy, len },
                });
                if byte & LAST != 0 {
                    break;
                }
            }
            rows.push(RowOps { repeat, ops });
        }
        Ok(rows)
    }
}
