//! Frames that no packing and no deduplication makes smaller: true PNG files of noise.

use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha256};

/// Width and height of a noise frame: with three bytes a pixel just under 200 kB.
const SIDE: u32 = 258;

/// The same of a small one: about 8 kB.
const SMALL: u32 = 52;

/// A frame, with what its sender has to say of it.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// The value of `Content-Digest`, made beforehand: the load generator shares the machine with what it measures.
    pub(crate) digest: String,
}

/// `count` different frames of about 200 kB, the same in every run.
pub(crate) fn noise(count: usize) -> Vec<Frame> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    (0..count)
        .map(|_| {
            let bytes = png(&mut dice, SIDE);
            let digest = BASE64_STANDARD.encode(Sha256::digest(&bytes));
            Frame {
                bytes,
                digest: format!("sha-256=:{digest}:"),
            }
        })
        .collect()
}

/// The `n`-th small frame, the same in every run.
pub(crate) fn small(n: usize) -> Vec<u8> {
    // Xorshift must not begin with nothing, and neighbours are to have nothing in common.
    png(
        &mut Dice((n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        SMALL,
    )
}

/// Xorshift64: noise for filling bytes, nothing more.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// A PNG file whose pixels are noise, deflated as stored blocks.
fn png(dice: &mut Dice, side: u32) -> Vec<u8> {
    let row = 1 + side as usize * 3;
    let mut pixels = Vec::with_capacity(row * side as usize + 8);
    for _ in 0..side {
        let end = pixels.len() + row;
        // Filter 0.
        pixels.push(0);
        while pixels.len() < end {
            pixels.extend_from_slice(&dice.next().to_le_bytes());
        }
        pixels.truncate(end);
    }
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::new();
    head.extend_from_slice(&side.to_be_bytes());
    head.extend_from_slice(&side.to_be_bytes());
    // 8 bits, RGB, deflate, adaptive filters, not interlaced.
    head.extend_from_slice(&[8, 2, 0, 0, 0]);
    chunk(&mut file, *b"IHDR", &head);
    chunk(&mut file, *b"IDAT", &stored(&pixels));
    chunk(&mut file, *b"IEND", &[]);
    file
}

/// Appends a chunk of a PNG file.
pub(crate) fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    file.extend_from_slice(&length.to_be_bytes());
    file.extend_from_slice(&name);
    file.extend_from_slice(data);
    let mut crc = crc32fast::Hasher::new();
    crc.update(&name);
    crc.update(data);
    file.extend_from_slice(&crc.finalize().to_be_bytes());
}

/// A zlib stream of stored blocks (RFC 1950, RFC 1951 3.2.4).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&adler32(bytes).to_be_bytes());
    out
}

fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    // So many additions can't pass 32 bits (RFC 1950, 9).
    for part in bytes.chunks(5_552) {
        for byte in part {
            a += u32::from(*byte);
            b += a;
        }
        a %= 65_521;
        b %= 65_521;
    }
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_adlers() {
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn frames_are_of_the_size_that_is_named_and_differ() {
        let frames = noise(3);
        assert!(
            frames
                .iter()
                .all(|frame| (190_000..210_000).contains(&frame.bytes.len()))
        );
        assert_ne!(frames[0].bytes, frames[1].bytes);
        assert_ne!(frames[1].digest, frames[2].digest);
        assert!((8_000..8_500).contains(&small(0).len()));
        assert_ne!(small(0), small(1));
    }
}
