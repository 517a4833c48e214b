//! Deflate, reversibly: `preflate` finds the settings of the encoder and notes where it did otherwise.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use preflate_rs::{PreflateConfig, PreflateStreamProcessor, RecreateStreamProcessor};

use crate::error::Damage;

/// Compressed bytes looked at at once: they bound the memory for blocks, of which a hostile stream has many in few bytes. Most
/// screenshots are one piece, which `preflate` is surest of.
const PIECE_BYTES: usize = 2 << 20;
/// Text of a piece: a token for each byte is four times that in memory.
const PIECE_TEXT_BYTES: usize = 16 << 20;

/// A piece of the stream that is written again at once.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) text_bytes: usize,
    pub(crate) corrections: Vec<u8>,
}

/// A deflate stream taken apart.
#[derive(Debug)]
pub(crate) struct Inflated {
    pub(crate) text: Vec<u8>,
    pub(crate) pieces: Vec<Piece>,
    /// Bytes of the stream; behind them comes zlib's checksum.
    pub(crate) read: usize,
}

/// Inflates a complete stream of at most `limit` bytes of text. `None` for one that is not, or whose encoder can't be told.
pub(crate) fn inflate(stream: &[u8], limit: usize) -> Option<Inflated> {
    // The crate's own checks are panics in a few places: those too mean that the file is kept as it came.
    catch_unwind(AssertUnwindSafe(|| inflate_pieces(stream, limit)))
        .ok()
        .flatten()
}

fn inflate_pieces(stream: &[u8], limit: usize) -> Option<Inflated> {
    let config = PreflateConfig {
        plain_text_limit: PIECE_TEXT_BYTES,
        verify_compression: false,
        ..PreflateConfig::default()
    };
    let mut processor = PreflateStreamProcessor::new(&config);
    let mut inflated = Inflated {
        text: Vec::new(),
        pieces: Vec::new(),
        read: 0,
    };
    while !processor.is_done() {
        let rest = stream.get(inflated.read..)?;
        let piece = &rest[..rest.len().min(PIECE_BYTES)];
        let result = processor.decompress(piece).ok()?;
        let text = processor.plain_text().text();
        if result.compressed_size == 0 || inflated.text.len() + text.len() > limit {
            return None;
        }
        inflated.read += result.compressed_size;
        inflated.text.extend_from_slice(text);
        inflated.pieces.push(Piece {
            text_bytes: text.len(),
            corrections: result.corrections,
        });
        processor.shrink_to_dictionary();
    }
    Some(inflated)
}

/// Writes the stream again, from its text and from what was noted.
pub(crate) fn deflate(text: &[u8], pieces: &[(usize, &[u8])], out: &mut Vec<u8>) -> Result<(), Damage> {
    let damage = Damage::Part("side records");
    let mut processor = RecreateStreamProcessor::new();
    let mut rest = text;
    for (text_bytes, corrections) in pieces {
        let (piece, behind) = rest.split_at_checked(*text_bytes).ok_or(damage)?;
        rest = behind;
        let written = catch_unwind(AssertUnwindSafe(|| {
            processor.recompress(&mut Cursor::new(piece), corrections)
        }));
        let (bytes, _) = written.ok().and_then(Result::ok).ok_or(damage)?;
        out.extend_from_slice(&bytes);
    }
    if rest.is_empty() { Ok(()) } else { Err(damage) }
}
