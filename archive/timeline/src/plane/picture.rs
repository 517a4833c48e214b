//! New content that is a picture: photographs and video stills, which repeat nothing and are not plain either.
//!
//! Each sample is predicted from its neighbours (left, above, above left: the median predictor of JPEG-LS), with red and blue
//! as differences from green. What is left is sorted by how busy the neighbourhood is, a stream for each, and each stream's
//! entropy coding is Zstandard's. Which 16×16 cells of a frame are coded so is the writer's choice.

use super::{Plane, Span};
use crate::bytes::{Reader, put_varint};
use crate::error::Damage;
use crate::zst;

/// Columns and rows of a cell.
const CELL: u32 = 16;
/// Kinds of neighbourhood for each channel.
const CONTEXTS: usize = 12;
/// Fewest units that are worth a frame's tables.
const FEWEST: u32 = 4096;
/// The streams are noise but for their statistics: looking for repetitions in them is wasted.
const LEVEL: i32 = 1;

/// Which cells of a plane are pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cells {
    columns: u32,
    picture: Vec<bool>,
}

impl Cells {
    fn size(width: u32, height: u32) -> (u32, usize) {
        let columns = width.div_ceil(CELL);
        (columns, columns as usize * height.div_ceil(CELL) as usize)
    }

    /// Writes the cells as alternating run lengths, beginning with those that are none.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let mut rest = &self.picture[..];
        let mut picture = false;
        while !rest.is_empty() {
            let run = rest.iter().take_while(|cell| **cell == picture).count();
            put_varint(out, run as u64);
            rest = &rest[run..];
            picture = !picture;
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>, width: u32, height: u32) -> Result<Self, Damage> {
        let (columns, count) = Self::size(width, height);
        let mut picture = Vec::with_capacity(count);
        let mut value = false;
        while picture.len() < count {
            let run = reader.size(count - picture.len())?;
            if run == 0 && !picture.is_empty() {
                return Err(reader.damage());
            }
            picture.resize(picture.len() + run, value);
            value = !value;
        }
        Ok(Self { columns, picture })
    }

    fn is_picture(&self, x: u32, y: u32) -> bool {
        self.picture[((y / CELL) * self.columns + x / CELL) as usize]
    }
}

/// Splits spans where cells of another kind begin. Without cells, nothing is a picture.
pub(crate) fn segments<'a>(
    spans: &'a [Span],
    cells: Option<&'a Cells>,
) -> impl Iterator<Item = (Span, bool)> + 'a {
    spans.iter().flat_map(move |span| {
        let mut from = span.from;
        std::iter::from_fn(move || {
            if from >= span.to {
                return None;
            }
            let (start, mut end) = (from, span.to);
            let picture = cells.is_some_and(|cells| {
                let kind = cells.is_picture(start, span.y);
                end = start;
                while end < span.to && cells.is_picture(end, span.y) == kind {
                    end = (end + 1).next_multiple_of(CELL).min(span.to);
                }
                kind
            });
            from = end;
            let at = span.at + (start - span.from);
            Some((
                Span {
                    y: span.y,
                    from: start,
                    to: end,
                    at,
                },
                picture,
            ))
        })
    })
}

/// What a cell's new units are like.
#[derive(Debug, Clone, Copy, Default)]
struct Look {
    /// New units.
    new: u32,
    /// Among them those unlike their left and upper neighbours.
    unlike: u32,
    /// A bit for each colour, by its hash: letters have few, pictures nearly as many as pixels.
    colours: [u64; 8],
}

impl Look {
    fn is_picture(&self) -> bool {
        let colours: u32 = self.colours.iter().map(|word| word.count_ones()).sum();
        self.new >= 16 && self.unlike * 2 > self.new && colours * 5 > self.new * 2
    }
}

/// Finds the cells whose new units are better predicted than looked up.
pub(crate) fn classify(plane: &Plane, spans: &[Span]) -> Option<Cells> {
    if !(1..=4).contains(&plane.unit) {
        return None;
    }
    let (columns, count) = Cells::size(plane.width, plane.height);
    let mut looks = vec![Look::default(); count];
    let unit = plane.unit;
    for span in spans {
        let row = plane.row(span.y);
        let above = if span.y == 0 { row } else { plane.row(span.y - 1) };
        for x in span.from..span.to {
            let at = x as usize * unit;
            let own = &row[at..at + unit];
            let left = at.checked_sub(unit).map(|left| &row[left..at]);
            let look = &mut looks[((span.y / CELL) * columns + x / CELL) as usize];
            look.new += 1;
            if left != Some(own) && above[at..at + unit] != *own {
                look.unlike += 1;
                let mut colour = [0; 4];
                colour[..unit].copy_from_slice(own);
                let hash = u32::from_le_bytes(colour).wrapping_mul(0x9e37_79b1) >> 23;
                look.colours[(hash / 64) as usize] |= 1 << (hash % 64);
            }
        }
    }
    let picture: Vec<bool> = looks.iter().map(Look::is_picture).collect();
    let units: u32 = looks
        .iter()
        .filter(|look| look.is_picture())
        .map(|look| look.new)
        .sum();
    (units >= FEWEST).then_some(Cells { columns, picture })
}

/// A pixel as it is predicted: green, red − green, blue − green, alpha; or one or two channels as they are.
type Pixel = [i16; 4];

/// The neighbourhood that both sides see: the last picture pixel of each column.
struct Neighbours {
    unit: usize,
    line: Vec<Pixel>,
    above_left: Pixel,
}

impl Neighbours {
    /// Neighbours of all columns that `spans` have.
    fn new(unit: usize, spans: &[Span]) -> Self {
        let width = spans.iter().map(|span| span.to).max().unwrap_or(0);
        Self {
            unit,
            line: vec![[0; 4]; width as usize + 2],
            above_left: [0; 4],
        }
    }

