//! Which content a frame shows where.

use std::sync::Arc;

use super::ops::{Op, RowOps};
use crate::error::Damage;
use crate::limits::{GROUP_ROWS, GROUP_RUNS};

/// A run of units that lie side by side in the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// The column after the run's last unit.
    pub(crate) end: u32,
    /// The address of its first unit in the content.
    pub(crate) at: u32,
}

/// The runs of one row, from left to right without gaps. Rows that did not change are shared between frames.
pub(crate) type Row = Arc<[Run]>;

/// New units of a row: where they stand in the plane, and in the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) y: u32,
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) at: u32,
}

/// A plane's map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlaneMap {
    pub(crate) width: u32,
    pub(crate) rows: Vec<Row>,
}

impl PlaneMap {
    pub(crate) fn height(&self) -> u32 {
        self.rows.len() as u32
    }

    /// The pieces of row `y` from column `from` on: how many units, and the address of the first.
    pub(crate) fn pieces(&self, y: u32, from: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let row: &[Run] = self.rows.get(y as usize).map_or(&[], |row| row);
        let first = row.partition_point(|run| run.end <= from);
        let mut column = from;
        let mut start = first
            .checked_sub(1)
            .and_then(|at| row.get(at))
            .map_or(0, |run| run.end);
        row[first..].iter().map(move |run| {
            let piece = (run.end - column, run.at + (column - start));
            column = run.end;
            start = run.end;
            piece
        })
    }
}

/// The maps of one plane of the frames of a group, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Maps {
    frames: Vec<PlaneMap>,
    runs: usize,
    rows: usize,
}

/// Puts runs together from pieces.
#[derive(Debug, Default)]
struct RowBuilder {
    runs: Vec<Run>,
    column: u32,
}

impl RowBuilder {
    fn push(&mut self, len: u32, at: u32) {
        if len == 0 {
            return;
        }
        let before = self
            .runs
            .len()
            .checked_sub(2)
            .and_then(|i| self.runs.get(i))
            .map_or(0, |run| run.end);
        self.column += len;
        match self.runs.last_mut() {
            Some(last) if u64::from(last.at) + u64::from(last.end - before) == u64::from(at) => {
                last.end = self.column;
            }
            _ => self.runs.push(Run { end: self.column, at }),
        }
    }

    fn take(&mut self) -> Row {
        self.column = 0;
        let row = Row::from(&self.runs[..]);
        self.runs.clear();
        row
    }
}

impl Maps {
    pub(crate) fn len(&self) -> usize {
        self.frames.len()
    }

    /// Runs of rows that are not shared.
    pub(crate) fn runs(&self) -> usize {
        self.runs
    }

    /// Rows of all frames.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn get(&self, frame: usize) -> Option<&PlaneMap> {
        self.frames.get(frame)
    }

    /// Adds the next frame's map, made from its operations. New units get the addresses from `next` on; where they are is
    /// returned. `limit` is the end of the addresses that the content may have. On an error nothing has changed.
    pub(crate) fn add(
        &mut self,
        width: u32,
        height: u32,
        rows: &[RowOps],
        next: &mut u32,
        limit: u32,
    ) -> Result<Vec<Span>, Damage> {
        let damage = Damage::Part("maps");
        let mut runs = self.runs;
        let mut address = *next;
        if self.rows + height as usize > GROUP_ROWS {
            return Err(Damage::TooLarge("rows"));
        }
        let mut map = PlaneMap {
            width,
            rows: Vec::with_capacity((height as usize).min(GROUP_ROWS)),
        };
        let mut spans = Vec::new();
        let mut builder = RowBuilder::default();
        for group in rows {
            for _ in 0..group.repeat {
                let y = map.height();
                if y >= height {
                    return Err(damage);
                }
                if let Some(row) = self.shared(y, width, group) {
                    map.rows.push(row);
                    continue;
                }
                for op in &group.ops {
                    match *op {
                        Op::New { len } => {
                            let from = builder.column;
                            let to = from.checked_add(len).filter(|to| *to <= width).ok_or(damage)?;
                            let end = address
                                .checked_add(len)
                                .filter(|end| *end <= limit)
                                .ok_or(damage)?;
                            spans.push(Span {
                                y,
                                from,
                                to,
                                at: address,
                            });
                            builder.push(len, address);
                            address = end;
                        }
                        Op::Copy { back, dx, dy, len } => {
                            let source = self.source(back).ok_or(damage)?;
                            let x = shifted(builder.column, dx).ok_or(damage)?;
                            let from_y = shifted(y, dy).filter(|y| *y < source.height()).ok_or(damage)?;
                            let fits = u64::from(x) + u64::from(len) <= u64::from(source.width)
                                && u64::from(builder.column) + u64::from(len) <= u64::from(width);
                            if !fits {
                                return Err(damage);
                            }
                            let mut left = len;
                            for (units, at) in source.pieces(from_y, x) {
                                let units = units.min(left);
                                builder.push(units, at);
                                left -= units;
                                if left == 0 {
                                    break;
                                }
                            }
                            if left > 0 {
                                return Err(damage);
                            }
                        }
                    }
                }
                if builder.column != width {
                    return Err(damage);
                }
                runs += builder.runs.len();
                if runs > GROUP_RUNS {
                    return Err(Damage::TooLarge("runs"));
                }
                map.rows.push(builder.take());
            }
        }
        if map.height() != height {
            return Err(damage);
        }
        self.rows += map.rows.len();
        self.runs = runs;
        *next = address;
        self.frames.push(map);
        Ok(spans)
    }

    /// The frame `back` frames before the one being added: 1 is the last one.
    pub(crate) fn source(&self, back: u32) -> Option<&PlaneMap> {
        self.frames
            .len()
            .checked_sub(back as usize)
            .and_then(|at| self.frames.get(at))
    }

    /// A whole row of an earlier frame, which needs no copy.
    fn shared(&self, y: u32, width: u32, group: &RowOps) -> Option<Row> {
        match group.ops[..] {
            [Op::Copy { back, dx: 0, dy, len }] if len == width => {
                let source = self.source(back).filter(|source| source.width == width)?;
                source.rows.get(shifted(y, dy)? as usize).cloned()
            }
            _ => None,
        }
    }
}

/// `value + by`, where that is a coordinate.
pub(crate) fn shifted(value: u32, by: i32) -> Option<u32> {
    value.checked_add_signed(by)
}
