//! New blocks of JPEG coefficients, by an arithmetic coder.
//!
//! A block has 64 coefficients of 16 bits, least byte first, in zigzag order. How far it reaches, which coefficients are zero and how
//! large the others are is coded with what the blocks to the left and above have at the same place, where those are new
//! in the same frame. The models a lane's first frame ends with are those that each later frame begins with: they know the
//! kind of picture, and no frame has to be decoded for another but the first.

use super::Span;
use crate::error::Damage;
use crate::rc::{Bit, Coder, Decoder, Encoder};

/// Bytes of a block.
pub(crate) const BLOCK: usize = 128;
const COEFFICIENTS: usize = 64;
type Block = [i16; COEFFICIENTS];

/// Classes of what stands around, for a coefficient and for how far a block reaches.
const AROUND: usize = 8;
const REACHES: usize = 9;

/// Adaptive bits of one lane.
#[derive(Debug, Clone)]
pub(crate) struct Models {
    /// How far a block reaches: a tree of 65 leaves for each class.
    reach: Vec<[Bit; 64]>,
    /// Zero or not, by place, class and whether the place before was zero.
    zero: Vec<[[Bit; 2]; AROUND]>,
    /// Whether it is larger than 1, 2, …, by place and class; the rest is exponential Golomb.
    larger: Vec<[[Bit; 14]; AROUND]>,
    sign: Vec<[Bit; 3]>,
    /// The first coefficient's difference: its width, by how the neighbours differ.
    first: Vec<[Bit; 20]>,
    first_sign: [Bit; 3],
}

impl Default for Models {
    fn default() -> Self {
        Self {
            reach: vec![[Bit::EVEN; 64]; REACHES],
            zero: vec![[[Bit::EVEN; 2]; AROUND]; COEFFICIENTS],
            larger: vec![[[Bit::EVEN; 14]; AROUND]; COEFFICIENTS],
            sign: vec![[Bit::EVEN; 3]; COEFFICIENTS],
            first: vec![[Bit::EVEN; 20]; AROUND],
            first_sign: [Bit::EVEN; 3],
        }
    }
}

/// A number's class: 0, 1, 2, then by powers of two.
fn class(value: u32) -> usize {
    let class = match value {
        0..=2 => value,
        _ => 1 + value.ilog2() + u32::from(value & (1 << (value.ilog2() - 1)) != 0),
    };
    (class as usize).min(AROUND - 1)
}

fn sign_of(value: i16) -> usize {
    match value {
        0 => 0,
        1.. => 1,
        _ => 2,
    }
}

/// A block with what later ones ask of it.
#[derive(Debug, Clone, Copy)]
struct Seen {
    block: Block,
    reach: usize,
}

/// A number from 0 on, with models for its first steps.
fn golomb(coder: &mut impl Coder, models: &mut [Bit], value: u32) -> u32 {
    let value = value + 1;
    let width = value.ilog2();
    let mut coded = 0;
    let last = models.len() - 1;
    while coder.bit(&mut models[coded.min(last)], (coded as u32) < width) {
        coded += 1;
        if coded >= 17 {
            break;
        }
    }
    let width = coded as u32;
    let low = value & ((1 << width) - 1);
    (1 << width | coder.plain(width, low)) - 1
}

