//! Pictures that move like a screen, and a PNG writer with every knob.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use obhut_timeline::{Container, Packer, Unpacker};

/// A small generator of numbers; the same seed, the same numbers.
#[derive(Debug, Clone)]
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}

/// What a PNG is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) colour: u8,
    pub(crate) depth: u8,
    pub(crate) interlaced: bool,
}

impl Kind {
    pub(crate) fn all() -> Vec<Self> {
        let depths: [(u8, &[u8]); 5] = [
            (0, &[1, 2, 4, 8, 16]),
            (2, &[8, 16]),
            (3, &[1, 2, 4, 8]),
            (4, &[8, 16]),
            (6, &[8, 16]),
        ];
        let mut kinds = Vec::new();
        for (colour, depths) in depths {
            for depth in depths {
                for interlaced in [false, true] {
                    kinds.push(Self {
                        colour,
                        depth: *depth,
                        interlaced,
                    });
                }
            }
        }
        kinds
    }

    pub(crate) fn bits(self) -> usize {
        let channels = match self.colour {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        channels * usize::from(self.depth)
    }
}

/// How a PNG is to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing {
    /// zlib's level, by `miniz_oxide`.
    pub(crate) level: u32,
    /// Bytes of an `IDAT`.
    pub(crate) idat: usize,
    /// Seed of the filters.
    pub(crate) filters: u64,
    /// Chunks before and after, and bytes behind the end.
    pub(crate) extras: bool,
}

pub(crate) fn chunk(kind: [u8; 4], data: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let from = out.len();
    out.extend_from_slice(&kind);
    out.extend_from_slice(data);
    let mut crc = flate2::Crc::new();
    crc.update(&out[from..]);
    out.extend_from_slice(&crc.sum().to_be_bytes());
}

/// One screen of a run: a desktop with text that scrolls by `step` rows, something that changes, and a photograph.
pub(crate) fn screen(kind: Kind, width: u32, height: u32, step: u32) -> Vec<Vec<u8>> {
    let row_bytes = (width as usize * kind.bits()).div_ceil(8);
    let unit = kind.bits().div_ceil(8);
    (0..height)
        .map(|y| {
            let text_y = u64::from(y + step * 3);
            let mut letters = Numbers(text_y / 2);
            let mut noise = Numbers(u64::from(y) << 8 | u64::from(step / 4));
            let mut row: Vec<u8> = (0..row_bytes)
                .map(|at| {
                    let x = at / unit;
                    if x > row_bytes / unit * 2 / 3 {
                        (x + y as usize * 2 + noise.below(5) as usize) as u8
                    } else if text_y % 9 < 5 && letters.below(3) == 0 {
                        0x20
                    } else {
                        0xf7
                    }
                })
                .collect();
            // Bits behind the last pixel of a row are zero, as encoders leave them.
            let used = width as usize * kind.bits() % 8;
            if used > 0 {
                *row.last_mut().unwrap() &= 0xff << (8 - used);
            }
            row
        })
        .collect()
}

fn filtered(filter: u8, row: &[u8], above: &[u8], unit: usize) -> Vec<u8> {
    let mut out = vec![filter];
    for at in 0..row.len() {
        let left = if at < unit { 0 } else { row[at - unit] };
        let corner = if at < unit { 0 } else { above[at - unit] };
        let up = above[at];
        let predicted = match filter {
            1 => left,
            2 => up,
            3 => u8::midpoint(left, up),
            4 => {
                let p = i32::from(left) + i32::from(up) - i32::from(corner);
                let distance = |value: u8| (p - i32::from(value)).abs();
                if distance(left) <= distance(up) && distance(left) <= distance(corner) {
                    left
                } else if distance(up) <= distance(corner) {
                    up
                } else {
                    corner
                }
            }
            _ => 0,
        };
        out.push(row[at].wrapping_sub(predicted));
    }
    out
}