    /// A segment begins at `x`.
    fn begin(&mut self, x: usize) {
        self.above_left = self.line[x];
    }

    /// Predictions and how busy it is around `x`, by channel. Column `x` is at `line[x + 1]`.
    fn predict(&self, x: usize) -> (Pixel, [usize; 4]) {
        let (left, above, above_right) = (self.line[x], self.line[x + 1], self.line[x + 2]);
        let corner = self.above_left;
        let mut prediction = [0; 4];
        let mut busy = [0; 4];
        for channel in 0..self.unit {
            let (w, n, nw, ne) = (
                left[channel],
                above[channel],
                corner[channel],
                above_right[channel],
            );
            prediction[channel] = (w + n - nw).clamp(w.min(n), w.max(n));
            busy[channel] =
                ((w - nw).unsigned_abs() + (n - nw).unsigned_abs() + (n - ne).unsigned_abs()) as usize;
        }
        (prediction, busy)
    }

    fn push(&mut self, x: usize, pixel: Pixel) {
        self.above_left = self.line[x + 1];
        self.line[x + 1] = pixel;
    }

    fn pixel(&self, bytes: &[u8]) -> Pixel {
        let byte = |at: usize| bytes.get(at).map_or(0, |byte| i16::from(*byte));
        if self.unit >= 3 {
            [byte(1), byte(0) - byte(1), byte(2) - byte(1), byte(3)]
        } else {
            [byte(0), byte(1), 0, 0]
        }
    }
}

/// The stream of a channel's residual, by how busy its neighbourhood is and, for later channels, how badly the first was predicted.
fn context(channel: usize, busy: usize, first: u8) -> usize {
    const STEPS: [usize; CONTEXTS - 1] = [1, 3, 5, 8, 12, 17, 24, 34, 50, 75, 120];
    let busy = if channel == 0 {
        busy
    } else {
        busy + 2 * usize::from(first.min(first.wrapping_neg()))
    };
    channel * CONTEXTS + STEPS.partition_point(|step| *step <= busy)
}

/// Codes the picture segments of a plane whose new content lies at the segments' addresses in `content`.
pub(crate) fn encode(unit: usize, content: &[u8], spans: &[Span], cells: &Cells) -> Vec<u8> {
    let mut streams = vec![Vec::new(); unit * CONTEXTS];
    let mut near = Neighbours::new(unit, spans);
    for (span, _) in segments(spans, Some(cells)).filter(|(_, picture)| *picture) {
        near.begin(span.from as usize);
        let bytes = &content[span.at as usize * unit..][..(span.to - span.from) as usize * unit];
        for (x, bytes) in (span.from as usize..).zip(bytes.chunks_exact(unit)) {
            let pixel = near.pixel(bytes);
            let (prediction, busy) = near.predict(x);
            let mut first = 0;
            for channel in 0..unit {
                let residual = pixel[channel].wrapping_sub(prediction[channel]).cast_unsigned() as u8;
                streams[context(channel, busy[channel], first)].push(residual);
                if channel == 0 {
                    first = residual;
                }
            }
            near.push(x, pixel);
        }
    }
    let mut out = Vec::new();
    for stream in &streams {
        let packed = zst::compress(stream, LEVEL);
        put_varint(&mut out, stream.len() as u64);
        put_varint(&mut out, packed.len() as u64);
        out.extend_from_slice(&packed);
    }
    out
}

/// Puts the picture segments back into `content`.
pub(crate) fn decode(
    reader: &mut Reader<'_>,
    unit: usize,
    content: &mut [u8],
    spans: &[Span],
    cells: &Cells,
) -> Result<(), Damage> {
    let damage = Damage::Part("pictures");
    let units: usize = segments(spans, Some(cells))
        .filter(|(_, picture)| *picture)
        .map(|(span, _)| (span.to - span.from) as usize)
        .sum();
    let mut left = units * unit;
    let mut streams = Vec::with_capacity(unit * CONTEXTS);
    for _ in 0..unit * CONTEXTS {
        let len = reader.size(left)?;
        left -= len;
        let packed = reader.size(reader.rest().len())?;
        let mut stream = vec![0; len];
        zst::Stream::new(reader.take(packed)?.to_vec().into(), "pictures")?.read_exact(&mut stream)?;
        streams.push(stream.into_iter());
    }
    if left != 0 {
        return Err(damage);
    }
    let mut near = Neighbours::new(unit, spans);
    for (span, _) in segments(spans, Some(cells)).filter(|(_, picture)| *picture) {
        near.begin(span.from as usize);
        let bytes = &mut content[span.at as usize * unit..][..(span.to - span.from) as usize * unit];
        for (x, bytes) in (span.from as usize..).zip(bytes.chunks_exact_mut(unit)) {
            let (prediction, busy) = near.predict(x);
            let mut first = 0;
            let mut values = [0u8; 4];
            for channel in 0..unit {
                let residual = streams[context(channel, busy[channel], first)]
                    .next()
                    .ok_or(damage)?;
                values[channel] = (prediction[channel].cast_unsigned() as u8).wrapping_add(residual);
                if channel == 0 {
                    first = residual;
                }
            }
            if unit >= 3 {
                let green = values[0];
                bytes[1] = green;
                bytes[0] = values[1].wrapping_add(green);
                bytes[2] = values[2].wrapping_add(green);
                if unit == 4 {
                    bytes[3] = values[3];
                }
            } else {
                bytes.copy_from_slice(&values[..unit]);
            }
            near.push(x, near.pixel(bytes));
        }
    }
    Ok(())
}
