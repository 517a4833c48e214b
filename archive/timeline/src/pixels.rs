//! Exact samples, without the file around them.

use crate::error::Damage;
use crate::plane::Plane;
use crate::png::{self, PASSES};

/// How samples make a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// One grey sample.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// One index into [`Pixels::palette`].
    Palette,
    /// Grey, alpha.
    GreyAlpha,
    /// Red, green, blue, alpha.
    Rgba,
}

/// A picture's samples as its file had them: nothing is scaled, converted or blended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// What a pixel is.
    pub colour: Colour,
    /// Bits of a sample: 1, 2, 4, 8 or 16.
    pub depth: u8,
    /// The rows from above, each begun at a byte; samples of less than a byte from the highest bit on, of two bytes with the
    /// higher first.
    pub data: Vec<u8>,
    /// Red, green and blue of each index, for [`Colour::Palette`].
    pub palette: Vec<u8>,
    /// The `tRNS` chunk: alphas of the palette, or the colour that is transparent. Empty for none.
    pub transparency: Vec<u8>,
}

impl Pixels {
    /// Bytes of a row.
    pub fn row_bytes(&self) -> usize {
        self.data.len() / self.height.max(1) as usize
    }

    pub(crate) fn from_png(side: &[u8], mut planes: Vec<Plane>) -> Result<Self, Damage> {
        let damage = Damage::Part("side records");
        let (header, before) = png::header(side)?;
        let passes = header.passes();
        if passes.len() != planes.len() || !passes.iter().zip(&planes).all(|(pass, plane)| pass.fits(plane)) {
            return Err(damage);
        }
        let colour = match header.colour {
            0 => Colour::Grey,
            2 => Colour::Rgb,
            3 => Colour::Palette,
            4 => Colour::GreyAlpha,
            _ => Colour::Rgba,
        };
        let data = if header.interlaced {
            interleave(&header, &planes)
        } else {
            planes.pop().ok_or(damage)?.data
        };
        Ok(Self {
            width: header.width,
            height: header.height,
            colour,
            depth: header.depth,
            data,
            palette: chunk(before, *b"PLTE").to_vec(),
            transparency: chunk(before, *b"tRNS").to_vec(),
        })
    }
}

/// Puts the pixels of the passes where they belong.
fn interleave(header: &png::Header, planes: &[Plane]) -> Vec<u8> {
    let whole = header.whole();
    let bits = header.pixel_bits();
    let mut data = vec![0u8; whole.row_bytes * whole.height as usize];
    for ((number, pass), plane) in header.interlaced_passes().zip(planes) {
        let (first_x, first_y, step_x, step_y) = PASSES[number];
        for y in 0..pass.height {
            let from = plane.row(y);
            let to = &mut data[(first_y + y * step_y) as usize * whole.row_bytes..][..whole.row_bytes];
            for x in 0..pass.width {
                let target = (first_x + x * step_x) as usize;
                if bits >= 8 {
                    let unit = whole.unit;
                    to[target * unit..][..unit].copy_from_slice(&from[x as usize * unit..][..unit]);
                } else {
                    let mask = (1u8 << bits) - 1;
                    let place = |x: usize| (x * bits / 8, 8 - bits - x * bits % 8);
                    let (byte, shift) = place(x as usize);
                    let value = from[byte] >> shift & mask;
                    let (byte, shift) = place(target);
                    to[byte] |= value << shift;
                }
            }
        }
    }
    data
}

/// The data of the first chunk of a kind before the image data; empty for none.
fn chunk(before: &[u8], wanted: [u8; 4]) -> &[u8] {
    let mut rest = before.get(png::SIGNATURE.len()..).unwrap_or(&[]);
    while let Some((start, behind)) = rest.split_first_chunk::<8>() {
        let [a, b, c, d, kind @ ..] = *start;
        let len = u32::from_be_bytes([a, b, c, d]) as usize;
        if kind == wanted {
            return behind.get(..len).unwrap_or(&[]);
        }
        rest = len
            .checked_add(4)
            .and_then(|len| behind.get(len..))
            .unwrap_or(&[]);
    }
    &[]
}