fn bit_rows(rows: &[Vec<u8>], bits: usize, columns: impl Fn(usize) -> Vec<usize>) -> Vec<Vec<u8>> {
    let mut passes = Vec::new();
    for (y, row) in rows.iter().enumerate() {
        let picked = columns(y);
        let mut out = vec![0u8; (picked.len() * bits).div_ceil(8)];
        for (to, from) in picked.into_iter().enumerate() {
            for bit in 0..bits {
                let source = from * bits + bit;
                let value = row[source / 8] >> (7 - source % 8) & 1;
                let target = to * bits + bit;
                out[target / 8] |= value << (7 - target % 8);
            }
        }
        if !out.is_empty() {
            passes.push(out);
        }
    }
    passes
}

/// Filtered rows, of the picture or of its seven passes.
fn text(kind: Kind, width: u32, rows: &[Vec<u8>], filters: u64) -> Vec<u8> {
    const PASSES: [(usize, usize, usize, usize); 7] = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];
    let unit = kind.bits().div_ceil(8);
    let passes: Vec<Vec<Vec<u8>>> = if kind.interlaced {
        let pass = |(x, y, dx, dy): (usize, usize, usize, usize)| {
            bit_rows(rows, kind.bits(), |row| {
                if row % dy == y {
                    (x..width as usize).step_by(dx).collect()
                } else {
                    Vec::new()
                }
            })
        };
        PASSES.into_iter().map(pass).collect()
    } else {
        vec![rows.to_vec()]
    };
    let mut numbers = Numbers(filters);
    let mut out = Vec::new();
    for pass in &passes {
        let mut above = vec![0u8; pass.first().map_or(0, Vec::len)];
        for row in pass {
            let filter = if filters == 0 { 0 } else { numbers.below(5) as u8 };
            out.extend(filtered(filter, row, &above, unit));
            above.clone_from(row);
        }
    }
    out
}

/// A PNG file.
pub(crate) fn png(kind: Kind, width: u32, rows: &[Vec<u8>], writing: Writing) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend_from_slice(&width.to_be_bytes());
    header.extend_from_slice(&(rows.len() as u32).to_be_bytes());
    header.extend_from_slice(&[kind.depth, kind.colour, 0, 0, kind.interlaced.into()]);
    chunk(*b"IHDR", &header, &mut out);
    if kind.colour == 3 {
        let colours: Vec<u8> = (0..3usize << kind.depth).map(|at| (at * 7) as u8).collect();
        chunk(*b"PLTE", &colours, &mut out);
    }
    if writing.extras {
        chunk(*b"tEXt", b"Software\0a test", &mut out);
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(writing.level));
    encoder
        .write_all(&text(kind, width, rows, writing.filters))
        .unwrap();
    for data in encoder.finish().unwrap().chunks(writing.idat) {
        chunk(*b"IDAT", data, &mut out);
    }
    if writing.extras {
        chunk(*b"tIME", &[7, 0xe9, 1, 2, 3, 4, 5], &mut out);
    }
    chunk(*b"IEND", &[], &mut out);
    if writing.extras {
        out.extend_from_slice(b"behind the end");
    }
    out
}

/// A run of screens as PNGs.
pub(crate) fn run(kind: Kind, size: (u32, u32), count: u32, writing: Writing) -> Vec<Vec<u8>> {
    (0..count)
        .map(|step| png(kind, size.0, &screen(kind, size.0, size.1, step), writing))
        .collect()
}

pub(crate) const PLAIN: Writing = Writing {
    level: 6,
    idat: 8192,
    filters: 5,
    extras: false,
};
pub(crate) const RGB: Kind = Kind {
    colour: 2,
    depth: 8,
    interlaced: false,
};

pub(crate) fn pack(files: &[Vec<u8>]) -> Container {
    let mut packer = Packer::new();
    for file in files {
        packer.push(file).unwrap();
    }
    packer.finish()
}

/// Packs, and compares every file, from the front and from the back.
pub(crate) fn round_trip(files: &[Vec<u8>]) -> Container {
    let packed = pack(files);
    let mut unpacker = Unpacker::whole(&packed.container).unwrap();
    for (index, file) in files.iter().enumerate() {
        assert!(unpacker.file(index).unwrap() == *file, "frame {index}");
    }
    for (index, file) in files.iter().enumerate().rev() {
        let mut cold = Unpacker::whole(&packed.container).unwrap();
        assert!(cold.file(index).unwrap() == *file, "frame {index}, cold");
    }
    packed
}
