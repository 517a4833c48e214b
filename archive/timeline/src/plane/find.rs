//! Finding what earlier frames hold already.
//!
//! Row by row, from left to right: first the same place in the frame before, then where the row above and the last copy came
//! from (scrolled content goes on in the next row), then a table of short sequences seen before. What none of them has
//! is new. Copies shorter than they cost are not made.

use super::Plane;
use super::map::{Maps, PlaneMap, Span, shifted};
use super::ops::{Op, RowOps};

/// What pays for units of a size.
#[derive(Debug, Clone, Copy)]
struct Tuning {
    /// Units that are looked up in the table.
    window: usize,
    /// Every so many units of new content are entered in the table.
    step: u32,
    /// Shortest copy.
    shortest: u32,
    /// What a candidate that costs less may be shorter than one that costs more.
    bonus: u32,
}

impl Tuning {
    fn of(unit: usize) -> Self {
        match unit {
            0..=2 => Self {
                window: 16,
                step: 4,
                shortest: 32,
                bonus: 8,
            },
            3..=8 => Self {
                window: 12,
                step: 4,
                shortest: 24,
                bonus: 8,
            },
            // A block of coefficients.
            _ => Self {
                window: 1,
                step: 1,
                shortest: 1,
                bonus: 2,
            },
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    /// 0 for none.
    tag: u32,
    frame: u32,
    y: u32,
    x: u32,
}

/// Finds the repetitions of one plane of the frames of a group.
#[derive(Debug)]
pub(crate) struct Finder {
    unit: usize,
    tuning: Tuning,
    table: Vec<Entry>,
}

/// A copy that was found: from where, and how long it is.
#[derive(Debug, Clone, Copy)]
struct Found {
    back: u32,
    dx: i32,
    dy: i32,
    len: u32,
}

/// What is the same for a whole frame.
struct Look<'a> {
    plane: &'a Plane,
    maps: &'a Maps,
    content: &'a [u8],
}

impl Finder {
    /// A finder for units of `unit` bytes and frames of about `units` units.
    pub(crate) fn new(unit: usize, units: usize) -> Self {
        let tuning = Tuning::of(unit);
        let entries = (units / tuning.step as usize)
            .next_power_of_two()
            .clamp(1 << 10, 1 << 19);
        Self {
            unit,
            tuning,
            table: vec![Entry::default(); entries],
        }
    }

    /// The operations that make `plane` from what `maps` and `content` hold.
    pub(crate) fn operations(&self, plane: &Plane, maps: &Maps, content: &[u8]) -> Vec<RowOps> {
        let look = Look { plane, maps, content };
        let mut rows: Vec<RowOps> = Vec::new();
        let mut spare = Vec::new();
        for y in 0..plane.height {
            let above = rows.last().map_or(&[][..], |group| &group.ops);
            let mut ops = std::mem::take(&mut spare);
            ops.clear();
            self.row(&look, y, above, &mut ops);
            match rows.last_mut() {
                Some(group) if group.ops == ops => {
                    group.repeat += 1;
                    spare = ops;
                }
                _ => rows.push(RowOps { repeat: 1, ops }),
            }
        }
        rows
    }

    fn row(&self, look: &Look<'_>, y: u32, above: &[Op], ops: &mut Vec<Op>) {
        let width = look.plane.width;
        let row = look.plane.row(y);
        let still = |x| self.length(look, row, x, 1, (0, 0), y);
        if still(0) == width {
            ops.push(Op::Copy {
                back: 1,
                dx: 0,
                dy: 0,
                len: width,
            });
            return;
        }
        let mut above = Above::new(above);
        let mut last: Option<Found> = None;
        let mut x = 0;
        let mut new_from = 0;
        while x < width {
            let shortest = self.tuning.shortest.min(width - x);
            let mut best: Option<Found> = None;
            let mut consider = |back: u32, dx: i32, dy: i32, bonus: u32| {
                let len = self.length(look, row, x, back, (dx, dy), y);
                if len >= shortest && best.is_none_or(|best| len + bonus > best.len) {
                    best = Some(Found {
                        back,
                        dx,
                        dy,
                        len: len + bonus,
                    });
                }
            };
            consider(1, 0, 0, self.tuning.bonus);
            if let Some((back, dx, dy)) = above.at(x) {
                consider(back, dx, dy, self.tuning.bonus / 2);
            }
            if let Some(last) = last {
                consider(last.back, last.dx, last.dy, self.tuning.bonus / 2);
            }
            if best.is_none() {
                best = self
                    .look_up(look, row, x, y)
                    .filter(|found| found.len >= shortest);
            }
            let Some(found) = best else {
                x += 1;
                continue;
            };
            let len = self.length(look, row, x, found.back, (found.dx, found.dy), y);
            let before = self.length_before(look, row, x - new_from, x, found, y);
            let from = x - before;
            if from > new_from {
                ops.push(Op::New { len: from - new_from });
            }
            ops.push(Op::Copy {
                back: found.back,
                dx: found.dx,
                dy: found.dy,
                len: len + before,
            });
            last = Some(found);
            x += len;
            new_from = x;
        }
        if new_from < width {
            ops.push(Op::New {
                len: width - new_from,
            });
        }
    }