/// Codes one block; `block` is what is to be written, and what is returned is what was.
fn code_block(
    coder: &mut impl Coder,
    models: &mut Models,
    block: &Block,
    left: Option<&Seen>,
    above: Option<&Seen>,
) -> Seen {
    let reach = (1..COEFFICIENTS)
        .rev()
        .find(|at| block[*at] != 0)
        .map_or(0, |at| at + 1);
    let around = match (left, above) {
        (None, None) => REACHES - 1,
        (Some(one), None) | (None, Some(one)) => reach_class(one.reach),
        (Some(left), Some(above)) => reach_class((left.reach + above.reach).div_ceil(2)),
    };
    let tree = &mut models.reach[around];
    let mut node = 1usize;
    for at in (0..6).rev() {
        // A reach of 1 is none: the first coefficient is coded apart. 2 to 64 become 1 to 63.
        let value = reach.saturating_sub(1);
        node = node << 1 | usize::from(coder.bit(&mut tree[node], value >> at & 1 == 1));
    }
    let reach = match node & 63 {
        0 => 0,
        value => value + 1,
    };
    let mut out = [0i16; COEFFICIENTS];
    let zero = [0i16; COEFFICIENTS];
    let left_block = left.map_or(&zero, |seen| &seen.block);
    let above_block = above.map_or(&zero, |seen| &seen.block);
    let mut before = 0u32;
    for at in (1..reach).rev() {
        let near = u32::from(left_block[at].unsigned_abs()) + u32::from(above_block[at].unsigned_abs());
        let class = class((near * 2 + before).div_ceil(2));
        let wanted = block[at];
        let none =
            at != reach - 1 && !coder.bit(&mut models.zero[at][class][usize::from(before > 0)], wanted != 0);
        let magnitude = if none {
            0
        } else {
            golomb(
                coder,
                &mut models.larger[at][class],
                u32::from(wanted.unsigned_abs()).saturating_sub(1),
            ) + 1
        };
        if magnitude > 0 {
            let sign = &mut models.sign[at][sign_of(if at < 3 {
                above_block[at].saturating_add(left_block[at])
            } else {
                0
            })];
            out[at] = signed(magnitude, coder.bit(sign, wanted < 0));
        }
        before = magnitude.min(1 << 15);
    }
    let (predicted, unsure) = match (left, above) {
        (None, None) => (0, AROUND - 1),
        (Some(one), None) | (None, Some(one)) => (one.block[0], class(reach as u32)),
        (Some(left), Some(above)) => {
            let (left, above) = (left.block[0], above.block[0]);
            let differ = u32::from(left.abs_diff(above));
            (i16::midpoint(left, above), class(differ / 4))
        }
    };
    let difference = block[0].wrapping_sub(predicted);
    let magnitude = golomb(coder, &mut models.first[unsure], difference.unsigned_abs().into());
    let difference = if magnitude == 0 {
        0
    } else {
        signed(magnitude, coder.bit(&mut models.first_sign[0], difference < 0))
    };
    out[0] = predicted.wrapping_add(difference);
    Seen { block: out, reach }
}

fn signed(magnitude: u32, negative: bool) -> i16 {
    let value = (magnitude as u16).cast_signed();
    if negative { value.wrapping_neg() } else { value }
}

fn reach_class(reach: usize) -> usize {
    match reach {
        0 => 0,
        1..=3 => 1,
        4..=6 => 2,
        7..=10 => 3,
        11..=16 => 4,
        17..=26 => 5,
        27..=40 => 6,
        _ => 7,
    }
}

fn load(bytes: &[u8]) -> Block {
    let mut block = [0; COEFFICIENTS];
    for (value, bytes) in block.iter_mut().zip(bytes.as_chunks::<2>().0) {
        *value = i16::from_le_bytes(*bytes);
    }
    block
}

/// Goes through the new blocks of a frame with their neighbours.
fn walk(
    content: &mut [u8],
    spans: &[Span],
    mut code: impl FnMut(&Block, Option<&Seen>, Option<&Seen>) -> Seen,
) {
    let width = spans.iter().map(|span| span.to as usize).max().unwrap_or(0);
    // The newest block of each column, and its row.
    let mut line: Vec<Option<(u32, Seen)>> = vec![None; width];
    for span in spans {
        for (at, x) in (span.at as usize..).zip(span.from as usize..span.to as usize) {
            let bytes = &mut content[at * BLOCK..][..BLOCK];
            let left = x
                .checked_sub(1)
                .and_then(|x| line[x].as_ref())
                .filter(|(y, _)| *y == span.y);
            let above = line[x].as_ref().filter(|(y, _)| y + 1 == span.y);
            let seen = code(
                &load(bytes),
                left.map(|(_, seen)| seen),
                above.map(|(_, seen)| seen),
            );
            for (to, value) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(seen.block) {
                *to = value.to_le_bytes();
            }
            line[x] = Some((span.y, seen));
        }
    }
}

/// Codes the blocks that the spans name.
pub(crate) fn encode(models: &mut Models, content: &mut [u8], spans: &[Span]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    walk(content, spans, |block, left, above| {
        code_block(&mut encoder, models, block, left, above)
    });
    encoder.finish()
}

/// Puts the blocks back.
pub(crate) fn decode(
    coded: &[u8],
    models: &mut Models,
    content: &mut [u8],
    spans: &[Span],
) -> Result<(), Damage> {
    let mut decoder = Decoder::new(coded);
    walk(content, spans, |_, left, above| {
        code_block(&mut decoder, models, &[0; COEFFICIENTS], left, above)
    });
    decoder.finish("blocks")
}
