//! Zstandard with bounds: nothing is decompressed beyond the length that was announced.

use std::io::{Cursor, Read};
use std::ops::Range;
use std::sync::Arc;

use zstd::zstd_safe::CParameter;

use crate::error::Damage;

/// Level for what is packed once and read often. Its tables are bounded to 32 MB.
const SLOW: i32 = 19;

/// 16 MB: what a reader has to keep besides the content itself. What lies further back was found before (`plane::find`).
const WINDOW_LOG: u32 = 24;

/// Compresses `bytes` as one frame. Fast below and slow above are the same to a reader.
pub(crate) fn compress(bytes: &[u8], level: i32) -> Vec<u8> {
    let Ok(mut compressor) = zstd::bulk::Compressor::new(level) else {
        return Vec::new();
    };
    // Without magic, checksum and dictionary id: the container says what it is, and checks it.
    let settings = [
        CParameter::ChecksumFlag(false),
        CParameter::DictIdFlag(false),
        CParameter::WindowLog(WINDOW_LOG),
        CParameter::ChainLog(if level >= SLOW { 22 } else { 20 }),
        CParameter::HashLog(if level >= SLOW { 21 } else { 20 }),
    ];
    for setting in settings {
        let _ = compressor.set_parameter(setting);
    }
    compressor.compress(bytes).unwrap_or_default()
}

/// The level for a stream of this length: the best one, where it is affordable.
pub(crate) fn level_for(bytes: usize) -> i32 {
    if bytes <= 24 << 20 { SLOW } else { 12 }
}

/// A part of bytes that several hold.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) bytes: Arc<Vec<u8>>,
    pub(crate) range: Range<usize>,
}

impl From<Vec<u8>> for Part {
    fn from(bytes: Vec<u8>) -> Self {
        let range = 0..bytes.len();
        Self {
            bytes: Arc::new(bytes),
            range,
        }
    }
}

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(self.range.clone()).unwrap_or(&[])
    }
}

/// A stream that is read as far as it is needed.
pub(crate) struct Stream {
    decoder: Option<zstd::Decoder<'static, Cursor<Part>>>,
    what: &'static str,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream")
            .field("what", &self.what)
            .finish_non_exhaustive()
    }
}

impl Stream {
    pub(crate) fn new(bytes: Part, what: &'static str) -> Result<Self, Damage> {
        let damage = |_| Damage::Part(what);
        let decoder = if bytes.as_ref().is_empty() {
            None
        } else {
            let mut decoder = zstd::Decoder::with_buffer(Cursor::new(bytes))
                .map_err(damage)?
                .single_frame();
            decoder.window_log_max(WINDOW_LOG).map_err(damage)?;
            Some(decoder)
        };
        Ok(Self { decoder, what })
    }

    pub(crate) fn read_exact(&mut self, out: &mut [u8]) -> Result<(), Damage> {
        if out.is_empty() {
            return Ok(());
        }
        self.decoder
            .as_mut()
            .and_then(|decoder| decoder.read_exact(out).ok())
            .ok_or(Damage::Part(self.what))
    }
}