    /// How many units from `x` on are the same in the frame `back` before, displaced.
    fn length(&self, look: &Look<'_>, row: &[u8], x: u32, back: u32, (dx, dy): (i32, i32), y: u32) -> u32 {
        let Some((map, from_x, from_y)) = place(look.maps, back, x, y, dx, dy) else {
            return 0;
        };
        let mut rest = &row[x as usize * self.unit..];
        let mut same = 0;
        for (units, at) in map.pieces(from_y, from_x) {
            let len = (units as usize * self.unit).min(rest.len());
            let held = &look.content[at as usize * self.unit..][..len];
            let equal = common(&rest[..len], held);
            same += equal;
            if equal < len || len == rest.len() {
                break;
            }
            rest = &rest[len..];
        }
        (same / self.unit) as u32
    }

    /// How many of the `most` units before `x` are the same too.
    fn length_before(&self, look: &Look<'_>, row: &[u8], most: u32, x: u32, found: Found, y: u32) -> u32 {
        let mut before = 0;
        while before < most {
            let at = x - before - 1;
            let Some((map, from_x, from_y)) = place(look.maps, found.back, at, y, found.dx, found.dy) else {
                break;
            };
            let unit = &row[at as usize * self.unit..][..self.unit];
            let held = map
                .pieces(from_y, from_x)
                .next()
                .map(|(_, at)| &look.content[at as usize * self.unit..][..self.unit]);
            if held != Some(unit) {
                break;
            }
            before += 1;
        }
        before
    }

    fn look_up(&self, look: &Look<'_>, row: &[u8], x: u32, y: u32) -> Option<Found> {
        let (slot, tag) = self.slot(row, x)?;
        let entry = self.table[slot];
        if entry.tag != tag {
            return None;
        }
        let back = look.maps.len() as u32 - entry.frame;
        let dx = i32::try_from(i64::from(entry.x) - i64::from(x)).ok()?;
        let dy = i32::try_from(i64::from(entry.y) - i64::from(y)).ok()?;
        let len = self.length(look, row, x, back, (dx, dy), y);
        Some(Found { back, dx, dy, len })
    }

    /// Where the units from `x` on are in the table; nothing for what is one colour, which is everywhere.
    fn slot(&self, row: &[u8], x: u32) -> Option<(usize, u32)> {
        let window = row
            .get(x as usize * self.unit..)?
            .get(..self.tuning.window * self.unit)?;
        let plain = if self.tuning.window == 1 {
            // A block whose coefficients are all zero but the first.
            window[2..].iter().all(|byte| *byte == 0)
        } else {
            window[self.unit..] == window[..window.len() - self.unit]
        };
        if plain {
            return None;
        }
        let mut hash = 0u64;
        for part in window.chunks(8) {
            let mut word = [0u8; 8];
            word[..part.len()].copy_from_slice(part);
            hash = (hash ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            hash ^= hash >> 29;
        }
        let slot = (hash >> 40) as usize & (self.table.len() - 1);
        Some((slot, (hash as u32) | 1))
    }

    /// Enters the new units of the frame that was just added to `maps`, so that later frames find them.
    pub(crate) fn enter(&mut self, plane: &Plane, frame: usize, spans: &[Span]) {
        let step = self.tuning.step;
        for span in spans {
            let row = plane.row(span.y);
            let mut x = span.from.next_multiple_of(step);
            while x < span.to {
                if let Some((slot, tag)) = self.slot(row, x) {
                    self.table[slot] = Entry {
                        tag,
                        frame: frame as u32,
                        y: span.y,
                        x,
                    };
                }
                x += step;
            }
        }
    }
}

/// The map and the place in it that a copy at (`x`, `y`) would start from.
fn place(maps: &Maps, back: u32, x: u32, y: u32, dx: i32, dy: i32) -> Option<(&PlaneMap, u32, u32)> {
    let map = maps.source(back)?;
    let from_x = shifted(x, dx).filter(|x| *x < map.width)?;
    let from_y = shifted(y, dy).filter(|y| *y < map.height())?;
    Some((map, from_x, from_y))
}

/// Length of the common beginning.
fn common(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 32;
    let steps = a
        .chunks_exact(STEP)
        .zip(b.chunks_exact(STEP))
        .take_while(|(a, b)| a == b)
        .count();
    let at = steps * STEP;
    at + a[at..].iter().zip(&b[at..]).take_while(|(a, b)| a == b).count()
}

/// Walks the row above from left to right.
struct Above<'a> {
    ops: &'a [Op],
    end: u32,
}

impl<'a> Above<'a> {
    fn new(ops: &'a [Op]) -> Self {
        Self {
            ops,
            end: ops.first().map_or(0, Op::len),
        }
    }

    fn at(&mut self, x: u32) -> Option<(u32, i32, i32)> {
        while x >= self.end {
            self.ops = self.ops.get(1..)?;
            self.end += self.ops.first()?.len();
        }
        match self.ops.first()? {
            Op::Copy { back, dx, dy, .. } => Some((*back, *dx, *dy)),
            Op::New { .. } => None,
        }
    }
}
