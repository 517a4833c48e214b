//! What `IHDR` says of the samples, and the passes in which they come.

use super::SIGNATURE;
use crate::limits::MAX_SIDE;
use crate::plane::Plane;

/// The first column and row of each of Adam7's passes, and the steps to the next.
pub(crate) const PASSES: [(u32, u32, u32, u32); 7] = [
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
];

/// `IHDR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Bits of a sample.
    pub(crate) depth: u8,
    /// 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha.
    pub(crate) colour: u8,
    pub(crate) interlaced: bool,
}

/// Rows of bytes that are filtered together: the picture, or one of seven passes over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pass {
    /// Pixels in a row.
    pub(crate) width: u32,
    /// Rows.
    pub(crate) height: u32,
    /// Bytes of a row.
    pub(crate) row_bytes: usize,
    /// Bytes of a pixel, at least one: what filters step by.
    pub(crate) unit: usize,
}

impl Header {
    /// Reads `IHDR` from the start of a file. `None` where it is not there or not as the standard has it.
    pub(crate) fn parse(before: &[u8]) -> Option<Self> {
        let data = before.strip_prefix(SIGNATURE)?.strip_prefix(b"\0\0\0\x0dIHDR")?;
        let (size, rest) = data.split_first_chunk::<8>()?;
        let [w0, w1, w2, w3, h0, h1, h2, h3] = *size;
        let width = u32::from_be_bytes([w0, w1, w2, w3]);
        let height = u32::from_be_bytes([h0, h1, h2, h3]);
        let [depth, colour, 0, 0, interlace @ (0 | 1)] = *rest.first_chunk::<5>()? else {
            return None;
        };
        let known = match colour {
            0 => matches!(depth, 1 | 2 | 4 | 8 | 16),
            3 => matches!(depth, 1 | 2 | 4 | 8),
            2 | 4 | 6 => matches!(depth, 8 | 16),
            _ => false,
        };
        let sized = (1..=MAX_SIDE).contains(&width) && (1..=MAX_SIDE).contains(&height);
        (known && sized).then_some(Self {
            width,
            height,
            depth,
            colour,
            interlaced: interlace == 1,
        })
    }

    /// Bits of a pixel.
    pub(crate) fn pixel_bits(&self) -> usize {
        let channels = match self.colour {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        channels * usize::from(self.depth)
    }

    fn pass(&self, width: u32, height: u32) -> Pass {
        let bits = self.pixel_bits();
        Pass {
            width,
            height,
            row_bytes: (width as usize * bits).div_ceil(8),
            unit: bits.div_ceil(8),
        }
    }

    /// The picture as one pass.
    pub(crate) fn whole(&self) -> Pass {
        self.pass(self.width, self.height)
    }

    /// The passes that hold pixels, in their order.
    pub(crate) fn passes(&self) -> Vec<Pass> {
        if !self.interlaced {
            return vec![self.whole()];
        }
        self.interlaced_passes().map(|(_, pass)| pass).collect()
    }

    /// The passes of an interlaced picture that hold pixels, with their places in [`PASSES`].
    pub(crate) fn interlaced_passes(&self) -> impl Iterator<Item = (usize, Pass)> + '_ {
        let sized = PASSES.iter().enumerate().map(|(number, (x, y, dx, dy))| {
            let width = self.width.saturating_sub(*x).div_ceil(*dx);
            let height = self.height.saturating_sub(*y).div_ceil(*dy);
            (number, self.pass(width, height))
        });
        sized.filter(|(_, pass)| pass.width > 0 && pass.height > 0)
    }
}

impl Pass {
    /// Bytes with a filter byte before each row.
    pub(crate) fn text_bytes(&self) -> usize {
        (self.row_bytes + 1) * self.height as usize
    }

    /// Whether a plane is of this pass.
    pub(crate) fn fits(&self, plane: &Plane) -> bool {
        plane.unit == self.unit && plane.row_bytes() == self.row_bytes && plane.height == self.height
    }
}
