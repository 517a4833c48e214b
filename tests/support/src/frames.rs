//! Real frames, and variants of them that differ in every byte string but stay valid images.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// An image and what it says it is.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Frame {
    /// SHA-256 of its bytes.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }
}

/// What makes a stamped frame differ from every other.
#[derive(Debug, Clone, Copy)]
pub struct Stamp(pub u64);

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data")
}

/// The frames of `tests/data`, PNG and JPEG, in a fixed order.
pub fn samples() -> Vec<Frame> {
    let mut frames = Vec::new();
    for (folder, extension, media_type) in [
        ("timeline", "png", "image/png"),
        ("timeline-jpg", "jpg", "image/jpeg"),
    ] {
        let folder = data().join(folder);
        let mut paths: Vec<_> = fs::read_dir(&folder)
            .expect("tests/data is there")
            .map(|entry| entry.expect("a readable entry").path())
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .collect();
        paths.sort();
        frames.extend(paths.iter().map(|path| Frame {
            media_type,
            bytes: fs::read(path).expect("a readable frame"),
        }));
    }
    assert!(frames.len() >= 10, "tests/data holds frames");
    frames
}

/// A part of the corpus that lies beside the project; `None`, with a word to whoever reads the log, where it is not.
pub fn corpus(part: &str) -> Option<PathBuf> {
    let found = std::env::var_os("OBHUT_CORPUS").map(|root| PathBuf::from(root).join(part));
    match found {
        Some(path) if path.is_dir() => Some(path),
        _ => {
            eprintln!("skipped: OBHUT_CORPUS names no folder with {part}");
            None
        }
    }
}

/// The same picture with a comment that no other stamp gives: a valid image of its own.
pub fn stamped(frame: &Frame, stamp: Stamp) -> Frame {
    let text = format!("stamp {:016x}", stamp.0.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let (at, insert) = match frame.media_type {
        // After signature (8) and IHDR (25): a tEXt chunk.
        "image/png" => (33, png_chunk(*b"tEXt", format!("Comment\0{text}").as_bytes())),
        // After SOI and the JFIF segment, which has to come first: a COM segment.
        "image/jpeg" => {
            let app0 = 2 + u16::from_be_bytes([frame.bytes[4], frame.bytes[5]]);
            let mut segment = vec![0xff, 0xfe];
            let length = u16::try_from(text.len() + 2).expect("a short comment");
            segment.extend(length.to_be_bytes());
            segment.extend(text.as_bytes());
            (usize::from(app0) + 2, segment)
        }
        other => panic!("no way to stamp {other}"),
    };
    let mut bytes = frame.bytes.clone();
    bytes.splice(at..at, insert);
    Frame { bytes, ..*frame }
}

fn png_chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&kind);
    crc.update(body);
    let mut chunk = u32::try_from(body.len())
        .expect("a short chunk")
        .to_be_bytes()
        .to_vec();
    chunk.extend(kind);
    chunk.extend(body);
    chunk.extend(crc.finalize().to_be_bytes());
    chunk
}
